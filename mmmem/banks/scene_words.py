"""What a caption, a narration or somebody who speaks says of a scene: what is where, with whom, in which state, who does what.

One line gives typed statements: where the camera is (`In the kitchen.`), what stands where (`A mug and two bowls are on the
table.`), who holds, takes or puts what, what is open or on, whose a thing is, and what somebody is busy with. What a sentence
does not plainly say gives none; deeds told in the first person are read by `mmmem.banks.semantic`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from mmmem.agent.language.things import COLOURS, PLURALS, Phrase, phrase_of
from mmmem.banks.semantic import claims_of
from mmmem.banks.semantic_phrases import STATES, is_name
from mmmem.clock import Span
from mmmem.types import TextKind, TimedText

How = Literal["seen", "taken", "put", "gone", "said"]
ASKER = "I"


@dataclass(frozen=True, slots=True)
class Placed:
    """A thing at a place.

    Args:
        thing: what it is called.
        number: how many; 0 where a plural does not say.
        relation, place: `on`, `kitchen counter 2`; `with`, `Anna` of what somebody has; both empty of what is merely there.
        how: seen there, taken from or put to it by somebody, gone from it, or only said to be there.
        who: who took or put it.
    """

    thing: Phrase
    number: int
    relation: str
    place: str
    how: How = "seen"
    who: str = ""


@dataclass(frozen=True, slots=True)
class InState:
    """A thing is open, on, dirty."""

    thing: Phrase
    state: str


@dataclass(frozen=True, slots=True)
class Does:
    """Somebody does something; `deed` from the verb on, empty of who is merely there."""

    who: str
    deed: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Owns:
    """Somebody is said to have a thing for their own."""

    who: str
    thing: Phrase


@dataclass(frozen=True, slots=True)
class Scene:
    """What one line states; `room` is where the camera is said to be."""

    room: str = ""
    placed: tuple[Placed, ...] = ()
    states: tuple[InState, ...] = ()
    does: tuple[Does, ...] = ()
    owns: tuple[Owns, ...] = ()


NOTHING = Scene()
_RELATION = r"on top of|next to|in front of|on|in|inside|into|onto|under|underneath|beneath|beside|behind|near|by|at"
_RESTS = r"(?:is|are|was|were|'s|stands?|lies?|sits?|hangs?|rests?|stood|lay|sat|hung|can be seen)"
_HOW_IT_RESTS = r"(?: (?:still|now|also|both|all|lying|standing|sitting|hanging|placed|resting|left|visible|kept|stored|seen))*"
_SOMEBODY = r"[Ss]omebody|[Ss]omeone|[Aa] (?:man|woman|person|boy|girl|child)"
_NAME = rf"(?:[A-Z][a-zé]+(?: [A-Z][a-zé]+)?|I|{_SOMEBODY})"
_JUST = r"(?:'ve| have| has| just)*"
_STATE_WORDS = "|".join(
    sorted({*STATES, "open", "closed", "full", "empty", "clean", "dirty", "lit", "broken"}, key=len, reverse=True)
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_ROOM = re.compile(r"^(?:(?:We|I|You)(?: are|'re|'m| am) )?[Ii]n (?:the |an? |my )?(?P<room>[A-Za-z][\w' ]*?)$")
_THERE = re.compile(
    rf"^[Tt]here(?: is| are|'s| was| were)(?: also| still)? (?P<things>.+?)(?:(?: lying| standing| sitting)? "
    rf"(?P<relation>{_RELATION}) (?P<place>.+))?$"
)
_STANDS = re.compile(
    rf"^(?P<things>.+?) {_RESTS}(?P<gone> no longer| not)?{_HOW_IT_RESTS} (?P<relation>{_RELATION}) (?P<place>.+)$"
)
_STATE = re.compile(
    rf"^(?P<thing>.+?) (?:is|are|was|were|stands?|'s)(?: still| now)? "
    rf"(?P<states>(?:{_STATE_WORDS})(?: and (?:{_STATE_WORDS}))*)$"
)
_HOLDS = re.compile(
    rf"^(?P<who>{_NAME})(?: is| am)? (?:holds?|holding|carries|carrying|carry)(?: up)? (?P<things>.+?)"
    r"(?: in (?:his|her|my|their|one|both) hands?)?$"
)
_PUTS = re.compile(
    rf"^(?P<who>{_NAME}){_JUST} (?:puts?|places?|placed|sets?|lays?|laid|leaves?|left|drops?|dropped|hangs?|hung|stores?|stored"
    rf"|returns?|returned|moves?|moved)(?: down| back| away)? (?P<things>.+?)(?: down| back)? "
    rf"(?P<relation>{_RELATION}) (?P<place>.+)$"
)
_TAKES = re.compile(
    rf"^(?P<who>{_NAME}){_JUST} (?P<verb>takes?|took|picks?|picked|grabs?|grabbed|fetch(?:es|ed)?|removes?|removed|borrows?"
    rf"|borrowed|gets?|got|brings?|brought|carries|carried|throws?|threw)(?P<up> up| out| away)? (?P<things>.+?)"
    rf"(?P<away> away| out| up)?(?: (?:from|off|out of) (?P<place>.+))?$"
)
_MINE = re.compile(
    rf"^(?P<thing>.+?)(?: (?P<relation>{_RELATION}|with|over) (?P<place>.+?))? (?:is|are) (?P<who>mine|[A-Z][a-z]+'s)$"
)
_BELONGS = re.compile(r"^(?P<thing>.+?) belongs? to (?P<who>me|[A-Z][a-zé]+)$")
_POSSESSED = re.compile(
    r"\b(?P<who>[Mm]y|[A-Z][a-zé]+'s) (?P<thing>(?:[a-z]+ ){0,2}[a-z]+?)"
    r"(?= (?:on|in|under|at|with|from|is|are)\b|[.!?,]|$)"
)
_DOES = re.compile(rf"^(?P<who>{_NAME}) (?:(?:is|are|was) (?:seen )?(?P<ing>[a-z]+ing\b.*)|(?P<deed>[a-z]+(?:s|ed)?\b.*))$")
_BEING = re.compile(
    r"^(?:is|was|are|were|stands?|sits?|lies?|has been|appears?)(?: (?:there|here|down|still))*"
    r"(?: (?:in|at|on|near|by) (?P<place>.+))?$"
)
_MOVES_TO = re.compile(
    r"^(?:walks?|comes?|goes|enters?|steps?|returns?)(?: back)?(?: (?:in|into|to|through))? (?:the |an? )?(?P<place>.+)$"
)
_AUXILIARY = frozenset(
    "is are was were am be been have has had does do did will would can could should may might must says said".split()
)
_ANY_COLOUR = "|".join(sorted(COLOURS))
_SPLIT = re.compile(r",? and |, (?:and )?")
_TWO_COLOURS = re.compile(rf"\b({_ANY_COLOUR}) and ({_ANY_COLOUR})\b", re.IGNORECASE)
_NUMBER_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "a": 1, "an": 1,
    "the": 1, "another": 1, "this": 1, "that": 1, "my": 1, "his": 1, "her": 1, "their": 1, "our": 1,
}  # fmt: skip
_PART = "drawer|shelf|door|top|back|corner|edge|side|surface|end"
_PART_OF = re.compile(rf"^(?:the |an? )?(?:(?:top |bottom |left |right |upper |lower |back |far )*(?:{_PART}) of) ")
_ARTICLE = re.compile(r"^(?:the|an?|my|our|his|her|their|its|this|that) ", re.IGNORECASE)
_PLAIN_RELATION = {
    "on top of": "on", "onto": "on", "inside": "in", "into": "in", "underneath": "under", "beneath": "under",
    "beside": "next to", "by": "near",
}  # fmt: skip
_POINTING = frozenset("it this that these those they he she we you i nothing something anything everything who what".split())
_POINTS_AND_NAMES = frozenset("this that these those".split())
_NOT_NAMES = frozenset(
    "The There In On At A An It This That These Those Nothing Two Three Four Five Six Some Several Another My".split()
)
_LONGEST_THING = 6
_LONGEST_PLACE = 7


def scene_of(text: TimedText) -> Scene:
    """What a line states; the same words give the same."""
    return _scene(text.text, text.kind, text.speaker or "")


@lru_cache(maxsize=1 << 15)
def _scene(words: str, kind: TextKind, speaker: str) -> Scene:
    if kind == "ocr":
        return NOTHING
    spoken = kind == "speech"
    room, parts = "", list[Placed | InState | Does | Owns]()
    for sentence in _SENTENCE.split(words.strip()):
        plain = sentence.strip().rstrip(".!?").strip()
        named = None if spoken else _ROOM.match(plain)
        if named and len(named["room"].split()) <= _LONGEST_PLACE and not room:
            room = named["room"]
        elif plain and "?" not in sentence:
            parts += _spoken(plain, speaker) if spoken else _stated(plain)
    if not parts and not room:
        parts = list(_claimed(words, kind, speaker))
    return Scene(
        room,
        tuple(one for one in parts if isinstance(one, Placed)),
        tuple(one for one in parts if isinstance(one, InState)),
        tuple(one for one in parts if isinstance(one, Does)),
        tuple(one for one in parts if isinstance(one, Owns)),
    )


def _stated(sentence: str) -> Iterator[Placed | InState | Does]:
    """What a sentence of a caption says."""
    for rule in (_there, _in_state, _held, _put, _taken, _standing):
        found = list(rule(sentence))
        if found:
            yield from found
            if rule in (_held, _put, _taken):
                yield from _done(sentence)
            return
    yield from _done(sentence)


def _there(sentence: str) -> Iterator[Placed]:
    match = _THERE.match(sentence)
    if match is not None:
        place = place_name(match["place"] or "")
        yield from _at(match["things"], match["relation"] if place else "", place)


def _standing(sentence: str) -> Iterator[Placed | Does]:
    match = _STANDS.match(sentence)
    place = place_name(match["place"]) if match else ""
    if match is None or not place:
        return
    if is_person(match["things"]):
        yield Does(match["things"], "", place)
        return
    yield from _at(match["things"], match["relation"], place, "gone" if match["gone"] else "seen")


def _at(things: str, relation: str, place: str, how: How = "seen", who: str = "") -> Iterator[Placed]:
    relation = _PLAIN_RELATION.get(relation.lower(), relation.lower())
    for thing, number in listed(things):
        yield Placed(thing, number, relation, place, how, who)


def _in_state(sentence: str) -> Iterator[InState]:
    match = _STATE.match(sentence)
    thing = _thing(match["thing"]) if match and not is_person(match["thing"]) else None
    if match is not None and thing is not None:
        for state in match["states"].split(" and "):
            yield InState(thing[0], STATES.get(state, state))


def _held(sentence: str) -> Iterator[Placed]:
    match = _HOLDS.match(sentence)
    if match is not None:
        yield from _at(match["things"], "with", match["who"], "seen", match["who"])


def _put(sentence: str) -> Iterator[Placed]:
    match = _PUTS.match(sentence)
    place = place_name(match["place"]) if match else ""
    if match is not None and place:
        yield from _at(match["things"], match["relation"], place, "put", match["who"])


def _taken(sentence: str) -> Iterator[Placed]:
    match = _TAKES.match(sentence)
    if match is None:
        return
    place, away = place_name(match["place"] or ""), bool(match["away"] or match["up"]) and not match["verb"].startswith("pick")
    if match["verb"].startswith(("get", "got", "bring", "brought", "throw", "threw", "carr")) and not (place or away):
        return
    if place:
        yield from _at(match["things"], "on", place, "taken", match["who"])
    if away:
        yield from _at(match["things"], "", "", "gone", match["who"])
    else:
        yield from _at(match["things"], "with", match["who"], "taken", match["who"])


def _done(sentence: str) -> Iterator[Does]:
    match = _DOES.match(sentence)
    if match is None or not is_person(match["who"]):
        return
    deed = (match["ing"] or match["deed"]).strip()
    being = _BEING.match(deed)
    if being is not None:
        yield Does(match["who"], "", place_name(being["place"] or ""))
    elif deed.split(" ", 1)[0] not in _AUXILIARY:
        moves = _MOVES_TO.match(deed)
        yield Does(match["who"], deed, place_name(moves["place"]) if moves else "")


def _spoken(sentence: str, speaker: str) -> Iterator[Placed | Owns]:
    """What somebody says of things: where they left them, and whose they are."""
    for match in (_MINE.match(sentence), _BELONGS.match(sentence)):
        if match is not None and (thing := _thing(match["thing"])) is not None:
            who = speaker if match["who"] in ("mine", "me") else match["who"].removesuffix("'s")
            if who:
                yield Owns(who, thing[0])
            if place := place_name(match.groupdict().get("place") or ""):
                yield Placed(thing[0], thing[1], match["relation"], place, "said", speaker)
            return
    for match in _POSSESSED.finditer(sentence):
        who = speaker if match["who"].lower() == "my" else match["who"].removesuffix("'s")
        if who and (thing := _thing(match["thing"])) is not None:
            yield Owns(who, thing[0])
    left = _PUTS.match(sentence)
    if left is not None and left["who"] == "I" and (place := place_name(left["place"])):
        yield from _at(left["things"], left["relation"], place, "said", speaker)


def _claimed(words: str, kind: TextKind, speaker: str) -> Iterator[Placed | InState | Owns]:
    """What the rules for claims read: deeds that the wearer of the camera tells, things that somebody speaks of."""
    for claim in claims_of(TimedText(Span(0, 1), words, kind, speaker=speaker or None)):
        if claim.predicate not in ("at", "held_by", "state", "owns") or not claim.object or claim.ends:
            continue
        if claim.predicate == "owns":
            if thing := _thing(claim.object):
                yield Owns(claim.subject, thing[0])
        elif not is_person(claim.subject) and (thing := _thing(claim.subject)):
            if claim.predicate == "state":
                yield InState(thing[0], claim.object)
            elif claim.predicate == "held_by":
                yield Placed(thing[0], thing[1], "with", claim.object, "taken", claim.object)
            else:
                relation, _, place = claim.object.partition(" ")
                yield Placed(thing[0], thing[1], relation, place_name(place), "said" if kind == "speech" else "put", ASKER)


def listed(words: str) -> list[tuple[Phrase, int]]:
    """`A red mug, two bowls and keys`: each thing, and how many; empty if any part is no thing."""
    parts = [part.strip() for part in _SPLIT.split(_TWO_COLOURS.sub(r"\1", words)) if part.strip()]
    found = [_thing(part) for part in parts]
    return [one for one in found if one is not None] if all(found) else []


@lru_cache(maxsize=1 << 13)
def _thing(words: str) -> tuple[Phrase, int] | None:
    """A noun phrase, and how many of it; None of what is plainly none."""
    first = words.split(" ", 1)[0].lower()
    size = len(words.split())
    points = words.lower() in _POINTING or first in _POINTING - _POINTS_AND_NAMES
    if not words or points or size > _LONGEST_THING:
        return None
    phrase = phrase_of(words)
    if not phrase.kind or phrase.place:
        return None
    many = phrase.text.lower().split()[-1] not in PLURALS and not phrase.text.lower().endswith(phrase.kind)
    return phrase, _NUMBER_WORDS.get(first, int(first) if first.isdecimal() else 0 if many else 1)


@lru_cache(maxsize=1 << 13)
def place_name(words: str) -> str:
    """A place without article and part: `the top drawer of Anna's desk` is `Anna's desk`; empty of what is too long for one."""
    name = _ARTICLE.sub("", _PART_OF.sub("", words.strip(" .,!?")))
    name = _ARTICLE.sub("", name)
    return name if name and len(name.split()) <= _LONGEST_PLACE and name.lower() not in _POINTING else ""


@lru_cache(maxsize=1 << 13)
def is_person(words: str) -> bool:
    """Whether a phrase names or describes a person."""
    if words in ("I", "We") or re.fullmatch(_SOMEBODY, words):
        return True
    first = words.split(" ", 1)[0]
    return bool(re.fullmatch(_NAME, words)) and first.lower() not in COLOURS and first not in _NOT_NAMES and is_name(words)


def renamed(placed: Placed, who: str) -> Placed:
    """The statement with the wearer's name for I."""
    if ASKER not in (placed.who, placed.place):
        return placed
    return replace(placed, who=who if placed.who == ASKER else placed.who, place=who if placed.place == ASKER else placed.place)
