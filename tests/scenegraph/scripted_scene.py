"""A world of boxes for tests: colour, depth, masks and poses by casting rays, exact and without a GL library."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from mmmem.types import Detections, Frame, Intrinsics

WIDTH, HEIGHT, FOCAL = 160, 120, 130.0
K = Intrinsics(FOCAL, FOCAL, (WIDTH - 1) / 2, (HEIGHT - 1) / 2)
S = 1_000_000_000


@dataclass(frozen=True)
class Box:
    """An axis-aligned box that stands at the middle of its bottom."""

    name: str
    kind: str
    at: tuple[float, float, float]
    size: tuple[float, float, float]
    colour: tuple[int, int, int] = (200, 200, 200)
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def bounds(self) -> np.ndarray:
        x, y, z = self.at
        a, b, c = self.size
        return np.array([[x - a / 2, y - b / 2, z], [x + a / 2, y + b / 2, z + c]])

    def moved(self, x: float, y: float, z: float | None = None) -> "Box":
        return replace(self, at=(x, y, self.at[2] if z is None else z))


def looking(eye: Iterable[float], target: Iterable[float]) -> np.ndarray:
    """Pose of a level camera at `eye` that looks at `target`: x right, y down, z forward."""
    eye, target = np.asarray(list(eye), float), np.asarray(list(target), float)
    forward = (target - eye) / np.linalg.norm(target - eye)
    right = np.cross(forward, (0.0, 0.0, 1.0))
    right /= np.linalg.norm(right)
    pose = np.eye(4)
    pose[:3, :3] = np.stack([right, np.cross(forward, right), forward], axis=1)
    pose[:3, 3] = eye
    return pose


TABLE = Box("table", "table", (0.0, 0.0, 0.0), (1.6, 0.9, 0.72), (120, 80, 50))


def mug(name: str, x: float, y: float, colour: tuple[int, int, int] = (200, 30, 30)) -> Box:
    return Box(name, "mug", (x, y, 0.72), (0.09, 0.09, 0.1), colour)


class Scene:
    """Boxes on a floor between walls; `shot` takes a picture of them."""

    def __init__(self, boxes: Iterable[Box], *, room: float = 3.0, seed: int = 0) -> None:
        self.boxes = list(boxes)
        self.room = room
        self.rng = np.random.default_rng(seed)
        v, u = np.mgrid[:HEIGHT, :WIDTH]
        self._rays = np.stack([(u - K.cx) / K.fx, (v - K.cy) / K.fy, np.ones_like(u, float)], axis=-1)

    def __getitem__(self, name: str) -> Box:
        return next(box for box in self.boxes if box.name == name)

    def put(self, box: Box) -> None:
        self.boxes = [other for other in self.boxes if other.name != box.name] + [box]

    def take(self, name: str) -> Box:
        box = self[name]
        self.boxes.remove(box)
        return box

    def render(self, pose: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Image, depth and index of the box + 1 at every pixel."""
        way = self._rays @ pose[:3, :3].T
        way = np.where(np.abs(way) < 1e-9, 1e-9, way)
        eye = pose[:3, 3]
        limits = np.array([[-self.room, -self.room, 0.0], [self.room, self.room, 2.6]])
        exits = np.maximum((limits[0] - eye) / way, (limits[1] - eye) / way)
        depth, side = exits.min(-1), exits.argmin(-1)
        image = np.array([[185, 185, 190], [175, 178, 180], [150, 140, 130]], np.uint8)[side]
        index = np.zeros(depth.shape, np.int32)
        for number, box in enumerate(self.boxes, start=1):
            near = (box.bounds[0] - eye) / way
            far = (box.bounds[1] - eye) / way
            enter, leave = np.minimum(near, far), np.maximum(near, far)
            first, last = enter.max(-1), leave.min(-1)
            hit = (first < last) & (first > 0.01) & (first < depth)
            depth = np.where(hit, first, depth)
            index[hit] = number
            shade = np.array([0.8, 0.9, 1.0])[enter.argmax(-1)]
            image[hit] = (np.array(box.colour) * shade[hit][:, None]).astype(np.uint8)
        return image, depth.astype(np.float32), index

    def shot(
        self,
        t_s: float,
        eye: Iterable[float],
        target: Iterable[float] = (0.0, 0.0, 0.75),
        *,
        stream: str = "cam",
        noise_m: float = 0.0,
        drop: Iterable[str] = (),
        masks: bool = True,
        track_ids: Mapping[str, int] | None = None,
        label: Callable[[Box], str] = lambda box: box.kind,
        min_pixels: int = 12,
    ) -> tuple[Frame, Detections]:
        pose = looking(eye, target)
        image, depth, index = self.render(pose)
        if noise_m:
            depth = depth + self.rng.normal(0, noise_m, depth.shape).astype(np.float32) * depth
        frame = Frame(stream, round(t_s * 10), round(t_s * S), image, depth.astype(np.float32), pose, K)
        found = [
            (box, index == number)
            for number, box in enumerate(self.boxes, start=1)
            if (index == number).sum() >= min_pixels and box.name not in set(drop)
        ]
        return frame, _detections(found, masks, track_ids, label)


def _detections(found, masks, track_ids, label) -> Detections:
    if not found:
        return Detections.none()
    boxes = []
    for _, mask in found:
        v, u = np.nonzero(mask)
        boxes.append([u.min(), v.min(), u.max() + 1, v.max() + 1])
    return Detections(
        np.array(boxes, np.float32),
        np.full(len(found), 0.9, np.float32),
        tuple(label(box) for box, _ in found),
        None if track_ids is None else np.array([track_ids.get(box.name, -1) for box, _ in found], np.int64),
        np.stack([mask for _, mask in found]) if masks else None,
        attributes=tuple(box.attributes for box, _ in found),
    )


EYES = [(-1.6, -1.5, 1.5), (-1.1, -1.8, 1.5), (-0.55, -1.95, 1.5), (0.0, -2.0, 1.5), (0.55, -1.95, 1.5), (1.1, -1.8, 1.5)]


def walk(graph, scene: Scene, start_s: float, *, num: int = 6, step_s: float = 0.5, **options) -> float:
    """Walk along the table, there and back, and look at it; returns the time after it."""
    for place in range(num):
        turn = place % 10
        graph.observe(*scene.shot(start_s + place * step_s, EYES[turn if turn < 6 else 10 - turn], **options))
    return start_s + num * step_s
