"""Promise 4: what was acknowledged survives a kill at any instant, and forgetting is all or nothing."""

import os
import random
import select
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from store_world import RULES, S, boxes, correction, everything, look, open_world, pose, said, told, unit

from mmmem.clock import Span
from mmmem.memory import Memory
from mmmem.types import Assertion, Observation

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL")

NUM_BATCHES = 120
STREAMS = ("left", "right")


def batch(number: int) -> list[Observation]:
    """Six seconds of two streams: words, looks with vectors, boxes and pictures; a change of view now and then."""
    found: list[Observation] = []
    view = unit(1, 0.01 * (number % 3), 0) if number // 7 % 2 else unit(0, 1, 0.01 * (number % 5))
    for i, stream in enumerate(STREAMS):
        start = 6 * number + i
        found.append(said(stream, start, f"the cup at place{number % 11}", 2, speaker="Ann"))
        content: dict[str, Any] = {"embedding": {"classical": view}, "keyframe_jpeg": bytes([number % 256]) * (50 + number)}
        content |= {"pose_world_camera": pose(number), "assertions": entries(number, start)}
        found.append(look(stream, start, 2, detections=boxes(("cup", number // 20, 0.5), dim=4), **content))
        found.append(look(stream, start + 3, 2, detections=boxes()))
        if number % 10 == 0:
            named = told("named", "O1", start, object="the dax", value={"n": number}, source="person")
            found.append(correction(stream, start + 5.5, named))
    return found


def entries(number: int, start_s: int) -> tuple[Assertion, ...]:
    """What is asserted of two nodes at a look; the vector says of which batch it is."""
    seen = unit(number, 3, 1)
    return (
        told("seen", "O1", start_s, 2, object="cup", value={"at": [number, 2.5, 0.75]}, vector=seen),
        told("not_seen", f"O{number % 9 + 2}", start_s, 2, object="cup"),
    )


def ingest(path: Path, acknowledge: Callable[[int], object]) -> None:
    """Go on where the memory is; batch n is acknowledged once it is durable."""
    with open_world(path) as memory:
        for number in range((memory.position("left") or 0) // S, NUM_BATCHES):
            memory.observe(batch(number), cursor=dict.fromkeys(STREAMS, (number + 1) * S))
            acknowledge(number)


def in_child(work: Callable[[int], object]) -> tuple[int, int]:
    """Run `work(pipe)` in a forked process; returns its id and the reading end of the pipe."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            work(writing)
        finally:
            os._exit(0)
    os.close(writing)
    return child, reading


def kill_during_ingest(path: Path, delay_s: float) -> int:
    """Ingest in a child that dies at most `delay_s` after its first acknowledgement; returns the last batch it acknowledged."""
    child, reading = in_child(lambda pipe: ingest(path, lambda n: os.write(pipe, n.to_bytes(4, "little"))))
    select.select([reading], [], [], delay_s if random.random() < 0.2 else 5.0)
    select.select([], [], [], delay_s)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as pipe:
        acknowledged = pipe.read()
    return int.from_bytes(acknowledged[-4:], "little") if acknowledged else -1


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    path = tmp_path_factory.mktemp("uninterrupted") / "m"
    ingest(path, lambda _: None)
    with Memory.open(path) as memory:
        return everything(memory)


def test_nothing_acknowledged_is_lost_when_the_writer_is_killed(tmp_path: Path, uninterrupted: dict[str, Any]) -> None:
    num_kills, seed = int(os.environ.get("MMMEM_KILLS", "40")), 20240503
    random.seed(seed)
    reached, round_number = -1, 0
    path = tmp_path / "m0"
    for _ in range(num_kills):
        reached = max(reached, kill_during_ingest(path, random.uniform(0, 0.04)))
        if not (path / "memory.sqlite").exists():
            assert reached == -1
            continue
        with open_world(path) as memory:
            assert (memory.position("left") or 0) // S >= reached + 1
            texts = [t.text for t in memory.texts()]
            assert texts == [t.text for t in memory.texts(window=Span(0, 10**6 * S))]
            expected = [text for n in range(reached + 1) for o in batch(n) for text in o.texts]
            assert all(text in texts for text in expected)
            told_of = [stored.assertion for stored in memory.assertions()]
            kept = {(a.subject, a.span, a.object) for a in told_of}
            assert len(memory.poses("left").t_ns) >= reached + 1
            assert all((a.subject, a.span, a.object) in kept for n in range(reached + 1) for o in batch(n) for a in o.assertions)
            assert memory.check().problems == ()
        if reached == NUM_BATCHES - 1:
            _finished(path, uninterrupted)
            round_number += 1
            path, reached = tmp_path / f"m{round_number}", -1
    ingest(path, lambda _: None)
    _finished(path, uninterrupted)


def _finished(path: Path, uninterrupted: dict[str, Any]) -> None:
    with Memory.open(path, rules=RULES) as memory:
        assert everything(memory) == uninterrupted


CALLS = ("write", "fsync", "ftruncate", "link", "unlink", "rmdir")


def die_at(number: int) -> Callable[[], None]:
    """Make this process die at the `number`-th call that touches a file outside SQLite."""
    left = [number]

    def count() -> None:
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in CALLS:
        real = getattr(os, name)

        def counted(*args: Any, _real: Any = real, **kwargs: Any) -> Any:
            count()
            return _real(*args, **kwargs)

        setattr(os, name, counted)
    return count


def test_a_forget_killed_at_any_step_happened_or_did_not(tmp_path: Path) -> None:
    def forget(path: Path, step: int, opcodes: int) -> None:
        with open_world(path) as memory:
            count = die_at(step)
            if opcodes:  # die inside SQLite too
                memory._writer.connection.set_progress_handler(lambda: count() or 0, opcodes)
            memory.forget(span=Span(20 * S, 60 * S), dry_run=False)

    outcomes = set()
    for opcodes in (0, 2000):
        for step in range(0, 400):
            path = tmp_path / f"m{opcodes}-{step}"
            with open_world(path) as memory:
                for number in range(15):
                    memory.observe(batch(number))
                before = everything(memory)
            child, reading = in_child(lambda _, p=path, s=step, o=opcodes: forget(p, s, o))
            _, status = os.waitpid(child, 0)
            os.close(reading)
            with open_world(path) as memory:
                assert memory.check().problems == ()
                after = everything(memory)
                forgotten = after != before
                outcomes.add((os.WIFSIGNALED(status), forgotten))
                if forgotten:
                    assert all(not t.text.span.overlaps(Span(20 * S, 60 * S)) for t in memory.texts())
                    everywhere = b"".join(f.read_bytes() for f in path.iterdir())
                    assert bytes([6]) * 56 not in everywhere
                    assert bytes([1]) * 51 in everywhere
                    assert unit(6, 3, 1).tobytes() not in everywhere
                    assert pose(6)[:3].tobytes() not in everywhere
                    assert unit(1, 3, 1).tobytes() in everywhere
                    assert pose(1)[:3].tobytes() in everywhere
                    assert not memory.assertions(window=Span(20 * S, 60 * S))
            if not os.WIFSIGNALED(status):
                break
        else:
            pytest.fail("forgetting never came to its end")
    assert outcomes == {(True, False), (True, True), (False, True)}


def test_a_forgotten_name_killed_at_any_step_left_no_half(tmp_path: Path) -> None:
    """Rows, tombstones and caches: all of it, or nothing until the next writer finishes it."""

    def forget(path: Path, step: int) -> None:
        with open_world(path) as memory:
            die_at(step)
            memory.forget(name="Zebulon", dry_run=False)

    face = unit(7, 1, 7)
    asserted = (told("seen", "P1", 1, 2, object="person", vector=face), told("named", "P1", 1, 2, object="Zebulon"))
    world = [
        said("left", 1, "KatrinaZebulon: xylophone"),
        look("left", 1, 2, detections=boxes(("Zebulon", 1, 0.9))),
        look("left", 4, 1, assertions=asserted, keyframe_jpeg=b"his face"),
    ]
    outcomes = set()
    for step in range(0, 200):
        path = tmp_path / f"m{step}"
        with open_world(path) as memory:
            memory.observe([*batch(0), *world])
            (path / "chat_cache" / "ab").mkdir(parents=True)
            (path / "chat_cache" / "ab" / "1.json").write_bytes(b"Zebulon's xylophone")
            before = everything(memory)
        child, reading = in_child(lambda _, p=path, s=step: forget(p, s))
        _, status = os.waitpid(child, 0)
        os.close(reading)
        with open_world(path) as memory:
            assert memory.check().problems == ()
            forgotten = everything(memory) != before
            assert len(memory.forgotten()) == (4 if forgotten else 0)  # words, two sights, assertions
            outcomes.add((os.WIFSIGNALED(status), forgotten))
            if forgotten:
                everywhere = b"".join(f.read_bytes() for f in path.rglob("*") if f.is_file()).lower()
                assert b"zebulon" not in everywhere
                assert b"xylophon" not in everywhere
                assert b"his face" not in everywhere
                assert face.tobytes() not in everywhere
                again = memory.observe(world)
                assert (again.num_forgotten_texts, again.num_forgotten_assertions, again.num_assertions) == (1, 2, 0)
        if not os.WIFSIGNALED(status):
            break
    else:
        pytest.fail("forgetting never came to its end")
    assert outcomes == {(True, False), (True, True), (False, True)}


def test_a_repair_killed_at_any_step_is_done_by_the_next(tmp_path: Path) -> None:
    def repair(path: Path, step: int) -> None:
        die_at(step)
        with Memory.open(path, mode="w", rules=RULES, repair=True) as memory:
            memory.check(repair=True)

    ends = []
    for step in range(0, 200):
        path = tmp_path / f"m{step}"
        with open_world(path) as memory:
            for number in range(1, 9):  # the picture of batch 0 is zeros, as is what a file lacks
                memory.observe(batch(number))
        (path / "media.0.bin").unlink()
        vectors = next(path.glob("vectors.classical*"))
        vectors.write_bytes(vectors.read_bytes()[:-30])
        child, reading = in_child(lambda _, p=path, s=step: repair(p, s))
        _, status = os.waitpid(child, 0)
        os.close(reading)
        with Memory.open(path, rules=RULES) as memory:  # no state looks healthy that is not
            assert memory.check().problems or memory.check().lost
        with Memory.open(path, mode="w", rules=RULES, repair=True) as memory:
            report = memory.check(repair=True)
            assert report.ok
            assert not any(frame.has_keyframe for frame in memory.frames())
            ends.append((everything_but_pictures(memory), [(loss.what, loss.span) for loss in report.lost]))
            assert ends[-1] == ends[0]
        if not os.WIFSIGNALED(status):
            break
    else:
        pytest.fail("repair never came to its end")
    assert len(ends) > 5


def everything_but_pictures(memory: Memory) -> dict[str, Any]:
    """All reads but those of pictures, which a repair may have noted as lost."""
    return {
        "texts": memory.texts(),
        "frames": memory.frames(),
        "detections": memory.detections(),
        "presences": memory.presences(),
        "clips": memory.clips(),
        "vectors": {name: memory.vectors(name).rows.tolist() for name in memory.spaces()},
    }
