"""Which sighting is which known thing: scores in nats for place, looks, class and a tracker's hint, assigned optimally."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from scenegraph.geometry import Array, apart, share_inside
from scenegraph.kinds import Layer, is_shifted
from scenegraph.settings import Settings
from scenegraph.sightings import Sighting
from scenegraph.states import is_state
from scenegraph.tracks import Track

REFUSED = -1e6
Told = Mapping[str, Mapping[str, float]]
"""How often what was said of a thing, by the name of the attribute."""
_HINT, _OTHER_LAYER = 1.5, -1.5
"""Nats for having a tracker's id, and for being of another layer."""
_CARRIED_M_S, _MAX_LEAP_S = 1.0, 2.5
"""How fast a tracker's thing is carried, and how long anything may go unseen on its way."""
_FARTHEST, _FARTHEST_UNSEEN = 3.5, 2.5
"""Standard deviations off its place from which nothing is this thing; fewer for what lies still and is seen whole."""
_ROUNDING_M = 1e-6
_NOWHERE = np.full((2, 3), np.nan)
_SPREAD_UNSEEN = 0.15
"""Share of its size by which the middle of what lies still wanders with the side it is seen from."""
_STRANGE, _STRANGE_FURNITURE = 0.02, 0.25
"""Share of the votes up to which the class of a sighting is strange to a thing."""
_SAME_PIECE = 0.35
"""Intersection over union from which a sighting of a strange class is this thing all the same."""
_PRIOR_VOTES, _CONFUSED = 8.0, 0.06
"""How often a class is taken for another; after so many votes only half of that."""
# Nats for agreeing, and for disagreeing: of what anybody can be read as, and of who somebody is.
_DESCRIBED = (1.5, -2.4)
_NAMED = (2.5, -4.0)
_READ_SO, _NAMED_SO = 0.3, 2.0
"""The most nats for reading what was read before, and how much more than a colour a name tells."""
_FEW_LOOKS = 2.0
"""Looks of such a weight tell half as well as many that two things differ: what is small or far shows its surroundings."""
_ALWAYS_OTHERWISE = 2.0
"""How much more it tells that many looks disagree than that one does."""
_OTHER_KIND, _SURE_MARGIN = -6.0, 2.0
"""Nats for having another class for sure: the favourites of both lead by so many votes."""


def associate(
    sightings: Sequence[Sighting], tracks: Sequence[Track], stream_id: str, t_ns: int, settings: Settings
) -> dict[int, Track]:
    """The best one-to-one assignment of sightings (by their place in the sequence) to tracks; the rest match nothing."""
    if not sightings or not tracks:
        return {}
    scores = np.full((len(sightings), len(tracks)), REFUSED)
    for row, column in np.argwhere(_in_reach(sightings, tracks, stream_id, t_ns, settings)).tolist():
        scores[row, column] = score(sightings[row], tracks[column], stream_id, t_ns, settings)
    gains = np.maximum(scores - settings.accept, 0.0)
    rows, columns = linear_sum_assignment(gains, maximize=True)
    return {row: tracks[column] for row, column in zip(rows.tolist(), columns.tolist(), strict=True) if gains[row, column] > 0}


def _in_reach(
    sightings: Sequence[Sighting], tracks: Sequence[Track], stream_id: str, t_ns: int, settings: Settings
) -> NDArray[np.bool_]:
    """(n, m) pairs that kind and place do not rule out at once (`_place`, for all pairs together); the rest need no score."""
    boxes, known = (np.array([_NOWHERE if one.box is None else one.box for one in ones]) for ones in (sightings, tracks))
    people, persons = (np.array([one.layer == "person" for one in ones], np.bool_) for ones in (sightings, tracks))
    sigma = np.array([settings.depth_sigma_m(one.z_m) for one in sightings])[:, None]
    elapsed_s = np.clip(t_ns - np.array([track.last_ns for track in tracks]), 0, _MAX_LEAP_S * 1e9) / 1e9
    hinted = np.array([[track.hinted(stream_id, one, t_ns) for track in tracks] for one in sightings], np.bool_)
    leap = np.where(persons, settings.person_speed_m_s, _CARRIED_M_S * hinted) * 0.5 * elapsed_s
    sides = np.linalg.norm(known[:, 1] - known[:, 0], axis=1)
    gaps = np.maximum(boxes[:, None, 0] - known[:, 1], known[:, 0] - boxes[:, None, 1]).max(axis=2)
    at, known_at = (np.array([_NOWHERE[0] if one.at is None else one.at for one in ones]) for ones in (sightings, tracks))
    away = np.linalg.norm(at[:, None] - known_at, axis=2)
    near = away <= _FARTHEST * (sigma + 0.03 + 0.25 * np.minimum(sides, 1.0) + leap) + _ROUNDING_M
    reached: NDArray[np.bool_] = (people[:, None] == persons) & (near | (gaps < 0.03 + sigma + _ROUNDING_M))
    return reached


