"""Promises 1 and 2 over random observations: append equals rebuild, and a view as of T equals a memory that ends at T."""

import tempfile
from collections.abc import Iterable, Sequence
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings
from store_world import DAYS, S, boxes, correction, everything, look, open_world, pose, said, told, unit

from mmmem.clock import NS_PER_DAY, Calendar, Span
from mmmem.memory import Memory
from mmmem.types import LEVELS, Observation

BASE_S = NS_PER_DAY // S - 120  # the world goes over midnight
STREAMS = ("left", "right")
VIEWS = (unit(1, 0, 0), unit(1, 0.1, 0), unit(0, 1, 0), unit(0, 1, 1))
LENGTHS = (0.0, 1.0, 5.0, 40.0, 95.0, 300.0)
SPEAKERS = (None, "Ann", "Bob")

times = st.integers(0, 480).map(lambda quarter: BASE_S + quarter / 2)
things = st.tuples(st.sampled_from(["cup", "person"]), st.integers(-1, 1), st.sampled_from([0.25, 0.5, 0.75]))
nodes = st.tuples(st.sampled_from(["O1", "O2"]), st.sampled_from(["cup", "dax"]), st.sampled_from([None, *VIEWS]))
claims = st.tuples(st.sampled_from(["cup", "cat"]), st.sampled_from(["at", "likes", "leaves"]), st.sampled_from(["sink", "bed"]))


@st.composite
def words(draw: st.DrawFn) -> Observation:
    text = "the {} {} {}".format(*draw(claims)) if draw(st.booleans()) else draw(st.sampled_from(["hello", "rain again"]))
    kind = draw(st.sampled_from(["caption", "speech"]))
    length = draw(st.sampled_from(LENGTHS))
    return said(draw(st.sampled_from(STREAMS)), draw(times), text, length, kind=kind, speaker=draw(st.sampled_from(SPEAKERS)))


@st.composite
def looks(draw: st.DrawFn) -> Observation:
    start = draw(times)
    content: dict[str, Any] = {}
    if draw(st.booleans()):
        spaces = draw(st.sampled_from([("classical",), ("clip", "classical"), ("clip",)]))
        content["embedding"] = {name: draw(st.sampled_from(VIEWS)) for name in spaces}
    if draw(st.booleans()):
        content["detections"] = boxes(*draw(st.lists(things, max_size=3)), dim=draw(st.sampled_from([0, 4])))
    if draw(st.booleans()):
        content["pose_world_camera"] = pose(start % 7)  # one look, one place
    length = LENGTHS[int(start * 7) % 6]
    entries = draw(st.lists(nodes, max_size=3))
    content["assertions"] = tuple(told("seen", node, start, length, object=thing, vector=v) for node, thing, v in entries)
    if draw(st.booleans()):
        content["keyframe_jpeg"] = draw(st.binary(min_size=1, max_size=20))
    # a frame has one span: seeing it again brings other content, not other times
    return look(draw(st.sampled_from(STREAMS)), start, length, **content)


@st.composite
def corrections(draw: st.DrawFn) -> Observation:
    at_s = draw(times)
    node, thing, _ = draw(nodes)
    return correction(draw(st.sampled_from(STREAMS)), at_s, told("named", node, at_s, 1e-9, object=thing, source="person"))


@st.composite
def rows_of_looks(draw: st.DrawFn) -> list[Observation]:
    """A camera that runs for a while: what cutting at change and presences live on."""
    stream, start, step = draw(st.sampled_from(STREAMS)), draw(times), draw(st.sampled_from([1, 2, 5]))
    seconds = [int(start) + step * i for i in range(40)]
    views = draw(st.lists(st.sampled_from(VIEWS), min_size=5, max_size=40))
    return [look(stream, t, LENGTHS[t * 7 % 6], embedding={"classical": v}) for t, v in zip(seconds, views, strict=False)]


single = st.one_of(words(), looks(), corrections()).map(lambda observation: [observation])
worlds = st.lists(st.one_of(single, single, rows_of_looks()), max_size=14).flatmap(
    lambda groups: st.sampled_from([[*chain(*groups)], [*chain(*reversed(groups))]])
)
few = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def remember(path: Path, calls: Iterable[Sequence[Observation]], calendar: Calendar = DAYS) -> Memory:
    memory = open_world(path, calendar)
    for call in calls:
        memory.observe(call)
    return memory


