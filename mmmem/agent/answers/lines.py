"""Answers read off single lines: when, how long, how often, how many, whether, and what."""

import re

import numpy as np

from mmmem.agent.answers.draft import Draft, Inquiry
from mmmem.agent.answers.matching import NUM_READ
from mmmem.agent.answers.sentences import sentences_in
from mmmem.agent.answers.short import named_time, names_in, phrase_of
from mmmem.agent.answers.stays import answer_apart, answer_visit, between, moves, said_duration
from mmmem.agent.answers.wording import asks_for_a_schedule, is_denied, number_beside
from mmmem.agent.language.senses import base
from mmmem.clock import Span, format_duration
from mmmem.text.terms import terms, tokens

YES_COVERAGE = 0.75
COUNTED_COVERAGE = 0.5
LISTED_SHARE = 0.7
NUM_WITNESSES = 8
NUM_LISTED = 8
STAYING = frozenset(terms("stay stayed visit visited here there out away gone absent in"))
COMING = frozenset(terms("arrive arrived come comes came enter entered return returned back"))
LEAVING = frozenset(terms("leave left leaves depart departed exit exited go goes went gone"))
COLOURS = frozenset(
    "red green blue yellow white black brown grey gray orange pink purple violet golden gold silver beige turquoise cyan magenta "
    "dark light colorful colourful transparent striped".split()
)
_COLOUR_ASKED = re.compile(r"\b(?:what|which)\s+colou?rs?\b|\bwhat\s+(?:is|was|are|were)\s+the\s+colou?rs?\b", re.IGNORECASE)
_PLACED = re.compile(
    r"\b(?:in|at|on|to|from|under|behind|near|inside|beside|into|onto|around|through|there|here)\b", re.IGNORECASE
)
_AWAY = re.compile(r"\b(?:out|away|gone|absent)\b", re.IGNORECASE)


def answer_when(inquiry: Inquiry) -> Draft | None:
    """The time of the line the question means."""
    line = inquiry.picked()
    if line is None:
        return None
    t_ns, text = named_time(inquiry, line)
    return inquiry.draft(text, "time", line, t_ns)


def answer_schedule(inquiry: Inquiry) -> Draft | None:
    """When something will be, in the words of the line that tells of it; None where the question asks when it was."""
    return answer_text(inquiry) if asks_for_a_schedule(inquiry.question.text) else None


def answer_stay(inquiry: Inquiry) -> Draft | None:
    """How long somebody stayed, or was away: from one line that tells of coming (or leaving) to the next of the opposite."""
    found = answer_apart(inquiry) or answer_visit(inquiry)
    if found is not None:
        return found
    asked = set(terms(inquiry.question.content)) | set(inquiry.question.content.lower().split())
    who = {term for entity in inquiry.question.entities for term in terms(entity)} - STAYING
    if not who or not asked & STAYING:
        return None
    away = _AWAY.search(inquiry.question.text) is not None
    opens, closes = (LEAVING, COMING) if away else (COMING, LEAVING)
    names = {term for entity in inquiry.question.entities if entity[:1].isupper() for term in terms(entity)} or who
    ends = [i for i in _lines_with(inquiry, names, closes) if _before(inquiry, names, opens, i) is not None]
    if not ends:
        return None
    end = ends[0] if inquiry.question.constraint.order == "first" else ends[-1]
    begin = _before(inquiry, names, opens, end)
    assert begin is not None
    return between(inquiry, begin, end)


def _lines_with(inquiry: Inquiry, names: set[str], verbs: frozenset[str]) -> list[int]:
    """Allowed lines that hold all of `names` and one of `verbs`, in order of time."""
    held = np.zeros(len(inquiry.view.lines), np.int64)
    for name in names:
        held[inquiry.view.postings(name)[0]] += 1
    said = np.zeros(len(held), np.bool_)
    for verb in verbs:
        said[inquiry.view.postings(verb)[0]] = True
    lines = inquiry.allowed_lines()
    named = lines[held[lines] == len(names)]
    deed = (base("leave" if verbs is LEAVING else "arrive"),)
    away = [i for i in named[-NUM_READ:].tolist() if said[i] or moves(inquiry.stored([i])[0].text.text, deed)]
    return [int(i) for i in away]


def _before(inquiry: Inquiry, names: set[str], verbs: frozenset[str], line: int) -> int | None:
    start_ns = inquiry.view.lines.start_ns
    return next((i for i in reversed(_lines_with(inquiry, names, verbs)) if start_ns[i] < start_ns[line]), None)


def answer_duration(inquiry: Inquiry) -> Draft | None:
    """The length of the run of matching lines around the line the question means."""
    line = inquiry.picked()
    if line is None:
        return None
    said = said_duration(inquiry, [line, *(i for i in inquiry.good().tolist() if i != line)])
    if said is not None:
        return said
    lines = inquiry.view.lines
    episode = next(e for e in inquiry.episodes(inquiry.good()) if line in e)
    if len(episode) == 1 and (inquiry.is_spoken(line) or not (inquiry.question.deed.verb and inquiry.says_the_deed(line))):
        return None  # how long a line is says nothing of how long somebody was where it tells
    span = Span(int(lines.start_ns[episode[0]]), int(lines.end_ns[episode].max()))
    cited = [inquiry.cite(episode[0], 1.0)] + ([inquiry.cite(episode[-1], 0.9)] if len(episode) > 1 else [])
    text = f"about {format_duration(span.duration_ns)} ({inquiry.calendar.format_span(span)})"
    return Draft(text, "duration", 0.6 * inquiry.confidence(line), cited, span.duration_ns)


