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

from mmmem.agent.language.things import Phrase
from mmmem.banks.scene_phrases import LONGEST_PLACE, PERSON, is_person, listed, place_name, thing_of
from mmmem.banks.semantic import claims_of, clauses_of
from mmmem.banks.semantic_phrases import STATES, VERB_OF
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
_SUBJECT = re.compile(rf"^{PERSON}(?= [a-z])")
_IT = re.compile(r" (?:it|them)(?= |$)")
_JUST = r"(?:'ve| have| has| just)*"
_STATE_WORDS = "|".join(
    sorted({*STATES, "open", "closed", "full", "empty", "clean", "dirty", "lit", "broken"}, key=len, reverse=True)
)
_WEARER = re.compile(r"^(?:#\s*C\s+C?\s*|C\s+)(?=[A-Za-z])")
_OTHER = re.compile(r"^#\s*[OX]\s+(?P<who>[Aa] (?:man|woman|person|boy|girl|child)) [A-Z](?= )")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_ROOM = re.compile(r"^(?:(?:We|I|You)(?: are|'re|'m| am) )?[Ii]n (?:the |an? |my )?(?P<room>[A-Za-z][\w' ]*?)$")
_NO_ROOM = re.compile(
    r"\b(?:I|we|you|he|she|it|they|me|us|is|are|was|front|morning|afternoon|evening|night|day|week|month|year|minutes?|hours?"
    r"|seconds?|time|meantime|meanwhile|end|beginning|summary|general|total|hurry|background|foreground|middle|fact|addition)\b",
    re.I,
)
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
    rf"^(?P<who>{PERSON})(?: is| am)? (?:holds?|holding|carries|carrying|carry)(?: up)? (?P<things>.+?)"
    r"(?: in (?:his|her|my|their|one|both) hands?)?$"
)
_PUTS = re.compile(
    rf"^(?P<who>{PERSON}){_JUST} (?:puts?|places?|placed|sets?|lays?|laid|leaves?|left|drops?|dropped|hangs?|hung|stores?|stored"
    rf"|returns?|returned|moves?|moved)(?: down| back| away)? (?P<things>.+?)(?: down| back)? "
    rf"(?P<relation>{_RELATION}) (?P<place>.+)$"
)
_TAKES = re.compile(
    rf"^(?P<who>{PERSON}){_JUST} (?P<verb>takes?|took|picks?|picked|grabs?|grabbed|fetch(?:es|ed)?|removes?|removed|borrows?"
    rf"|borrowed|gets?|got|brings?|brought|carries|carried|throws?|threw)(?P<up> up| out| away)? (?P<things>.+?)"
    rf"(?P<away> away| out| up)?(?: back)?(?: (?:from|off|out of) (?P<place>.+))?$"
)
_MINE = re.compile(
    rf"^(?P<thing>.+?)(?: (?P<relation>{_RELATION}|with|over) (?P<place>.+?))? (?:is|are) (?P<who>mine|[A-Z][a-z]+'s)$"
)
_BELONGS = re.compile(r"^(?P<thing>.+?) belongs? to (?P<who>me|[A-Z][a-zé]+)$")
_CONTRACTED = re.compile(r"\b(?:it|that|there|he|she|what|where|who|here|let|this)['’]s ", re.I)
_POSSESSED = re.compile(
    r"\b(?P<who>[Mm]y|[A-Z][a-zé]+'s) (?P<thing>(?:[a-z]+ ){0,2}?[a-z]+)"
    r"(?= (?:on|in|under|at|with|from|is|are|was|were|has|have)\b|[.!?,]|$)"
)
_DOES = re.compile(
    rf"^(?P<who>{PERSON}) (?:(?:is|are|was) (?:seen )?(?P<ing>[a-z]+ing\b.*)|"
    r"(?!(?:and|or|in|on|at|of|with|from|who|by|the|an?|my|his|her|their|our)\b)"
    r"(?P<deed>[a-z]+(?:s|ed)?\b.*))$"
)
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
_PLAIN_RELATION = {
    "on top of": "on", "onto": "on", "inside": "in", "into": "in", "underneath": "under", "beneath": "under",
    "beside": "next to", "by": "near",
}  # fmt: skip


def scene_of(text: TimedText) -> Scene:
    """What a line states; the same words give the same."""
    return _scene(text.text, text.kind, text.speaker or "")


@lru_cache(maxsize=1 << 15)
def _scene(words: str, kind: TextKind, speaker: str) -> Scene:
    if kind == "ocr":
        return NOTHING
    spoken = kind == "speech"
    words = words if spoken else _narrated(words.strip())
    room, parts = "", list[Placed | InState | Does | Owns]()
    for sentence in _SENTENCE.split(words.strip()):
        plain = sentence.strip().rstrip(".!?").strip()
        named = None if spoken else _ROOM.match(plain)
        if named and len(named["room"].split()) <= LONGEST_PLACE and not room and not _NO_ROOM.search(named["room"]):
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


