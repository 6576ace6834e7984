"""Who a clause is about, and whether that is the one asked for."""

from collections.abc import Sequence, Set

from mmmem.agent.answers.sentences import Sentence, sentences_in
from mmmem.agent.language.clausewords import (
    AUXILIARIES,
    BE,
    BREAKS,
    FIRST,
    FIRST_PLURAL,
    INTENDING,
    LEADS,
    MODAL,
    NOT,
    PREPOSITIONS,
    SECOND,
    THIRD,
)  # fmt: skip
from mmmem.agent.language.deeds import ANYBODY, WEARER, Deed
from mmmem.agent.language.senses import base, is_verb
from mmmem.agent.language.verbforms import PAST_FORMS, words_for
from mmmem.agent.language.wordlists import DETERMINERS, PERSON_WORDS, VERBS
from mmmem.banks.semantic_phrases import is_name
from mmmem.text.terms import terms
from mmmem.types import TimedText

LEAST_FIT = 0.6
"""From here on a subject is taken for the one asked for, and not merely not for another."""
LEAST_NICKNAME = 3
_UNNAMED = ("a", "an", "another", "some")
_ANYTHING = PERSON_WORDS | frozenset("animal thing one other pet group couple owner driver worker player".split())
_HIS = THIRD | frozenset("him his her hers their theirs them its".split())


def subject_fits(text: TimedText, deed: Deed) -> bool:
    """Whether a line is about what the one asked for does."""
    sentences = sentences_in(text.text)
    if not sentences:
        return False
    first = sentences[0]
    subject = subject_of(first.words, first.lower, len(first.lower), text)
    return subject_fit(subject, text, deed) >= LEAST_FIT


def subject_of(words: Sequence[str], lower: Sequence[str], at: int, text: TimedText) -> str:
    """Who does what the verb at a place tells: a name, `I`, `you`, a pronoun, a noun phrase; empty where nothing says.

    Nearest before the verb in its clause, else the subject the sentence begins with.
    """
    start = clause_start(lower, at)
    gerund = at < len(lower) and lower[at].endswith("ing")
    if at < len(lower) and not (gerund and not set(lower[start:at]) & BE):
        near = _nearest(words, lower, start, at)
        if near:
            return near
    return _main_subject(words, lower, min(at, len(lower)), text)


def _nearest(words: Sequence[str], lower: Sequence[str], start: int, at: int) -> str:
    end = at
    while end > start and (
        lower[end - 1] in AUXILIARIES | NOT | MODAL | INTENDING
        or lower[end - 1] == "to"
        or lower[end - 1].endswith("ly")
        or lower[end - 1]
        in ("just", "also", "still", "already", "always", "even", "finally", "recently", "really", "then", "once")
    ):
        if lower[end - 1] in FIRST | FIRST_PLURAL | SECOND | THIRD:
            break
        end -= 1
    if end == start:
        return ""
    if lower[end - 1] in FIRST | FIRST_PLURAL | SECOND | THIRD:
        return words[end - 1]
    first = end - 1
    while (
        first > start
        and lower[first - 1] not in PREPOSITIONS
        and lower[first - 1] not in DETERMINERS
        and not _acts(lower[first - 1])
    ):
        first -= 1
    if first > start and lower[first - 1] in ("my", "your", "his", "her", "our", "their"):
        first -= 1
    if first > start and lower[first - 1] in PREPOSITIONS - {"and"}:
        return ""  # `on the table` before the verb is no subject
    if first > start and lower[first - 1] in DETERMINERS and first - 1 > start and lower[first - 2] in PREPOSITIONS:
        return ""
    phrase = words[first:end]
    before = words[start - 2 : start] if start >= 2 and lower[start - 1] == "and" else ()
    if before and phrase and phrase[0][:1].isupper() and before[0][:1].isupper():
        return f"{before[0]} and {' '.join(phrase)}"
    if first > start and lower[first - 1] in _UNNAMED:
        return f"{words[first - 1]} {' '.join(phrase)}"
    return " ".join(phrase)


def _acts(word: str) -> bool:
    return word in PAST_FORMS or word in VERBS or word.endswith("ed")


