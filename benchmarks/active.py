"""Active questions: accuracy against pictures and path, with and without the value of a look, in lives nobody tuned on.

    python benchmarks/active.py --seeds 11 12 13 14 15 --questions 24

A robot tours a home for two days and a morning (noise "moderate"), then is asked, at hours drawn from nine to six on the third
day, where things are, whether some are at a place, and how many. Every policy gets the same questions, memory, start and world,
which stands still meanwhile, so that from one viewpoint all see the same picture; all answer from the same belief, and nothing is
learned from one question for the next. Pictures include those that aim at handles.

`exhaustive` visits every viewpoint that can show what is asked for (for a question about one place: that place's), `nearest`
goes to the nearest until it is found, `memory order` to the likeliest until it is found (Mind Palace's loop without values),
`recall` stays where it is. Calibration is the expected error over ten bins of confidence.
"""

import argparse
import json
import pickle
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from apps.robot.asked import Asked, is_right, questions, said_in_words, shortest_m
from apps.robot.belief import Belief, CountBelief, WhereBelief
from apps.robot.body import StillBody, StillHouse
from apps.robot.deciding import POLICIES, Worth, policy
from apps.robot.remembered import LooksTaken, Remembered
from apps.robot.searching import Search
from apps.robot.seeing import Expectation
from apps.robot.viewpoints import Sight, Ways, home_sight, viewpoints_of
from mmmem.clock import NS_PER_DAY, NS_PER_HOUR
from scenegraph import SceneGraph
from scenegraph.log import ListLog
from streams.house.building import build_home
from streams.house.life import Life
from streams.house.living import live
from streams.house.noise import noise_level
from streams.house.noisy_detector import NoisyDetector
from streams.house.opening import open_renderer
from streams.house.patrol import patrol
from streams.house.rendering import Camera, Renderer
from streams.house.watching import watch

START_NS = 19_849 * NS_PER_DAY + round(6.5 * NS_PER_HOUR)
DAYS = 3
ASKED_HOURS = (9.0, 18.0)


@dataclass(frozen=True)
class Row:
    """One question answered by one policy."""

    seed: int
    policy: str
    kind: str
    text: str
    said: str
    confidence: float
    right: bool
    pictures: int
    path_m: float
    shortest_m: float

    @property
    def spl(self) -> float:
        """Success weighted by path length; without a way to go, and none gone, it is success."""
        longest = max(self.path_m, self.shortest_m)
        return float(self.right) * (self.shortest_m / longest if longest > 0 else 1.0)


def history(
    life: Life, sight: Sight, num_places: int, renderer: Renderer, *, noise: str, tour_s: float
) -> tuple[ListLog, LooksTaken]:
    """What two days and a morning of tours leave behind."""
    seed = life.home.seed
    log, looks, detector = ListLog(), LooksTaken(num_places), NoisyDetector(noise_level(noise), seed, life.home)
    graph = SceneGraph(log)
    tours = patrol(life, tours_per_day=2, tour_s=tour_s, hz=1, seed=seed)
    until_ns = asked_day(life) + round(ASKED_HOURS[0] * NS_PER_HOUR)
    for watched in watch(life, tours, renderer):
        if watched.frame.t_ns >= until_ns:
            break
        frame, found = detector.perceive(watched)
        graph.observe(frame, found)
        looks.note(frame.t_ns, *sight.shown(watched.frame.pose_world_camera))
    graph.flush()
    return log, looks


