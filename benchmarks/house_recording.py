"""What recording a house costs: milliseconds of each step of a frame, then a whole recording, in wall and processor time.

python -m benchmarks.house_recording --days 7 --tour-s 600 --workers 2
"""

import argparse
import json
import os
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from streams.house.looks import Looker
from streams.house.noisy_detector import NoisyDetector
from streams.house.recording import record_house
from streams.house.recording_plan import Days, RecordingPlan, lived
from streams.house.stretch_recording import Conduct, default_renderer
from streams.house.tables import TablesWriter
from streams.house.tour_films import FilmWriter, in_mm
from streams.house.trajectory import Trajectory
from streams.house.watching import Watched, watch

Made = TypeVar("Made")


def steps(days: Days, folder: Path, num_frames: int) -> dict[str, float]:
    """Milliseconds of processor time for each step of a frame, of frames spread over the whole trajectory."""
    os.environ.setdefault("LP_NUM_THREADS", "0")  # as the workers have it
    renderer = default_renderer(days.life.home, days.plan.camera)
    way = days.trajectory
    rows = slice(None, None, max(len(way) // num_frames, 1))
    part = Trajectory(way.t_ns[rows], way.poses_world_camera[rows], way.tour[rows])
    looker, detector = Looker(days.life.home), NoisyDetector(days.plan.level, days.plan.seed, days.life.home)
    cost: dict[str, float] = {"frames": len(part)}
    watched = timed(cost, "render", len(part), lambda: list(watch(days.life, part, renderer, camera=days.plan.camera)))
    looks = timed(cost, "measure looks", len(part), lambda: [looker.look(one) for one in watched])
    perceived = timed(
        cost, "sense", len(part), lambda: [detector.sense(one, look) for one, look in zip(watched, looks, strict=True)]
    )
    for name, suffix, of in FILMS:
        timed(cost, name, len(part), lambda suffix=suffix, of=of: film(folder / f"film{suffix}", watched, of))
    tables = TablesWriter()
    timed(cost, "pack tables", len(part), lambda: [tables.add(*pair) for pair in zip(looks, perceived, strict=True)])
    timed(cost, "write tables", len(part), lambda: tables.write(folder / "tables.npz"))
    renderer.close()
    return cost


FILMS: tuple[tuple[str, str, Callable[[Watched], Any]], ...] = (
    ("encode video", ".mp4", lambda one: one.frame.image),
    ("encode depth", ".depth.mkv", lambda one: in_mm(one.frame.depth_m)),
    ("encode instances", ".instances.mkv", lambda one: one.frame.instances.astype("uint16")),
)


def film(path: Path, watched: list[Watched], of: Callable[[Watched], Any]) -> None:
    with FilmWriter(path, (of(watched[0]).shape[1], of(watched[0]).shape[0]), watched[0].frame.t_ns) as writer:
        for one in watched:
            writer.write(of(one), one.frame.t_ns)


def timed(cost: dict[str, float], name: str, num: int, work: Callable[[], Made]) -> Made:
    began_s = time.process_time()
    made = work()
    cost[f"{name} ms"] = round((time.process_time() - began_s) / num * 1e3, 2)
    return made


def whole(plan: RecordingPlan, folder: Path, workers: int) -> dict[str, Any]:
    """A whole recording."""
    began_s = time.monotonic()
    report = record_house(plan, folder, conduct=Conduct(workers=workers))
    wall_s = time.monotonic() - began_s
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return {
        "frames": report.num_frames,
        "renderer": report.renderer,
        "workers": workers,
        "wall s": round(wall_s, 1),
        "frames per s": round(report.num_frames / wall_s, 1),
        "processor s": round(sum(one.ru_utime + one.ru_stime for one in used), 1),
        "load before and after": [round(os.getloadavg()[-1], 1), round(os.getloadavg()[0], 1)],
        "MB": round(report.num_bytes / 1e6, 1),
        "peak MB of a process": round(max(one.ru_maxrss for one in used) / 1e3),
        "events": report.num_events,
        "observed": report.num_observed,
        "texts": report.num_texts,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--days", type=int, default=7)
    parser.add_argument("--tour-s", type=float, default=600.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--step-frames", type=int, default=200)
    parser.add_argument("--only-steps", action="store_true")
    asked = parser.parse_args()
    plan = RecordingPlan(seed=asked.seed, days=asked.days, tour_s=asked.tour_s)
    with tempfile.TemporaryDirectory() as scratch:
        result: dict[str, Any] = {"steps": steps(lived(plan), Path(scratch), asked.step_frames)}
        if not asked.only_steps:
            result["whole"] = whole(plan, Path(scratch) / "house", asked.workers)
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
