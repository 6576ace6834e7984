"""The kinds of furniture: sizes near the medians of ProcTHOR's asset database, surfaces, doors and drawers."""

from collections.abc import Mapping

from streams.house.home import RoomKind, Surface
from streams.house.models.kind import FurnitureKind, Leaf, Opening
from streams.house.models.openings import OPEN_RAD, PANEL_M, double, drawer, hinged, in_drawer, shelf, top, under


def _kitchen() -> tuple[FurnitureKind, ...]:
    counter, fridge, cupboard, stove, sink = (
        (0.62, 1.6, 0.9),
        (0.7, 0.75, 1.8),
        (0.36, 1.2, 0.7),
        (0.62, 0.6, 0.9),
        (0.62, 0.8, 0.9),
    )
    tidy = drawer("drawer", counter, 0.7, 0.86, (0.0, 0.8))
    shelves = tuple(shelf(f"shelf{n + 1}", fridge, 0.12 + 0.42 * n, 0.38, behind="door") for n in range(4))
    return (
        FurnitureKind(
            "kitchen counter",
            counter,
            ("kitchen",),
            "wall",
            (top(counter, clearance_m=0.5), shelf("in", counter, 0.12, 0.5, behind="door"), in_drawer(tidy)),
            (double(counter, 0.1, 0.68), tidy),
            used_to="to prepare food",
        ),
        FurnitureKind(
            "fridge",
            fridge,
            ("kitchen",),
            "wall",
            (*shelves, top(fridge, clearance_m=0.5)),
            (hinged(fridge, 0.06, 1.78),),
            front_m=0.9,
            used_to="to keep food cold",
        ),
        FurnitureKind(
            "stove",
            stove,
            ("kitchen",),
            "wall",
            (top(stove, inset_m=0.06), shelf("in", stove, 0.3, 0.34, behind="door")),
            (hinged(stove, 0.2, 0.74),),
            switches=True,
            front_m=0.8,
            used_to="to cook",
        ),
        FurnitureKind(
            "sink",
            sink,
            ("kitchen",),
            "wall",
            (
                Surface("in", "in", (0.03, -0.12, 0.74), (0.36, 0.42), 0.4),
                Surface("on", "on", (0.0, 0.28, 0.9), (0.5, 0.18), 0.5),
                shelf("cupboard", sink, 0.12, 0.4, behind="door"),
            ),
            (hinged(sink, 0.1, 0.66),),
            used_to="to wash the dishes",
        ),
        FurnitureKind(
            "kitchen cupboard",
            cupboard,
            ("kitchen",),
            "above",
            (shelf("shelf1", cupboard, 0.03, 0.3, behind="door"), shelf("shelf2", cupboard, 0.37, 0.28, behind="door")),
            (double(cupboard, 0.0, 0.7),),
            above="kitchen counter",
            base_m=1.45,
            used_to="to keep dishes",
        ),
    )


