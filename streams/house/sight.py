"""Which rooms can be seen into from a point: through which doors a line of sight on the floor plan can pass."""

from math import atan2, pi

import numpy as np
from numpy.typing import NDArray

from streams.house.home import Door, Home

_BESIDE_M = 0.35
"""Who stands this near a wall's centre line may look along both its sides."""


class RoomsInSight:
    """Follows sight through doors: what cannot be seen through any row of doors is behind walls."""

    ALWAYS = -1
    """Number of what is seen from everywhere, for indexing what `rooms_seen_from` returns."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._number = {room.id: i for i, room in enumerate(home.rooms)}
        self._doors = [door for door in home.doors if door.room_b]

    def room_number(self, x_m: float, y_m: float) -> int:
        """Number of the room at a point of the floor, or `ALWAYS` outside and in a doorway."""
        room = self._home.room_at(x_m, y_m)
        return self.ALWAYS if room is None or len(self._around(x_m, y_m)) > 1 else self._number[room.id]

    def rooms_seen_from(self, x_m: float, y_m: float) -> NDArray[np.bool_]:
        """(rooms + 1,) whether each room may be seen; the last is always true. From outside, all are."""
        seen = np.zeros(len(self._home.rooms) + 1, bool)
        seen[self.ALWAYS] = True
        starts = self._around(x_m, y_m)
        if not starts:
            return np.ones_like(seen)
        for room in starts:
            self._look((x_m, y_m), room, [room, *starts], (-pi, pi), seen)
        return seen

    def _around(self, x_m: float, y_m: float) -> list[str]:
        return [
            room.id
            for room in self._home.rooms
            if room.x0_m - _BESIDE_M <= x_m <= room.x1_m + _BESIDE_M and room.y0_m - _BESIDE_M <= y_m <= room.y1_m + _BESIDE_M
        ]

    def _look(
        self, eye: tuple[float, float], room: str, past: list[str], arc: tuple[float, float], seen: NDArray[np.bool_]
    ) -> None:
        """Mark a room and what is seen through its doors within an arc (radians, low to high)."""
        seen[self._number[room]] = True
        for door in self._doors:
            other = {door.room_a: door.room_b, door.room_b: door.room_a}.get(room, "")
            if not other or other in past:
                continue
            for low, high in _opening(eye, door):
                both = max(low, arc[0]), min(high, arc[1])
                if both[0] < both[1]:
                    self._look(eye, other, [*past, other], both, seen)


def _opening(eye: tuple[float, float], door: Door) -> list[tuple[float, float]]:
    """The arcs under which a doorway is seen, split at the direction of -x."""
    half = door.width_m / 2 + 0.02
    ends = [(door.x_m + s * half, door.y_m) if door.along == "x" else (door.x_m, door.y_m + s * half) for s in (-1, 1)]
    if (ends[0][0] - eye[0]) ** 2 + (ends[0][1] - eye[1]) ** 2 < 0.8 or (ends[1][0] - eye[0]) ** 2 + (
        ends[1][1] - eye[1]
    ) ** 2 < 0.8:
        return [(-pi, pi)]
    first, second = sorted(atan2(y - eye[1], x - eye[0]) for x, y in ends)
    return [(first, second)] if second - first <= pi else [(-pi, first), (second, pi)]
