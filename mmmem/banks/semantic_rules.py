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
    PLACES,
    PREPOSITION,
    ROLES,
    Scene,
    is_name,
    noun,
    place,
    thing,
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


def _at(subject: str, where: str) -> list[Claim]:
    return [Claim(subject, "at", where, functional=True)]


def _put(form: str, rest: str, scene: Scene) -> list[Claim]:
    gone = re.match(r"(?:down|away) (.+)", rest) or re.match(r"(.+?) (?:down|away)$", rest)
    if form.startswith(("throw", "threw", "drop", "left", "leav")) and not gone and " in" not in rest and " on" not in rest:
        return []
    match = _PUT.match(re.sub(r"^(?:back|down|away|up) ", "", rest))
    moved = thing(match["thing"], scene) if match else None
    where = place(match["prep"], match["place"], scene) if match else None
    if moved and where and not (scene.spoken and scene.agent is None):
        scene.thing = moved
        return [*_at(moved, where), Claim(moved, "held_by", "", functional=True, ends=True)]
    moved = thing(gone[1], scene) if gone else None
    return [Claim(moved, "held_by", "", functional=True, ends=True)] if moved else []


def _take(form: str, rest: str, scene: Scene) -> list[Claim]:
    if re.match(r"(?:off|over|on|in|back|apart|down|place|part|care|turns|to)\b", rest) or scene.agent is None:
        return []
    if form.startswith("pick") and not re.match(r"up\b|.+ (?:up|from|off)\b|.+ with (?:his|her|the|my)\b", rest):
        return []
    taken = thing(re.sub(r"^(?:up|out|onto|hold of) ", "", rest), scene)
    if taken is None or (scene.spoken and form not in FINITE):
        return []
    scene.thing = taken
    found = [Claim(taken, "at", "", functional=True, ends=True), Claim(taken, "held_by", scene.agent, functional=True)]
    source = _FROM.search(rest)
    origin = place("in", source["place"], scene) if source and not form.startswith(("hold", "held")) else None
    if origin and not is_name(origin[3:]):
        found.append(Claim(taken, "came_from", origin[3:], functional=True))
    return found


def _give(form: str, rest: str, scene: Scene) -> list[Claim]:
    match = _GIVE_TO.match(rest) or _GIVE_ME.match(rest)
    if match is None:
        return []
    receiver = (scene.me or None) if match["who"] == "me" else match["who"]
    given = thing(match["thing"], scene)
    if given is None or receiver is None or (receiver != scene.me and not is_name(receiver)):
        return []
    return [Claim(given, "at", "", functional=True, ends=True), Claim(given, "held_by", receiver, functional=True)]


def _state(subject: str | None, state: str, scene: Scene) -> list[Claim]:
    if subject is None:
        return []
    scene.thing = subject
    return [Claim(subject, "state", state, functional=True)]


def _open(form: str, rest: str, scene: Scene) -> list[Claim]:
    state = "unlocked" if form.startswith("unlock") else "open"
    return [] if scene.spoken and form not in FINITE else _state(thing(re.sub(r"^up ", "", rest), scene), state, scene)


def _close(form: str, rest: str, scene: Scene) -> list[Claim]:
    state = "locked" if form.startswith("lock") else "closed"
    return [] if scene.spoken and form not in FINITE else _state(thing(re.sub(r"^(?:up|down) ", "", rest), scene), state, scene)


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
