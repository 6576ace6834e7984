"""What a memory costs a robot's loop: time added to a step, and memory over many steps.

    python benchmarks/memory_wrapper.py [--steps 100000] [--paced 1200] [--work-ms 20] [--house] [--json]

An environment gives 320x240 RGB, depth and instance masks of a textured room that a camera turns in: pictures that change, with a
new keyframe about every second, at the price of a copy. Perception is the default one: classical descriptors, keyframes as JPEG,
the simulator's masks as detections; everything is stored durably.

1. Paced: 10 steps a second, environment and policy each busy for `--work-ms` in Python and numpy, with and without the wrapper in
   turn, 100 steps each. `added` is what `step` of the wrapper takes beyond `step` of the environment. `copy_alone` is the same
   copy in the turns without a wrapper: what the machine itself does to a quarter of a millisecond. `busy` is the whole busy part
   of a step, which holds what the worker's share of the interpreter costs. With `--house` the environment is `mmmem/House-v0`.
2. Endless: `--steps` steps as fast as they go, with drop="wait" and a budget that lets every frame be observed, so that the
   memory grows as in a real run of that length. RSS is read at the tenth, the half and the end.
"""

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import gymnasium
import numpy as np

from mmmem.memory import Memory
from streams.embodied.memory_wrapper import MemoryWrapper
from streams.embodied.observations import FrameMaker, Rig

HEIGHT, WIDTH = 240, 320
STEP_PIXELS = 3


