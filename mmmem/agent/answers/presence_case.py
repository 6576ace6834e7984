"""One question about presence: what it asks, and the visits in the time it asks about."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from mmmem.agent.answers.draft import Inquiry
from mmmem.agent.answers.presence_asked import AnchorVisit, Moment, PresenceAsked, presence_asked
from mmmem.agent.answers.seen import Seen
from mmmem.agent.answers.visits import Visit, most_at_once
from mmmem.clock import NS_PER_S, Span

Thing = TypeVar("Thing")
POINT_NS = NS_PER_S
SLACK_NS = 2 * NS_PER_S
"""Coming and going at a time given to the second may have been seen this much earlier or later."""


@dataclass(frozen=True, slots=True)
class Case:
    """What is asked, and what was seen for it: `all` visits in order, and those in the time asked about."""

    inquiry: Inquiry
    asked: PresenceAsked
    seen: Seen
    all: list[Visit]
    times: list[Span] | None
    visits: list[Visit]


def case_of(inquiry: Inquiry) -> "Case | str | None":
    """What the question asks of what was seen; a sentence where that cannot be known, None where it asks about something else."""
    labels = inquiry.memory.labels(stream=inquiry.asked.stream, as_of_ns=inquiry.view.as_of_ns)
    asked = presence_asked(inquiry.question, labels)
    if asked is None or inquiry.question.constraint.outside is not None:
        return None
    seen = Seen(inquiry, asked.label)
    visits = _long_enough(seen.visits, asked)
    times = seen.times()
    if asked.anchor is not None or asked.between is not None:
        if seen.in_photos():
            return seen.not_in_order()
        placed = _beside(asked.anchor, seen) if asked.anchor is not None else _between(asked.between or (1, 1), seen)
        if isinstance(placed, str):
            return placed
        times = [placed] if times is None else [both for span in times if (both := span.intersect(placed))]
    there = [visit for visit in visits if inside(visit, asked.moment, times, seen) and not _is_anchor(visit, asked.anchor, seen)]
    return Case(inquiry, asked, seen, visits, times, there)


def _long_enough(visits: Sequence[Visit], asked: PresenceAsked) -> list[Visit]:
    least, most = asked.least_ns, asked.most_ns
    return [v for v in visits if (least is None or v.span.duration_ns > least) and (most is None or v.span.duration_ns < most)]


def _is_anchor(visit: Visit, anchor: AnchorVisit | None, seen: Seen) -> bool:
    return anchor is not None and visit == nth_of(seen.visits, anchor.nth)


def _beside(anchor: AnchorVisit, seen: Seen) -> Span | str:
    """The time before, after or during the visit that places the question."""
    visit = nth_of(seen.visits, anchor.nth)
    if visit is None:
        return seen.too_few(anchor.nth)
    t_ns = visit.span.end_ns if anchor.moment == "leave" else visit.span.start_ns
    if anchor.relation == "while":
        return visit.span if anchor.moment == "there" else Span(t_ns, t_ns + 1)
    return Span(t_ns, seen.end_ns + 1) if anchor.relation == "after" else Span(0, max(t_ns, 1))


def _between(pair: tuple[int, int], seen: Seen) -> Span | str:
    """From the end of one visit to the start of another."""
    first, second = (nth_of(seen.visits, nth) for nth in pair)
    if first is None or second is None:
        return seen.too_few(pair[0] if first is None else pair[1])
    if first.span.end_ns >= second.span.start_ns:
        return f"{seen.looked()}; {seen.describe(first)} and {seen.describe(second)}, with no time in between."
    return Span(first.span.end_ns, second.span.start_ns)


def inside(visit: Visit, moment: Moment, times: Sequence[Span] | None, seen: Seen) -> bool:
    """Whether the moment of a visit that is asked about lies in one of the times; a visit that goes on has no end yet."""
    if moment == "leave" and seen.goes_on(visit):
        return False
    if times is None:
        return True
    if moment == "there":
        return any(visit.span.overlaps(span) for span in times)
    t_ns = visit.span.end_ns if moment == "leave" else visit.span.start_ns
    slacks = [(span, SLACK_NS if span.duration_ns <= POINT_NS else 0) for span in times]
    return any(span.start_ns - slack <= t_ns < span.end_ns + slack for span, slack in slacks)


def nth_of(row: Sequence[Thing], nth: int) -> Thing | None:
    """The `nth` of a row, from 1, or from its end where negative; None where the row is too short."""
    index = nth - 1 if nth > 0 else nth
    return row[index] if -len(row) <= index < len(row) else None


def peak(case: Case) -> tuple[int, list[Span], list[Visit]]:
    """The most there were at one instant, when, and the visits seen then."""
    alone = [visit for visit in case.visits if visit.alone]
    most, spans = most_at_once(clipped([visit for visit in case.visits if not visit.alone], case.times))
    boxes = {visit: case.seen.num_boxes(visit) for visit in alone} if alone else {}
    fullest = max(boxes.values(), default=0)
    if fullest > most:
        most, spans = fullest, [visit.span for visit, number in boxes.items() if number == fullest]
    return most, spans, [visit for visit in case.visits if any(visit.span.overlaps(span) for span in spans)]


def clipped(visits: Sequence[Visit], times: Sequence[Span] | None) -> list[Visit]:
    """The parts of visits that lie in the times asked about."""
    if times is None:
        return list(visits)
    return [replace(visit, span=both) for visit in visits for span in times if (both := visit.span.intersect(span))]


def said_span(span: Span, inquiry: Inquiry) -> str:
    """A span in words, an instant where it is shorter than a clock shows."""
    return inquiry.when(span.start_ns) if span.duration_ns < NS_PER_S else inquiry.calendar.format_span(span)


def confidence_of(visits: Sequence[Visit]) -> float:
    """How far an answer that rests on these visits can be trusted: the mean of the detector's best scores."""
    return min(0.95, sum(visit.score for visit in visits) / len(visits)) if visits else 0.0
