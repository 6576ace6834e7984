"""Events of a memory: as of a time whatever comes later, the same however it was told, and what they add to a clip."""

import tempfile
from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import pytest
from agent_world import OFFSETS, S, ScriptedEncoder, line, look, remember
from hypothesis import HealthCheck, given, settings

from mmmem.agent.events import EventBank, Events, EventScores, pooled_scores, standing_out
from mmmem.clock import Span
from mmmem.memory import Memory
from mmmem.types import Observation

TOPICS = (
    ("I chop the onion", "The pan gets hot", "Anna peels carrots", "We cook the soup"),
    ("The train leaves", "We look for the platform", "A ticket lies on the seat", "The conductor waves"),
    ("Dad tunes the guitar", "We sing loudly", "The drum is too fast", "A new song begins"),
)
few = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def life(lengths_s: list[int], seed: int = 0, stream: str = "left") -> list[Observation]:
    """One topic after the other, a sentence every five seconds."""
    rng, told, now_s = np.random.default_rng(seed), list[Observation](), 0
    for number, length_s in enumerate(lengths_s):
        for t_s in range(now_s, now_s + length_s, 5):
            told.append(line(stream, t_s * S, str(rng.choice(TOPICS[number % len(TOPICS)])), 4))
        now_s += length_s
    return told


def events_of(memory: Memory, at_s: float) -> Events:
    return EventBank(memory).events(memory.recall.view(round(at_s * S)))


def rows(events: Events) -> list[tuple[int, int, int, bool]]:
    columns = (events.stream, events.start_ns, events.end_ns, events.closed)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def test_each_topic_is_an_event_and_only_the_last_is_open(tmp_path: Path) -> None:
    with remember(tmp_path / "m", life([300, 300, 400]), OFFSETS) as memory:
        events = events_of(memory, 2000)
        assert np.abs(events.start_ns / S - [0, 300, 600]).max() <= 20
        assert events.closed.tolist() == [True, True, False]
        assert (events.start_ns[1:] >= events.end_ns[:-1]).all()
        clips = memory.recall.view(2000 * S).clips
        assert (events.start_ns[0], events.end_ns[-1]) == (clips.start_ns[0], clips.end_ns[-1])


def test_streams_have_their_own_events(tmp_path: Path) -> None:
    world = [*life([300, 400]), *life([700], stream="right")]
    with remember(tmp_path / "m", world, OFFSETS) as memory:
        events = events_of(memory, 2000)
        assert events.stream.tolist() == [1, 1, 2]
        instants = np.array([100, 500, 100, 500]) * S
        assert events.at(np.array([1, 1, 2, 2]), instants).tolist() == [0, 1, 2, 2]
        assert events.at(np.array([3]), np.array([S])).tolist() == [-1]


def test_a_camera_without_words_has_events(tmp_path: Path) -> None:
    encoder = ScriptedEncoder()
    world = [
        look("left", i, i * 5 * S, 5 * S, embedding={encoder.space: encoder.axis("sea" if i < 60 else "room")})
        for i in range(140)
    ]
    with remember(tmp_path / "m", world, OFFSETS) as memory:
        assert events_of(memory, 2000).start_ns.tolist() == [0, 300 * S]


def test_an_empty_memory_has_none(tmp_path: Path) -> None:
    with remember(tmp_path / "m", [], OFFSETS) as memory:
        bank, view = EventBank(memory), memory.recall.view(S)
        assert len(bank.events(view)) == 0
        assert pooled_scores(bank.scores(view), bank.scores(view).bm25({"soup": 1.0})).tolist() == []


@few
@given(st.lists(st.integers(60, 400), min_size=2, max_size=5), st.integers(0, 9), st.floats(0.05, 1), st.booleans())
def test_events_as_of_a_time_do_not_depend_on_what_came_later(
    lengths_s: list[int], seed: int, share: float, late_track: bool
) -> None:
    whole = life(lengths_s, seed)
    at_ns = round(share * sum(lengths_s)) * S
    by_then = [one for one in whole if one.span.end_ns <= at_ns]
    with tempfile.TemporaryDirectory() as folder:
        ended = remember(Path(folder, "ended"), by_then, OFFSETS)
        gone_on = remember(Path(folder, "on"), whole, OFFSETS)
        if late_track:
            gone_on.observe(life([sum(lengths_s)], seed + 1), learned_ns=sum(lengths_s) * S + S)
        with ended, gone_on:
            bank = EventBank(gone_on)
            bank.events(gone_on.recall.view(10**15))
            assert rows(bank.events(gone_on.recall.view(at_ns))) == rows(events_of(ended, at_ns / S))