def _tables_and_seats() -> tuple[FurnitureKind, ...]:
    dining, coffee, desk, console = (0.95, 1.5, 0.75), (0.65, 1.1, 0.42), (0.65, 1.35, 0.75), (0.36, 1.0, 0.8)
    chair, office, sofa, arm = (0.48, 0.46, 0.9), (0.6, 0.6, 0.95), (0.92, 2.0, 0.8), (0.88, 0.9, 0.85)
    pull = drawer("drawer", desk, 0.58, 0.71, (-0.62, -0.2))
    seats = (
        FurnitureKind(
            "chair",
            chair,
            ("kitchen", "living room"),
            "at",
            (Surface("on", "on", (0.02, 0, 0.46), (0.36, 0.36), 0.8),),
            at=("dining table",),
            front_m=0.0,
            used_to="to sit",
        ),
        FurnitureKind(
            "office chair",
            office,
            ("study", "bedroom"),
            "at",
            (Surface("on", "on", (0.02, 0, 0.5), (0.4, 0.4), 0.8),),
            at=("desk",),
            front_m=0.0,
            used_to="to sit",
        ),
        FurnitureKind(
            "sofa",
            sofa,
            ("living room",),
            "wall",
            (Surface("on", "on", (0.1, 0, 0.44), (0.55, 1.5), 0.8), Surface("under", "under", (0.1, 0, 0), (0.7, 1.7), 0.1)),
            used_to="to sit",
        ),
        FurnitureKind(
            "armchair",
            arm,
            ("living room", "study"),
            "free",
            (Surface("on", "on", (0.1, 0, 0.44), (0.5, 0.5), 0.8),),
            used_to="to sit",
        ),
    )
    tables = (
        FurnitureKind(
            "dining table", dining, ("kitchen", "living room"), "free", (top(dining), under(dining, 0.68)), used_to="to eat"
        ),
        FurnitureKind(
            "coffee table",
            coffee,
            ("living room",),
            "free",
            (top(coffee), shelf("shelf", coffee, 0.14, 0.22, relation="on")),
            at=("sofa",),
            front_m=0.4,
            used_to="to put cups down",
        ),
        FurnitureKind(
            "desk",
            desk,
            ("study", "bedroom"),
            "wall",
            (top(desk), in_drawer(pull), under(desk, 0.55)),
            (pull,),
            front_m=0.9,
            used_to="to work",
        ),
        FurnitureKind(
            "console table",
            console,
            ("hall", "living room"),
            "wall",
            (top(console), under(console, 0.7)),
            used_to="to put keys down",
        ),
    )
    return *tables, *seats


def _storage() -> tuple[FurnitureKind, ...]:
    stand, books, dresser, wardrobe = (0.45, 1.4, 0.5), (0.32, 0.9, 1.8), (0.5, 1.1, 0.9), (0.6, 1.2, 2.0)
    bedside, shoes, coats = (0.42, 0.5, 0.55), (0.42, 0.9, 0.55), (0.3, 0.9, 1.8)
    drawers = tuple(drawer(f"drawer{n + 1}", dresser, 0.08 + 0.27 * n, 0.33 + 0.27 * n) for n in range(3))
    pull = drawer("drawer", bedside, 0.33, 0.52)
    boards = tuple(shelf(f"shelf{n + 1}", books, 0.08 + 0.35 * n, 0.3, relation="on") for n in range(5))
    rails = tuple(shelf(f"shelf{n + 1}", shoes, 0.06 + 0.25 * n, 0.2, relation="on") for n in range(2))
    return (
        FurnitureKind(
            "tv stand",
            stand,
            ("living room",),
            "wall",
            (shelf("shelf", stand, 0.1, 0.33, relation="on"), Surface("on", "on", (0.14, 0, 0.5), (0.14, 1.3), 0.3)),
            used_to="to put the television on",
        ),
        FurnitureKind(
            "bookshelf",
            books,
            ("living room", "study", "bedroom"),
            "wall",
            (*boards, top(books, clearance_m=0.5)),
            used_to="to keep books",
        ),
        FurnitureKind(
            "dresser", dresser, ("bedroom",), "wall", (top(dresser), *map(in_drawer, drawers)), drawers, used_to="to keep clothes"
        ),
        FurnitureKind(
            "wardrobe",
            wardrobe,
            ("bedroom", "hall"),
            "wall",
            (shelf("shelf1", wardrobe, 0.08, 0.9, behind="door"), shelf("shelf2", wardrobe, 1.1, 0.4, behind="door")),
            (double(wardrobe, 0.06, 1.98),),
            front_m=0.8,
            used_to="to keep clothes",
        ),
        FurnitureKind(
            "bedside table",
            bedside,
            ("bedroom",),
            "wall",
            (top(bedside), in_drawer(pull), shelf("shelf", bedside, 0.06, 0.25, relation="on")),
            (pull,),
            front_m=0.4,
            used_to="to put things down at night",
        ),
        FurnitureKind("shoe rack", shoes, ("hall",), "wall", (*rails, top(shoes)), used_to="to keep shoes"),
        FurnitureKind(
            "coat rack",
            coats,
            ("hall",),
            "wall",
            (Surface("on", "on", (0.1, 0, 1.0), (0.1, 0.7), 0.7),),
            front_m=0.6,
            used_to="to hang up coats",
        ),
    )


