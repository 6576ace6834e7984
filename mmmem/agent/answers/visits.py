"""Presence of people and things a detector saw: how many came, when, for how long, and whether anybody was there.

A tracker loses people behind things and gives them new ids. Pieces of tracks of one label are joined into one visit when the
next begins within three seconds after the last ended; pieces that overlap longer are different individuals.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mmmem.agent.answers.draft import Draft, Inquiry
from mmmem.agent.language.wordlists import PERSON_WORDS
from mmmem.agent.question import Question
from mmmem.agent.sources import names
from mmmem.clock import NS_PER_S, Span, format_duration
from mmmem.store.records import Presence
from mmmem.text.terms import terms
from mmmem.types import Evidence, FrameRef

JOIN_GAP_NS = 3 * NS_PER_S
JOIN_OVERLAP_NS = 1 * NS_PER_S
SHORTEST_VISIT_NS = 1 * NS_PER_S
LEAVING = frozenset(terms("leave left leaves go goes gone went exit exited depart departed disappear disappeared walk away"))
PRESENCE = LEAVING | frozenset(
    terms(
        "come comes came coming arrive arrived enter entered appear appeared show visit visited pass passed stay stayed present "
        "see saw seen spot spotted stop stopped return returned remain remained wait waited stand stood be been back there here "
        "many much time long total first second third fourth fifth sixth seventh eighth ninth tenth last different"
    )
)
"""Terms a question may hold besides the thing and the place when it asks whether, when and how long something was there."""
_PLACED = (
    r"\b(?:at|to|in|into|on|by|near|from|through|past|behind|around|inside|outside|of)\s+(?:(?:the|a|an|my|our|this|that)\s+)?"
)
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
    for presence in sorted(presences, key=lambda p: (p.span, p.stream_id, p.track_id)):
        piece = Visit(0, presence.stream_id, presence.label, presence.span, (presence.best,), presence.best_score)
        before = [v for v in open_visits if v.stream_id == piece.stream_id and _continues(v.span, piece.span)]
        if before:
            earlier = max(before, key=lambda v: v.span.end_ns)
            open_visits.remove(earlier)
            piece = _joined(earlier, piece)
        open_visits.append(piece)
    stays = sorted((v for v in open_visits if v.span.duration_ns >= SHORTEST_VISIT_NS), key=lambda v: (v.span, v.stream_id))
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
    if label is None or inquiry.question.kind not in ("count", "when", "duration", "yes_no"):
        return None
    if inquiry.question.constraint.outside is not None:
        return None
    visits = _stays(inquiry, label)
    if inquiry.question.kind == "yes_no":
        return _was_there(inquiry, label, visits)
    if inquiry.question.kind == "count":
        return _how_many(inquiry, label, visits)
    picked = _picked(inquiry, visits)
    if picked is None:
        return None
    return _when(inquiry, picked) if inquiry.question.kind == "when" else _how_long(inquiry, picked)


def asked_label(inquiry: Inquiry) -> str | None:
    """The detector's class whose presence the question asks about, if one was ever found; None if it asks for more."""
    question = inquiry.question
    named = any(entity[:1].isupper() for entity in question.entities)
    if named or question.channel == "speech" or question.constraint.anchor is not None:
        return None
    asked = f"{question.content} {question.count_of or ''}"
    labels = {
        presence.label
        for presence in inquiry.memory.presences(stream=inquiry.asked.stream, as_of_ns=inquiry.view.as_of_ns)
        if names(asked, presence.label)
    }
    label = "person" if "person" in labels else min(labels, default=None)
    return label if label is not None and not _other_terms(question, label) else None


def _other_terms(question: Question, label: str) -> set[str]:
    """What the question speaks of besides the thing, its coming and going, and where."""
    content = question.content
    for entity in question.entities:
        content = re.sub(_PLACED + re.escape(entity), " ", content, flags=re.IGNORECASE)
    people = {term for word in PERSON_WORDS for term in terms(word)} if label == "person" else set()
    return set(terms(content)) - people - set(terms(label)) - PRESENCE


def _stays(inquiry: Inquiry, label: str) -> list[Visit]:
    """Visits as of the time of asking, in the stream asked about; numbered over all streams, as their ids are."""
    every = visits_of(inquiry.memory.presences(label=label, as_of_ns=inquiry.view.as_of_ns))
    return [visit for visit in every if inquiry.asked.stream in (None, visit.stream_id)]