@few
@given(worlds, st.lists(st.integers(0, 60), max_size=5), st.booleans())
def test_observing_in_any_split_gives_the_same_memory_as_one_batch(
    world: list[Observation], splits: list[int], reopen: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        whole = remember(Path(folder, "whole"), [world])
        edges = sorted({0, len(world), *(s for s in splits if s < len(world))})
        path = Path(folder, "parts")
        parts = open_world(path)
        for low, high in pairwise(edges):
            if reopen:
                parts.close()
                parts = open_world(path)
            parts.observe(world[low:high])
        assert everything(parts) == everything(whole)
        assert [parts.position(s) for s in STREAMS] == [whole.position(s) for s in STREAMS]
        assert parts.check().problems == ()
        whole.close()
        parts.close()


@few
@given(worlds, st.integers(0, 700))
def test_a_view_as_of_a_time_equals_a_memory_that_ends_there(world: list[Observation], after: int) -> None:
    as_of_ns = (BASE_S * 2 + after) * S // 2
    with tempfile.TemporaryDirectory() as folder:
        full = remember(Path(folder, "full"), [world])
        past = remember(Path(folder, "past"), [[o for o in world if o.span.end_ns <= as_of_ns]])
        then, alone = everything(full, as_of_ns), everything(past)
        assert then == alone
        assert then == everything(past, as_of_ns)
        full.close()
        past.close()


@few
@given(worlds, st.sampled_from(STREAMS), st.one_of(st.none(), st.tuples(times, st.sampled_from([1, 20, 60]))))
def test_forgetting_a_span_or_stream_leaves_what_was_never_told(
    world: list[Observation], stream: str, window: tuple[float, int] | None
) -> None:
    span = None if window is None else Span(int(window[0] * S), int((window[0] + window[1]) * S))
    kept = [o for o in world if o.stream_id != stream or (span is not None and not o.span.overlaps(span))]
    with tempfile.TemporaryDirectory() as folder:
        memory, never = remember(Path(folder, "memory"), [world]), remember(Path(folder, "never"), [kept])
        before = everything(memory)
        promised = memory.forget(stream=stream, span=span)
        assert everything(memory) == before
        done = memory.forget(stream=stream, span=span, dry_run=False)
        assert (done.counts, done.examples) == (promised.counts, promised.examples)
        assert not done.notes
        assert _but_numbers(everything(memory)) == _but_numbers(everything(never))
        assert memory.check().problems == ()
        memory.close()
        memory = open_world(Path(folder, "memory"))
        if span is not None:
            forgotten = everything(memory)
            memory.observe(world)
            assert everything(memory) == forgotten  # what was forgotten stays so
            assert memory.check().problems == ()
            memory.lift_forgotten(stream)
        memory.observe(world)  # a stream that was forgotten as a whole is a new one
        never.observe(world)
        assert _but_numbers(everything(memory)) == _but_numbers(everything(never))
        for opened in (memory, never):
            opened.close()


def _but_numbers(content: dict[str, Any]) -> dict[str, Any]:
    """Without the numbers of streams, which differ after a stream was forgotten and added again."""
    content["lines"] = sorted(row[1:] for row in content["lines"])
    content["clips"] = {level: sorted((c.stream_id, c.span) for c in clips) for level, clips in content["clips"].items()}
    del content["columns"]
    return content


@few
@given(worlds)
def test_clips_of_every_level_tile_the_covered_time(world: list[Observation]) -> None:
    with tempfile.TemporaryDirectory() as folder, remember(Path(folder, "m"), [world]) as memory:
        for level, above in pairwise(LEVELS):
            clips, parents = memory.clips(level), {c.id: c for c in memory.clips(above)}
            assert len({c.id for c in clips}) == len(clips)
            for a, b in pairwise(clips):
                assert a.stream_id != b.stream_id or a.span.end_ns <= b.span.start_ns
            for clip in clips:
                parent = parents[clip.parent or 0]
                assert clip.id in parent.children
                assert parent.span.start_ns <= clip.span.start_ns <= clip.span.end_ns <= parent.span.end_ns
            for parent in parents.values():
                spans = [c.span for c in clips if c.parent == parent.id]
                assert (spans[0].start_ns, spans[-1].end_ns) == (parent.span.start_ns, parent.span.end_ns)
        leaves = memory.clips()
        for o in world:
            inside = [c.span.intersect(o.span) for c in leaves if c.stream_id == o.stream_id and c.span.overlaps(o.span)]
            assert sum(part.duration_ns for part in inside if part) == o.span.duration_ns
