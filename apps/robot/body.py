"""What a robot can do while it answers a question: go to a viewpoint and take a picture, open and close."""

from dataclasses import dataclass
from math import hypot
from typing import Protocol

import numpy as np

from apps.robot.places import Places
from apps.robot.remembered import LooksTaken
from apps.robot.seeing import Glance, perceived
from apps.robot.viewpoints import Sight, Viewpoint
from mmmem.clock import NS_PER_S, seconds_to_ns
from mmmem.types import Frame
from scenegraph import SceneGraph
from streams.house.floor import Floor
from streams.house.noisy_detector import NoisyDetector
from streams.house.patrol import SPEED_M_S
from streams.house.rendering import Camera, Renderer
from streams.house.shared_life import SharedLife
from streams.house.watching import Watched, instance_labels

_TURN_S = 3.0
_OPEN_S = 2.0
_REST_NS = NS_PER_S // 2


class Body(Protocol):
    """A robot that stands somewhere and can be told to look from a viewpoint."""

    @property
    def here(self) -> tuple[float, float]:
        """Where it stands, metres."""
        ...

    @property
    def now_ns(self) -> int:
        """The world's clock."""
        ...

    def look(self, view: Viewpoint, opened: frozenset[int]) -> Glance | None:
        """Go there and take a picture; None if it does not get there."""
        ...

    def swing(self, place: int, view: Viewpoint, *, open: bool) -> bool:
        """Open or close what a place is behind, from a viewpoint; False if that cannot be done."""
        ...


@dataclass(slots=True)
class Spent:
    """What looking took.

    Args:
        trail: (x, y) metres of the viewpoints it went to.
    """

    pictures: int = 0
    path_m: float = 0.0
    openings: int = 0


class HouseBody:
    """A robot in a shared life that drives from viewpoint to viewpoint at once; the life goes on as long as the way takes.

    Args:
        world: as it stands; what the robot opens is open there.
        detector: its eyes' errors.
        graph: takes in every picture; None to keep nothing.
    """

    def __init__(
        self,
        world: SharedLife,
        start: tuple[float, float, float],
        floor: Floor,
        sight: Sight,
        *,
        places: Places,
        renderer: Renderer,
        detector: NoisyDetector,
        camera: Camera | None = None,
        graph: SceneGraph | None = None,
        looks: LooksTaken | None = None,
        first_index: int = 0,
    ) -> None:
        self.world, self._floor, self._sight, self._places = world, floor, sight, places
        self._renderer, self._detector, self._camera = renderer, detector, camera or Camera()
        self._graph, self._looks = graph, looks
        self._labels = instance_labels(world.home)
        self._at = start
        self.index = first_index
        self.spent = Spent()

    @property
    def here(self) -> tuple[float, float]:
        """Where it stands, metres."""
        return self._at[0], self._at[1]

    @property
    def now_ns(self) -> int:
        """The world's clock."""
        return self.world.now_ns

    def look(self, view: Viewpoint, opened: frozenset[int]) -> Glance | None:
        """Go there and take a picture; None if there is no way."""
        if not self._go(view):
            return None
        self.spent.pictures += 1
        self.index += 1
        picture = self._renderer.render(self.world.state, view.pose)
        frame = Frame(
            "robot", self.index, self.now_ns, picture.image, picture.depth_m, view.pose, self._camera.intrinsics,
            picture.instances, self._labels,
        )  # fmt: skip
        measured, detections = self._detector.perceive(Watched(frame, self.world.state, 0))
        if self._graph is not None:
            self._graph.observe(measured, detections)
        shown = self._sight.shown(view.pose, opened)
        if self._looks is not None:
            self._looks.note(self.now_ns, *shown)
        return perceived(self.now_ns, measured, detections, shown, opened)

    def swing(self, place: int, view: Viewpoint, *, open: bool) -> bool:
        """Open or close what a place is behind; aiming at the handle of something closed takes a picture."""
        if not self._go(view):
            return False
        behind = self._places[place]
        self.spent.pictures += open
        self.spent.openings += open
        self._pass_s(_OPEN_S)
        value = "open" if open else "closed"
        self.world.act("state", behind.piece.id, state=behind.behind, value=value)
        return True

    def _go(self, view: Viewpoint) -> bool:
        goal = (view.x_m, view.y_m)
        moved = hypot(goal[0] - self._at[0], goal[1] - self._at[1]) > 1e-3
        way_m = self._floor.distance_m(self.here, goal) if moved else 0.0
        if not np.isfinite(way_m):
            return False
        self.spent.path_m += way_m
        self._at = (*goal, view.yaw_rad)
        self._pass_s(way_m / SPEED_M_S + (_TURN_S if moved else 1.0))
        return True

    def _pass_s(self, seconds: float) -> None:
        self.world.go_on(min(self.now_ns + max(seconds_to_ns(seconds), _REST_NS), self.world.life.end_ns))
