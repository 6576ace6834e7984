"""What a robot's memory of one day is worth on the next: errands in houses nobody tuned on, with a paired control.

    python benchmarks/fetching.py --seeds 21 22 23 24 25 26 27 28

On the first day the robot knows the plan of the home and nothing else. The second day is lived twice from the same evening: once
with the memory of the first day, once with an empty one; four of its six errands are for things that were asked for before.
Means over errands; intervals are 95 % over errands by bootstrap, of paired differences.
"""

import argparse
import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from apps.robot.days import House, Told, fetchable, run_day
from mmmem.memory import Memory


def run_seed(seed: int, noise: str, num: int) -> dict[str, list[Told]]:
    house = House.open(seed, 2, noise=noise)
    things = fetchable(house.home, np.random.default_rng(seed), num + 2)
    told: dict[str, list[Told]] = {}
    with tempfile.TemporaryDirectory() as folder:
        with _memory(folder, "kept", house) as kept:
            told["day 1"] = run_day(house, house.memory(kept), 0, things[:num])
        evening = house.snapshot()
        # Opened again, as after a restart: what helps on the second day was on disk.
        with _memory(folder, "kept", house) as kept:
            told["day 2"] = run_day(house, house.memory(kept), 1, things[2:])
        house.restore(evening)
        with _memory(folder, "empty", house) as empty:
            told["day 2, memory wiped"] = run_day(house, house.memory(empty), 1, things[2:])
    house.env.close()
    return told


def _memory(folder: str, name: str, house: House) -> Memory:
    return Memory.open(Path(folder) / name, mode="w", create=True, calendar=house.env.calendar)


def table(told: dict[str, list[Told]]) -> None:
    print("| | errands | handed over | left in the room | pictures | path m | seconds | openings |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name, rows in told.items():
        shares = [100 * np.mean([row.brought for row in rows]), 100 * np.mean([row.left for row in rows])]
        means = [np.mean([getattr(row, what) for row in rows]) for what in ("pictures", "path_m", "seconds", "openings")]
        cells = [f"{value:.1f}" for value in (*shares, *means)]
        print(f"| {name} | {len(rows)} | {' | '.join(cells)} |")
    pairs = {(row.day, row.asked): row for row in told["day 2"]}
    both = [(pairs[row.day, row.asked], row) for row in told["day 2, memory wiped"] if (row.day, row.asked) in pairs]
    for what in ("brought", "done", "pictures", "path_m", "seconds"):
        gaps = np.array([_value(kept, what) - _value(wiped, what) for kept, wiped in both])
        low, high = interval(gaps)
        print(f"memory against wiped, {what}: {gaps.mean():+.2f} [{low:+.2f}, {high:+.2f}] over {len(gaps)} pairs")


def _value(row: Told, what: str) -> float:
    return float(row.brought or row.left) if what == "done" else float(getattr(row, what))


def interval(values: Sequence[float]) -> tuple[float, float]:
    rng = np.random.default_rng(0)
    means = np.mean(rng.choice(np.asarray(values), (2000, len(values))), axis=1)
    return float(np.quantile(means, 0.025)), float(np.quantile(means, 0.975))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[21, 22, 23, 24, 25, 26, 27, 28])
    parser.add_argument("--errands", type=int, default=6, help="of each day")
    parser.add_argument("--noise", default="moderate")
    parser.add_argument("--rows", help="file for every errand, JSON lines")
    given = parser.parse_args()
    told: dict[str, list[Told]] = {}
    for seed in given.seeds:
        for name, rows in run_seed(seed, given.noise, given.errands).items():
            told.setdefault(name, []).extend(rows)
            if given.rows:
                lines = [json.dumps({"seed": seed, "arm": name, **asdict(row)}) for row in rows]
                with Path(given.rows).open("a") as file:
                    file.write("\n".join(lines) + "\n")
        print(f"seed {seed} done", flush=True)
    table(told)


if __name__ == "__main__":
    main()
