"""GraphML (graphml.graphdrawing.org): nodes of all layers; relations, what is part of what, doors and ways as directed edges."""

from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

from scenegraph.export.snapshot import Snapshot, Thing
from scenegraph.hierarchy import Member

Value = str | int | float | bool

_NAMESPACE = "http://graphml.graphdrawing.org/xmlns"
_TYPES = {str: "string", int: "long", float: "double", bool: "boolean"}


def write_graphml(taken: Snapshot, path: Path) -> None:
    """Write a snapshot as GraphML."""
    nodes = {one.id: _member(one) for one in taken.hierarchy.members.values()}
    for id, values in (*((id, _room(taken, id)) for id in taken.rooms), *((one.node.id, _node(one)) for one in taken.things)):
        nodes[id] = nodes.get(id, {}) | values
    edges = _edges(taken)
    root = ElementTree.Element("graphml", {"xmlns": _NAMESPACE})
    keys = _keys(root, "node", list(nodes.values())) | _keys(root, "edge", [values for _, _, values in edges])
    held = ElementTree.SubElement(root, "graph", {"id": "scene", "edgedefault": "directed"})
    for id, values in nodes.items():
        _fill(ElementTree.SubElement(held, "node", {"id": id}), "node", values, keys)
    for number, (source, target, values) in enumerate(edges):
        edge = ElementTree.SubElement(held, "edge", {"id": f"e{number}", "source": source, "target": target})
        _fill(edge, "edge", values, keys)
    ElementTree.indent(root)
    ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def _member(one: Member) -> dict[str, Value]:
    values: dict[str, Value] = {"name": one.name, "kind": one.kind, "layer": one.layer}
    if one.at is not None:
        values |= {axis: round(float(value), 3) for axis, value in zip("xyz", one.at, strict=True)}
    return values | {"since_ns": one.start_ns, "last_seen_ns": one.last_ns}


def _room(taken: Snapshot, id: str) -> dict[str, Value]:
    room = taken.rooms[id]
    x, y = (float(value) for value in room.middle)
    return {"name": room.name, "kind": room.kind, "layer": "room", "x": round(x, 3), "y": round(y, 3), "area_m2": room.area_m2}


def _node(thing: Thing) -> dict[str, Value]:
    node, where = thing.node, thing.where
    values: dict[str, Value] = {"name": node.name, "kind": node.kind, "layer": node.layer, "presence": where.presence}
    if where.position is not None:
        values |= {axis: round(float(value), 3) for axis, value in zip("xyz", where.position, strict=True)}
    if node.size is not None:
        values |= {f"size_{axis}": round(float(value), 3) for axis, value in zip("xyz", node.size, strict=True)}
    times = {"since_ns": where.since_ns, "last_seen_ns": where.last_seen_ns, "first_missing_ns": where.first_missing_ns}
    values |= {name: t_ns for name, t_ns in times.items() if t_ns is not None}
    return values | {"place": where.place, "owner": node.owner, "confidence": round(where.confidence, 3)}


def _edges(taken: Snapshot) -> list[tuple[str, str, dict[str, Value]]]:
    edges: list[tuple[str, str, dict[str, Value]]] = []
    for edge in taken.edges:
        values: dict[str, Value] = {"relation": edge.relation, "start_ns": edge.start_ns, "last_seen_ns": edge.last_seen_ns}
        values |= {"confidence": round(edge.confidence, 3), "other": edge.other}
        edges.append((edge.subject, edge.object, values))
    members = taken.hierarchy.members
    edges += [(one.id, one.parent, {"relation": "part of"}) for one in members.values() if one.parent in members]
    edges += [(thing.node.id, thing.room, {"relation": "in room"}) for thing in taken.things if thing.room in taken.rooms]
    edges += [(*ends, {"relation": kind}) for one, other, kind in taken.hierarchy.ways for ends in ((one, other), (other, one))]
    return edges


def _keys(root: ElementTree.Element, kind: str, held: list[dict[str, Value]]) -> dict[tuple[str, str], str]:
    """Declare what is said of nodes or edges; ids of the declarations by name."""
    types: Mapping[str, type] = {name: type(value) for values in held for name, value in values.items()}
    keys = {}
    for name, kept in types.items():
        keys[kind, name] = f"{kind}_{name}"
        said = {"id": keys[kind, name], "for": kind, "attr.name": name, "attr.type": _TYPES[kept]}
        ElementTree.SubElement(root, "key", said)
    return keys


def _fill(element: ElementTree.Element, kind: str, values: Mapping[str, Value], keys: Mapping[tuple[str, str], str]) -> None:
    for name, value in values.items():
        ElementTree.SubElement(element, "data", {"key": keys[kind, name]}).text = str(value)
