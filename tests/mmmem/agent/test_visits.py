"""Pieces of tracks become visits: lost tracks are joined, people at the same time stay apart, flickers are dropped."""

from itertools import pairwise
from pathlib import Path

import hypothesis.strategies as st
import pytest
from agent_world import OFFSETS, S, look, remember
from hypothesis import given

from mmmem.agent.answers.visits import SHORTEST_VISIT_NS, visits_of
from mmmem.clock import Span
from mmmem.memory import Memory
from mmmem.store.records import Presence
from mmmem.types import STANDS_ALONE, FrameRef, Observation


def seen(start_s: float, end_s: float, track: int = 0, stream: str = "door", score: float = 0.8) -> Presence:
    start_ns = round(start_s * S)
    return Presence(stream, "person", track, Span(start_ns, round(end_s * S)), 3, FrameRef(stream, track, start_ns), score)


def spans(*presences: Presence) -> list[tuple[float, float]]:
    return [(v.span.start_ns / S, v.span.end_ns / S) for v in visits_of(presences)]


@pytest.mark.parametrize(
    ("pieces", "visits"),
    [
        ([(0, 5), (20, 30)], [(0, 5), (20, 30)]),  # far apart
        ([(0, 5), (7, 9)], [(0, 9)]),  # lost behind something for two seconds
        ([(0, 5), (8, 9)], [(0, 9)]),  # exactly three seconds
        ([(0, 5), (8.5, 12)], [(0, 5), (8.5, 12)]),  # longer than that
        ([(0, 5), (4.5, 9)], [(0, 9)]),  # the new track began before the old one ended
        ([(0, 5), (2, 9)], [(0, 5), (2, 9)]),  # two people at once
        ([(0, 10), (4, 4.5)], [(0, 10)]),  # a second box on the same person for half a second
        ([(0, 10), (4, 8)], [(0, 10), (4, 8)]),  # somebody came along and left earlier
        ([(0, 0.5)], []),  # a flicker
        ([(0, 0.5), (2, 2.5)], [(0, 2.5)]),  # two flickers that make a stay
        ([(0, 4), (5, 8), (9, 12)], [(0, 12)]),  # three pieces
        ([(0, 20), (1, 8), (9, 9.8), (12, 16)], [(0, 20), (1, 16)]),  # a short piece goes on with who was lost, beside another
        ([(0, 10.8), (1, 9.9), (10, 15)], [(0, 10.8), (1, 15)]),  # whoever is still seen is not gone on with
        ([(0, 5), (1, 7), (8, 12)], [(0, 5), (1, 12)]),  # of two who were lost, the one lost last
        ([(0, 10), (4, 5)], [(0, 10)]),  # a second box for a whole second is a second box still
        ([(0, 10), (4, 5.2)], [(0, 10), (4, 5.2)]),  # and longer, somebody else
    ],
)
def test_joining(pieces: list[tuple[float, float]], visits: list[tuple[float, float]]) -> None:
    found = spans(*(seen(a, b, n) for n, (a, b) in enumerate(pieces)))
    assert found == visits


@pytest.mark.parametrize(
    ("tracked", "untracked", "visits"),
    [
        ([(6, 20)], [(5.8, 6)], [(5.8, 20)]),  # a track gets its id in its second picture
        ([(6, 20)], [(20, 21)], [(6, 21)]),  # too weak to be followed at the end
        ([(6, 20)], [(8, 12)], [(6, 20)]),  # a weak second box
        ([(6, 20), (23.5, 40)], [(21, 22)], [(6, 20), (23.5, 40)]),  # no bridge between two people
        ([(6, 20), (30, 40)], [(0, 60)], [(6, 20), (30, 40)]),  # a picture on the wall
        ([], [(0, 5), (9, 12)], [(0, 5), (9, 12)]),  # without a tracker
    ],
)
def test_what_was_not_tracked_widens_the_visit_beside_it(
    tracked: list[tuple[float, float]], untracked: list[tuple[float, float]], visits: list[tuple[float, float]]
) -> None:
    pieces = [seen(a, b, n) for n, (a, b) in enumerate(tracked)] + [seen(a, b, -1) for a, b in untracked]
    assert spans(*pieces) == visits


def test_a_photo_is_a_visit_of_its_own_however_short() -> None:
    visits = visits_of([seen(1, 1.2, STANDS_ALONE), seen(2, 2.2, STANDS_ALONE), seen(2, 9, 4)])
    assert [(visit.number, visit.alone) for visit in visits] == [(1, True), (2, True), (3, False)]


def test_streams_are_never_joined() -> None:
    assert spans(seen(0, 5), seen(6, 9, stream="gate")) == [(0, 5), (6, 9)]