def asked_day(life: Life) -> int:
    return (life.start_ns // NS_PER_DAY + DAYS - 1) * NS_PER_DAY


def remembered(log: ListLog) -> SceneGraph:
    return SceneGraph(ListLog(log.rows))


def belief_of(asked: Asked, memory: Remembered, now_ns: int) -> Belief:
    if asked.kind == "where":
        return WhereBelief(memory.where(asked.wanted, now_ns))
    chances, more = memory.at_place(asked.wanted, asked.place, now_ns)
    return CountBelief(asked.place, chances, more, yes_no=asked.kind == "any")


def run_seed(seed: int, given: argparse.Namespace) -> Iterator[Row]:
    life = live(build_home(seed), days=DAYS, seed=seed, start_ns=START_NS)
    camera = Camera()
    places, floor, sight = home_sight(life.home, camera)
    renderer = open_renderer(life.home, camera)
    log, looks = _kept(given, seed, lambda: history(life, sight, len(places), renderer, noise=given.noise, tour_s=given.tour_s))
    views = viewpoints_of(places, floor, sight)
    expectation = Expectation()
    memory = Remembered(places, remembered(log), looks, expectation)
    search = Search(views, Ways(floor, views), places, expectation, worth=Worth(picture=given.picture, metre=given.metre))
    rng = np.random.default_rng((seed, 99))
    for number in range(given.questions // given.at_once):
        now_ns = asked_day(life) + round(rng.uniform(*ASKED_HOURS) * NS_PER_HOUR)
        start, state = floor.random_free(rng), life.state_at(now_ns)
        level, draw = noise_level(given.noise), seed * 1000 + number
        house = StillHouse(life.home, state, now_ns, renderer=renderer, level=level, noise_seed=draw, camera=camera)
        for asked in questions(life.home, places, state, rng, num=given.at_once):
            shortest = shortest_m(asked, places, floor, state, start)
            for name in given.policies:
                body = StillBody(house, start, views=views, places=places, floor=floor)
                found = search.run(asked.wanted, belief_of(asked, memory, now_ns), body, policy(name))
                right = is_right(asked, found.said, life.home, places, state)
                said = said_in_words(asked, found.said, places)
                yield Row(
                    seed, name, asked.kind, asked.text, said, found.said.confidence, right, body.spent.pictures,
                    body.spent.path_m, shortest,
                )  # fmt: skip
    renderer.close()


def _kept(given: argparse.Namespace, seed: int, make):
    """The history of a seed, from a file if one is kept."""
    if given.keep is None:
        return make()
    path = Path(given.keep) / f"{seed}-{given.noise}-{given.tour_s:g}.pickle"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pickle.dumps(make()))
    return pickle.loads(path.read_bytes())


def calibration_error(rows: Iterable[Row], num_bins: int = 10) -> float:
    rows = list(rows)
    bins = defaultdict(list)
    for row in rows:
        bins[min(int(row.confidence * num_bins), num_bins - 1)].append(row)
    gaps = [abs(np.mean([r.confidence for r in b]) - np.mean([r.right for r in b])) * len(b) for b in bins.values()]
    return float(sum(gaps) / max(len(rows), 1))


def table(rows: list[Row], policies: Iterable[str]) -> None:
    print("| policy | questions | right | where | yes/no | counts | pictures | path m | SPL | calibration error |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for name in policies:
        mine = [row for row in rows if row.policy == name]
        parts = [[row for row in mine if row.kind == kind] for kind in ("where", "any", "how many")]
        right = " | ".join(f"{100 * np.mean([row.right for row in part]):.1f}" for part in [mine, *parts])
        print(
            f"| {name} | {len(mine)} | {right} | {np.mean([row.pictures for row in mine]):.2f} |"
            f" {np.mean([row.path_m for row in mine]):.1f} | {np.mean([row.spl for row in mine]):.3f} |"
            f" {calibration_error(mine):.3f} |"
        )
    for kind in ("where", "any", "how many"):
        used = {name: np.mean([row.pictures for row in rows if row.policy == name and row.kind == kind]) for name in policies}
        print(f"pictures, {kind}: " + ", ".join(f"{name} {number:.2f}" for name, number in used.items()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[11, 12, 13, 14, 15])
    parser.add_argument("--questions", type=int, default=24, help="of each seed")
    parser.add_argument("--at-once", type=int, default=4, help="questions at one instant")
    parser.add_argument("--noise", default="moderate")
    parser.add_argument("--tour-s", type=float, default=600)
    parser.add_argument("--picture", type=float, default=Worth().picture)
    parser.add_argument("--metre", type=float, default=Worth().metre)
    parser.add_argument("--policies", nargs="+", default=list(POLICIES))
    parser.add_argument("--keep", help="folder for what the tours left behind")
    parser.add_argument("--rows", help="file for every answer, JSON lines")
    given = parser.parse_args()
    rows: list[Row] = []
    for seed in given.seeds:
        rows.extend(run_seed(seed, given))
        print(f"seed {seed} done, {len(rows)} answers", flush=True)
    if given.rows:
        Path(given.rows).write_text("\n".join(json.dumps(asdict(row)) for row in rows) + "\n")
    table(rows, given.policies)


if __name__ == "__main__":
    main()
