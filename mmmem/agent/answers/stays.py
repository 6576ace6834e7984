"""How long somebody was where they went, how long something took as it is said, and how long after one thing another was."""

import re

from mmmem.agent.answers.draft import Draft, Inquiry
from mmmem.agent.answers.subjects import subject_fits
from mmmem.agent.language.deeds import deed_of
from mmmem.agent.language.numbers import DURATION, quantities, total_ns
from mmmem.agent.language.senses import Verb, base, related, verb_at
from mmmem.clock import Span, format_duration
from mmmem.text.terms import terms, tokens

APART_COVERAGE = 0.6
NUM_SAID = 8
GOING: tuple[Verb, ...] = tuple((base(verb),) for verb in ("go", "arrive", "leave", "take", "return"))
_SAID = re.compile(rf"(?P<time>{DURATION})(?!\s+(?:ago|later|from now|before|after|old))", re.IGNORECASE)
_APART = re.compile(
    r"^\W*how\s+(?:long|much\s+(?:time|later))\s+(?P<relation>after|before)\s+(?P<event>.+)\s+(?P<aux>did|was|were|does|do|is|are)\s+(?P<deed>.+?)\W*$",
    re.IGNORECASE,
)
_POINTING = re.compile(r"\b(?:it|them|that)\b", re.IGNORECASE)
_FROM = re.compile(r"\b(?:from|out of|leav\w+|left|exit\w*)\s+(?:(?:the|my|our|his|her|their|a|an)\s+)?$", re.IGNORECASE)
_TO = re.compile(r"\b(?:to|for|at|into|in|onto|reach\w*|enter\w*)\s+(?:(?:the|my|our|his|her|their|a|an)\s+)?$", re.IGNORECASE)


def answer_apart(inquiry: Inquiry) -> Draft | None:
    """How long after (or before) one event another was: between the lines that tell of each; None where it is not asked."""
    asked = _APART.match(inquiry.question.text)
    if asked is None:
        return None
    event = asked["event"]
    deed = _POINTING.sub(" ".join(deed_of(event).object), asked["deed"])
    begin, end = _told(inquiry, event), _told(inquiry, deed)
    if begin is None or end is None or begin == end:
        return None
    start_ns = inquiry.view.lines.start_ns
    if (start_ns[begin] <= start_ns[end]) != (asked["relation"].lower() == "after"):
        return None
    return between(inquiry, *sorted((begin, end), key=lambda line: int(start_ns[line])))


def _told(inquiry: Inquiry, event: str) -> int | None:
    found = inquiry.covering_on_both_sides(event)
    return int(found.lines[0]) if len(found) and found.coverage[0] >= APART_COVERAGE else None


def between(inquiry: Inquiry, first: int, last: int) -> Draft:
    """The time from one line to another."""
    span = Span(int(inquiry.view.lines.start_ns[first]), int(inquiry.view.lines.start_ns[last]))
    text = f"{format_duration(span.duration_ns)} ({inquiry.calendar.format_span(span)})"
    return Draft(text, "duration", 0.6, [inquiry.cite(first, 1.0), inquiry.cite(last, 0.9)], span.duration_ns)


def answer_visit(inquiry: Inquiry) -> Draft | None:
    """How long somebody was at a place: from the line that tells of going there to the next that tells of coming from it."""
    deed = inquiry.question.deed
    if deed.verb or not deed.place:
        return None
    begin: int | None = None
    found: list[tuple[int, int]] = []
    for line in inquiry.lines_with(deed.place[-1]):
        goes = _goes(inquiry, line)
        if goes > 0:
            begin = line
        elif goes < 0 and begin is not None:
            found.append((begin, line))
            begin = None
    if not found:
        return None
    return between(inquiry, *found[0 if inquiry.question.constraint.order == "first" else -1])


def _goes(inquiry: Inquiry, line: int) -> int:
    """1 of a line that tells of going to the place, -1 of one that tells of coming from it, else 0."""
    text = inquiry.stored([line])[0].text
    deed = inquiry.question.deed
    if not subject_fits(text, deed) or not any(moves(text.text, verb) for verb in GOING):
        return 0
    place = next((m for m in re.finditer(r"[^\W_]+", text.text) if _is(m[0], deed.place[-1])), None)
    before = text.text[: place.start()] if place else ""
    return -1 if _FROM.search(before) else 1 if _TO.search(before) else 0


def _is(word: str, term: str) -> bool:
    return term in terms(word)


def moves(text: str, deed: Verb) -> bool:
    """Whether a line holds a verb for a move, by any word for it."""
    lower = tokens(text)
    return any(related(deed, verb_at(lower, at)) in ("same", "alike") for at in range(len(lower)))


def said_duration(inquiry: Inquiry, lines: list[int]) -> Draft | None:
    """The length of time that one of the best lines names: `for five years`."""
    for line in lines[:NUM_SAID]:
        text = inquiry.stored([line])[0].text.text
        match = _SAID.search(text)
        if match is not None and (parts := quantities(match["time"])):
            return inquiry.draft(match["time"], "duration", line, total_ns(parts), share=0.8)
    return None
