"""A graph written for other programs, and read back as they read it."""

import json
from xml.etree import ElementTree

import numpy as np
import pytest
from scripted_scene import EYES, TABLE, S, Scene, mug, walk

from mmmem.errors import InvalidInputError, StorageError, UnknownNameError
from mmmem.handling import Handled
from scenegraph import SceneGraph
from scenegraph.called import CameraPath
from scenegraph.export import FORMATS, export, snapshot
from scenegraph.rooms import RoomShape

GRAPHML = "{http://graphml.graphdrawing.org/xmlns}"


def room(id, x, beyond):
    """A room of 3 x 6 m whose left wall is at x; the door lies at x = 0."""
    origin = np.array([round(x / 0.1), -30])
    return RoomShape(id, origin, np.ones((30, 60), bool), 10 * S, (((0.0, 0.0), beyond),))


@pytest.fixture(scope="module")
def graph():
    """A table with a red mug that is moved along it, and a blue one that is taken away; two rooms with a door between."""
    scene = Scene([TABLE, mug("red", -0.5, 0.0), mug("blue", 0.5, 0.1, (20, 40, 220))])
    made = SceneGraph()
    walk(made, scene, 0)
    scene.put(mug("red", -0.1, -0.2))
    scene.take("blue")
    walk(made, scene, 600)
    made.flush()
    made.handled("film", [Handled("k", "kettle", ((650 * S, 651 * S),))])
    for shape in (room("R1", -3.0, "R2"), room("R2", 0.0, "R1")):
        made.log.append("cam", [shape.row("perception")])
    return SceneGraph(made.log)


def nodes_of(held):
    return {node["id"]: node for one in held["rooms"] for node in one["nodes"]} | {n["id"]: n for n in held["in_no_known_room"]}


def test_json_holds_rooms_with_things_and_positions(graph, tmp_path):
    taken = export(graph, tmp_path / "home.json")
    held = json.loads((tmp_path / "home.json").read_text())
    nodes = nodes_of(held)
    assert set(nodes) == set(graph.at())
    assert {one["id"] for one in held["rooms"]} == {"R1", "R2"}
    for one in held["rooms"]:
        shape = graph.rooms()[one["id"]].shape
        assert all(shape.holds(np.array([node["position_m"][:2]]))[0] for node in one["nodes"] if node["kind"] == "mug")
        assert one["doors"] == [{"at_m": [0.0, 0.0], "to": "R1" if one["id"] == "R2" else "R2"}]
    for id, where in graph.at().items():
        assert nodes[id]["presence"] == where.presence
        if where.position is not None:
            np.testing.assert_allclose(nodes[id]["position_m"], where.position, atol=0.001)
    kettle = next(node for node in nodes.values() if node["kind"] == "kettle")
    assert kettle["position_m"] is None
    assert kettle in held["in_no_known_room"]
    assert {(e["subject"], e["relation"], e["object"]) for e in held["relations"]} == {
        (edge.subject, edge.relation, edge.object) for edge in taken.edges
    }
    assert any(e["relation"] == "on" for e in held["relations"])


def test_as_of_a_time_knows_nothing_later(graph, tmp_path):
    export(graph, tmp_path / "then.json", at=100 * S, known_at=100 * S)
    nodes = nodes_of(json.loads((tmp_path / "then.json").read_text()))
    mugs = [node for node in nodes.values() if node["kind"] == "mug"]
    assert len(mugs) == 2
    assert all(node["presence"] != "not there" and len(node["stays"]) == 1 for node in mugs)
    assert all(stay["start_ns"] <= 100 * S for node in mugs for stay in node["stays"])
    assert not any(node["kind"] == "kettle" for node in nodes.values())


def test_graphml_is_read_by_networkx(graph, tmp_path):
    networkx = pytest.importorskip("networkx")
    export(graph, tmp_path / "home.graphml")
    read = networkx.read_graphml(tmp_path / "home.graphml", force_multigraph=True)
    assert set(read.nodes) == set(graph.hierarchy().members) >= set(graph.at()) | {"R1", "R2", "B1", "L1", "A1", "S1"}
    for id, where in graph.at().items():
        assert read.nodes[id]["presence"] == where.presence
        if where.position is not None:
            assert read.nodes[id]["x"] == pytest.approx(where.position[0], abs=0.001)
    said = {(one, values["relation"], other) for one, other, values in read.edges(data=True)}
    assert {("R1", "door", "R2"), ("R2", "door", "R1")} <= said
    assert {(edge.subject, edge.relation, edge.object) for edge in snapshot(graph).edges} <= said


def test_every_value_of_graphml_is_declared(graph, tmp_path):
    export(graph, tmp_path / "home.graphml")
    root = ElementTree.parse(tmp_path / "home.graphml").getroot()
    declared = {key.get("id") for key in root.iter(f"{GRAPHML}key")}
    assert {data.get("key") for data in root.iter(f"{GRAPHML}data")} <= declared


