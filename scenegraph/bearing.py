"""What things rest on: geometry of boxes and of what touched their lower edges in pictures, as scores in [0, 1].

A thing rests on what it touches. Where a picture shows the surface round its foot, the points there tell whose surface it is
(`scenegraph.contact`); where none does, the boxes must: its foot at the top of a piece and over its footprint is "on", lower is
"in" or "on" a part of it, and on the floor below it is "under".
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from scenegraph.contact import NOTHING
from scenegraph.edges import Relation
from scenegraph.geometry import Array
from scenegraph.nodes import Node, Stay

_HOLDERS = """
fridge, refrigerator, freezer, oven, microwave, dishwasher, washing machine, dryer, kitchen cupboard, cupboard, cabinet,
kitchen cabinet, wardrobe, dresser, chest of drawers, drawers, drawer, bathtub, bath, sink, kitchen sink, washbasin, basin,
bathroom sink, dustbin, trash can, bin, laundry basket, basket, box, crate, bag, toy box, suitcase, bowl, pan, pot
"""
HOLDERS = frozenset(" ".join(name.split()) for name in _HOLDERS.split(","))
"""Classes that things are in rather than on, where they are lower than the top."""
_NOBODY, _NOBODY_UP = 0.25, 0.02
_FLAT_M = 0.07
_ON_A_THING = 0.6
_TOP_M = 0.07
_FLOOR_M = 0.14
_FOOT_M = 0.12
_LOWER = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class Bearing:
    """How a thing stands to a piece that may bear it.

    Args:
        score: in [0, 1]; 0.5 is the bound.
        num_looks: pictures behind it.
    """

    relation: Relation
    score: float
    num_looks: int


def holds(kind: str) -> bool:
    """Whether things are in a piece of this class when they are below its top."""
    name = kind.lower()
    return name in HOLDERS or name.rsplit(" ", 1)[-1] in HOLDERS


def can_hold(piece: Node, box: Array) -> bool:
    """Whether things lie on or in a piece of this class and shape: furniture, what is flat, and what is hollow."""
    return piece.layer != "object" or holds(piece.kind) or float(box[1, 2] - box[0, 2]) < _FLAT_M


def bearing(thing: Stay, contacts: Mapping[str, float], piece: Node, place: Stay, floor_m: float = 0.0) -> Bearing | None:
    """Whether a stay rests on, lies in or under a piece at its place; None if it plainly does not.

    `contacts` are the stay's, by the ids that nodes have now.
    """
    if thing.box is None or place.box is None:
        return None
    # The surface round a thing may be somebody's whom the detector missed: nobody's speaks less than somebody's, and above the
    # floor, where nothing floats, it hardly speaks at all.
    lifted = float(thing.box[0, 2]) > floor_m + _FLOOR_M
    looks = sum(contacts.values()) - (1.0 - (_NOBODY_UP if lifted else _NOBODY)) * contacts.get(NOTHING, 0.0)
    share = contacts.get(piece.id, 0.0) / looks if looks else 0.0
    if piece.layer == "person":
        return Bearing("held by", share, thing.num_seen) if share > 0 else None
    box = place.box if place.extent is None else place.extent
    cover = _covered(thing.box, box)
    # Small things bear what lies right on them; beside them it lies on what they lie on.
    if (cover == 0.0 and share == 0.0) or (piece.layer == "object" and cover < _ON_A_THING):
        return None
    relation, fit = _by_height(thing.box, piece, box, floor_m, touches=share > 0.2)
    known = looks / (looks + 1.0)
    guess = cover * fit
    # Nothing but the floor is touched by what lies under a piece.
    score = guess * (1.0 - known * share) if relation == "under" else known * share + (1.0 - known) * guess
    return Bearing(relation, score, thing.num_seen)


def _covered(box: Array, over: Array) -> float:
    """Share of a thing's footprint that lies over or under another box, which is taken to be 5 cm wider than it was seen."""
    low = np.maximum(box[0, :2], over[0, :2] - 0.05)
    high = np.minimum(box[1, :2], over[1, :2] + 0.05)
    if (high <= low).any():
        return 0.0
    return float(np.prod(high - low) / max(float(np.prod(box[1, :2] - box[0, :2])), 1e-6))


def _by_height(thing: Array, piece: Node, box: Array, floor_m: float, *, touches: bool) -> tuple[Relation, float]:
    """The relation that heights allow, and how well they fit it."""
    foot, top = float(thing[0, 2]), float(box[1, 2])
    below = top - foot
    if below < -_TOP_M - _FOOT_M:
        return "on", 0.0
    if below <= _TOP_M:
        return "on", float(np.clip(1.0 - (abs(below) - _TOP_M) / _FOOT_M, 0.0, 1.0))
    if holds(piece.kind):
        return "in", 0.8
    if not touches and foot < floor_m + _FLOOR_M and float(thing[1, 2]) < top + 0.02:
        return "under", 0.9
    # Above the floor and within its outline, it lies on a lower part of it: a bed has a head, a desk a screen.
    return "on", _LOWER if foot > floor_m + 2.0 * _FLOOR_M else 0.4
