"""A robot in a home of which it knows nothing, neither plan nor memory: how much of the floor it sees, and what it finds.

    python benchmarks/exploring.py --seeds 21 22 23 --questions 4

It drives in `mmmem/House-v0` and builds its map from depth and poses as they are measured (noise "moderate"); the life goes on
meanwhile. `value` weighs frontiers and closer looks against their cost and stops when none is worth it; `nearest frontier` goes
to the nearest edge of what it knows until none is left (Yamauchi 1997), or until it has found what it looks for; `random walk`
goes to places of the floor that it knows. Questions are where something is that stands in the open; `with plan` is the robot that
knows rooms, furniture and floor (`apps.robot.searching`, by the value of looks), its memory empty too. An answer is right if it
names, or points at, the piece of furniture on which the thing is when it is given. SPL is success weighted by path length.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from apps.robot.asked import Asked, questions, shortest_m
from apps.robot.belief import WhereBelief
from apps.robot.days import House
from apps.robot.deciding import policy
from apps.robot.driving import Driver
from apps.robot.exploring import WAYS, Explorer
from apps.robot.hands import EnvironmentHands
from apps.robot.known_floor import KnownFloor
from apps.robot.remembered import LooksTaken, Remembered
from mmmem.clock import NS_PER_HOUR
from scenegraph import SceneGraph
from scenegraph.log import ListLog
from streams.house.noise import noise_level
from streams.house.noisy_detector import NoisyDetector

WITH_PLAN = "with plan"
MARKS_M = (10.0, 20.0, 30.0, 40.0, 60.0)
MOST_LOOKS = {"random walk": 60}


@dataclass(frozen=True)
class Run:
    """One exploration, or one question.

    Args:
        seen: (path in metres, share of the free floor that was seen) after each look.
    """

    seed: int
    way: str
    pictures: int
    path_m: float
    right: bool = False
    shortest_m: float = 0.0
    seen: list[tuple[float, float]] = field(default_factory=list)

    @property
    def spl(self) -> float:
        longest = max(self.path_m, self.shortest_m)
        return float(self.right) * (self.shortest_m / longest if longest > 0 else 1.0)

    def share_at(self, path_m: float) -> float:
        return max((share for way_m, share in self.seen if way_m <= path_m), default=0.0)


class Unknown:
    """A home at ten in the morning, and where the robot is put; every run begins there anew."""

    def __init__(self, seed: int, noise: str) -> None:
        self.house, self.noise, self.seed = House.open(seed, 1, noise=noise), noise, seed
        rng = np.random.default_rng((seed, 31))
        self.start_ns = self.house.env.life.start_ns + round(rng.uniform(9.0, 18.0) * NS_PER_HOUR)
        self.stance = (*self.house.floor.random_free(rng), float(rng.uniform(-np.pi, np.pi)))
        self.floor_points = self.house.floor.centres[self.house.floor.open]

    def reset(self) -> tuple:
        env = self.house.env
        return env, *env.reset(seed=self.seed, options={"t_ns": self.start_ns, "stance": self.stance})

    def detector(self) -> NoisyDetector:
        return NoisyDetector(noise_level(self.noise), self.seed * 100 + 7, self.house.home)

    def explore(self, way: str, asked: Asked | None = None) -> Run:
        floor, seen = KnownFloor(), []
        driver = Driver(
            *self.reset(), paths=floor, detector=self.detector(), shutter=self.house.shutter, bumped=floor.bumped, first_index=1
        )
        explorer = Explorer(
            driver, floor, way=way, rng=np.random.default_rng(self.seed),
            tell=lambda one: seen.append((driver.effort.path_m, float(floor.has_seen(self.floor_points).mean()))),
        )  # fmt: skip
        found = explorer.run(asked.wanted if asked else None, most_looks=MOST_LOOKS.get(way, 80))
        effort = driver.effort
        right = asked is not None and found.at is not None and self._piece_at(found.at) == self._piece_of(asked)
        return Run(self.seed, way, effort.pictures, effort.path_m, right, self._shortest_m(asked), seen)

    def search(self, asked: Asked) -> Run:
        house = self.house
        hands = EnvironmentHands(
            *self.reset(), places=house.places, floor=house.floor, sight=house.sight, detector=self.detector(),
            shutter=house.shutter, first_index=1,
        )  # fmt: skip
        empty = Remembered(house.places, SceneGraph(ListLog()), LooksTaken(len(house.places)))
        belief = WhereBelief(empty.where(asked.wanted, self.start_ns))
        found = house.search.run(asked.wanted, belief, hands, policy("value"))
        right = found.said.value >= 0 and house.places[found.said.value].piece.id == self._piece_of(asked)
        return Run(self.seed, WITH_PLAN, hands.effort.pictures, hands.effort.path_m, right, self._shortest_m(asked))

    def asked(self, num: int) -> list[Asked]:
        """Where things are that stand in the open."""
        self.reset()
        state, places = self.house.env.world.state, self.house.places
        drawn = questions(self.house.home, places, state, np.random.default_rng((self.seed, 5)), num=40)
        numbers = {one: places.of_surface(state.holder_of(one.subject)) for one in drawn if one.kind == "where"}
        return [one for one, number in numbers.items() if number is not None and not places[number].behind][:num]

    def _piece_of(self, asked: Asked) -> str:
        return self.house.env.world.state.holder_of(asked.subject).partition(".")[0]

    def _piece_at(self, at: tuple[float, float, float]) -> str:
        """The piece of furniture under a point, else the nearest one with a surface."""
        places = self.house.places
        number = places.at(at)
        if number is None:
            number = min(range(len(places)), key=lambda one: float(np.linalg.norm(places[one].points - at, axis=1).min()))
        return places[number].piece.id

    def _shortest_m(self, asked: Asked | None) -> float:
        house = self.house
        return shortest_m(asked, house.places, house.floor, house.env.world.state, self.stance[:2]) if asked else 0.0


def run_seed(seed: int, noise: str, num: int, ways: list[str]) -> Iterator[tuple[str, Run]]:
    unknown = Unknown(seed, noise)
    for way in ways:
        if way != WITH_PLAN:
            yield "floor", unknown.explore(way)
    for asked in unknown.asked(num):
        for way in ways:
            yield "question", unknown.search(asked) if way == WITH_PLAN else unknown.explore(way, asked)
    unknown.house.env.close()


def tables(told: list[tuple[str, Run]], ways: list[str]) -> None:
    print(
        "| share of the free floor seen, % | "
        + " | ".join(f"{mark:g} m" for mark in MARKS_M)
        + " | at the end | path m | pictures |"
    )
    print("| --- " * (len(MARKS_M) + 4) + "|")
    for way in ways:
        mine = [run for kind, run in told if kind == "floor" and run.way == way]
        if mine:
            shares = [100 * np.mean([run.share_at(mark) for run in mine]) for mark in (*MARKS_M, np.inf)]
            cells = [f"{share:.0f}" for share in shares] + [f"{np.mean([run.path_m for run in mine]):.1f}"]
            print(f"| {way} | {' | '.join(cells)} | {np.mean([run.pictures for run in mine]):.1f} |")
    print("\n| where is it? | questions | right, % | SPL | pictures | path m |\n| --- | --- | --- | --- | --- | --- |")
    for way in ways:
        mine = [run for kind, run in told if kind == "question" and run.way == way]
        if mine:
            means = [np.mean([getattr(run, what) for run in mine]) for what in ("right", "spl", "pictures", "path_m")]
            print(f"| {way} | {len(mine)} | {100 * means[0]:.0f} | {means[1]:.2f} | {means[2]:.1f} | {means[3]:.1f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[21, 22, 23])
    parser.add_argument("--questions", type=int, default=4, help="of each seed")
    parser.add_argument("--noise", default="moderate")
    parser.add_argument("--ways", nargs="+", default=[*WAYS, WITH_PLAN])
    given = parser.parse_args()
    told: list[tuple[str, Run]] = []
    for seed in given.seeds:
        told.extend(run_seed(seed, given.noise, given.questions, given.ways))
        print(f"seed {seed} done", flush=True)
    tables(told, given.ways)


if __name__ == "__main__":
    main()
