"""Where something comes from: which stream, which day, whose words, said or seen; and which of two passages came first."""

import re

from mmmem.agent.answers.draft import Draft, Inquiry
from mmmem.agent.answers.wording import GENERIC
from mmmem.agent.language.quoting import set_aside
from mmmem.agent.question import Question
from mmmem.text.terms import terms, tokens
from mmmem.types import TEXT_KINDS

LEAST_COVERAGE = 0.6
AS_GOOD = 0.95
"""Lines that hold this share of what the best one holds are told apart by the run of the words."""
NUM_READ = 50
WORD_OF_KIND = {"speech": "said", "caption": "seen", "ocr": "read", "note": "noted"}

_SAID = r"(?:said|heard|spoken|mentioned|talked\s+about)"
_SEEN = r"(?:seen|shown|read|written|done|captioned|noted|visible)"
_CHANNEL = re.compile(rf"\b(?:{_SAID}\s*,?\s+or\s+(?:\w+\s+)?{_SEEN}|{_SEEN}\s*,?\s+or\s+(?:\w+\s+)?{_SAID})\b", re.IGNORECASE)
_STREAM = re.compile(
    r"\b(?:which|what)\s+(?:stream|camera)\b|\b(?:in|on|from)\s+(?:which|what)\s+(?:video|recording|conversation|footage)\b",
    re.IGNORECASE,
)
_DAY = re.compile(r"\b(?:which|what)\s+(?:day|date)\b", re.IGNORECASE)
_WHEN = re.compile(r"\b(?:when|what\s+time)\b", re.IGNORECASE)
_WHOSE = re.compile(
    r"\bwho(?:m|se)?\b.*\b(?:sa(?:id|ys?)|spoke|spoken|asked|mention\w*|told|shouted|whispered|announced|words)\b", re.IGNORECASE
)
_BEFORE_OR_AFTER = re.compile(r"\bbefore\s+or\s+after\b", re.IGNORECASE)
_FIRST_OR_LAST = re.compile(r"\b(?:first|earlier|earliest|last|later|latest|second)\b", re.IGNORECASE)
_LATER = re.compile(r"\b(?:last|later|latest|second)\b", re.IGNORECASE)
_PLAIN = GENERIC | frozenset(
    terms("this day date stream camera video recording conversation footage seen heard shown read take place")
)
"""Words of a question about a passage that ask nothing more of it."""


def asks_where_from(question: Question) -> bool:
    """Whether a question quotes a passage, or asks for the stream something is in or whether it was said or seen."""
    return bool(question.quoted or _STREAM.search(question.text) or _CHANNEL.search(question.text))


def answer_provenance(inquiry: Inquiry) -> Draft | None:
    """Read the provenance off the line that is meant; None where another thing is asked of it, or no line holds the passage."""
    _, asked = set_aside(inquiry.question.text)
    passages = inquiry.question.quoted
    if len(passages) > 1:
        draft = _order(inquiry, asked, passages)
    elif passages:
        draft = _of_passage(inquiry, asked, passages[0])
    else:
        line = None if inquiry.too_little() else inquiry.picked()
        draft = None if line is None else _whereabouts(inquiry, asked, line, inquiry.confidence(line))
    return _chosen(inquiry, draft)


def _chosen(inquiry: Inquiry, draft: Draft | None) -> Draft | None:
    """The draft as one of the choices, if the question has choices; None if it is none of them."""
    choices = [tokens(choice) for choice in inquiry.question.choices]
    if draft is None or not choices:
        return draft
    same = [i for i, choice in enumerate(choices) if choice == tokens(draft.text)]
    if len(same) != 1:
        return None
    choice = inquiry.question.choices[same[0]]
    return Draft(choice, "choice", draft.confidence, draft.evidence, choice, same[0])


def _of_passage(inquiry: Inquiry, asked: str, passage: str) -> Draft | None:
    found = _line_of(inquiry, passage)
    if found is None:
        return None
    line, confidence = found
    draft = _whereabouts(inquiry, asked, line, confidence)
    if draft is not None or set(terms(asked)) - _PLAIN:
        return draft
    start_ns = int(inquiry.view.lines.start_ns[line])
    return Draft(inquiry.when(start_ns), "time", confidence, [inquiry.cite(line, 1.0)], start_ns) if _WHEN.search(asked) else None


def _whereabouts(inquiry: Inquiry, asked: str, line: int, confidence: float) -> Draft | None:
    """Stream, channel, speaker or day of a line, whichever is asked for."""
    (stored,) = inquiry.stored([line])
    cited = [inquiry.cite(line, 1.0)]
    if _STREAM.search(asked):
        return Draft(stored.stream_id, "entity", confidence, cited, stored.stream_id)
    if _CHANNEL.search(asked):
        word = WORD_OF_KIND[TEXT_KINDS[int(inquiry.view.lines.kind[line])]]
        return Draft(word, "choice", confidence, cited, word)
    if _WHOSE.search(asked) and stored.text.speaker:
        return Draft(stored.text.speaker, "entity", confidence, cited, stored.text.speaker)
    if _DAY.search(asked) and inquiry.question.quoted:
        start_ns = stored.text.span.start_ns
        return Draft(inquiry.calendar.day_label(inquiry.calendar.day_of(start_ns)), "time", confidence, cited, start_ns)
    return None


def _order(inquiry: Inquiry, asked: str, passages: tuple[str, ...]) -> Draft | None:
    """Which of the passages came first or last, or whether the first one named came before the other."""
    relation = _BEFORE_OR_AFTER.search(asked)
    found = [_line_of(inquiry, passage) for passage in passages]
    lines = [one for one in found if one is not None]
    if len(lines) < len(passages) or not (relation or _FIRST_OR_LAST.search(asked)):
        return None
    start_ns = [int(inquiry.view.lines.start_ns[line]) for line, _ in lines]
    in_time = sorted(range(len(lines)), key=lambda i: start_ns[i])
    cited = [inquiry.cite(lines[i][0], 1.0) for i in in_time]
    confidence = min(confidence for _, confidence in lines)
    relative = "before" if in_time[0] == 0 else "after"
    said = relative if relation else passages[in_time[-1 if _LATER.search(asked) else 0]]
    return Draft(said, "choice", confidence, cited, said)


def _line_of(inquiry: Inquiry, passage: str) -> tuple[int, float] | None:
    """The line that holds a passage, and how far it can be trusted: word for word where there is one, else nearly all words."""
    found = inquiry.covering(passage)
    if not len(found) or found.coverage[0] < LEAST_COVERAGE:
        return None
    near = found.lines[found.coverage >= AS_GOOD * found.coverage[0]][:NUM_READ].tolist()
    verbatim = [line for line, one in zip(near, inquiry.stored(near), strict=True) if _run(passage) in _run(one.text.text)]
    return (verbatim or near)[0], min(0.95, float(found.coverage[0]))


def _run(text: str) -> str:
    return f" {' '.join(tokens(text))} "
