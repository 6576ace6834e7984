"""Which layer a class of things belongs to: what stands still is kept apart from what is carried about and from people."""

from typing import Literal

Layer = Literal["building", "floor", "room", "place", "furniture", "object", "person", "robot"]
LAYERS: tuple[Layer, ...] = ("building", "floor", "room", "place", "furniture", "object", "person", "robot")
PREFIXES: dict[Layer, str] = {
    "building": "B", "floor": "L", "room": "R", "place": "S", "furniture": "F", "object": "O", "person": "P", "robot": "A",
}  # fmt: skip

_NAMES = """
table, dining table, coffee table, side table, bedside table, desk, kitchen counter, counter, kitchen island,
worktop, shelf, bookshelf, bookcase, wall shelf, shoe rack, rack, cabinet, cupboard, kitchen cabinet, wardrobe,
dresser, chest of drawers, drawers, sideboard, tv stand, nightstand, bed, sofa, couch, armchair, chair, office chair,
dining chair, stool, bench, fridge, refrigerator, freezer, oven, stove, cooker, dishwasher, washing machine, dryer,
microwave, sink, kitchen sink, toilet, bathtub, bath, shower, basin, washbasin, television, tv, tvmonitor, monitor,
lamp, floor lamp, mirror, radiator, fireplace, piano, door, window, curtain, rug, carpet, coat rack, hall stand,
hall table, potted plant, traffic light, fire hydrant, stop sign, parking meter, bin, trash can, dustbin
"""
FURNITURE = frozenset(" ".join(name.split()) for name in _NAMES.split(","))
PEOPLE = frozenset(("person", "man", "woman", "boy", "girl", "child", "people", "human", "face"))
# Furniture that people shift: it keeps its layer, and may move.
SHIFTED = frozenset(("chair", "office chair", "dining chair", "stool", "armchair", "bin", "trash can", "dustbin", "potted plant"))
LARGE_M = 1.0


def layer_of(kind: str, largest_side_m: float | None = None) -> Layer:
    """The layer of a class by name; a class nobody listed is furniture if it is larger than `LARGE_M`.

    The head of a compound decides where the compound is not listed: a "kitchen table" is a table, a "table lamp" a lamp.
    """
    name = " ".join(kind.lower().replace("_", " ").replace("-", " ").split())
    head = name.rsplit(" ", 1)[-1]
    if name in PEOPLE or head in PEOPLE:
        return "person"
    if name in FURNITURE or head in FURNITURE:
        return "furniture"
    return "furniture" if largest_side_m is not None and largest_side_m > LARGE_M else "object"


def is_shifted(kind: str) -> bool:
    """Whether this furniture is moved about in daily life."""
    name = kind.lower()
    return name in SHIFTED or name.rsplit(" ", 1)[-1] in SHIFTED
