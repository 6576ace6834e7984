"""`mmmem graph`: rooms with what is in them, and the map."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from apps.cli.graph_exports import ExportFile, ExportFormat, export_graph, exported_words
from apps.cli.options import AsJson, MemoryDir
from apps.cli.output import emit, say, tell
from apps.cli.scene import At, KnownAt, asking, spot_json, time_of
from mmmem.errors import InvalidInputError, StorageError
from mmmem.wording import counted

if TYPE_CHECKING:
    from scenegraph.asking import Questions
    from scenegraph.hierarchy import Hierarchy
    from scenegraph.spots import Spot

_NOWHERE = "no room"
_NAMES = {
    "room": ("room", "rooms"), "place": ("place", "places"), "furniture": ("piece of furniture", "pieces of furniture"),
    "object": ("thing", "things"), "person": ("person", "people"),
}  # fmt: skip


def graph(
    memory: MemoryDir,
    *,
    at: At = None,
    known_at: KnownAt = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="PATH", help="Write a map as a picture (map.png); with --frames, a folder."),
    ] = None,
    frames: Annotated[
        int,
        typer.Option(min=0, metavar="N", help="So many maps from the first sighting to the end, as a time slider shows them."),
    ] = 0,
    no_trails: Annotated[bool, typer.Option("--no-trails", help="Without the places where things were before.")] = False,
    export: ExportFile = None,
    format_: ExportFormat = None,
    as_json: AsJson = False,
) -> None:
    """Show rooms with the furniture and things in them, or draw a map of where everything is and was."""
    if frames and out is None:
        raise InvalidInputError(f"--frames {frames} needs a folder to write to; name one with -o.")
    with asking(memory, known_at) as (opened, q):
        at_ns = q.now_ns if at is None else time_of(opened, at)
        if export is not None:
            made = export_graph(q, export, format_, at_ns)
            emit(made) if as_json else say(exported_words(made))
            return
        if out is not None:
            written = _write_maps(q, out, at_ns, frames, trails=not no_trails)
            if as_json:
                emit({"written": written})
            for path in () if as_json else written:
                say(path)
            return
        rooms = _by_room(q, at_ns)
        layers = q.graph.hierarchy(at=at_ns, known_at=q.now_ns)
        if as_json:
            held = [_room_json(q, room, spots) for room, spots in rooms.items()]
            emit({"at_ns": at_ns, "known_at_ns": q.now_ns, "rooms": held, **_layers_json(layers)})
            return
        _show_above(q, layers)
        for room, spots in rooms.items():
            _show_room(q, room, spots)
        if not rooms:
            tell(f"nothing had been seen by {q.calendar.format(at_ns)}")


def _write_maps(q: "Questions", out: Path, at_ns: int, frames: int, *, trails: bool) -> list[str]:
    from scenegraph.map_picture import map_frames, map_picture

    try:
        if not frames:
            map_picture(q, at=at_ns, trails=trails).save(out)
            return [str(out)]
        out.mkdir(parents=True, exist_ok=True)
        written = []
        for number, (_, picture) in enumerate(map_frames(q, frames)):
            path = out / f"map{number:04d}.png"
            picture.save(path)
            written.append(str(path))
        return written
    except (OSError, ValueError) as error:
        raise StorageError(
            f"The map cannot be written to {out}: {error}. Name a picture file such as map.png, or a folder."
        ) from error


def _by_room(q: "Questions", at_ns: int) -> "dict[str, list[Spot]]":
    rooms: dict[str, list[Spot]] = {}
    for node in q.things():
        spot = q.spot(node, at_ns)
        if spot is not None and not (spot.missing_ns is not None and spot.missing_ns <= at_ns):
            rooms.setdefault(spot.room or _NOWHERE, []).append(spot)
    return dict(sorted(rooms.items(), key=lambda item: (item[0] == _NOWHERE, item[0])))


def _is_furniture(q: "Questions", spot: "Spot") -> bool:
    node = q.world.nodes.get(spot.id)
    return node is not None and node.layer == "furniture"


def _layers_json(layers: "Hierarchy") -> dict[str, Any]:
    from scenegraph.export.as_json import members_json, ways_json

    return {"layers": members_json(layers), "ways": ways_json(layers)}


def _show_above(q: "Questions", layers: "Hierarchy") -> None:
    """The building, and who carried a camera through it; places that are known by their looks alone."""
    from scenegraph.wording import moment

    for building in layers.of("building"):
        floors = [f"{floor.id} {floor.name}" for floor in layers.of("floor")]
        counts = [(number, _NAMES[layer]) for layer, number in layers.counts().items() if layer in _NAMES]
        held = ", ".join(f"{number} {one if number == 1 else several}" for number, (one, several) in counts)
        say(f"{building.id} {building.name}, {', '.join(floors)}: {held}")
    for place in layers.of("place"):
        if place.at is None:
            when = moment(place.last_ns, q.now_ns, q.calendar)
            say(f"{place.id} {place.name}, {counted(len(place.visits), 'visit')}, last {when}")
    for robot in layers.of("robot"):
        above = layers.members.get(robot.parent)
        where = "" if above is None else f" in {above.id} {above.name}"
        say(f"{robot.id} camera {robot.name}, last{where} {moment(robot.last_ns, q.now_ns, q.calendar)}")


def _room_json(q: "Questions", room: str, spots: "list[Spot]") -> dict[str, Any]:
    return {
        "room": room,
        "furniture": [spot_json(spot) for spot in spots if _is_furniture(q, spot)],
        "things": [spot_json(spot) for spot in spots if not _is_furniture(q, spot)],
    }


def _show_room(q: "Questions", room: str, spots: "list[Spot]") -> None:
    from scenegraph.wording import moment

    say(room)
    pieces = [spot for spot in spots if _is_furniture(q, spot)]
    things = [spot for spot in spots if not _is_furniture(q, spot)]
    for piece in pieces:
        held = [one for one in things if one.holder == piece.id]
        say(f"  {piece.id} {piece.name}")
        for one in held:
            say(f"    {one.id} {one.name}, {one.relation}, last seen {moment(one.last_seen_ns, q.now_ns, q.calendar)}")
    here = {piece.id for piece in pieces}
    for one in things:
        if one.holder not in here:
            where = "" if not one.holder_name else f", {one.place}"
            say(f"  {one.id} {one.name}{where}, last seen {moment(one.last_seen_ns, q.now_ns, q.calendar)}")
