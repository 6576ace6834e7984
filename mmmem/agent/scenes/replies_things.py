"""Replies about what things are: what is at a place, how many, which colour, which state, and what is of use for something."""

from collections import Counter
from collections.abc import Sequence

from mmmem.agent.answers.draft import Draft
from mmmem.agent.language.purposes import kinds_for
from mmmem.agent.language.things import phrase_of
from mmmem.agent.scenes.case import Case
from mmmem.agent.scenes.fitting import kind_fit, place_fit, place_key
from mmmem.agent.scenes.mentions import Mention
from mmmem.agent.scenes.wording import articled, begun, listed, worded

_LEAST_SHARE = 0.2
_FIRM = 4
_ONE_IN = 8
"""Of so many lines one may have counted what was not there."""
_SAID_SHARE = 0.3
"""A state that fewer of the lines of a visit tell than this was misread."""
_UNMARKED = {
    "open": "closed",
    "on": "off",
    "dirty": "clean",
    "full": "empty",
    "lit": "unlit",
    "broken": "whole",
    "locked": "unlocked",
}
"""What nobody says of a thing is the state it mostly is in: that a door is open is worth a word."""
PLAIN_STATES = {"shut": "closed", "switched on": "on", "switched off": "off"}
"""The words that states are kept by, for others that people ask with."""


def at(case: Case) -> Draft | None:
    """What is at a place, or was in a named time."""
    found = _at_place(case, case.request.place)
    if not found:
        return case.unknown(f"no line tells of anything {case.request.relation} {case.request.place}.", "list")
    names = _names(found)
    return case.reply(f"{begun(listed(names))}.", "list", 0.6, [one.line for one in found], names)


def _at_place(case: Case, place: str) -> list[Mention]:
    """The things told of at a place or in a room: in the named time, else at the last visit that tells of it."""
    told = [one for one in case.account.at(place) if one.placed.how in ("seen", "put")]
    found = [one for one in told if not case.account.is_misread(one)]
    if place_key(place) in case.rooms:
        lines = [line for line in case.account.holding(place) if case.account.room_at(line)]
        found += [one for one in case.account.told(lines) if place_fit(place, case.room_of(one))]
    if case.window is not None:
        return [one for one in found if case.window.contains(one.start_ns)]
    last = max((case.account.visit(one.line) for one in found), default=0)
    return [one for one in found if case.account.visit(one.line) == last]


def _names(found: Sequence[Mention]) -> list[str]:
    """What things are called, each once, those told most first; what is told hardly ever beside its like is left out."""
    counts = Counter(one.name for one in found)
    kinds = Counter(one.placed.thing.kind for one in found)
    kind_of = {one.name: one.placed.thing.kind for one in found}
    kept = [name for name, count in counts.most_common() if count >= _LEAST_SHARE * kinds[kind_of[name]]]
    return kept or list(counts)


def num_at(case: Case) -> Draft | None:
    """How many things were at a place."""
    found = _at_place(case, case.request.place)
    if not found:
        return None if not case.account.looks_at(case.request.place) else _none_at(case)
    sets = _sets(found)
    number = sum(sets.values())
    text = f"{number}: {listed(list(sets))}."
    return case.reply(text, "count", 0.55 if number > 3 else 0.65, [one.line for one in found], number)


def _none_at(case: Case) -> Draft | None:
    looks = case.account.looks_at(case.request.place)
    inside = [line for line in looks if case.window is None or case.window.contains(case.account.span(line).start_ns)]
    return case.reply("0: none was told of.", "count", 0.4, inside, 0)


