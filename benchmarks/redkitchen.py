"""Real RGB-D: does the graph find the red kitchen's things, do they stay in place, and does it tell what was taken away?

    python benchmarks/redkitchen.py ../shared/data

Detections come from YOLOX-nano; depth and poses from the 7-Scenes recording (every fifth frame). The second half is observed
as it is, and with one thing's pixels replaced by what lies around it (colour and depth).
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mmmem.perceive.yolox import YoloxDetector
from mmmem.types import Detections, Frame, Intrinsics
from scenegraph import Node, SceneGraph, Settings
from scenegraph.geometry import view_of

PERIOD_NS = 166_666_667  # every fifth frame of a recording at 30 Hz
STABLE = 8  # sightings that make an object worth counting
WANTED = {"cup": 2, "chair": 3, "dining table": 1, "tv": 1, "sink": 1}
TAKEN = ("cup", "cup", "chair", "book")


def frames(folder: Path) -> Iterator[Frame]:
    intrinsics = Intrinsics(585.0, 585.0, 320.0, 240.0)
    for path in sorted(folder.glob("*.color.jpg")):
        stem = path.name.removesuffix(".color.jpg")
        depth_m = np.asarray(Image.open(folder / f"{stem}.depth.png")).astype(np.float32) / 1000
        pose = upright(np.loadtxt(folder / f"{stem}.pose.txt"))
        image = np.asarray(Image.open(path).convert("RGB"))
        number = int(stem.removeprefix("frame-")) // 5 + 1
        yield Frame("kitchen", number, number * PERIOD_NS, image, depth_m, pose, intrinsics)


def upright(pose: NDArray[np.float64]) -> NDArray[np.float64]:
    """The recording's world has y down (its first camera); ours has z up."""
    turned = np.array([[1, 0, 0, 0], [0, 0, 1, 0], [0, -1, 0, 0], [0, 0, 0, 1]], float) @ pose
    left, _, right = np.linalg.svd(turned[:3, :3])
    turned[:3, :3] = left @ right
    turned[3] = (0, 0, 0, 1)
    return turned


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
    for kind, wanted in WANTED.items():
        places = [np.round(node.stay.at, 2).tolist() for node in stable(whole) if node.kind == kind]
        print(f"{kind}: {len(places)} stable (wanted {wanted}) {places}")
    first, second = (observed(SceneGraph(), shots[part], found[part]) for part in (slice(0, half), slice(half, None)))
    for node in stable(first):
        same = [other for other in stable(second) if other.kind == node.kind]
        gaps = sorted(float(np.linalg.norm(other.stay.at - node.stay.at)) for other in same)
        print(f"{node.label}: {f'{gaps[0]:.3f} m' if gaps else 'not'} from its place in the second half")
    observed(first, shots[half:], found[half:])
    print("as it is: gone", [n.label for n in first.nodes.values() if n.missing])
    first = observed(SceneGraph(), shots[:half], found[:half])
    taken: set[str] = set()
    for kind in TAKEN:
        target = max(
            (n for n in stable(first) if n.kind == kind and n.id not in taken), key=lambda n: sum(s.num_seen for s in n.stays)
        )
        taken.add(target.id)
        take_away(detector, shots, found, half, target)


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
