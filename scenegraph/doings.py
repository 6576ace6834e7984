"""What people were seen to do, as captions tell it: who, what, when. Words about people the graph knows by name."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from mmmem.clock import Span
from mmmem.text.terms import terms
from mmmem.types import TimedText
from scenegraph.phrases import COLOURS

_SENTENCE = re.compile(r"(?:^|(?<=[.!?] ))(?P<who>[A-Z]\w+) (?P<deed>[a-z]+s\b[^.!?]*)[.!?]")
_STATIC = re.compile(r"^(?:is|was|has been|stands|sits|lies)(?: there)?$")
_NO_PEOPLE = frozenset("The There In On A An It This That Somebody Someone Nothing Two Three Four Five".split())


@dataclass(frozen=True, slots=True)
class Doing:
    """Somebody was seen doing something; `deed` as it was told, from the verb on."""

    who: str
    deed: str
    text: TimedText

    @property
    def span(self) -> Span:
        """When it was told."""
        return self.text.span

    @property
    def stem(self) -> frozenset[str]:
        """Its terms, to compare deeds by."""
        return frozenset(terms(self.deed))


def doings_in(texts: Iterable[TimedText]) -> list[Doing]:
    """What captions tell that people did, in their order; that somebody stands there is none."""
    return [
        Doing(match["who"], match["deed"], text)
        for text in texts
        if text.kind == "caption"
        for match in _SENTENCE.finditer(text.text)
        if match["who"] not in _NO_PEOPLE and match["who"].lower() not in COLOURS and not _STATIC.match(match["deed"])
    ]
