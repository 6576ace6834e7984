"""Passages a question quotes or reports: they are what was said, seen or written, and say nothing about what is asked."""

import re

from mmmem.text.terms import tokens

LEAST_WORDS = 3
"""What is shorter is a title or a name, and stays in the sentence; in writing without spaces each sign is a word."""
STAND_IN = "this"
_QUOTED = re.compile(r"[\"“”]([^\"“”]+)[\"“”]")
_ORIGIN = r"(?:stream|camera|video|recording|conversation|footage|day|date)"
_ASKS = rf"(?:who|whose|when|what\s+time|(?:(?:in|on|from)\s+)?(?:which|what)\s+{_ORIGIN})"
_HEARD = r"(?:said|seen|heard|shown|mentioned|read|written)"
_REPORTS = rf"(?:say|said|says|mention|mentioned|told|it\s+happen|(?:was|is)\s+it\s+{_HEARD})"
"""`see that` and `hear that` are left out: `When did I see that man?`."""
_REPORTED = re.compile(
    rf"^\W*(?:{_ASKS}\b[^?]*?\b{_REPORTS}|(?:was|is)\s+it\s+{_HEARD}\s+or\s+{_HEARD})\s+that\s+(?P<one>.+?)[\s?]*$",
    re.IGNORECASE | re.DOTALL,
)
_WHICH_CAME = re.compile(
    r"^\W*which\b[^,:?]*?\b(?:first|last|earlier|later|earliest|latest)\s*[,:]?\s+that\s+(?P<one>.+?)\s*,?\s+or\s+that\s+(?P<other>.+?)[\s?]*$",
    re.IGNORECASE | re.DOTALL,
)


def set_aside(text: str) -> tuple[tuple[str, ...], str]:
    """The passages of three words or more, and the question with `this` in place of each.

    Quoted ones; where none is, what follows `that` in a question for its origin: `Who said that the party is tomorrow?`.
    """
    passages: list[str] = []

    def stand_in(match: re.Match[str]) -> str:
        if len(tokens(match[1])) < LEAST_WORDS:
            return match[0]
        passages.append(" ".join(match[1].split()))
        return STAND_IN

    rest = _QUOTED.sub(stand_in, text)
    return (tuple(passages), rest) if passages else _reported(text)


def _reported(text: str) -> tuple[tuple[str, ...], str]:
    match = _WHICH_CAME.match(text) or _REPORTED.match(text)
    passages = () if match is None else tuple(" ".join(passage.split()) for passage in match.groups())
    if match is None or any(len(tokens(passage)) < LEAST_WORDS for passage in passages):
        return (), text
    rest = text
    for number in range(len(passages), 0, -1):
        rest = rest[: match.start(number)] + STAND_IN + rest[match.end(number) :]
    return passages, rest
