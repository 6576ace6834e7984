"""Simulated lives watched by a patrol and a noisy detector: identity, changes, "gone" against "not looked", answers gone stale.

    python benchmarks/scenegraph_house.py --seeds 11 12 13 14 15 --days 5 --noise moderate

Identity is IDF1 (Ristani et al. 2016) over all detections of real things, with ids as the graph resolves them at the end. What
could be known, and what makes a claim right, is said in `house_truth` and `house_changes`. A row for each seed, and one for all.
"""

import argparse
import time
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import NamedTuple

import numpy as np
from house_changes import KINDS, Standing, Tally, changes
from house_truth import Truth
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from mmmem.clock import NS_PER_S
from scenegraph import SceneGraph
from streams.house.building import build_home
from streams.house.life import Life
from streams.house.living import live
from streams.house.looks import Look, Looker
from streams.house.noise import noise_level
from streams.house.noisy_detector import NoisyDetector, Perceived
from streams.house.opening import open_renderer
from streams.house.patrol import patrol
from streams.house.watching import watch
from streams.house.world import WorldState

START_NS = 20_250 * 86_400 * NS_PER_S


class Shot(NamedTuple):
    """One picture as perceived, and what it truly shows; `pose` is the true one."""

    perceived: Perceived
    look: Look
    state: WorldState
    pose: NDArray[np.float64]
    tour: int


@dataclass
class Run:
    """A graph after a life, and the truth behind what it was shown."""

    life: Life
    graph: SceneGraph
    truth: Truth
    standing: Standing = field(default_factory=Standing)
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    num_true: Counter[str] = field(default_factory=Counter)
    tours: dict[int, tuple[int, int]] = field(default_factory=dict)
    given: Counter[tuple[str, str]] = field(default_factory=Counter)
    ms: list[float] = field(default_factory=list)


def shots(life: Life, tour_s: float, noise: str, seed: int) -> Iterator[Shot]:
    """A life as a patrolling robot perceives it."""
    renderer = open_renderer(life.home)
    detector, looker = NoisyDetector(noise_level(noise), seed, life.home), Looker(life.home)
    for watched in watch(life, patrol(life, tours_per_day=2, tour_s=tour_s, hz=2, seed=seed), renderer):
        look = looker.look(watched)
        pose = watched.frame.pose_world_camera
        assert pose is not None
        yield Shot(detector.sense(watched, look), look, watched.state, pose, watched.tour)
    renderer.close()


def run(life: Life, seen: Iterable[Shot], noise: str) -> Run:
    """Show a life to a graph."""
    done = Run(life, SceneGraph(), Truth(life.home, noise_level(noise)))
    names = {number: id for id, number in life.home.instance_ids.items()}
    for shot in seen:
        frame, found = shot.perceived.frame, shot.perceived.found
        if done.tours and shot.tour not in done.tours:
            done.standing.ask(done.graph, done.truth, done.given, max(done.tours))
        done.tours[shot.tour] = (done.tours.get(shot.tour, (frame.t_ns,))[0], frame.t_ns)
        done.truth.add(frame, shot.pose, shot.look, found=found.instances, state=shot.state, tour=shot.tour)
        start = time.process_time()
        done.graph.observe(frame, found.detections)
        done.ms.append((time.process_time() - start) * 1000)
        for number, id in zip(found.instances.tolist(), done.graph.last_ids, strict=True):
            done.num_true[names.get(number, "")] += 1
            if id is not None:
                done.given[names.get(number, ""), id] += 1
    done.graph.flush()
    done.standing.ask(done.graph, done.truth, done.given, max(done.tours))
    for (true, id), count in done.given.items():
        done.pairs[true, done.graph.resolve(id)] += count
    done.pairs = Counter({pair: count for pair, count in done.pairs.items() if pair[1] in done.graph.nodes})
    return done


def identity(done: Run, prefix: str = "") -> float:
    """IDF1 over detections of parts whose id begins with `prefix`."""
    pairs = {pair: count for pair, count in done.pairs.items() if pair[0].startswith(prefix) and pair[0]}
    trues, ids = sorted({true for true, _ in pairs}), sorted({id for _, id in pairs})
    table = np.zeros((len(trues), len(ids)))
    for (true, id), count in pairs.items():
        table[trues.index(true), ids.index(id)] = count
    rows, columns = linear_sum_assignment(table, maximize=True)
    num_true = sum(count for id, count in done.num_true.items() if id and id.startswith(prefix))
    return float(2 * table[rows, columns].sum() / max(table.sum() + num_true, 1))


def thing_of(done: Run) -> dict[str, str]:
    """The true part that most detections of each node show."""
    by_id: dict[str, Counter[str]] = {}
    for (true, id), count in done.pairs.items():
        by_id.setdefault(id, Counter())[true] += count
    return {id: counts.most_common(1)[0][0] for id, counts in by_id.items()}


