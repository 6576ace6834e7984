"""Where a robot can look from, what it would see there, and how far it is from one viewpoint to another."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import atan2, cos, hypot, pi, sin

import numpy as np
from numpy.typing import NDArray

from apps.robot.places import Array, Place, Places
from streams.house.floor import Floor
from streams.house.footprint import footprint
from streams.house.home import Furniture, Home, Surface
from streams.house.rendering import Camera
from streams.house.trajectory import look_pose
from streams.house.viewpoints import CAMERA_HEIGHT_M, CAMERA_PITCH_RAD

FARTHEST_M = 5.0
"""Things further away are too small in the picture to be told."""

_STEEPEST_RAD = np.radians(55)
_ENOUGH = 0.8
_GAIN = 0.15
_BACK_M = (0.0, 0.5)
_FROM_THE_SIDE = 0.15
_EDGE_PX = 4.0
_UNDER = 0.15
_INSIDE = 0.7
_SMALL_ROOM_M = 0.8
_FAN = (-0.5, 0.5)
"""Two looks from an end of a room, radians from its middle; a picture is 1.3 wide."""


@dataclass(frozen=True, slots=True, eq=False)
class Viewpoint:
    """A stance of the robot with a tilt of its camera, and what it shows.

    Args:
        share: (k,) part of each place that shows, in [0, 1], once everything that `opens` is open.
        distance_m: (k,) metres to what shows of it; infinite where nothing does.
        opens: number of the place that must be opened first; -1 for none.
    """

    x_m: float
    y_m: float
    yaw_rad: float
    pitch_rad: float
    share: Array
    distance_m: Array
    opens: int = -1

    @property
    def pose(self) -> Array:
        """(4, 4) of the camera."""
        return look_pose(self.x_m, self.y_m, CAMERA_HEIGHT_M, self.yaw_rad, self.pitch_rad)


class Sight:
    """What shows of the places of a home in a picture: inside the frame, near enough, and not behind walls or furniture."""

    def __init__(self, places: Places, camera: Camera) -> None:
        self._home, self._places, self._camera = places.home, places, camera
        self._points = np.concatenate([place.points for place in places.all]) if len(places) else np.zeros((0, 3))
        self._of = np.repeat(np.arange(len(places)), [len(place.points) for place in places.all])
        rooms = {room.id: number for number, room in enumerate(self._home.rooms)}
        self._room = np.array([rooms[place.room] for place in places.all], int)
        self._rooms = rooms
        self._closed = np.array([bool(place.behind) for place in places.all])
        self._weight = np.concatenate([_weights(place) for place in places.all]) if len(places) else np.zeros(0)

    def shown(self, pose: Array, opened: Iterable[int] = ()) -> tuple[Array, Array]:
        """(k,) share of each place that shows, and (k,) metres to it, infinite where nothing shows.

        Args:
            pose: (4, 4) of the camera in the world.
            opened: numbers of places that stand open; others with a door show nothing.
        """
        num = len(self._places)
        share, distance_m = np.zeros(num), np.full(num, np.inf)
        room = self._home.room_at(float(pose[0, 3]), float(pose[1, 3]))
        if room is None:
            return share, distance_m
        hidden = self._closed.copy()
        hidden[list(opened)] = False
        candidate = (self._room == self._rooms[room.id])[self._of] & ~hidden[self._of]
        rows = np.nonzero(candidate)[0]
        rows = rows[self._framed(pose, self._points[rows])]
        rows = rows[self._unhidden(pose[:3, 3], rows)]
        away = np.linalg.norm(self._points[rows] - pose[:3, 3], axis=1)
        for number in np.unique(self._of[rows]).tolist():
            mine = self._of[rows] == number
            share[number] = float(self._weight[rows[mine]].sum())
            distance_m[number] = float(away[mine].mean())
        return share, distance_m

    def _framed(self, pose: Array, points: Array) -> NDArray[np.bool_]:
        local = (points - pose[:3, 3]) @ pose[:3, :3]
        z = np.maximum(local[:, 2], 1e-6)
        k = self._camera.intrinsics
        u, v = local[:, 0] / z * k.fx + k.cx, local[:, 1] / z * k.fy + k.cy
        inside = (u > _EDGE_PX) & (u < self._camera.width - _EDGE_PX) & (v > _EDGE_PX) & (v < self._camera.height - _EDGE_PX)
        kept: NDArray[np.bool_] = inside & (local[:, 2] > 0.1) & (np.linalg.norm(local, axis=1) <= FARTHEST_M)
        return kept

    def _unhidden(self, eye: Array, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        points, seen = self._points[rows], np.ones(len(rows), bool)
        own = [self._places[number].piece.id for number in self._of[rows].tolist()]
        for piece in self._home.furniture:
            blocked = _through(piece, eye, points)
            mine = np.array([id == piece.id for id in own], bool)
            seen &= ~(blocked & ~mine)
            if mine.any():
                inner = points[:, 2] < piece.position[2] + piece.size[2] - 0.02
                seen &= ~(mine & inner & (_frontness(piece, eye) < _FROM_THE_SIDE) & bool(piece.openings or _is_cased(piece)))
        return seen


def viewpoints_of(places: Places, floor: Floor, sight: Sight) -> list[Viewpoint]:
    """Looks round each room, then for each place one or more stances that together show most of it."""
    found = [view for room in places.home.rooms for view in _round(floor.standing_spot(room.id), sight)]
    for number, place in enumerate(places.all):
        found.extend(_for_place(number, place, floor, sight))
    return found


def looks_round(room_id: str, floor: Floor, sight: Sight) -> list[Viewpoint]:
    """Looks into a room for whoever may be there: from two ends of it, then all round from its middle.

    Who sits beside the middle fills a picture from there and is cut off by its edge; from an end of the room they are whole.
    """
    x, y, yaw = floor.standing_spot(room_id)
    stances = [(*end, bearing(end, (x, y)) + turn) for end in _ends(room_id, floor, (x, y)) for turn in _FAN]
    ends = [_view(stance, CAMERA_PITCH_RAD, sight) for stance in stances]
    return ends + [_view((x, y, yaw + turn * pi / 3), CAMERA_PITCH_RAD, sight) for turn in range(6)]


def _ends(room_id: str, floor: Floor, middle: tuple[float, float]) -> list[tuple[float, float]]:
    """The free point of a room that is furthest from its middle, and the one furthest from that."""
    room = floor.home.room(room_id)
    x, y = floor.centres[..., 0], floor.centres[..., 1]
    points = floor.centres[floor.free & (x >= room.x0_m) & (x < room.x1_m) & (y >= room.y0_m) & (y < room.y1_m)]
    ends = [middle]
    for _ in range(2):
        away = np.linalg.norm(points - ends[-1], axis=1)
        if not len(points) or away.max() < _SMALL_ROOM_M:
            break
        x_m, y_m = points[int(away.argmax())].tolist()
        ends.append((x_m, y_m))
    return ends[1:]


def bearing(start: Sequence[float], goal: Sequence[float]) -> float:
    """Yaw from a point to another, radians."""
    return atan2(goal[1] - start[1], goal[0] - start[0])


class Ways:
    """Metres along the floor between viewpoints, and from anywhere to them."""

    def __init__(self, floor: Floor, views: Sequence[Viewpoint]) -> None:
        self._floor, self._views = floor, views
        self._spots: dict[tuple[float, float], Array] = {}
        self._cells = tuple(np.array([floor.cell((view.x_m, view.y_m)) for view in views], int).reshape(-1, 2).T)

    def from_(self, x_m: float, y_m: float) -> Array:
        """(n,) metres to every viewpoint; infinite where there is no way."""
        key = (round(x_m, 3), round(y_m, 3))
        if key not in self._spots:
            self._spots[key] = self._floor.distances_m((x_m, y_m))[self._cells]
        return self._spots[key]


def _round(spot: tuple[float, float, float], sight: Sight) -> list[Viewpoint]:
    """Four looks from one spot, without those at a bare wall."""
    x, y, yaw = spot
    views = [_view((x, y, yaw + turn), CAMERA_PITCH_RAD, sight) for turn in (0.0, pi / 2, pi, 3 * pi / 2)]
    return [view for view in views if view.share.max(initial=0.0) > 0.2]


def _for_place(number: int, place: Place, floor: Floor, sight: Sight) -> list[Viewpoint]:
    """Greedily the stances and tilts that add the most points in view."""
    x, y, yaw = floor.standing_spot(place.surfaces[0].id if place.behind else place.piece.id)
    spots = [
        at for back in _BACK_M
        if floor.is_free(at := (x - back * cos(yaw), y - back * sin(yaw))) and floor.home.room_at(*at) == floor.home.room_at(x, y)
    ]  # fmt: skip
    candidates = [
        _view((*spot, _towards(spot, place, yaw)), pitch, sight, number if place.behind else -1)
        for spot in spots
        for pitch in _pitches(spot, place)
    ]
    chosen: list[Viewpoint] = []
    covered = 0.0
    while candidates and covered < _ENOUGH and len(chosen) < 3:
        best = max(candidates, key=lambda view: float(view.share[number]))
        if best.share[number] < (_GAIN if chosen else 0.01):
            break
        chosen.append(best)
        covered = 1 - (1 - covered) * (1 - float(best.share[number]))
        candidates = [view for view in candidates if abs(view.pitch_rad - best.pitch_rad) > 0.3]
    return chosen or [_view((x, y, yaw), CAMERA_PITCH_RAD, sight, number if place.behind else -1)]


def _view(stance: tuple[float, float, float], pitch: float, sight: Sight, opens: int = -1) -> Viewpoint:
    x, y, yaw = stance
    share, distance_m = sight.shown(look_pose(x, y, CAMERA_HEIGHT_M, yaw, pitch), (opens,) if opens >= 0 else ())
    return Viewpoint(x, y, yaw, pitch, share, distance_m, opens)


def _towards(spot: tuple[float, float], place: Place, otherwise_rad: float) -> float:
    dx, dy = place.points[:, :2].mean(axis=0) - spot
    return atan2(dy, dx) if hypot(dx, dy) > 0.2 else otherwise_rad


def _pitches(spot: tuple[float, float], place: Place) -> list[float]:
    """Tilts at the middle of a place, and at its lowest and highest surface."""
    away = max(float(np.hypot(*(place.points[:, :2].mean(axis=0) - spot))), 0.3)
    heights = sorted({place.piece.position[2] + surface.centre[2] + 0.05 for surface in place.surfaces})
    aims = {float(np.mean(heights)), heights[0], heights[-1]}
    return [float(np.clip(atan2(height - CAMERA_HEIGHT_M, away), -_STEEPEST_RAD, _STEEPEST_RAD)) for height in sorted(aims)]


def _weights(place: Place) -> Array:
    """(n,) share of the place that each point stands for, less for what its own piece half hides."""
    each = len(place.points) // len(place.surfaces)
    likely = np.concatenate([np.full(each, _UNDER if one.relation == "under" else 1.0) for one in place.surfaces])
    hidden = np.concatenate([np.full(each, _INSIDE if _is_inside(place.piece, one) else 1.0) for one in place.surfaces])
    weights: Array = likely / likely.sum() * hidden
    return weights


def _is_inside(piece: Furniture, surface: Surface) -> bool:
    """Whether a surface has more of its own piece above it."""
    return surface.centre[2] < piece.size[2] - 0.1 and (surface.relation != "on" or surface.clearance_m < 0.6)


def _is_cased(piece: Furniture) -> bool:
    """Whether it has shelves inside its own box, seen from the front only."""
    return piece.kind in ("bookshelf", "fridge", "kitchen cupboard", "wardrobe", "tv stand", "bedside table", "shoe rack")


def _frontness(piece: Furniture, eye: Array) -> float:
    """Cosine of the angle at which a piece is seen from its front; negative from behind."""
    towards = eye[:2] - np.array(piece.position[:2])
    return float(towards @ footprint(piece).axes[0] / max(float(np.linalg.norm(towards)), 1e-9))


def _through(piece: Furniture, eye: Array, points: Array) -> NDArray[np.bool_]:
    """(n,) whether the way from an eye to each point passes the box of a piece (slab test, in the box's own axes)."""
    area = footprint(piece)
    half = np.array([area.length_m / 2, area.width_m / 2, piece.size[2] / 2]) - 0.02
    middle_z = piece.position[2] + piece.size[2] / 2
    start = np.array([*area.local(eye[:2]), eye[2] - middle_z])
    ends = np.column_stack([area.local(points[:, :2]), points[:, 2] - middle_z])
    along = ends - start
    safe = np.where(np.abs(along) < 1e-9, 1e-9, along)
    near, far = (-half - start) / safe, (half - start) / safe
    enter, leave = np.minimum(near, far).max(axis=1), np.maximum(near, far).min(axis=1)
    blocked: NDArray[np.bool_] = (enter < leave) & (leave > 0) & (enter < 0.98)
    return blocked


def home_sight(home: Home, camera: Camera) -> tuple[Places, Floor, Sight]:
    """What a robot knows of a home from its plan."""
    places = Places(home)
    return places, Floor(home), Sight(places, camera)
