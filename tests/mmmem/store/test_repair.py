"""Repair makes derived rows again from the truth, and never from a part of it that is damaged."""

from pathlib import Path

import numpy as np

from mmmem.clock import NS_PER_S, Calendar, Span
from mmmem.memory import Memory
from mmmem.types import FrameRef, Observation, StreamInfo


def look(number: int) -> Observation:
    vector = np.zeros(8, np.float32)
    vector[number % 8] = 1
    t_ns = number * NS_PER_S
    return Observation("s", Span(t_ns, t_ns + NS_PER_S), FrameRef("s", number, t_ns), {"image:classical-test": vector})


def changes(path: Path) -> list[tuple[object, ...]]:
    with Memory.open(path) as memory:
        return memory._store.connection.execute("SELECT id, change FROM frames ORDER BY id").fetchall()


def test_good_values_are_not_made_again_from_a_damaged_vector(tmp_path: Path) -> None:
    path = tmp_path / "m"
    with Memory.open(path, mode="w", create=True) as memory:
        memory.add_stream(StreamInfo("s", "s", Calendar("offset"), 0))
        memory.observe([look(n) for n in range(20)])
        assert memory.check().ok
    before = changes(path)
    (file,) = path.glob("vectors.*.f32")
    damaged = bytearray(file.read_bytes())
    damaged[6 * 32 + 7 * 4 + 3] ^= 0x6E  # the number of look 6 that its neighbour is compared with
    file.write_bytes(damaged)
    with Memory.open(path, mode="w") as memory:
        assert not memory.check().ok
        report = memory.check(repair=True)
        assert report.ok
        (lost,) = report.lost
        assert (lost.what, lost.stream_id, lost.span, lost.space) == ("vector", "s", look(6).span, "image:classical-test")
    after = changes(path)
    assert [row for row in after if row[0] not in (7, 8)] == [row for row in before if row[0] not in (7, 8)]
    assert dict(after)[7] is None
    assert dict(after)[8] == 1.0  # measured against look 5, whose vector is another one
    with Memory.open(path, mode="w") as memory:  # a second pass brings it back
        memory.observe([look(n) for n in range(20)])
        assert memory.check().lost == ()
    assert changes(path) == before
