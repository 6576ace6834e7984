"""Contact sheets: every class of thing and furniture, every kind of room and every state, broken ones too, to look at.

Run as `python -m streams.house.models.contact_sheets FOLDER`.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import cos, radians, sin, tan
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from streams.house.building import build_home
from streams.house.home import Furniture, Home, Point, Resident, Room, Surface, Thing
from streams.house.models.broken import STATE, VALUE
from streams.house.models.kinds import FURNITURE_KINDS, THING_KINDS, FurnitureKind, ThingKind
from streams.house.opening import open_renderer
from streams.house.rendering import Camera, Picture
from streams.house.starting import starting_state
from streams.house.world import PersonPose, Placement, WorldState, resting_states

Tile = tuple[str, NDArray[np.uint8]]
_CAMERA = Camera(168, 126, 40.0)
_ROOM_CAMERA = Camera(256, 192, 75.0)
_LABEL_ROWS = 14


def looking(eye: Point, at: Point) -> NDArray[np.float64]:
    """(4, 4) pose of a camera at `eye` that looks at a point."""
    ahead = np.subtract(at, eye)
    ahead = ahead / np.linalg.norm(ahead)
    right = np.cross(ahead, (0.0, 0.0, 1.0))
    right /= np.linalg.norm(right)
    pose = np.eye(4)
    pose[:3, :3] = np.stack([right, np.cross(ahead, right), ahead], 1)
    pose[:3, 3] = eye
    return pose


def things() -> Iterator[Tile]:
    """Every class of thing, each in another of its colours."""
    made = [_thing(kind, kind.colours[i % len(kind.colours)], f"O{i + 1}") for i, kind in enumerate(THING_KINDS.values())]
    yield from _portraits(made, [(thing, {}) for thing in made])


def states() -> Iterator[Tile]:
    """Every value of every state that is not the usual one, beside the usual look."""
    kinds = [kind for kind in THING_KINDS.values() if kind.states or kind.breaks]
    made = [_thing(kind, kind.colours[0], f"O{i + 1}") for i, kind in enumerate(kinds)]
    shown = [(thing, {state: value}) for thing in made for state, values in _looks(thing) for value in values]
    yield from _portraits(made, shown)


def furniture() -> Iterator[Tile]:
    """Every class of furniture at rest, and open or switched on where it can be."""
    for kind in FURNITURE_KINDS.values():
        piece = _piece(kind)
        home = _studio((piece,), ())
        with_what: list[tuple[str, dict[tuple[str, str], str]]] = [(kind.name, {})]
        if kind.openings or kind.switches:
            changed = {**{("F1", o): "open" for o in piece.openings}, **({("F1", "power"): "on"} if piece.switches else {})}
            with_what.append((f"{kind.name}: {', '.join(sorted({*changed.values()}))}", changed))
        renderer = open_renderer(home, _CAMERA, samples=4)
        for label, changed in with_what:
            state = WorldState(states={**resting_states(home), **changed})
            yield label, _cut_out(renderer.render(state, _three_quarters(kind.size, (0, 0, kind.base_m))))
        renderer.close()


def people() -> Iterator[Tile]:
    """Every resident in every posture."""
    residents = (
        Resident("P1", "Anna", "red"),
        Resident("P2", "Ben", "blue"),
        Resident("P3", "Chloe", "yellow"),
        Resident("P4", "Dan", "green"),
    )
    renderer = open_renderer(replace(_studio((), ()), residents=residents), _CAMERA, samples=4)
    for resident in residents:
        for posture in ("standing", "sitting", "lying"):
            state = WorldState(people={resident.id: PersonPose(0, 0, 0.0, posture)})
            yield f"{resident.name}, {posture}", _cut_out(renderer.render(state, _three_quarters((0.9, 0.9, 1.7), (0, 0, 0))))
    renderer.close()


def rooms(seeds: Sequence[int] = (7, 8)) -> Iterator[Tile]:
    """Every room of two homes, from two of its corners."""
    for seed in seeds:
        home = build_home(seed)
        state = starting_state(home)
        renderer = open_renderer(home, _ROOM_CAMERA, samples=4)
        for room in home.rooms:
            pictures = [renderer.render(state, view) for view in _corners(room)]
            for picture in sorted(pictures, key=_openness)[-2:]:
                yield f"{room.name}, seed {seed}", picture.image
        renderer.close()


def sheet(tiles: Sequence[Tile], columns: int) -> Image.Image:
    """The tiles in rows, each with its label below."""
    height, width = tiles[0][1].shape[:2]
    rows = -(-len(tiles) // columns)
    page = Image.new("RGB", (columns * width, rows * (height + _LABEL_ROWS)), "white")
    draw = ImageDraw.Draw(page)
    for number, (label, image) in enumerate(tiles):
        x, y = number % columns * width, number // columns * (height + _LABEL_ROWS)
        page.paste(Image.fromarray(image), (x, y))
        draw.text((x + 3, y + height + 1), label, fill="black")
    return page


def _portraits(made: Sequence[Thing], shown: Sequence[tuple[Thing, dict[str, str]]]) -> Iterator[Tile]:
    renderer = open_renderer(_studio((), tuple(made)), _CAMERA, samples=4)
    for thing, values in shown:
        standing = {thing.id: Placement("held", "nobody", (0.0, 0.0, 0.0), 0.0)}
        state = WorldState(standing, {(thing.id, name): value for name, value in values.items()})
        label = ", ".join([thing.name if not values else thing.kind, *values.values()])
        yield label, _cut_out(renderer.render(state, _three_quarters(thing.size, (0, 0, 0))))
    renderer.close()


def _cut_out(picture: Picture) -> NDArray[np.uint8]:
    """On a plain ground."""
    return np.where(picture.instances[..., None] > 0, picture.image, np.uint8(212))


def _three_quarters(size: Point, at: Point) -> NDArray[np.float64]:
    """From the front left and above, so that the whole box is in view."""
    away = 0.56 * float(np.linalg.norm(size)) / tan(radians(_CAMERA.fov_y_deg) / 2)
    low, turn = radians(32), radians(35)
    middle = (at[0], at[1], at[2] + size[2] / 2)
    eye = (middle[0] + away * cos(low) * cos(turn), middle[1] + away * cos(low) * sin(turn), middle[2] + away * sin(low))
    return looking(eye, middle)


def _corners(room: Room) -> Iterator[NDArray[np.float64]]:
    """From its four corners towards its middle."""
    x, y = room.centre
    for left in (room.x0_m + 0.4, room.x1_m - 0.4):
        for near in (room.y0_m + 0.4, room.y1_m - 0.4):
            yield looking((left, near, 1.75), (x, y, 0.6))


def _openness(picture: Picture) -> float:
    """How much of a view is further away than furniture right before the camera."""
    return float((picture.depth_m > 1.2).mean()) + 0.05 * len(np.unique(picture.instances))


def _looks(thing: Thing) -> list[tuple[str, tuple[str, ...]]]:
    broken = [(STATE, (VALUE,))] if THING_KINDS[thing.kind].breaks else []
    return [*thing.states.items(), *broken]


def _thing(kind: ThingKind, colour: str, id: str) -> Thing:
    return Thing(id, kind.name, colour, kind.materials[0], kind.sizes[0], states=kind.states)


def _piece(kind: FurnitureKind) -> Furniture:
    surfaces = tuple(replace(surface, id=f"F1.{surface.id}") for surface in kind.surfaces)
    names = tuple(opening.name for opening in kind.openings)
    return Furniture("F1", kind.name, kind.name, "R1", (0.0, 0.0, kind.base_m), 0.0, kind.size, surfaces, names, kind.switches)


def _studio(pieces: tuple[Furniture, ...], made: tuple[Thing, ...]) -> Home:
    """A hall without doors, its walls far away."""
    assert all(isinstance(surface, Surface) for piece in pieces for surface in piece.surfaces)
    return Home(1, (Room("R1", "study", "studio", -6.0, -6.0, 6.0, 6.0),), (), pieces, made, ())


def main(folder: Path) -> None:
    """Write every sheet."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = {
        "things": (things(), 9),
        "states": (states(), 9),
        "furniture": (furniture(), 9),
        "people": (people(), 6),
        "rooms": (rooms(), 4),
    }
    for name, (tiles, columns) in pages.items():
        page = sheet(list(tiles), columns).quantize(224, dither=Image.Dither.NONE)
        page.save(folder / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
