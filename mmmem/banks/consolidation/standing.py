"""What claims say again and again: where things usually are, who likes what, and whose things are.

A thing has a **usual place** if it was put there on `MIN_OCCASIONS` occasions and `MIN_DAYS` days or more, at least half of all
times, and more often than chance: that any place has so surprising a count, at the share it has among the other things,
(`mmmem.banks.consolidation.chance.at_least_of_any`) must not be likelier than `ALPHA`. A place that is no longer the usual one
(`segments`, over occasions) is closed and stays known. **Tastes** and **owners** are what was last said; how often, on how
many days, and how often the opposite was said goes with them, and a change of mind closes what was said before.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np

from mmmem.banks.consolidation.chance import at_least_of_any, segments
from mmmem.banks.consolidation.habits import SAME_OCCASION_NS
from mmmem.clock import MAX_NS, Span
from mmmem.text.terms import terms

ALPHA = 0.05
MIN_OCCASIONS = 3
MIN_DAYS = 2
MIN_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Said:
    """A claim and when the line with it was told."""

    subject: str
    predicate: str
    object: str
    text: int
    start_ns: int
    learned_ns: int
    day: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Something that several lines agree on.

    Args:
        kind: `at`, `likes`, `dislikes` or `owns`.
        count, against: how many occasions say so, and how many say otherwise.
        days: numbers of the days on which they say so.
        valid: from the first of them; until something else was so.
        learned_ns: when there was first enough to know it.
        ended_ns: when the first line said otherwise for good; None while it holds.
        support: ids of the texts, in order of time.
        chance: how likely so many agree without a usual place; 0 for what is plainly said.
    """

    kind: str
    subject: str
    object: str
    count: int
    against: int
    days: tuple[int, ...]
    valid: Span
    learned_ns: int
    ended_ns: int | None
    support: tuple[int, ...]
    chance: float = 0.0


def usual_places(said: Iterable[Said]) -> list[Standing]:
    """The usual places of things, past and present, in order of when they began; only `at` claims are read."""
    things: dict[tuple[str, ...], list[Said]] = {}
    for one in sorted(said, key=lambda s: (s.start_ns, s.text)):
        if one.predicate == "at" and not one.subject[:1].isupper():
            things.setdefault(tuple(terms(one.subject)), []).append(one)
    occasions = {thing: _occasions(rows) for thing, rows in things.items() if thing}
    everything = [one for rows in occasions.values() for one in rows]
    everywhere = Counter(map(_place, everything))
    found = [
        _dated(place, rows, everything)
        for rows in occasions.values()
        for place in _places(rows, everywhere - Counter(map(_place, rows)))
    ]
    return sorted(found, key=lambda s: (s.valid.start_ns, s.subject, s.object))


def _dated(standing: Standing, rows: Sequence[Said], everything: Sequence[Said]) -> Standing:
    """With the occasions on which it was first known, and on which it was known to be over."""
    others = [one for one in everything if one not in rows]
    learned_ns = ended_ns = None
    for number in range(MIN_OCCASIONS, len(rows) + 1):
        until_ns = rows[number - 1].start_ns
        elsewhere = Counter(_place(one) for one in others if one.start_ns <= until_ns)
        then = [s for s in _places(rows[:number], elsewhere) if s.object == standing.object and _overlap(s, standing)]
        if then and learned_ns is None:
            learned_ns = rows[number - 1].learned_ns
        if any(s.ended_ns is not None for s in then) and ended_ns is None:
            ended_ns = rows[number - 1].learned_ns
    learned_ns = standing.learned_ns if learned_ns is None else learned_ns
    return replace(standing, learned_ns=learned_ns, ended_ns=None if standing.ended_ns is None else ended_ns or standing.ended_ns)


def _overlap(one: Standing, other: Standing) -> bool:
    return bool(set(one.support) & set(other.support))


def _place(one: Said) -> tuple[str, ...]:
    return tuple(terms(one.object)) or (one.object,)