def score(one: Sighting, track: Track, stream_id: str, t_ns: int, settings: Settings) -> float:
    """Nats for a sighting being this thing; `REFUSED` where place or kind rule it out."""
    if (one.layer == "person") != (track.layer == "person"):
        return REFUSED
    hinted = track.hinted(stream_id, one, t_ns)
    place = _place(one, track, hinted, t_ns, settings)
    if place <= REFUSED:
        return REFUSED
    if _is_strange(one, track):
        return REFUSED
    vector = track.vector if track.space == one.space else None
    seen = looks(one.colour, track.colour, one.vector, vector) + read_alike(one, track)
    return place + seen + label(one, track) + _fit(one, track) + _HINT * hinted


def _is_strange(one: Sighting, track: Track) -> bool:
    """Whether the class speaks against it and it fills another place: what lies in a table's box is no part of the table."""
    furniture = "furniture" in (one.layer, track.layer)
    share = _share(one, track)
    if track.layer == "person" or share > (_STRANGE_FURNITURE if furniture else _STRANGE):
        return False
    if one.layer != track.layer and share < _STRANGE:
        return True
    return one.box is None or track.box is None or _shared(one.box, track.box) < _SAME_PIECE


def _shared(one: Array, other: Array) -> float:
    """Intersection over union of two boxes."""
    sides = np.minimum(one[1], other[1]) - np.maximum(one[0], other[0])
    if (sides <= 0).any():
        return 0.0
    common = float(np.prod(sides))
    return common / (float(np.prod(one[1] - one[0])) + float(np.prod(other[1] - other[0])) - common)


def reach_m(one: Sighting, layer: Layer, settings: Settings) -> float:
    """How far from a sighting what it shows may be known to be."""
    size = one.size
    leap = settings.person_speed_m_s * _MAX_LEAP_S if layer == "person" else _CARRIED_M_S
    return leap + (0.0 if size is None else 0.5 * float(size.max()))


def _fit(one: Sighting, track: Track) -> float:
    """Nats for the size of what is seen whole, and for its layer: a cup within a table's box is no part of the table."""
    nats = 0.0 if one.layer == track.layer else _OTHER_LAYER
    if one.box is None or track.box is None or not one.whole:
        return nats
    ratio = math.log((math.dist(*one.box.tolist()) + 0.05) / (math.dist(*track.box.tolist()) + 0.05))
    return nats - min(max(1.5 * (abs(ratio) - 0.6), 0.0), 3.0)


def _place(one: Sighting, track: Track, hinted: bool, t_ns: int, settings: Settings) -> float:
    if one.at is None or track.at is None or track.box is None or one.points is None:
        return REFUSED
    extent = math.dist(*track.box.tolist())
    # What is seen whole lies where it lay; a part of something large may be any part.
    loose = hinted or track.layer == "person" or (track.layer == "furniture" and not (one.whole and is_shifted(track.kind)))
    spread = 0.25 if loose else _SPREAD_UNSEEN
    sigma = settings.depth_sigma_m(one.z_m) + 0.03 + spread * min(extent, 1.0)
    elapsed_s = min(max(t_ns - track.last_ns, 0) / 1e9, _MAX_LEAP_S)
    if track.layer == "person":
        sigma += 0.5 * settings.person_speed_m_s * elapsed_s
    elif hinted:
        sigma += 0.5 * _CARRIED_M_S * elapsed_s
    away = math.dist(one.at, track.at) / sigma
    margin_m = 0.03 + settings.depth_sigma_m(one.z_m)
    inside = (
        share_inside(one.points, track.box, margin_m) if one.box is not None and apart(one.box, track.box) < margin_m else 0.0
    )
    if away > (_FARTHEST if loose else _FARTHEST_UNSEEN) and inside < 0.4:
        return REFUSED
    near = -0.5 * away * away
    # What is cut off, or large and seen in part, lies inside its box but not in the middle of it.
    if inside > 0.3 and (track.layer == "furniture" or not one.whole):
        return max(near, -2.0 * (1.0 - inside))
    return near + inside - 1.0


