"""Judges answers by their type, without a model: the first place, thing, person or number that is named counts."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import isfinite

from apps.bench.subject import Reply
from mmmem.clock import NS_PER_DAY, NS_PER_HOUR, NS_PER_MIN, NS_PER_S
from streams.house.questions.question import Question
from streams.house.recording_plan import CALENDAR

_NUMBERS = {
    word: number
    for number, word in enumerate(
        ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
    )
} | {"none": 0, "never": 0, "once": 1, "twice": 2, "a": 1}
_GONE = re.compile(
    r"\b(gone|not there|no longer|not any ?more|is missing|was missing|vanished|"
    r"taken away|thrown away|left the (?:home|house)|not (?:been )?seen since)\b"
)
_UNKNOWN = re.compile(r"\b(nowhere|unknown|do(?:es)? not know)\b")
"""Means something only where no place is named beside it."""
_UNITS = {
    "d": NS_PER_DAY, "day": NS_PER_DAY, "days": NS_PER_DAY,
    "h": NS_PER_HOUR, "hour": NS_PER_HOUR, "hours": NS_PER_HOUR,
    "min": NS_PER_MIN, "m": NS_PER_MIN, "minute": NS_PER_MIN, "minutes": NS_PER_MIN,
    "s": NS_PER_S, "second": NS_PER_S, "seconds": NS_PER_S,
}  # fmt: skip
_LENGTH = re.compile(r"(\d+(?:\.\d+)?)\s*(days?|d|hours?|h|minutes?|min|m|seconds?|s)\b")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an answer is worth.

    Args:
        stale: it names a place that was seen to be wrong since.
    """

    right: bool
    abstained: bool
    stale: bool = False


def grade(question: Question, reply: Reply) -> Verdict:
    """Compare a reply with what could be known; see the module."""
    if not question.answerable:
        return Verdict(reply.abstained, reply.abstained)
    if question.stale == "gone":
        return _gone(question, reply)
    if reply.abstained:
        return Verdict(False, abstained=True)
    right = _RIGHT[question.answer_type](question, reply)
    return Verdict(right, abstained=False, stale=not right and _first(_words(reply), question.outdated, question) is not None)


def finds(question: Question, reply: Reply) -> bool | None:
    """Whether a reply names where something is in truth when it is asked; None for what nobody finds out by going to look.

    `grade` holds a reply against what could be known from what was observed; this holds it against the world.
    """
    if question.active is None or question.answer_type not in ("place", "room"):
        return None
    if reply.abstained:
        return False
    there = question.active.accepted
    named = first_named(_heard(_words(reply), question), (*there, *question.accepted, *question.outdated, *question.rivals))
    return named is not None and named.lower() in {one.lower() for one in there}


def _gone(question: Question, reply: Reply) -> Verdict:
    """Right is to say that it is not there any more, not to know, or to name where somebody said that it was put."""
    words = _words(reply)
    names_a_place = first_named(_heard(words, question), (*question.outdated, *question.rivals)) is not None
    unknown = bool(_UNKNOWN.search(words)) and not names_a_place
    knows = reply.abstained or unknown or bool(_GONE.search(words)) or _names(words, question)
    stale = not knows and _first(words, question.outdated, question) is not None
    return Verdict(knows, reply.abstained, stale)


def _choice(question: Question, reply: Reply) -> bool:
    if reply.choice is not None:
        return bool(reply.choice == question.value)
    named = first_named(_words(reply), question.choices)
    return named is not None and question.choices.index(named) == question.value


def _yes_no(question: Question, reply: Reply) -> bool:
    if isinstance(reply.value, bool):
        return bool(reply.value == question.value)
    return first_named(reply.text.lower(), ("yes", "no")) == ("yes" if question.value else "no")


def _count(question: Question, reply: Reply) -> bool:
    number = _plain_number(reply.value)
    if number is None:
        number = _first_number(reply.text.lower())
    return _within(question, number)


def _time(question: Question, reply: Reply) -> bool:
    instant = _plain_number(reply.value)
    if instant is None and (match := _INSTANT.search(reply.text)):
        instant = CALENDAR.parse(match[0].replace(" ", "T"))
    return _within(question, instant)


def _duration(question: Question, reply: Reply) -> bool:
    length = _plain_number(reply.value)
    if length is None:
        parts = _LENGTH.findall(reply.text.lower())
        length = round(sum(float(number) * _UNITS[unit] for number, unit in parts)) if parts else None
    return _within(question, length)


def _named(question: Question, reply: Reply) -> bool:
    return _names(_words(reply), question)


def _listed(question: Question, reply: Reply) -> bool:
    said = reply.value if isinstance(reply.value, (list, tuple)) else re.split(r",| and ", reply.text)
    wanted, given = set(question.accepted), {str(one).strip().lower().removeprefix("the ") for one in said}
    return {one.lower() for one in wanted} == given


_RIGHT: dict[str, Callable[[Question, Reply], bool]] = {
    "choice": _choice, "yes_no": _yes_no, "count": _count, "time": _time, "duration": _duration, "list": _listed,
    "place": _named, "room": _named, "thing": _named, "person": _named, "word": _named,
}  # fmt: skip


def _names(words: str, question: Question) -> bool:
    """Whether the first answer of the type that is named is the right one."""
    return _first(words, question.accepted, question) is not None


def _first(words: str, wanted: Iterable[str], question: Question) -> str | None:
    """The first name of the question's type in some words, if it is one that is wanted."""
    wanted = tuple(wanted)
    named = first_named(_heard(words, question), (*question.accepted, *question.outdated, *question.rivals))
    return named if named is not None and named.lower() in {one.lower() for one in wanted} else None


def _heard(words: str, question: Question) -> str:
    """The words of an answer without what only repeats the question."""
    repeated = re.escape(question.text.rstrip("?").lower())
    return re.sub(repeated, " ", words)


def first_named(words: str, names: Iterable[str]) -> str | None:
    """The name that comes first in some words, the longest of those that begin there; None if there is none of them."""
    found = [(match.start(), -len(name), name) for name in names if (match := _pattern(name).search(words.lower()))]
    return min(found)[2] if found else None


@lru_cache(maxsize=4096)
def _pattern(name: str) -> re.Pattern[str]:
    person = name[:1].isupper() and " " not in name and "'" not in name
    return re.compile(rf"(?<![\w']){re.escape(name.lower())}(?!\w){'(?!.s )' if person else ''}")


def _words(reply: Reply) -> str:
    value = reply.value if isinstance(reply.value, str) else ""
    return f"{value} {reply.text}".strip().lower() if value and value.lower() not in reply.text.lower() else reply.text.lower()


def _plain_number(value: object) -> int | None:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)
    return round(value) if is_number else None  # type: ignore[call-overload, no-any-return]


def _first_number(words: str) -> int | None:
    for word in re.findall(r"\d+|[a-z]+", words):
        if word.isdecimal():
            return int(word)
        if word in _NUMBERS and word != "a":
            return _NUMBERS[word]
    return None


def _within(question: Question, number: int | None) -> bool:
    assert question.bounds is not None, question.id
    return number is not None and question.bounds[0] <= number <= question.bounds[1]
