"""Presence of people and things a detector saw: how many came, when, for how long, and whether anybody was there.

A tracker loses people behind things and gives them new ids. Pieces of tracks of one label are joined into one visit when the
next begins within three seconds after the last ended; pieces that overlap longer are different individuals.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mmmem.agent.answers.draft import Draft, Inquiry
from mmmem.clock import NS_PER_S, Span, format_duration
from mmmem.store.records import Presence
from mmmem.text.terms import terms
from mmmem.types import Evidence, FrameRef

JOIN_GAP_NS = 3 * NS_PER_S
JOIN_OVERLAP_NS = 1 * NS_PER_S
SHORTEST_VISIT_NS = 1 * NS_PER_S
PERSON_WORDS = frozenset(
    "person people man men woman women boy girl child children guest visitor visitors anybody anyone somebody someone nobody who "
    "everybody everyone human guy customer stranger pedestrian".split()
)
LEAVING = frozenset(terms("leave left leaves go goes gone went exit exited depart departed disappear disappeared walk away"))
_NOW = re.compile(r"\b(?:right now|now|currently|at the moment)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Visit:
    """One stay of one individual; `number` counts them in order of start, from 1."""

    number: int
    stream_id: str
    label: str
    span: Span
    frames: tuple[FrameRef, ...]
    score: float


def visits_of(presences: Sequence[Presence]) -> list[Visit]:
    """Presences of one label joined into visits, in order of start; flickers shorter than a second are dropped."""
    open_visits: list[Visit] = []
    for presence in sorted(presences, key=lambda p: p.span):
        piece = Visit(0, presence.stream_id, presence.label, presence.span, (presence.best,), presence.best_score)
        before = [v for v in open_visits if v.stream_id == piece.stream_id and _continues(v.span, piece.span)]
        if before:
            earlier = max(before, key=lambda v: v.span.end_ns)
            open_visits.remove(earlier)
            piece = _joined(earlier, piece)
        open_visits.append(piece)
    stays = sorted((v for v in open_visits if v.span.duration_ns >= SHORTEST_VISIT_NS), key=lambda v: v.span)
    return [replace(visit, number=number) for number, visit in enumerate(stays, start=1)]


def _continues(earlier: Span, later: Span) -> bool:
    inside = later.end_ns <= earlier.end_ns and later.duration_ns <= JOIN_OVERLAP_NS
    return inside or -JOIN_OVERLAP_NS <= later.start_ns - earlier.end_ns <= JOIN_GAP_NS


def _joined(earlier: Visit, later: Visit) -> Visit:
    span = earlier.span.hull(later.span)
    return Visit(0, earlier.stream_id, earlier.label, span, earlier.frames + later.frames, max(earlier.score, later.score))


def answer_presence(inquiry: Inquiry) -> Draft | None:
    """Answer from detections; None where the question is not about the presence of something a detector names."""
    label = asked_label(inquiry)
    if label is None or inquiry.question.kind not in ("count", "when", "duration", "yes_no", "who"):
        return None
    visits = visits_of(inquiry.presences(label))
    if inquiry.question.kind == "yes_no":
        return _was_there(inquiry, label, visits)
    if inquiry.question.kind == "count":
        return _how_many(inquiry, label, visits)
    picked = _picked(inquiry, visits)
    if picked is None:
        return None
    return _when(inquiry, picked) if inquiry.question.kind == "when" else _how_long(inquiry, picked)


def asked_label(inquiry: Inquiry) -> str | None:
    """The detector's class the question is about, if any was ever looked for and found."""
    question = inquiry.question
    if any(e[:1].isupper() for e in question.entities):
        return None
    words = set(question.content.lower().split()) | ({question.count_of.lower()} if question.count_of else set())
    words |= set(question.text.lower().replace("?", " ").split())
    labels = inquiry.labels()
    if "person" in labels and words & PERSON_WORDS - ({"who"} if question.kind != "who" else set()):
        return "person"
    stems = {term for word in words for term in terms(word)}
    return next((label for label in sorted(labels) if set(terms(label)) <= stems and terms(label)), None)


