"""Where things usually live, by the hour: each has a place it is kept, and some have another one in the evening or at night.

Which of several likely places is the usual one of a thing is drawn once from the seed and then stays; the other places are its
exceptions, used now and then.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from streams.house.home import Home, Thing
from streams.house.world import WorldState


@dataclass(frozen=True, slots=True)
class _Row:
    """Where some kinds of things are likely to be between two hours.

    Args:
        to_hour: up to 30, for the small hours of the night.
        places: as "kind.surface", with `@own` only in the owner's bedroom if there is such a surface.
    """

    kinds: tuple[str, ...]
    from_hour: float
    to_hour: float
    places: tuple[str, ...]


_ROWS = (
    _Row(("phone", "glasses", "watch"), 21.5, 30, ("bedside table.on@own", "desk.on@own", "dresser.on@own")),
    _Row(("book",), 21.5, 30, ("bedside table.on@own", "bedside table.shelf@own")),
    _Row(("phone",), 6, 21.5, ("coffee table.on", "kitchen counter.on", "dining table.on", "desk.on@own")),
    _Row(("book",), 17, 21.5, ("coffee table.on", "coffee table.shelf", "armchair.on")),
    _Row(("remote control",), 16, 23, ("coffee table.on", "sofa.on", "coffee table.shelf")),
    _Row(("tablet",), 6, 12, ("dining table.on", "kitchen counter.on")),
    _Row(("tablet",), 12, 30, ("coffee table.on", "sofa.on", "bedside table.on@own")),
    _Row(("headphones", "game controller"), 6, 30, ("desk.on@own", "bed.on@own", "coffee table.on", "tv stand.shelf")),
    _Row(("newspaper",), 6, 14, ("dining table.on", "kitchen counter.on")),
    _Row(("newspaper",), 14, 30, ("coffee table.on", "sofa.on")),
    _Row(("keys", "wallet"), 0, 30, ("console table.on", "shoe rack.on", "kitchen counter.on", "dining table.on")),
    _Row(("letter",), 0, 30, ("console table.on", "desk.on", "kitchen counter.on")),
)

_KEPT = {
    "kitchenware": ("kitchen cupboard.shelf1", "kitchen cupboard.shelf2", "kitchen counter.in"),
    "food": ("fridge.shelf2", "fridge.shelf3", "kitchen counter.on"),
    "electronics": ("desk.on@own", "tv stand.shelf", "bookshelf.shelf2"),
    "reading": ("bookshelf.shelf3", "bookshelf.shelf2", "desk.on@own"),
    "clothing": ("wardrobe.shelf2@own", "wardrobe.shelf1@own", "dresser.on@own"),
    "personal": ("console table.on", "dresser.on@own", "bedside table.on@own"),
    "bathroom": ("bathroom sink.on", "bathroom sink.cupboard", "washing machine.on"),
    "bedding": ("bed.on@own", "sofa.on", "wardrobe.shelf1@own"),
    "toy": ("bookshelf.shelf1", "bed.on@own", "sofa.on"),
    "decoration": ("bookshelf.shelf4", "console table.on", "coffee table.on", "dresser.on"),
}
"""Where a kind of thing that comes in from outside finds its place."""

ANYWHERE = (
    "dining table.on",
    "kitchen counter.on",
    "coffee table.on",
    "desk.on",
    "console table.on",
    "dresser.on",
    "bookshelf",
    "bed.on",
    "sofa.on",
)
"""Where things end up when their place is full."""

_KITCHEN_STORES = ("kitchen counter", "kitchen cupboard", "fridge", "dining table")


class Habits:
    """The usual places of one home's things.

    Args:
        rng: draws which of the likely places is the usual one; used only here, once for each thing.
    """

    def __init__(self, home: Home, state: WorldState, rng: np.random.Generator, categories: Mapping[str, str]) -> None:
        self._home, self._categories = home, categories
        self._draws = dict(zip((thing.id for thing in home.things), rng.integers(0, 12, len(home.things)).tolist(), strict=True))
        self._start = {thing: at.holder for thing, at in state.placements.items() if at.relation != "held"}

    def usual(self, thing: Thing, hour: float) -> tuple[str, ...]:
        """Surfaces where a thing lives at an hour, the usual one first."""
        late = hour + 24 if hour < 6 else hour
        rows = [row for row in _ROWS if thing.kind in row.kinds and row.from_hour <= late < row.to_hour]
        places = self._resolved(thing, rows[0].places) if rows else ()
        kept = self.kept(thing)
        if not places:
            return kept
        if kept and kept[0] in places:
            return (kept[0], *(place for place in places if place != kept[0]))
        first = self._draws[thing.id] % len(places)
        return (*places[first:], *places[:first])

    def kept(self, thing: Thing) -> tuple[str, ...]:
        """Where a thing is put away: where it was at the start, or where its kind is kept."""
        start = self._start.get(thing.id) or self._start.get(thing.twin_of)
        if start is not None and self._is_proper(thing, start):
            beside = [
                surface.id for surface in self._home.piece(start).surfaces if surface.id != start and surface.relation != "under"
            ]
            return (start, *beside)
        return self._resolved(thing, _KEPT.get(self._categories.get(thing.kind, ""), ANYWHERE)) or self.anywhere()

    def is_food(self, thing: Thing) -> bool:
        """Whether it is used up and bought again."""
        return self._categories.get(thing.kind) == "food"

    def _is_proper(self, thing: Thing, surface: str) -> bool:
        """Whether a thing can be kept there: dishes and food only in a room with a kitchen counter, and not in the sink."""
        if self._categories.get(thing.kind) not in ("kitchenware", "food") or thing.kind == "bottle":
            return True
        piece = self._home.piece(surface)
        return self._home.room(piece.room).kind == "kitchen" and piece.kind in _KITCHEN_STORES

    def anywhere(self) -> tuple[str, ...]:
        """Surfaces that take what has no place."""
        return self._found(ANYWHERE, "")

    def own(self, bedroom: str, *places: str) -> tuple[str, ...]:
        """Surfaces given as "kind.surface", those in a bedroom first."""
        return self._found(places, bedroom)

    def _resolved(self, thing: Thing, places: tuple[str, ...]) -> tuple[str, ...]:
        bedroom = self._home.resident(thing.owner).bedroom if thing.owner else ""
        return self._found(places, bedroom)

    def _found(self, places: tuple[str, ...], bedroom: str) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for place in places:
            wanted, _, own = place.partition("@")
            matching = self._surfaces(wanted)
            in_bedroom = [one for one in matching if self._home.piece(one).room == bedroom]
            found.update(dict.fromkeys(in_bedroom or ([] if own and bedroom else matching)))
        return tuple(found)

    def _surfaces(self, wanted: str) -> list[str]:
        kind, _, name = wanted.partition(".")
        return [
            surface.id
            for piece in self._home.furniture
            if piece.kind == kind
            for surface in piece.surfaces
            if not name or surface.id == f"{piece.id}.{name}"
        ]
