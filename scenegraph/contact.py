"""What touches what, as one picture shows it: whose surface lies round the foot of a thing, and whose hands are at it.

The pixels round a thing are placed in the world; those that lie at the height of its foot and close to it show what it stands on.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scenegraph.geometry import Array, View
from scenegraph.look import Look
from scenegraph.sightings import Sighting
from scenegraph.tracks import Track

NOTHING = ""
"""In `contacts`: the surface round its foot is nobody's that was found, the floor or a wall."""
_AROUND_M = 0.1
_LEVEL_M = 0.03
_MIN_PIXELS = 4
_REACH_M, _STRAY = 0.4, 3
"""How near a person's surface comes to what they hold; so many nearer points may be stray."""
_STEP_PX = 2


Found = list[tuple[Track, Sighting]]
Around = tuple[NDArray[np.int64], NDArray[np.int64], Array]
"""Rows, columns and world points of pixels."""


def note_contacts(look: Look, view: View) -> None:
    """Let every thing that was found in a picture remember what it touches there; masks say whose pixel is whose."""
    found, masks = look.found(), look.masks
    if masks is None:
        return
    placed = [(track, one) for track, one in found if one.box is not None]
    others = [(track, one) for track, one in placed if not track.tentative]
    standing = [(track, one) for track, one in placed if track.layer == "object" and one.whole]
    beside = _larger(standing, others) & _close(standing, others)
    around = _around([one for _, one in standing], view, masks)
    for row, (track, one) in enumerate(standing):
        near = [others[place] for place in np.flatnonzero(beside[row]).tolist()]
        touched = _stands_on(one, near, around[row], masks)
        if not touched:
            touched = _held(one, near) or touched
        if touched is not None:
            track.contacts[touched] = track.contacts.get(touched, 0.0) + 1.0


def _larger(ones: Found, others: Found) -> NDArray[np.bool_]:
    """(n, m) whether another thing covers more of the floor, so that it may bear one; people hold what they can."""
    covered, offered = (np.array([_floor_m2(one) for _, one in found]) for found in (ones, others))
    people = np.array([one.layer == "person" for _, one in others], np.bool_)
    return people | (offered > covered[:, None])


def _floor_m2(one: Sighting) -> float:
    assert one.box is not None
    (x0, y0, _), (x1, y1, _) = one.box.tolist()
    return float((x1 - x0) * (y1 - y0))


def _close(ones: Found, others: Found) -> NDArray[np.bool_]:
    """(n, m) whether their pixels lie near each other."""
    boxes, beside = (np.array([one.xyxy for _, one in found], np.float32).reshape(-1, 4) for found in (ones, others))
    margin = 0.5 * (boxes[:, 2:] - boxes[:, :2]).max(axis=1) + 8.0
    apart = np.maximum(boxes[:, None, :2] - beside[:, 2:], beside[:, :2] - boxes[:, None, 2:])
    close: NDArray[np.bool_] = (apart < margin[:, None, None]).all(axis=2)
    return close


def _stands_on(one: Sighting, near: Found, around: Around, masks: NDArray[np.bool_]) -> str | None:
    """Id of the piece whose surface shows round the foot of a thing; `NOTHING` if it is nobody's, None if none shows."""
    assert one.box is not None
    v, u, points = around
    x, y, z = points.T
    (left, back, foot), (right, front, _) = one.box.tolist()
    level = np.abs(z - foot) < _LEVEL_M + 0.01 * one.z_m
    at_foot = level & (np.hypot(_off(x, left, right), _off(y, back, front)) < _AROUND_M)
    v, u = v[at_foot], u[at_foot]
    if len(v) < _MIN_PIXELS:
        return None
    pieces = [(track.key, seen.row) for track, seen in near if track.layer != "person"]
    if not pieces:
        return NOTHING
    counts = np.count_nonzero(masks[np.array([row for _, row in pieces])[:, None], v, u], axis=1)
    best = int(counts.argmax())
    return pieces[best][0] if counts[best] > 0.4 * len(v) else NOTHING


def _off(values: Array, low: float, high: float) -> Array:
    """(n,) how far values lie outside an interval."""
    off: Array = np.maximum(np.maximum(low - values, values - high), 0.0)
    return off


def _around(ones: Sequence[Sighting], view: View, masks: NDArray[np.bool_]) -> list[Around]:
    """What shows round each thing and is not its own."""
    pixels = [_pixels_around(one, view, masks[one.row]) for one in ones]
    if not pixels:
        return []
    points = view.points(np.concatenate([u for _, u in pixels]), np.concatenate([v for v, _ in pixels]))
    ends = np.cumsum([len(v) for v, _ in pixels])
    return [(v, u, its) for (v, u), its in zip(pixels, np.split(points, ends[:-1]), strict=True)]


def _pixels_around(one: Sighting, view: View, own: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows and columns of pixels with depth in and round the lower half of a thing's box, not its own; every second one."""
    height, width = view.depth_m.shape
    margin = _AROUND_M * view.intrinsics.fx / max(one.z_m, 0.2) + 3.0
    x0, y0, x1, y1 = one.xyxy.tolist()
    left, right = max(int(x0 - margin), 0), min(int(x1 + margin) + 1, width)
    top, bottom = max(int((y0 + y1) / 2), 0), min(int(y1 + margin) + 1, height)
    part = (slice(top, bottom, _STEP_PX), slice(left, right, _STEP_PX))
    v, u = np.nonzero((view.depth_m[part] > 0) & ~own[part])
    return v * _STEP_PX + top, u * _STEP_PX + left


def _held(one: Sighting, near: Found) -> str | None:
    """Id of the person whose arms reach the thing in the air; None if nobody's do."""
    assert one.at is not None
    for track, seen in near:
        if track.layer == "person" and seen.box is not None and seen.points is not None and _in_hand(one.at, seen.box):
            away = np.linalg.norm(seen.points - one.at, axis=1)
            place = min(_STRAY, len(away) - 1)
            if float(np.partition(away, place)[place]) < _REACH_M:
                return track.key
    return None


def _in_hand(at: Array, person: Array) -> bool:
    """Whether a point lies between a person's knees and chin."""
    low, high = float(person[0, 2]), float(person[1, 2])
    return low + 0.25 * (high - low) < float(at[2]) < low + 0.85 * (high - low)
