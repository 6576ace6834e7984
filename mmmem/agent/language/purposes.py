"""What classes of things are for, so that a purpose finds them: `purposes.toml`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from mmmem.text.terms import terms


def kinds_for(purpose: str) -> frozenset[str]:
    """Classes of things that serve a purpose: those listed for the words that share most with it."""
    wanted = set(terms(purpose))
    shares = {words: len(wanted & held) / len(wanted | held) for words, held in _terms_of_purposes().items()}
    best = max(shares.values(), default=0.0)
    if best == 0.0:
        return frozenset()
    return frozenset(kind for words, share in shares.items() if share == best for kind in purposes()[words])


@cache
def purposes() -> Mapping[str, tuple[str, ...]]:
    """Classes by the words of a purpose."""
    held = tomllib.loads(files("mmmem.agent.language").joinpath("purposes.toml").read_text("utf-8"))
    return {words: tuple(kinds) for words, kinds in held.items()}


@cache
def _terms_of_purposes() -> Mapping[str, frozenset[str]]:
    return {words: frozenset(terms(words)) for words in purposes()}
