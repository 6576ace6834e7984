"""Seen before? What turned up is matched with what is known not to be where it was, and with what nobody has looked for since."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from scenegraph.absence import Case
from scenegraph.association import likeness, told_alike
from scenegraph.geometry import apart
from scenegraph.kinds import is_shifted
from scenegraph.nodes import Node
from scenegraph.settings import Settings
from scenegraph.tracks import Track, track_of
from scenegraph.world import World

_FLOOR = 0.002
_SOMEWHERE = 0.8
_RETURNED = 1.0
_HERE_M = 0.4
_NUM_KINDS = 3
_BESIDE_M = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """The node that something which turned up is most likely to be, and all it may be."""

    node: Node
    either: tuple[str, ...]


class Recognition:
    """Finds the node behind something that turned up, and what turned up behind a node that is missing."""

    def __init__(self, world: World, settings: Settings, tracks: Mapping[str, Track], cases: Mapping[str, Case]) -> None:
        self._world, self._settings, self._tracks, self._cases = world, settings, tracks, cases

    def known(self, track: Track, in_view: set[str], now_ns: int) -> Known | None:
        """The best of all nodes that are not accounted for; None if a new node explains it better."""
        scored = [
            (self.alike(track, node) + self._free(node, now_ns) + _returned(track, node), node)
            for node in self._candidates(track)
            if node.id not in in_view and not self._seen_meanwhile(node, track)
        ]
        if not scored:
            return None
        scored.sort(key=lambda pair: (-pair[0], pair[1].id))
        best, node = scored[0]
        if best < self._settings.min_likeness:
            return None
        either = tuple(other.id for nats, other in scored if nats > best - self._settings.twin_margin)
        return Known(node, either)

    def alike(self, track: Track, node: Node) -> float:
        """Nats for looks, size and class."""
        return likeness(track, track_of(node)) + told_alike(track.described or self._told(track), node.described)

    def _told(self, track: Track) -> dict[str, str]:
        """What detectors said of a node before, for a track that has just been written."""
        node = self._world.nodes.get(track.key)
        return {} if node is None else node.described

    def newcomer(self, missing: Node, now_ns: int) -> Node | None:
        """A node that was taken to be new after `missing` was last seen at its place, and looks like it.

        It must be there still, and nothing else that looks so may be unaccounted for in its stead.
        """
        stay = missing.stay
        assert stay is not None
        seen = track_of(missing)
        scored = [
            (self.alike(seen, node), node)
            for node in self._candidates(seen)
            if node is not missing and node.stays and node.stays[0].start_ns > stay.last_seen_ns and not node.keys
        ]
        fitting = sorted((pair for pair in scored if pair[0] > self._settings.min_likeness), key=lambda pair: -pair[0])
        return fitting[0][1] if fitting else None

    def _candidates(self, track: Track) -> Iterable[Node]:
        ids: set[str] = set()
        for kind in sorted(track.votes, key=lambda name: (-track.votes[name], name))[:_NUM_KINDS]:
            ids |= self._world.by_kind.get(kind, set())
        nodes = (self._world.nodes[id] for id in sorted(ids))
        return (node for node in nodes if not node.merged_into and _comparable(track, node))

    def _seen_meanwhile(self, node: Node, track: Track) -> bool:
        """Somebody saw it elsewhere while this was here."""
        live = self._tracks.get(node.id)
        last_ns = max(node.last_seen_ns, -1 if live is None else live.last_ns)
        return last_ns >= track.first_ns

    def _free(self, node: Node, now_ns: int) -> float:
        """Nats for the node not being where it was last seen; what is missing is somewhere, and few things are new."""
        stay = node.stay
        if stay is None or stay.at is None or node.layer == "person":
            return 0.0
        if stay.missing_ns is not None:
            return _SOMEWHERE
        there = self._world.persistence.still_there(node.kind, node.layer, stay.last_seen_ns, now_ns)
        case = self._cases.get(node.id)
        odds = np.log((1 - there + 1e-6) / (there + 1e-6)) + (case.nats if case is not None and case.num_frames else 0.0)
        return float(np.log(max(1.0 / (1.0 + np.exp(-odds)), _FLOOR)))


def _comparable(track: Track, node: Node) -> bool:
    """People are not things; and furniture that nobody shifts is elsewhere another piece, however alike."""
    if (node.layer == "person") != (track.layer == "person"):
        return False
    if node.layer != "furniture" or is_shifted(node.kind) or track.box is None:
        return True
    stay = node.stay
    return stay is None or stay.box is None or apart(stay.box, track.box) < _BESIDE_M


def _returned(track: Track, node: Node) -> float:
    """Things come back to where they were before."""
    if track.at is None:
        return 0.0
    places = (stay.at for stay in node.stays if stay.at is not None)
    return _RETURNED if any(float(np.linalg.norm(place - track.at)) < _HERE_M for place in places) else 0.0
