"""What a robot with a noisy detector could know of where things are: what it was shown, and which places it was shown empty.

A thing was at a place if it was found there at least twice. Its place was seen to be empty if, standing there, it would have been
found at least twice in the looks that went there unhindered: as large as it showed before, by the detector's stated chances.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mmmem.types import Frame
from streams.house.home import Home, Thing
from streams.house.looks import Look
from streams.house.noise import NoiseLevel
from streams.house.posed_home import shown_position
from streams.house.world import Placement, WorldState

Array = NDArray[np.float64]
SAME_M = 0.3
ENOUGH = 2.0
_FREE_M = 0.06
_FARTHEST_M = 5.0


@dataclass(slots=True)
class Record:
    """A thing was shown at one place, or in somebody's hands.

    Args:
        at: (3,) metres, the middle of it.
        size2_px: pixels that it showed, times the square of the distance, the largest seen.
        num_found: pictures in which the detector found it.
        empty: expected number of times that it would have been found since it left, had it stayed.
        empty_ns: when that reached `ENOUGH`; -1 if it never did.
        empty_tour: the tour of that.
    """

    start_ns: int
    last_ns: int
    at: Array
    held_by: str
    tour: int
    size2_px: float = 0.0
    num_found: int = 0
    empty: float = 0.0
    empty_ns: int = -1
    empty_tour: int = -1

    @property
    def real(self) -> bool:
        """Whether it was found often enough to be known."""
        return self.num_found >= ENOUGH


@dataclass(slots=True)
class Truth:
    """Gathers, look by look, where each thing was shown and which of their places were shown empty."""

    home: Home
    level: NoiseLevel
    records: dict[str, list[Record]] = field(default_factory=dict)
    tracks: dict[str, list[tuple[int, Array | None]]] = field(default_factory=dict)
    looks_at: Counter[str] = field(default_factory=Counter)
    _things: Mapping[str, Thing] = field(init=False)
    _names: Mapping[int, str] = field(init=False)
    _middles: dict[str, tuple[Placement, Mapping[tuple[str, str], str], Array]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._things = {thing.id: thing for thing in self.home.things}
        self._names = {number: id for id, number in self.home.instance_ids.items()}

    def add(self, frame: Frame, pose: Array, look: Look, *, found: NDArray[np.int32], state: WorldState, tour: int) -> None:
        """Take in one look: `found` (n,) are the true instances that the detector found, `pose` is the true one."""
        places = {id: self._middle(id, state) for id in self._things}
        for id, at in places.items():
            track = self.tracks.setdefault(id, [])
            if not track or not _same(track[-1][1], at, 0.02):
                track.append((frame.t_ns, at))
        pixels = dict(zip(look.instance.tolist(), zip(look.pixels.tolist(), look.depth_m.tolist(), strict=True), strict=True))
        here = set()
        for number in set(found.tolist()):
            id = self._names.get(number, "")
            if id in self._things and places[id] is not None:
                here.add(id)
                shows_px, z_m = pixels[number]
                self._found(id, frame.t_ns, places[id], state=state, tour=tour, size2_px=shows_px * z_m**2)
        for id, records in self.records.items():
            last = records[-1]
            if id not in here and not last.held_by and not _same(last.at, places[id], SAME_M):
                self._look_there(last, frame, pose, tour, self._things[id])

    def at(self, thing: str, t_ns: int) -> Array | None:
        """(3,) where a thing truly was at an instant of a tour; None if it was not in the home."""
        known = [at for begun_ns, at in self.tracks[thing] if begun_ns <= t_ns]
        return known[-1] if known else self.tracks[thing][0][1]

    def _middle(self, id: str, state: WorldState) -> Array | None:
        placement = state.placements.get(id)
        if placement is None:
            return None
        known = self._middles.get(id)
        if known is None or known[0] is not placement or known[1] is not state.states:
            x, y, z = shown_position(self.home, state, placement)
            known = self._middles[id] = placement, state.states, np.array([x, y, z + 0.5 * self._things[id].size[2]])
        return known[2]

    def _found(self, id: str, t_ns: int, at: Array, *, state: WorldState, tour: int, size2_px: float) -> None:
        records = self.records.setdefault(id, [])
        holder = state.placements[id].holder
        held = holder if holder in state.people else ""
        last = records[-1] if records else None
        if last is None or last.held_by != held or not (held or _same(last.at, at, SAME_M)) or last.empty >= ENOUGH:
            if last is not None and not last.real:
                records.pop()
            last = Record(t_ns, t_ns, at, held, tour)
            records.append(last)
        last.last_ns, last.at, last.num_found = t_ns, at, last.num_found + 1
        last.tour = tour
        last.empty = 0.0
        last.size2_px = max(last.size2_px, size2_px)

    def _look_there(self, record: Record, frame: Frame, pose: Array, tour: int, thing: Thing) -> None:
        lens, depth = frame.intrinsics, frame.depth_m
        assert lens is not None
        assert depth is not None
        reach = 0.3 * max(thing.size)
        corners = record.at + np.array([(0, 0, 0), (reach, 0, 0), (-reach, 0, 0), (0, reach, 0), (0, -reach, 0)])
        local = (corners - pose[:3, 3]) @ pose[:3, :3]
        z = local[:, 2]
        if z.min() < 0.3 or z.max() > _FARTHEST_M:
            return
        u, v = local[:, 0] / z * lens.fx + lens.cx, local[:, 1] / z * lens.fy + lens.cy
        height, width = depth.shape
        if u.min() < 2 or v.min() < 2 or u.max() > width - 3 or v.max() > height - 3:
            return
        beyond = depth[np.rint(v).astype(int), np.rint(u).astype(int)]
        if (beyond > z - _FREE_M - reach).sum() < len(corners):
            return
        shows = np.array([int(record.size2_px / z[0] ** 2)], np.int32)
        record.empty += float(self.level.chance_found(shows, np.ones(1, np.float32))[0])
        if record.empty >= ENOUGH and record.empty_ns < 0:
            record.empty_ns, record.empty_tour = frame.t_ns, tour


def _same(one: Array | None, other: Array | None, bound_m: float) -> bool:
    if one is None or other is None:
        return one is other
    return float(np.linalg.norm(one - other)) < bound_m
