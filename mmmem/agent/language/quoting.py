"""Passages a question quotes: they are what was said or written, and say nothing about what is asked."""

import re

LEAST_WORDS = 3
"""What is shorter is a title or a name, and stays in the sentence."""
STAND_IN = "this"
_QUOTED = re.compile(r"[\"“”]([^\"“”]+)[\"“”]")


def set_aside(text: str) -> tuple[tuple[str, ...], str]:
    """The quoted passages of three words or more, and the question with `this` in place of each."""
    passages: list[str] = []

    def stand_in(match: re.Match[str]) -> str:
        if len(match[1].split()) < LEAST_WORDS:
            return match[0]
        passages.append(" ".join(match[1].split()))
        return STAND_IN

    rest = _QUOTED.sub(stand_in, text)
    return tuple(passages), rest
