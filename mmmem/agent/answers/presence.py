"""Presence of people and things a detector saw: how many, when, for how long, in which order, and when there was nobody.

An answer is a draft; a sentence is why it cannot be known, and None that the question is about something else.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from mmmem.agent.answers.draft import Draft, Inquiry
from mmmem.agent.answers.presence_asked import AnchorVisit, Moment, PresenceAsked, presence_asked
from mmmem.agent.answers.seen import Seen
from mmmem.agent.answers.visits import Visit, at_least, most_at_once
from mmmem.clock import NS_PER_S, Span, format_duration

Thing = TypeVar("Thing")
POINT_NS = NS_PER_S
SLACK_NS = 2 * NS_PER_S
"""Coming and going at a time given to the second may have been seen this much earlier or later."""
_MOST_SAID = 6
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}


@dataclass(frozen=True, slots=True)
class _Case:
    """What is asked, and what was seen for it: `all` visits in order, and those in the time asked about."""

    inquiry: Inquiry
    asked: PresenceAsked
    seen: Seen
    all: list[Visit]
    times: list[Span] | None
    visits: list[Visit]


def answer_presence(inquiry: Inquiry) -> Draft | None:
    """Answer from detections; None where that cannot be, or the question is not about presence of what a detector named."""
    found = _answered(inquiry)
    return found if isinstance(found, Draft) else None


def why_not_seen(inquiry: Inquiry) -> str | None:
    """Why detections do not answer the question; None where they have nothing to do with it."""
    found = _answered(inquiry)
    if isinstance(found, str):
        return found
    return None if len(inquiry.view.lines) else Seen(inquiry, "").nothing_but_detections()


def _answered(inquiry: Inquiry) -> Draft | str | None:
    labels = {one.label for one in inquiry.memory.presences(stream=inquiry.asked.stream, as_of_ns=inquiry.view.as_of_ns)}
    asked = presence_asked(inquiry.question, sorted(labels))
    if asked is None or inquiry.question.constraint.outside is not None:
        return None
    seen = Seen(inquiry, asked.label)
    visits = _long_enough(seen.visits, asked)
    times = seen.times()
    if asked.anchor is not None or asked.between is not None:
        placed = _beside(asked.anchor, seen) if asked.anchor is not None else _between(asked.between or (1, 1), seen)
        if isinstance(placed, str):
            return placed
        times = [placed] if times is None else [both for span in times if (both := span.intersect(placed))]
    there = [visit for visit in visits if _inside(visit, asked.moment, times, seen) and not _is_anchor(visit, asked.anchor, seen)]
    case = _Case(inquiry, asked, seen, visits, times, there)
    return next(answer(case) for applies, answer in _ANSWERS if applies(asked, inquiry.question.kind))


def _long_enough(visits: Sequence[Visit], asked: PresenceAsked) -> list[Visit]:
    least, most = asked.least_ns, asked.most_ns
    return [v for v in visits if (least is None or v.span.duration_ns > least) and (most is None or v.span.duration_ns < most)]


def _is_anchor(visit: Visit, anchor: AnchorVisit | None, seen: Seen) -> bool:
    return anchor is not None and visit == _nth_of(seen.visits, anchor.nth)


def _beside(anchor: AnchorVisit, seen: Seen) -> Span | str:
    """The time before, after or during the visit that places the question."""
    visit = _nth_of(seen.visits, anchor.nth)
    if visit is None:
        return seen.too_few(anchor.nth)
    t_ns = visit.span.end_ns if anchor.moment == "leave" else visit.span.start_ns
    if anchor.relation == "while":
        return visit.span if anchor.moment == "there" else Span(t_ns, t_ns + 1)
    return Span(t_ns, seen.end_ns + 1) if anchor.relation == "after" else Span(0, max(t_ns, 1))


def _between(pair: tuple[int, int], seen: Seen) -> Span | str:
    """From the end of one visit to the start of another."""
    first, second = (_nth_of(seen.visits, nth) for nth in pair)
    if first is None or second is None:
        return seen.too_few(pair[0] if first is None else pair[1])
    if first.span.end_ns >= second.span.start_ns:
        return f"{seen.looked()}; {seen.describe(first)} and {seen.describe(second)}, with no time in between."
    return Span(first.span.end_ns, second.span.start_ns)


def _inside(visit: Visit, moment: Moment, times: Sequence[Span] | None, seen: Seen) -> bool:
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


def _nth_of(row: Sequence[Thing], nth: int) -> Thing | None:
    index = nth - 1 if nth > 0 else nth
    return row[index] if -len(row) <= index < len(row) else None


def _identity(case: _Case) -> str:
    return f"{case.seen.looked()}; they tell when a {case.asked.label} was seen, not whether it was the same one."


def _pictures(case: _Case) -> Draft | str:
    """In how many pictures it was found."""
    refs, evidence = case.seen.pictures(case.times)
    if not refs:
        return case.seen.in_vain(case.times, "count", 0)
    text = f"{len(refs)} of {case.seen.num_looks(case.times)} pictures show a {case.asked.label}."
    return Draft(text, "count", 0.8, evidence, len(refs))


def _absent(case: _Case) -> Draft | str:
    """When, or for how long, there was nothing of the label."""
    gaps = case.seen.absences(case.times)
    label, kind = case.asked.label, case.inquiry.question.kind
    if not gaps:
        return f"{case.seen.looked()}; none of the time asked about was without a {label} for a second or more."
    if case.asked.longest is not None:
        gaps = [(max if case.asked.longest else min)(gaps, key=lambda span: span.duration_ns)]
    elif case.asked.nth is not None:
        picked = _nth_of(gaps, case.asked.nth)
        if picked is None:
            return f"{case.seen.looked()}; there were {len(gaps)} times without a {label}, fewer than are asked for."
        gaps = [picked]
    spans = ", ".join(case.inquiry.calendar.format_span(span) for span in gaps)
    evidence = case.seen.looks(gaps)
    if kind == "duration":
        total_ns = sum(span.duration_ns for span in gaps)
        return Draft(f"{format_duration(total_ns)} (no {label} was seen {spans}).", "duration", 0.7, evidence, total_ns)
    if kind == "count":
        return Draft(f"{len(gaps)} (no {label} was seen {spans}).", "count", 0.7, evidence, len(gaps))
    if len(gaps) == 1:
        return Draft(f"No {label} was seen {spans}.", "time", 0.7, evidence, gaps[0].start_ns)
    return Draft(f"No {label} was seen {spans}.", "list", 0.7, evidence, [[span.start_ns, span.end_ns] for span in gaps])


def _at_once(case: _Case) -> Draft | str:
    """How many there were at one instant, at most."""
    most, spans, cited = _peak(case)
    if not most:
        return case.seen.in_vain(case.times, "count", 0)
    when = ", ".join(_said(span, case.inquiry) for span in spans[:_MOST_SAID]) + (", ..." if len(spans) > _MOST_SAID else "")
    text = f"{most} at once at most ({case.asked.label}: {when})."
    return Draft(text, "count", _confidence(cited), case.seen.cite(cited), most)


def _peak(case: _Case) -> tuple[int, list[Span], list[Visit]]:
    """The most there were at one instant, when, and the visits seen then."""
    alone = [visit for visit in case.visits if visit.alone]
    most, spans = most_at_once(_clipped([visit for visit in case.visits if not visit.alone], case.times))
    boxes = {visit: case.seen.num_boxes(visit) for visit in alone} if alone else {}
    fullest = max(boxes.values(), default=0)
    if fullest > most:
        most, spans = fullest, [visit.span for visit, number in boxes.items() if number == fullest]
    return most, spans, [visit for visit in case.visits if any(visit.span.overlaps(span) for span in spans)]


def _clipped(visits: Sequence[Visit], times: Sequence[Span] | None) -> list[Visit]:
    if times is None:
        return list(visits)
    return [replace(visit, span=both) for visit in visits for span in times if (both := visit.span.intersect(span))]


def _said(span: Span, inquiry: Inquiry) -> str:
    """A span in words, an instant where it is shorter than a clock shows."""
    return inquiry.when(span.start_ns) if span.duration_ns < NS_PER_S else inquiry.calendar.format_span(span)


def _so_many(case: _Case) -> Draft | str:
    """Whether, when or how long at least so many were there at once."""
    number = case.asked.number or 1
    kind, label, negated = case.inquiry.question.kind, case.asked.label, case.asked.absent
    most, _, fullest = _peak(case)
    if most < number:
        if kind != "yes_no":
            return f"{case.seen.looked()}; at most {most} {label} at once was seen, not {number}."
        said = "Yes" if negated else "No"
        cited = case.seen.cite(fullest) or case.seen.looks(case.times)
        return (
            Draft(f"{said}: at most {most} {label} at once was seen.", "yes_no", 0.7, cited, negated)
            if cited
            else case.seen.unseen()
        )
    spans = at_least(_clipped(case.visits, case.times), number) or [visit.span for visit in fullest]
    when = ", ".join(_said(span, case.inquiry) for span in spans)
    cited = case.seen.cite([visit for visit in case.visits if any(visit.span.overlaps(span) for span in spans)])
    if kind == "yes_no":
        return Draft(f"{'No' if negated else 'Yes'}: {number} or more at once, {when}.", "yes_no", 0.8, cited, not negated)
    if kind == "duration":
        total_ns = sum(span.duration_ns for span in spans)
        return Draft(f"{format_duration(total_ns)} ({number} or more at once, {when}).", "duration", 0.8, cited, total_ns)
    return Draft(f"{number} or more were there at once {when}.", "time", 0.8, cited, spans[0].start_ns)


def _how_many(case: _Case) -> Draft | str:
    visits, seen, label = case.visits, case.seen, case.asked.label
    if not visits:
        return seen.in_vain(case.times, "count", 0)
    if any(visit.alone for visit in visits):
        return _how_many_in_photos(case)
    spans = ", ".join(case.inquiry.calendar.format_span(visit.span) for visit in visits)
    text = f"{len(visits)} ({label}: {spans})"
    confidence = _confidence(visits)
    if "different" in case.inquiry.question.text.lower():
        text, confidence = f"At most {text}; whoever came back counts each time.", 0.7 * confidence
    return Draft(text, "count", confidence, seen.cite(visits), len(visits))


def _how_many_in_photos(case: _Case) -> Draft | str:
    """Photos do not tell whether two of them show the same one: at least as many as one picture shows."""
    most, _, fullest = _peak(case)
    alone = [visit for visit in case.visits if visit.alone]
    followed = len(case.visits) - len(alone)
    least = max(most, followed)
    boxes = sum(case.seen.num_boxes(visit) for visit in alone)
    text = (
        f"At least {least}: {most} in one picture at most. A {case.asked.label} was found {boxes} times in {len(alone)} "
        "pictures, which may show the same ones again."
    )
    rest = [visit for visit in case.visits if visit not in fullest]
    return Draft(text, "count", 0.5 * _confidence(case.visits), case.seen.cite([*fullest, *rest]), least)


def _was_there(case: _Case) -> Draft | str:
    asked, seen = case.asked, case.seen
    negated = asked.absent
    there = case.visits
    if asked.nth is not None:
        if case.seen.in_photos():
            return seen.not_in_order()
        visit = _nth_of(case.all, asked.nth)
        if visit is None and case.times is None:
            return Draft(f"{'Yes' if negated else 'No'}: {seen.too_few(asked.nth)}", "yes_no", 0.6, seen.looks(None), negated)
        if visit is None:
            return seen.too_few(asked.nth)
        if visit not in there:
            return Draft(
                f"{'Yes' if negated else 'No'}: {seen.describe(visit)}.", "yes_no", 0.8 * visit.score, seen.cite([visit]), negated
            )
        there = [visit]
    if not there:
        return _nobody_there(case, negated)
    text = f"{'No' if negated else 'Yes'}: {seen.describe(there[0])}."
    return Draft(text, "yes_no", _confidence(there), seen.cite(there), not negated)


def _nobody_there(case: _Case, negated: bool) -> Draft | str:
    """Nothing came, left or was there: visits of the time show that nobody else did, looks that nobody was there at all."""
    others = [visit for visit in case.all if _inside(visit, "there", case.times, case.seen)]
    if case.asked.moment == "there" or not others:
        return case.seen.in_vain(case.times, "yes_no", negated)
    text = f"{'Yes' if negated else 'No'}: none was seen to {case.asked.moment} then, only {case.seen.describe(others[0])}."
    return Draft(text, "yes_no", 0.8 * _confidence(others), case.seen.cite(others), negated)


def _picked(case: _Case) -> Visit | str:
    """The visit that is meant: the longest, the n-th in order of coming or leaving, or the earliest."""
    asked, visits = case.asked, case.visits
    if asked.longest is not None:
        if not visits or case.seen.in_photos():
            return case.seen.no_lengths() if visits else case.seen.unseen()
        return (max if asked.longest else min)(visits, key=lambda visit: visit.span.duration_ns)
    if asked.nth is not None and case.seen.in_photos() and abs(asked.nth) > 1:
        return case.seen.not_in_order()
    ordered, nth = visits, asked.nth or (-1 if asked.anchor is not None and asked.anchor.relation == "before" else 1)
    if case.inquiry.question.kind == "who" and asked.moment == "leave":
        ordered = sorted(visits, key=lambda visit: visit.span.end_ns)
    elif case.inquiry.question.constraint.order is None and asked.nth is not None and case.times is None:
        ordered = case.all
    visit = _nth_of(ordered, nth)
    if visit is None:
        return case.seen.too_few(nth) if visits else case.seen.unseen()
    if asked.moment == "leave" and case.seen.goes_on(visit):
        return f"{case.seen.looked()}; the {asked.label} was still there when the last of them was taken."
    return visit


def _which(case: _Case) -> Draft | str:
    """Which of the visitors, by number: a detector knows no names."""
    if case.asked.nth is None and case.asked.longest is None and case.asked.anchor is None:
        return f"{case.seen.looked()}; they tell when a {case.asked.label} was seen, not who it was."
    visit = _picked(case)
    if isinstance(visit, str):
        return visit
    length = "" if visit.alone else f" ({format_duration(visit.span.duration_ns)})"
    which = f"{_ordinal(visit.number)} {visit.label}"
    text = f"The {which}, {case.seen.when_seen(visit)}{length}; a detector knows no names."
    return Draft(text, "entity", 0.9 * _confidence([visit]), case.seen.cite([visit]), which)


def _ordinal(number: int) -> str:
    return f"{number}{'th' if 10 <= number % 100 <= 20 else _ENDINGS.get(number % 10, 'th')}"


def _when(case: _Case) -> Draft | str:
    visit = _picked(case)
    if isinstance(visit, str):
        return visit
    leaves = case.asked.moment == "leave"
    t_ns = _moment_ns(visit, leaves=leaves)
    text = f"The {visit.label} was {'last' if leaves else 'first'} seen at {case.inquiry.when(t_ns)}"
    if visit.alone:
        text = f"A {visit.label} was seen at {case.inquiry.when(t_ns)}"
    rest = [] if case.asked.nth is not None or case.asked.longest is not None else [v for v in case.visits if v != visit]
    if rest:
        again = ", ".join(case.inquiry.when(_moment_ns(v, leaves=leaves)) for v in rest)
        text += f"; others at {again}"
    return Draft(f"{text}.", "time", _confidence([visit]), case.seen.cite([visit, *rest]), t_ns)


def _moment_ns(visit: Visit, *, leaves: bool) -> int:
    return visit.span.end_ns if leaves and not visit.alone else visit.span.start_ns


def _how_long(case: _Case) -> Draft | str:
    asked, seen = case.asked, case.seen
    if seen.in_photos():
        return seen.no_lengths()
    single = asked.nth is not None or asked.longest is not None or not (asked.total or asked.average or asked.whichever)
    if single and (asked.nth is not None or asked.longest is not None or len(case.visits) < 2 or case.times is not None):
        visit = _picked(case)
        if isinstance(visit, str):
            return visit
        text = f"{format_duration(visit.span.duration_ns)} ({seen.describe(visit)})."
        return Draft(text, "duration", _confidence([visit]), seen.cite([visit]), visit.span.duration_ns)
    if not case.visits:
        return seen.in_vain(case.times, "duration", 0)
    return _all_lengths(case)


def _all_lengths(case: _Case) -> Draft:
    """Together, with what each lasted; on average where that is asked."""
    visits = _clipped(case.visits, case.times)
    each = ", ".join(f"{format_duration(v.span.duration_ns)} ({case.seen.when_seen(v)})" for v in visits)
    if case.asked.average:
        value = sum(visit.span.duration_ns for visit in visits) // len(visits)
        said = f"{format_duration(value)} on average"
    else:
        value = sum(span.duration_ns for span in at_least(visits, 1))
        said = f"{format_duration(value)} in all"
    return Draft(f"{said}: {each}.", "duration", 0.8 * _confidence(visits), case.seen.cite(case.visits), value)


def _confidence(visits: Sequence[Visit]) -> float:
    return min(0.95, sum(visit.score for visit in visits) / len(visits)) if visits else 0.0


_ANSWERS: tuple[tuple[Callable[[PresenceAsked, str], bool], Callable[[_Case], Draft | str]], ...] = (
    (lambda asked, kind: asked.identity, _identity),
    (lambda asked, kind: asked.pictures, _pictures),
    (lambda asked, kind: asked.absent and kind in ("when", "duration", "list", "count", "how_often"), _absent),
    (lambda asked, kind: asked.number is not None, _so_many),
    (lambda asked, kind: asked.at_once and kind in ("count", "what", "text"), _at_once),
    (lambda asked, kind: kind in ("count", "how_often"), _how_many),
    (lambda asked, kind: kind == "yes_no", _was_there),
    (lambda asked, kind: kind == "when", _when),
    (lambda asked, kind: kind == "duration", _how_long),
    (lambda asked, kind: kind == "who" or (asked.longest is not None and kind in ("what", "choice", "order")), _which),
    (lambda asked, kind: True, lambda case: _when(case) if case.asked.nth is not None else _how_many(case)),
)
"""What is asked for decides how it is answered: the first that applies."""
