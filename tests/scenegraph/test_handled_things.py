"""Picking up and putting down as rows of the log: moves whose number and times are exact."""

import pytest

from mmmem.clock import Calendar
from mmmem.errors import InvalidInputError
from mmmem.handling import Handled
from scenegraph import SceneGraph
from scenegraph.asking import Questions
from scenegraph.log import ListLog

S = 10**9


def asked(graph, which):
    return [(move.after_ns, move.by_ns) for move in Questions(graph, calendar=Calendar()).moves(which)]


def test_moves_are_counted_and_timed_exactly():
    bowl = Handled("b1", "bowl2", ((3 * S, 5 * S), (40 * S, 41 * S), (90 * S, 95 * S)))
    cup = Handled("c1", "cup", ((4 * S, 6 * S),))
    graph = SceneGraph()
    graph.handled("kitchen", [bowl, cup])
    assert asked(graph, "bowl2") == list(bowl.moves)
    assert asked(graph, "cup") == list(cup.moves)
    node = graph.node("bowl2")
    assert (node.kind, node.name) == ("bowl", "bowl2")
    again = SceneGraph(ListLog(graph.log.rows))
    assert asked(again, "bowl2") == list(bowl.moves)


def test_what_was_known_then_knows_no_later_move():
    graph = SceneGraph()
    graph.handled("kitchen", [Handled("b", "bowl", ((3 * S, 5 * S), (40 * S, 41 * S)))])
    then = Questions(graph, calendar=Calendar(), known_at=20 * S)
    assert [move.by_ns for move in then.moves("bowl")] == [5 * S]
    assert len(graph.where("bowl", at=10 * S).place) > 0
    assert graph.where("bowl", at=10 * S).place != graph.where("bowl").place


@pytest.mark.parametrize(
    "moves",
    [
        ((10 * S, 15 * S), (12 * S, 18 * S)),  # overlapping, as two annotators have it
        ((12 * S, 18 * S), (10 * S, 30 * S)),  # one within the other
        ((10 * S, 15 * S), (15 * S, 20 * S)),  # put down and picked up at once
        ((10 * S, 20 * S), (12 * S, 20 * S)),  # put down by both at once
    ],
)
def test_overlapping_tracks_are_moves_of_their_own(moves):
    graph = SceneGraph()
    graph.handled("kitchen", [Handled("b", "bowl", moves)])
    assert [by_ns for _, by_ns in asked(graph, "bowl")] == sorted(end for _, end in moves)


def test_videos_one_after_the_other_continue_one_log():
    graph = SceneGraph()
    graph.handled("one", [Handled("b", "bowl", ((3 * S, 5 * S),))])
    graph.handled("two", [Handled("b", "bowl", ((100 * S, 105 * S),))])
    assert [by_ns for _, by_ns in asked(graph, "bowl")] == [5 * S, 105 * S]
    assert len([node for node in graph.nodes.values() if node.kind == "bowl"]) == 1


def test_times_that_cannot_be_are_refused():
    with pytest.raises(InvalidInputError, match="not after it was picked up"):
        Handled("b", "bowl", ((5 * S, 5 * S),))
    with pytest.raises(InvalidInputError, match="in the order in which it was put down"):
        Handled("b", "bowl", ((50 * S, 60 * S), (5 * S, 6 * S)))
