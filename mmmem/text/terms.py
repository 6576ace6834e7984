"""Words of a text as the index and the queries count them."""

import re

from mmmem.agent.language.terms import terms, tokens

__all__ = ["SELF", "mentions_self", "terms", "tokens"]

SELF = "_self"
"""The term of the person who wears the camera; no word stems to it."""

_FIRST_PERSON = re.compile(r"\b(?:i|me|my|mine|myself)\b", re.IGNORECASE)


def mentions_self(text: str) -> bool:
    """Whether the first person singular occurs."""
    return _FIRST_PERSON.search(text) is not None