def _occasions(rows: Sequence[Said]) -> list[Said]:
    """Without what repeats the same place within half an hour."""
    kept: list[Said] = []
    for row in rows:
        if kept and _place(kept[-1]) == _place(row) and row.start_ns - kept[-1].start_ns < SAME_OCCASION_NS:
            continue
        kept.append(row)
    return kept


def _places(rows: Sequence[Said], elsewhere: Counter[tuple[str, ...]]) -> list[Standing]:
    """The usual places of one thing.

    Args:
        rows: its occasions in order of time.
        elsewhere: how often the other things are in each place.
    """
    if len(rows) < MIN_OCCASIONS:
        return []
    top = Counter(map(_place, rows)).most_common(1)[0][0]
    found = []
    for first, last in segments([_place(row) == top for row in rows]):
        standing = _usual(rows[first:last], elsewhere, rows[last] if last < len(rows) else None)
        if standing is not None:
            found.append(standing)
    return found


def _usual(rows: Sequence[Said], elsewhere: Counter[tuple[str, ...]], next_row: Said | None) -> Standing | None:
    place, count = Counter(map(_place, rows)).most_common(1)[0]
    there = [row for row in rows if _place(row) == place]
    days = tuple(sorted({row.day for row in there}))
    shares = {where: (elsewhere[where] + 1) / (elsewhere.total() + 2) for where in {*elsewhere, *map(_place, rows)}}
    chance = at_least_of_any(count, len(rows), shares[place], np.array(sorted(shares.values())))
    if count < max(MIN_OCCASIONS, MIN_SHARE * len(rows)) or len(days) < MIN_DAYS or chance > ALPHA:
        return None
    name = Counter(row.subject for row in rows).most_common(1)[0][0]
    where = Counter(row.object for row in there).most_common(1)[0][0]
    return Standing(
        "at", name, where, count, len(rows) - count, days, _valid(there[0], next_row), rows[-1].learned_ns,
        None if next_row is None else next_row.learned_ns, tuple(row.text for row in there), chance,
    )  # fmt: skip


def _valid(first: Said, next_row: Said | None) -> Span:
    end_ns = MAX_NS if next_row is None else max(next_row.start_ns, first.start_ns + 1)
    return Span(first.start_ns, end_ns)


def tastes(said: Iterable[Said]) -> list[Standing]:
    """What people say they like and dislike, one record per change of mind, in order of when they began."""
    by_thing: dict[tuple[str, ...], list[Said]] = {}
    for one in sorted(said, key=lambda s: (s.start_ns, s.text)):
        if one.predicate in ("likes", "dislikes"):
            by_thing.setdefault((one.subject, *terms(one.object)), []).append(one)
    found = [standing for rows in by_thing.values() for standing in _runs(rows)]
    return sorted(found, key=lambda s: (s.valid.start_ns, s.subject, s.object))


def _runs(rows: Sequence[Said]) -> list[Standing]:
    runs = [list(group) for _, group in groupby(rows, key=lambda row: row.predicate)]
    return [_agreed(run, rows, runs[at + 1][0] if at + 1 < len(runs) else None) for at, run in enumerate(runs)]


def _agreed(run: Sequence[Said], rows: Sequence[Said], next_row: Said | None) -> Standing:
    first = run[0]
    days = tuple(sorted({row.day for row in run}))
    against = sum(row.predicate != first.predicate or row.subject != first.subject for row in rows)
    return Standing(
        first.predicate, first.subject, first.object, len(run), against, days, _valid(first, next_row), first.learned_ns,
        None if next_row is None else next_row.learned_ns, tuple(dict.fromkeys(row.text for row in run)),
    )  # fmt: skip


def owners(said: Iterable[Said]) -> list[Standing]:
    """Whose things are: every owner that a kind of thing is said to have, in order of when it was first said."""
    by_owner: dict[tuple[str, ...], list[Said]] = {}
    for one in sorted(said, key=lambda s: (s.start_ns, s.text)):
        if one.predicate == "owns":
            by_owner.setdefault((one.subject, *terms(one.object)), []).append(one)
    found = [_agreed(rows, rows, None) for rows in by_owner.values()]
    return sorted(found, key=lambda s: (s.valid.start_ns, s.subject, s.object))
