"""An answer now against the value of one more look: which look to take next, and when none is worth it.

A look is worth the rise in the chance of a right answer that is to be expected of it (value of information, Howard 1966), and
costs its picture and the way there. While there is one worth its cost, what is sought is looked for where it is found most likely
for the cost, the order that is best for finding one thing among boxes. Knows nothing of simulators.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from apps.robot.belief import Array, Belief, WhereBelief
from mmmem.suggest import known_name

_SHOWS = 0.3
"""A look that finds what is at a place less often than this does not count as a look at it."""
PolicyName = Literal["value", "memory order", "nearest", "exhaustive", "recall"]
POLICIES: tuple[PolicyName, ...] = ("value", "memory order", "nearest", "exhaustive", "recall")


@dataclass(frozen=True, slots=True)
class Worth:
    """What a right answer is worth, as 1, and what it may cost.

    Args:
        picture: of one picture.
        metre: of one metre of way.
        opening: of opening and closing a door, its picture not counted.
        sure: a policy without values stops looking from this confidence on.
    """

    picture: float = 0.002
    metre: float = 0.0003
    opening: float = 0.002
    sure: float = 0.9


@dataclass(frozen=True, slots=True, eq=False)
class Option:
    """A look that could be taken.

    Args:
        number: of its viewpoint.
        recall: (k,) chance that what is looked for is found, for each place, if it is there.
        way_m: how far it is.
        pictures: that it takes; opening something takes one more, to aim at the handle.
        opens: whether something must be opened.
    """

    number: int
    recall: Array
    way_m: float
    pictures: int = 1
    opens: bool = False


@dataclass(slots=True)
class Situation:
    """What a policy may go by."""

    belief: Belief
    options: Sequence[Option]
    worth: Worth
    taken: set[int] = field(default_factory=set)

    @property
    def fresh(self) -> list[Option]:
        """Options that were not taken yet and can be reached."""
        return [one for one in self.options if one.number not in self.taken and np.isfinite(one.way_m)]


Policy = Callable[[Situation], Option | None]


def cost(option: Option, worth: Worth) -> float:
    """In units of a right answer."""
    return option.pictures * worth.picture + option.way_m * worth.metre + option.opens * worth.opening


def gain(option: Option, belief: Belief) -> float:
    """How much likelier a right answer is expected to be after a look."""
    return belief.after(option.recall) - belief.answer().confidence


def by_value(now: Situation) -> Option | None:
    """While some look gains more than it costs: the one that most likely finds the thing for its cost, or gains most for it.

    By gains alone the likeliest place would be looked at last, since the answer stays the same if it is found there, and a thing
    that is where it was believed to be would be looked for everywhere else. Finding it ends the search: so where one thing is
    sought the order is that of finding, and the likeliest place counts among what is worth a look until it had one.
    """
    priced = [(gain(option, now.belief), cost(option, now.worth), option) for option in _worth_a_thought(now)]
    worth_it = [(rise / max(price, 1e-9), -number, option) for number, (rise, price, option) in enumerate(priced) if rise > price]
    if not worth_it:
        return None
    if not isinstance(now.belief, WhereBelief):
        return max(worth_it)[2]
    options = [option for _, _, option in worth_it] + [option for _, _, option in priced if _shows_answer(option, now.belief)]
    found = [(now.belief.chance(option.recall) / max(cost(option, now.worth), 1e-9), -option.number) for option in options]
    best = -max(found)[1]
    return next(option for option in options if option.number == best)


def _shows_answer(option: Option, belief: WhereBelief) -> bool:
    """Whether a look shows the likeliest place, which had none."""
    place = belief.answer().value
    return place >= 0 and not belief.was_looked_at(place) and float(option.recall[place]) >= _SHOWS


def by_finding(now: Situation) -> Option | None:
    """The look with the best chance of showing it for its cost, while it is worth it: for what must be held, not told."""
    assert isinstance(now.belief, WhereBelief), now.belief
    best: tuple[float, Option] | None = None
    for option in now.fresh:
        price, chance = cost(option, now.worth), now.belief.chance(option.recall)
        if chance > price and (best is None or chance / price > best[0]):
            best = (chance / price, option)
    return None if best is None else best[1]


def by_memory(now: Situation) -> Option | None:
    """Where it is most likely to be found, whatever that costs, until it is found: Mind Palace's loop without values."""
    if now.belief.answer().confidence >= now.worth.sure and now.taken:
        return None
    likely = [(_chance(option, now.belief), -option.way_m, option.number, option) for option in now.fresh]
    best = max(likely, default=None)
    return None if best is None or best[0] <= 0.005 else best[3]


def by_nearest(now: Situation) -> Option | None:
    """The nearest look that may show it, until it is found."""
    if now.belief.answer().confidence >= now.worth.sure and now.taken:
        return None
    useful = [option for option in now.fresh if _chance(option, now.belief) > 0]
    return min(useful, key=lambda option: (option.way_m, option.number), default=None)


def all_of_them(now: Situation) -> Option | None:
    """The nearest look that was not taken yet, until there is none."""
    useful = [option for option in now.fresh if _chance(option, now.belief) > 0]
    return min(useful, key=lambda option: (option.way_m, option.number), default=None)


def recall_only(now: Situation) -> Option | None:
    """No look."""
    return None


def policy(name: str) -> Policy:
    """The policy of a name.

    Raises:
        UnknownNameError: there is none.
    """
    return _POLICIES[known_name(name, _POLICIES, "policy")]


def _worth_a_thought(now: Situation) -> Iterable[Option]:
    """Without those that can hardly show it: their gain is at most the chance of finding it."""
    for option in now.options:
        again = option.number in now.taken
        if np.isfinite(option.way_m) and not again and _chance(option, now.belief) > 1e-3:
            yield option


def _chance(option: Option, belief: Belief) -> float:
    """That what is looked for shows."""
    if isinstance(belief, WhereBelief):
        return float((belief.p[:-1] * option.recall).sum())
    place = getattr(belief, "place", 0)
    return float(option.recall[place])


_POLICIES: dict[str, Policy] = {
    "value": by_value,
    "memory order": by_memory,
    "nearest": by_nearest,
    "exhaustive": all_of_them,
    "recall": recall_only,
}