def _narrated(words: str) -> str:
    """A narration as a sentence: `#C C picks up` is what the wearer does, `#O A man X sits` what a man does."""
    mine = _WEARER.match(words)
    if mine is not None:
        return f"{ASKER} {words[mine.end()].lower()}{words[mine.end() + 1 :]}"
    other = _OTHER.match(words)
    return f"{other['who']}{words[other.end() :]}" if other else words


def _clauses(sentence: str) -> Iterator[str]:
    """Its parts that have a verb of their own, each with the subject, and with the thing where it says `it`."""
    first, *others = clauses_of(sentence)
    yield first
    match = _SUBJECT.match(first)
    done = next((found for rule in (_PUTS, _TAKES, _HOLDS) if (found := rule.match(first))), None)
    for other in others:
        whole = other if _SUBJECT.match(other) or match is None else f"{match[0]} {other}"
        named = _IT.sub(f" {done['things']}", whole, count=1) if done else whole
        yield named if _PUTS.match(named) or _TAKES.match(named) else whole


def _stated(sentence: str) -> Iterator[Placed | InState | Does]:
    """What a sentence of a caption says."""
    for clause in _clauses(sentence):
        yield from _clause(clause)


def _clause(sentence: str) -> Iterator[Placed | InState | Does]:
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
    thing = thing_of(match["thing"]) if match and not is_person(match["thing"]) else None
    if match is not None and thing is not None:
        for state in match["states"].split(" and "):
            yield InState(thing[0], STATES.get(state, state))


def _held(sentence: str) -> Iterator[Placed]:
    match = _HOLDS.match(sentence)
    if match is not None and is_person(match["who"]):
        yield from _at(match["things"], "with", match["who"], "seen", match["who"])


def _put(sentence: str) -> Iterator[Placed]:
    match = _PUTS.match(sentence)
    place = place_name(match["place"]) if match else ""
    if match is not None and place and is_person(match["who"]):
        yield from _at(match["things"], match["relation"], place, "put", match["who"])


def _taken(sentence: str) -> Iterator[Placed]:
    match = _TAKES.match(sentence)
    if match is None or not is_person(match["who"]):
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
        if match is not None and (thing := thing_of(match["thing"])) is not None:
            who = speaker if match["who"] in ("mine", "me") else match["who"].removesuffix("'s")
            if who:
                yield Owns(who, thing[0])
            if place := place_name(match.groupdict().get("place") or ""):
                yield Placed(thing[0], thing[1], match["relation"], place, "said", speaker)
            return
    for match in _POSSESSED.finditer(_CONTRACTED.sub("it is ", sentence)):
        who = speaker if match["who"].lower() == "my" else match["who"].removesuffix("'s")
        if who and (who == speaker or is_person(who)) and (thing := thing_of(match["thing"])) is not None:
            yield Owns(who, thing[0])
    left = _PUTS.match(sentence)
    if left is not None and left["who"] == "I" and (place := place_name(left["place"])):
        yield from _at(left["things"], left["relation"], place, "said", speaker)


def _claimed(words: str, kind: TextKind, speaker: str) -> Iterator[Placed | InState | Owns]:
    """What the rules for claims read: deeds that the wearer of the camera tells, things that somebody speaks of."""
    first = words.split(" ", 1)[0]
    mine = first.split("'")[0] == ASKER or first.lower() in VERB_OF
    for claim in claims_of(TimedText(Span(0, 1), words, kind, speaker=speaker or None)):
        if claim.predicate not in ("at", "held_by", "state", "owns") or not claim.object or claim.ends:
            continue
        if claim.predicate == "owns":
            if thing := thing_of(claim.object):
                yield Owns(claim.subject, thing[0])
        elif not is_person(claim.subject) and (thing := thing_of(claim.subject)):
            if claim.predicate == "state":
                yield InState(thing[0], claim.object)
            elif claim.predicate == "held_by":
                yield Placed(thing[0], thing[1], "with", claim.object, "taken", claim.object)
            else:
                relation, _, place = claim.object.partition(" ")
                yield Placed(
                    thing[0],
                    thing[1],
                    relation,
                    place_name(place),
                    "said" if kind == "speech" else "put" if mine else "seen",
                    ASKER if mine else speaker,
                )


def renamed(placed: Placed, who: str) -> Placed:
    """The statement with the wearer's name for I."""
    if ASKER not in (placed.who, placed.place):
        return placed
    return replace(placed, who=who if placed.who == ASKER else placed.who, place=who if placed.place == ASKER else placed.place)
