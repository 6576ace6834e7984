"""Words are read where nobody looked at the time that they tell of, whatever else is stored along with them."""

import pytest
from scripted_scene import EYES, TABLE, S, Scene, mug, walk

from mmmem.clock import Span
from mmmem.types import Observation, TimedText
from scenegraph import SceneGraph
from scenegraph.attaching import WithGraph


@pytest.mark.parametrize(("at_s", "is_read"), [(5, True), (80, False), (105, False), (120, False), (300, True), (1000, False)])
def test_words_of_a_time_at_which_nobody_looked_are_read(at_s: int, is_read: bool) -> None:
    both, scene = WithGraph(SceneGraph()), Scene([TABLE, mug("red", 0.0, 0.0)])
    for number, t_s in enumerate([*range(100, 110), *range(1000, 1006)]):
        frame, found = scene.shot(t_s, EYES[number % 6])
        both.look(Observation("cam", Span(frame.t_ns, frame.t_ns + 1), frame.ref), frame, found)
    words = Observation.of_text("cam", TimedText(Span(at_s * S, (at_s + 1) * S), "a green bowl on the shelf"))
    assert bool(both.hear(words).assertions) == is_read


def test_what_a_person_corrects_in_words_that_were_read_is_no_look():
    graph = SceneGraph()
    graph.read("cam", TimedText(Span(0, S), "a green bowl on the shelf"))
    graph.correct("bowl", kind="dax")
    assert graph.node("dax").kind == "dax"
    assert graph.world.only_read
    walk(graph, Scene([TABLE, mug("red", 0.0, 0.0)]), 10)
    assert not graph.world.only_read
