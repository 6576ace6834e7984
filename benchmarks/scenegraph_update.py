"""What one picture costs: 320x240 RGB-D with 15 things in view, in a graph of 100 to 10,000 things; and what a question costs.

    python benchmarks/scenegraph_update.py

A table with 14 boxes is looked at from changing viewpoints; the rest of the graph lies in other rooms. Median and 95th
percentile of processor time; with one thing taken away and put back, so that absence and recognition are in it.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "scenegraph"))
import scripted_scene

from mmmem.clock import Span
from mmmem.types import Assertion, Intrinsics
from scenegraph import SceneGraph
from scenegraph.log import ListLog

KINDS = ("mug", "book", "bowl", "bottle", "vase", "phone", "box", "plate", "pen", "toy")


def crowded(count: int) -> ListLog:
    """A log of `count` things on a grid far from the table."""
    log, rng = ListLog(), np.random.default_rng(0)
    rows = []
    for number in range(count):
        at = np.array([20.0 + number % 50 * 0.7, 20.0 + number // 50 * 0.7, rng.uniform(0.3, 1.5)])
        box = [(at - 0.05).round(3).tolist(), (at + 0.05).round(3).tolist()]
        colour = np.sqrt(rng.dirichlet(np.full(16, 0.3)))
        value = {"layer": "object", "at": at.round(3).tolist(), "box": box, "size": [0.1, 0.1, 0.1], "count": 9}
        value["colour"] = [round(float(share) * 255) for share in colour]
        rows.append(Assertion("seen", f"O{number + 1}", Span(1, 2), KINDS[number % len(KINDS)], value))
    log.append("before", rows)
    return log


def table() -> scripted_scene.Scene:
    scripted_scene.WIDTH, scripted_scene.HEIGHT = 320, 240
    scripted_scene.K = Intrinsics(260.0, 260.0, 159.5, 119.5)
    rng = np.random.default_rng(1)
    boxes = [scripted_scene.TABLE]
    for number in range(14):
        x, y = -0.65 + number % 7 * 0.21, -0.25 + number // 7 * 0.4
        colour = tuple(int(value) for value in rng.integers(20, 240, 3))
        boxes.append(scripted_scene.Box(f"b{number}", KINDS[number % len(KINDS)], (x, y, 0.72), (0.1, 0.1, 0.12), colour))
    return scripted_scene.Scene(boxes)


def measure(count: int, num_frames: int) -> str:
    scene, graph = table(), SceneGraph(crowded(count))
    shots = []
    for number in range(num_frames):
        if number == num_frames // 3:
            away = scene.take("b3")
        if number == 2 * num_frames // 3:
            scene.put(away.moved(0.6, 0.35))
        eye = (-1.0 + 2.0 * abs(number / num_frames * 2 - 1), -1.7, 1.5)
        shots.append(scene.shot(1 + number / 2, eye, noise_m=0.003))
    spent = []
    for shot in shots:
        start = time.process_time()
        graph.observe(*shot)
        spent.append((time.process_time() - start) * 1000)
    graph.flush()
    asked = []
    for name in ("O5", "mug", "table", "book") * 5:
        start = time.process_time()
        graph.where(name)
        asked.append((time.process_time() - start) * 1000)
    seen, where = np.percentile(spent[3:], [50, 95]), np.percentile(asked, [50, 95])
    return (
        f"{count:6d} things: picture {seen[0]:5.1f} ms median, {seen[1]:5.1f} ms p95, {max(spent[3:]):.0f} ms at most;"
        f" where {where[0]:.2f} ms, {where[1]:.2f} ms p95;"
        f" {len(shots[0][1])} in view, {len(graph.nodes) - count} nodes of them"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=60)
    frames = parser.parse_args().frames
    for count in (100, 1000, 10_000):
        print(measure(count, frames))


if __name__ == "__main__":
    main()
