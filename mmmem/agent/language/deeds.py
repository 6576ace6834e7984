"""Who is asked to have done what: the deed in the asking clause of a question, or in the clause that places it in time."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mmmem.agent.language.asking import AUX, WH
from mmmem.agent.language.clausewords import ADVERBS, PREPOSITIONS, SUBJECT_PRONOUNS
from mmmem.agent.language.numbers import ORDINAL
from mmmem.agent.language.senses import Verb, base, is_verb, verb_at
from mmmem.agent.language.verbforms import PAST_FORMS
from mmmem.agent.language.wordlists import DETERMINERS, PERSON_WORDS, VERBS
from mmmem.text.terms import terms

WEARER = "I"
ANYBODY = "anybody"

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|[,.;!?]")
_AUX = re.compile(rf"{AUX}$", re.IGNORECASE)
_WH = re.compile(rf"(?:{WH}|how)$", re.IGNORECASE)
_BE = frozenset("is are was were am be been being isn't aren't wasn't weren't".split())
_WEARER = frozenset(("i", "me", "c"))
_SOME = PERSON_WORDS & frozenset("anybody anyone somebody someone nobody everybody everyone people person".split())
_COMMANDS = frozenset(("tell", "list", "describe", "name", "show", "summarize", "summarise", "enumerate"))
_NTH_TIME = re.compile(  # `when was the first time I ...`, `what is the last thing that Tom ...`
    rf"\b(?:was|is|were|are)\s+the\s+(?:very\s+)?(?:(?:{ORDINAL}|most\s+recent|previous|only)\s+)?"
    r"(?:time\b(?:\s+(?:that|when))?|[\w-]+(?:\s+that)?(?=\s+(?:I|we|he|she|they|[A-Z]\w+)\s+(?!and\b)\w))"
)
_FROM_AT_END = re.compile(r"\bfrom\W*$", re.IGNORECASE)
_SAYS_NO_DEED = frozenset(("do", "happen", "have", "be"))
_PRICING = (("cost",), ("amount",))
_PAST = re.compile(r"(?:did|was|were|had|didn't|wasn't|weren't|hadn't)$", re.IGNORECASE)
_PERFECT = re.compile(r"(?:has|have|had|hasn't|haven't|hadn't)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody is asked to have done.

    Args:
        subject: `I` for the wearer, `we`, `you`, `anybody`, a name, or the words of a noun phrase; empty where it is asked for.
        verb: its stem with its particle; empty where the clause has none but a form of `be`.
        object: terms of what it was done to.
        place: terms of what follows a preposition: where, with whom, from what.
        past: it is asked whether it has happened, so that plans and wishes are no proof.
        owners: `(name, terms)` for every `Nadia's dog`.
        wearer: name of who wears the camera, who is `I` in what is read for it; empty where nobody said.
    """

    subject: str = ""
    verb: Verb = ()
    object: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    past: bool = False
    owners: tuple[tuple[str, tuple[str, ...]], ...] = ()
    wearer: str = ""


NO_DEED = Deed()


def deed_of(clause: str) -> Deed:
    """The deed of a clause such as `When was the fridge opened`, `Lena lent it to him`, `loading the tent`; never raises."""
    words = [word for word in _WORD.findall(_NTH_TIME.sub(" ", clause.replace("’", "'"))) if word not in "?!"]
    if not words or words[0].lower() in _COMMANDS:
        return NO_DEED
    start, asked = _after_question_word(words)
    aux = next((i for i in range(start, len(words)) if _AUX.match(words[i])), None)
    told = _verb_without_auxiliary(words, start)
    if asked and told is not None and aux == told + 1:  # `what breed is Bruno`
        told = None
    if aux is None or (told is not None and told < aux):
        deed = _told(words, start, told)
    else:
        deed = _with_auxiliary(words, aux, passive_for_who=asked == "who")
    wh_noun = terms(" ".join(words[start:aux])) if aux is not None and (told is None or told > aux) else []
    verb = () if deed.verb and deed.verb[0] in _SAYS_NO_DEED else deed.verb
    if deed.verb[:1] == ("come",) and _FROM_AT_END.search(clause) and not deed.subject[:1].isupper():
        verb = ()  # where a thing came from is its place, nothing it does
    if verb in _PRICING and not deed.subject[:1].isupper():  # what a thing costs is told where it is bought
        verb = ()
    if not verb and "'s " in deed.subject:  # `what is Nadia's daughter called`
        owner, _, noun = deed.subject.partition("'s ")
        deed = replace(deed, subject=owner, object=(*terms(noun), *deed.object))
    if not verb and deed.subject not in ("", WEARER, ANYBODY) and not deed.subject[:1].isupper():  # `where is the milk`
        deed = replace(deed, subject="", object=(*terms(deed.subject), *deed.object))
    object_ = [term for term in (*wh_noun, *deed.object) if term not in verb[1:]]
    past = deed.past or (aux is not None and bool(_PAST.match(words[aux]) or _PERFECT.match(words[aux])))
    return Deed(deed.subject, verb, tuple(object_), deed.place, past, _owners(clause))