def test_a_visit_keeps_the_frames_and_the_best_score_of_its_pieces() -> None:
    (visit,) = visits_of([seen(6, 9, 2, score=0.9), seen(0, 5, 1, score=0.4)])
    assert visit.number == 1
    assert [frame.index for frame in visit.frames] == [1, 2]
    assert visit.score == 0.9


pieces = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 40), st.sampled_from(["door", "gate"])), max_size=12)


@given(pieces, st.randoms())
def test_order_of_pieces_does_not_matter_and_nothing_longer_than_a_flicker_is_lost(rows: list[tuple[int, int, str]], rng) -> None:
    found = [seen(a / 2, (a + n) / 2, i, stream) for i, (a, n, stream) in enumerate(rows)]
    visits = visits_of(found)
    rng.shuffle(found)
    assert [(v.stream_id, v.span) for v in visits_of(found)] == [(v.stream_id, v.span) for v in visits]
    assert [v.number for v in visits] == list(range(1, len(visits) + 1))
    assert all(a.span <= b.span for a, b in pairwise(visits))
    for presence in found:
        inside = [v for v in visits if v.stream_id == presence.stream_id and v.span.hull(presence.span) == v.span]
        assert inside or presence.span.duration_ns < SHORTEST_VISIT_NS
    for visit in visits:
        parts = sorted(p.span for p in found if p.stream_id == visit.stream_id and visit.span.hull(p.span) == visit.span)
        assert (parts[0].start_ns, max(p.end_ns for p in parts)) == (visit.span.start_ns, visit.span.end_ns)


def stay(track: int, start_s: int, end_s: int, stream: str = "door", label: str = "person") -> list[Observation]:
    return [look(stream, 1000 * track + t, t * S, S, [(label, track)]) for t in range(start_s, end_s)]


@pytest.fixture
def doorway(tmp_path: Path) -> Memory:
    """The door is watched for two minutes, the gate for the second one."""
    world = [*stay(1, 10, 20), *stay(2, 50, 70), *stay(3, 65, 80), *stay(4, 70, 75, "gate"), *stay(5, 100, 110, label="dog")]
    world += [look("door", 9000 + t, t * S, S) for t in (0, 5, 25, 30, 90, 119)] + [look("gate", 9900, 119 * S, S)]
    return remember(tmp_path / "m", world, OFFSETS, ("door", "gate"))


def test_presence_as_of_the_middle_of_a_visit(doorway: Memory) -> None:
    answer = doorway.ask("How long did the last visitor stay?", asked_at=60 * S)
    assert answer.value == 10 * S
    assert answer.evidence[0].span == Span(50 * S, 60 * S)
    assert doorway.ask("How many people came?", asked_at=60 * S).value == 2
    assert doorway.ask("Is anybody there right now?", asked_at=60 * S).value is True
    assert doorway.ask("How many people came?", asked_at=15 * S).value == 1
    assert doorway.ask("How many people came?", asked_at=5 * S).abstained
    doorway.close()


def test_only_the_stream_asked_about_counts_and_visits_keep_their_number(doorway: Memory) -> None:
    everywhere = doorway.ask("How many people came?")
    assert everywhere.value == 4
    at_gate = doorway.ask("How many people came?", stream="gate")
    assert at_gate.value == 1
    assert {e.stream_id for e in at_gate.evidence} == {"gate"}
    assert at_gate.evidence[0].id in {e.id for e in everywhere.evidence}
    none = doorway.ask("Was anybody there?", stream="gate", window=Span(100 * S, 120 * S))
    assert none.value is False
    assert {e.stream_id for e in none.evidence} == {"gate"}
    doorway.close()


def test_windows_and_times_of_the_question_both_hold(doorway: Memory) -> None:
    assert doorway.ask("How many people came?", window=Span(0, 30 * S)).value == 1
    assert doorway.ask("Was anybody there at 0:55?", window=Span(0, 30 * S)).abstained
    assert doorway.ask("Was anybody there at 0:12?", window=Span(0, 30 * S)).value is True
    assert doorway.ask("Was anybody there between 0:20 and 0:35?").value is False
    doorway.close()


def test_where_nobody_looked_nothing_is_denied(doorway: Memory) -> None:
    answer = doorway.ask("Was anybody there between 0:36 and 0:44?")
    assert answer.abstained
    assert answer.reason
    doorway.close()


@pytest.mark.parametrize(
    "text",
    [
        "How many people wore a hat?",
        "What did the first visitor say?",
        "How many people did Anna invite?",
        "When did the person open the window?",
        "Did anybody sing?",
        "How many people said hello?",
        "How many people came after Anna left?",
    ],
)
def test_presence_answers_only_presence(doorway: Memory, text: str) -> None:
    assert doorway.ask(text).abstained
    doorway.close()


def test_without_detections_people_are_a_matter_of_words(tmp_path: Path) -> None:
    with remember(tmp_path / "m", [], OFFSETS) as memory:
        assert memory.ask("How many people came?", asked_at=9 * S).abstained