def _sets(found: Sequence[Mention]) -> Counter[str]:
    """How many of each thing: the most that enough lines tell of; what one line of many says instead of another is left out."""
    by_line: dict[str, Counter[int]] = {}
    kinds: Counter[str] = Counter()
    for one in found:
        lines, number = by_line.setdefault(one.name, Counter()), max(one.placed.number, 1)
        lines[one.line] = lines[one.line] + number if one.placed.how == "seen" else max(lines[one.line], number)
        kinds[one.placed.thing.kind] += 1
    told = {name: sorted(numbers.values(), reverse=True) for name, numbers in by_line.items()}
    kind_of = {one.name: one.placed.thing.kind for one in found}
    kept = [name for name in told if len(told[name]) >= min(_LEAST_SHARE * kinds[kind_of[name]], _FIRM)]
    return Counter({name: told[name][len(told[name]) // _ONE_IN] for name in kept})


def num_kind(case: Case) -> Draft | None:
    """How many of a class were told of, at a place if one is given: the colours they have, and the most told of at once."""
    kind = phrase_of(case.request.what).kind
    every = [one for one in case.mentions(case.request.what) if case.window is None or case.window.contains(one.start_ns)]
    if case.request.place:
        every = [one for one in every if place_fit(case.request.place, one.placed.place)]
    every = [one for one in every if one.placed.place] or every
    every = [one for one in every if one.placed.how != "gone"]
    if not every:
        return case.unknown(f"no line tells of any {case.request.what}.", "count")
    sets = _sets(every)
    if len(sets) > 1 and any(phrase_of(name).colour for name in sets):
        sets = Counter({name: number for name, number in sets.items() if phrase_of(name).colour})
    number = sum(sets.values())
    text = f"{number}: {listed(list(sets))}."
    return case.reply(text, "count", 0.65 if kind and number < 4 else 0.5, [one.line for one in every], number)


def colour(case: Case) -> Draft | None:
    """Which colour a thing was told to have."""
    found = [one for one in case.mentions(case.request.what) if one.placed.thing.colour]
    if not found:
        return case.never("text")
    located = [one for one in found if one.placed.place] or found
    votes = Counter(one.placed.thing.colour for one in located)
    best, count = votes.most_common(1)[0]
    lines = [one.line for one in located if one.placed.thing.colour == best]
    return case.reply(f"{begun(best)}.", "text", 0.35 + 0.6 * count / sum(votes.values()) - 0.3 / (1 + count), lines, best)


def state_or(case: Case) -> Draft | None:
    """Which of two states a thing was in when it was told of last."""
    asked = [PLAIN_STATES.get(word.lower(), word.lower()) for word in (case.request.relation, case.request.place)]
    found = _state(case, asked)
    if found is None:
        return None if _named(case) else case.never("text")
    value, sure, lines = found
    return case.reply(f"{begun(value)}.", "text", sure, lines, value)


def state_is(case: Case) -> Draft | None:
    """Whether a thing is in a state."""
    asked = PLAIN_STATES.get(case.request.relation.lower(), case.request.relation.lower())
    pairs = _UNMARKED | {plain: marked for marked, plain in _UNMARKED.items()}
    if asked not in pairs or not _told_states(case):
        return None
    found = _state(case, [asked, pairs[asked]])
    if found is None:
        return None
    value, sure, lines = found
    said = value == asked
    return case.reply(f"{'Yes' if said else 'No'}: {value}.", "yes_no", sure, lines, said)


def _told_states(case: Case) -> list[tuple[int, str]]:
    """Lines that tell a state of the thing by the end of the time asked about."""
    until_ns = case.now_ns if case.window is None else case.window.end_ns
    return [
        (line, one.state) for line, one in case.account.states(case.request.what) if case.account.span(line).start_ns < until_ns
    ]


def _named(case: Case) -> list[int]:
    """Lines that name the thing as one or as a place, by the end of the time asked about."""
    until_ns = case.now_ns if case.window is None else case.window.end_ns
    lines = {*case.account.looks_at(case.request.what), *(one.line for one in case.mentions(case.request.what))}
    return case.account.in_time(line for line in lines if case.account.span(line).start_ns < until_ns)


def _state(case: Case, asked: Sequence[str]) -> tuple[str, float, list[int]] | None:
    """The state told at the last visit at which the thing was named; where none was, the one that goes without saying."""
    named_in, told = _named(case), [(line, state) for line, state in _told_states(case) if state in asked]
    if not named_in and not told:
        return None
    lines = case.account.in_time({*named_in, *(line for line, _ in told)})
    visit = case.account.visit(lines[-1])
    here = [(line, state) for line, state in told if case.account.visit(line) == visit]
    looks = [line for line in lines if case.account.visit(line) == visit]
    if here and (here[-1][0] == looks[-1] or _SAID_SHARE * len(looks) <= len(here)):
        return here[-1][1], 0.8, [here[-1][0]]
    unsaid = [state for state in asked if state in _UNMARKED.values()]
    if len(unsaid) != 1:
        return None
    return unsaid[0], 0.75 if told else 0.6, lines[-2:]


def useful(case: Case) -> Draft | None:
    """What there is at a place, or in a room, for a purpose."""
    found = [one for one in _useful(case) if case.is_in(one, case.request.place)]
    if not found:
        return case.unknown(
            f"nothing to {case.request.words} was told of {case.request.relation} {case.request.place}.", "entity"
        )
    names = list(dict.fromkeys(f"{one.placed.thing.colour} {one.placed.thing.kind}".strip() for one in found))
    text = f"{begun(articled(names[0]))} ({worded(found[0])})" + (f"; also {listed(names[1:])}" if names[1:] else "") + "."
    return case.reply(text, "entity", 0.92 / len(names) ** 0.5, [one.line for one in found], names[0])


def useful_where(case: Case) -> Draft | None:
    """Where something for a purpose is."""
    found = _useful(case)
    if not found:
        return case.unknown(f"nothing to {case.request.words} was told of.", "place")
    best = found[0]
    text = f"{begun(worded(best))}: the {best.placed.thing.text}."
    return case.reply(text, "place", 0.95 / len({one.key for one in found}) ** 0.5, [best.line], worded(best))


def _useful(case: Case) -> list[Mention]:
    """Where each thing for a purpose was told of last; those told of most come first."""
    last: dict[str, Mention] = {}
    told: Counter[str] = Counter()
    for kind in sorted(kinds_for(case.request.words)):
        for one in case.account.of_kind(kind):
            if one.placed.place and kind_fit(kind, one.placed.thing.kind):
                name = one.placed.thing.text.lower()
                last[name] = one
                told[name] += 1
    most = max(told.values(), default=0)
    kept = [name for name in last if told[name] >= 0.1 * most]
    return [last[name] for name in sorted(kept, key=lambda name: -told[name])]