def _after_question_word(words: Sequence[str]) -> tuple[int, str]:
    """Where the clause goes on behind `who`, `in which` or `how many`, and that word."""
    for i, word in enumerate(words[:3]):
        if _WH.match(word):
            follows = i + 1
            while follows < len(words) and words[follows].lower() in (
                "many",
                "much",
                "often",
                "long",
                "else",
                "kind",
                "of",
                "type",
            ):
                follows += 1
            return follows, word.lower()
    return 0, ""


def _with_auxiliary(words: Sequence[str], aux: int, *, passive_for_who: bool) -> Deed:
    """`did Tom wash the dishes`, `was the fridge opened`, `is Viktor learning`."""
    be = words[aux].lower() in _BE
    first = _skipped(words, aux + 1)
    acts = passive_for_who and first < len(words) and (words[first].endswith("ing") or _is_participle(words[first]))
    subject, at = ("", first) if acts else _subject(words, first)
    at = _skipped(words, at)
    if at < len(words) and words[at].lower() in ("been", "be", "being"):
        be, at = True, _skipped(words, at + 1)
    if not subject and not passive_for_who and not be:
        return _told(words, aux + 1, aux + 1 if aux + 1 < len(words) else None)
    if at >= len(words) or words[at].lower() in PREPOSITIONS or words[at] == ",":
        return Deed(subject, (), (), tuple(terms(" ".join(words[at:]))))
    if be and not words[at].lower().endswith("ing"):
        named = at + 1 == len(words) and words[at].lower() in ("called", "named")  # what it is called is its name, no deed
        if named or not _is_participle(words[at]):  # `was the tap open`, `is Tom a doctor`
            rest, place = _parts(words, at + named)
            return Deed(subject, (), rest, place)
        verb = _verb(words, at)
        rest, place = _parts(words, at + 1)
        agent = next((words[i + 1] for i in range(at, len(words) - 1) if words[i].lower() == "by"), "")
        acted = tuple(terms(subject)) if subject not in (WEARER, "we") else ()
        person = subject[:1].isupper() and subject not in (WEARER,)  # `was Viktor promoted` is about him
        return Deed(subject if person else agent if agent[:1].isupper() else "", verb, (*(() if person else acted), *rest), place)
    verb = _verb(words, at)
    rest, place = _parts(words, at + 1)
    return Deed(subject, verb, rest, place)


def _told(words: Sequence[str], start: int, at: int | None) -> Deed:
    """`who fed the cat`, `Lena lent it to him`, `opening it`."""
    if at is None:
        rest, place = _parts(words, start)
        return Deed("", (), rest, place, past=False)
    subject, _ = _subject(words, start) if at > start else ("", at)
    lower = [word.lower() for word in words]
    rest, place = _parts(words, at + 1)
    past = lower[at].endswith("ed") or lower[at] in PAST_FORMS
    return Deed(subject, _verb(words, at), rest, place, past)


