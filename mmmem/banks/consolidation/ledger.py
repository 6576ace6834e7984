"""The ledger of deeds: every deed that any line tells, in the order the lines were read, and what is counted from it.

Nothing here is stored: it is read off the lines again whenever a memory is opened and is extended as the memory grows, so it
can neither outlive a line that is forgotten nor know one that was not learned yet.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mmmem.banks.consolidation.chance import Ints
from mmmem.banks.consolidation.coverage import Coverage
from mmmem.banks.consolidation.deeds import deeds_of
from mmmem.banks.consolidation.habits import Habit, Occasion, habits_of
from mmmem.banks.consolidation.verbs import ALONE
from mmmem.types import TimedText

Act = tuple[str, str, str]
"""Actor, verb and key of the object."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A deed and the line that tells it."""

    act: Act
    object: str
    text: int
    start_ns: int
    learned_ns: int
    days_before: int
    timed: bool


class Ledger:
    """All deeds of a memory by act, whoever may see them."""

    def __init__(self) -> None:
        self.last_text = 0
        self._entries: dict[Act, list[Entry]] = {}

    def read(self, lines: Iterable[tuple[int, int, TimedText]]) -> None:
        """Take in lines that are new: number, time learned, words; numbers ascend."""
        for number, learned_ns, text in lines:
            self.last_text = number
            for deed in deeds_of(text):
                act = (deed.actor, deed.verb, deed.key)
                self.add(Entry(act, deed.object, number, text.span.start_ns, learned_ns, deed.days_before, deed.timed))

    def add(self, entry: Entry) -> None:
        """Take in one deed."""
        self._entries.setdefault(entry.act, []).append(entry)

    def all_entries(self) -> list[Entry]:
        """Every deed, by act."""
        return [entry for entries in self._entries.values() for entry in entries]

    def acts(self) -> list[Act]:
        """Every act, in the order they were first told."""
        return list(self._entries)

    def entries(self, act: Act, visible: Callable[[Ints], Sequence[bool]]) -> list[Entry]:
        """The deeds of an act whose lines are visible, in order of time; eating noodles is eating too."""
        rows = self._entries.get(act, [])
        if not act[2] and act[1] in ALONE:
            rows = [row for other, found in self._entries.items() if other[:2] == act[:2] for row in found]
        seen = visible(np.array([row.text for row in rows], np.int64))
        kept = [row for row, shown in zip(rows, seen, strict=True) if shown]
        return sorted(kept, key=lambda row: (row.start_ns, row.learned_ns, row.text))


def occasions_of(entries: Sequence[Entry], coverage: Coverage) -> list[Occasion]:
    """When an act was done, in order of time."""
    found = [
        Occasion(
            coverage.day_of(row.start_ns) - row.days_before,
            coverage.clock_ns(row.start_ns) if row.timed else None,
            row.text,
            row.learned_ns,
        )
        for row in entries
    ]
    return sorted(found, key=lambda o: (o.day, o.clock_ns is None, o.clock_ns or 0))


def named(entries: Sequence[Entry]) -> str:
    """What the object is called most, if that is said half of the time; else its last word; empty where no object is shared."""
    if len({row.act[2] for row in entries}) != 1 or not entries[0].act[2]:
        return ""
    name, count = Counter(row.object for row in entries).most_common(1)[0]
    return name if 2 * count >= len(entries) else Counter(row.object.split()[-1] for row in entries).most_common(1)[0][0]


def derived(act: Act, entries: Sequence[Entry], coverage: Coverage, as_of_ns: int) -> list[Habit]:
    """The habits that an act has been."""
    if len({row.start_ns for row in entries}) < 2:
        return []
    found = habits_of(occasions_of(entries, coverage), coverage, as_of_ns=as_of_ns)
    return [replace(habit, actor=act[0], verb=act[1], object=named(entries), key=act[2]) for habit in found]
