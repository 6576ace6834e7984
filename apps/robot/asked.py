"""Questions that going to look can answer, with their truth at any instant: where is it, is there any, how many are there."""

from collections import Counter
from dataclasses import dataclass
from typing import Literal

import numpy as np

from apps.robot.belief import Said
from apps.robot.places import Places
from apps.robot.seeing import Wanted
from streams.house.floor import Floor
from streams.house.home import Home, Thing
from streams.house.world import WorldState

AskedKind = Literal["where", "any", "how many"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question.

    Args:
        subject: id of the thing that is meant, for "where".
        piece: id of the piece of furniture that is meant, for the others.
        place: number of the place that is meant, for the others.
    """

    kind: AskedKind
    text: str
    wanted: Wanted
    subject: str = ""
    place: int = -1


def questions(home: Home, places: Places, state: WorldState, rng: np.random.Generator, *, num: int) -> list[Asked]:
    """A mix: half of them where something is, the rest yes or no and counts at a place, as often with something there as not."""
    wheres = [_where(home, thing) for thing in _unmistakable(home) if _matters(thing)]
    chosen = [wheres[n] for n in rng.permutation(len(wheres))[: num // 2].tolist()]
    others = [_at_place(home, places, state, rng, how_many=bool(n % 2)) for n in range(num - len(chosen))]
    return chosen + others


def is_right(asked: Asked, said: Said, home: Home, places: Places, state: WorldState) -> bool:
    """Whether an answer is true of the world: the piece of furniture, "elsewhere" for what somebody has or is out of the home."""
    if asked.kind == "where":
        truth = places.of_surface(state.holder_of(asked.subject))
        if truth is None or said.value < 0:
            return truth is None and said.value < 0
        return places[truth].piece.id == places[said.value].piece.id
    number = count_at(asked, home, places, state)
    return said.value == (min(number, 1) if asked.kind == "any" else number)


def count_at(asked: Asked, home: Home, places: Places, state: WorldState) -> int:
    """How many of what is asked for are at the place that is asked for."""
    fits = [thing for thing in home.things if thing.kind == asked.wanted.kind and asked.wanted.colour in ("", thing.colour)]
    return sum(places.of_surface(state.holder_of(thing.id)) == asked.place for thing in fits)


def shortest_m(asked: Asked, places: Places, floor: Floor, state: WorldState, start: tuple[float, float]) -> float:
    """The shortest way from a start to where the truth can be seen; 0 where there is nothing to be seen."""
    number = places.of_surface(state.holder_of(asked.subject)) if asked.kind == "where" else asked.place
    if number is None:
        return 0.0
    place = places[number]
    x, y, _ = floor.standing_spot(place.surfaces[0].id if place.behind else place.piece.id)
    return floor.distance_m(start, (x, y))


def said_in_words(asked: Asked, said: Said, places: Places) -> str:
    """An answer for people."""
    if asked.kind == "any":
        return "yes" if said.value else "no"
    if asked.kind == "how many":
        return str(said.value)
    return places[said.value].name if said.value >= 0 else "somebody has it, or it is not at home"


def wanted_of(home: Home, thing: Thing) -> Wanted:
    """A thing as a person describes it: whose it is, where its owner sleeps, and how it looks."""
    owner = next((one for one in home.residents if one.id == thing.owner), None)
    name = f"{owner.name}'s {thing.name}" if owner else f"the {thing.name}"
    return Wanted(thing.kind, thing.colour, name, owner.bedroom if owner else "")


def _where(home: Home, thing: Thing) -> Asked:
    wanted = wanted_of(home, thing)
    return Asked("where", f"Where is {wanted.name} now?", wanted, thing.id)


def _unmistakable(home: Home) -> list[Thing]:
    """Things that no other has the class and colour of."""
    looks = Counter((thing.kind, thing.colour) for thing in home.things)
    return [thing for thing in home.things if looks[thing.kind, thing.colour] == 1 and not thing.outside]


def _matters(thing: Thing) -> bool:
    """Not what is never moved or asked for."""
    return thing.kind not in ("pillow", "blanket", "toilet paper", "soap")


def _at_place(home: Home, places: Places, state: WorldState, rng: np.random.Generator, *, how_many: bool) -> Asked:
    """About a place where the class is now, or about one where it could be and is not; with equal chance."""
    kinds = sorted({thing.kind for thing in home.things if not thing.outside})
    there = [
        (thing.kind, number)
        for thing in home.things
        if (number := places.of_surface(state.holder_of(thing.id))) is not None
    ]  # fmt: skip
    if there and rng.random() < 0.5:
        kind, number = there[int(rng.integers(len(there)))]
    else:
        kind, number = kinds[int(rng.integers(len(kinds)))], int(rng.integers(len(places)))
        used = [one for one in range(len(places)) if any(one == where for _, where in there)]
        number = used[int(rng.integers(len(used)))] if used else number
    place = places[number]
    words = "in" if place.behind else "at"
    there_words = f"{words} the {place.name}?"
    text = f"How many things of the kind {kind} are {there_words}" if how_many else f"Is there a {kind} {there_words}"
    return Asked("how many" if how_many else "any", text, Wanted(kind), "", number)
