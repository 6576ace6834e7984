"""What verbs mean: which ones say the same, and which undo it. `open` is undone by `shut`, `turn on` by `switch off`."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal

from mmmem.agent.language.verbforms import forms_of
from mmmem.text.terms import stem

Relation = Literal["same", "alike", "opposite", "other"]
Verb = tuple[str, ...]
"""The stem of a verb, and its particle if it has one: `("turn", "on")`."""

PARTICLES = frozenset("on off up down in out away back to into behind home asleep over".split())
_FILE = Path(__file__).with_name("senses.txt")


def related(asked: Verb, told: Verb) -> Relation:
    """What the verb of a line says about the deed asked for; `alike` is another word for it."""
    if asked == told or (asked[0] == told[0] and 1 in (len(asked), len(told))):
        return "same"
    asked_places, told_places = _places().get(asked, frozenset()), _places().get(told, frozenset())
    if asked_places & told_places:
        return "alike"
    if any((row, not side) in told_places for row, side in asked_places):
        return "opposite"
    return "other"


def is_verb(stemmed: str) -> bool:
    """Whether a stem is that of a listed verb."""
    return stemmed in _first_words()


def verb_at(words: Sequence[str], at: int) -> Verb:
    """The verb at a place in lower-case words, with the particle that gives it a listed meaning, if there is one.

    The particle stands beside the verb, or behind its object: `turned the old radio off`.
    """
    verb = base(words[at])
    for particle in _particles_after(words, at):
        if (verb, particle) in _places():
            return verb, particle
    return (verb,)


def kin_of(verb: Verb) -> frozenset[str]:
    """Stems of the single words that mean the same as a verb, its own among them."""
    places = _places().get(verb, frozenset())
    return frozenset({verb[0]} | {other[0] for other, where in _places().items() if len(other) == 1 and where & places})


def base(word: str) -> str:
    """One stem for all forms of a verb: `gave`, `giving` and `give` are one."""
    return forms_of(stem(word))[0]


def _particles_after(words: Sequence[str], at: int) -> Iterator[str]:
    if at + 1 < len(words) and words[at + 1] in PARTICLES:
        yield words[at + 1]
    for place in range(at + 2, min(at + 7, len(words))):
        last = place + 1 == len(words)
        if words[place] in PARTICLES - {"to", "into"} and (last or words[place + 1] in _AFTER_PARTICLE):
            yield words[place]


_AFTER_PARTICLE = frozenset(", . ; ! ? of and to from at before after again with for in on by now then while when".split())


@lru_cache(maxsize=1)
def _places() -> dict[Verb, frozenset[tuple[int, bool]]]:
    """By verb: the rows it stands in, and on which side."""
    places: dict[Verb, set[tuple[int, bool]]] = {}
    rows = [line for line in _FILE.read_text("utf-8").splitlines() if line.strip() and not line.startswith("#")]
    for number, row in enumerate(rows):
        for side, verbs in enumerate(row.split("|")):
            for verb in verbs.split(","):
                first, *particle = verb.split()
                places.setdefault((base(first), *particle[:1]), set()).add((number, bool(side)))
    return {verb: frozenset(where) for verb, where in places.items()}


@lru_cache(maxsize=1)
def _first_words() -> frozenset[str]:
    return frozenset(verb[0] for verb in _places())
