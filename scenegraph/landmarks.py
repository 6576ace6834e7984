"""Several known things that all seem to have moved by the same way have not: the pose of the picture is off.

Surfaces bring a pose back by small steps only (`anchoring`), and a room that was mapped while the pose had drifted is found off
by more than that. Things that can be told apart say by how much, where enough of them agree.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from scenegraph.association import read_alike
from scenegraph.geometry import Array, View
from scenegraph.kinds import is_shifted
from scenegraph.sightings import Sighting
from scenegraph.tracks import Track

_FARTHEST_M = 0.6
"""Farther off than this it is another place: `anchoring` does not let a pose be off by more either."""
_LEAST_M = 0.15
"""What is off by less is left to `anchoring`."""
_AGREE_M = 0.1
"""Things agree that are off by the same way up to this; up and down a pose is not off by more."""
_MIN_PAIRS, _SHARE = 3, 0.75
"""So many things, and such a share of all that are recognised, must agree: two may have been moved alike."""
_SIZES = 0.35
"""Logarithm of the ratio of two sizes up to which they may be of one thing."""
_UNLIKE = -1.0
"""Nats of class and colour under which a sighting is no known thing."""


def shift_of(sightings: Sequence[Sighting], tracks: Sequence[Track]) -> Array | None:
    """(3,) metres along the floor by which all that is recognised in a picture is off, 0 if it is not; None if too little is."""
    by_kind: dict[str, list[Track]] = defaultdict(list)
    for track in tracks:
        if (
            not track.tentative
            and track.box is not None
            and track.layer in ("object", "furniture")
            and not is_shifted(track.kind)
        ):
            by_kind[track.kind].append(track)
    pairs = [pair for one in sightings if one.whole and (pair := _off(one, by_kind.get(one.kind, ()))) is not None]
    if len(pairs) < _MIN_PAIRS:
        return None
    off = np.array(pairs)
    middle = np.median(off, axis=0)
    agree = np.linalg.norm(off - middle, axis=1) < _AGREE_M
    if np.linalg.norm(middle) < _LEAST_M or agree.sum() < max(_MIN_PAIRS, _SHARE * len(off)):
        return np.zeros(3)
    return np.append(off[agree].mean(axis=0), 0.0)


def moved(sightings: Sequence[Sighting], shift_m: Array) -> None:
    """Put sightings where they are when the pose is put right."""
    for one in sightings:
        if one.points is not None and one.box is not None and one.at is not None:
            one.points, one.box, one.at = one.points + shift_m, one.box + shift_m, one.at + shift_m


def shifted(view: View, shift_m: Array) -> View:
    """The picture as taken from where it was taken."""
    pose = view.pose_world_camera.copy()
    pose[:3, 3] += shift_m
    return replace(view, pose_world_camera=pose)


def _off(one: Sighting, tracks: Sequence[Track]) -> Array | None:
    """(2,) metres from a sighting to the known thing that it can only be."""
    if one.at is None or one.box is None:
        return None
    near = [track for track in tracks if track.at is not None and np.linalg.norm(track.at - one.at) < _FARTHEST_M]
    fitting = [track for track in near if _like(one, track)]
    if len(fitting) != 1 or fitting[0].at is None or abs(float((fitting[0].at - one.at)[2])) > _AGREE_M:
        return None
    off: Array = (fitting[0].at - one.at)[:2]
    return off


def _like(one: Sighting, track: Track) -> bool:
    assert one.box is not None
    assert track.box is not None
    sizes = [np.linalg.norm(box[1] - box[0]) + 0.05 for box in (one.box, track.box)]
    return abs(float(np.log(sizes[0] / sizes[1]))) < _SIZES and read_alike(one, track) > _UNLIKE