def looks(
    colour: NDArray[np.float32] | None,
    other: NDArray[np.float32] | None,
    vector: NDArray[np.float32] | None = None,
    other_vector: NDArray[np.float32] | None = None,
) -> float:
    """Nats for two looks being of one thing: shared colours, and learned appearance where both have it."""
    nats = 0.0
    if colour is not None and other is not None:
        nats += min(max((float(colour @ other) - 0.75) / 0.1, -3.0), 1.5)
    if vector is not None and other_vector is not None and len(vector) == len(other_vector):
        nats += min(max((float(vector @ other_vector) - 0.7) / 0.12, -3.0), 1.5)
    return nats


def label(one: Sighting, track: Track) -> float:
    """Nats for the class: its share of the votes so far, also for classes that other detections of it had."""
    unseen = _CONFUSED * _PRIOR_VOTES / (_PRIOR_VOTES + sum(track.votes.values()))
    return math.log((_share(one, track) + unseen) / 0.3)


def _share(one: Sighting, track: Track) -> float:
    return max(track.share_of(kind) for kind in (one.kind, *(kind for kind, _ in one.also)))


def read_alike(one: Sighting, track: Track) -> float:
    """Nats for what is read of a thing that lasts (a colour): its share of what was read of it so far.

    What was read many times and never so is hardly this thing; after a look or two that may be a misreading.
    """
    if track.layer == "person":
        share = track.read_share("name", one.attributes["name"]) if "name" in one.attributes else None
        return 0.0 if share is None else min(_NAMED_SO * math.log((share + 0.01) / 0.3), _READ_SO)
    shares = (track.read_share(name, value) for name, value in one.attributes.items() if not is_state(name))
    return sum(min(math.log((share + 0.01) / 0.3), _READ_SO) for share in shares if share is not None)


def likeness(track: Track, other: Track, *, reshaped: bool = False) -> float:
    """Nats for two things seen at different places being one, by looks, size and class.

    Args:
        reshaped: one is open and the other closed (a book, a laptop): other colours and another size tell nothing.
    """
    common = sum(min(track.share_of(kind), other.share_of(kind)) for kind in track.votes)
    seen = looks(track.colour, other.colour, track.vector, other.vector if track.space == other.space else None)
    weight = min(track.colour_weight, other.colour_weight)
    differ = min(seen, 0.0) * weight / (weight + _FEW_LOOKS) + _sizes(track.box, other.box)
    classes = math.log((common + _CONFUSED) / 0.3) + _OTHER_KIND * _disagreement(track.votes, other.votes)
    return max(seen, 0.0) + classes + (0.0 if reshaped else differ)


def _disagreement(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """How surely two counts have another favourite: 0 where they agree, 1 where a few more looks would change neither."""
    if not one or not other:
        return 0.0
    best, rival = favourite(one), favourite(other)
    margin = min(one[best] - one.get(rival, 0.0), other[rival] - other.get(best, 0.0))
    return min(margin / _SURE_MARGIN, 1.0)


def _sizes(box: Array | None, other: Array | None) -> float:
    """Nats for two sizes; the height tells most, since the width changes as a thing is turned."""
    if box is None or other is None:
        return 0.0
    one, two = (np.maximum(each[1] - each[0], 0.02) for each in (box, other))
    ratio = np.abs(np.log(np.sort(one) / np.sort(two)))
    return float(np.clip(-2.5 * max(float(ratio.max()) - 0.45, 0.0), -3.0, 0.0))


def told_alike(one: Told, other: Told) -> float:
    """Nats for what detectors said of two things (a colour, a name), and how often, being of one; states tell nothing."""
    nats = 0.0
    for name in one.keys() & other.keys():
        if is_state(name) or not one[name] or not other[name]:
            continue
        same, different = _NAMED if name == "name" else _DESCRIBED
        common, every = _favourites(one[name]) & _favourites(other[name]), _favourites(one[name]) | _favourites(other[name])
        if common == every:
            nats += same
        elif not common:
            nats += different * (1.0 + _ALWAYS_OTHERWISE * _disagreement(one[name], other[name]))
    return nats


def _favourites(votes: Mapping[str, float]) -> set[str]:
    """All with the most votes: of two looks that differ nobody knows which was misread."""
    most = max(votes.values())
    return {name for name, count in votes.items() if count == most}


def favourite(votes: Mapping[str, float]) -> str:
    """The one with most votes."""
    return max(votes, key=lambda name: (votes[name], name))
