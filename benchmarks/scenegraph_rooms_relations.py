"""Rooms and relations of the scene graph on tours of simulated houses, against where things stood.

    python benchmarks/scenegraph_rooms_relations.py --seeds 12 13 14 15 16 --noise none moderate --cache /tmp/house-tours

A day is lived, the robot makes one tour of ten minutes at one picture a second; pictures are rendered once and kept under
`--cache`.

Rooms: V-measure (Rosenberg and Hirschberg 2007) between the true room and the graph's over all nodes of real furniture and
things. Supports (on, in, under, held by): the truth is every (thing, relation, holder) that at least two detections showed; what
the graph says is every edge it ever held of a node that is in most detections this thing. An identity mistaken is a relation
mistaken. Near and next to: pairs whose true boxes are within `NEAR_M` and `NEXT_TO_M` at an instant at which both were where they
were seen; pairs within 10 and 6 cm of the bound count neither way, nor do pairs of which one stands on the other.
"""

import argparse
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import log
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mmmem.clock import NS_PER_S
from mmmem.types import Frame
from scenegraph import SceneGraph
from scenegraph.edges import SUPPORTS
from scenegraph.relations import LEVEL_M, NEAR_M, NEXT_TO_M, gap
from streams.house.building import build_home
from streams.house.home import Home
from streams.house.life import Life
from streams.house.living import live
from streams.house.looks import Looker, corners_of
from streams.house.noise import noise_level
from streams.house.noisy_detector import NoisyDetector
from streams.house.opening import open_renderer
from streams.house.patrol import patrol
from streams.house.posed_home import shown_position
from streams.house.rendering import Camera
from streams.house.trajectory import Trajectory
from streams.house.watching import Watched, instance_labels, watch
from streams.house.world import WorldState

START_NS = 20_250 * 86_400 * NS_PER_S
BANDS_M = {"near": (NEAR_M, 0.1), "next to": (NEXT_TO_M, 0.06)}
_ARRAYS = (("image", np.uint8, (3,)), ("depth", np.float16, ()), ("instances", np.int16, ()))
Box = NDArray[np.float64]
Triple = tuple[str, str, str]


@dataclass
class Run:
    """A graph after a tour, which node each detection was given, and the world at each picture."""

    home: Home
    graph: SceneGraph
    given: list[tuple[int, str, str]]
    states: dict[int, WorldState]
    poses: dict[int, NDArray[np.float64]] = field(default_factory=dict)

    @property
    def true_of(self) -> dict[str, str]:
        """The part of the home that most detections of a node showed."""
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for _, true, id in self.given:
            counts[id][true] += 1
        return {id: count.most_common(1)[0][0] for id, count in counts.items()}


def toured(seed: int, cache: Path) -> tuple[Life, Iterator[Watched]]:
    """A life and the pictures of one tour, rendered if they are not in the cache."""
    life = live(build_home(seed), days=1, seed=seed, start_ns=START_NS)
    way = patrol(life, tours_per_day=1, tour_s=600, hz=1, seed=seed)
    told = repr((life.home, life.events)).encode() + way.poses_world_camera.tobytes()
    folder = cache / f"house-{seed}-{hashlib.sha1(told).hexdigest()[:12]}"
    if not (folder / "done").exists():
        render(life, way, folder)
    return life, shots(life, way, folder)


