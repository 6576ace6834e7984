"""JSON that Spark-DSG reads (MIT-SPARK/Spark-DSG, header version 1.1.0, as `DynamicSceneGraph.load` takes it).

Layers are those of Hydra: objects 2, places 3, rooms 4, buildings 5. Ids are its node symbols: a letter in the highest byte and a
number below it. Its edges carry no names, so relations stand in the metadata, with what this format has no place for.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np

from scenegraph.atlas import Room
from scenegraph.export.snapshot import Snapshot, Thing

VERSION = (1, 1, 0)
LAYERS = {"OBJECTS": 2, "PLACES": 3, "ROOMS": 4, "BUILDINGS": 5}

_NO_LABEL = 2**32 - 1
_NO_TURN = {"w": 1.0, "x": 0.0, "y": 0.0, "z": 0.0}
_GREY = {"r": 128, "g": 128, "b": 128, "a": 255}


def symbol(letter: str, number: int) -> int:
    """The id of a node by its letter and number, as Spark-DSG packs it."""
    return (ord(letter) << 56) | number


def write_spark_dsg(taken: Snapshot, path: Path) -> None:
    """Write a snapshot as Spark-DSG's JSON; nodes without a position are left out and named in the metadata."""
    path.write_text(json.dumps(as_spark_dsg(taken)), "utf-8")


def as_spark_dsg(taken: Snapshot) -> dict[str, Any]:
    """A snapshot in Spark-DSG's layout."""
    placed = [thing for thing in taken.things if thing.where.position is not None]
    kinds = {kind: label for label, kind in enumerate(sorted({thing.node.kind for thing in placed}))}
    ids = {thing.node.id: _id(thing.node.id) for thing in placed}
    rooms = {id: _id(id) for id in taken.rooms}
    building = symbol("B", 0)
    nodes = [_node(_id(thing.node.id), "OBJECTS", _object(thing, kinds)) for thing in placed]
    nodes += [_node(rooms[id], "ROOMS", _room(room)) for id, room in taken.rooms.items()]
    edges = [_edge(rooms[thing.room], ids[thing.node.id]) for thing in placed if thing.room in rooms]
    if rooms:
        middle = np.mean([room.middle for room in taken.rooms.values()], axis=0)
        nodes.append(_node(building, "BUILDINGS", _semantic("BuildingNode", [*middle.tolist(), 0.0], "building")))
        edges += [_edge(building, room) for room in rooms.values()]
    edges += [_edge(rooms[one], rooms[other]) for one, other in _doors(taken)]
    major, minor, patch = VERSION
    return {
        "SPARK_DSG_header": {"project_name": "main", "version": {"major": major, "minor": minor, "patch": patch}},
        "directed": False,
        "multigraph": False,
        "nodes": nodes,
        "edges": edges,
        "layer_ids": sorted(LAYERS.values()),
        "layer_names": LAYERS,
        "metadata": _metadata(taken, kinds),
    }


def _id(id: str) -> int:
    return symbol(id[0], int(id[1:]))


def _metadata(taken: Snapshot, kinds: dict[str, int]) -> dict[str, Any]:
    relations = [[edge.subject, edge.relation, edge.object] for edge in taken.edges]
    left_out = [thing.node.id for thing in taken.things if thing.where.position is None]
    labels = {str(label): kind for kind, label in kinds.items()}
    return {"made_by": "mmmem", "at_ns": taken.at_ns, "labels": labels, "relations": relations, "left_out": left_out}


def _node(id: int, layer: str, attributes: dict[str, Any]) -> dict[str, Any]:
    return {"id": id, "layer": LAYERS[layer], "partition": 0, "attributes": attributes}


def _edge(source: int, target: int) -> dict[str, Any]:
    return {"source": source, "target": target, "info": {"type": "EdgeAttributes", "weighted": False, "weight": 1.0}}


def _semantic(kind: str, position: list[float], name: str) -> dict[str, Any]:
    return {
        "type": "SemanticNodeAttributes" if kind == "BuildingNode" else f"{kind}Attributes",
        "position": position,
        "last_update_time_ns": 0,
        "is_active": False,
        "is_predicted": False,
        "name": name,
        "color": _GREY,
        "bounding_box": _box(None),
        "semantic_label": _NO_LABEL,
        "semantic_feature": {"rows": 0, "cols": 0, "data": []},
    }


def _object(thing: Thing, kinds: dict[str, int]) -> dict[str, Any]:
    position = thing.where.position
    assert position is not None
    return _semantic("ObjectNode", [float(value) for value in position], thing.node.name) | {
        "last_update_time_ns": thing.where.last_seen_ns or 0,
        "is_active": thing.where.presence == "seen there",
        "bounding_box": _box(thing.where.box),
        "semantic_label": kinds[thing.node.kind],
        "mesh_connections": [],
        "registered": False,
        "world_R_object": _NO_TURN,
    }


def _room(room: Room) -> dict[str, Any]:
    x, y = (float(value) for value in room.middle)
    return _semantic("RoomNode", [x, y, 0.0], room.name) | {"semantic_class_probabilities": {room.kind: 1.0}}


def _box(box: "np.ndarray[tuple[int, ...], np.dtype[np.float64]] | None") -> dict[str, Any]:
    if box is None:
        return {"type": "INVALID", "dimensions": [0.0, 0.0, 0.0], "world_P_center": [0.0, 0.0, 0.0], "world_R_center": _NO_TURN}
    sides, middle = (box[1] - box[0]).tolist(), box.mean(axis=0).tolist()
    return {"type": "AABB", "dimensions": sides, "world_P_center": middle, "world_R_center": _NO_TURN}


def _doors(taken: Snapshot) -> list[tuple[str, str]]:
    """Rooms that a door joins, each pair once."""
    pairs = {(min(id, one), max(id, one)) for id, room in taken.rooms.items() for one in room.beyond if one in taken.rooms}
    return sorted((one, other) for one, other in pairs if one != other)