def test_spark_dsg_has_its_layers_symbols_and_edges(graph, tmp_path):
    export(graph, tmp_path / "home.dsg.json")
    held = json.loads((tmp_path / "home.dsg.json").read_text())
    assert held["SPARK_DSG_header"]["version"] == {"major": 1, "minor": 1, "patch": 3}
    by_id = {node["id"]: node for node in held["nodes"]}
    assert len(by_id) == len(held["nodes"])
    letters = {chr(id >> 56): by_id[id]["layer"] for id in by_id}
    assert letters == {"B": 5, "R": 4, "S": 3, "F": 2, "O": 2, "A": 2}
    for node in held["nodes"]:
        assert len(node["attributes"]["position"]) == 3
        if chr(node["id"] >> 56) != "A":
            assert {"position", "name", "color", "bounding_box", "semantic_label", "semantic_feature"} <= node[
                "attributes"
            ].keys()
        assert node["attributes"]["type"].endswith("NodeAttributes")
    for edge in held["edges"]:
        assert {edge["source"], edge["target"]} <= by_id.keys()
        assert edge["info"]["type"] == "EdgeAttributes"
    parents = [edge["target"] for edge in held["edges"] if by_id[edge["source"]]["layer"] > by_id[edge["target"]]["layer"]]
    assert len(parents) == len(set(parents))  # a node has one parent
    assert held["metadata"]["left_out"] == [id for id, where in graph.at().items() if where.position is None]
    table = next(node for node in held["nodes"] if node["attributes"]["name"] == "table")
    box = table["attributes"]["bounding_box"]
    np.testing.assert_allclose(box["dimensions"], TABLE.size, atol=0.15)


def test_rerun_writes_a_recording_that_rerun_reads(graph, tmp_path):
    pytest.importorskip("rerun")
    scene = Scene([TABLE])
    frames = [scene.shot(number, EYES[0])[0] for number in range(3)]
    way = CameraPath(np.array([S, 2 * S, 10**6 * S]), np.array([[0.0, 0, 1], [1, 0, 1], [2, 0, 1]]))
    export(graph, tmp_path / "home.rrd", frames=frames, way=way)
    data = (tmp_path / "home.rrd").read_bytes()
    assert data.startswith(b"RRF")
    for id, where in graph.at().items():
        assert (id.encode() in data) or where.position is None
    assert b"world/camera/cam/image" in data
    assert b"world/camera/cam/depth" in data
    assert b"world/camera_way" in data
    assert [path.name for path in tmp_path.iterdir()] == ["home.rrd"]


def test_the_name_of_the_file_says_the_format(graph, tmp_path):
    assert set(FORMATS) == {"json", "graphml", "spark-dsg", "rerun"}
    export(graph, tmp_path / "home.out", "spark-dsg")
    assert "SPARK_DSG_header" in (tmp_path / "home.out").read_text()
    with pytest.raises(InvalidInputError, match=r"home.out does not say which format"):
        export(graph, tmp_path / "home.out")
    with pytest.raises(UnknownNameError, match="graphml"):
        export(graph, tmp_path / "home.out", "graphm")
    frame = Scene([TABLE]).shot(0, EYES[0])[0]
    with pytest.raises(InvalidInputError, match="Pictures cannot go into json"):
        export(graph, tmp_path / "home.json", frames=[frame])


def test_a_file_that_cannot_be_written_leaves_nothing_behind(graph, tmp_path):
    with pytest.raises(StorageError, match="Cannot write"):
        export(graph, tmp_path / "nowhere" / "home.json")
    assert list(tmp_path.iterdir()) == []


def test_an_empty_graph_is_written_too(tmp_path):
    for name in ("home.json", "home.graphml", "home.dsg.json"):
        export(SceneGraph(), tmp_path / name)
        assert (tmp_path / name).stat().st_size > 0


def test_spark_dsg_itself_reads_it(graph, tmp_path):
    spark_dsg = pytest.importorskip("spark_dsg")
    export(graph, tmp_path / "home.dsg.json")
    read = spark_dsg.DynamicSceneGraph.load(str(tmp_path / "home.dsg.json"))
    names = spark_dsg.DsgLayers
    layers = {
        layer: {node.attributes.name for node in read.get_layer(layer).nodes}
        for layer in (names.OBJECTS, names.PLACES, names.ROOMS, names.BUILDINGS)
    }
    members = graph.hierarchy()
    assert layers[names.ROOMS] == {one.name for one in members.of("room")}
    assert layers[names.PLACES] == {one.name for one in members.of("place")}
    assert layers[names.BUILDINGS] == {"building"}
    assert layers[names.OBJECTS] == {node.name for node in graph.nodes.values() if graph.where(node.id).position is not None}
    where = {spark_dsg.NodeSymbol(node.id.value).str(True): node for node in read.nodes}
    for id, node in where.items():
        if members.members[id].layer == "room":
            assert node.get_parent() == spark_dsg.NodeSymbol("B", 1).value
        if members.members[id].at is not None:
            np.testing.assert_allclose(node.attributes.position, members.members[id].at, atol=1e-6)
    assert "A1" in where
