"""Relations of the scene graph that are told when they are asked for: held by, in one room, between, left and right of.

    python -m benchmarks.scenegraph_other_relations --seeds 1 2 3 --noise none moderate --cache /tmp/house-tours

Tours and truth as in `scenegraph_rooms_relations.py`. Held by: who holds what in at least two detections. Same room: pairs that
stood where they were seen at one instant, in one room. Between: by the same rule on the true boxes; what is near one of its
bounds counts neither way. Sides: of pairs that are truly near each other, in the frame of the viewer who saw the first last;
pairs within 15 degrees of a diagonal count neither way.
"""

import argparse
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path

from benchmarks.scenegraph_rooms_relations import Run, met, neighbours, places, run, score, supports, true_box
from scenegraph.frames_of_reference import seen_by, side_scores
from scenegraph.relations import LEVEL_M, NEAR_M, gap, lies_between

Facts = set[tuple[str, ...]]
_CLEAR = 0.75


def held_by(done: Run) -> tuple[Facts, Facts]:
    """Who held what."""
    true, said = supports(done)
    return {one for one in true if one[1] == "held by"}, {one for one in said if one[1] == "held by"}


def same_room(done: Run) -> tuple[Facts, Facts]:
    """Pairs of things and furniture that were in one room at one time."""
    true: Facts = {tuple(sorted((one, other))) for one, other, *_ in met(done, places(done), bearing=True)}
    names = done.true_of
    nodes = [id for id, node in done.graph.nodes.items() if node.layer != "person" and names.get(id, "R")[0] in "FO"]
    edges = (edge for id in nodes for edge in done.graph.relations(id, "same room", ever=True))
    pairs = ((names[edge.subject], names[edge.object]) for edge in edges if edge.object in nodes)
    return true, {tuple(sorted(pair)) for pair in pairs if pair[0] != pair[1]}


def between(done: Run) -> tuple[Facts, Facts]:
    """Things and pieces with the two that they lie between."""
    stood = {id: next(box for box, *_ in ones) for id, ones in places(done).items() if len(ones) == 1}
    true, doubtful = set[tuple[str, ...]](), set[tuple[str, ...]]()
    for id, box in stood.items():
        around = [other for other, far in stood.items() if other != id and other[0] == id[0] and gap(box, far) < NEAR_M + 0.1]
        for one, other in combinations(sorted(around), 2):
            value = lies_between(box, stood[one], stood[other])
            ends = [stood[one], stood[other]]
            off = [abs(float(end[0, 2] - box[0, 2])) for end in ends]
            unsure = any(abs(gap(box, end) - NEAR_M) < 0.1 for end in ends) or any(abs(each - LEVEL_M) < 0.06 for each in off)
            if max(off) < LEVEL_M + 0.06 and (unsure or 0.2 < value < 0.8) and value > 0:
                doubtful.add((id, one, other))
            elif max(off) < LEVEL_M and value >= 0.8:
                true.add((id, one, other))
    names = done.true_of
    said = set[tuple[str, ...]]()
    for edge in done.graph.relations(relation="between", ever=True):
        parts = [names.get(each, "?") for each in (edge.subject, edge.object, edge.other)]
        if all(part in stood for part in parts) and len(set(parts)) == 3:
            said.add((parts[0], *sorted(parts[1:])))
    return true - doubtful, said - doubtful


def sides(done: Run) -> tuple[Facts, Facts]:
    """On which side of which neighbour things lie, for the viewer who saw them."""
    names = {true: id for id, true in done.true_of.items()}
    true, said = set[tuple[str, ...]](), set[tuple[str, ...]]()
    for one, _, other in sorted(neighbours(done, "near")[0]):
        t_ns = max(t for t, part, _ in done.given if part == one)
        boxes = [true_box(done.home, done.states[t_ns], id) for id in (one, other)]
        if any(box is None for box in boxes):
            continue
        here, there = (box for box in boxes if box is not None)
        frame = seen_by(done.poses[t_ns])
        (side, value), *_ = side_scores(here, there, frame).items()
        if value < _CLEAR or gap(here, there) < 0.05:
            continue
        true.add((one, side, other))
        if one in names and other in names:
            edges = done.graph.sides(names[one], names[other], frame, at=t_ns)
            said |= {(one, edge.relation, other) for edge in edges[:1]}
    return true, said


MEASURED: dict[str, Callable[[Run], tuple[Facts, Facts]]] = {
    "held by": held_by,
    "same room": same_room,
    "between": between,
    "sides": sides,
}


def measured(done: Run) -> Iterator[tuple[str, Facts, Facts]]:
    """Each relation with what is true and what the graph says."""
    for name, measure in MEASURED.items():
        yield name, *measure(done)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--noise", nargs="+", default=["none", "moderate"])
    parser.add_argument("--cache", type=Path, default=Path("/tmp/house-tours"))
    asked = parser.parse_args()
    for noise in asked.noise:
        counts: dict[str, list[int]] = {}
        for seed in asked.seeds:
            told = []
            for name, true, said in measured(run(seed, noise, asked.cache)):
                counts[name] = [have + new for have, new in zip(counts.get(name, [0, 0, 0]), _counts(true, said), strict=True)]
                told.append(f"{name} {len(true)}: " + "P {:.3f} R {:.3f} F1 {:.3f}".format(*score(true, said)))
            print(f"{noise} {seed}: {'; '.join(told)}", flush=True)
        pooled = "; ".join(f"{name} {2 * right / max(true + said, 1):.3f}" for name, (right, true, said) in counts.items())
        print(f"{noise}, pooled F1: {pooled}", flush=True)


def _counts(true: Facts, said: Facts) -> tuple[int, int, int]:
    return len(true & said), len(true), len(said)


if __name__ == "__main__":
    main()
