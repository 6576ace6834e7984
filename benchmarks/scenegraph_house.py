"""A simulated life watched by a patrol and a noisy detector: identity, moves, absences, against what could have been observed.

    python benchmarks/scenegraph_house.py --seed 7 --days 1 --noise moderate

Identity is IDF1 (Ristani et al. 2016) over all detections of real things, with ids as the graph resolves them at the end. A
move is right if the graph has the thing begin a stay elsewhere within a minute of when it was first seen there; an absence,
if the graph says so of the place where the thing was. What could have been observed comes from the rendered masks.
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from scipy.optimize import linear_sum_assignment

from mmmem.clock import NS_PER_S
from scenegraph import Node, SceneGraph
from streams.house.building import build_home
from streams.house.life import Life
from streams.house.living import live
from streams.house.looks import Looker
from streams.house.noise import noise_level
from streams.house.noisy_detector import NoisyDetector
from streams.house.observed import Observed
from streams.house.opening import open_renderer
from streams.house.patrol import patrol
from streams.house.sightings import Instant, Sightings
from streams.house.watching import Watched, watch

START_NS = 20_250 * 86_400 * NS_PER_S
SLACK_NS = 60 * NS_PER_S
MOVE_M = 0.4


@dataclass
class Run:
    """A graph after a life, and the truth behind what it was shown."""

    life: Life
    graph: SceneGraph
    truth: list[Observed] = field(default_factory=list)
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    num_true: Counter[str] = field(default_factory=Counter)
    num_given: int = 0
    ms: list[float] = field(default_factory=list)


def rendered(life: Life, tour_s: float, seed: int) -> Iterator[Watched]:
    renderer = open_renderer(life.home)
    yield from watch(life, patrol(life, tours_per_day=2, tour_s=tour_s, hz=2, seed=seed), renderer)
    renderer.close()


def run(life: Life, shots: Iterable[Watched], noise: str, seed: int) -> Run:
    import time

    done = Run(life, SceneGraph())
    detector, looker, sightings = NoisyDetector(noise_level(noise), seed, life.home), Looker(life.home), Sightings(life)
    names = {number: id for id, number in life.home.instance_ids.items()}
    given: list[tuple[str, str]] = []
    for watched in shots:
        look = looker.look(watched)
        sightings.add(Instant(look, watched.frame.pose_world_camera, watched.state, watched.tour, NS_PER_S // 2))
        perceived = detector.sense(watched, look)
        start = time.process_time()
        done.graph.observe(perceived.frame, perceived.found.detections)
        done.ms.append((time.process_time() - start) * 1000)
        for number, id in zip(perceived.found.instances.tolist(), done.graph.last_ids, strict=True):
            if number > 0:
                done.num_true[names[number]] += 1
            if id is not None:
                given.append((names.get(number, ""), id))
    done.graph.flush()
    done.truth = sightings.finished()
    for true, id in given:
        now = done.graph.resolve(id)
        if now in done.graph.nodes:
            done.num_given += 1
            done.pairs[true, now] += 1
    return done


def identity(done: Run, prefix: str = "") -> float:
    """IDF1 over detections of parts whose id begins with `prefix`."""
    pairs = {pair: count for pair, count in done.pairs.items() if pair[0].startswith(prefix) and pair[0]}
    trues, ids = sorted({true for true, _ in pairs}), sorted({id for _, id in pairs})
    table = np.zeros((len(trues), len(ids)))
    for (true, id), count in pairs.items():
        table[trues.index(true), ids.index(id)] = count
    rows, columns = linear_sum_assignment(table, maximize=True)
    num_true = sum(count for id, count in done.num_true.items() if id.startswith(prefix))
    return float(2 * table[rows, columns].sum() / max(table.sum() + num_true, 1))


def matched(done: Run) -> dict[str, str]:
    """The node of each true part: the one that most of its detections were given, if most of that node is this part."""
    best: dict[str, str] = {}
    by_id: dict[str, Counter[str]] = defaultdict(Counter)
    for (true, id), count in done.pairs.items():
        by_id[id][true] += count
    for id, counts in by_id.items():
        true = counts.most_common(1)[0][0]
        if true and done.pairs[true, id] > done.pairs.get((true, best.get(true, "")), 0):
            best[true] = id
    return best


def moves(node: Node) -> list[int]:
    stays = [stay for stay in node.stays if stay.at is not None]
    return [after.start_ns for before, after in pairwise(stays) if np.linalg.norm(before.at - after.at) > MOVE_M]


def scores(done: Run) -> dict[str, float]:
    nodes, things = matched(done), {thing.id for thing in done.life.home.things}
    seen: dict[str, list[Observed]] = defaultdict(list)
    absent: dict[str, list[Observed]] = defaultdict(list)
    for one in done.truth:
        if one.subject in things and one.kind == "seen" and one.num_looks >= 2 and "." in one.holder:
            seen[one.subject].append(one)
        if one.subject in things and one.kind == "absent":
            absent[one.subject].append(one)
    found = wanted = claimed = right = gone_found = gone_wanted = gone_claimed = gone_right = 0
    for thing, records in seen.items():
        node = done.graph.nodes.get(nodes.get(thing, ""))
        said = [] if node is None else moves(node)
        true = [after.span for before, after in pairwise(records) if before.holder != after.holder]
        wanted += len(true)
        found += sum(any(span.start_ns - SLACK_NS <= t <= span.end_ns + SLACK_NS for t in said) for span in true)
        claimed += len(said)
        right += sum(any(span.start_ns - SLACK_NS <= t <= span.end_ns + SLACK_NS for span in true) for t in said)
        empty = [one.span for one in absent[thing]]
        gone_wanted += bool(empty)
        lost = [] if node is None else [stay.missing_ns for stay in node.stays if stay.missing_ns is not None]
        later = [] if node is None else [stay.start_ns for stay in node.stays[1:]]
        gone_found += bool(empty) and any(t >= empty[0].start_ns - SLACK_NS for t in [*lost, *later])
        gone_claimed += len(lost)
        gone_right += sum(any(span.start_ns - SLACK_NS <= t for span in empty) for t in lost)
    return {
        "things seen": len(seen), "with a node": sum(thing in nodes for thing in seen), "true moves": wanted,
        "move recall": found / max(wanted, 1), "move precision": right / max(claimed, 1), "claimed moves": claimed,
        "missed things": gone_wanted, "gone recall": gone_found / max(gone_wanted, 1),
        "gone precision": gone_right / max(gone_claimed, 1), "claimed gone": gone_claimed,
    }  # fmt: skip


def report(done: Run) -> None:
    for prefix, name in (("", "all"), ("O", "things"), ("F", "furniture"), ("P", "people")):
        print(f"IDF1 {name}: {identity(done, prefix):.3f}")
    alive = Counter(node.layer for node in done.graph.nodes.values())
    print(f"nodes {dict(alive)}; rows {len(list(done.graph.log.read()))}; distrusted {done.graph.trust.num_distrusted}")
    for name, value in scores(done).items():
        print(f"{name}: {value:.3f}" if isinstance(value, float) else f"{name}: {value}")
    print(f"a picture: {np.median(done.ms):.1f} ms median, {np.percentile(done.ms, 95):.1f} ms p95")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--days", type=int, default=1)
    parser.add_argument("--tour-s", type=float, default=600)
    parser.add_argument("--noise", default="moderate")
    given = parser.parse_args()
    life = live(build_home(given.seed), days=given.days, seed=given.seed, start_ns=START_NS)
    report(run(life, rendered(life, given.tour_s, given.seed), given.noise, given.seed))


if __name__ == "__main__":
    main()
