"""Habits, usual places, tastes and owners as a question may see them: counted from the lines of its view and nothing else."""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from mmmem.agent.view import Ints, View
from mmmem.banks.consolidation.coverage import Coverage
from mmmem.banks.consolidation.habits import Habit
from mmmem.banks.consolidation.kept import keep_ledger, kept_ledger
from mmmem.banks.consolidation.ledger import Act, Entry, Ledger, derived
from mmmem.banks.consolidation.standing import Said, Standing, owners, tastes, usual_places

if TYPE_CHECKING:
    from mmmem.memory import Memory

LINES_AT_ONCE = 5000
KEPT = 4


class Routine:
    """What repeats in a view of the memory."""

    def __init__(self, ledger: Ledger, claims: Sequence[tuple[int, int, str, str, str]], view: View, coverage: Coverage) -> None:
        self.view = view
        self.coverage = coverage
        self._ledger = ledger
        self._claims = claims

    def _visible(self, texts: Ints) -> list[bool]:
        return [at >= 0 for at in self.view.positions_of(texts).tolist()]

    @cached_property
    def acts(self) -> dict[Act, list[Entry]]:
        """Every act that a visible line tells, with its deeds in order of time."""
        found = ((act, self._ledger.entries(act, self._visible)) for act in self._ledger.acts())
        return {act: entries for act, entries in found if entries}

    @cached_property
    def habits(self) -> list[Habit]:
        """All habits, the present ones first, then those least likely to be chance."""
        found = [h for act, rows in self.acts.items() for h in derived(act, rows, self.coverage, self.view.as_of_ns)]
        return sorted(found, key=lambda h: (h.ended_ns is not None, h.chance, h.actor, h.verb, h.key, h.valid.start_ns))

    @cached_property
    def said(self) -> list[Said]:
        """Every visible claim, in no order."""
        rows = [row for row in self._claims if row[3] in ("at", "likes", "dislikes", "owns")]
        at = self.view.positions_of(np.array([row[1] for row in rows], np.int64)).tolist()
        lines, found = self.view.lines, list[Said]()
        for (_, text, subject, predicate, object_), line in zip(rows, at, strict=True):
            if line >= 0:
                start_ns, learned_ns = int(lines.start_ns[line]), int(lines.learned_ns[line])
                day = self.coverage.day_of(start_ns)
                found.append(Said(subject, predicate, object_, text, start_ns, learned_ns, day))
        return found

    @cached_property
    def places(self) -> list[Standing]:
        """Usual places of things."""
        return usual_places(self.said)

    @cached_property
    def tastes(self) -> list[Standing]:
        """Likes and dislikes."""
        return tastes(self.said)

    @cached_property
    def owners(self) -> list[Standing]:
        """Who owns what."""
        return owners(self.said)


class Routines:
    """Routines of one open memory; the ledger grows with it and is made anew after something was forgotten."""

    def __init__(self, memory: "Memory") -> None:
        self._memory = memory
        self._ledger = Ledger()
        self._generation: str | None = None
        self._kept: dict[tuple[object, int, str | None], Routine] = {}

    def of(self, view: View, stream: str | None = None) -> Routine:
        """What repeats in a view; the last few are kept until the memory changes."""
        key = (self._memory.version(), view.as_of_ns, stream)
        if key not in self._kept:
            self.read()
            while len(self._kept) >= KEPT:
                self._kept.pop(next(iter(self._kept)))
            coverage = Coverage(view.clips.start_ns, view.clips.end_ns, self._memory.calendar)
            self._kept[key] = Routine(self._ledger, self._memory.claims(), view, coverage)
        return self._kept[key]

    def read(self) -> int:
        """Take the lines that are new into the ledger; how many there were."""
        generation = self._memory.version()[0]
        ids = self._memory.line_columns().id
        if generation != self._generation:
            last = int(ids[-1]) if len(ids) else 0
            self._ledger = kept_ledger(self._memory.path, str(generation), last) or Ledger()
            self._generation = generation
            self._kept.clear()
        new = ids[np.searchsorted(ids, self._ledger.last_text, side="right") :].tolist()
        for first in range(0, len(new), LINES_AT_ONCE):
            stored = self._memory.texts(new[first : first + LINES_AT_ONCE])
            self._ledger.read((one.id, one.learned_ns, one.text) for one in stored)
        return len(new)

    def keep(self) -> int:
        """Take in the lines that are new and keep the ledger beside the memory; how many were new. Only for the one writer.

        Raises:
            OSError: the file cannot be written.
        """
        num_new = self.read()
        if num_new:
            keep_ledger(self._memory.path, self._ledger, str(self._generation))
        return num_new
