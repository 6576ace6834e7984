"""The part of a line that answers: the words after its verb, the sentence nearest the question, the day it names."""

import re
from typing import TYPE_CHECKING

from mmmem.agent.answers.reading import phrase_after
from mmmem.agent.answers.sentences import sentences_of
from mmmem.agent.answers.wording import CALENDAR
from mmmem.agent.language.said_times import date_text, said_time
from mmmem.agent.language.verbforms import words_for
from mmmem.text.terms import terms

if TYPE_CHECKING:
    from mmmem.agent.answers.draft import Inquiry

_NAMED = re.compile(
    r"\b(?:countr(?:y|ies)|cit(?:y|ies)|states?|towns?|books?|movies?|films?|songs?|bands?|artists?|authors?|games?|teams?|brands?|"
    r"compan(?:y|ies)|shows?|series|trilog(?:y|ies))$",
    re.IGNORECASE,
)
_SORT = re.compile(r"\b(?:kinds?|types?|sorts?)\s+of\b", re.IGNORECASE)
NUM_TALKING = 2
MOST_WORDS_OF_A_TITLE = 6
_QUOTED = re.compile(r"[\"“]([^\"”]{2,60})[\"”]")
_NAME = re.compile(r"(?<=[a-z,] )(?!I\b|I')[A-Z][\w'’]*[a-z](?:\s+(?:of\s+the\s+|of\s+|the\s+)?[A-Z][\w'’]*)*")
_CLOCK = re.compile(r"\b(?:what time|hour|minute|o'clock|exactly)\b", re.IGNORECASE)


def phrase_of(inquiry: "Inquiry", line: int) -> str | None:
    """What a line says to the question: what follows the verb asked for, else the sentence that shares most with it.

    None where it says no more than what is asked.
    """
    text, question = inquiry.stored([line])[0].text, inquiry.question
    asked = {form for term in inquiry.wanted for form in words_for(term)}
    named = names_in(inquiry, line) if _NAMED.search(question.answer_unit or "") and not _SORT.search(question.text) else ""
    if named and text.kind == "speech":
        return named
    if question.kind in ("what", "text", "list") and question.channel != "speech" and question.deed.verb:
        phrase = phrase_after(text, question.deed, asked)
        if phrase or phrase is None:
            return phrase
    sentences = sentences_of(text.text)
    if len(sentences) < 2 or question.channel == "speech":
        return text.text
    return max(sentences, key=lambda sentence: len(asked & set(terms(sentence))))


def names_in(inquiry: "Inquiry", line: int) -> str:
    """Titles in quotation marks, else capitalised names inside a sentence, that the question does not name itself.

    Whoever talks and is talked to is no answer.
    """
    text = inquiry.stored([line])[0].text
    beside = [] if inquiry.asks_a_name else inquiry.around(line, NUM_TALKING, NUM_TALKING)
    talking = [stored.text.speaker for stored in inquiry.stored([line, *beside])]
    asked = set(terms(inquiry.question.text)) | {term for name in talking for term in terms(name or "")} | CALENDAR
    quoted = [m[1] for m in _QUOTED.finditer(text.text) if len(m[1].split()) <= MOST_WORDS_OF_A_TITLE]
    found = quoted or [m[0] for m in _NAME.finditer(text.text)]
    return ", ".join(dict.fromkeys(name for name in found if terms(name) and not set(terms(name)) & asked))


def named_time(inquiry: "Inquiry", line: int) -> tuple[int, str]:
    """When what a line tells of was: the day it names, else when it was seen, or by its date when it was said."""
    stored, t_ns = inquiry.stored([line])[0], int(inquiry.view.lines.start_ns[line])
    if stored.text.kind != "speech" or inquiry.calendar.kind != "wall" or _CLOCK.search(inquiry.question.text):
        return t_ns, inquiry.when(t_ns)
    sentences = sentences_of(stored.text.text)
    asked = {form for term in inquiry.wanted for form in words_for(term)}
    ranked = sorted(sentences, key=lambda sentence: -len(asked & set(terms(sentence))))
    for sentence in [*ranked[:1], stored.text.text]:
        said = said_time(sentence, t_ns, inquiry.calendar)
        if said is not None:
            return said.t_ns, said.text
    return t_ns, date_text(t_ns, inquiry.calendar)
