"""All that a graph believes, as plain values that can be compared."""

from dataclasses import asdict

import numpy as np

from scenegraph import SceneGraph


def plain(value):
    if isinstance(value, np.ndarray):
        return [plain(one) for one in value.tolist()]
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


def believed(graph: SceneGraph, at_ns: int, known_at_ns: int | None = None) -> dict:
    """Nodes with stays and states, where everything is, relations, rooms and names: what any question is answered from."""
    nodes = graph.known_nodes(known_at_ns)
    return {
        "nodes": {id: plain(_node(node)) for id, node in sorted(nodes.items())},
        "at": {id: plain(_fields(where)) for id, where in sorted(graph.at(at_ns, known_at=known_at_ns).items())},
        "where": {id: plain(_fields(graph.where(id, at=at_ns, known_at=known_at_ns))) for id in sorted(nodes)},
        "named": {
            kind: plain(_fields(graph.where(kind, at=at_ns, known_at=known_at_ns)))
            for kind in sorted({node.kind for node in nodes.values()})
        },
        "edges": [plain(_fields(edge)) for edge in graph.relations(ever=True, known_at=known_at_ns)],
        "members": {id: plain(_fields(one)) for id, one in graph.hierarchy(at=at_ns, known_at=known_at_ns).members.items()},
        "rooms": {
            id: (room.name, room.kind, room.contents, plain(room.shape.cells.astype(int)), plain(room.shape.doors))
            for id, room in sorted(graph.rooms(known_at=known_at_ns).items())
        },
    }


def _fields(one) -> dict:
    return {name: getattr(one, name) for name in one.__slots__}


def _node(node) -> dict:
    return _fields(node) | {"stays": [_fields(stay) for stay in node.stays], "states": [asdict(one) for one in node.states]}