def _bed_and_bath() -> tuple[FurnitureKind, ...]:
    bed, washer, basin, bath, basket = (
        (2.05, 1.4, 0.95),
        (0.6, 0.6, 0.85),
        (0.46, 0.7, 0.85),
        (0.75, 1.6, 0.56),
        (0.4, 0.45, 0.55),
    )
    toilet = (0.68, 0.4, 0.8)
    on_bed = Surface("on", "on", (0.12, 0, 0.5), (1.6, 1.2), 0.8)
    rooms: tuple[RoomKind, ...] = ("bathroom",)
    return (
        FurnitureKind("bed", bed, ("bedroom",), "wall", (on_bed, under(bed, 0.2)), front_m=0.5, used_to="to sleep"),
        FurnitureKind(
            "washing machine",
            washer,
            rooms,
            "wall",
            (top(washer), Surface("in", "in", (0.02, 0, 0.25), (0.36, 0.36), 0.35, "door")),
            (Opening("door", (Leaf("hinge", (0.3, -0.2, 0.22), -OPEN_RAD, (PANEL_M, 0.4, 0.4), "right"),)),),
            switches=True,
            used_to="to wash clothes",
        ),
        FurnitureKind(
            "bathroom sink",
            basin,
            rooms,
            "wall",
            (Surface("on", "on", (-0.13, 0, 0.85), (0.14, 0.6), 0.3), shelf("cupboard", basin, 0.1, 0.5, behind="door")),
            (double(basin, 0.08, 0.68),),
            used_to="to wash hands",
        ),
        FurnitureKind(
            "toilet",
            toilet,
            rooms,
            "wall",
            (Surface("on", "on", (-0.23, 0, 0.8), (0.16, 0.34), 0.4),),
            used_to="to go to the toilet",
        ),
        FurnitureKind(
            "bathtub",
            bath,
            rooms,
            "wall",
            (Surface("in", "in", (0, 0, 0.14), (0.45, 1.2), 0.6), Surface("on", "on", (0, -0.73, 0.56), (0.5, 0.1), 0.4)),
            front_m=0.6,
            used_to="to take a bath",
        ),
        FurnitureKind(
            "laundry basket",
            basket,
            ("bathroom", "bedroom"),
            "wall",
            (Surface("in", "in", (0, 0, 0.2), (0.3, 0.34), 0.4),),
            front_m=0.4,
            used_to="to collect dirty clothes",
        ),
    )


def _small() -> tuple[FurnitureKind, ...]:
    television, lamp, plant, bin_ = (0.2, 1.15, 0.7), (0.4, 0.4, 1.65), (0.5, 0.5, 1.1), (0.3, 0.3, 0.55)
    return (
        FurnitureKind(
            "television",
            television,
            ("living room",),
            "above",
            switches=True,
            above="tv stand",
            base_m=0.5,
            used_to="to watch films",
        ),
        FurnitureKind(
            "floor lamp", lamp, ("living room", "bedroom", "study"), "wall", switches=True, front_m=0.3, used_to="to light a room"
        ),
        FurnitureKind(
            "house plant", plant, ("living room", "hall", "study"), "wall", front_m=0.3, used_to="to make a room green"
        ),
        FurnitureKind(
            "dustbin",
            bin_,
            ("kitchen", "bathroom", "study"),
            "wall",
            (Surface("in", "in", (0, 0, 0.3), (0.2, 0.2), 0.3),),
            front_m=0.4,
            used_to="to throw things away",
        ),
    )


FURNITURE_KINDS: Mapping[str, FurnitureKind] = {
    kind.name: kind for group in (_kitchen(), _tables_and_seats(), _storage(), _bed_and_bath(), _small()) for kind in group
}
