"""What people say about things, owners and plans. It is what they believe; it may be stale."""

from streams.house.home import Thing
from streams.house.people import Person
from streams.house.wording import is_or_are, place_words


def remark(p: Person) -> str:
    """Something worth knowing, as this person sees it."""
    known = [thing for thing in p.scene.home.things if "." in p.believes.get(thing.id, "")]
    mine = [thing for thing in known if thing.owner == p.id]
    others = [thing for thing in known if thing.owner not in ("", p.id)]
    draw = float(p.rng.random())
    if mine and draw < 0.3:
        return is_mine(p, _one_of(p, mine))
    plans = tuple(words for words, until_hour in p.plans if p.scene.hour < until_hour)
    if plans and draw < 0.5:
        return _one_of_words(p, plans)
    if others and draw < 0.63:
        thing = _one_of(p, others)
        return f"The {thing.name} {_belongs(thing)} to {p.scene.home.resident(thing.owner).name}."
    left = [thing for thing in known if thing.id in p.left]
    if left and draw < 0.9:
        return where_i_left(p, _one_of(p, left[-5:]))
    return _one_of_words(p, _SMALL_TALK)


def is_mine(p: Person, thing: Thing) -> str:
    """ "The red mug on the coffee table is mine." """
    return f"The {thing.name} {place_words(p.scene.home, p.believes[thing.id])} {is_or_are(thing)} mine."


def where_i_left(p: Person, thing: Thing) -> str:
    """ "I left my keys on the console table." """
    whose = "my" if thing.owner == p.id else "the"
    return f"I left {whose} {thing.name} {place_words(p.scene.home, p.believes[thing.id])}."


def where_i_put(p: Person, thing: Thing) -> str:
    """ "I put the scissors in the drawer of the desk." """
    return where_i_left(p, thing).replace("I left", "I put", 1)


def borrowed(p: Person, thing: Thing) -> str:
    """ "I borrowed Ben's black headphones." """
    return f"I borrowed {p.scene.home.resident(thing.owner).name}'s {thing.name}."


_SMALL_TALK = ("It was a long day.", "It looks like rain.", "I'm hungry.", "What a nice evening.", "I slept well.")


def _belongs(thing: Thing) -> str:
    return "belong" if is_or_are(thing) == "are" else "belongs"


def _one_of(p: Person, things: list[Thing]) -> Thing:
    return things[int(p.rng.integers(len(things)))]


def _one_of_words(p: Person, words: tuple[str, ...]) -> str:
    return words[int(p.rng.integers(len(words)))]
