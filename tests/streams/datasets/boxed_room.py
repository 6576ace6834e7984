"""A room of 5 x 4 x 2.5 m with a crate in it, seen by an upright camera that walks: exact depths, colours and poses."""

from dataclasses import dataclass

import numpy as np

from mmmem.types import Intrinsics

WIDTH, HEIGHT = 64, 48
LENS = Intrinsics(55.0, 56.0, 31.0, 24.0)
_ROOM = np.array([[0.0, 0.0, 0.0], [5.0, 4.0, 2.5]])
_CRATE = np.array([[3.2, 1.2, 0.0], [4.0, 2.4, 1.1]])
_START_NS = 1_305_031_102_175_304_000
_PERIOD_NS = 33_333_000


@dataclass(frozen=True)
class Seen:
    """One picture: time, colours, depth in whole millimetres, pose (camera to world, z up)."""

    t_ns: int
    image: np.ndarray
    depth_mm: np.ndarray
    pose: np.ndarray

    @property
    def depth_m(self) -> np.ndarray:
        return self.depth_mm.astype(np.float32) / np.float32(1000)


def pictures(num: int = 24) -> list[Seen]:
    return [_picture(number) for number in range(num)]


def pose_at(number: int) -> np.ndarray:
    yaw, pitch = 0.35 * np.sin(number / 5), -0.25
    forward = np.array([np.cos(yaw) * np.cos(pitch), np.sin(yaw) * np.cos(pitch), np.sin(pitch)])
    right = np.array([np.sin(yaw), -np.cos(yaw), 0.0])
    pose = np.eye(4)
    pose[:3, :3] = np.stack([right, np.cross(forward, right), forward], axis=1)
    pose[:3, 3] = (0.8 + 0.05 * number, 2.0 + 0.3 * np.cos(number / 4), 1.3)
    return pose


def _picture(number: int) -> Seen:
    pose = pose_at(number)
    v, u = np.mgrid[:HEIGHT, :WIDTH]
    rays = np.stack([(u - LENS.cx) / LENS.fx, (v - LENS.cy) / LENS.fy, np.ones_like(u, float)], axis=-1) @ pose[:3, :3].T
    depth = np.minimum(_exit(pose[:3, 3], rays), _entry(pose[:3, 3], rays))
    points = pose[:3, 3] + rays * depth[..., None]
    image = ((np.floor(points * 4).sum(axis=-1) % 2)[..., None] * 90 + points * 25 + 20).clip(0, 255).astype(np.uint8)
    return Seen(_START_NS + number * _PERIOD_NS, image, np.round(depth * 1000).astype(np.uint16), pose)


def _slabs(box: np.ndarray, origin: np.ndarray, rays: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    rays = np.where(np.abs(rays) < 1e-9, 1e-9, rays)
    ends = (box[:, None, None, :] - origin) / rays
    return np.sort(ends, axis=0)


def _exit(origin: np.ndarray, rays: np.ndarray) -> np.ndarray:
    return _slabs(_ROOM, origin, rays)[1].min(axis=-1)


def _entry(origin: np.ndarray, rays: np.ndarray) -> np.ndarray:
    near, far = _slabs(_CRATE, origin, rays)
    first, last = near.max(axis=-1), far.min(axis=-1)
    return np.where((first < last) & (first > 0), first, np.inf)


def quat_xyzw(pose: np.ndarray) -> np.ndarray:
    from scipy.spatial.transform import Rotation

    return Rotation.from_matrix(pose[:3, :3]).as_quat()
