"""Stories made by code, whose turns from room to room are known: who does what, where and when, from one seed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Literal

from mmmem.clock import NS_PER_S, Span

Deed = Literal["enter", "leave", "take", "put", "open", "close", "water", "read", "ring", "talk"]
Room = Literal["kitchen", "living room", "hallway"]

TITLE_NS = 4 * NS_PER_S
DONE_SHARE = 0.5
"""A deed is done after this share of its time: the walk comes first."""

PLACES: dict[str, Room] = {
    "kitchen table": "kitchen",
    "kitchen counter": "kitchen",
    "windowsill": "kitchen",
    "fridge": "kitchen",
    "sofa": "living room",
    "bookshelf": "living room",
    "desk": "living room",
    "plant": "living room",
    "bench": "hallway",
    "hook": "hallway",
    "front door": "hallway",
}
"""Everything that things lie on or hang from, or that is acted on, and its room."""

_INSIDE = {"fridge"}
_COUPLES = (("Mia", "Ben"), ("Nora", "Sam"), ("Clara", "Tom"), ("Lena", "Max"))
_DAYS = ("Tuesday", "Wednesday", "Thursday", "Friday")
_SENDERS = ("aunt Rosa", "grandmother", "the bookshop", "the bicycle shop")


@dataclass(frozen=True, slots=True)
class Event:
    """One deed that is seen; captioned by one sentence, or by none where somebody talks.

    Args:
        who: the resident who does it; None where something happens by itself.
        thing: what is moved.
        place: where it is taken from, put to, or what is acted on.
        done_ns: the instant at which the world has changed.
    """

    deed: Deed
    room: Room
    span: Span
    caption: str
    who: str | None = None
    thing: str | None = None
    place: str | None = None

    @property
    def done_ns(self) -> int:
        """When the thing has changed hands, or the door has opened."""
        return self.span.start_ns + int(self.span.duration_ns * DONE_SHARE)


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence said by a resident."""

    who: str
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Cast:
    """What the seed decides.

    Args:
        first, second: the residents.
        mug, book, bag: things, with their colours in the name.
        mug_from, mug_to, mug_end: places of the mug, in order.
        keys_end: where the keys are at the end; they start on the hook.
        fridge_visits: how often the fridge is opened.
        dentist_day, sender: what is told.
    """

    first: str
    second: str
    mug: str
    book: str
    bag: str
    mug_from: str
    mug_to: str
    mug_end: str
    keys_end: str
    fridge_visits: int
    dentist_day: str
    sender: str


@dataclass(frozen=True, slots=True)
class Story:
    """The whole script; everything lies in `[0, duration_ns)` and events follow one another without a gap.

    Args:
        things: every movable thing and where it is at the start.
    """

    seed: int
    cast: Cast
    things: dict[str, str]
    events: tuple[Event, ...]
    lines: tuple[Line, ...]
    duration_ns: int

    @property
    def residents(self) -> tuple[str, str]:
        """Both names."""
        return self.cast.first, self.cast.second

    def event_at(self, t_ns: int) -> Event | None:
        """What is going on; None during the titles."""
        return next((e for e in self.events if e.span.contains(t_ns)), None)

    def line_at(self, t_ns: int) -> Line | None:
        """What is being said."""
        return next((line for line in self.lines if line.span.contains(t_ns)), None)

    def whereabouts(self, t_ns: int) -> dict[str, str]:
        """Of each thing, the place it lies at or the resident who holds it, after every deed done by `t_ns`."""
        where = dict(self.things)
        for event in self.events:
            if event.thing is not None and event.done_ns <= t_ns:
                where[event.thing] = (event.who if event.deed == "take" else event.place) or where[event.thing]
        return where

    def find(self, deed: Deed, **wanted: str) -> list[Event]:
        """Events of a kind whose fields have the values given."""
        return [e for e in self.events if e.deed == deed and all(getattr(e, k) == v for k, v in wanted.items())]


