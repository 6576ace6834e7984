"""The rules of `mmmem.banks.semantic`: what a verb says of its thing, and what a plain statement says.

Each rule prefers silence to a guess: a phrase that is not plainly a thing, a place or a person gives no claim.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from mmmem.banks.semantic_phrases import (
    DURABLES,
    FINITE,
    NAME,
    ON_SCREEN,
    PLACES,
    PREPOSITION,
    ROLES,
    THINGS,
    Scene,
    is_name,
    noun,
    place,
    thing,
    things,
    whole,
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A fact a text states to hold from the text's start on, or to have stopped holding.

    Args:
        subject: what or whom it is about; `I` is the wearer.
        predicate: one word of the vocabulary in `mmmem.banks.semantic`.
        object: the value; a place keeps its preposition (`on table`).
        functional: the subject has one value at a time, so another object closes this one.
        ends: the fact stopped being true; an empty object ends it whatever its object was.
    """

    subject: str
    predicate: str
    object: str
    functional: bool = False
    ends: bool = False


_PUT = re.compile(
    rf"^(?P<thing>.+?) (?:back |down |up |away |over |right |aside |it )*"
    rf"(?P<prep>{PREPOSITION}) (?:the top of |top of )?(?P<place>.+)$"
)
_FROM = re.compile(r"\b(?:from|out of|off)(?: of)? (?P<place>.+)$")
_GIVE_TO = re.compile(rf"^(?P<thing>.+?) (?:over |back )*to (?P<who>me|{NAME})\b")
_GIVE_ME = re.compile(rf"^(?P<who>me|{NAME}) (?P<thing>.+)$")


def _put(form: str, rest: str, scene: Scene) -> list[Claim]:
    if form.startswith("set") and re.match(r"(?:up|out|off|aside)\b", rest):
        return []
    gone = re.match(r"(?:down|away) (.+)", rest) or re.match(r"(.+?) (?:down|away|back|aside)(?: again| now)?$", rest)
    if form.startswith(("throw", "threw", "drop", "left", "leav")) and not gone and " in" not in rest and " on" not in rest:
        return []
    match = _PUT.match(re.sub(r"^(?:back|down|away|up) ", "", rest))
    where = place(match["prep"], match["place"], scene) if match else None
    told = scene.agent is not None or not scene.spoken
    if match and where and told:
        moved = things(match["thing"], scene)
    else:
        lone = whole(gone[1], scene) if gone and told else None
        moved, where = ([lone] if lone else []), None
    scene.thing = moved[0] if len(moved) == 1 else None
    return [claim for name in moved for claim in _let_go(name, where)]


def _let_go(name: str, where: str | None) -> list[Claim]:
    lies = [Claim(name, "at", where, functional=True)] if where else []
    return [*lies, Claim(name, "held_by", "", functional=True, ends=True)]


def _take(form: str, rest: str, scene: Scene) -> list[Claim]:
    if not _is_taking(form, rest, scene):
        return []
    taken = things(re.sub(r"^(?:up|out|onto|hold of) ", "", rest), scene)
    taken = [name for name in taken if not scene.spoken or (scene.agent and _concrete(name))]
    scene.thing = taken[0] if len(taken) == 1 else None
    source = _FROM.search(re.split(r" and (?!the |an? |my |his |her )", rest, maxsplit=1)[0])
    origin = place("in", source["place"], scene) if source else None
    held = form.startswith(("hold", "held", "lift"))
    return [claim for name in taken for claim in _taken(name, scene.agent, None if held else origin, held)]


def _taken(name: str, holder: str | None, origin: str | None, held: bool) -> list[Claim]:
    gone = [] if held else [Claim(name, "at", "", functional=True, ends=True)]
    kept = [Claim(name, "held_by", holder, functional=True)] if holder else []
    came = [Claim(name, "came_from", origin.removeprefix("in "), functional=True)] if origin else []
    return [*gone, *kept, *came]


def _is_taking(form: str, rest: str, scene: Scene) -> bool:
    if _NOT_TAKEN.match(rest) or rest.endswith(" before") or (scene.spoken and form not in FINITE):
        return False
    return not form.startswith("pick") or _PICKED.match(rest) is not None


_NOT_TAKEN = re.compile(r"(?:off|over|on|in|back|apart|down|place|part|care|turns|to)\b")
# `picks a song` is a choice; the hand shows in up, from or with.
_PICKED = re.compile(r"up\b|.+ (?:up|from|off)\b|.+ with (?:his|her|the|my)\b|an? \w+(?: \w+)? in\b")


def _concrete(name: str) -> bool:
    """Whether the head is a known thing; in speech people also give and take what no hand can hold."""
    words = name.lower().split()
    return (words[words.index("of") - 1] if "of" in words[1:] else words[-1]) in THINGS


def _give(form: str, rest: str, scene: Scene) -> list[Claim]:
    match = _GIVE_TO.match(rest) or _GIVE_ME.match(rest)
    if match is None:
        return []
    receiver = (scene.me or None) if match["who"] == "me" else match["who"]
    given = thing(match["thing"], scene)
    if given is None or receiver in (None, scene.agent) or (scene.spoken and not _concrete(given)):
        return []
    if receiver is None or (receiver != scene.me and not is_name(receiver)):
        return []
    return [Claim(given, "at", "", functional=True, ends=True), Claim(given, "held_by", receiver, functional=True)]


def _state(subject: str | None, state: str, scene: Scene) -> list[Claim]:
    if subject is None:
        return []
    scene.thing = subject
    return [Claim(subject, "state", state, functional=True)]


