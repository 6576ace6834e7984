"""JSON for people and programs: rooms with what is in them, each with its position, its past and how sure that is.

`layers` holds every node of every layer with what it is part of; `ways` which rooms (`door`) and places (`beside`) are joined.

Coordinates are metres, z up; times are nanoseconds. `presence` is "seen there", "not there" (somebody looked) or "not looked".
"""

import json
from pathlib import Path
from typing import Any

from mmmem.types import FrameRef
from scenegraph.edges import Edge
from scenegraph.export.snapshot import Snapshot, Thing, metres
from scenegraph.hierarchy import Hierarchy, Member
from scenegraph.nodes import Stay

FORMAT = "mmmem scene graph 1"


def write_json(taken: Snapshot, path: Path) -> None:
    """Write a snapshot as JSON."""
    path.write_text(json.dumps(as_json(taken), indent=1, ensure_ascii=False) + "\n", "utf-8")


def as_json(taken: Snapshot) -> dict[str, Any]:
    """A snapshot as values for JSON."""
    rooms = [
        {
            "id": id,
            "name": room.name,
            "kind": room.kind,
            "area_m2": round(room.area_m2, 2),
            "middle_m": metres(room.middle),
            "doors": [{"at_m": [round(x, 3), round(y, 3)], "to": beyond} for (x, y), beyond in room.shape.doors],
            "nodes": [_node(thing) for thing in taken.in_room(id)],
        }
        for id, room in taken.rooms.items()
    ]
    return {
        "format": FORMAT,
        "at_ns": taken.at_ns,
        "known_at_ns": taken.known_at_ns,
        "rooms": rooms,
        "in_no_known_room": [_node(thing) for thing in taken.in_room("")],
        "relations": [_edge(edge) for edge in taken.edges],
        "layers": members_json(taken.hierarchy),
        "ways": ways_json(taken.hierarchy),
    }


def members_json(layers: Hierarchy) -> dict[str, list[dict[str, Any]]]:
    """Every node by layer, with what it is part of."""
    return {layer: [_member(one) for one in layers.of(layer)] for layer in layers.counts()}


def ways_json(layers: Hierarchy) -> list[dict[str, str]]:
    """Which rooms and places are joined."""
    return [{"from": one, "to": other, "kind": kind} for one, other, kind in layers.ways]


def _member(one: Member) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "kind": one.kind,
        "parent": one.parent,
        "position_m": metres(one.at),
        "start_ns": one.start_ns,
        "last_ns": one.last_ns,
        "visits_ns": [list(visit) for visit in one.visits],
    }


def _node(thing: Thing) -> dict[str, Any]:
    node, where = thing.node, thing.where
    return {
        "id": node.id,
        "name": node.name,
        "kind": node.kind,
        "layer": node.layer,
        "aliases": list(node.aliases),
        "owner": node.owner,
        "attributes": {name: {"value": value, "confidence": sure} for name, (value, sure) in node.attributes.items()},
        "states": _states(thing),
        "position_m": metres(where.position),
        "box_m": metres(where.box),
        "place": where.place,
        "presence": where.presence,
        "confidence": round(where.confidence, 3),
        "since_ns": where.since_ns,
        "last_seen_ns": where.last_seen_ns,
        "first_missing_ns": where.first_missing_ns,
        "either": list(where.either),
        "source": where.source,
        "frames": [_frame(frame) for frame in where.frames],
        "stays": [_stay(stay) for stay in thing.stays],
    }


def _states(thing: Thing) -> dict[str, Any]:
    names = dict.fromkeys(state.name for state in thing.node.states)
    known = [state for name in names if (state := thing.node.state(name, thing.where.at_ns)) is not None]
    return {state.name: {"value": state.value, "since_ns": state.start_ns, "last_seen_ns": state.last_seen_ns} for state in known}


def _stay(stay: Stay) -> dict[str, Any]:
    return {
        "position_m": metres(stay.at),
        "place": stay.place,
        "after_ns": stay.after_ns,
        "start_ns": stay.start_ns,
        "last_seen_ns": stay.last_seen_ns,
        "missing_ns": stay.missing_ns,
    }


def _edge(edge: Edge) -> dict[str, Any]:
    return {
        "subject": edge.subject,
        "relation": edge.relation,
        "object": edge.object,
        "other": edge.other,
        "start_ns": edge.start_ns,
        "last_seen_ns": edge.last_seen_ns,
        "confidence": round(edge.confidence, 3),
        "frames": [_frame(frame) for frame in edge.frames],
    }


def _frame(frame: FrameRef) -> list[Any]:
    return [frame.stream_id, frame.index, frame.t_ns]