def _main_subject(words: Sequence[str], lower: Sequence[str], at: int, text: TimedText) -> str:
    """The subject a sentence begins with; a caption that begins with its verb is the wearer's, a remark its speaker's."""
    first = 0
    while first < at and (lower[first] in LEADS or words[first] == "," or (first + 1 < len(words) and words[first + 1] == ",")):
        if lower[first] == "c":
            return WEARER
        first += 1
    if first >= len(words):
        return WEARER if text.kind == "caption" else "i"
    if first >= at and text.kind == "caption" and at < len(words):  # `Opens the box.`
        return WEARER
    if lower[first] in FIRST | FIRST_PLURAL | SECOND | THIRD:
        return words[first]
    if words[first][:1].isupper() and is_name(words[first]):
        end = first + 1
        while end + 1 < len(words) and words[end] in ("and", ",") and words[end + 1][:1].isupper():
            end += 2
        return " ".join(words[first:end])
    if lower[first] in DETERMINERS:
        end = first + 1
        while (
            end < min(at, first + 4, len(words))
            and not _acts(lower[end])
            and lower[end] not in PREPOSITIONS
            and lower[end] not in AUXILIARIES
        ):
            end += 1
        return " ".join(words[first:end])
    if text.kind == "caption":
        return WEARER if first == at or is_verb(base(lower[first])) or lower[first].endswith(("ed", "ing")) else ""
    addressed = set(lower) & SECOND or "," in words[:first] or (first + 1 < len(words) and words[first + 1] == ",")
    acts = lower[first].endswith(("ed", "ing")) or lower[first] in PAST_FORMS
    return "i" if acts and not addressed else ""


def subject_fit(subject: str, text: TimedText, deed: Deed) -> float:
    """How well the subject of a line is the one asked for; 0 where it is somebody else."""
    asked, told = deed.subject, subject.lower()
    if asked in ("", ANYBODY, "you", "there", "this", "that"):
        return 1.0
    speaker = text.speaker if text.kind != "caption" else None
    if asked in (WEARER, "we", "it", "they", "he", "she"):
        return _first_person_fit(deed, told, subject, text)
    if asked[:1].isupper() and "'s " not in asked:
        return _name_fit(asked, told, subject, speaker, text)
    return _noun_fit(asked, told, subject, speaker)


def _first_person_fit(deed: Deed, told: str, subject: str, text: TimedText) -> float:
    asked = deed.subject
    if asked not in (WEARER, "we"):
        return 0.5
    own = said_by_wearer(text, deed)
    if subject[:1].isupper() and subject != WEARER and deed.wearer and named_alike(terms(subject), set(terms(deed.wearer))):
        return 1.0
    if not told:
        return 0.5 if text.kind == "caption" or not text.speaker or own else 0.0
    mine, ours = told in FIRST or subject == WEARER or told == "c", told in FIRST_PLURAL
    if text.kind != "caption" and text.speaker and not own:
        return 1.0 if asked == "we" and (ours or mine) else 0.7 if ours else 0.3 if told in SECOND else 0.0
    if mine or ours:
        return 1.0 if text.kind == "caption" or own else 0.6
    return 0.5 if asked == "we" and told in THIRD else 0.0


def said_by_wearer(text: TimedText, deed: Deed) -> bool:
    """Whether whoever wears the camera is known by name and said a line."""
    return bool(deed.wearer and text.speaker) and named_alike(terms(text.speaker or ""), set(terms(deed.wearer)))


def _name_fit(asked: str, told: str, subject: str, speaker: str | None, text: TimedText) -> float:
    names = set(terms(asked))
    if named_alike(terms(subject), names) and not subject.split(maxsplit=1)[0].endswith("'s"):
        return 1.0
    if speaker is not None:
        same = named_alike(terms(speaker), names)
        if told in FIRST | FIRST_PLURAL:
            return 1.0 if same else 0.3 if told in FIRST_PLURAL else 0.0
        if told in SECOND:
            return 0.0 if same else 0.8
        return 0.5 if told in THIRD or not told else 0.3 if same else 0.2
    if told in THIRD or not told:
        return 0.5
    if told.split(maxsplit=1)[0] in _UNNAMED:
        return 0.0
    return 0.0 if told in FIRST or subject == WEARER or subject[:1].isupper() else 0.3


