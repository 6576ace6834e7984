"""Questions that hold their own options: `tea or coffee?`, `which came first, A or B?`, `before or after?`"""

import re

from mmmem.agent.answers.draft import Draft, Inquiry
from mmmem.agent.ranking import term_weights
from mmmem.text.terms import terms

LEAST_COVERAGE = 0.6
_EITHER = re.compile(r"([\w'’-]+)\s*,?\s+or\s+(?:(?:the|a|an|my|to|in|at|on|with|by)\s+)*([\w'’-]+)", re.IGNORECASE)
_LISTED = re.compile(r"[,:]\s*(?P<options>[^,:?]+(?:,[^,:?]+)*?,?\s+or\s+[^,:?]+)\??\s*$", re.IGNORECASE)
_JOINT = re.compile(r"\s*,?\s+or\s+|\s*,\s*", re.IGNORECASE)
_BEFORE_OR_AFTER = re.compile(r"^(?P<one>.+?)\bbefore\s+or\s+after\b(?P<other>.+)$", re.IGNORECASE)
_LATER = re.compile(r"\b(?:last|later|latest|second)\b", re.IGNORECASE)


def answer_order(inquiry: Inquiry) -> Draft | None:
    """Which of two or more events came first (or last), by the lines that tell of each."""
    text = inquiry.question.text
    relation = _BEFORE_OR_AFTER.match(text)
    listed = _LISTED.search(text)
    if relation is not None:
        options = [relation["one"], relation["other"]]
    elif listed is not None and inquiry.question.kind == "order":
        options = _JOINT.split(listed["options"].strip())
    else:
        return None
    found = [(line, option) for option in options if (line := _earliest(inquiry, option)) is not None]
    if len(found) < len(options):
        return None
    start_ns = inquiry.view.lines.start_ns
    found.sort(key=lambda item: int(start_ns[item[0]]))
    cited = [inquiry.cite(line, 1.0) for line, _ in found]
    if relation is not None:
        said = "before" if found[0][1] is options[0] else "after"
    else:
        said = found[-1 if _LATER.search(text) else 0][1].strip(" ?.")
    return Draft(said, "choice", 0.7, cited, said)


def _earliest(inquiry: Inquiry, event: str) -> int | None:
    """The first line that tells of an event about as well as the best does."""
    found = inquiry.covering(event)
    good = found.lines[found.coverage >= max(LEAST_COVERAGE, 0.85 * found.coverage.max(initial=0.0))]
    return int(min(good, key=lambda line: int(inquiry.view.lines.start_ns[line]))) if len(good) else None


def answer_either(inquiry: Inquiry) -> Draft | None:
    """Which of two things named in the question a line that fits the rest of it speaks of."""
    match = _EITHER.search(inquiry.question.text)
    if match is None:
        return None
    options = [_phrase(inquiry, match[1]), _phrase(inquiry, match[2])]
    own = [set(terms(option)) for option in options]
    rest = " ".join(set(term_weights(inquiry.question.content)) - own[0] - own[1])
    best: list[tuple[float, int, str]] = []
    for option in options:
        found = inquiry.covering(f"{rest} {option}")
        for line, coverage in zip(found.lines[:20].tolist(), found.coverage[:20].tolist(), strict=True):
            if set(terms(inquiry.stored([line])[0].text.text)) & set(terms(option)):
                best.append((coverage, line, option))
                break
    if not best or max(best)[0] < LEAST_COVERAGE or (len(best) == 2 and best[0][0] == best[1][0]):
        return None
    coverage, line, option = max(best)
    return Draft(option, "choice", min(0.95, coverage), [inquiry.cite(line, 1.0)], option)


def _phrase(inquiry: Inquiry, word: str) -> str:
    """The noun phrase of the question that a word beside `or` belongs to."""
    parts = [entity for entity in inquiry.question.entities if word.lower() in entity.lower().split()]
    return parts[0] if parts else word
