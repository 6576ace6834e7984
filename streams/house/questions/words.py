"""How answers are worded, and which other answers there could be."""

from collections.abc import Iterable, Mapping

from streams.house.home import Furniture, Home, Resident, Room, Thing
from streams.house.questions.question import AnswerType
from streams.house.wording import with_article

_BRIEF = ("a delivery", "borrows", "breaks", "opens", "comes", "stays", "leaves", "chats", "switches", "goes")
_STATE_WORDS: Mapping[str, str] = {"yes": "broken", "no": "whole"}


def is_asked_about(doing: str) -> bool:
    """Whether a deed goes on for a while: nobody is asked about others, in whose stead something else is done soon."""
    return bool(doing) and not doing.startswith(_BRIEF)


def name_of(home: Home, id: str) -> str:
    """What a thing, piece of furniture, room or person is called."""
    return str(getattr(home.parts[id], "name"))  # noqa: B009 -- doors alone have none, and nobody asks about these


def accepted_of(home: Home, id: str) -> tuple[str, ...]:
    """Wordings of an answer that is a part of the home; without "a" and "the"."""
    part = home.parts[id]
    if isinstance(part, Thing):
        same_kind = [one for one in home.things if one.kind == part.kind]
        owned = (f"{home.resident(part.owner).name}'s {part.kind}",) if part.owner else ()
        return (part.name, *owned, *((part.kind,) if len(same_kind) == 1 else ()))
    if isinstance(part, Furniture):
        alone = [one for one in home.furniture if one.kind == part.kind]
        return tuple(dict.fromkeys((part.name, *((part.kind,) if len(alone) == 1 else ()))))
    return (name_of(home, id),)


def rivals_of(home: Home, answer_type: AnswerType, right: Iterable[str]) -> tuple[str, ...]:
    """Names of every other possible answer of a type."""
    right = set(right)
    kinds: tuple[type, ...] = {
        "place": (Furniture, Resident),
        "room": (Room,),
        "thing": (Thing,),
        "person": (Resident,),
    }.get(answer_type, ())
    names = (wording for id, part in home.parts.items() if isinstance(part, kinds) for wording in accepted_of(home, id))
    return tuple(name for name in dict.fromkeys(names) if name not in right)


def place_phrase(home: Home, holders: Iterable[str]) -> str:
    """ "on the desk", "in the fridge", "with Anna": where something is, from the surfaces or the person that had it."""
    holders = set(holders)
    part = home.parts[min(holders).partition(".")[0]]
    if isinstance(part, Resident):
        return f"with {part.name}"
    assert isinstance(part, Furniture)
    relations = {home.surface(holder).relation for holder in holders}
    return f"{relations.pop() if len(relations) == 1 else 'at'} {with_article(part.name)}"


def state_word(value: str) -> str:
    """A value of a state as people say it."""
    return _STATE_WORDS.get(value, value)
