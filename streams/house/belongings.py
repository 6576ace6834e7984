"""What lies about in a home: everybody's own things, what all share, twins and near twins, and what comes from outside later."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from streams.house.home import Home, Point, Resident, Thing
from streams.house.household import GUEST
from streams.house.models.kinds import THING_KINDS

_EVERYBODY_HAS = ("mug", "phone", "keys", "shoes", "toothbrush")
_SOME_HAVE = (
    "laptop", "jacket", "glasses", "wallet", "watch", "headphones", "slippers", "umbrella", "backpack", "bottle", "tablet",
    "handbag", "hairbrush", "hat", "notebook", "teddy bear", "camera", "medicine bottle", "guitar",
)  # fmt: skip
_ALWAYS_SHARED = (
    "plate", "bowl", "pan", "pot", "kettle", "milk carton", "remote control", "vase", "soap", "toilet paper",
    "pillow", "blanket", "towel", "apple", "book", "book",
)  # fmt: skip
_SOMETIMES_SHARED = (
    "teapot", "knife", "bread", "book", "chopping board", "wine bottle", "banana", "orange", "cereal box", "jam jar",
    "egg carton", "game controller", "alarm clock", "charger", "newspaper", "scissors", "pen", "candle", "picture frame",
    "watering can", "potted flower", "toothpaste", "toothbrush cup", "shampoo bottle", "tissue box", "toy car", "ball", "letter",
)  # fmt: skip
_IDENTICAL = ("plate", "bowl", "wine glass", "book", "pillow", "apple")
"""One pair is drawn from these; white mugs and glasses always come in pairs."""

_RESIDENTS_EXTRAS = 3
_EXTRAS = (4, 8)
_WHITE_MUG = ("white", "ceramic")
_DIRTY_AT_FIRST = 0.2


class _Cupboard:
    """Things as they are collected, each with the next id."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self.things: list[Thing] = []

    def add(self, kind: str, owner: str = "", *, colour: str = "", material: str = "", outside: bool = False) -> Thing:
        """One more thing; it is marked as a twin if an earlier one looks exactly the same."""
        table = THING_KINDS[kind]
        size = self._size(table.sizes)
        thing = Thing(
            f"O{len(self.things) + 1}",
            kind,
            colour or self._colour(kind),
            material or str(self.rng.choice(table.materials)),
            size,
            owner,
            states=self._states(kind),
            outside=outside,
        )
        return self._keep(thing)

    def add_twin(self, original: Thing, owner: str = "", *, outside: bool = False) -> Thing:
        """One more that looks exactly like another."""
        twin = replace(original, id=f"O{len(self.things) + 1}", owner=owner, outside=outside, states=self._states(original.kind))
        return self._keep(twin)

    def of_kind(self, *kinds: str) -> list[Thing]:
        """What is here of some kinds."""
        return [thing for thing in self.things if thing.kind in kinds]

    def _keep(self, thing: Thing) -> Thing:
        alike = next((other for other in self.things if looks(other) == looks(thing)), None)
        self.things.append(replace(thing, twin_of=alike.id if alike else ""))
        return self.things[-1]

    def _colour(self, kind: str) -> str:
        """One that no other of its kind has, while there are such."""
        colours = list(THING_KINDS[kind].colours)
        used = {thing.colour for thing in self.of_kind(kind)}
        return str(self.rng.choice([colour for colour in colours if colour not in used] or colours))

    def _size(self, sizes: Sequence[Point]) -> Point:
        """A box of the kind, up to 8 % smaller or larger, in whole millimetres."""
        size = sizes[int(self.rng.integers(len(sizes)))]
        scale = float(self.rng.uniform(0.92, 1.08))
        return round(size[0] * scale, 3), round(size[1] * scale, 3), round(size[2] * scale, 3)

    def _states(self, kind: str) -> dict[str, tuple[str, ...]]:
        """The states of the kind; now and then something is dirty to begin with."""
        states = dict(THING_KINDS[kind].states)
        if "cleanliness" in states and self.rng.random() < _DIRTY_AT_FIRST:
            states["cleanliness"] = states["cleanliness"][::-1]
        return states


def belongings(rng: np.random.Generator, home: Home) -> tuple[Thing, ...]:
    """45 to 60 things for a home of three; each looks like another only where `twin_of` says so.

    Two white mugs and two glasses are twins, and one more pair; two residents own something that looks the same; mugs, phones
    and books are near twins, alike but for the colour. A parcel, what the guest brings, a new carton of milk and twins of two
    breakable things are outside at the start.
    """
    cupboard = _Cupboard(rng)
    living_here = [resident for resident in home.residents if resident.bedroom]
    _add_pairs(cupboard)
    _add_personal(cupboard, living_here)
    for kind in (*_ALWAYS_SHARED, *rng.choice(_SOMETIMES_SHARED, rng.integers(*_EXTRAS), replace=False).tolist()):
        cupboard.add(kind)
    _add_outside(cupboard, living_here, next(resident for resident in home.residents if resident.name == GUEST))
    return tuple(cupboard.things)


def looks(thing: Thing) -> tuple[str, str, str, Point]:
    """All that can be seen of a thing: two with the same looks cannot be told apart."""
    return thing.kind, thing.colour, thing.material, thing.size


def _add_pairs(cupboard: _Cupboard) -> None:
    cupboard.add_twin(cupboard.add("mug", colour=_WHITE_MUG[0], material=_WHITE_MUG[1]))
    cupboard.add_twin(cupboard.add("glass"))
    cupboard.add_twin(cupboard.add(str(cupboard.rng.choice(_IDENTICAL))))


def _add_personal(cupboard: _Cupboard, residents: Sequence[Resident]) -> None:
    """What everybody has, in different colours while there are enough; then a few more, two of them alike."""
    for kind in _EVERYBODY_HAS:
        for resident in residents:
            cupboard.add(kind, resident.id)
    for resident in residents:
        for kind in cupboard.rng.choice(_SOME_HAVE, _RESIDENTS_EXTRAS, replace=False).tolist():
            cupboard.add(kind, resident.id)
    if len(residents) > 1:
        first, second = cupboard.rng.choice(len(residents), 2, replace=False)
        alike = cupboard.add(str(cupboard.rng.choice(["umbrella", "bottle", "backpack", "headphones"])), residents[first].id)
        cupboard.add_twin(alike, residents[second].id)


def _add_outside(cupboard: _Cupboard, residents: Sequence[Resident], guest: Resident) -> None:
    rng = cupboard.rng
    cupboard.add("parcel", residents[int(rng.integers(len(residents)))].id, outside=True)
    cupboard.add(str(rng.choice(["backpack", "handbag", "umbrella"])), guest.id, outside=True)
    cupboard.add_twin(cupboard.of_kind("milk carton")[0], outside=True)
    cupboard.add_twin(cupboard.of_kind("vase")[0], outside=True)
    mug = next(thing for thing in cupboard.of_kind("mug") if thing.owner == residents[0].id)
    cupboard.add_twin(mug, mug.owner, outside=True)
