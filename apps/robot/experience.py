"""What was tried and what came of it, kept in the memory as rows of its log: used the second time, forgotten with the rest.

| kind | subject | object | value |
| --- | --- | --- | --- |
| `tried` | `fetch` and the thing in words | its class | `deed`, `place` (id), `ok`, `why`, `view` (x, y), `colour` |

Deeds: "find" at a place, "pick" there, "open" it, "meet" somebody in a room, "left" at a place. The graph passes over rows of
this kind.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from apps.robot.belief import Array
from apps.robot.places import Places
from apps.robot.seeing import Wanted
from mmmem.clock import NS_PER_DAY, NS_PER_HOUR, Span
from mmmem.types import Assertion

TRIED = "tried"
Deed = Literal["find", "pick", "open", "meet", "left"]

_FOUND_WEIGHT = 4.0
_CLASS_WEIGHT = 1.0
_HOURS_NEAR = 3.0
_HALF_LIFE_NS = 3 * NS_PER_DAY
_NOT_THERE = 0.75
_STUCK_TRIES = 2
_STUCK_NS = 12 * NS_PER_HOUR


@dataclass(frozen=True, slots=True)
class Tried:
    """One deed and its outcome.

    Args:
        thing: in words ("red mug"); for "meet" the person's name.
        place: id of a place, or of a room for "meet".
        at: (x, y) metres where the robot stood.
    """

    t_ns: int
    deed: Deed
    thing: str
    kind: str
    place: str
    ok: bool
    why: str = ""
    at: tuple[float, float] = (0.0, 0.0)

    def row(self) -> Assertion:
        """As an entry of the memory's log."""
        value = {"deed": self.deed, "thing": self.thing, "place": self.place, "ok": self.ok, "why": self.why, "at": list(self.at)}
        return Assertion(TRIED, f"fetch {self.thing}", Span(self.t_ns, self.t_ns + 1), self.kind, value)

    @staticmethod
    def of(row: Assertion) -> "Tried":
        """Read back from the log."""
        value = row.value
        x, y = value.get("at", (0.0, 0.0))
        return Tried(
            row.span.start_ns, value["deed"], str(value["thing"]), row.object, str(value["place"]), bool(value["ok"]),
            str(value.get("why", "")), (float(x), float(y)),
        )  # fmt: skip


class Experience:
    """A bank of deeds and outcomes, by thing, class, place and hour.

    Args:
        tried: in any order.
    """

    def __init__(self, tried: Iterable[Tried] = ()) -> None:
        self.tried: list[Tried] = list(tried)

    @staticmethod
    def read(rows: Iterable[Assertion]) -> "Experience":
        """From the log; rows of other kinds are passed over."""
        return Experience(Tried.of(row) for row in rows if row.kind == TRIED)

    def __len__(self) -> int:
        return len(self.tried)

    def add(self, tried: Tried) -> None:
        """One more."""
        self.tried.append(tried)

    def found_at(self, wanted: Wanted, places: Places, now_ns: int) -> Array:
        """(k,) how much speaks for each place from where this thing, and things like it, were found before.

        Older finds and those at other hours count less; so do places where it was looked for in vain.
        """
        counts = np.zeros(len(places))
        for one in self.tried:
            number = places.index.get(one.place)
            if number is None or one.deed != "find" or one.kind != wanted.kind:
                continue
            weight = _FOUND_WEIGHT if one.thing == wanted.name else _CLASS_WEIGHT
            weight *= _nearness(one.t_ns, now_ns)
            counts[number] += weight if one.ok else -_NOT_THERE * weight * (one.thing == wanted.name)
        return np.maximum(counts, 0.0)

    def left_at(self, wanted: Wanted) -> tuple[int, str] | None:
        """When and at which place this thing was seen put down last, if it was not picked up since; None if it never was."""
        mine = [one for one in self.tried if one.thing == wanted.name and one.ok and one.deed in ("left", "pick")]
        last = max(mine, key=lambda one: one.t_ns, default=None)
        return (last.t_ns, last.place) if last is not None and last.deed == "left" else None

    def stance(self, place: str) -> tuple[float, float] | None:
        """Where it stood when it last picked something there; None if it never did."""
        good = [one for one in self.tried if one.deed == "pick" and one.ok and one.place == place]
        return max(good, key=lambda one: one.t_ns).at if good else None

    def stuck(self, places: Places, now_ns: int) -> frozenset[int]:
        """Numbers of places that did not open: twice in a row, or lately."""
        tries: dict[str, list[Tried]] = {}
        for one in sorted((one for one in self.tried if one.deed == "open"), key=lambda one: one.t_ns):
            tries[one.place] = [] if one.ok else [*tries.get(one.place, []), one]
        failed = [place for place, vain in tries.items() if len(vain) >= _STUCK_TRIES or _is_late(vain, now_ns)]
        return frozenset(places.index[place] for place in failed if place in places.index)

    def rooms_of(self, person: str, now_ns: int) -> Sequence[str]:
        """Ids of the rooms where somebody was met, the likeliest at this hour first."""
        weights: dict[str, float] = {}
        for one in self.tried:
            if one.deed == "meet" and one.thing == person and one.ok:
                weights[one.place] = weights.get(one.place, 0.0) + _nearness(one.t_ns, now_ns)
        return sorted(weights, key=lambda room: (-weights[room], room))


def _is_late(vain: Sequence[Tried], now_ns: int) -> bool:
    return bool(vain) and now_ns - vain[-1].t_ns < _STUCK_NS


def _nearness(then_ns: int, now_ns: int) -> float:
    """In (0, 1]: half by age, half by the hour of the day."""
    apart_h = abs((now_ns - then_ns) % NS_PER_DAY) / NS_PER_HOUR
    apart_h = min(apart_h, 24 - apart_h)
    same_hour = float(np.exp(-0.5 * (apart_h / _HOURS_NEAR) ** 2))
    return float(0.5 ** (max(now_ns - then_ns, 0) / _HALF_LIFE_NS)) * (0.5 + 0.5 * same_hour)
