"""How fast the house is drawn: pictures a second with colours, shadows, depth and masks, and what each pass of a frame costs.

Run as `python benchmarks/render.py [--backend egl] [--seed 7] [--frames 200] [--width 320] [--samples 0]`. Views are those of a
robot's camera, 1.25 m up and 18 degrees down, at random places of every room, every 30 degrees. Wall clock says what a busy
machine gives; the seconds of CPU beside it hardly depend on who else is working.
"""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from math import cos, pi, radians, sin, tan
from time import perf_counter, process_time

import numpy as np
from numpy.typing import NDArray

from streams.house.building import build_home
from streams.house.gl_painter import GlPainter
from streams.house.home import Home
from streams.house.models.contact_sheets import looking
from streams.house.opening import open_renderer
from streams.house.painted import PaintedStage
from streams.house.rendering import Camera
from streams.house.starting import starting_state
from streams.house.world import WorldState

Clock = dict[str, tuple[float, float]]


def robot_views(home: Home, count: int) -> list[NDArray[np.float64]]:
    rng = np.random.default_rng(0)
    views = []
    for number in range(count):
        room = home.rooms[number % len(home.rooms)]
        x, y = rng.uniform(room.x0_m + 0.4, room.x1_m - 0.4), rng.uniform(room.y0_m + 0.4, room.y1_m - 0.4)
        turn = pi / 6 * (number // len(home.rooms))
        views.append(looking((x, y, 1.25), (x + cos(turn), y + sin(turn), 1.25 - tan(radians(18)))))
    return views


@contextmanager
def timed(clock: Clock, name: str) -> Iterator[None]:
    wall, cpu = perf_counter(), process_time()
    yield
    before = clock.get(name, (0.0, 0.0))
    clock[name] = before[0] + perf_counter() - wall, before[1] + process_time() - cpu


def passes(renderer: PaintedStage[WorldState], views: list[NDArray[np.float64]]) -> Clock:
    """The parts of a frame, each on its own; GL only."""
    painter, clock = renderer._painter, {}
    assert isinstance(painter, GlPainter)
    for view in views:
        with timed(clock, "choose what is in view"):
            painter._aim(view, renderer.stage.there(view[:3, 3]))
        with timed(clock, "colours and shadows"):
            painter._colours()
        with timed(clock, "masks and depth"):
            painter._ids_and_depth()
    return clock


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--backend", default="auto")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--frames", type=int, default=200)
    parser.add_argument("--width", type=int, default=320)
    parser.add_argument("--samples", type=int, default=0)
    given = parser.parse_args()
    home = build_home(given.seed)
    state = starting_state(home)
    renderer = open_renderer(home, Camera(given.width, given.width * 3 // 4), backend=given.backend, samples=given.samples)
    print(renderer.note)
    print(f"{len(home.rooms)} rooms, {len(home.furniture)} pieces, {len(home.things)} things, {renderer.stage.model.ngeom} geoms")
    views = robot_views(home, given.frames)
    for view in views[:3]:
        renderer.render(state, view)
    clock: Clock = {}
    with timed(clock, "frame"):
        for view in views:
            renderer.render(state, view)
    wall, cpu = clock["frame"]
    print(f"{len(views) / wall:.1f} frames/s of wall clock; {1e3 * cpu / len(views):.1f} ms of CPU a frame")
    if renderer.name != "rays":
        report(passes(renderer, views), len(views))
    renderer.close()


def report(clock: Clock, frames: int) -> None:
    whole = sum(cpu for _, cpu in clock.values())
    for name, (wall, cpu) in clock.items():
        print(f"{name:24s} {1e3 * wall / frames:6.2f} ms wall {1e3 * cpu / frames:6.2f} ms CPU {cpu / whole:5.0%}")


if __name__ == "__main__":
    main()
