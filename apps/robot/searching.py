"""The loop of looking: weigh an answer now against one more look, take it, and believe what it showed."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np

from apps.robot.belief import Array, Belief, Said
from apps.robot.body import Body
from apps.robot.deciding import Option, Policy, Situation, Worth
from apps.robot.places import Places
from apps.robot.seeing import Expectation, Glance, Wanted, matches
from apps.robot.viewpoints import Viewpoint, Ways

MOST_LOOKS = 160
"""No search takes more, whatever it hopes for."""


@dataclass(frozen=True, slots=True)
class Step:
    """One look of a search, for people: where to, what was believed before, and what after."""

    viewpoint: int
    at: tuple[float, float]
    before: Said
    after: Said
    num_matches: int


@dataclass(slots=True)
class Found:
    """What a search came to.

    Args:
        refused: numbers of places that did not open.
    """

    said: Said
    steps: list[Step] = field(default_factory=list)
    glances: list[Glance] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    gave_up: str = ""


class Search:
    """Looks for one thing, or at one place, with one policy.

    Args:
        views: all viewpoints; their numbers are their places in this list.
        again: viewpoints may be used so often.
    """

    def __init__(
        self,
        views: Sequence[Viewpoint],
        ways: Ways,
        places: Places,
        expectation: Expectation,
        *,
        worth: Worth | None = None,
        again: int = 1,
    ) -> None:
        self._views, self._ways, self._places, self._expectation = views, ways, places, expectation
        self._worth, self._again = worth or Worth(), again
        self._share = np.array([view.share for view in views])
        self._distance_m = np.array([view.distance_m for view in views])

    def run(
        self,
        wanted: Wanted,
        belief: Belief,
        body: Body,
        policy: Policy,
        *,
        most_looks: int = MOST_LOOKS,
        taken: Counter[int] | None = None,
        shut: Collection[int] = (),
    ) -> Found:
        """Look until the policy has enough, or nothing is left to look at.

        Args:
            taken: how often each viewpoint was used before; counted on.
            shut: numbers of places that need not be tried to be opened.
        """
        found, taken = Found(belief.told()), Counter() if taken is None else taken
        recall = self._expectation.recall(wanted.kind, self._share, self._distance_m)
        for _ in range(most_looks):
            done = {number for number, times in taken.items() if times >= self._again}
            option = policy(Situation(belief, self._options(recall, body, shut), self._worth, done))
            if option is None:
                break
            taken[option.number] += 1
            self._take(option.number, wanted, belief, body, found)
        else:
            found.gave_up = f"stopped after {most_looks} looks"
        found.said = belief.told()
        return found

    def _options(self, recall: Array, body: Body, shut: Collection[int]) -> list[Option]:
        way_m = self._ways.from_(*body.here)
        return [
            Option(number, recall[number], float(way_m[number]), 1 + (view.opens >= 0), view.opens >= 0)
            for number, view in enumerate(self._views)
            if view.opens < 0 or view.opens not in shut
        ]

    def _take(self, number: int, wanted: Wanted, belief: Belief, body: Body, found: Found) -> None:
        view, before = self._views[number], belief.answer()
        opened = frozenset({view.opens} if view.opens >= 0 else ())
        if opened and not body.swing(view.opens, view, open=True):
            found.refused.append(view.opens)
            return
        glance = body.look(view, opened)
        if opened:
            body.swing(view.opens, view, open=False)
        if glance is None:
            return
        seen = matches(glance, wanted, self._places)
        belief.look(self._expectation.recall(wanted.kind, glance.share, glance.distance_m), seen)
        found.glances.append(glance)
        found.steps.append(Step(number, (view.x_m, view.y_m), before, belief.answer(), len(seen)))