def scored(done: Run, without: Collection[str] = ()) -> dict[str, Tally]:
    """The changes of a life, by kind; those of the things `without` are left out."""
    return changes(done.graph, done.truth, thing_of(done), done.tours, without=without)


def furniture_claims(done: Run) -> int:
    """How often furniture is said to have moved or gone; in these homes it never does."""
    nodes = [node for node in done.graph.nodes.values() if thing_of(done).get(node.id, "").startswith("F")]
    return sum(len(node.stays) - 1 + sum(stay.missing_ns is not None for stay in node.stays) for node in nodes)


def replaced_things(done: Run) -> set[str]:
    """Things bought to look exactly like one that was there, and those: nobody can tell a twin from what it replaces."""
    bought = [thing for thing in done.life.home.things if thing.outside and thing.twin_of]
    return {thing.id for thing in bought} | {thing.twin_of for thing in bought}


def replaced(done: Run) -> str:
    """How much of what is wrong is about things thrown away or bought for such."""
    twins, shown = replaced_things(done), thing_of(done)
    cells = []
    for kind, tally in scored(done).items():
        wrong = sum(shown.get(node, "") in twins for node, _ in tally.wrong)
        missed = sum(thing in twins for thing, _ in tally.missed)
        cells.append(f"{kind} {wrong} of {len(tally.wrong)} wrong, {missed} of {len(tally.missed)} missed")
    told = sum(thing in twins for thing, _, _ in done.standing.wrong)
    return "; ".join([*cells, f"hard cases {told} of {len(done.standing.wrong)} wrong"])


HEADER = (
    "| seed | IDF1 | things | furniture | moved P / R / F1 | removed P / R / F1 | appeared P / R / F1 | changes F1 | evidence |"
    " gone or not looked: hard, all | stale | furniture moved |"
)


def changes_row(name: str, tallies: Mapping[str, Tally]) -> str:
    """The changes alone, as one line."""
    cells = [f"{kind} {_cell(tallies[kind])}" for kind in KINDS]
    return f"{name}: {'; '.join(cells)}; all {reduce(Tally.plus, tallies.values()).f1():.3f}"


def _cell(one: Tally) -> str:
    return f"{one.right}/{one.claimed}, {one.found}/{one.wanted}, {one.f1():.3f}"


def row(name: str, idf1: tuple[float, ...], tallies: dict[str, Tally], standing: Standing, furniture: int) -> str:
    """One line of the table."""
    pooled = reduce(Tally.plus, tallies.values())
    cells = [name, *(f"{value:.3f}" for value in idf1), *(_cell(tallies[kind]) for kind in KINDS)]
    cells += [f"{pooled.f1():.3f}", f"{pooled.shown / max(pooled.claimed, 1):.2f}"]
    hard, whole = f"{standing.right}/{standing.asked}", f"{standing.all_right}/{standing.all_asked}"
    cells += [f"{hard}, {whole} = {standing.all_right / max(standing.all_asked, 1):.3f}"]
    cells += [f"{standing.stale}/{standing.answers} = {standing.stale / max(standing.answers, 1):.3f}", str(furniture)]
    return "| " + " | ".join(cells) + " |"


def report(runs: dict[str, Run]) -> None:
    """The table, and what a picture costs."""
    print(HEADER + "\n" + "| --- " * 12 + "|")
    parts = []
    for name, done in runs.items():
        idf1 = (identity(done), identity(done, "O"), identity(done, "F"))
        parts.append((idf1, scored(done), done.standing, furniture_claims(done)))
        print(row(name, *parts[-1]))
    mean = tuple(float(np.mean([part[0][place] for part in parts])) for place in range(3))
    total = {kind: reduce(Tally.plus, (part[1][kind] for part in parts)) for kind in KINDS}
    print(row("all", mean, total, reduce(Standing.plus, (part[2] for part in parts)), sum(part[3] for part in parts)))
    others = {name: scored(done, replaced_things(done)) for name, done in runs.items()}
    for name, done in runs.items():
        print(f"of twins and what they replace, seed {name}: {replaced(done)}")
        print(changes_row(f"without them, seed {name}", others[name]))
    print(changes_row("without them, all", {kind: reduce(Tally.plus, (one[kind] for one in others.values())) for kind in KINDS}))
    ms = np.concatenate([done.ms for done in runs.values()])
    print(f"a picture: {np.median(ms):.1f} ms median, {np.percentile(ms, 95):.1f} ms p95; {len(ms)} pictures")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[11, 12, 13, 14, 15])
    parser.add_argument("--days", type=int, default=5)
    parser.add_argument("--tour-s", type=float, default=400)
    parser.add_argument("--noise", default="moderate")
    given = parser.parse_args()
    runs = {}
    for seed in given.seeds:
        life = live(build_home(seed), days=given.days, seed=seed, start_ns=START_NS)
        runs[str(seed)] = run(life, shots(life, given.tour_s, given.noise, seed), given.noise)
    report(runs)


if __name__ == "__main__":
    main()
