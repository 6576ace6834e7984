"""How words become search terms and claims. One rule for writing and asking."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol

from mmmem.text.terms import SELF, mentions_self
from mmmem.types import TimedText


class Claim(Protocol):
    """What a text says: `subject predicate object` holds from its start, or ends there (`ends`).

    `functional` means that one subject has one object at a time, as a thing has one place.
    """

    @property
    def subject(self) -> str:
        """What it is about."""
        ...

    @property
    def predicate(self) -> str:
        """The relation."""
        ...

    @property
    def object(self) -> str:
        """What the subject stands in that relation to; may be empty where `ends`, for whatever it was."""
        ...

    @property
    def functional(self) -> bool:
        """Whether one subject has one object at a time."""
        ...

    @property
    def ends(self) -> bool:
        """Whether it stops being true here."""
        ...


@dataclass(frozen=True, slots=True)
class Rules:
    """What a memory does with a text besides keeping it.

    Args:
        terms: search terms of some words, stemmed; none holds white space.
        claims_of: what a text claims about the world.
    """

    terms: Callable[[str], list[str]]
    claims_of: Callable[[TimedText], Sequence[Claim]]

    def document(self, text: TimedText) -> list[str]:
        """The terms a text is found by: its words, its speaker's name, and the wearer where a caption says I."""
        wearer = [SELF] if text.kind == "caption" and mentions_self(text.text) else []
        return self.terms(text.text) + (self.terms(text.speaker) if text.speaker else []) + wearer


def default_rules() -> Rules:
    """The product's own rules, imported when first needed."""
    words = "mmmem.text.terms" if find_spec("mmmem.text") else "mmmem.agent.language.terms"
    return Rules(import_module(words).terms, import_module("mmmem.banks.semantic").claims_of)
