"""How fast the log of assertions is written, read and forgotten, and a simulator's masks become detections.

    python benchmarks/assertions.py [--num 100000]

Times are of the processor, so that another program on the machine does not count; writing waits for the disk besides.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from mmmem.clock import NS_PER_S, Calendar, Span
from mmmem.memory import Memory
from mmmem.perceive.instances import detections_from_instances
from mmmem.types import Assertion, Frame, FrameRef, Observation, StreamInfo

PER_LOOK = 15


def looks(num: int) -> list[Observation]:
    """Looks of fifteen assertions each, with a pose and an appearance of 32 numbers."""
    vectors = np.random.default_rng(1).normal(size=(500, 32)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    made = []
    for n in range(num // PER_LOOK):
        span = Span(n * NS_PER_S, (n + 1) * NS_PER_S)
        ref = FrameRef("robot", n, span.start_ns)
        entries = tuple(
            Assertion("seen", f"O{i}", span, "mug", {"at": [1.25 * i, 2.5, n * 0.01], "frames": [["robot", n, ref.t_ns]]}, 0.75,
                      vector=vectors[(n + i) % 500])
            for i in range(PER_LOOK)
        )  # fmt: skip
        made.append(Observation("robot", span, ref, pose_world_camera=np.eye(4), assertions=entries))
    return made


def timed(name: str, work: Callable[[], Any], per: int = 1, repeats: int = 1) -> Any:
    """Print the least processor time of `work`, and how many of `per` that is a second."""
    least = float("inf")
    for _ in range(repeats):
        begun = time.process_time()
        result = work()
        least = min(least, time.process_time() - begun)
    print(f"{name:38} {1000 * least:10.2f} ms" + (f" {per / least:12.0f} /s" if per > 1 else ""))
    return result


def masks_to_detections() -> None:
    """A picture of 320x240 that fifteen instances fill."""
    rng = np.random.default_rng(2)
    instances = (np.arange(240)[:, None] // 80 * 5 + np.arange(320)[None] // 64 + 1).astype(np.int32)
    frame = Frame("robot", 0, 0, rng.integers(0, 256, (240, 320, 3), dtype=np.uint8), instances=instances)
    timed("detections of 15 instances, 320x240", lambda: detections_from_instances(frame), repeats=100)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--num", type=int, default=100_000)
    num = parser.parse_args().num // PER_LOOK * PER_LOOK
    masks_to_detections()
    world = looks(num)
    with tempfile.TemporaryDirectory() as folder, Memory.open(Path(folder, "m"), mode="w", create=True) as memory:
        memory.add_stream(StreamInfo("robot", "robot", Calendar("days"), 0))
        timed("write looks, poses and assertions", lambda: memory.observe(world), num)
        timed("write them again", lambda: memory.observe(world), num)
        entries = timed("read all assertions", memory.assertions, num, 3)
        timed("read the last 15", lambda: memory.assertions(after_id=entries[-16].id), repeats=20)
        timed("read those of one node", lambda: memory.assertions(subject="O3"), num // PER_LOOK, 3)
        timed("read all poses", lambda: memory.poses("robot"), num // PER_LOOK, 3)
        timed("check", memory.check)
        timed("count what forgetting a name removes", lambda: memory.forget(name="O3"))
        timed("forget a name", lambda: memory.forget(name="O3", dry_run=False))
        timed("forget a tenth of the time", lambda: memory.forget(span=Span(0, len(world) * NS_PER_S // 10), dry_run=False))


if __name__ == "__main__":
    main()
