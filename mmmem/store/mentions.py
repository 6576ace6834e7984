"""Where a name is written: surely as that name, or only as letters inside another word."""

import re
import unicodedata
from collections.abc import Iterator

from mmmem.errors import InvalidInputError
from mmmem.types import check_text

_BETWEEN = r"[\s_\-.]*"
_ENDINGS = ("", "s", "es", "'s", "’s", "'", "’")
_PARTICLES = frozenset("fitz mac saint san van von".split())
"""Longer than two letters, and the beginning of another name all the same: MacDonald is not Donald."""
_SHORTEST_NAME = 3
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
"""Thai, Lao, Burmese, Khmer, kana and Han: sentences have no spaces, so that a name stands between letters."""


class Mention:
    """Finds a name in words.

    Surely the name: a word of its own in any case, also in the plural or the possessive (Alice's, ALICES), joined to others by
    a hyphen, an underscore or a digit (alice_smith, @alice2), or glued where the case says that a word begins
    (KatrinaAlice). Its letters inside a word in other ways (alicesmith, chalice) are only surely letters.

    Args:
        anywhere: letters inside other words count as well.

    Raises:
        InvalidInputError: no letter and no digit in the name.
    """

    def __init__(self, name: str, *, anywhere: bool = False) -> None:
        self._words = [word for word in re.split(r"[\s_\-.]+", _composed(check_text(name, "name"))) if word]
        if not any(character.isalnum() for word in self._words for character in word):
            raise InvalidInputError(f"The name {name!r} holds no letter and no digit; give the name as it is written.")
        self._anywhere = anywhere
        self._as_written = re.compile(_BETWEEN.join(f"({re.escape(word)})" for word in self._words), re.IGNORECASE)
        self._letters = re.compile(_BETWEEN.join(re.escape(_folded(word)) for word in self._words))

    def search(self, text: str) -> bool:
        """Whether the text is about the name."""
        return self.is_sure(text) or (self._anywhere and self.is_inside(text))

    def is_inside(self, text: str) -> bool:
        """Whether the letters occur at all, in any case and with any accents."""
        return self._letters.search(_folded(text)) is not None

    def is_sure(self, text: str) -> bool:
        """Whether the name itself occurs."""
        text = _composed(text)
        return any(self._is_whole(text, match) for match in _overlapping(self._as_written, text))

    def _is_whole(self, text: str, match: re.Match[str]) -> bool:
        joints = [match.end(i) for i in range(1, len(self._words)) if match.end(i) == match.start(i + 1)]
        if not all(_breaks(text, place) for place in (match.start(), *joints)):
            return False
        ends = (match.end() + len(s) for s in _ENDINGS if text[match.end() : match.end() + len(s)].lower() == s)
        return any(_breaks(text, end) for end in ends)


def _overlapping(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    match = pattern.search(text)
    while match is not None:
        yield match
        match = pattern.search(text, match.start() + 1)


def _breaks(text: str, place: int) -> bool:
    """Whether a word may end before and another begin at `place`."""
    if place in (0, len(text)):
        return True
    before, after = text[place - 1], text[place]
    if unicodedata.category(after).startswith("M"):
        return False
    if before.isdigit() and after.isdigit():
        return False
    if not (_is_letter(before) and _is_letter(after)) or _UNSPACED.match(before) or _UNSPACED.match(after):
        return True
    return before.islower() and after.isupper() and not _is_particle(text, place)


def _is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] in "LM"


def _is_particle(text: str, place: int) -> bool:
    """Whether the capitalised piece that ends at `place` begins names that are others: Mc, De, Jo, Mac."""
    first = place - 1
    while first > 0 and text[first].islower():
        first -= 1
    piece = text[first:place]
    return len(piece) < _SHORTEST_NAME or piece.lower() in _PARTICLES


def _composed(text: str) -> str:
    """One way to write each letter, without invisible characters and without accents that stand on no letter."""
    if text.isascii():
        return text
    kept: list[str] = []
    for character in unicodedata.normalize("NFKC", text):
        kind = unicodedata.category(character)
        if kind != "Cf" and (kind[0] != "M" or (kept and not kept[-1].isspace())):
            kept.append(character)
    return "".join(kept)


def _folded(text: str) -> str:
    """Letters without case and accents."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", _composed(text))
    return "".join(c for c in parts if unicodedata.category(c) != "Mn").casefold()