@dataclass(slots=True)
class _Pen:
    """Writes events one after another, with lengths that vary a little with the seed."""

    rng: Random
    now_ns: int = TITLE_NS
    events: list[Event] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    def act(
        self, deed: Deed, room: Room, caption: str, *, who: str | None = None, thing: str | None = None, place: str | None = None
    ) -> None:
        """The next event, about three seconds long on a grid of a tenth of a second."""
        span = Span(self.now_ns, self.now_ns + self.rng.randint(26, 34) * NS_PER_S // 10)
        self.events.append(Event(deed, room, span, caption, who, thing, place))
        self.now_ns = span.end_ns

    def say(self, who: str, text: str) -> None:
        """Somebody says something, while the camera rests on the room; there is nothing to caption."""
        self.act("talk", self.events[-1].room, "", who=who)
        self.lines.append(Line(who, text, self.events[-1].span))


def write_story(seed: int) -> Story:
    """The story of a seed: about 100 s in three rooms; the same seed gives the same story on any machine."""
    rng = Random(seed)
    cast = _cast(rng)
    pen = _Pen(rng)
    for scene in (_breakfast, _doorbell, _reading, _leaving):
        scene(pen, cast)
    things = {cast.mug: cast.mug_from, "milk": "fridge", "keys": "hook", cast.book: "bookshelf", cast.bag: "bench"}
    return Story(seed, cast, things, tuple(pen.events), tuple(pen.lines), pen.now_ns)


def _cast(rng: Random) -> Cast:
    first, second = rng.sample(rng.choice(_COUPLES), 2)
    mug_places = rng.sample(["kitchen counter", "windowsill", "kitchen table"], 3)
    return Cast(
        first=first,
        second=second,
        mug=f"{rng.choice(('red', 'yellow'))} mug",
        book=f"{rng.choice(('blue', 'green'))} book",
        bag=f"{rng.choice(('orange', 'purple'))} bag",
        mug_from=mug_places[0],
        mug_to=mug_places[1],
        mug_end=mug_places[2],
        keys_end=rng.choice(("desk", "bookshelf")),
        fridge_visits=rng.choice((2, 3)),
        dentist_day=rng.choice(_DAYS),
        sender=rng.choice(_SENDERS),
    )


def _move(pen: _Pen, who: str, thing: str, source: str, target: str) -> None:
    """Take a thing and put it elsewhere, in another room or the same."""
    inside, onto = ("out of" if source in _INSIDE else "from"), ("in" if target in _INSIDE else "on")
    pen.act("take", PLACES[source], f"{who} takes the {thing} {inside} the {source}.", who=who, thing=thing, place=source)
    _go(pen, who, PLACES[target])
    pen.act("put", PLACES[target], f"{who} puts the {thing} {onto} the {target}.", who=who, thing=thing, place=target)


def _go(pen: _Pen, who: str, room: Room) -> None:
    if pen.events[-1].room != room:
        pen.act("enter", room, f"{who} walks into the {room}.", who=who)


def _fridge(pen: _Pen, who: str, deed: Literal["open", "close"]) -> None:
    pen.act(deed, "kitchen", f"{who} {deed}s the fridge.", who=who, place="fridge")


def _breakfast(pen: _Pen, cast: Cast) -> None:
    pen.act("enter", "kitchen", f"{cast.first} walks into the kitchen.", who=cast.first)
    _move(pen, cast.first, cast.mug, cast.mug_from, cast.mug_to)
    pen.say(cast.first, "Good morning! First of all I want a coffee.")
    pen.act("enter", "kitchen", f"{cast.second} walks into the kitchen.", who=cast.second)
    _fridge(pen, cast.second, "open")
    _move(pen, cast.second, "milk", "fridge", "kitchen table")
    _fridge(pen, cast.second, "close")
    pen.say(cast.second, f"The dentist called. My appointment is on {cast.dentist_day} at ten.")


def _doorbell(pen: _Pen, cast: Cast) -> None:
    pen.act("ring", "hallway", "The doorbell rings.")
    pen.act("enter", "hallway", f"{cast.first} walks into the hallway.", who=cast.first)
    pen.act("open", "hallway", f"{cast.first} opens the front door.", who=cast.first, place="front door")
    pen.say(cast.first, f"A parcel from {cast.sender}! We can open it together tonight.")
    pen.act("close", "hallway", f"{cast.first} closes the front door.", who=cast.first, place="front door")
    _move(pen, cast.first, "keys", "hook", "bench")


def _reading(pen: _Pen, cast: Cast) -> None:
    pen.act("enter", "living room", f"{cast.second} walks into the living room.", who=cast.second)
    pen.act("water", "living room", f"{cast.second} waters the plant.", who=cast.second, place="plant")
    book = cast.book
    pen.act("take", "living room", f"{cast.second} takes the {book} from the bookshelf.",
            who=cast.second, thing=book, place="bookshelf")  # fmt: skip
    pen.act("read", "living room", f"{cast.second} sits down on the sofa and reads.", who=cast.second, place="sofa")
    pen.act("put", "living room", f"{cast.second} puts the {book} on the sofa.", who=cast.second, thing=book, place="sofa")


def _leaving(pen: _Pen, cast: Cast) -> None:
    for who in (cast.second, cast.first)[: cast.fridge_visits - 1]:
        pen.act("enter", "kitchen", f"{who} walks into the kitchen.", who=who)
        _fridge(pen, who, "open")
        _fridge(pen, who, "close")
    _move(pen, cast.second, cast.mug, cast.mug_to, cast.mug_end)
    pen.act("enter", "hallway", f"{cast.first} walks into the hallway.", who=cast.first)
    _move(pen, cast.first, "keys", "bench", cast.keys_end)
    pen.act("enter", "hallway", f"{cast.first} walks into the hallway.", who=cast.first)
    pen.act("take", "hallway", f"{cast.first} takes the {cast.bag} from the bench.",
            who=cast.first, thing=cast.bag, place="bench")  # fmt: skip
    pen.act("leave", "hallway", f"{cast.first} leaves the house through the front door.", who=cast.first, place="front door")


def shots(story: Story) -> Iterator[tuple[Room, Span]]:
    """What room the camera shows over which spans, in order."""
    room, start_ns = story.events[0].room, TITLE_NS
    for event in story.events:
        if event.room != room:
            yield room, Span(start_ns, event.span.start_ns)
            room, start_ns = event.room, event.span.start_ns
    yield room, Span(start_ns, story.duration_ns)
