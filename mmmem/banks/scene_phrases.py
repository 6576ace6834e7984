"""Noun phrases of a line that tells of a scene: lists of things with their numbers, names of places, who is a person."""

import re
from functools import lru_cache

from mmmem.agent.language.things import COLOURS, PLURALS, Phrase, phrase_of
from mmmem.banks.semantic_phrases import NOT_PLACES, is_name

SOMEBODY = r"[Ss]omebody|[Ss]omeone|[Aa] (?:man|woman|person|boy|girl|child)"
PERSON = rf"(?:[A-Z][a-zé]+(?: [A-Z][a-zé]+)?|I|{SOMEBODY})"
"""Who does something, by name or not."""
_ANY_COLOUR = "|".join(sorted(COLOURS))
_SPLIT = re.compile(r",? and |, (?:and )?")
_TWO_COLOURS = re.compile(rf"\b({_ANY_COLOUR}) and ({_ANY_COLOUR})\b", re.IGNORECASE)
_NUMBER_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "a": 1, "an": 1,
    "the": 1, "another": 1, "this": 1, "that": 1, "my": 1, "his": 1, "her": 1, "their": 1, "our": 1,
}  # fmt: skip
_PART = "drawer|shelf|door|top|back|corner|edge|side|surface|end"
_PART_OF = re.compile(rf"^(?:the |an? )?(?:(?:top |bottom |left |right |upper |lower |back |far )*(?:{_PART}) of) ")
_ARTICLE = re.compile(r"^(?:the|an?|my|our|his|her|their|its|this|that) ", re.IGNORECASE)
_POINTING = frozenset("it this that these those they he she we you i nothing something anything everything who what".split())
_NO_THING = _POINTING | frozenset("of for from to with at by in on into out no none nobody everyone everybody".split())
"""With these no name of a thing begins."""
_DAYS = frozenset("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split())
_ENDS_PLACE = re.compile(r",| (?:and|but|so|while|where|when|because|which|that|to|for|with|from)(?= )")
"""What follows is no part of the name of a place."""
_POINTS_AND_NAMES = frozenset("this that these those".split())
_NOT_NAMES = frozenset(
    "The There In On At A An It This That These Those Nothing Two Three Four Five Six Some Several Another My".split()
)
_LONGEST_THING = 6
LONGEST_PLACE = 7


def listed(words: str) -> list[tuple[Phrase, int]]:
    """`A red mug, two bowls and keys`: each thing, and how many; empty if any part is no thing."""
    parts = [part.strip() for part in _SPLIT.split(_TWO_COLOURS.sub(r"\1", words)) if part.strip()]
    found = [thing_of(part) for part in parts]
    return [one for one in found if one is not None] if all(found) else []


@lru_cache(maxsize=1 << 13)
def thing_of(words: str) -> tuple[Phrase, int] | None:
    """A noun phrase, and how many of it; None of what is plainly none."""
    first = words.split(" ", 1)[0].lower()
    size = len(words.split())
    points = words.lower() in _POINTING or first in _NO_THING - _POINTS_AND_NAMES
    if not words or points or size > _LONGEST_THING:
        return None
    phrase = phrase_of(words)
    if not phrase.kind or phrase.place:
        return None
    many = phrase.text.lower().split()[-1] not in PLURALS and not phrase.text.lower().endswith(phrase.kind)
    return phrase, _NUMBER_WORDS.get(first, int(first) if first.isdecimal() else 0 if many else 1)


@lru_cache(maxsize=1 << 13)
def place_name(words: str) -> str:
    """A place without article and part: `the top drawer of Anna's desk` is `Anna's desk`; empty of what is too long for one."""
    name = _ARTICLE.sub("", _PART_OF.sub("", _ENDS_PLACE.split(words.strip(" .,!?"), maxsplit=1)[0]))
    name = _ARTICLE.sub("", name)
    last = name.rsplit(" ", 1)[-1].lower()
    none = not name or name.lower() in _POINTING or last in NOT_PLACES or last in _NUMBER_WORDS or name.isdecimal()
    return "" if none or len(name.split()) > LONGEST_PLACE else name


@lru_cache(maxsize=1 << 13)
def is_person(words: str) -> bool:
    """Whether a phrase names or describes a person."""
    if words in ("I", "We") or re.fullmatch(SOMEBODY, words):
        return True
    first = words.split(" ", 1)[0]
    return (
        bool(re.fullmatch(PERSON, words)) and first.lower() not in COLOURS and first not in _NOT_NAMES | _DAYS and is_name(words)
    )
