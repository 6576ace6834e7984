"""Real RGB-D: does the graph find the red kitchen's things, do they stay in place, and does it tell what was taken away?

    python benchmarks/redkitchen.py ../shared/data

Detections come from YOLOX-nano; depth and poses from the 7-Scenes recording (every fifth frame), levelled by its importer. Where
the wanted things stand (`PLACES`) was read off the pictures and their depth once; two screens hang side by side, and the detector
calls a tray on the left counter a sink more often than the sink at the back. The second half is observed as it is, and with one
thing's pixels replaced by what lies around it (colour and depth).
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mmmem.perceive.yolox import YoloxDetector
from mmmem.types import Detections, Frame
from scenegraph import Node, SceneGraph, Settings
from scenegraph.geometry import view_of
from streams.datasets import seven_scenes
from streams.datasets.conventions import settled

STABLE = 8  # sightings that make an object worth counting
PLACES = {
    "cup": [(-0.73, 1.79, 0.76), (0.26, 1.68, 0.75)],
    "chair": [(-0.47, 2.17, 0.74), (0.5, 2.2, 0.7), (-1.17, 1.75, 0.62)],
    "dining table": [(0.05, 1.6, 0.7)],
    "tv": [(0.5, 3.3, 1.37), (1.3, 3.38, 1.3)],
    "sink": [(-1.3, 3.0, 0.9)],
}
HERE_M = 0.4  # a node this close to a place is the thing there
TAKEN = ("cup", "cup", "chair", "book")


def frames(folder: Path) -> Iterator[Frame]:
    """The recording's frames, at 30 Hz, in a world whose z axis points up and whose floor lies at 0."""
    shots = seven_scenes.read(folder).shots
    for number, (shot, pose) in enumerate(zip(shots, settled(shots).poses, strict=True), start=1):
        sensed = shot.sense()
        yield Frame("kitchen", number, shot.t_ns, sensed.image, sensed.depth_m, pose, sensed.intrinsics)


def without(frame: Frame, box: NDArray[np.float64]) -> Frame:
    """The picture as if what is in a box were not there: its pixels are filled from left and right, row by row."""
    view = view_of(frame, Settings())
    assert view is not None
    v, u = np.nonzero(view.depth_m > 0)
    points = view.points(u, v)
    inside = np.all((points > box[0] - 0.04) & (points < box[1] + 0.04), axis=1)
    if inside.sum() < 20:
        return frame
    hole = np.zeros(view.depth_m.shape, bool)
    hole[v[inside], u[inside]] = True
    hole = grown(hole, 7)
    image, depth = frame.image.astype(np.float32), view.depth_m.copy()
    for row in np.flatnonzero(hole.any(axis=1)):
        bad = hole[row]
        known = np.flatnonzero(~bad & (view.depth_m[row] > 0))
        if len(known) < 2:
            continue
        at = np.flatnonzero(bad)
        depth[row, at] = np.interp(at, known, view.depth_m[row, known])
        for channel in range(3):
            image[row, at, channel] = np.interp(at, np.flatnonzero(~bad), image[row, ~bad, channel])
    return replace(frame, image=image.astype(np.uint8), depth_m=depth)


def grown(mask: NDArray[np.bool_], steps: int) -> NDArray[np.bool_]:
    for _ in range(steps):
        wider = mask.copy()
        wider[1:] |= mask[:-1]
        wider[:-1] |= mask[1:]
        wider[:, 1:] |= mask[:, :-1]
        wider[:, :-1] |= mask[:, 1:]
        mask = wider
    return mask


def observed(graph: SceneGraph, shots: Sequence[Frame], found: Sequence[Detections]) -> SceneGraph:
    for frame, detections in zip(shots, found, strict=True):
        graph.observe(frame, detections)
    graph.flush()
    return graph


def stable(graph: SceneGraph) -> list[Node]:
    nodes = [node for node in graph.nodes.values() if sum(stay.num_seen for stay in node.stays) >= STABLE]
    return sorted((node for node in nodes if not node.missing), key=lambda node: (node.kind, node.id))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    data: Path = parser.parse_args().data
    detector = YoloxDetector(data / "models" / "yolox_nano.onnx", min_score=0.3, threads=1)
    shots = list(frames(data / "rgbd" / "redkitchen"))
    found = [detector.detect([frame.image])[0] for frame in shots]
    half = len(shots) // 2
    whole = observed(SceneGraph(), shots, found)
    tell_found(whole)
    first, second = (observed(SceneGraph(), shots[part], found[part]) for part in (slice(0, half), slice(half, None)))
    before = {node.id: node.stay.at for node in stable(first)}
    apart = {node.id: nearest_m(node, stable(second)) for node in stable(first)}
    observed(first, shots[half:], found[half:])
    for id, at in before.items():
        alone = "not found" if apart[id] is None else f"{apart[id]:.3f} m away"
        node = first.nodes[first.resolve(id)]
        shifted_m = float(np.linalg.norm(node.stay.at - at))
        print(f"{node.label}: by the second half alone {alone}; after both halves shifted by {shifted_m:.3f} m")
    print("as it is: gone", [n.label for n in first.nodes.values() if n.missing])
    first = observed(SceneGraph(), shots[:half], found[:half])
    taken: set[str] = set()
    for kind in TAKEN:
        target = max(
            (n for n in stable(first) if n.kind == kind and n.id not in taken), key=lambda n: sum(s.num_seen for s in n.stays)
        )
        taken.add(target.id)
        take_away(detector, shots, found, half, target)


def tell_found(graph: SceneGraph) -> None:
    """Which of the wanted things are stable nodes, and which stable nodes of their classes stand elsewhere."""
    for kind, places in PLACES.items():
        nodes = [node for node in stable(graph) if node.kind == kind]
        num = [sum(float(np.linalg.norm(node.stay.at - place)) < HERE_M for node in nodes) for place in np.array(places)]
        print(f"{kind}: {num} nodes at {len(places)} places, {len(nodes) - sum(num)} elsewhere")


def nearest_m(node: Node, others: Sequence[Node]) -> float | None:
    """Metres to the nearest of the same class; None if there is none or it is another thing."""
    gaps = [float(np.linalg.norm(other.stay.at - node.stay.at)) for other in others if other.kind == node.kind]
    return min((gap_m for gap_m in gaps if gap_m < HERE_M), default=None)


def take_away(detector: YoloxDetector, shots: Sequence[Frame], found: Sequence[Detections], half: int, target: Node) -> None:
    graph = observed(SceneGraph(), shots[:half], found[:half])
    before = {node.id: node.label for node in stable(graph)}
    changed = [without(frame, target.stay.box) for frame in shots[half:]]
    again = [
        old if frame is shot else detector.detect([frame.image])[0]
        for frame, shot, old in zip(changed, shots[half:], found[half:], strict=True)
    ]
    observed(graph, changed, again)
    gone = [label for id, label in before.items() if graph.where(id).presence == "not there"]
    print(f"without {target.label}: gone {gone}; {len(before)} were stable")


if __name__ == "__main__":
    main()
