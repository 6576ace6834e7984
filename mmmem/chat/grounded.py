"""What a model's words state that no record holds: names and numbers (times are `mmmem.chat.world_times`)."""

import re
from collections.abc import Iterable

from mmmem.text.terms import terms

_WORD = re.compile(r"(?<![^\W_])[^\W\d_]+(?:['’-][^\W\d_]+)*(?![^\W_])")
_NUMBER = re.compile(r"(?<![\w.,:])\d+(?:[.,]\d+)*(?![\w:])|\b[a-z]+\b", re.IGNORECASE)
_NUMBER_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen twenty"
).split()
_VALUES = {word: str(value) for value, word in enumerate(_NUMBER_WORDS)} | {"once": "1", "twice": "2"}
_NOT_COUNTED = {"one", "once"}
"""`One of them` counts nothing."""
_BEGINS_A_SENTENCE = re.compile(r"(?:^|[.!?;:…\"“(]\s*|\n\s*)$")
_BEGINNERS = frozenset(
    "a an the this that these those there here it its he she they we i you his her their my our your someone somebody everyone "
    "everybody nobody no none nothing something both all some many most several another other each either neither one two three "
    "four five six seven eight nine ten first second third next then later now soon once before after while when during until "
    "since as at in on by with without within from to of for near around about between among inside outside behind under over "
    "again also together finally meanwhile throughout however although because if so but and or not yes what who where which "
    "people person man woman child group lines speech talk discussion conversation".split()
)
_COMMON_ENDING = re.compile(r"(?:ing|ed|ly|tion|ment|ness|ers|ies)$")


def names_in(text: str) -> tuple[str, ...]:
    """Capitalised words; one that begins a sentence only if it is no common beginning (`Then`, `Cooking`, `They`)."""
    found = []
    for match in _WORD.finditer(text):
        word, folded = match[0], match[0].casefold()
        if not word[0].isupper() or word in ("I", "OK") or word.startswith(("I'", "I’")):
            continue
        opens = _BEGINS_A_SENTENCE.search(text[: match.start()]) is not None
        if not opens or not (folded in _BEGINNERS or _COMMON_ENDING.search(folded)):
            found.append(word)
    return tuple(dict.fromkeys(found))


def invented_names(text: str, records: Iterable[str]) -> tuple[str, ...]:
    """Names of `text` that stand, in any case or form, in none of `records`."""
    known = {form for record in records for word in _WORD.findall(record) for form in _forms(word)}
    return tuple(word for word in names_in(text) if not _forms(word) & known)


def numbers_in(text: str) -> tuple[str, ...]:
    """Numbers a text states, in figures or in words up to twenty, as figures; clock times are not numbers."""
    found = []
    for match in _NUMBER.finditer(text):
        word = match[0].casefold()
        value = _VALUES.get(word, word if word[0].isdigit() else None)
        if value is not None and word not in _NOT_COUNTED:
            found.append(value)
    return tuple(dict.fromkeys(found))


def invented_numbers(text: str, records: Iterable[str]) -> tuple[str, ...]:
    """Numbers stated in `text` that stand in none of `records`, in figures or words."""
    known = {number for record in records for number in numbers_in(record)}
    if any(re.search(r"\bone\b|\bonce\b", record, re.IGNORECASE) for record in records):
        known.add("1")
    return tuple(number for number in numbers_in(text) if number not in known)


def _forms(word: str) -> frozenset[str]:
    folded = word.casefold().replace("’", "'")
    bare = folded.removesuffix("'s").removesuffix("'")
    return frozenset({folded, bare, *terms(bare)})
