"""Facts: read off the log of claims, so that a view as of any time is what the memory held true then.

Claims of one (subject, predicate) are taken in the order of the world's time. A claim opens a fact, or confirms the one
that is open; a functional claim also closes the open facts with other objects; an ending claim closes what it names, or
everything where it names no object. Nothing is erased: a closed fact keeps its span and its support.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby

from mmmem.clock import MAX_NS, Span
from mmmem.types import Fact


@dataclass(frozen=True, slots=True)
class StoredClaim:
    """A row of the log, with the time of its text."""

    subject: str
    predicate: str
    object: str
    functional: bool
    ends: bool
    id: int
    text: int
    start_ns: int
    learned_ns: int


@dataclass(slots=True)
class _Open:
    """A fact while it is read off."""

    claim: StoredClaim
    support: list[int] = field(default_factory=list)
    end_ns: int = MAX_NS

    def close(self, t_ns: int) -> None:
        self.end_ns = max(t_ns, self.claim.start_ns + 1)

    def as_fact(self) -> Fact:
        c = self.claim
        valid = Span(c.start_ns, self.end_ns)
        return Fact(c.id, c.subject, c.predicate, c.object, valid, c.learned_ns, tuple(dict.fromkeys(self.support)))


def facts_of(claims: Iterable[StoredClaim]) -> list[Fact]:
    """Facts of any number of subjects, ordered by when they began.

    Args:
        claims: sorted by subject, predicate, start and place in the log.
    """
    found: list[_Open] = []
    for _, group in groupby(claims, key=lambda c: (c.subject, c.predicate)):
        found += _sweep(group)
    return [o.as_fact() for o in sorted(found, key=lambda o: (o.claim.start_ns, o.claim.id))]


def _sweep(claims: Iterable[StoredClaim]) -> list[_Open]:
    found: list[_Open] = []
    still: dict[str, _Open] = {}
    for claim in claims:
        if claim.ends:
            ended = [claim.object] if claim.object else list(still)
        else:
            ended = [other for other in still if other != claim.object] if claim.functional else []
        for name in ended:
            if name in still:
                still.pop(name).close(claim.start_ns)
        if claim.ends:
            continue
        if claim.object not in still:
            still[claim.object] = _Open(claim)
            found.append(still[claim.object])
        still[claim.object].support.append(claim.text)
    return found


_CLAIMS = """
SELECT c.subject, c.predicate, c.object, c.functional, c.ends, c.id, c.text, t.start_ns,
  max(t.learned_ns, coalesce(e.learned_ns, t.learned_ns)) AS learned_ns
FROM claims c JOIN texts t ON t.id = c.text LEFT JOIN enrichments e ON e.id = c.enrichment
WHERE t.learned_ns <= :as_of AND coalesce(e.learned_ns, t.learned_ns) <= :as_of {conditions}
ORDER BY c.subject, c.predicate, t.start_ns, c.id
"""


def read_facts(
    connection: sqlite3.Connection, subject: str | None, predicate: str | None, object_: str | None, as_of_ns: int
) -> list[Fact]:
    """Facts with the given parts, as they were known at `as_of_ns`."""
    conditions = []
    if subject is not None:
        conditions.append("AND c.subject = :subject")
    if predicate is not None:
        conditions.append("AND c.predicate = :predicate")
    if object_ is not None:  # other objects of the same subject and predicate may close it
        conditions.append("AND (c.subject, c.predicate) IN (SELECT subject, predicate FROM claims WHERE object = :object)")
    rows = connection.execute(
        _CLAIMS.format(conditions=" ".join(conditions)),
        {"as_of": as_of_ns, "subject": subject, "predicate": predicate, "object": object_},
    )
    facts = facts_of(StoredClaim(*row) for row in rows)
    return facts if object_ is None else [fact for fact in facts if fact.object == object_]
