"""What a robot can do while it answers a question: go to a viewpoint and take a picture, open and close."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from apps.robot.places import Place, Places
from apps.robot.seeing import Glance, perceived
from apps.robot.viewpoints import Viewpoint
from mmmem.types import Frame
from streams.house.floor import Floor
from streams.house.home import Home
from streams.house.noise import NoiseLevel
from streams.house.noisy_detector import NoisyDetector
from streams.house.rendering import Camera, Renderer
from streams.house.watching import Watched, instance_labels
from streams.house.world import WorldState


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
    """What looking took; a picture that aims at a handle counts as one."""

    pictures: int = 0
    path_m: float = 0.0
    openings: int = 0


class StillHouse:
    """A home at one instant, in which nothing moves while it is looked at: from each viewpoint there is one picture.

    Args:
        state: the home as it stands.
        noise_seed: draws the errors of its pictures.
    """

    def __init__(
        self, home: Home, state: WorldState, t_ns: int, *, renderer: Renderer, level: NoiseLevel, noise_seed: int, camera: Camera
    ) -> None:
        self.home, self.state, self.t_ns = home, state, t_ns
        self._renderer, self._level, self._seed, self._camera = renderer, level, noise_seed, camera
        self._labels = instance_labels(home)
        self._taken: dict[tuple[int, bool], Glance] = {}

    def picture(self, number: int, view: Viewpoint, place: Place | None) -> Glance:
        """What a robot makes of the picture from a viewpoint; `place` is what stands open, and nothing else."""
        key = (number, place is not None)
        if key not in self._taken:
            self._taken[key] = self._taken_now(number, view, place)
        return self._taken[key]

    def _taken_now(self, number: int, view: Viewpoint, place: Place | None) -> Glance:
        state = self.state
        if place is not None:
            state = replace(state, states={**state.states, (place.piece.id, place.behind): "open"})
        shot = self._renderer.render(state, view.pose)
        frame = Frame(
            "robot", number, self.t_ns, shot.image, shot.depth_m, view.pose, self._camera.intrinsics, shot.instances, self._labels
        )
        measured, found = NoisyDetector(self._level, self._seed, self.home).perceive(Watched(frame, state, 0))
        opened = frozenset({view.opens} if place is not None else ())
        return perceived(self.t_ns, measured, found, (view.share, view.distance_m), opened)


class StillBody:
    """A robot in a still house that goes from viewpoint to viewpoint, and counts what that takes."""

    def __init__(
        self, house: StillHouse, start: tuple[float, float], views: Sequence[Viewpoint], places: Places, floor: Floor
    ) -> None:
        self._house, self._at, self._places, self._floor = house, start, places, floor
        self._numbers = {id(view): number for number, view in enumerate(views)}
        self._open = -1
        self.spent = Spent()

    @property
    def here(self) -> tuple[float, float]:
        """Where it stands, metres."""
        return self._at

    @property
    def now_ns(self) -> int:
        """The instant at which the house stands still."""
        return self._house.t_ns

    def look(self, view: Viewpoint, opened: frozenset[int]) -> Glance | None:
        """Go there and take a picture; None if there is no way."""
        if not self._go(view):
            return None
        self.spent.pictures += 1
        place = self._places[view.opens] if view.opens in opened and self._open == view.opens else None
        return self._house.picture(self._numbers[id(view)], view, place)

    def swing(self, place: int, view: Viewpoint, *, open: bool) -> bool:
        """Open or close what a place is behind; aiming at the handle of something closed takes a picture."""
        if not self._go(view):
            return False
        self._open = place if open else -1
        self.spent.pictures += open
        self.spent.openings += open
        return True

    def _go(self, view: Viewpoint) -> bool:
        goal = (view.x_m, view.y_m)
        way_m = self._floor.distance_m(self._at, goal) if self._at != goal else 0.0
        if not np.isfinite(way_m):
            return False
        self.spent.path_m += way_m
        self._at = goal
        return True
