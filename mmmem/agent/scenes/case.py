"""One question about things and places: what is told of them, when it was asked about, and how replies are made."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from mmmem.agent.answers.draft import Draft, Inquiry
from mmmem.agent.language.requests import Request
from mmmem.agent.language.things import Phrase, phrase_of
from mmmem.agent.scenes.account import Account
from mmmem.agent.scenes.fitting import place_fit, place_key, thing_fit
from mmmem.agent.scenes.mentions import Mention
from mmmem.banks.scene_phrases import is_person
from mmmem.banks.scene_words import Placed
from mmmem.clock import NS_PER_HOUR, Span

SUREST = 0.97
_NUM_CITED = 12
_NUM_LATEST = 6
_FIRM = 3
_NOBODY = frozenset(("somebody", "someone"))


@dataclass(frozen=True, slots=True)
class Stay:
    """A run of mentions of one thing at one place, in order of time."""

    mentions: tuple[Mention, ...]

    @property
    def key(self) -> str:
        """Its place as it is compared."""
        return self.mentions[0].key

    @property
    def first(self) -> Mention:
        """Where it begins."""
        return self.mentions[0]

    @property
    def last(self) -> Mention:
        """Where it is told of last."""
        return self.mentions[-1]

    @property
    def span(self) -> Span:
        """From the first mention to the end of the last."""
        return Span(self.first.span.start_ns, max(self.last.span.end_ns, self.first.span.start_ns + 1))

    def is_at(self, place: str) -> bool:
        """Whether one of its mentions names a place, or a more exact one of that name."""
        return any(place_fit(place, one.placed.place) for one in self.mentions)


class Case:
    """A request put to an account.

    Args:
        inquiry: the question as it is answered.
        account: what the view tells.
        request: what is asked.
    """

    def __init__(self, inquiry: Inquiry, account: Account, request: Request) -> None:
        self.inquiry, self.account, self.request = inquiry, account, request
        self.now_ns = inquiry.asked.query.asked_at_ns
        self.choices = inquiry.question.choices
        self.window: Span | None = request.window
        self._mentions: dict[str, list[Mention]] = {}
        self._furniture: set[str] = set()

    # What is told of a thing

    def mentions(self, what: str) -> list[Mention]:
        """Where a thing was told to be, in order of time; what was plainly misread is left out."""
        if what not in self._mentions:
            found = self._fitting(phrase_of(what))
            if not found:
                found = self._roomed(what)
                self._furniture |= {what} if found and not is_person(what) else set()
            self._mentions[what] = found
        return self._mentions[what]

    def is_furniture(self, what: str) -> bool:
        """Whether only the room of a thing is told, by what stands on it or by a detector: it stays, so most lines count."""
        self.mentions(what)
        return what in self._furniture

    def _roomed(self, what: str) -> list[Mention]:
        """Of people, and of furniture that only other things are told to stand on: the rooms in which they were told of."""
        name, account = what.strip(), self.account
        if is_person(name):
            deeds = [one for one in account.deeds(account.holding(name)) if one.does.who.lower() == name.lower()]
            return [_in_room(one.line, one.span, name, one.does.place or one.room) for one in deeds]
        if phrase_of(name).colour or not account.tells_scenes:
            return []
        lines = account.looks_over(place_key(name))
        if len({account.visit(line) for line in lines}) < _SEEN_AGAIN and not account.looks_at(name):
            return []
        return [_in_room(line, account.span(line), name, account.room_at(line)) for line in lines]

    def _fitting(self, phrase: Phrase) -> list[Mention]:
        phrase = self._owned(phrase)
        found = [
            replace(one, fit=fit) for one in self.account.of_kind(phrase.kind) if (fit := thing_fit(phrase, one.placed.thing))
        ]
        firm = [one for one in found if not self.account.is_misread(one)]
        found = firm or ([] if self.account.tells_scenes else found)
        if self.account.tells_scenes:
            found = _told_for_sure(found, phrase)
        if phrase.place:
            there = [one for one in found if place_fit(phrase.place, one.placed.place)]
            best = Counter(one.placed.thing.colour for one in there).most_common(1)
            found = [one for one in found if best and one.placed.thing.colour == best[0][0]]
        best_fit = max((one.fit for one in found), default=0.0)
        named = [one for one in found if one.fit >= 0.5 * best_fit]
        exact = [one for one in named if one.fit == best_fit]
        return exact if len(exact) >= len(named) / 2 else named

    def _owned(self, phrase: Phrase) -> Phrase:
        """`Anna's mug` is her red mug, where somebody said so."""
        if not phrase.owner or phrase.colour:
            return phrase
        owner = self.inquiry.asked.wearer if phrase.owner == "my" else phrase.owner
        theirs = [
            one.thing.colour for _, one in self.account.owners(phrase) if one.who.lower() == owner.lower() and one.thing.colour
        ]
        return replace(phrase, colour=theirs[-1]) if theirs else phrase

    def located(self, what: str, window: Span | None = None) -> list[Mention]:
        """The mentions of a thing that tell a place, inside a window if one is given."""
        return [
            one
            for one in self.mentions(what)
            if one.key
            and one.placed.how != "gone"
            and one.key not in _NOBODY
            and (window is None or window.contains(one.start_ns))
        ]

    def stays(self, what: str) -> list[Stay]:
        """The places of a thing one after the other; a single other mention in the midst of one is passed over."""
        runs: list[list[Mention]] = []
        for one in self.located(what):
            if runs and same_spot(runs[-1][-1], one):
                runs[-1].append(one)
            else:
                runs.append([one])
        return [Stay(tuple(run)) for run in _calmed(runs, self.account)]

    def part_of_day(self, mentions: Iterable[Mention]) -> list[Mention]:
        """Those in the part of the day that is named; all where none is."""
        part = self.request.part
        return [one for one in mentions if part is None or self.within_hours(one.start_ns, part)]

    def within_hours(self, t_ns: int, hours: tuple[float, float]) -> bool:
        """Whether an instant lies between two hours of the day."""
        hour = self.inquiry.calendar.time_of_day_ns(t_ns) / NS_PER_HOUR
        return any(hours[0] <= hour + turn < hours[1] for turn in (-24.0, 0.0, 24.0))

    def visits_by_place(self, mentions: Sequence[Mention]) -> Counter[str]:
        """At how many visits a thing was told to be at each place."""
        return Counter(key for key, _ in {(one.key, self.account.visit(one.line)) for one in mentions})

    def room_of(self, mention: Mention) -> str:
        """The room of the place of a mention: where the camera is when the place is named, mostly; else where it was then."""
        place = mention.placed.place
        if not place or mention.placed.relation == "with":
            return mention.room
        return self.room_of_place(place) or mention.room

    def room_of_place(self, place: str) -> str:
        """The room that a piece of furniture stands in."""
        if place_key(place) in self.rooms:
            return self.rooms[place_key(place)]
        votes = self.account.rooms_of(place)
        named = {room: 1.0 + _SHARED_WORD * _shares_word(place, room) for room in votes}
        return max(votes, key=lambda room: (votes[room] * named[room], room)) if votes else ""

    def is_in(self, mention: Mention, place: str) -> bool:
        """Whether a mention is at a piece of furniture, or in a room."""
        return bool(place_fit(place, mention.placed.place)) or bool(place_fit(place, self.room_of(mention)))

    @cached_property
    def rooms(self) -> dict[str, str]:
        """Rooms by the way they are compared, as far as a look over the last lines tells."""
        lines = range(max(len(self.account.view.lines) - 600, 0), len(self.account.view.lines))
        return {place_key(scene.room): scene.room for _, scene in self.account.scenes(lines) if scene.room}

    # Replies

    def when(self, t_ns: int) -> str:
        """An instant in words."""
        return self.inquiry.calendar.format(t_ns)

    def reply(
        self, text: str, kind: str, confidence: float, lines: Iterable[int], value: Any = None, *, choice: int | None = None
    ) -> Draft | None:
        """An answer that rests on some lines, the latest cited first; None without any."""
        cited = _spread(list(dict.fromkeys(lines)))[::-1]
        if not cited:
            return None
        evidence = [self.inquiry.cite(line, 1.0) for line in cited]
        return Draft(text, kind, min(max(confidence, 0.02), SUREST), evidence, value, choice)

    def unknown(self, reason: str, kind: str) -> Draft | None:
        """An abstention: scenes are told of, and what is asked never was; None where scenes are hardly told of."""
        return Draft(reason, kind, 0.0, [], unknown=reason) if self.account.tells_scenes else None

    def never(self, kind: str) -> Draft | None:
        """Nobody told of the thing that is asked about; None where a line speaks of it in another way."""
        if self.account.speaks_of(self.request.what or self.request.words):
            return None
        return self.unknown(f"no line tells of {self.request.what or self.request.words!r}.", kind)


_SHARED_WORD = 1.5
_SEEN_AGAIN = 2
"""Visits at which a detector saw what nobody names, before it is believed."""


def _in_room(line: int, span: Span, name: str, room: str) -> Mention:
    return Mention(line, span, Placed(phrase_of(name), 1, "in" if room else "", room), room)


def _told_for_sure(found: list[Mention], phrase: Phrase) -> list[Mention]:
    """Where scenes are told of again and again: without what is hardly ever told, and without what lacks the colour."""
    found = [one for one in found if one.key or not phrase.colour or one.placed.thing.colour]
    return found if any(one.key for one in found) or len(found) >= _FIRM else []


def _spread(lines: list[int]) -> list[int]:
    """The latest lines, and of many others some evenly: what holds for days is shown on several."""
    earlier, latest = lines[:-_NUM_LATEST], lines[-_NUM_LATEST:]
    step = max(len(earlier) / (_NUM_CITED - _NUM_LATEST), 1.0)
    return [*(earlier[int(i * step)] for i in range(min(len(earlier), _NUM_CITED - _NUM_LATEST))), *latest]


def same_spot(one: Mention, other: Mention) -> bool:
    """Whether two mentions tell of one place, by the longer or the shorter name for it."""
    places = one.placed.place, other.placed.place
    return bool(place_fit(*places) or place_fit(*reversed(places)))


def _shares_word(place: str, room: str) -> bool:
    """Whether a place is named after the room: `kitchen counter`, or its owner: `Anna's bed` in `Anna's bedroom`."""
    own = {word.removesuffix("'s") for word in place_key(place).split()}
    return bool(own & {word.removesuffix("'s") for word in place_key(room).split()} - {"and", "room"})


def _calmed(runs: list[list[Mention]], account: Account) -> list[list[Mention]]:
    """Runs without single mentions between two runs at one place of the same visit; those become one."""
    calm: list[list[Mention]] = []
    for number, run in enumerate(runs):
        after = runs[number + 1] if number + 1 < len(runs) else None
        if calm and after and len(run) == 1 and run[0].placed.how == "seen" and calm[-1][-1].key == after[0].key:
            same_visit = account.visit(calm[-1][-1].line) == account.visit(run[0].line) == account.visit(after[0].line)
            if same_visit:
                continue
        if calm and calm[-1][-1].key == run[0].key:
            calm[-1].extend(run)
        else:
            calm.append(list(run))
    return calm
