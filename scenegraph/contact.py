"""What touches what, as one picture shows it: whose surface lies round the foot of a thing, and whose hands are at it.

The pixels round a thing are placed in the world; those that lie at the height of its foot and close to it show what it stands on.
"""

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
_REACH_M = 0.4
_STEP_PX = 2


def note_contacts(look: Look, view: View) -> None:
    """Let every thing that was found in a picture remember what it touches there; masks say whose pixel is whose."""
    found, masks = look.found(), look.masks
    if masks is None:
        return
    others = [(track, one) for track, one in found if not track.tentative and one.box is not None]
    for track, one in found:
        if track.layer == "object" and one.whole and one.box is not None:
            near = [(other, seen) for other, seen in others if _larger(seen, one) and _close(one, seen)]
            touched = _stands_on(one, near, view, masks)
            if not touched:
                touched = _held(one, near) or touched
            if touched is not None:
                track.contacts[touched] = track.contacts.get(touched, 0.0) + 1.0


def _larger(one: Sighting, other: Sighting) -> bool:
    """Whether a thing covers more of the floor than another, which it may bear then; people hold what they can."""
    if one.layer == "person" or one.box is None or other.box is None:
        return one.layer == "person"
    return float(np.prod((one.box[1] - one.box[0])[:2])) > float(np.prod((other.box[1] - other.box[0])[:2]))


def _close(one: Sighting, other: Sighting) -> bool:
    """Whether their pixels lie near each other."""
    margin = 0.5 * float(max(one.xyxy[2] - one.xyxy[0], one.xyxy[3] - one.xyxy[1])) + 8.0
    apart = np.maximum(one.xyxy[:2] - other.xyxy[2:], other.xyxy[:2] - one.xyxy[2:])
    return bool((apart < margin).all())


def _stands_on(one: Sighting, near: list[tuple[Track, Sighting]], view: View, masks: NDArray[np.bool_]) -> str | None:
    """Id of the piece whose surface shows round the foot of a thing; `NOTHING` if it is nobody's, None if none shows."""
    assert one.box is not None
    v, u = _around(one, view)
    own = masks[one.row][v, u]
    v, u = v[~own], u[~own]
    if len(v) < _MIN_PIXELS:
        return None
    points = view.points(u, v)
    level = _LEVEL_M + 0.01 * one.z_m
    off = np.maximum(one.box[0, :2] - points[:, :2], points[:, :2] - one.box[1, :2]).clip(0.0)
    at_foot = (np.abs(points[:, 2] - one.box[0, 2]) < level) & (np.hypot(off[:, 0], off[:, 1]) < _AROUND_M)
    if at_foot.sum() < _MIN_PIXELS:
        return None
    v, u = v[at_foot], u[at_foot]
    counts = {track.key: int(masks[seen.row][v, u].sum()) for track, seen in near if track.layer != "person"}
    best = max(counts, key=lambda key: counts[key], default=NOTHING)
    return best if counts.get(best, 0) > 0.4 * len(v) else NOTHING


def _around(one: Sighting, view: View) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows and columns of pixels with depth in and round a thing's box, every second one."""
    height, width = view.depth_m.shape
    margin = _AROUND_M * view.intrinsics.fx / max(one.z_m, 0.2) + 3.0
    x0, y0, x1, y1 = one.xyxy.tolist()
    left, right = max(int(x0 - margin), 0), min(int(x1 + margin) + 1, width)
    top, bottom = max(int((y0 + y1) / 2), 0), min(int(y1 + margin) + 1, height)
    known = np.argwhere(view.depth_m[top:bottom:_STEP_PX, left:right:_STEP_PX] > 0)
    return known[:, 0] * _STEP_PX + top, known[:, 1] * _STEP_PX + left


def _held(one: Sighting, near: list[tuple[Track, Sighting]]) -> str | None:
    """Id of the person whose arms reach the thing in the air; None if nobody's do."""
    assert one.at is not None
    for track, seen in near:
        if track.layer == "person" and seen.box is not None and seen.points is not None and _in_hand(one.at, seen.box):
            away = np.linalg.norm(seen.points - one.at, axis=1)
            if float(np.partition(away, min(3, len(away) - 1))[min(3, len(away) - 1)]) < _REACH_M:
                return track.key
    return None


def _in_hand(at: Array, person: Array) -> bool:
    """Whether a point lies between a person's knees and chin."""
    low, high = float(person[0, 2]), float(person[1, 2])
    return low + 0.25 * (high - low) < float(at[2]) < low + 0.85 * (high - low)
