"""What `mmmem export` writes of the log of assertions and of poses, and what ingest says it stored of them."""

import json
from pathlib import Path

import numpy as np

from apps.cli.exports import exported
from apps.cli.ingest_report import _stored
from mmmem.clock import MAX_NS, Calendar, Span
from mmmem.memory import Memory
from mmmem.types import Assertion, FrameRef, Observation, StreamInfo

S = 1_000_000_000


def observed(stream: str, at_s: int) -> Observation:
    span, moved = Span(at_s * S, (at_s + 1) * S), np.eye(4)
    moved[0, 3] = at_s
    seen = Assertion("seen", "O1", span, "mug", {"at": [1, 2, at_s]}, 0.5, vector=np.array([1, 0], np.float32))
    owned = Assertion("named", "O1", Span(0, MAX_NS), "Alex", {"role": "owner"}, source="person")
    ref = FrameRef(stream, at_s, at_s * S)
    return Observation(stream, span, ref, pose_world_camera=moved, assertions=(seen, owned))


def test_the_log_and_the_poses_are_exported_by_stream_and_window(tmp_path: Path) -> None:
    with Memory.open(tmp_path / "m", mode="w", create=True) as memory:
        for stream in ("one", "two"):
            memory.add_stream(StreamInfo(stream, "x.mp4", Calendar("offset"), 0))
            stored = memory.observe([observed(stream, 3), observed(stream, 8)])
        everything = json.loads(exported(memory, "json", None, None).content)
        part = json.loads(exported(memory, "json", "two", Span(7 * S, 9 * S)).content)
        again = memory.observe([observed("two", 3)])
        memory.forget(stream="two", span=Span(0, 5 * S), dry_run=False)
        left_out = memory.observe([observed("two", 3)])
    assert (len(everything["assertions"]), len(everything["poses"])) == (8, 4)
    (pose,) = part["poses"]
    assert pose["pose_world_camera"] == observed("two", 8).pose_world_camera.tolist()  # type: ignore[union-attr]
    seen = next(row for row in part["assertions"] if row["kind"] == "seen")
    assert (seen["subject"], seen["object"], seen["value"], seen["confidence"]) == ("O1", "mug", {"at": [1, 2, 8]}, 0.5)
    assert (seen["stream"], seen["frame"], seen["start_ns"], seen["learned_ns"]) == ("two", pose["frame"], 8 * S, 9 * S)
    assert {row["end_ns"] for row in part["assertions"] if row["kind"] == "named"} == {None}
    assert "4 assertions" in _stored(stored)
    assert _stored(again) == "nothing new, 3 exact duplicates left out"
    assert "3 left out since they were forgotten" in _stored(left_out)
