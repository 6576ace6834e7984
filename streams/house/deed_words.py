"""One sentence for an event that is seen."""

from collections.abc import Callable, Mapping

from streams.house.home import Furniture, Home, Thing
from streams.house.wording import PLURALS, is_or_are, place_words, with_article
from streams.house.world import Event, WorldState

_DONE: Mapping[tuple[str, str], str] = {
    ("power", "on"): "turns on",
    ("power", "off"): "turns off",
    ("fill", "full"): "fills",
    ("fill", "empty"): "empties",
    ("cleanliness", "clean"): "cleans",
    ("cleanliness", "dirty"): "gets dirty",
    ("flame", "lit"): "lights",
    ("flame", "unlit"): "blows out",
    ("broken", "yes"): "breaks",
}
_BY_VALUE = {"open": "opens", "closed": "closes", "broken": "breaks"}


def deed_words(home: Home, event: Event, before: WorldState, called: Mapping[str, str]) -> str:
    """ "Anna takes the red mug from the kitchen counter."; empty for what nobody would remark on.

    Args:
        before: the world before the event.
        called: what things and people looked like to who tells it, by id; others are called what they are.
    """
    who = _who(home, event.actor or (event.subject if event.kind in ("go", "leave") else ""), called)
    said = _SAYINGS.get(event.kind)
    words = said(home, event, before, (who, _what(home, event.subject, called))) if said else ""
    return f"{words[:1].upper()}{words[1:]}." if words else ""


def with_a(name: str) -> str:
    """ "a red mug", "an orange bowl", "silver keys"."""
    if name.endswith(PLURALS):
        return name
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def _who(home: Home, actor: str, called: Mapping[str, str]) -> str:
    return called.get(actor) or home.resident(actor).name if actor else ""


def _what(home: Home, subject: str, called: Mapping[str, str]) -> str:
    part = home.parts.get(subject)
    if isinstance(part, Thing):
        return f"the {called.get(subject) or part.name}"
    return with_article(part.name) if isinstance(part, Furniture) else ""


_Names = tuple[str, str]


def _takes(home: Home, event: Event, before: WorldState, names: _Names) -> str:
    who, what = names
    holder = before.holder_of(event.subject)
    if not who:
        return ""
    if "." not in holder:
        return f"{who} takes {what}"
    return f"{who} takes {what} from {place_words(home, holder).split(' ', 1)[1]}"


def _puts(home: Home, event: Event, before: WorldState, names: _Names) -> str:
    who, what = names
    assert event.placement is not None
    where = place_words(home, event.placement.holder)
    if who:
        return f"{who} puts {what} {where}"
    part = home.parts[event.subject]
    return f"{what} {is_or_are(part) if isinstance(part, Thing) else 'is'} {where}"


def _changes(home: Home, event: Event, before: WorldState, names: _Names) -> str:
    who, what = names
    verb = _DONE.get((event.state, event.value)) or _BY_VALUE.get(event.value)
    if event.state.startswith("drawer"):
        what = f"a drawer of {what}"
    if not who or verb is None or verb.startswith("gets"):
        return f"{what} is {event.value}"
    return f"{who} {verb} {what}"


def _goes(home: Home, event: Event, before: WorldState, names: _Names) -> str:
    """Only who comes into another room is worth a word."""
    assert event.person is not None
    was, room = before.people.get(event.subject), home.room_at(event.person.x_m, event.person.y_m)
    room_before = home.room_at(was.x_m, was.y_m) if was else None
    if room is None or not names[0] or (room_before is not None and room_before.id == room.id):
        return ""
    return f"{names[0]} {'walks into' if was else 'comes into'} {with_article(room.name)}"


_SAYINGS: Mapping[str, Callable[[Home, Event, WorldState, tuple[str, str]], str]] = {
    "take": _takes,
    "put": _puts,
    "state": _changes,
    "go": _goes,
    "leave": lambda home, event, before, names: f"{names[0]} leaves the home" if names[0] else "",
    "vanish": lambda home, event, before, names: f"{names[0]} takes {names[1]} away" if names[0] else "",
}