def _evidence(visits: Sequence[Visit], inquiry: Inquiry) -> list[Evidence]:
    return [
        Evidence("visual", f"visit:{v.label}:{v.number}", v.stream_id, v.span, v.score, _describe(v, inquiry), v.frames)
        for v in visits
    ]


def _describe(visit: Visit, inquiry: Inquiry) -> str:
    return f"{visit.label} seen {inquiry.calendar.format_span(visit.span)}"


def _now(inquiry: Inquiry) -> Span | None:
    """The last seconds, where the question is about how things are right now."""
    if not _NOW.search(inquiry.question.text):
        return None
    as_of_ns = inquiry.view.as_of_ns
    return Span(max(as_of_ns - JOIN_GAP_NS, 0), as_of_ns)


def _how_many(inquiry: Inquiry, label: str, visits: list[Visit]) -> Draft | None:
    window = inquiry.window() or _now(inquiry)
    if window is not None:
        visits = [v for v in visits if v.span.overlaps(window)]
    if not visits:
        return _looked_in_vain(inquiry, label, "count", 0)
    times = ", ".join(inquiry.calendar.format_span(v.span) for v in visits)
    return Draft(f"{len(visits)} ({label}: {times})", "count", _confidence(visits), _evidence(visits, inquiry), len(visits))


def _was_there(inquiry: Inquiry, label: str, visits: list[Visit]) -> Draft | None:
    window = inquiry.window() or _now(inquiry)
    there = [v for v in visits if window is None or v.span.overlaps(window)]
    if not there:
        return _looked_in_vain(inquiry, label, "yes_no", False)
    yes = inquiry.question.negated
    text = ("No" if yes else "Yes") + f": {_describe(there[0], inquiry)}."
    return Draft(text, "yes_no", _confidence(there), _evidence(there, inquiry), not yes)


def _looked_in_vain(inquiry: Inquiry, label: str, kind: str, value: object) -> Draft | None:
    """Nothing was found where a detector looked; None where nobody looked, which is another thing."""
    looked = inquiry.looked(inquiry.window() or _now(inquiry))
    if not looked:
        return None
    text = f"{'No' if kind == 'yes_no' else value}: the pictures were searched and no {label} was found."
    return Draft(text, kind, 0.6, looked, value)


def _picked(inquiry: Inquiry, visits: list[Visit]) -> Visit | None:
    """The visit the question means: the n-th, the last, the first, or the only one in its time."""
    window = inquiry.window() or _now(inquiry)
    visits = [v for v in visits if window is None or v.span.overlaps(window)]
    constraint, ordinal = inquiry.question.constraint, inquiry.question.ordinal
    ordinal = ordinal if ordinal is not None else {"first": 1, "last": -1, "nth": constraint.n}.get(constraint.order or "")
    if ordinal is None:
        return visits[0] if visits else None
    index = ordinal - 1 if ordinal > 0 else ordinal
    return visits[index] if -len(visits) <= index < len(visits) else None


def _when(inquiry: Inquiry, visit: Visit) -> Draft:
    leaves = bool(set(terms(inquiry.question.text)) & LEAVING)
    t_ns = visit.span.end_ns if leaves else visit.span.start_ns
    verb = "was last seen" if leaves else "was first seen"
    text = f"The {visit.label} {verb} at {inquiry.when(t_ns)}."
    return Draft(text, "time", _confidence([visit]), _evidence([visit], inquiry), t_ns)


def _how_long(inquiry: Inquiry, visit: Visit) -> Draft:
    length = format_duration(visit.span.duration_ns)
    text = f"{length} ({_describe(visit, inquiry)})."
    return Draft(text, "duration", _confidence([visit]), _evidence([visit], inquiry), visit.span.duration_ns)


def _confidence(visits: Sequence[Visit]) -> float:
    return min(0.95, sum(v.score for v in visits) / len(visits))
