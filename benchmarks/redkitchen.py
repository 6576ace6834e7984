"""Real RGB-D: does the graph find the red kitchen's things, do they stay in place, and does it tell what was taken away?

    python benchmarks/redkitchen.py ../shared/data [--min-score 0.3]

Detections come from YOLOX-nano, by default as `mmmem ingest` takes them; depth and poses from the 7-Scenes recording (every
fifth frame), levelled by its importer. Where the wanted things stand (`PLACES`) was read off the pictures and their depth once;
two screens hang side by side, and the detector calls a tray on the left counter a sink more often than the sink at the back.
The second half is observed as it is, and with one thing's pixels replaced by what lies around it (colour and depth).
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import cv2
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
EDGE_M, EDGE_PX = 0.04, 10  # what belongs to a thing beside its box, and around its pixels
BESIDE_M = 0.15  # its pixels where the pose has drifted
TAKEN = ("cup", "cup", "chair", "book")


def frames(folder: Path) -> Iterator[Frame]:
    """The recording's frames, at 30 Hz, in a world whose z axis points up and whose floor lies at 0."""
    shots = seven_scenes.read(folder).shots
    for number, (shot, pose) in enumerate(zip(shots, settled(shots).poses, strict=True), start=1):
        sensed = shot.sense()
        yield Frame("kitchen", number, shot.t_ns, sensed.image, sensed.depth_m, pose, sensed.intrinsics)


def without(frame: Frame, found: Detections, target: Node) -> Frame:
    """The picture as if a thing were not there: colours are filled from around it (Telea 2004), depth from left and right.

    Its pixels are those whose points lie in its box. Poses drift and near things lack depth: where the detector finds the thing
    at its place, pixels without a point, and points somewhat beside its box, are its own too.
    """
    view, box = view_of(frame, Settings()), target.stay.box
    assert view is not None
    assert box is not None
    rows, columns = np.indices(view.depth_m.shape)
    points = view.points(columns.ravel(), rows.ravel()).reshape(*rows.shape, 3)
    known = view.depth_m > 0
    hole, beside = known & in_box(points, box, EDGE_M), known & in_box(points, box, BESIDE_M)
    for left, top, right, bottom in found.xyxy[[label == target.kind for label in found.label]]:
        shown = (columns >= left) & (columns <= right) & (rows >= top) & (rows <= bottom)
        if (shown & beside).any():
            hole |= shown & (beside | ~known)
    if not hole.any():
        return frame
    hole = cv2.dilate(hole.astype(np.uint8), np.ones((2 * EDGE_PX + 1, 2 * EDGE_PX + 1), np.uint8))
    depth_m = view.depth_m.copy()
    for row in np.flatnonzero(hole.any(axis=1)):
        beside_it = np.flatnonzero(known[row] & (hole[row] == 0))
        if len(beside_it):
            at = np.flatnonzero(hole[row])
            depth_m[row, at] = np.interp(at, beside_it, depth_m[row, beside_it])
    return replace(frame, image=cv2.inpaint(frame.image, hole, EDGE_PX, cv2.INPAINT_TELEA), depth_m=depth_m)


def in_box(points: NDArray[np.float64], box: NDArray[np.float64], edge_m: float) -> NDArray[np.bool_]:
    return np.all((points > box[0] - edge_m) & (points < box[1] + edge_m), axis=-1)


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
    parser.add_argument("--min-score", type=float, default=None)
    given = parser.parse_args()
    data: Path = given.data
    detector = YoloxDetector(data / "models" / "yolox_nano.onnx", min_score=given.min_score, threads=1)
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
    changed = [without(frame, seen, target) for frame, seen in zip(shots[half:], found[half:], strict=True)]
    again = [
        old if frame is shot else detector.detect([frame.image])[0]
        for frame, shot, old in zip(changed, shots[half:], found[half:], strict=True)
    ]
    observed(graph, changed, again)
    gone = [label for id, label in before.items() if graph.where(id).presence == "not there"]
    print(f"without {target.label}: gone {gone}; {len(before)} were stable")


if __name__ == "__main__":
    main()
