"""Simulated lives watched by a patrol and a noisy detector: identity, changes, "gone" against "not looked", answers gone stale.

    python benchmarks/scenegraph_house.py --seeds 11 12 13 14 15 --days 5 --noise moderate

Identity is IDF1 (Ristani et al. 2016) over all detections of real things, with ids as the graph resolves them at the end. What
could be known, and what makes a claim right, is said in `house_truth` and `house_changes`. A row for each seed, and one for all.

Two more graphs watch the same lives, whose recognition is told the truth (`house_oracle`): of everything that does not look
exactly like another thing, and of everything. What they get wrong as well no better recognition would mend.
"""

import argparse
import time
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import NamedTuple

import numpy as np
from house_changes import KINDS, Standing, Tally, changes
from house_oracle import ToldRecognition
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
PLAIN, DISTINCT, EVERYTHING = "as it is", "told of what has no twin", "told of everything"


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


def run(life: Life, seen: Iterable[Shot], noise: str) -> dict[str, Run]:
    """Show a life to a graph, and to two whose recognition is told the truth."""
    truth = Truth(life.home, noise_level(noise))
    runs = {name: Run(life, SceneGraph(), truth) for name in (PLAIN, DISTINCT, EVERYTHING)}
    told = {DISTINCT: twins(life), EVERYTHING: set[str]()}
    recognitions = {name: ToldRecognition(runs[name].graph, silent) for name, silent in told.items()}
    names = {number: id for id, number in life.home.instance_ids.items()}
    for shot in seen:
        frame, instances = shot.perceived.frame, shot.perceived.found.instances
        for done in runs.values():
            if done.tours and shot.tour not in done.tours:
                done.standing.ask(done.graph, truth, done.given, max(done.tours))
        truth.add(frame, shot.pose, shot.look, found=instances, state=shot.state, tour=shot.tour)
        things = [names.get(number, "") for number in instances.tolist()]
        for name, done in runs.items():
            for thing, id in _observed(done, shot, things):
                if name in recognitions:
                    recognitions[name].note(thing, id)
    for done in runs.values():
        _finish(done)
    return runs


def _observed(done: Run, shot: Shot, things: list[str]) -> Iterator[tuple[str, str]]:
    """Show one picture to a graph; the thing and the node of each detection that was taken for one."""
    frame = shot.perceived.frame
    done.tours[shot.tour] = (done.tours.get(shot.tour, (frame.t_ns,))[0], frame.t_ns)
    start = time.process_time()
    done.graph.observe(frame, shot.perceived.found.detections)
    done.ms.append((time.process_time() - start) * 1000)
    for thing, id in zip(things, done.graph.last_ids, strict=True):
        done.num_true[thing] += 1
        if id is not None:
            done.given[thing, id] += 1
            yield thing, id


def _finish(done: Run) -> None:
    done.graph.flush()
    done.standing.ask(done.graph, done.truth, done.given, max(done.tours))
    for (true, id), count in done.given.items():
        done.pairs[true, done.graph.resolve(id)] += count
    done.pairs = Counter({pair: count for pair, count in done.pairs.items() if pair[1] in done.graph.nodes})


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


def replaced_things(life: Life) -> set[str]:
    """Things bought to look exactly like one that was there, and those: nobody can tell a twin from what it replaces."""
    bought = [thing for thing in life.home.things if thing.outside and thing.twin_of]
    return {thing.id for thing in bought} | {thing.twin_of for thing in bought}


def twins(life: Life) -> set[str]:
    """Things that look exactly like another."""
    others = [thing for thing in life.home.things if thing.twin_of]
    return {thing.id for thing in others} | {thing.twin_of for thing in others}


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


def report(runs: Mapping[str, Mapping[str, Run]]) -> None:
    """The table, what bounds it, and what a picture costs."""
    _table({name: by_how[PLAIN] for name, by_how in runs.items()})
    for what, things in (("things that were replaced", replaced_things), ("all twins", twins)):
        by_seed = {name: scored(by_how[PLAIN], things(by_how[PLAIN].life)) for name, by_how in runs.items()}
        for name, tallies in by_seed.items():
            print(changes_row(f"without {what}, seed {name}", tallies))
        print(changes_row(f"without {what}, all", _pooled(list(by_seed.values()))))
    for how in (DISTINCT, EVERYTHING):
        print(f"\nRecognition {how}:")
        _table({name: by_how[how] for name, by_how in runs.items()})
    ms = np.concatenate([by_how[PLAIN].ms for by_how in runs.values()])
    print(f"a picture: {np.median(ms):.1f} ms median, {np.percentile(ms, 95):.1f} ms p95; {len(ms)} pictures")


def _table(runs: Mapping[str, Run]) -> None:
    print(HEADER + "\n" + "| --- " * 12 + "|")
    parts = []
    for name, done in runs.items():
        idf1 = (identity(done), identity(done, "O"), identity(done, "F"))
        parts.append((idf1, scored(done), done.standing, furniture_claims(done)))
        print(row(name, *parts[-1]))
    mean = tuple(float(np.mean([part[0][place] for part in parts])) for place in range(3))
    total = _pooled([part[1] for part in parts])
    print(row("all", mean, total, reduce(Standing.plus, (part[2] for part in parts)), sum(part[3] for part in parts)))


def _pooled(ones: Sequence[Mapping[str, Tally]]) -> dict[str, Tally]:
    return {kind: reduce(Tally.plus, (one[kind] for one in ones)) for kind in KINDS}


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