def _times(inquiry: Inquiry) -> list[Span] | None:
    """When a visit must lie for the question to mean it: None for any time, empty for no time at all."""
    times = _now(inquiry) or list(inquiry.question.constraint.windows) or None
    window = inquiry.asked.query.window
    if window is None or times is None:
        return times if window is None else [window]
    return [both for span in times if (both := span.intersect(window))]


def _within(visits: Sequence[Visit], times: list[Span] | None) -> list[Visit]:
    return [v for v in visits if times is None or any(v.span.overlaps(span) for span in times)]


def _looks(inquiry: Inquiry, times: list[Span] | None) -> list[Evidence]:
    """Where pictures were searched for objects, as evidence of absence: one piece per stream and time."""
    found = []
    for record in inquiry.memory.streams():
        if inquiry.asked.stream not in (None, record.stream_id):
            continue
        for window in [None] if times is None else times:
            looks = inquiry.memory.looked(stream=record.stream_id, window=window, as_of_ns=inquiry.view.as_of_ns)
            if len(looks):
                span = Span(int(looks.start_ns.min()), int(looks.end_ns.max()))
                text = f"{len(looks)} pictures searched, {int(looks.num_detections.sum())} objects found"
                found.append(Evidence("visual", f"looked:{span.start_ns}", record.stream_id, span, 0.5, text))
    return found


def _evidence(visits: Sequence[Visit], inquiry: Inquiry) -> list[Evidence]:
    return [
        Evidence("visual", f"visit:{v.label}:{v.number}", v.stream_id, v.span, v.score, _describe(v, inquiry), v.frames)
        for v in visits
    ]


def _describe(visit: Visit, inquiry: Inquiry) -> str:
    return f"{visit.label} seen {inquiry.calendar.format_span(visit.span)}"


def _now(inquiry: Inquiry) -> list[Span]:
    """The last seconds, where the question is about how things are right now."""
    as_of_ns = inquiry.view.as_of_ns
    if not _NOW.search(inquiry.question.text) or as_of_ns == 0:
        return []
    return [Span(max(as_of_ns - JOIN_GAP_NS, 0), as_of_ns)]


def _how_many(inquiry: Inquiry, label: str, visits: list[Visit]) -> Draft | None:
    visits = _within(visits, _times(inquiry))
    if not visits:
        return _looked_in_vain(inquiry, label, "count", 0)
    spans = ", ".join(inquiry.calendar.format_span(v.span) for v in visits)
    return Draft(f"{len(visits)} ({label}: {spans})", "count", _confidence(visits), _evidence(visits, inquiry), len(visits))


def _was_there(inquiry: Inquiry, label: str, visits: list[Visit]) -> Draft | None:
    there = _within(visits, _times(inquiry))
    negated = inquiry.question.negated
    if not there:
        return _looked_in_vain(inquiry, label, "yes_no", negated)
    text = f"{'No' if negated else 'Yes'}: {_describe(there[0], inquiry)}."
    return Draft(text, "yes_no", _confidence(there), _evidence(there, inquiry), not negated)


def _looked_in_vain(inquiry: Inquiry, label: str, kind: str, value: bool | int) -> Draft | None:
    """Nothing was found where a detector looked; None where nobody looked, or where it was seen too briefly for a visit."""
    times = _times(inquiry)
    looks = _looks(inquiry, times)
    seen = inquiry.memory.presences(label=label, stream=inquiry.asked.stream, as_of_ns=inquiry.view.as_of_ns)
    glimpsed = any(times is None or any(one.span.overlaps(span) for span in times) for one in seen)
    if glimpsed or not looks:
        return None
    said = str(value) if kind == "count" else "Yes" if value else "No"
    return Draft(f"{said}: the pictures were searched and no {label} was found.", kind, 0.6, looks, value)


def _picked(inquiry: Inquiry, visits: list[Visit]) -> Visit | None:
    """The visit the question means: the n-th, the last, the first, or the earliest in its time."""
    visits = _within(visits, _times(inquiry))
    constraint, ordinal = inquiry.question.constraint, inquiry.question.ordinal
    ordinal = ordinal or {"first": 1, "last": -1, "nth": constraint.n}.get(constraint.order or "") or 1
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
