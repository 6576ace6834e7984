"""Stands in for watching without a renderer: what lies before the camera in its own room, and is not shut away, is seen."""

import numpy as np

from streams.house.looks import NUM_POINTS, Look
from streams.house.sightings import Instant, Sightings, stands_for_ns

FARTHEST_M, HALF_VIEW = 5.0, 0.75


def glanced(life, trajectory):
    """What could be observed along a trajectory, as `Sightings` tells it from looks that are worked out from positions alone."""
    sightings, home = Sightings(life), life.home
    stands = stands_for_ns(trajectory.t_ns, trajectory.tour)
    states = life.states(trajectory.t_ns.tolist())
    for index, ((t_ns, pose, tour), state, stands_ns) in enumerate(zip(trajectory, states, stands, strict=True)):
        sightings.add(Instant(_look(home, state, pose, index, t_ns), pose, state, tour, stands_ns))
    return sightings.finished()


def _look(home, state, pose, index, t_ns):
    room = home.room_at(pose[0, 3], pose[1, 3])
    at = {piece.id: piece.position for piece in home.furniture}
    at |= {id: one.position for id, one in state.placements.items() if not _shut(home, state, one.holder)}
    at |= {id: (one.x_m, one.y_m, 1.0) for id, one in state.people.items()}
    seen = {id: far for id, point in at.items() if (far := _far(home, pose, room, point))}
    ids = sorted(seen, key=lambda id: home.instance_ids[id])
    n = len(ids)
    far = np.array([seen[id] for id in ids], np.float32)
    over = [
        place
        for place, surface in enumerate(home.surfaces)
        if home.piece(surface.id).id in seen and not _shut(home, state, surface.id)
    ]
    return Look(
        index,
        t_ns,
        np.array([home.instance_ids[id] for id in ids], np.int32),
        (2000 / np.maximum(far, 0.5) ** 2).astype(np.int32),
        np.ones(n, np.float32),
        np.tile(np.array([0, 0, 10, 10], np.float32), (n, 1)),
        far,
        np.array(over, np.int32),
        np.full(len(over), (1 << NUM_POINTS) - 1, np.int32),
    )


def _shut(home, state, holder):
    behind = home.surface(holder).behind if "." in holder else ""
    return bool(behind) and state.states[home.piece(holder).id, behind] != "open"


def _far(home, pose, room, point):
    away = np.array(point) - pose[:3, 3]
    ahead, right = float(away @ pose[:3, 2]), float(away @ pose[:3, 0])
    inside = room is not None and home.room_at(point[0], point[1]) == room
    return ahead if inside and 0.2 < ahead < FARTHEST_M and abs(right) < HALF_VIEW * ahead else 0.0