def _noun_fit(asked: str, told: str, subject: str, speaker: str | None) -> float:
    owner, _, noun = asked.partition("'s ") if "'s " in asked else ("", "", asked)
    wanted, found = {word for term in terms(noun) for word in words_for(term)}, set(terms(subject))
    if wanted & found:
        mine = told.startswith("my ") and speaker is not None
        return 0.0 if owner and mine and not set(terms(speaker or "")) & set(terms(owner)) else 1.0
    if told in THIRD or not told or told in FIRST_PLURAL | SECOND:
        return 0.5
    if told in FIRST or subject == WEARER or (subject[:1].isupper() and is_name(subject.split(maxsplit=1)[0])):
        return 0.0
    return 0.3 if set(told.split()[-1:]) & _ANYTHING or set(noun.lower().split()) & _ANYTHING else 0.0


def named_alike(found: Sequence[str], names: Set[str]) -> bool:
    """Whether terms hold one of some names, or a name that one of them is short for: `Mel` of Melanie."""
    return any(t in names or any(len(n) >= LEAST_NICKNAME and t.startswith(n) for n in names) for t in found)


def owner_fit(sentence: Sentence, text: TimedText, deed: Deed) -> float:
    """Whether what the question calls somebody's is theirs here: `my dog` is the speaker's, `your dog` another's."""
    for who, what in deed.owners:
        mine = text.speaker or (deed.wearer if text.kind == "caption" else None)
        same = bool(mine) and bool(set(terms(who)) & set(terms(mine or "")))
        named = any(set(terms(word)) & set(terms(who)) for word in sentence.words)
        for at, word in enumerate(sentence.lower):
            if not set(terms(word)) & set(what[:1]):
                continue
            before = set(sentence.lower[max(at - 3, 0) : at])
            if mine and ((before & FIRST and not same) or (before & SECOND and same)):
                return 0.0
            if any(
                w.endswith("'s") and not set(terms(w)) & set(terms(who))
                for w in sentence.words[max(at - 2, 0) : at]
                if w[:1].isupper()
            ):
                return 0.0
            return 1.0
        if text.speaker and not same and not named:
            return 0.0 if set(sentence.lower) & (FIRST | FIRST_PLURAL) else 0.5
    return 1.0


def attributed_fit(sentence: Sentence, text: TimedText, deed: Deed) -> float:
    """Of what is said without the verb: whether it is about the one asked for."""
    asked = deed.subject
    if asked == WEARER and said_by_wearer(text, deed):
        return 1.0 if set(sentence.lower) & (FIRST | FIRST_PLURAL) else 0.5
    if not asked[:1].isupper() or asked == WEARER:
        return 1.0 if asked in ("", ANYBODY, "you") else 0.5
    names = set(terms(asked.split("'s")[0]))
    words = set(sentence.lower)
    if any(names & set(terms(word)) for word in sentence.words):
        return 1.0
    if text.speaker is None:
        return 0.5
    same = named_alike(terms(text.speaker), names)
    mine, yours = bool(words & (FIRST | FIRST_PLURAL)), bool(words & SECOND)
    if same:
        return 0.2 if yours and not mine else 1.0
    if words & _HIS - {"it", "it's", "its", "they", "their", "them"}:
        return 0.5  # `he was part of our family`
    return 0.0 if mine and not yours else 0.6 if yours else 0.3


def clause_start(lower: Sequence[str], at: int) -> int:
    """Where the clause of the word at a place begins."""
    start = at
    while start > 0 and lower[start - 1] not in BREAKS:
        start -= 1
    return start


def agent_of(sentence: Sentence, at: int) -> str:
    """Who did it, by the `by` behind a passive verb; empty where it is not told."""
    for i in range(at + 1, len(sentence.lower) - 1):
        if sentence.lower[i] == "by":
            return sentence.words[i + 1]
    return ""
