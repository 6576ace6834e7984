"""The plan of a question, for `--explain`: what is asked, about whom, when, and the words it is searched with."""

from dataclasses import asdict
from typing import Any

from mmmem.agent.question import Question, parse_question
from mmmem.agent.timeexpr import TimeConstraint
from mmmem.clock import NS_PER_DAY, Calendar, Span, format_duration
from mmmem.memory import Memory

_KINDS = {
    "choice": "which of the alternatives",
    "yes_no": "yes or no",
    "count": "how many",
    "how_often": "how often",
    "duration": "how long",
    "list": "several things",
    "order": "in which order",
    "text": "what bears on the words",
}
_OUTSIDE = {"future": "a time to come", "before_start": "a time before the memory starts"}


def plan_of(memory: Memory, text: str, asked_at_ns: int | None, choices: tuple[str, ...]) -> Question:
    """What the memory makes of a question; the same text and time always give the same plan."""
    at_ns = memory.end_ns() if asked_at_ns is None else asked_at_ns
    return parse_question(text, asked_at_ns=at_ns, calendar=memory.calendar, choices=choices)


def plan_json(question: Question) -> dict[str, Any]:
    """Every part of the plan; times are nanoseconds."""
    return asdict(question)


def plan_pairs(question: Question, calendar: Calendar) -> dict[str, str]:
    """The parts of the plan that say something, in the order a person reads them."""
    pairs = {
        "asked for": _asked_for(question),
        "counted": question.count_of or "",
        "which": _place_in_a_row(question.ordinal) if question.ordinal else "",
        "aspect": question.aspect,
        "channel": {"speech": "what was said", "seen": "what was seen"}.get(question.channel or "", "said or seen"),
        "when": "; ".join(_when(question.constraint, calendar)) or "any time",
        "placed by": _placed_by(question.constraint),
        "entities": ", ".join(question.entities),
        "I": "the wearer of the camera" if question.mentions_self else "",
        "polarity": "what is or was not so" if question.negated else "",
        "search words": question.content,
        "context": question.context,
        "choices": " | ".join(question.choices),
    }
    return {name: value for name, value in pairs.items() if value}


def _asked_for(question: Question) -> str:
    kind = _KINDS.get(question.kind, question.kind)
    told = question.answer_unit and question.answer_unit != question.count_of
    return f"{kind} ({question.answer_unit})" if told else kind


def _when(constraint: TimeConstraint, calendar: Calendar) -> list[str]:
    within = "only in" if constraint.strict else "rather in"
    said = [f"{within} {', '.join(_window(window, calendar) for window in constraint.windows)}"] if constraint.windows else []
    if constraint.soft_center_ns is not None:
        said.append(f"near {calendar.format(constraint.soft_center_ns)}")
    if constraint.time_of_day is not None:
        start_ns, end_ns = constraint.time_of_day
        until = format_duration(end_ns) if end_ns <= NS_PER_DAY else f"{format_duration(end_ns - NS_PER_DAY)} the next day"
        said.append(f"rather from {format_duration(start_ns)} to {until}, any day")
    if constraint.order is not None:
        said.append(f"the {_place_in_a_row(constraint.n) if constraint.n else constraint.order} time")
    if constraint.earlier:
        said.append("before what is going on when asked")
    if constraint.outside is not None:
        said.append(_OUTSIDE[constraint.outside])
    return said


def _window(window: Span, calendar: Calendar) -> str:
    """The day of the end is named where it is another, even if that is only its midnight."""
    other_day = calendar.day_of(window.start_ns) != calendar.day_of(window.end_ns)
    return f"{calendar.format(window.start_ns)} - {calendar.format(window.end_ns, day=other_day)}"


def _placed_by(constraint: TimeConstraint) -> str:
    anchor = constraint.anchor
    return f"{anchor.relation}: {anchor.event}" if anchor else ""


def _place_in_a_row(n: int) -> str:
    """Counted from 1; negative from the end: -1 is the last, -2 the second to last."""
    if n == -1:
        return "last"
    count = abs(n)
    ending = "th" if 11 <= count % 100 <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(count % 10, "th")
    return f"{count}{ending}" + (" to last" if n < 0 else "")
