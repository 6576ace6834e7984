"""JSON that Spark-DSG reads (MIT-SPARK/Spark-DSG, header version 1.1.3, as `DynamicSceneGraph.load` takes it).

Layers are those of Hydra: objects 2 (furniture and people among them), places 3, rooms 4, buildings 5, and in a partition of
layer 2 the agents that carry the cameras. Ids are its node symbols: a letter in the highest byte and a number below it. Its edges
carry no names, so relations stand in the metadata, with what this format has no place for: the floor, and each node's parent.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from scenegraph.atlas import Room
from scenegraph.export.snapshot import Snapshot, Thing
from scenegraph.geometry import Array
from scenegraph.hierarchy import Member

VERSION = (1, 1, 3)
LAYERS = {"OBJECTS": 2, "PLACES": 3, "ROOMS": 4, "BUILDINGS": 5}

_AGENTS = {"layer": 2, "partition": ord("a")}
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
    placed = {thing.node.id: thing for thing in taken.things if thing.where.position is not None}
    kinds = {kind: label for label, kind in enumerate(sorted({thing.node.kind for thing in placed.values()}))}
    members = taken.hierarchy.members
    nodes = [_node(_id(id), "OBJECTS", _object(thing, kinds)) for id, thing in placed.items()]
    nodes += [_node(_id(id), "ROOMS", _room(room)) for id, room in taken.rooms.items()]
    if taken.rooms:
        middle = np.mean([room.middle for room in taken.rooms.values()], axis=0)
        nodes += [_node(_id(one.id), "BUILDINGS", _building(one, middle)) for one in taken.hierarchy.of("building")]
    nodes += [_node(_id(one.id), "PLACES", _place(taken, one)) for one in taken.hierarchy.of("place") if one.at is not None]
    nodes += [_node(_id(one.id), "AGENTS", _agent(one)) for one in taken.hierarchy.of("robot") if one.at is not None]
    known = {node["id"] for node in nodes}
    pairs = [(_above(members, one), one.id) for one in members.values() if one.id in placed or one.layer in ("place", "room")]
    pairs += [(one, other) for one, other, _ in taken.hierarchy.ways]
    edges = [_edge(_id(one), _id(other)) for one, other in pairs if one and {_id(one), _id(other)} <= known]
    major, minor, patch = VERSION
    return {
        "SPARK_DSG_header": {"project_name": "main", "version": {"major": major, "minor": minor, "patch": patch}},
        "directed": False,
        "multigraph": False,
        "nodes": nodes,
        "edges": edges,
        "layer_keys": [{"layer": layer, "partition": 0} for layer in sorted(LAYERS.values())] + [_AGENTS],
        "layer_names": {name: {"layer": layer, "partition": 0} for name, layer in LAYERS.items()} | {"AGENTS": _AGENTS},
        "metadata": _metadata(taken, kinds),
    }


def _id(id: str) -> int:
    return symbol(id[0], int(id[1:]))


def _metadata(taken: Snapshot, kinds: dict[str, int]) -> dict[str, Any]:
    relations = [[edge.subject, edge.relation, edge.object] for edge in taken.edges]
    left_out = [thing.node.id for thing in taken.things if thing.where.position is None]
    labels = {str(label): kind for kind, label in kinds.items()}
    members = {one.id: {"layer": one.layer, "name": one.name, "parent": one.parent} for one in taken.hierarchy.members.values()}
    about = {"made_by": "mmmem", "at_ns": taken.at_ns, "labels": labels, "members": members}
    return about | {"relations": relations, "left_out": left_out}


def _node(id: int, layer: str, attributes: dict[str, Any]) -> dict[str, Any]:
    key = _AGENTS if layer == "AGENTS" else {"layer": LAYERS[layer], "partition": 0}
    return {"id": id, **key, "attributes": attributes}


def _above(members: Mapping[str, Member], one: Member) -> str:
    """The room of a thing, the building of a room: Hydra's tree has no furniture and no floor between."""
    wanted = "building" if one.layer == "room" else "room"
    parent = one.parent
    while parent in members and members[parent].layer != wanted:
        parent = members[parent].parent
    return parent


def _edge(source: int, target: int) -> dict[str, Any]:
    return {"source": source, "target": target, "info": {"type": "EdgeAttributes", "weighted": False, "weight": 1.0}}


def _semantic(kind: str, position: list[float], name: str, last_ns: int = 0) -> dict[str, Any]:
    return {
        "type": f"{kind}Attributes",
        "position": position,
        "last_update_time_ns": last_ns,
        "is_active": False,
        "is_predicted": False,
        "metadata": {},
        "name": name,
        "color": _GREY,
        "bounding_box": _box(None),
        "semantic_label": _NO_LABEL,
        "semantic_feature": {"rows": 0, "cols": 0, "data": None},
    }


def _building(one: Member, middle: Array) -> dict[str, Any]:
    return _semantic("SemanticNode", [*middle.tolist(), 0.0], one.name, one.last_ns)


def _place(taken: Snapshot, one: Member) -> dict[str, Any]:
    assert one.at is not None
    attributes = _semantic("PlaceNode", one.at.tolist(), one.name, one.last_ns)
    empty = ("pcl_mesh_connections", "voxblox_mesh_connections", "deformation_connections", "mesh_vertex_labels")
    attributes |= {name: [] for name in empty}
    return attributes | {
        "distance": round(taken.reach_m.get(one.id, 0.0), 2),
        "num_basis_points": 0,
        "real_place": True,
        "active_frontier": False,
        "anti_frontier": False,
        "need_cleanup": False,
        "num_frontier_voxels": 0,
        "frontier_scale": [0.0, 0.0, 0.0],
        "orientation": _NO_TURN,
    }


def _agent(one: Member) -> dict[str, Any]:
    assert one.at is not None
    return {
        "type": "AgentNodeAttributes",
        "position": one.at.tolist(),
        "last_update_time_ns": one.last_ns,
        "is_active": True,
        "is_predicted": False,
        "metadata": {"name": one.name},
        "timestamp": one.last_ns,
        "world_R_body": _NO_TURN,
        "external_key": _id(one.id),
        "dbow_ids": None,
        "dbow_values": None,
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


def _box(box: Array | None) -> dict[str, Any]:
    if box is None:
        return {"type": "INVALID", "dimensions": [0.0, 0.0, 0.0], "world_P_center": [0.0, 0.0, 0.0], "world_R_center": _NO_TURN}
    sides, middle = (box[1] - box[0]).tolist(), box.mean(axis=0).tolist()
    return {"type": "AABB", "dimensions": sides, "world_P_center": middle, "world_R_center": _NO_TURN}
