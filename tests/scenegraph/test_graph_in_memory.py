"""The graph as part of a memory: what observing returns goes into observations; opened again, it is the same graph."""

from scripted_scene import EYES, TABLE, S, Scene, mug

from mmmem.clock import Calendar, Span
from mmmem.memory import Memory
from mmmem.types import Observation, StreamInfo, TimedText
from scenegraph import SceneGraph
from scenegraph.attaching import WithGraph, attach

BANKS = ("episodic", "semantic", "visual")
RED = mug("red", -0.4, 0.0)


def observed(memory: Memory, graph: SceneGraph, scene: Scene, start_s: float) -> None:
    for place in range(6):
        frame, found = scene.shot(start_s + place / 2, EYES[place])
        said = graph.observe(frame, found)
        memory.observe(
            [Observation("cam", Span(frame.t_ns, frame.t_ns + S // 2), frame.ref, detections=found, assertions=said)],
        )


def test_a_memory_opened_again_gives_the_same_graph_also_as_of_then(tmp_path):
    scene = Scene([TABLE, RED, mug("blue", 0.3, 0.1, (30, 40, 200))])
    with Memory.open(tmp_path / "home", mode="w", create=True) as memory:
        memory.add_stream(StreamInfo("cam", "scripted", Calendar("offset"), 0))
        graph = SceneGraph(memory)
        observed(memory, graph, scene, 0)
        scene.take("red")
        observed(memory, graph, scene, 100)
        red = next(node.id for node in graph.nodes.values() if node.missing)
    with Memory.open(tmp_path / "home") as memory:
        again = SceneGraph(memory)
        assert again.nodes.keys() == graph.nodes.keys()
        assert again.where(red).presence == "not there"
        assert again.where(red).first_missing_ns == graph.where(red).first_missing_ns
        assert again.where(red, at=50 * S, known_at=50 * S).presence == "not looked"
        assert again.where(red, at=50 * S, known_at=50 * S).first_missing_ns is None
        assert {frame.t_ns for frame in again.where(red).frames} <= {round(place / 2 * S) for place in range(6)}


def test_words_place_things_by_name_and_pictures_need_not_be_there():
    graph = SceneGraph()
    graph.read("notes", TimedText(Span(S, 2 * S), "a red mug on the kitchen counter"))
    where = graph.where("red mug")
    assert (where.place, where.source, where.position) == ("on kitchen counter", "text", None)
    graph.read("notes", TimedText(Span(10 * S, 11 * S), "I put the mug on the table."))
    assert graph.where("mug").place == "on table"
    assert graph.where("mug", at=5 * S).place == "on kitchen counter"
    assert len(graph.find("mug")) == 1


def test_a_graph_that_was_only_read_to_leaves_answers_to_the_banks(tmp_path):
    def memory_of(name: str, *lines: str) -> Memory:
        memory = Memory.open(tmp_path / name, mode="w", create=True)
        memory.add_stream(StreamInfo("notes", "scripted", Calendar("offset"), 0))
        both = WithGraph(attach(memory))
        texts = [TimedText(Span(place * 60 * S, (place * 60 + 2) * S), line) for place, line in enumerate(lines)]
        memory.observe([both.hear(Observation.of_text("notes", text)) for text in texts])
        return memory

    question, lines = (
        "Who was putting on makeup in the living room?",
        ("I put the mug on the table.", "Tasha puts on makeup in the living room.", "Lucia sings."),
    )
    with memory_of("told", *lines) as memory:
        assert memory.assertions(kinds=["placed"])
        with_graph, banks = (memory.ask(question, asked_at=600 * S, sources=names) for names in (None, BANKS))
        assert (with_graph.text, with_graph.confidence, with_graph.evidence) == (banks.text, banks.confidence, banks.evidence)
        assert not with_graph.abstained
        assert SceneGraph(memory).where("mug").place == "on table"
    with memory_of("looked", *lines) as memory:
        memory.add_stream(StreamInfo("cam", "scripted", Calendar("offset"), 0))
        observed(memory, SceneGraph(memory), Scene([TABLE, RED]), 200)
        assert not SceneGraph(memory).world.only_read