def render(life: Life, way: Trajectory, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    camera, renderer = Camera(), open_renderer(life.home)
    size = (len(way), camera.height, camera.width)
    kept = [np.lib.format.open_memmap(folder / f"{name}.npy", "w+", kind, (*size, *more)) for name, kind, more in _ARRAYS]
    for place, watched in enumerate(watch(life, way, renderer)):
        frame = watched.frame
        for array, new in zip(kept, (frame.image, frame.depth_m, frame.instances), strict=True):
            array[place] = new
    for array in kept:
        array.flush()
    renderer.close()
    (folder / "done").touch()


def shots(life: Life, way: Trajectory, folder: Path) -> Iterator[Watched]:
    image, depth, instances = (np.load(folder / f"{name}.npy", mmap_mode="r") for name, _, _ in _ARRAYS)
    labels, lens = instance_labels(life.home), Camera().intrinsics
    states = life.states(way.t_ns.tolist())
    for place, ((t_ns, pose, tour), state) in enumerate(zip(way, states, strict=True)):
        depth_m, numbers = depth[place].astype(np.float32), instances[place].astype(np.int32)
        frame = Frame("robot", place, t_ns, np.array(image[place]), depth_m, pose, lens, numbers, labels)
        yield Watched(frame, state, tour)


def run(seed: int, noise: str, cache: Path) -> Run:
    life, pictures = toured(seed, cache)
    graph, looker = SceneGraph(), Looker(life.home)
    detector = NoisyDetector(noise_level(noise), seed, life.home)
    names = {number: id for id, number in life.home.instance_ids.items()}
    given, states, poses = [], {}, {}
    for watched in pictures:
        perceived = detector.sense(watched, looker.look(watched))
        graph.observe(perceived.frame, perceived.found.detections)
        states[watched.frame.t_ns] = watched.state
        if watched.frame.pose_world_camera is not None:
            poses[watched.frame.t_ns] = watched.frame.pose_world_camera
        for number, id in zip(perceived.found.instances.tolist(), graph.last_ids, strict=True):
            if number > 0 and id is not None:
                given.append((watched.frame.t_ns, names[number], id))
    graph.flush()
    resolved = [(t_ns, true, graph.resolve(id)) for t_ns, true, id in given]
    return Run(life.home, graph, [one for one in resolved if one[2] in graph.nodes], states, poses)


def true_box(home: Home, state: WorldState, id: str) -> Box | None:
    """(2, 3) metres of a piece or a thing that stands somewhere."""
    at = state.placements.get(id)
    if at is not None and at.relation != "held":
        corners = corners_of(shown_position(home, state, at), at.yaw_rad, home.thing(id).size)
    elif id.startswith("F"):
        piece = home.piece(id)
        corners = corners_of(piece.position, piece.yaw_rad, piece.size)
    else:
        return None
    return np.stack([corners.min(axis=0), corners.max(axis=0)])


def rooms(done: Run) -> float:
    """V-measure over the nodes of real furniture and things."""
    last = {id: (t_ns, true) for t_ns, true, id in done.given}
    pairs = []
    for id, true in done.true_of.items():
        box = true_box(done.home, done.states[last[id][0]], true)
        if box is not None:
            x, y, _ = box.mean(axis=0).tolist()
            true_room, room = done.home.room_at(x, y), done.graph.room_of(id)
            pairs.append(("" if true_room is None else true_room.id, "" if room is None else room.id))
    return v_measure(pairs)


def v_measure(pairs: list[tuple[str, str]]) -> float:
    both, trues, found = Counter(pairs), Counter(true for true, _ in pairs), Counter(one for _, one in pairs)
    num = len(pairs)

    def entropy(counts: Counter[str]) -> float:
        return -sum(count / num * log(count / num) for count in counts.values())

    mixed = -sum(count / num * log(count / found[one]) for (_, one), count in both.items())
    parted = -sum(count / num * log(count / trues[true]) for (true, _), count in both.items())
    whole = 1 - mixed / entropy(trues) if entropy(trues) else 1.0
    complete = 1 - parted / entropy(found) if entropy(found) else 1.0
    return 2 * whole * complete / (whole + complete) if whole + complete else 0.0


def supports(done: Run) -> tuple[set[Triple], set[Triple]]:
    """What truly bore what, and what the graph says."""
    looks: Counter[Triple] = Counter()
    for t_ns, true, _ in done.given:
        at = done.states[t_ns].placements.get(true)
        if at is not None:
            looks[true, "held by" if at.relation == "held" else at.relation, at.holder.partition(".")[0]] += 1
    names = done.true_of
    said: set[Triple] = {
        (names.get(edge.subject, f"?{edge.subject}"), str(edge.relation), names.get(edge.object, f"?{edge.object}"))
        for edge in done.graph.relations(ever=True)
        if edge.relation in SUPPORTS and done.graph.nodes[edge.subject].layer == "object"
    }
    return {one for one, count in looks.items() if count >= 2}, said


def places(done: Run) -> dict[str, list[tuple[Box, int, str]]]:
    """Where each part stood while at least two detections showed it: box, last time, and the piece that bore it."""
    count = Counter(true for _, true, _ in done.given)
    stood: dict[str, dict[bytes, tuple[Box, int, str]]] = defaultdict(dict)
    for t_ns, true, _ in done.given:
        box = true_box(done.home, done.states[t_ns], true)
        if box is not None and count[true] >= 2:
            at = done.states[t_ns].placements.get(true)
            stood[true][np.round(box, 2).tobytes()] = (box, t_ns, "" if at is None else at.holder.partition(".")[0])
    return {true: list(one.values()) for true, one in stood.items()}


def neighbours(done: Run, relation: str) -> tuple[set[Triple], set[Triple], set[Triple]]:
    """Pairs that truly are near (or next to) each other, that the graph says are, and that lie too near the bound to tell."""
    bound_m, band_m = BANDS_M[relation]
    stood, true, doubtful = places(done), set(), set()
    borne = stacked(stood)
    for one, other, gap_m, level_m in met(done, stood):
        near_bound = abs(gap_m - bound_m) < band_m or (relation == "next to" and abs(level_m - LEVEL_M) < band_m)
        if near_bound or (one, other) in borne:
            doubtful.add((one, relation, other))
        elif gap_m < bound_m and (relation == "near" or level_m < LEVEL_M):
            true.add((one, relation, other))
    names = done.true_of
    said = {
        (names.get(edge.subject, "?"), relation, names.get(edge.object, "?"))
        for edge in done.graph.relations(relation=relation, ever=True)
        if "person" not in {done.graph.nodes[id].layer for id in (edge.subject, edge.object)}
    }
    return true - doubtful, said - doubtful, doubtful


def stacked(stood: dict[str, list[tuple[Box, int, str]]]) -> set[tuple[str, str]]:
    """Pairs of pieces of furniture of which one stands on the other: a television and its stand."""
    pieces = {id: ones[0][0] for id, ones in stood.items() if id.startswith("F")}
    pairs = {
        (one, other)
        for one, box in pieces.items()
        for other, under in pieces.items()
        if one != other
        and abs(float(box[0, 2] - under[1, 2])) < 0.05
        and (np.minimum(box[1], under[1]) > np.maximum(box[0], under[0]))[:2].all()
    }
    return pairs | {(other, one) for one, other in pairs}


def met(
    done: Run, stood: dict[str, list[tuple[Box, int, str]]], *, bearing: bool = False
) -> Iterator[tuple[str, str, float, float]]:
    """Pairs of parts in one room that stood where they were seen at one time: metres between boxes and between their feet.

    Those of which one bears the other are left out unless `bearing`.
    """
    home = done.home
    for one, ones in stood.items():
        for other, others in stood.items():
            for box, t_ns, holder in ones:
                for far, then_ns, bearer in others if one != other else []:
                    now = done.states[max(t_ns, then_ns)]
                    rooms = [home.room_at(*each.mean(axis=0)[:2].tolist()) for each in (box, far)]
                    there = [true_box(home, now, id) for id in (one, other)]
                    still = all(
                        at is not None and np.allclose(at, was, atol=0.02) for at, was in zip(there, (box, far), strict=True)
                    )
                    if still and rooms[0] is rooms[1] and (bearing or (other != holder and one != bearer)):
                        yield one, other, gap(box, far), abs(float(box[0, 2] - far[0, 2]))


def score(true: set[Triple], said: set[Triple]) -> tuple[float, float, float]:
    """Precision, recall, F1."""
    right = len(true & said)
    return right / max(len(said), 1), right / max(len(true), 1), 2 * right / max(len(true) + len(said), 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[12, 13, 14, 15, 16])
    parser.add_argument("--noise", nargs="+", default=["none", "moderate"])
    parser.add_argument("--cache", type=Path, default=Path("/tmp/house-tours"))
    asked = parser.parse_args()
    for noise in asked.noise:
        for seed in asked.seeds:
            done = run(seed, noise, asked.cache)
            true, said = supports(done)
            told = [f"rooms V {rooms(done):.3f}", f"supports {len(true)}: {_words(score(true, said))}"]
            for relation in BANDS_M:
                true, said, _ = neighbours(done, relation)
                told.append(f"{relation} {len(true)}: {_words(score(true, said))}")
            names = sorted(room.name for room in done.graph.rooms().values())
            print(f"{noise} {seed}: {'; '.join(told)}; rooms {len(names)}/{len(done.home.rooms)} {', '.join(names)}", flush=True)


def _words(scored: tuple[float, float, float]) -> str:
    return "P {:.3f} R {:.3f} F1 {:.3f}".format(*scored)


if __name__ == "__main__":
    main()