class TurningCamera(gymnasium.Env):
    """A window that slides over a wide panorama; gives new arrays every step, as Gymnasium asks."""

    def __init__(self, work_ms: float = 0.0) -> None:
        rng = np.random.default_rng(7)
        length = 40 * WIDTH
        coarse = rng.integers(0, 255, (HEIGHT // 24, length // 24, 3), np.uint8).repeat(24, 0).repeat(24, 1)
        noise = rng.integers(0, 24, coarse.shape, np.uint8)
        color = np.full((*coarse.shape[:2], 4), 255, np.uint8)
        color[..., :3] = np.minimum(coarse.astype(np.int32) + noise, 255)
        ids = rng.integers(0, 40, (HEIGHT // 60, length // 60)).repeat(60, 0).repeat(60, 1)
        self.panorama = {
            "color_sensor": color,
            "depth_sensor": rng.uniform(0.5, 6.0, color.shape[:2]).astype(np.float32),
            "semantic_sensor": ids[:, : color.shape[1]].astype(np.uint32),
        }
        self.length = min(part.shape[1] for part in self.panorama.values())
        self.work_ms, self.at = work_ms, 0
        self.observation_space = gymnasium.spaces.Dict(
            {
                name: gymnasium.spaces.Box(0, 255, (HEIGHT, WIDTH, *part.shape[2:]), part.dtype)
                for name, part in self.panorama.items()
            }
        )
        self.action_space = gymnasium.spaces.Discrete(4)
        self.instance_labels = {number: f"thing {number}" for number in range(1, 40)}
        self.rig = Rig(hfov_deg=75.0, height_m=1.25)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        return self._seen(), {}

    def step(self, action):
        self.at += 1
        busy(self.work_ms)
        return self._seen(), 0.0, False, False, {}

    def _seen(self):
        left = self.at * STEP_PIXELS % (self.length - WIDTH)
        seen = {name: part[:, left : left + WIDTH].copy() for name, part in self.panorama.items()}
        angle = self.at * 0.01
        seen["agent_position"] = np.array([np.cos(angle), 0.0, np.sin(angle)], np.float32)
        seen["agent_rotation"] = np.array([0.0, np.sin(angle / 2), 0.0, np.cos(angle / 2)], np.float32)
        return seen


def busy(work_ms: float) -> float:
    """Half a loop of Python, half numpy, until so much time of this thread's own has gone by."""
    block, total = np.ones((120, 120)), 0.0
    end = time.thread_time() + work_ms / 1e3
    while time.thread_time() < end:
        total += float((block @ block)[0, 0]) + sum(range(200))
    return total


def house() -> gymnasium.Env:
    """The house of seed 7, rendered by whatever this machine has."""
    return gymnasium.make("streams.house.registration:mmmem/House-v0", seed=7, days=1).unwrapped


def rss_mb() -> float:
    """Resident memory now, MB; elsewhere than on Linux its peak."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def paced(folder: Path, num_steps: int, work_ms: float, made: Callable[[], gymnasium.Env], hz: float = 10.0) -> dict[str, float]:
    """Turns of 100 steps with and without the memory, at `hz`."""
    inside, alone, with_it, without = [], [], [], []
    env, maker = made(), FrameMaker("alone")
    env.action_space.seed(1)
    with Memory.open(folder, mode="w", create=True) as memory:
        wrapped = MemoryWrapper(env, memory, clock=lambda env, info: time.monotonic_ns())
        wrapped.reset()
        started = time.perf_counter()
        for number in range(num_steps):
            is_wrapped = number // 100 % 2 == 0
            begin = time.perf_counter()
            seen, *_, info = (wrapped if is_wrapped else env).step(env.action_space.sample())
            busy(work_ms)  # the policy, while the worker perceives
            took = time.perf_counter() - begin
            (with_it if is_wrapped else without).append(took * 1e3)
            if is_wrapped:
                inside.append(wrapped.report.held.last_ms)
            else:
                begin_copy = time.perf_counter()
                maker.snapshot(seen, info)
                alone.append((time.perf_counter() - begin_copy) * 1e3)
            time.sleep(max(1 / hz - (time.perf_counter() - begin), 0))
        reached_hz = num_steps / (time.perf_counter() - started)
        wrapped.close()
        stats = wrapped.stats()
    return {
        "steps": float(num_steps),
        "wanted_hz": hz,
        "reached_hz": reached_hz,
        **{f"added_p{p}_ms": float(np.percentile(inside, p)) for p in (50, 95, 99)},
        "added_max_ms": float(np.max(inside)),
        **{f"copy_alone_p{p}_ms": float(np.percentile(alone, p)) for p in (50, 95, 99)},
        **{f"busy_without_p{p}_ms": float(np.percentile(without, p)) for p in (50, 95)},
        **{f"busy_with_p{p}_ms": float(np.percentile(with_it, p)) for p in (50, 95)},
        "observed": float(stats.observed),
        "dropped": float(stats.dropped),
        "over_budget": float(stats.over_budget),
    }


def endless(folder: Path, num_steps: int) -> dict[str, float]:
    """Every frame observed; resident memory on the way."""
    marks = {num_steps // 10: "rss_tenth_mb", num_steps // 2: "rss_half_mb", num_steps: "rss_end_mb"}
    figures: dict[str, float] = {}
    with Memory.open(folder, mode="w", create=True) as memory:
        env = MemoryWrapper(TurningCamera(), memory, drop="wait", budget_ms=60_000)
        env.reset()
        begin = time.perf_counter()
        for number in range(1, num_steps + 1):
            env.step(0)
            if number in marks:
                env.memory.flush()
                figures[marks[number]] = rss_mb()
                figures[marks[number].replace("rss", "time").replace("_mb", "_s")] = time.perf_counter() - begin
        env.close()
        stats = env.stats()
    on_disk = sum(file.stat().st_size for file in folder.iterdir()) / 2**20
    return {
        "steps": float(num_steps),
        "observed": float(stats.observed),
        "dropped": float(stats.dropped),
        **figures,
        "disk_mb": on_disk,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=100_000)
    parser.add_argument("--paced", type=int, default=1200)
    parser.add_argument("--work-ms", type=float, default=20.0)
    parser.add_argument("--house", action="store_true")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:

        def camera() -> gymnasium.Env:
            return TurningCamera(asked.work_ms)

        figures = {
            "paced": paced(Path(folder) / "paced", asked.paced, asked.work_ms, house if asked.house else camera),
            **({"endless": endless(Path(folder) / "endless", asked.steps)} if asked.steps else {}),
        }
    if asked.json:
        print(json.dumps(figures))
        return
    for part, values in figures.items():
        print(part)
        for name, value in values.items():
            print(f"  {name:24} {value:12.3f}")


if __name__ == "__main__":
    main()