def _open(form: str, rest: str, scene: Scene) -> list[Claim]:
    state = "unlocked" if form.startswith("unlock") else "open"
    return _state(_shuttable(form, rest, scene), state, scene)


def _close(form: str, rest: str, scene: Scene) -> list[Claim]:
    if re.match(r"(?:down|off) ", rest) and form.startswith("shut"):
        return _state(thing(rest.split(" ", 1)[1], scene), "off", scene)
    state = "locked" if form.startswith("lock") else "closed"
    return _state(_shuttable(form, rest, scene), state, scene)


def _shuttable(form: str, rest: str, scene: Scene) -> str | None:
    if scene.spoken and form not in FINITE:
        return None
    name = thing(re.sub(r"^(?:up|down) ", "", rest), scene)
    return None if name is None or name.split()[-1].lower() in ON_SCREEN or is_name(name) else name


def _turn(form: str, rest: str, scene: Scene) -> list[Claim]:
    match = re.match(r"(?P<on>on|off) (?P<thing>.+)$", rest) or re.match(r"(?P<thing>.+?) (?P<on>on|off)$", rest)
    if match is None or (scene.spoken and form not in FINITE):
        return []
    return _state(thing(match["thing"], scene), match["on"], scene)


def _break(form: str, rest: str, scene: Scene) -> list[Claim]:
    if re.match(r"(?:up|down|into|in|out|through|off|for)\b", rest) or form not in FINITE or " into" in rest:
        return []
    return _state(thing(rest, scene), "broken", scene)


def _enter(form: str, rest: str, scene: Scene) -> list[Claim]:
    if scene.agent is None or (scene.spoken and form not in FINITE):
        return []
    match = re.match(r"(?P<how>into|back into|in|out of|back to|to) (?P<place>.+)$", rest)
    how, target = (match["how"], match["place"]) if match else ("into", rest if form.startswith("enter") else "")
    where = place("in", target, scene)
    if where is None or where.split()[-1].lower() not in PLACES or how in ("to", "back to", "in"):
        return []
    return [Claim(scene.agent, "at", "" if how == "out of" else where, functional=True, ends=how == "out of")]


def _live(form: str, rest: str, scene: Scene) -> list[Claim]:
    match = re.match(r"(?:in|on|at|near) (.+)$", rest)
    home = noun(match[1], scene) if match and scene.agent else None
    if home is None or scene.agent is None or home.split()[-1].lower() in ("moment", "world", "water", "life", "past"):
        return []
    return [Claim(scene.agent, "lives_in", home, functional=True)]


def _move(form: str, rest: str, scene: Scene) -> list[Claim]:
    match = re.match(r"(?:here )?(?:back )?(?P<how>to|from) (?P<where>[A-Z].+)$", rest)
    where = noun(match["where"], scene) if match else None
    if match is None or where is None or scene.agent is None:
        return []
    return [Claim(scene.agent, "lives_in" if match["how"] == "to" else "came_from", where, functional=True)]


def _work(form: str, rest: str, scene: Scene) -> list[Claim]:
    match = re.match(r"(?:part[- ]time |full[- ]time )?(?P<how>at|for|as) (?P<what>(?:an? |the |my |our )?.+)$", rest)
    what = noun(match["what"], scene) if match else None
    if match is None or what is None or scene.agent is None or what.split()[-1].lower() in _NOT_WORK:
        return []
    if match["how"] == "as":
        return [Claim(scene.agent, "works_as", what)] if what.split()[-1].lower() in ROLES else []
    return [Claim(scene.agent, "works_at", what)]


_NOT_WORK = frozenset(
    [
        "time",
        "home",
        "night",
        "day",
        "week",
        "year",
        "hour",
        "hours",
        "moment",
        "while",
        "present",
        "pace",
        "now",
        "best",
        "months",
        "years",
        "days",
        "weeks",
    ]
)


def _quit(form: str, rest: str, scene: Scene) -> list[Claim]:
    fits = scene.agent is not None and re.match(r"(?:my|his|her|the) (?:\w+ )?job\b", rest)
    return [Claim(scene.agent or "", "works_at", "", ends=True)] if fits else []


def _own(form: str, rest: str, scene: Scene) -> list[Claim]:
    what = thing(rest, scene)
    return [Claim(scene.agent, "owns", what)] if what and scene.agent else []


def _have(form: str, rest: str, scene: Scene) -> list[Claim]:
    what = thing(rest, scene) if scene.spoken else None
    return [Claim(scene.agent, "owns", what)] if what and scene.agent and what.split()[-1] in DURABLES else []


def _buy(form: str, rest: str, scene: Scene) -> list[Claim]:
    return _own(form, re.sub(r"^(?:myself|me) ", "", rest), scene)


def _nothing(form: str, rest: str, scene: Scene) -> list[Claim]:
    return []


_ACTIONS: dict[str, Callable[[str, str, Scene], list[Claim]]] = {
    "put": _put, "take": _take, "give": _give, "open": _open, "close": _close, "turn": _turn, "break": _break, "enter": _enter,
    "live": _live,
    "move": _move, "work": _work, "quit": _quit, "own": _own, "have": _have, "buy": _buy, "adopt": _buy,
}  # fmt: skip


def act(verb: str, form: str, rest: str, scene: Scene) -> list[Claim]:
    """What follows for the world when `scene.agent` does `form rest`."""
    return _ACTIONS.get(verb, _nothing)(form, rest, scene)
