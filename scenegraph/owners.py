"""Whose things are, as people say it: `that mug is mine`, `the bowl belongs to Anna`, `Ben's laptop`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mmmem.banks.semantic import claims_of
from mmmem.types import TimedText
from scenegraph.phrases import Phrase, phrase_of

_BELONGS = re.compile(r"^(?:the |that |this )?(?P<what>.+?) belongs? to (?P<who>[A-Z]\w+)", re.IGNORECASE)
_MINE = re.compile(r"^(?:the |that |this )?(?P<what>.+?)(?: (?:on|in|under|near|with|over) .+)? (?:is|are) mine\b", re.IGNORECASE)
_MY = re.compile(r"\bmy (?P<what>(?:[a-z]+ ){0,2}[a-z]+?)(?= (?:on|in|under|at|with|from)\b|[.!?,]|$)", re.IGNORECASE)
_THEIRS = re.compile(r"\b(?P<who>[A-Z]\w+)'s (?P<what>(?:[a-z]+ ){0,2}[a-z]+?)(?= (?:on|in|under|at|with|from)\b|[.!?,]|$)")


@dataclass(frozen=True, slots=True)
class Ownership:
    """Somebody said whose a thing is.

    Args:
        what: the thing as they called it.
        text: what was said, and when.
    """

    owner: str
    what: Phrase
    text: TimedText


def ownerships(text: TimedText) -> Iterator[Ownership]:
    """What a line says of whose a thing is; one line may say the same twice."""
    words, speaker = text.text.strip(), text.speaker or ""
    if match := _BELONGS.match(words):
        yield Ownership(match["who"], phrase_of(match["what"]), text)
    if speaker and (match := _MINE.match(words)):
        yield Ownership(speaker, phrase_of(match["what"]), text)
    if speaker:
        yield from (Ownership(speaker, phrase_of(match["what"]), text) for match in _MY.finditer(words))
    yield from (Ownership(match["who"], phrase_of(match["what"]), text) for match in _THEIRS.finditer(words))
    claimed = [claim for claim in claims_of(text) if claim.predicate == "owns" and claim.object]
    yield from (Ownership(claim.subject, phrase_of(claim.object), text) for claim in claimed)
