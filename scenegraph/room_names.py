"""What a room is called, by what stands in it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

EVIDENCE: Mapping[str, Mapping[str, float]] = {
    "kitchen": {
        "stove": 3, "cooker": 3, "oven": 3, "fridge": 3, "refrigerator": 3, "kitchen counter": 3, "kitchen cupboard": 3,
        "dishwasher": 3, "kitchen sink": 3, "sink": 1, "microwave": 2, "kettle": 1, "toaster": 1, "pan": 0.5, "dining table": 0.5,
    },
    "bathroom": {
        "toilet": 4, "bathtub": 4, "bath": 4, "shower": 4, "bathroom sink": 3, "washbasin": 2, "washing machine": 1, "towel": 0.5,
        "toothbrush": 1, "laundry basket": 1,
    },
    "bedroom": {"bed": 4, "bedside table": 2, "nightstand": 2, "wardrobe": 1.5, "dresser": 1, "crib": 3},
    "living room": {
        "sofa": 3, "couch": 3, "coffee table": 2, "tv stand": 2, "television": 1.5, "tv": 1.5, "armchair": 1, "fireplace": 2,
        "floor lamp": 0.5, "bookshelf": 0.3,
    },
    "study": {"desk": 2.5, "office chair": 2, "monitor": 1.5, "bookshelf": 0.5, "printer": 1},
    "dining room": {"dining table": 2, "dining chair": 0.5, "sideboard": 1},
    "hall": {"coat rack": 3, "shoe rack": 3, "console table": 2, "hall stand": 3, "hall table": 2, "umbrella stand": 2},
}  # fmt: skip
"""How much a piece of a class speaks for a kind of room; a second one of the same class adds nothing."""
UNKNOWN = "room"
_ENOUGH = 1.5


def kind_of_room(kinds: Iterable[str]) -> str:
    """The kind of room that holds pieces of these classes; `UNKNOWN` if they do not say."""
    present = {kind.lower() for kind in kinds}
    scores: dict[str, float] = {}
    for name, evidence in EVIDENCE.items():
        # What speaks for one kind of room speaks a little against the others.
        scores[name] = sum(weight for kind, weight in evidence.items() if kind in present)
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] >= _ENOUGH else UNKNOWN


def unique_names(kinds: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """A name for each room by id: what a person called it, else its kind, with a number where there are several of it."""
    count = Counter(kind for id, kind in kinds.items() if id not in given)
    used: dict[str, int] = defaultdict(int)
    names = {}
    for id, kind in sorted(kinds.items(), key=lambda pair: int(pair[0][1:])):
        if id in given:
            names[id] = given[id]
            continue
        used[kind] += 1
        names[id] = kind if count[kind] == 1 else f"{kind} {used[kind]}"
    return names
