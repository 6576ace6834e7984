"""What a line says about a deed: whether it tells of it, who did it there, and whether it was done or only meant, asked or sung.

A line that tells of the opposite, of somebody else, or of what was only planned is no answer, however many words it shares.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Literal

from mmmem.agent.answers.sentences import Sentence, sentences_in
from mmmem.agent.answers.subjects import agent_of, attributed_fit, clause_start, owner_fit, subject_fit, subject_of
from mmmem.agent.language.clausewords import BE, CARRIED_OUT, INTENDING, MAYBE, MODAL, NOT, SAYING
from mmmem.agent.language.deeds import Deed
from mmmem.agent.language.senses import PARTICLES, Relation, base, is_verb, related, verb_at
from mmmem.agent.language.verbforms import PAST_FORMS
from mmmem.agent.language.wordlists import DETERMINERS
from mmmem.text.terms import terms
from mmmem.types import TimedText

Status = Literal["done", "denied", "meant", "asked", "sung", "told"]
Against = Literal["", "opposite", "other subject", "not done"]

_LINKS = frozenset("to for of about with on at in from as some".split())
_PHRASE_ENDS = frozenset(", : ; “ ” because but while when so since if".split())
_POINTERS = frozenset("it them that this these those one him her me us you something too also well so again".split())
_JOINED = ("and", "then")
MOST_WORDS = 12


@dataclass(frozen=True, slots=True)
class Reading:
    """How a line bears on a deed.

    Args:
        verb: how well its verb says the same, in [0, 1]; 0 where no verb of the line is about it.
        subject: how well its subject is the one asked for, in [0, 1]; 1 where none is asked for.
        status: whether the line says that it happened.
        against: why the line cannot be an answer, empty where it may.
    """

    verb: float
    subject: float
    status: Status = "done"
    against: Against = ""


def read(text: TimedText, deed: Deed, sought: frozenset[str]) -> Reading:
    """The reading of the sentence that shares most with what is asked; `sought` are the terms besides verb and subject."""
    readings = [
        (len(sought & set(terms(" ".join(sentence.words)))) + (0.5 if reading.verb else 0.0) + 0.1 * reading.subject, -i, reading)
        for i, sentence in enumerate(sentences_in(text.text))
        for reading in _of_sentence(sentence, text, deed)
    ]
    return max(readings, key=lambda item: item[:2])[2] if readings else Reading(0.0, 0.5)


def _of_sentence(sentence: Sentence, text: TimedText, deed: Deed) -> list[Reading]:
    """One reading for each verb that says the same or the opposite, else one for the sentence as a whole."""
    found: list[Reading] = []
    for at in range(len(sentence.lower)) if deed.verb else ():
        relation = _relation(sentence, at, deed)
        if relation is not None:
            found.append(_of_verb(sentence, at, relation, text, deed))
    if found:
        return found
    subject = subject_of(sentence.words, sentence.lower, len(sentence.lower), text) if text.kind == "caption" else None
    fit = attributed_fit(sentence, text, deed) if subject is None else subject_fit(subject, text, deed)
    fit *= owner_fit(sentence, text, deed)
    meant = text.kind != "caption" and not deed.verb and bool(set(sentence.lower) & (MODAL | MAYBE))
    status: Status = "sung" if sentence.sung else "asked" if sentence.asks else "meant" if meant else "done"
    return [_judged(Reading(0.0, fit, status), deed)]


def _relation(sentence: Sentence, at: int, deed: Deed) -> Relation | None:
    """How the word at a place says the deed's verb; None where it is about something else or is a noun."""
    word = sentence.lower[at]
    stemmed = base(word)
    if stemmed != deed.verb[0] and not is_verb(stemmed):
        return None
    if at and sentence.lower[at - 1] in DETERMINERS and not word.endswith("ing"):
        return None
    relation = related(deed.verb, verb_at(sentence.lower, at))
    return None if relation == "other" else relation


