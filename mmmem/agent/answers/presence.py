"""Presence of people and things a detector saw: how many, when, for how long, in which order, and when there was nobody.

An answer is a draft; a sentence is why it cannot be known, and None that the question is about something else.
"""

from collections.abc import Callable

from mmmem.agent.answers.draft import Draft, Inquiry
from mmmem.agent.answers.presence_asked import PresenceAsked
from mmmem.agent.answers.presence_case import Case, case_of, clipped, confidence_of, inside, nth_of
from mmmem.agent.answers.presence_counts import count_at_once, count_pictures, count_visits, tell_absence, tell_so_many
from mmmem.agent.answers.seen import Seen
from mmmem.agent.answers.visits import Visit, at_least
from mmmem.clock import format_duration

_ENDINGS = {1: "st", 2: "nd", 3: "rd"}


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
    case = case_of(inquiry)
    if not isinstance(case, Case):
        return case
    kind = inquiry.question.kind
    answer = next((answer for applies, answer in _ANSWERS if applies(case.asked, kind)), None)
    return None if answer is None else answer(case)


def _identity(case: Case) -> str:
    return f"{case.seen.looked()}; they tell when a {case.asked.label} was seen, not whether it was the same one."


def _was_there(case: Case) -> Draft | str:
    asked, seen = case.asked, case.seen
    negated = asked.absent
    there = case.visits
    if asked.nth is not None:
        if case.seen.in_photos():
            return seen.not_in_order()
        visit = nth_of(case.all, asked.nth)
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
    return Draft(text, "yes_no", confidence_of(there), seen.cite(there), not negated)


def _nobody_there(case: Case, negated: bool) -> Draft | str:
    """Nothing came, left or was there: visits of the time show that nobody else did, looks that nobody was there at all."""
    others = [visit for visit in case.all if inside(visit, "there", case.times, case.seen)]
    if case.asked.moment == "there" or not others:
        return case.seen.in_vain(case.times, "yes_no", negated)
    text = f"{'Yes' if negated else 'No'}: none was seen to {case.asked.moment} then, only {case.seen.describe(others[0])}."
    return Draft(text, "yes_no", 0.8 * confidence_of(others), case.seen.cite(others), negated)


def _picked(case: Case) -> Visit | str:
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
    visit = nth_of(ordered, nth)
    if visit is None:
        return case.seen.too_few(nth) if visits else case.seen.unseen()
    if asked.moment == "leave" and case.seen.goes_on(visit):
        return f"{case.seen.looked()}; the {asked.label} was still there when the last of them was taken."
    return visit


def _which(case: Case) -> Draft | str:
    """Which of the visitors, by number: a detector knows no names."""
    if case.asked.nth is None and case.asked.longest is None and case.asked.anchor is None:
        return f"{case.seen.looked()}; they tell when a {case.asked.label} was seen, not who it was."
    visit = _picked(case)
    if isinstance(visit, str):
        return visit
    length = "" if visit.alone else f" ({format_duration(visit.span.duration_ns)})"
    which = f"{_ordinal(visit.number)} {visit.label}"
    text = f"The {which}, {case.seen.when_seen(visit)}{length}; a detector knows no names."
    return Draft(text, "entity", 0.9 * confidence_of([visit]), case.seen.cite([visit]), which)


def _ordinal(number: int) -> str:
    return f"{number}{'th' if 10 <= number % 100 <= 20 else _ENDINGS.get(number % 10, 'th')}"


def _when(case: Case) -> Draft | str:
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
    return Draft(f"{text}.", "time", confidence_of([visit]), case.seen.cite([visit, *rest]), t_ns)


def _moment_ns(visit: Visit, *, leaves: bool) -> int:
    return visit.span.end_ns if leaves and not visit.alone else visit.span.start_ns


def _how_long(case: Case) -> Draft | str:
    asked, seen = case.asked, case.seen
    if seen.in_photos():
        return seen.no_lengths()
    single = asked.nth is not None or asked.longest is not None or not (asked.total or asked.average or asked.whichever)
    if single and (asked.nth is not None or asked.longest is not None or len(case.visits) < 2 or case.times is not None):
        visit = _picked(case)
        if isinstance(visit, str):
            return visit
        text = f"{format_duration(visit.span.duration_ns)} ({seen.describe(visit)})."
        return Draft(text, "duration", confidence_of([visit]), seen.cite([visit]), visit.span.duration_ns)
    if not case.visits:
        return seen.in_vain(case.times, "duration", 0)
    return _all_lengths(case)


def _all_lengths(case: Case) -> Draft:
    """Together, with what each lasted; on average where that is asked."""
    visits = clipped(case.visits, case.times)
    each = ", ".join(f"{format_duration(v.span.duration_ns)} ({case.seen.when_seen(v)})" for v in visits)
    if case.asked.average:
        value = sum(visit.span.duration_ns for visit in visits) // len(visits)
        said = f"{format_duration(value)} on average"
    else:
        value = sum(span.duration_ns for span in at_least(visits, 1))
        said = f"{format_duration(value)} in all"
    return Draft(f"{said}: {each}.", "duration", 0.8 * confidence_of(visits), case.seen.cite(case.visits), value)


_ANSWERS: tuple[tuple[Callable[[PresenceAsked, str], bool], Callable[[Case], Draft | str]], ...] = (
    (lambda asked, kind: asked.identity, _identity),
    (lambda asked, kind: asked.pictures, count_pictures),
    (lambda asked, kind: asked.absent and kind in ("when", "duration", "list", "count", "how_often"), tell_absence),
    (lambda asked, kind: asked.number is not None, tell_so_many),
    (lambda asked, kind: asked.at_once and kind in ("count", "what", "text"), count_at_once),
    (lambda asked, kind: kind in ("count", "how_often"), count_visits),
    (lambda asked, kind: kind == "yes_no", _was_there),
    (lambda asked, kind: kind == "when", _when),
    (lambda asked, kind: kind == "duration", _how_long),
    (lambda asked, kind: kind == "who" or (asked.longest is not None and kind in ("what", "choice", "order")), _which),
    (lambda asked, kind: kind == "list" and asked.nth is None, count_visits),
)
"""What is asked for decides how it is answered: the first that applies."""
