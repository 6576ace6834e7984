"""How well a class, a thing or a place as asked fits one as told."""

import re
from functools import lru_cache

from mmmem.agent.language.things import SYNONYMS, Phrase, singular

_NUMBERED = re.compile(r"\s*\d+$")
_ARTICLE = re.compile(r"^(?:the|an?|my|our|your|this|that) ", re.IGNORECASE)
_PART = re.compile(
    r"^(?:the |an? )?(?:(?:top|bottom|left|right|upper|lower) )*(?:drawer|shelf|door|top|back|corner|edge) of ", re.IGNORECASE
)
_THINGS = frozenset(("thing", "object", "item", "something", "anything", "stuff"))
LESS_CLOSE = 0.8


@lru_cache(maxsize=1 << 14)
def kind_fit(asked: str, told: str) -> float:
    """1 for the same class, less for one by another word or with more words; 0 for another."""
    if asked in _THINGS or asked == told:
        return 1.0
    if SYNONYMS.get(asked) == told or SYNONYMS.get(told) == asked:
        return 0.9
    return LESS_CLOSE if told.endswith(f" {asked}") else 0.0


def thing_fit(asked: Phrase, told: Phrase) -> float:
    """How well a thing as asked fits one as told: class, colour and owner; 0 where they contradict each other."""
    fit = kind_fit(asked.kind, told.kind)
    if asked.colour and asked.colour != told.colour:
        fit *= 0.0 if told.colour else 0.5
    if asked.owner and told.owner and asked.owner.lower() != told.owner.lower():
        fit = 0.0
    return fit


@lru_cache(maxsize=1 << 14)
def place_key(place: str) -> str:
    """A place as it is compared."""
    return _ARTICLE.sub("", _ARTICLE.sub("", _PART.sub("", place.strip(" .,?!"))).strip()).lower()


@lru_cache(maxsize=1 << 14)
def place_fit(asked: str, told: str) -> float:
    """1 for the same place, less for one that has more words or a number; 0 for another."""
    wanted, known = place_key(asked), place_key(told)
    if not wanted or not known:
        return 0.0
    if wanted == known:
        return 1.0
    bare = known if _NUMBERED.search(wanted) else _NUMBERED.sub("", known)
    if wanted == bare or singular(wanted) == singular(bare):
        return 0.95
    return LESS_CLOSE if bare.endswith(f" {wanted}") else 0.0