def _of_verb(sentence: Sentence, at: int, relation: Relation, text: TimedText, deed: Deed) -> Reading:
    passive = _is_passive(sentence.lower, at)
    subject = agent_of(sentence, at) if passive else subject_of(sentence.words, sentence.lower, at, text)
    fit = 1.0 if passive and not subject and not deed.subject[:1].isupper() else subject_fit(subject, text, deed)
    if passive and deed.subject[:1].isupper() and not deed.object:  # `was Viktor promoted`: he is the one it is done to
        fit = subject_fit(subject_of(sentence.words, sentence.lower, at, text), text, deed)
    fit *= owner_fit(sentence, text, deed) if deed.owners and "'s " not in deed.subject else 1.0
    reading = Reading({"same": 1.0, "alike": 0.9}.get(relation, 0.0), fit, _status(sentence, at, subject, text))
    if relation == "opposite":
        return Reading(0.0, fit, reading.status, "opposite")
    return _judged(reading, deed)


def _judged(reading: Reading, deed: Deed) -> Reading:
    against: Against = ""
    if reading.status == "asked" or (deed.past and reading.status in ("meant", "sung")):
        against = "not done"
    elif reading.subject <= 0.0:
        against = "other subject"
    return Reading(reading.verb, reading.subject, reading.status, against)


def doer(text: TimedText, deed: Deed) -> str | None:
    """Who does the deed by the words of a line, as it names them; None where no verb of it says so."""
    for sentence in sentences_in(text.text):
        for at in range(len(sentence.lower)):
            if _relation(sentence, at, deed) in ("same", "alike"):
                passive = _is_passive(sentence.lower, at) and bool(deed.object)
                return agent_of(sentence, at) if passive else subject_of(sentence.words, sentence.lower, at, text)
    return None


def phrase_after(text: TimedText, deed: Deed, asked: Set[str]) -> str | None:
    """What follows the verb asked for, up to the end of its clause, without the words the question has itself; may be empty.

    None where nothing is told of it but what is asked: `writes a note and sticks it on the door`.
    """
    told_nothing = False
    for sentence in sentences_in(text.text):
        for at in range(len(sentence.lower)):
            if _relation(sentence, at, deed) not in ("same", "alike"):
                continue
            start = at + 1
            while start < len(sentence.lower) and (
                sentence.lower[start] in DETERMINERS | PARTICLES | _LINKS or set(terms(sentence.lower[start])) & asked
            ):
                start += 1
            if start < len(sentence.lower) and sentence.lower[start] in _JOINED and start > at + 1:
                told_nothing = True
                continue
            end = start
            while end < len(sentence.lower) and sentence.lower[end] not in _PHRASE_ENDS and end - start < MOST_WORDS:
                end += 1
            if end > start and not set(sentence.lower[start:end]) <= _POINTERS:
                return " ".join(sentence.words[start:end])
    return None if told_nothing else ""


def _is_passive(lower: Sequence[str], at: int) -> bool:
    if not (lower[at].endswith("ed") or lower[at] in PAST_FORMS):
        return False
    before = at - 1
    while before >= 0 and lower[before] in ("just", "also", "been", "being", "already", "not", "n't", "finally"):
        before -= 1
    return before >= 0 and lower[before] in BE and not lower[before].endswith("'ve")


def _status(sentence: Sentence, at: int, subject: str, text: TimedText) -> Status:
    """Whether the verb at a place happened, going by what stands before it in its clause."""
    if sentence.sung:
        return "sung"
    if sentence.asks:
        return "asked"
    start = clause_start(sentence.lower, at)
    before = sentence.lower[start:at]
    near = before[-6:]
    if set(near) & NOT:
        return "denied"
    if text.kind != "caption":
        if set(near) & MODAL or set(sentence.lower) & MAYBE:
            return "meant"
        if not subject and not sentence.lower[at].endswith(("ed", "ing", "s")) and sentence.lower[at] not in PAST_FORMS:
            return "meant"  # a command
    if before and before[-1] == "to" and not set(before[-4:-1]) & CARRIED_OUT:
        return "meant"
    if set(near) & INTENDING and (before[-1:] == ("to",) or text.kind != "caption"):
        return "meant"
    said = set(sentence.lower[:at]) & SAYING
    return "told" if said else "done"
