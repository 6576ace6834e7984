"""Reads an answer off lines of text by fixed rules: the same ones for every baseline that retrieves lines."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import snowballstemmer

from apps.bench.subject import SILENCE, Said, Source
from mmmem.clock import Span

_COMMON = frozenset(
    "a an the is are was were be been it its they them of on in at to for with and or you i my me do does did have has had what "
    "where when who whose which how many much long often last first most likely time see saw seen find now right this that these "
    "those there here can could will would tomorrow yesterday today morning evening afternoon night monday tuesday wednesday "
    "thursday friday saturday sunday before after than one ago room place things thing different far so need something go colour "
    "from into somebody same still".split()
)
_PLACE = re.compile(r"\b(?:on|in|under|at|with) (?:the )?([\w' ]+?)(?:[.,;]|$)")
_HOLDS = re.compile(r"^([A-Z]\w+) holds\b")
_ROOM = re.compile(r"^In (?:the )?([\w' ]+?)\.")
_NAME = re.compile(r"\b(?!In\b|A\b|An\b|The\b|There\b|Two\b|Three\b|Nothing\b|Somebody\b|I\b)([A-Z][a-z]+)\b(?!')")
_STEMMER = snowballstemmer.stemmer("english")
_STATES = ("open", "closed", "on", "off", "full", "empty", "clean", "dirty")


@dataclass(frozen=True, slots=True)
class Line:
    """A caption or a sentence that was heard, with its time."""

    text: str
    span: Span
    stream_id: str = "robot"
    speaker: str = ""


def read(question: str, choices: tuple[str, ...], lines: Sequence[Line], asked_at_ns: int) -> Said:
    """An answer from lines, the best first; silence if none of them speaks of what is asked."""
    words = content_words(question)
    lines = [line for line in lines if words & content_words(line.text)] if not choices else list(lines)
    if not lines:
        return SILENCE
    evidence = tuple(Source(line.stream_id, line.span) for line in lines)
    if choices:
        return _chosen(choices, lines, evidence)
    said = next(how for pattern, how in _HOW if re.search(pattern, question, re.IGNORECASE))(words, lines, asked_at_ns)
    return SILENCE if said is None else Said(str(said), said, confidence=0.5, evidence=evidence)


def content_words(text: str) -> frozenset[str]:
    """The stems of the words of a text that carry its sense: "reading" and "reads" are one."""
    words = re.findall(r"[a-z]+", text.lower())
    return frozenset(_stem(word) for word in words if word not in _COMMON and len(word) > 1)


@lru_cache(maxsize=8192)
def _stem(word: str) -> str:
    return str(_STEMMER.stemWord(word))


def _chosen(choices: tuple[str, ...], lines: Sequence[Line], evidence: tuple[Source, ...]) -> Said:
    """The choice that is spoken of most, lines that rank high counting more."""
    scores = [sum(_spoken_of(choice, line.text) / (rank + 1) for rank, line in enumerate(lines)) for choice in choices]
    if max(scores) == 0:
        return SILENCE
    best = scores.index(max(scores))
    return Said(choices[best], choice=best, confidence=max(scores) / sum(scores), evidence=evidence)


def _spoken_of(choice: str, text: str) -> float:
    words = content_words(choice)
    return len(words & content_words(text)) / max(len(words), 1)


Reading = Callable[[frozenset[str], Sequence[Line], int], "str | int | bool | None"]


def _sentences(words: frozenset[str], lines: Sequence[Line]) -> list[tuple[str, Line]]:
    """Sentences that share the most words with the question, of the best lines first."""
    every = [(sentence, line) for line in lines for sentence in re.split(r"(?<=\.)\s+", line.text)]
    return sorted(every, key=lambda one: -len(words & content_words(one[0])))


def _place(words: frozenset[str], lines: Sequence[Line], asked_at_ns: int) -> str | None:
    for sentence, _ in _sentences(words, lines):
        if words & content_words(sentence):
            holds, places = _HOLDS.search(sentence), _PLACE.findall(sentence)
            if holds or places:
                return holds[1] if holds else str(places[-1])
    return None


def _room(words: frozenset[str], lines: Sequence[Line], asked_at_ns: int) -> str | None:
    return next((str(match[1]) for line in lines if (match := _ROOM.search(line.text))), None)


def _person(words: frozenset[str], lines: Sequence[Line], asked_at_ns: int) -> str | None:
    for sentence, line in _sentences(words, lines):
        if match := _NAME.search(sentence):
            return str(match[1])
        if line.speaker:
            return line.speaker
    return None


def _colour(words: frozenset[str], lines: Sequence[Line], asked_at_ns: int) -> str | None:
    for sentence, _ in _sentences(words, lines):
        tokens = re.findall(r"[a-z]+", sentence.lower())
        for before, word in pairwise(tokens):
            if _stem(word) in words and before not in _COMMON:
                return str(before)
    return None


def _state(words: frozenset[str], lines: Sequence[Line], asked_at_ns: int) -> str | None:
    for sentence, _ in _sentences(words - frozenset(_STATES), lines):
        if match := re.search(rf"\bis ({'|'.join(_STATES)})\b", sentence):
            return str(match[1])
    return None


def _thing(words: frozenset[str], lines: Sequence[Line], asked_at_ns: int) -> str | None:
    for sentence, _ in _sentences(words, lines):
        if match := re.match(r"(?:A |An )?([\w ]+?)(?:,| and | is | are )", sentence):
            return str(match[1])
    return None


def _ago(words: frozenset[str], lines: Sequence[Line], asked_at_ns: int) -> int:
    return asked_at_ns - _latest(words, lines, asked_at_ns)


def _latest(words: frozenset[str], lines: Sequence[Line], asked_at_ns: int) -> int:
    return max(line.span.end_ns for line in lines)


def _extent(words: frozenset[str], lines: Sequence[Line], asked_at_ns: int) -> int:
    return max(line.span.end_ns for line in lines) - min(line.span.start_ns for line in lines)


_HOW: tuple[tuple[str, Reading], ...] = (
    (r"^how (long ago|much time)", _ago),
    (r"^for how long", _extent),
    (r"how (many|often)", lambda words, lines, asked_at_ns: len(lines)),
    (r"^(when|at what time)", _latest),
    (r"^which room|in which room", _room),
    (r"^who|^whose", _person),
    (r"colour", _colour),
    (r" or \w+ when you last", _state),
    (r"^(is|are|was|were) ", lambda words, lines, asked_at_ns: True),
    (r"where", _place),
    (r"", _thing),
)
