"""How many a detector saw, how many at once, and when there was nothing: drafts, or sentences why that cannot be known."""

from mmmem.agent.answers.draft import Draft
from mmmem.agent.answers.presence_case import Case, clipped, confidence_of, nth_of, peak, said_span
from mmmem.agent.answers.visits import at_least
from mmmem.clock import format_duration

_MOST_SAID = 6


def count_pictures(case: Case) -> Draft | str:
    """In how many pictures it was found."""
    refs, evidence = case.seen.pictures(case.times)
    if not refs:
        return case.seen.in_vain(case.times, "count", 0)
    text = f"{len(refs)} of {case.seen.num_looks(case.times)} pictures show a {case.asked.label}."
    return Draft(text, "count", 0.8, evidence, len(refs))


def tell_absence(case: Case) -> Draft | str:
    """When, or for how long, there was nothing of the label."""
    gaps = case.seen.absences(case.times)
    label, kind = case.asked.label, case.inquiry.question.kind
    if not gaps:
        return f"{case.seen.looked()}; none of the time asked about was without a {label} for a second or more."
    if case.asked.longest is not None:
        gaps = [(max if case.asked.longest else min)(gaps, key=lambda span: span.duration_ns)]
    elif case.asked.nth is not None:
        picked = nth_of(gaps, case.asked.nth)
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


def count_at_once(case: Case) -> Draft | str:
    """How many there were at one instant, at most."""
    most, spans, cited = peak(case)
    if not most:
        return case.seen.in_vain(case.times, "count", 0)
    when = ", ".join(said_span(span, case.inquiry) for span in spans[:_MOST_SAID]) + (", ..." if len(spans) > _MOST_SAID else "")
    text = f"{most} at once at most ({case.asked.label}: {when})."
    return Draft(text, "count", confidence_of(cited), case.seen.cite(cited), most)


def tell_so_many(case: Case) -> Draft | str:
    """Whether, when or how long at least so many were there at once."""
    number = case.asked.number or 1
    kind, label, negated = case.inquiry.question.kind, case.asked.label, case.asked.absent
    most, _, fullest = peak(case)
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
    spans = at_least(clipped(case.visits, case.times), number) or [visit.span for visit in fullest]
    when = ", ".join(said_span(span, case.inquiry) for span in spans)
    cited = case.seen.cite([visit for visit in case.visits if any(visit.span.overlaps(span) for span in spans)])
    if kind == "yes_no":
        return Draft(f"{'No' if negated else 'Yes'}: {number} or more at once, {when}.", "yes_no", 0.8, cited, not negated)
    if kind == "duration":
        total_ns = sum(span.duration_ns for span in spans)
        return Draft(f"{format_duration(total_ns)} ({number} or more at once, {when}).", "duration", 0.8, cited, total_ns)
    return Draft(f"{number} or more were there at once {when}.", "time", 0.8, cited, spans[0].start_ns)


def count_visits(case: Case) -> Draft | str:
    """How many came, left or were there; at least how many where only photos tell."""
    visits, seen, label = case.visits, case.seen, case.asked.label
    if not visits:
        return seen.in_vain(case.times, "count", 0)
    if any(visit.alone for visit in visits):
        return _how_many_in_photos(case)
    spans = ", ".join(case.inquiry.calendar.format_span(visit.span) for visit in visits)
    text = f"{len(visits)} ({label}: {spans})"
    confidence = confidence_of(visits)
    if "different" in case.inquiry.question.text.lower():
        text, confidence = f"At most {text}; whoever came back counts each time.", 0.7 * confidence
    return Draft(text, "count", confidence, seen.cite(visits), len(visits))


def _how_many_in_photos(case: Case) -> Draft | str:
    """Photos do not tell whether two of them show the same one: at least as many as one picture shows."""
    most, _, fullest = peak(case)
    alone = [visit for visit in case.visits if visit.alone]
    followed = len(case.visits) - len(alone)
    least = max(most, followed)
    boxes = sum(case.seen.num_boxes(visit) for visit in alone)
    text = (
        f"At least {least}: {most} in one picture at most. A {case.asked.label} was found {boxes} times in {len(alone)} "
        "pictures, which may show the same ones again."
    )
    rest = [visit for visit in case.visits if visit not in fullest]
    return Draft(text, "count", 0.5 * confidence_of(case.visits), case.seen.cite([*fullest, *rest]), least)
