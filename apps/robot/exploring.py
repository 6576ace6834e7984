"""A robot without a plan of the home: goes where a look is worth it, until it has an answer or nothing is worth going for.

A frontier is one more look with a value. What has not been seen of the home holds the thing with a probability: so much floor is
still expected, with so many places for things on it as what was seen has. A look over a frontier shows a part of that; a closer
look at furniture shows again what was seen from too far away. Both are options of `apps.robot.deciding`, and so is to stop.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import pi
from typing import Literal

import numpy as np

from apps.robot.belief import Array, WhereBelief
from apps.robot.deciding import Option, Policy, Situation, Worth, by_nearest, by_value
from apps.robot.driving import Driver
from apps.robot.known_floor import Frontier, KnownFloor, directions
from apps.robot.open_beliefs import AreaBelief, OpenBelief
from apps.robot.seeing import Expectation, Glance, Wanted, matches
from apps.robot.spots import UNKNOWN_WEIGHT, Spots
from apps.robot.viewpoints import Viewpoint, bearing
from mmmem.suggest import known_name
from streams.house.trajectory import heading
from streams.house.viewpoints import CAMERA_PITCH_RAD

HOME_M2 = 104.0
"""Floor with what stands on it: the mean of the homes of seeds 1 to 6."""
_LEAST_M2 = 1.5
"""Behind each metre of a frontier, however much of the home was seen."""
_SHOWN_M2, _PROMISED_M2 = 2.0, 4.0
"""Before the first look: of what a look would show if nothing unknown stood in its way it shows half."""
_FROM_AFAR_M = 2.0
_CLOSE_M = 1.1
_MOST_CLOSE = 12
_NEAR_M = 2.5
_SAME_M, _SAME_RAD = 0.35, 0.5
_ASIDE_RAD = 0.6
_NOTHING_M2 = 0.15
_A_PICTURE_M2 = 4.0
MOST_LOOKS = 80
AREA_WORTH = Worth(picture=0.001, metre=0.001)
"""For exploring for its own sake, where knowing the whole home is worth 1: a square metre is worth some nine metres of way."""
Way = Literal["value", "nearest frontier", "random walk"]
WAYS: tuple[Way, ...] = ("value", "nearest frontier", "random walk")
Look = tuple[float, float, float]
"""x, y in metres and yaw in radians."""


@dataclass(frozen=True, slots=True)
class Explored:
    """What exploring came to.

    Args:
        at: (x, y, z) metres where it was found; None if it was not.
        confidence: that this is right.
        why: it stopped.
    """

    at: tuple[float, float, float] | None
    confidence: float
    num_looks: int
    why: str


class Explorer:
    """Knows nothing of a home but what its camera has shown since it was put there.

    Args:
        way: "value"; "nearest frontier" (Yamauchi), which looks at nothing twice; or "random walk".
        rng: for the random walk.
        tell: called after each look.
    """

    def __init__(
        self,
        driver: Driver,
        floor: KnownFloor,
        *,
        way: str = "value",
        worth: Worth | None = None,
        rng: np.random.Generator | None = None,
        tell: Callable[["Explorer"], object] = lambda explorer: None,
    ) -> None:
        self.driver, self.floor, self.spots = driver, floor, Spots()
        self._way: str = known_name(way, WAYS, "way of exploring")
        self._worth, self._rng, self._tell = worth or Worth(), rng or np.random.default_rng(0), tell
        self._expectation = Expectation()
        self._taken: list[Look] = []
        self._shown_m2, self._promised_m2 = _SHOWN_M2, _PROMISED_M2

    def run(self, wanted: Wanted | None = None, *, most_looks: int = MOST_LOOKS) -> Explored:
        """Explore, looking for something or for its own sake; ends after `most_looks` at the latest."""
        belief = OpenBelief(wanted.kind) if wanted else None
        self._take(self._here(), wanted, belief)
        why = f"looked {most_looks} times"
        for _ in range(most_looks - 1):
            look = self._next(belief)
            if look is None:
                why = "no look was worth it"
                break
            self._take(look, wanted, belief)
            if self.driver.ended:
                why = "the day ended"
                break
        return self._explored(belief, why)

    # Choosing

    def _next(self, belief: OpenBelief | None) -> Look | None:
        looks = self._random() if self._way == "random walk" else self._looks(belief)
        if not looks:
            return None
        options, now = self._options(looks, belief), self._settled(belief)
        if self._way == "random walk":
            found = belief is not None and now.answer().confidence >= self._worth.sure
            return None if found else looks[0]
        done = {number for number, look in enumerate(looks) if self._is_taken(look)}
        policy: Policy = by_value if self._way == "value" else by_nearest
        option = policy(Situation(now, options, AREA_WORTH if belief is None else self._worth, done))
        return None if option is None else looks[option.number]

    def _settled(self, belief: OpenBelief | None) -> "WhereBelief | AreaBelief":
        unseen_m2 = self._unseen_m2()
        if belief is None:
            return AreaBelief(self.floor.seen_m2, unseen_m2)
        return belief.settled(self.spots.weights(belief.kind), unseen_m2 * self.spots.per_m2(self.floor) * UNKNOWN_WEIGHT)

    def _looks(self, belief: OpenBelief | None) -> list[Look]:
        """Over every frontier, from beside it and from here; and close looks at furniture, if that is what the way does."""
        here, looks = self.driver.here, []
        for frontier in self.floor.frontiers(here):
            spots = [frontier.at] if np.hypot(*np.subtract(frontier.beyond, here)) > _NEAR_M else [frontier.at, here]
            looks += [look for spot in spots if (look := self._over(frontier, spot)) is not None]
        if self._way == "value":
            looks += [(*here, yaw) for yaw in directions(8)]
            if belief is not None:
                looks += self._close_looks(belief)
        return looks

    def _over(self, frontier: Frontier, spot: tuple[float, float]) -> Look | None:
        """The look from a spot that promises to show the most; None if it promises next to nothing."""
        middle = bearing(spot, frontier.beyond)
        promised = {yaw: self.floor.unseen_m2(*spot, yaw) for yaw in (middle, middle - _ASIDE_RAD, middle + _ASIDE_RAD)}
        yaw = max(promised, key=lambda one: promised[one])
        return (*spot, yaw) if promised[yaw] > _NOTHING_M2 else None

    def _close_looks(self, belief: OpenBelief) -> list[Look]:
        """At the likeliest squares, from about a metre away."""
        likely = self._settled(belief)
        assert isinstance(likely, WhereBelief)
        reached, middles = self.floor.distances_m(self.driver.here), self.spots.middles
        looks = []
        for number in np.argsort(-likely.p[:-2])[:_MOST_CLOSE].tolist():
            target = (float(middles[number, 0]), float(middles[number, 1]))
            stance = self.floor.stance(target, _CLOSE_M, reached)
            if stance is not None:
                looks.append((*stance, bearing(stance, target)))
        return looks

    def _random(self) -> list[Look]:
        """Somewhere on the floor that is known, facing anywhere."""
        cells = np.argwhere(np.isfinite(self.floor.distances_m(self.driver.here)))
        if not len(cells):
            return [(*self.driver.here, float(self._rng.uniform(-pi, pi)))]
        x, y = self.floor.ground.middle(cells[int(self._rng.integers(len(cells)))]).tolist()
        return [(x, y, float(self._rng.uniform(-pi, pi)))]

    def _options(self, looks: Sequence[Look], belief: OpenBelief | None) -> list[Option]:
        """With the chance of finding it on each square, and in what was not seen.

        A look over a frontier is worth what lies beyond it, not only what one picture shows of that: what is expected of the home
        is shared out among the looks by how much they promise, once for all looks from about one spot.
        """
        reached, unseen_m2 = self.floor.distances_m(self.driver.here), max(self._unseen_m2(), _LEAST_M2)
        promised = np.array([self.floor.unseen_m2(*look) for look in looks])
        shown = promised * self._shown_m2 / self._promised_m2
        beyond = np.maximum(shown, unseen_m2 * shown / max(float(promised.sum()), 1e-9))
        pictures = np.maximum(1, np.ceil(beyond / _A_PICTURE_M2)).astype(int)
        new = np.minimum(beyond / unseen_m2, 1.0)
        return [
            Option(number, self._recall(look, float(new[number]), belief), self._way_m(look, reached), int(pictures[number]))
            for number, look in enumerate(looks)
        ]

    def _recall(self, look: Look, new: float, belief: OpenBelief | None) -> Array:
        if belief is None:
            return np.array([new])
        from_afar = float(self._expectation.recall(belief.kind, np.array(0.7), np.array(_FROM_AFAR_M)))
        share, away = self.spots.shown(look, CAMERA_PITCH_RAD, self.floor)
        return np.append(self._expectation.recall(belief.kind, share, away), new * from_afar)

    def _way_m(self, look: Look, reached: Array) -> float:
        cell = self.floor.ground.cells(np.array([look[:2]]))
        if np.hypot(look[0] - self.driver.here[0], look[1] - self.driver.here[1]) < 0.1:
            return 0.0
        return float(reached[cell[0, 0], cell[0, 1]]) if self.floor.ground.inside(cell)[0] else float("inf")

    def _unseen_m2(self) -> float:
        """What is expected beyond the frontiers; nothing where there are none."""
        length_m = sum(frontier.length_m for frontier in self.floor.frontiers(self.driver.here))
        return max(HOME_M2 - self.floor.seen_m2, _LEAST_M2 * length_m) if length_m else 0.0

    def _is_taken(self, look: Look) -> bool:
        return any(
            np.hypot(look[0] - x, look[1] - y) < _SAME_M and abs((look[2] - yaw + pi) % (2 * pi) - pi) < _SAME_RAD
            for x, y, yaw in self._taken
        )

    # Looking

    def _here(self) -> Look:
        yaw, _ = heading(self.driver.pose)
        return (*self.driver.here, yaw)

    def _take(self, look: Look, wanted: Wanted | None, belief: OpenBelief | None) -> None:
        self._taken.append(look)
        nothing = np.zeros(0)
        view = Viewpoint(*look, CAMERA_PITCH_RAD, nothing, nothing)
        glance = self.driver.look(view, frozenset())
        if glance is None:  # it did not get there; what it sees from where it stands tells why
            glance = self.driver.glance(frozenset())
        self._see(glance)
        self.spots.learn(self.floor, glance.sightings)
        if wanted is not None and belief is not None:
            self._believe(glance, wanted, belief)
        self._tell(self)

    def _see(self, glance: Glance) -> None:
        """Into the map; and how much of what such looks promise they show."""
        before_m2, yaw = self.floor.seen_m2, heading(self.driver.pose)[0]
        if self.floor.ground.num_scans:
            self._promised_m2 += self.floor.unseen_m2(*self.driver.here, yaw)
        self.floor.add(glance.frame)
        if before_m2:
            self._shown_m2 += self.floor.seen_m2 - before_m2

    def _believe(self, glance: Glance, wanted: Wanted, belief: OpenBelief) -> None:
        seen = matches(glance, wanted, self.spots)
        yaw, pitch = heading(self.driver.pose)
        share, away = self.spots.shown((*self.driver.here, yaw), pitch, self.floor)
        belief.look(self._expectation.recall(wanted.kind, share, away), seen)

    def _explored(self, belief: OpenBelief | None, why: str) -> Explored:
        if belief is None:
            return Explored(None, 0.0, len(self._taken), why)
        said = self._settled(belief).told()
        return Explored(belief.at.get(said.value), said.confidence, len(self._taken), why)