@few
@given(st.lists(st.integers(60, 400), min_size=2, max_size=5), st.integers(0, 9), st.floats(0.1, 1))
def test_a_closed_event_stays_as_it_is(lengths_s: list[int], seed: int, share: float) -> None:
    with tempfile.TemporaryDirectory() as folder, remember(Path(folder, "m"), life(lengths_s, seed), OFFSETS) as memory:
        early = [row for row in rows(events_of(memory, share * sum(lengths_s))) if row[3]]
        assert rows(events_of(memory, 2 * sum(lengths_s)))[: len(early)] == early


@few
@given(st.lists(st.integers(60, 300), min_size=1, max_size=4), st.integers(1, 40))
def test_telling_bit_by_bit_gives_the_same_events(lengths_s: list[int], size: int) -> None:
    whole = life(lengths_s)
    with tempfile.TemporaryDirectory() as folder:
        at_once = remember(Path(folder, "once"), whole, OFFSETS)
        in_bits = remember(Path(folder, "bits"), [], OFFSETS)
        with at_once, in_bits:
            bank = EventBank(in_bits)
            for start in range(0, len(whole), size):
                in_bits.observe(whole[start : start + size])
                bank.events(in_bits.recall.view(10**15))
            assert rows(bank.events(in_bits.recall.view(10**15))) == rows(events_of(at_once, 10**6))


def test_a_forgotten_topic_moves_no_event_of_the_time_before(tmp_path: Path) -> None:
    with remember(tmp_path / "m", life([300] * 6), OFFSETS) as memory:
        bank = EventBank(memory)
        before = rows(bank.events(memory.recall.view(10**15)))
        memory.forget(span=Span(1500 * S, 1800 * S), dry_run=False)
        assert rows(bank.events(memory.recall.view(10**15)))[:3] == before[:3]


def scored(memory: Memory, words: dict[str, float]) -> tuple[EventScores, np.ndarray]:
    events = EventBank(memory).scores(memory.recall.view(10**15))
    return events, events.bm25(words)


def test_a_clip_gets_a_share_of_the_event_it_belongs_to(tmp_path: Path) -> None:
    world = [*life([300, 300, 400]), line("left", 400 * S, "This is the journey to Vienna", 3)]
    with remember(tmp_path / "m", world, OFFSETS) as memory:
        events, scores = scored(memory, {"vienna": 1.0})
        added = pooled_scores(events, scores)
        clips = memory.recall.view(10**15).clips
        on_journey = (clips.start_ns >= 330 * S) & (clips.end_ns <= 570 * S)
        assert (added[on_journey] == added.max()).all()
        assert added.max() == pytest.approx(1.1)
        assert not added[clips.end_ns <= 270 * S].any()
        assert not added[clips.start_ns >= 630 * S].any()


def test_a_word_of_every_event_adds_less_than_a_word_of_one(tmp_path: Path) -> None:
    everywhere = [line("left", t * S, "Anna is here", 2) for t in range(50, 2400, 100)]
    world = [*life([300] * 8), *everywhere, line("left", 1000 * S, "Vienna", 2)]
    with remember(tmp_path / "m", world, OFFSETS) as memory:
        events, one = scored(memory, {"vienna": 1.0})
        _, every = scored(memory, {"anna": 1.0})
        assert standing_out(every) < standing_out(one) == 1.0
        assert pooled_scores(events, every).max() < pooled_scores(events, one).max()


@given(st.lists(st.floats(0, 50), min_size=1, max_size=30), st.floats(0.1, 10))
def test_standing_out_is_a_share_and_knows_no_unit(scores: list[float], factor: float) -> None:
    values = np.array(scores)
    assert 0.0 <= standing_out(values) <= 1.0
    assert standing_out(values * factor) == pytest.approx(standing_out(values))
    assert standing_out(np.full(len(scores), 3.0)) == 0.0