def answer_how_often(inquiry: Inquiry) -> Draft | None:
    """The number of separate times that lines match as well as the best."""
    if not len(inquiry.matches):
        return None
    told = np.array([i for i in inquiry.good().tolist() if inquiry.says_the_deed(i)], np.int64)
    firsts = [episode[0] for episode in inquiry.episodes(told)]
    if not firsts:
        return None
    times = ", ".join(inquiry.when(int(inquiry.view.lines.start_ns[i])) for i in firsts[:5])
    more = f" and {len(firsts) - 5} more" if len(firsts) > 5 else ""
    cited = [inquiry.cite(i, 1.0) for i in firsts[: inquiry.k]]
    number = "once" if len(firsts) == 1 else f"{len(firsts)} times"
    return Draft(f"{number}: {times}{more}", "count", 0.7 * inquiry.confidence(firsts[0]), cited, len(firsts))


def answer_count(inquiry: Inquiry) -> Draft | None:
    """A number said or written beside the thing counted; for `how many times`, how many separate times it came up."""
    counted = inquiry.question.count_of or ""
    if set(terms(counted)) == set(terms("times")):
        return answer_how_often(inquiry)
    for line in inquiry.matches.lines[:NUM_WITNESSES].tolist():
        number = number_beside(inquiry.stored([line])[0].text.text, set(terms(counted)))
        if number is not None and inquiry.coverage_of(line) >= COUNTED_COVERAGE:
            return Draft(f"{number}", "count", 0.7 * inquiry.confidence(line), [inquiry.cite(line, 1.0)], number)
    return None


def answer_yes_no(inquiry: Inquiry) -> Draft | None:
    """Yes if a line holds nearly all of what is asked, no if that line denies it; None where no line says either."""
    line = inquiry.picked()
    if line is None or inquiry.coverage_of(line) < YES_COVERAGE or not inquiry.tells_it(line) or not inquiry.holds_object(line):
        return None
    text = inquiry.stored([line])[0].text.text
    denied = inquiry.reading_of(line).status == "denied" if inquiry.reads_deeds else is_denied(text, set(inquiry.wanted))
    value = denied == inquiry.question.negated
    return inquiry.draft(f"{'Yes' if value else 'No'}{inquiry.by_whose_word(line)}: {text}", "yes_no", line, value)


def answer_text(inquiry: Inquiry) -> Draft | None:
    """What the line the question means says to it: the words after the verb where it has it, else its sentence."""
    line = inquiry.picked()
    if line is None:
        return None
    if _COLOUR_ASKED.search(inquiry.question.text):
        line = next((i for i in _near(inquiry, line) if COLOURS & set(tokens(inquiry.stored([i])[0].text.text))), None)
    if line is not None and inquiry.asks_a_name and inquiry.question.deed.owners:
        line = next((i for i in _near(inquiry, line) if names_in(inquiry, i)), None)
    if line is None or inquiry.is_of_another_deed(line):
        return None
    text = phrase_of(inquiry, line)
    if text is None or (inquiry.question.kind == "where" and not _tells_a_place(inquiry.stored([line])[0].text.text)):
        return None
    others = [i for i in inquiry.matches.lines[1:3].tolist() if i != line]
    return inquiry.draft(text, "text", line, text, others=others)


def _tells_a_place(text: str) -> bool:
    """Whether a line may say where something is: it has words for a place, and is not sung or asked as a whole."""
    told = [sentence for sentence in sentences_in(text) if not sentence.sung and not sentence.asks]
    return any(_PLACED.search(" ".join(sentence.words)) for sentence in told)


def _near(inquiry: Inquiry, line: int) -> list[int]:
    """A line, then those that match about as well, best first."""
    good = set(inquiry.good().tolist())
    return [line, *(i for i in inquiry.matches.lines[:NUM_WITNESSES].tolist() if i in good and i != line)]


def answer_list(inquiry: Inquiry) -> Draft | None:
    """What the lines that fit about as well as the best say, each once, in order of time."""
    said: dict[str, int] = {}
    spoken = [line for line in inquiry.good(LISTED_SHARE).tolist() if inquiry.is_spoken(line) and inquiry.tells_it(line)]
    for line in spoken or inquiry.good(LISTED_SHARE).tolist():
        text = inquiry.stored([line])[0].text.text
        said.setdefault(phrase_of(inquiry, line) or text if inquiry.is_spoken(line) else text, line)
        if len(said) == NUM_LISTED:
            break
    if not said:
        return None
    confidence = 0.7 * max(inquiry.confidence(line) for line in said.values())
    return Draft(
        "; ".join(t.rstrip(".") for t in said), "list", confidence, [inquiry.cite(i, 1.0) for i in said.values()], [*said]
    )
