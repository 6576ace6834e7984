"""Whether a robot's second and third day of errands are better than its first.

    python benchmarks/fetching.py --seeds 21 22 23 24 25 26 --days 3

The home is lived in for two days before the first errand, for on its first morning everything stands where things stand in homes
in general. The same things are asked for on every day, each day in an order of its own that is drawn from the seed. The first day
begins with the plan of the home and an empty memory. Each later day is lived twice from the same evening: by the robot for which
it is the second or third day, its memory opened again from disk, and by one for which it is the first. So the errands of the
second day are held against the same errands, at the same hours of the same day, of a first day; what differs is what the robot
has lived through. Days of one robot are also held against each other, thing by thing; there hours and what happens differ.
Nobody asks for what they hold, who is asleep or out; such errands have no partner and are left out of the pairs.

Means over errands. Intervals are 95 % by bootstrap over houses: errands of one house are drawn together.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from apps.robot.days import House, Told, fetchable, run_day
from mmmem.memory import Memory
from streams.house.home import Thing

KEPT, FIRST = "memory", "first day"
LIVED_DAYS = 2
FIGURES = ("brought", "done", "pictures", "path_m", "seconds")


@dataclass(frozen=True)
class Row:
    """One errand.

    Args:
        arm: with the memory of the days before, or as on a first day.
        day: of the robot that remembers, from 1.
    """

    seed: int
    arm: str
    day: int
    told: Told

    @property
    def thing(self) -> str:
        return self.told.asked.partition(": ")[2]

    def value(self, what: str) -> float:
        """One of `FIGURES`; "done" is brought, or left in the room in which it was asked for."""
        return float(self.told.brought or self.told.left) if what == "done" else float(getattr(self.told, what))


def run_seed(seed: int, noise: str, num: int, days: int) -> Iterator[Row]:
    house = House.open(seed, LIVED_DAYS + days, noise=noise)
    things = fetchable(house.home, np.random.default_rng(seed), num)
    with tempfile.TemporaryDirectory() as folder:
        for day in range(days):
            asked = _in_order(things, seed, day)
            evening = house.snapshot()
            for arm in (FIRST, KEPT) if day else (KEPT,):
                house.restore(evening)
                with _memory(folder, arm if arm == KEPT else f"{arm} {day}", house) as memory:
                    for told in run_day(house, house.memory(memory), LIVED_DAYS + day, asked):
                        yield Row(seed, arm, day + 1, told)
    house.env.close()


def _in_order(things: Sequence[Thing], seed: int, day: int) -> list[Thing]:
    return [things[number] for number in np.random.default_rng((seed, 7, day)).permutation(len(things)).tolist()]


def _memory(folder: str, name: str, house: House) -> Memory:
    return Memory.open(Path(folder) / name, mode="w", create=True, calendar=house.env.calendar)


def table(rows: Sequence[Row], days: int) -> None:
    print("| | errands | handed over | or left in the room | pictures | path m | seconds |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    arms = [(KEPT, day) for day in range(1, days + 1)] + [(FIRST, day) for day in range(2, days + 1)]
    for arm, day in arms:
        mine = [row for row in rows if (row.arm, row.day) == (arm, day)]
        means = [np.mean([row.value(what) for row in mine]) * (100 if what in ("brought", "done") else 1) for what in FIGURES]
        name = f"day {day}" if arm == KEPT else f"day {day} as a first day"
        print(f"| {name} | {len(mine)} | {' | '.join(f'{mean:.1f}' for mean in means)} |")
    later = range(2, days + 1)
    for day in later:
        compare(f"day {day} against the same day as a first one", rows, [((KEPT, day), (FIRST, day))])
    compare("later days against the same days as first ones", rows, [((KEPT, day), (FIRST, day)) for day in later])
    for day in later:
        compare(f"day {day} against day 1", rows, [((KEPT, day), (KEPT, 1))])


Arm = tuple[str, int]


def compare(title: str, rows: Sequence[Row], arms: Sequence[tuple[Arm, Arm]]) -> None:
    """Paired differences between arms, errand by errand."""
    of = {(row.arm, row.day, row.seed, row.thing): row for row in rows}
    pairs = [
        (seed, of[(*one, seed, thing)], of[(*other, seed, thing)])
        for one, other in arms
        for arm, day, seed, thing in sorted(of)
        if (arm, day) == one and (*other, seed, thing) in of
    ]
    told = []
    for what in FIGURES:
        gaps = [mine.value(what) - theirs.value(what) for _, mine, theirs in pairs]
        low, high = interval(gaps, [seed for seed, _, _ in pairs])
        told.append(f"{what} {np.mean(gaps):+.2f} [{low:+.2f}, {high:+.2f}]")
    print(f"{title}, {len(pairs)} pairs: {'; '.join(told)}")


def interval(gaps: Sequence[float], seeds: Sequence[int]) -> tuple[float, float]:
    """95 % of the mean, by drawing houses with replacement."""
    houses = [np.array([gap for gap, seed in zip(gaps, seeds, strict=True) if seed == one]) for one in sorted(set(seeds))]
    rng = np.random.default_rng(0)
    drawn = [np.concatenate([houses[n] for n in rng.integers(len(houses), size=len(houses))]).mean() for _ in range(4000)]
    return float(np.quantile(drawn, 0.025)), float(np.quantile(drawn, 0.975))


def read(path: Path) -> list[Row]:
    """What --rows wrote."""
    held = [json.loads(line) for line in path.read_text().splitlines()]
    return [Row(one["seed"], one["arm"], one["day"], Told(**one["told"])) for one in held]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[21, 22, 23, 24, 25, 26])
    parser.add_argument("--days", type=int, default=3)
    parser.add_argument("--errands", type=int, default=8, help="of each day, at most")
    parser.add_argument("--noise", default="moderate")
    parser.add_argument("--rows", type=Path, help="file for every errand, JSON lines; it is added to")
    parser.add_argument("--show", type=Path, nargs="+", help="files that --rows wrote: print their table, and run nothing")
    given = parser.parse_args()
    rows: list[Row] = [row for path in given.show or () for row in read(path)]
    for seed in () if given.show else given.seeds:
        for row in run_seed(seed, given.noise, given.errands, given.days):
            rows.append(row)
            if given.rows:
                with given.rows.open("a") as file:
                    file.write(json.dumps(asdict(row)) + "\n")
        print(f"seed {seed} done", flush=True)
    table(rows, given.days)


if __name__ == "__main__":
    main()
