"""Whether something is open, on, locked, broken: the state the memory last heard of."""

import re
from collections.abc import Sequence

from mmmem.agent.answers.draft import Draft, Inquiry
from mmmem.agent.answers.intervals import BEGINS, changes_of
from mmmem.clock import MAX_NS, Span
from mmmem.text.terms import terms
from mmmem.types import Fact

SAME = {"shut": "closed", "unlock": "unlocked", "lock": "locked", "turned on": "on", "turned off": "off", "switched on": "on",
        "switched off": "off"}  # fmt: skip
OPPOSITE = {"open": "closed", "closed": "open", "on": "off", "off": "on", "locked": "unlocked", "unlocked": "locked"}
_WHEN = r"(?:right|now|still|currently|yesterday|today|tonight|at|this|last|before|after|between|in|on (?:day|\w+day))\b.*"
_ASKED = re.compile(
    rf"^\W*(?P<verb>is|are|was|were)\b.+?\b(?P<state>{'|'.join([*SAME, *OPPOSITE, 'broken'])})(?:\s+{_WHEN})?\W*$", re.IGNORECASE
)


def answer_state(inquiry: Inquiry) -> Draft | None:
    """Yes or no by the last claim about the state of the thing asked about; None where no claim tells of it."""
    asked = _ASKED.match(inquiry.question.text)
    if asked is None:
        return None
    state = SAME.get(asked["state"].lower(), asked["state"].lower())
    times = _times(inquiry, past=asked["verb"].lower() in ("was", "were"))
    mended = _ended_since(inquiry, state, times)
    facts = [
        f for f in _facts(inquiry) if f.object in (state, OPPOSITE.get(state, state)) and any(f.valid.overlaps(t) for t in times)
    ]
    for fact in sorted(facts, key=lambda f: -f.valid.start_ns):
        lines = [int(i) for i in inquiry.view.positions_of(fact.support) if i >= 0]
        lines = [i for i in lines if inquiry.view.lines.start_ns[i] < times[-1].end_ns] or lines
        if lines and mended is not None and inquiry.view.lines.start_ns[mended] > inquiry.view.lines.start_ns[lines[-1]]:
            break
        if lines:
            value = (fact.object == state) != inquiry.question.negated
            text = f"{'Yes' if value else 'No'}: {inquiry.stored([lines[-1]])[0].text.text}"
            return Draft(text, "yes_no", 0.8, [inquiry.cite(lines[-1], 1.0)], value)
    if mended is None:
        return None
    value = inquiry.question.negated
    text = f"{'Yes' if value else 'No'}{inquiry.by_whose_word(mended)}: {inquiry.stored([mended])[0].text.text}"
    return Draft(text, "yes_no", 0.7, [inquiry.cite(mended, 1.0)], value)


def _ended_since(inquiry: Inquiry, state: str, times: Sequence[Span]) -> int | None:
    """The line that tells that a state without a name for its opposite ended: what was broken is repaired."""
    if state in OPPOSITE or state not in BEGINS or not times:
        return None
    changes = [c for c in changes_of(inquiry, state) if inquiry.view.lines.start_ns[c.line] < times[-1].end_ns]
    return changes[-1].line if changes and not changes[-1].begins else None


def _times(inquiry: Inquiry, *, past: bool) -> list[Span]:
    """When the state is asked for: the time named, else now; none where the past is asked about without a time."""
    constraint = inquiry.question.constraint
    if constraint.windows and constraint.strict:
        return list(constraint.windows)
    now_ns = min(inquiry.view.as_of_ns, MAX_NS - 1)
    return [] if past else [Span(now_ns, now_ns + 1)]


def _facts(inquiry: Inquiry) -> Sequence[Fact]:
    """States of the things the question names, as far as known when it is asked."""
    wanted = set(terms(inquiry.question.text))
    named = {subject for _, _, subject, predicate, _ in inquiry.memory.claims() if predicate == "state"}
    subjects = sorted(s for s in named if terms(s) and set(terms(s)) <= wanted)
    as_of_ns = inquiry.view.as_of_ns
    return [f for s in subjects for f in inquiry.memory.facts(subject=s, predicate="state", as_of_ns=as_of_ns)]
