"""Writes `priors_procthor.toml` from ProcTHOR's counts to stdout: `python -m streams.house.priors_from_procthor DIR`."""

import json
import sys
from collections import defaultdict
from pathlib import Path

_HEADER = """\
# How likely a thing of a kind stands on one receptacle of a kind, and how fitting each kind of room is for it (0 to 2).
# Facts counted in hand-made AI2-THOR scenes by the authors of ProcTHOR (Deitke et al., "ProcTHOR: Large-Scale Embodied AI
# Using Procedural Generation", NeurIPS 2022; https://github.com/allenai/procthor, Apache-2.0, data/receptacles.json and
# data/placement-annotations.json), renamed to the kinds of this package. Made by streams/house/priors_from_procthor.py;
# do not edit. What ProcTHOR does not know is in priors_own.toml.
"""

THINGS = {
    "AlarmClock": "alarm clock", "Apple": "apple", "BasketBall": "ball", "Book": "book", "Bottle": "bottle", "Bowl": "bowl",
    "Box": "parcel", "Bread": "bread", "Candle": "candle", "CellPhone": "phone", "CreditCard": "wallet", "Cup": "glass",
    "Egg": "egg carton", "Fork": "fork", "HousePlant": "potted flower", "Kettle": "kettle", "KeyChain": "keys", "Knife": "knife",
    "Laptop": "laptop", "Mug": "mug", "Newspaper": "newspaper", "Pan": "pan", "Pen": "pen", "Pillow": "pillow", "Plate": "plate",
    "Pot": "pot", "RemoteControl": "remote control", "SoapBar": "soap", "Spoon": "spoon", "TeddyBear": "teddy bear",
    "TissueBox": "tissue box", "ToiletPaper": "toilet paper", "Vase": "vase", "Watch": "watch", "WineBottle": "wine bottle",
}  # fmt: skip
RECEPTACLES = {
    "ArmChair": ("armchair",), "Bed": ("bed",), "Chair": ("chair",), "CoffeeTable": ("coffee table",),
    "CounterTop": ("kitchen counter",), "Desk": ("desk",), "DiningTable": ("dining table",), "Dresser": ("dresser",),
    "Fridge": ("fridge",), "ShelvingUnit": ("bookshelf",), "SideTable": ("bedside table", "console table"), "Sink": ("sink",),
    "Sofa": ("sofa",), "TVStand": ("tv stand",), "Toilet": ("toilet",),
}  # fmt: skip
ROOMS = {"inKitchens": "kitchen", "inLivingRooms": "living room", "inBedrooms": "bedroom", "inBathrooms": "bathroom"}


def priors_toml(folder: Path) -> str:
    """The text of `priors_procthor.toml`, from the folder that holds ProcTHOR's two JSON files."""
    counted = json.loads((folder / "receptacles.json").read_text(encoding="utf-8"))
    annotations = json.loads((folder / "placement-annotations.json").read_text(encoding="utf-8"))
    places: dict[str, dict[str, float]] = defaultdict(dict)
    for receptacle, kinds in RECEPTACLES.items():
        for thing, number in counted[receptacle].items():
            if thing in THINGS:
                places[THINGS[thing]] |= dict.fromkeys(kinds, round(number["p"], 3))
    tables = []
    for foreign, thing in sorted(THINGS.items(), key=lambda pair: pair[1]):
        rooms = {room: annotations[column][foreign] for column, room in ROOMS.items()}
        tables.append(f'["{thing}"]\nrooms = {_inline(rooms)}\nplaces = {_inline(places[thing])}\n')
    return "\n".join([_HEADER, *tables])


def _inline(values: dict[str, float]) -> str:
    return "{ " + ", ".join(f'"{name}" = {value}' for name, value in sorted(values.items())) + " }"


if __name__ == "__main__":
    sys.stdout.write(priors_toml(Path(sys.argv[1])))
