"""How long something was open, on, locked or burning, and whether it is: from the lines that tell how it changed."""

from dataclasses import dataclass

from mmmem.agent.answers.draft import Draft, Inquiry
from mmmem.agent.answers.features import confidence_of
from mmmem.agent.language.deeds import Deed
from mmmem.agent.language.senses import Verb
from mmmem.clock import Span, format_duration
from mmmem.text.terms import terms, tokens

BEGINS: dict[str, Verb] = {
    "open": ("open",), "closed": ("close",), "shut": ("close",), "on": ("turn", "on"), "off": ("turn", "off"),
    "locked": ("lock",), "unlocked": ("unlock",), "lit": ("light",), "burn": ("light",), "burning": ("light",),
    "broken": ("break",), "running": ("turn", "on"),
}  # fmt: skip
ALSO_BEGINS: dict[str, Verb] = {"running": ("start",), "on": ("start",)}
"""The deed that brings a state about; its opposite ends it."""
CHANGE_COVERAGE = 0.6
INTERVAL_SHARE = 0.9


@dataclass(frozen=True, slots=True)
class Change:
    """A line at which a state began, or ended."""

    line: int
    begins: bool


def answer_interval(inquiry: Inquiry) -> Draft | None:
    """From the line at which a state began to the next at which it ended; of several the last, unless the first is asked for."""
    state = state_asked(inquiry)
    if state is None:
        return None
    changes = changes_of(inquiry, state)
    pairs: list[tuple[int, int]] = []
    begin: int | None = None
    for change in changes:
        if change.begins:
            begin = change.line if begin is None else begin
        elif begin is not None:
            pairs.append((begin, change.line))
            begin = None
    if not pairs:
        return None
    first, last = pairs[0] if inquiry.question.constraint.order == "first" else pairs[-1]
    span = Span(int(inquiry.view.lines.start_ns[first]), int(inquiry.view.lines.start_ns[last]))
    text = f"{format_duration(span.duration_ns)} ({inquiry.calendar.format_span(span)})"
    features = inquiry.features(first)
    cited = [inquiry.cite(first, 1.0), inquiry.cite(last, 0.9)]
    return Draft(text, "duration", INTERVAL_SHARE * confidence_of(features), cited, span.duration_ns, features=features)


def state_asked(inquiry: Inquiry) -> str | None:
    """The state a question asks the length of: `open`, `on`, `burning`; None where it asks for no state."""
    deed = inquiry.question.deed
    words = tokens(inquiry.question.text)
    if deed.verb and deed.verb[0] not in ("burn", "run") and words[-1] not in BEGINS:
        return None
    return next((word for word in reversed(words) if word in BEGINS), None)


def changes_of(inquiry: Inquiry, state: str) -> list[Change]:
    """Every allowed line that tells that the thing asked about went into the state or out of it, in order of time."""
    asked = inquiry.question.deed
    aside = set(terms(state)) | set(terms(" ".join(BEGINS[state])))
    things = tuple(dict.fromkeys(t for t in (*terms(asked.subject), *asked.object, *asked.place) if t not in aside))
    if not things:
        return []
    changes = _changes_by(inquiry, Deed(verb=BEGINS[state], object=things))
    if not changes and state in ALSO_BEGINS:
        changes = _changes_by(inquiry, Deed(verb=ALSO_BEGINS[state], object=things))
    return changes


def _changes_by(inquiry: Inquiry, deed: Deed) -> list[Change]:
    weights = inquiry.weights(" ".join(deed.object))
    told = inquiry.telling(deed, weights, inquiry.covering_of(weights))
    begins = [
        Change(line, True)
        for line, share in zip(told.matches.lines.tolist(), told.matches.coverage.tolist(), strict=True)
        if share >= CHANGE_COVERAGE and told.readings[line].verb > 0 and told.readings[line].status == "done"
    ]
    ends = [
        Change(r.line, False)
        for r in told.refused
        if r.reading.against == "opposite" and r.coverage >= CHANGE_COVERAGE and r.reading.status == "done"
    ]
    return sorted([*begins, *ends], key=lambda change: int(inquiry.view.lines.start_ns[change.line]))