def _verb_without_auxiliary(words: Sequence[str], start: int) -> int | None:
    """Where the verb of a clause without auxiliary stands: behind a pronoun or a name, else the first word that may be one."""
    first = _skipped(words, start)
    if first >= len(words) or _AUX.match(words[first]):
        return None
    _, end = _subject(words, first)
    end = _skipped(words, end)
    named = words[first][:1].isupper() or words[first].lower() in SUBJECT_PRONOUNS
    if named and end < len(words) and not _AUX.match(words[end]) and words[end].lower() not in PREPOSITIONS:
        return end
    return next((i for i in range(first, len(words)) if _may_be_verb(words, i)), None)


def _may_be_verb(words: Sequence[str], at: int) -> bool:
    word = words[at].lower()
    if _AUX.match(word):
        return False
    if at and words[at - 1].lower() in DETERMINERS:
        return False
    return word in PAST_FORMS or word in VERBS or is_verb(base(word)) or (word.endswith(("ed", "ing")) and len(word) > 4)


def _subject(words: Sequence[str], at: int) -> tuple[str, int]:
    """The subject that begins at a word, and where it ends; empty where none does."""
    if at >= len(words):
        return "", at
    first = words[at].lower()
    if first in _WEARER:
        return (WEARER, at + 1)
    if first in _SOME:
        return (ANYBODY, at + 1)
    if first in SUBJECT_PRONOUNS:
        return (first, at + 1)
    if words[at][:1].isupper() and not _AUX.match(words[at]):
        return _name(words, at)
    return _noun_phrase(words, at)


def _name(words: Sequence[str], at: int) -> tuple[str, int]:
    """`Omar and Lena`, `Mary Smith`; `Nadia's sister` up to its verb."""
    end = at + 1
    while end < len(words) and (
        words[end][:1].isupper()
        or (words[end] in ("and", ",") and words[end + 1 : end + 2] != [] and words[end + 1][:1].isupper())
    ):
        end += 1
    if words[end - 1].lower().endswith("'s"):
        return _noun_phrase(words, at, end)
    return " ".join(words[at:end]), end


def _noun_phrase(words: Sequence[str], at: int, least: int | None = None) -> tuple[str, int]:
    """A noun phrase up to the verb: the first listed verb behind its first noun, else the last word before a break."""
    start = at
    while at < len(words) and words[at].lower() in DETERMINERS:
        at += 1
    at = max(at, least or at)
    if at >= len(words) or words[at].lower() in PREPOSITIONS:
        return "", start
    breaks = PREPOSITIONS | DETERMINERS | SUBJECT_PRONOUNS | {",", "."}
    stop = next((i for i in range(at + 1, len(words)) if words[i].lower() in breaks), len(words))
    verbs = [i for i in range(at + 1, stop) if _may_be_verb(words, i) or words[i].lower() in ADVERBS]
    end = verbs[0] if verbs else max(stop - 1, at + 1)
    if start == at and not verbs and end >= stop:  # a bare word with nothing behind it is no subject
        return "", start
    return " ".join(words[start:end]), end


def _skipped(words: Sequence[str], at: int) -> int:
    while at < len(words) and words[at].lower() in ADVERBS:
        at += 1
    return at


def _is_participle(word: str) -> bool:
    return word.lower().endswith("ed") or word.lower() in PAST_FORMS


def _verb(words: Sequence[str], at: int) -> Verb:
    """The verb at a word; of `go swimming` it is the swimming."""
    lower = [word.lower() for word in words]
    if base(lower[at]) == "go" and at + 1 < len(lower) and lower[at + 1].endswith("ing"):
        return (base(lower[at + 1]),)
    return verb_at(lower, at)


def _parts(words: Sequence[str], at: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Terms before and after the first preposition."""
    cut = next((i for i in range(at, len(words)) if words[i].lower() in PREPOSITIONS), len(words))
    return tuple(terms(" ".join(words[at:cut]))), tuple(terms(" ".join(words[cut:])))


_OWNER = re.compile(r"\b(?P<who>[A-Z][\w-]+)'s\s+(?P<what>[\w-]+(?:\s+[\w-]+)?)")


def _owners(clause: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """`(name, terms)` of every `Nadia's dog`."""
    found = ((m["who"], tuple(terms(m["what"]))) for m in _OWNER.finditer(clause.replace("’", "'")))
    return tuple((who, what) for who, what in found if what and not _WH.match(who))
