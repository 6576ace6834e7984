"""What whoever looked along a trajectory, and missed nothing, knows at an instant: the truth that questions are judged by."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from mmmem.clock import NS_PER_S, Span
from streams.house.home import Thing
from streams.house.life import Life
from streams.house.looks import enough_pixels
from streams.house.observed import Observed
from streams.house.sightings import room_of
from streams.house.world import Event, WorldState

CLEAR_PIXELS, CLEAR_LOOKS = 40, 2
"""A sighting with less is too poor to ask about; it still counts where something must not have been seen.

The pixels are of a picture of `REFERENCE_PIXELS`; see `enough_pixels`.
"""
_MINE = re.compile(r"^The (.+?) (?:on|in|under|with) .+ (?:is|are) mine\.$")
_BELONGS = re.compile(r"^The (.+?) belongs? to (\w+)\.$")
_LEFT = re.compile(r"^I (?:left|put) (my|the) (.+?) (on|in|under|with) (.+)\.$")
_BORROWED = re.compile(r"^I borrowed (\w+)'s (.+)\.$")


@dataclass(frozen=True, slots=True)
class Heard:
    """What somebody said, and what it tells of a thing.

    Args:
        thing: id of the thing it is about, or empty.
        owner: id of whose it is, if the words say so.
        place: id of the piece of furniture where the speaker left it, if the words say so.
    """

    event: Event
    thing: str = ""
    owner: str = ""
    place: str = ""


class Knowledge:
    """What was observed of a life by an instant.

    Args:
        observed: as `streams.house.sightings` gives it.
        until_ns: nothing later is known.
        robot_room: id of the room that whoever looks is in at that instant.
    """

    def __init__(self, life: Life, observed: Iterable[Observed], until_ns: int, robot_room: str = "") -> None:
        self.life, self.home, self.until_ns, self.robot_room = life, life.home, until_ns, robot_room
        self._worlds: dict[int, WorldState] = {}
        self.records = [cut for one in observed if (cut := _by(one, until_ns)) is not None]
        self.seen: Mapping[str, list[Observed]] = _grouped(one for one in self.records if one.kind == "seen")
        self.absent: Mapping[str, list[Observed]] = _grouped(one for one in self.records if one.kind == "absent")
        self.events: Mapping[str, Event] = {event.id: event for event in life.events}

    @cached_property
    def all_seen(self) -> list[Observed]:
        """Every sighting, in order of time."""
        return [one for one in self.records if one.kind == "seen"]

    @cached_property
    def tours(self) -> Mapping[int, Span]:
        """When each tour that has begun went on, by its number."""
        spans: dict[int, Span] = {}
        for one in self.records:
            held = spans.get(one.tour, one.span)
            spans[one.tour] = Span(min(held.start_ns, one.span.start_ns), max(held.end_ns, one.span.end_ns))
        return spans

    @cached_property
    def things(self) -> list[Thing]:
        """The things that were seen at all."""
        return [thing for thing in self.home.things if thing.id in self.seen]

    @cached_property
    def witnessed(self) -> list[tuple[Observed, Event]]:
        """Events that happened in view, in order of time."""
        return [(one, self.events[one.event]) for one in self.records if one.kind == "witnessed"]

    @cached_property
    def heard(self) -> list[tuple[Observed, Heard]]:
        """What was said within earshot, in order of time."""
        return [(one, self._understood(self.events[one.event])) for one in self.records if one.kind == "heard"]

    @cached_property
    def owners(self) -> Mapping[str, str]:
        """Owner by thing, as far as somebody said it."""
        return {said.thing: said.owner for _, said in self.heard if said.thing and said.owner}

    def clear(self, id: str) -> list[Observed]:
        """Sightings that show enough of something to ask about it."""
        return [one for one in self.seen.get(id, ()) if is_clear(one)]

    def last_seen(self, id: str) -> Observed | None:
        """The sighting that ended last."""
        return max(self.seen.get(id, ()), key=lambda one: one.span.end_ns, default=None)

    def missed(self, thing: str) -> Observed | None:
        """When the place where it was last seen was looked over and found without it, if it was."""
        last = self.last_seen(thing)
        if last is None:
            return None
        return next(
            (one for one in self.absent.get(thing, ()) if one.span.start_ns >= last.span.end_ns and one.holder == last.holder),
            None,
        )

    def taken_away(self, thing: str) -> Observed | None:
        """When it was seen to leave the home after it was last seen, if it was."""
        last = self.last_seen(thing)
        gone = [one for one, event in self.witnessed if event.subject == thing and event.kind == "vanish"]
        return next((one for one in gone if last is None or one.span.start_ns >= last.span.end_ns - NS_PER_S), None)

    def place(self, holder: str) -> str:
        """Id of the piece of furniture that a surface belongs to, or of the person."""
        return holder.partition(".")[0]

    def room(self, record: Observed) -> str:
        """Id of the room of a sighting."""
        return record.room

    def true_holder(self, thing: str, t_ns: int) -> str:
        """Who or what has a thing in the world, known or not."""
        return self.world(t_ns).holder_of(thing)

    def true_room(self, id: str, t_ns: int) -> str:
        """Id of the room that something is in, known or not."""
        return room_of(self.home, self.world(t_ns), id)

    def world(self, t_ns: int) -> WorldState:
        """The world at an instant, known or not; kept, as the same instants are asked for again and again."""
        state = self._worlds.get(t_ns)
        if state is None:
            state = self._worlds[t_ns] = self.life.state_at(min(t_ns, self.life.end_ns))
        return state

    def _understood(self, event: Event) -> Heard:
        speaker, words = event.actor or event.subject, event.value
        if match := _MINE.match(words):
            return Heard(event, self._named(match[1], speaker), speaker)
        if match := _BELONGS.match(words):
            owner = self._person(match[2])
            return Heard(event, self._named(match[1], owner), owner)
        if match := _BORROWED.match(words):
            owner = self._person(match[1])
            return Heard(event, self._named(match[2], owner), owner)
        if match := _LEFT.match(words):
            owner = speaker if match[1] == "my" else ""
            return Heard(event, self._named(match[2], owner), owner, self._piece(match[4]))
        return Heard(event)

    def _named(self, name: str, owner: str) -> str:
        """The one thing of this name, of this owner where it is said whose; empty where there are several."""
        fit = [one.id for one in self.home.things if one.name == name and (not owner or one.owner == owner)]
        return fit[0] if len(fit) == 1 else ""

    def _person(self, name: str) -> str:
        return next((one.id for one in self.home.residents if one.name == name), "")

    def _piece(self, words: str) -> str:
        name = words.rpartition(" of ")[2].removeprefix("the ")
        return next((piece.id for piece in self.home.furniture if piece.name == name), "")


def is_clear(record: Observed) -> bool:
    """Whether a sighting shows enough to ask about."""
    return record.pixels >= enough_pixels(record.picture_pixels, CLEAR_PIXELS) and record.num_looks >= CLEAR_LOOKS


def inside(records: Sequence[Observed], span: Span) -> Iterator[Observed]:
    """Of records in order of time, those that begin within a span."""
    first = bisect_left(records, span.start_ns, key=_start_ns)
    return iter(records[first : bisect_left(records, span.end_ns, key=_start_ns)])


def _start_ns(record: Observed) -> int:
    return record.span.start_ns


def _by(record: Observed, until_ns: int) -> Observed | None:
    """What of a record was known at an instant; an absence is known once its surface has been looked over."""
    if record.span.end_ns <= until_ns:
        return record
    if record.kind != "seen" or record.span.start_ns >= until_ns:
        return None
    return replace(record, span=Span(record.span.start_ns, until_ns))


def _grouped(records: Iterable[Observed]) -> dict[str, list[Observed]]:
    by_subject: dict[str, list[Observed]] = {}
    for one in records:
        by_subject.setdefault(one.subject, []).append(one)
    return by_subject
