"""How well poses that drift are put right by the surfaces seen before (`scenegraph.anchoring`), in simulated lives.

    python benchmarks/anchoring.py --seeds 1 2 3 --days 2 --noise moderate

What counts is that a place has the same error on every tour, for then what stayed is where it was: the spread is the root mean
square of how far the errors of tours, averaged over what they see of a square of the floor, are from their mean. The errors
themselves are given beside it. A pose that was distrusted is left out.
"""

import argparse
import time
from collections import defaultdict

import numpy as np
from numpy.typing import NDArray
from scenegraph_house import START_NS, shots

from scenegraph.anchoring import Anchor
from scenegraph.geometry import view_of
from scenegraph.settings import Settings
from scenegraph.trust import Trust
from streams.house.building import build_home
from streams.house.living import live

SQUARE_M, AHEAD_M = 1.5, 2.0
LEAST = 4  # pictures of a square in a tour without which it does not count


def spread_m(errors: NDArray[np.float64], squares: list[tuple[int, int]], tours: list[int]) -> float:
    """Metres; see above."""
    by_square: dict[tuple[int, int], dict[int, list[NDArray[np.float64]]]] = defaultdict(lambda: defaultdict(list))
    for error, square, tour in zip(errors, squares, tours, strict=True):
        by_square[square][tour].append(error)
    squared, free = 0.0, 0
    for by_tour in by_square.values():
        means = np.array([np.mean(some, axis=0) for some in by_tour.values() if len(some) >= LEAST])
        if len(means) > 1:
            squared, free = squared + float(((means - means.mean(axis=0)) ** 2).sum()), free + len(means) - 1
    return float(np.sqrt(squared / max(free, 1)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--days", type=int, default=2)
    parser.add_argument("--tour-s", type=float, default=400)
    parser.add_argument("--noise", default="moderate")
    given = parser.parse_args()
    print("| seed | error as given, m | aligned | spread as given, m | aligned | ms a picture |\n" + "| --- " * 6 + "|")
    for seed in given.seeds:
        life = live(build_home(seed), days=given.days, seed=seed, start_ns=START_NS)
        anchor, trust, settings = Anchor(), Trust(), Settings()
        raw, aligned, squares, tours, ms = [], [], [], [], []
        for shot in shots(life, given.tour_s, given.noise, seed):
            frame, true = shot.perceived.frame, shot.pose
            view = view_of(frame, settings)
            if view is None or not trust.accepts(frame.stream_id, frame.t_ns, view):
                continue
            start = time.process_time()
            put_right = anchor.aligned(frame.stream_id, frame.t_ns, view)
            ms.append((time.process_time() - start) * 1000)
            raw.append((view.origin - true[:3, 3])[:2])
            aligned.append((put_right.origin - true[:3, 3])[:2])
            x, y = np.rint((true[:2, 3] + AHEAD_M * true[:2, 2]) / SQUARE_M).astype(int).tolist()
            squares.append((x, y))
            tours.append(shot.tour)
        cells = []
        for errors in (np.array(raw), np.array(aligned)):
            cells.append((float(np.sqrt((errors**2).sum(axis=1).mean())), spread_m(errors, squares, tours)))
        (error, spread), (error_now, spread_now) = cells
        print(f"| {seed} | {error:.3f} | {error_now:.3f} | {spread:.3f} | {spread_now:.3f} | {np.mean(ms):.1f} |", flush=True)


if __name__ == "__main__":
    main()
