"""Seen before? What turned up is matched with what is known not to be where it was, and with what nobody has looked for since."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from scenegraph.absence import Case
from scenegraph.association import favourite, likeness, told_alike
from scenegraph.geometry import apart
from scenegraph.kinds import is_shifted
from scenegraph.nodes import Node, Stay
from scenegraph.settings import Settings
from scenegraph.states import is_state
from scenegraph.tracks import Track, glimpsed, track_of
from scenegraph.world import World

_FLOOR = 0.002
"""Nothing is less likely than this to have left: how long a class stays is known roughly."""
_UNPROVEN = 0.5
"""Weight of what speaks for a thing having left, while that is not proven."""
_FIRST_LOOKS, _FIRST_NS = -2.0, 900_000_000_000
"""Nats against a move in the first quarter of an hour in a home."""
_SOMEWHERE = 0.8
"""Nats for what is known to be missing: it is somewhere."""
_RETURNED, _HERE_M = 1.0, 0.4
"""Nats for turning up so near a place where it was before."""
_STAYED, _STAYED_M = 4.0, 0.2
"""Nats for turning up so near the place where it was last: it was overlooked."""
_UNSURE = -2.5
"""Nats against a move of which no look was sure: a detector takes many things for what they are not."""
_NEVER_NS = 2**62
_OPEN_OR_CLOSED = {"open", "closed"}
_NUM_KINDS = 3
"""Something new may be a node of so many of the classes that it was taken for most."""
_BESIDE_M = 0.3
"""Two detections of furniture that nobody shifts are one piece up to so far apart."""


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
        exploring = self._exploring(now_ns, self._began_ns())
        scored = [
            (self.alike(track, node) + self._free(node, now_ns, exploring) + self._came(track, node), node)
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

    def _came(self, track: Track, node: Node) -> float:
        """Nats for coming back to where it was; elsewhere, against a move of which no look was sure and nothing was read."""
        sure = track.best_score >= self._settings.sure_score or told_alike(track.told, node.told) > 0
        return _returned(track, node) or (0.0 if sure else _UNSURE)

    def alike(self, track: Track, node: Node) -> float:
        """Nats for looks, size and class."""
        other = track_of(node)
        return likeness(track, other, reshaped=self._is_reshaped(track, node)) + told_alike(track.told, other.told)

    def _is_reshaped(self, track: Track, node: Node) -> bool:
        """Whether one is open and the other closed."""
        states = {name: favourite(told) for name, told in track.told.items() if told}
        known = self._world.nodes.get(track.key)
        states |= {} if known is None else {state.name: state.value for state in known.states}
        pairs = ((value, node.state(name)) for name, value in states.items() if is_state(name))
        return any(state is not None and {value, state.value} == _OPEN_OR_CLOSED for value, state in pairs)

    def newcomer(self, missing: Node) -> Node | None:
        """A node that was taken to be new after `missing` was last seen at its place, and looks like it.

        It must be there still, and nothing else that looks so may be unaccounted for in its stead.
        """
        stay = missing.stay
        assert stay is not None
        seen, began_ns = track_of(missing), self._began_ns()
        scored = [
            (self.alike(seen, node) + self._left_by(missing, stay, node.stays[0].start_ns, began_ns), node)
            for node in self._candidates(seen)
            if node is not missing and node.stays and node.stays[0].start_ns > stay.last_seen_ns and not node.keys
        ]
        fitting = sorted((pair for pair in scored if pair[0] > self._settings.min_likeness), key=lambda pair: -pair[0])
        return fitting[0][1] if fitting else None

    def _left_by(self, node: Node, stay: Stay, by_ns: int, began_ns: int) -> float:
        """Nats for a node that is missing having left by an instant, by how long its class stays."""
        missing_ns = by_ns if stay.missing_ns is None else max(stay.missing_ns, by_ns)
        left = [
            1.0 - self._world.persistence.still_there(node.kind, node.layer, stay.last_seen_ns, t_ns)
            for t_ns in (by_ns, missing_ns)
        ]
        return float(np.log(max(left[0] / max(left[1], 1e-12), _FLOOR))) + self._exploring(by_ns, began_ns)

    def _began_ns(self) -> int:
        """When the first thing was seen; far off while nothing was."""
        return min((node.stays[0].start_ns for node in self._world.nodes.values() if node.stays), default=_NEVER_NS)

    def _exploring(self, t_ns: int, began_ns: int) -> float:
        """Nats against a move while the home is looked at for the first time, and for one once nearly all of it is known."""
        return _FIRST_LOOKS if t_ns - began_ns < _FIRST_NS else self._world.novelty.against(self._world.nodes)

    def glimpses(self, track: Track, now_ns: int) -> Iterable[Track]:
        """What was seen before, too seldom to be known, has the same class and is described alike."""
        for glimpse in self._world.glimpses_by_kind.get(track.kind, ()):
            fits = not glimpse.merged_into and glimpse.id not in track.glimpses
            recent = glimpse.stay is not None and 0 < now_ns - glimpse.stay.last_seen_ns < self._settings.glimpse_ns
            if fits and recent and told_alike(track.told, glimpse.told) >= 0 and not self._known_there(glimpse):
                yield glimpsed(glimpse)

    def _known_there(self, glimpse: Node) -> bool:
        """Whether a node of its class, described like it, was at its place after all."""
        assert glimpse.stay is not None
        at, first_ns = glimpse.stay.at, glimpse.stay.start_ns
        nodes = (self._world.nodes[id] for id in self._world.by_kind.get(glimpse.kind, ()))
        alike = (node for node in nodes if told_alike(node.told, glimpse.told) >= 0)
        stays = (stay for node in alike for stay in node.stays if stay.at is not None and stay.last_seen_ns >= first_ns)
        return at is not None and any(float(np.linalg.norm(stay.at - at)) < _STAYED_M for stay in stays if stay.at is not None)

    def _left_after(self, glimpse: Track, track: Track) -> float:
        """Nats for what was glimpsed having left before something turned up."""
        there = self._world.persistence.still_there(track.kind, track.layer, glimpse.last_ns, track.first_ns)
        return float(np.log(max(1.0 - there, _FLOOR))) + self._exploring(track.first_ns, self._began_ns())

    def glimpsed(self, track: Track, now_ns: int) -> Track | None:
        """The glimpse of something elsewhere, not seen since, that looks the same and is no known node."""
        fitting = [
            (likeness(track, other) + told_alike(track.told, other.told) + self._left_after(other, track), other)
            for other in self.glimpses(track, now_ns)
            if track.layer == "object" and other.num_seen > 1 and other.told and other.last_ns < track.first_ns
        ]
        best = max(fitting, key=lambda pair: (pair[0], pair[1].key), default=None)
        return best[1] if best is not None and best[0] > self._settings.min_likeness else None

    def _candidates(self, track: Track) -> Iterable[Node]:
        ids: set[str] = set()
        for kind in sorted(track.votes, key=lambda name: (-track.votes[name], name))[:_NUM_KINDS]:
            ids |= self._world.by_kind.get(kind, set())
        nodes = (self._world.nodes[id] for id in sorted(ids))
        return (node for node in nodes if not node.merged_into and _comparable(track, node))

    def _seen_meanwhile(self, node: Node, track: Track) -> bool:
        """Somebody saw it elsewhere while this was here: beside it, or farther off than one thing seems to be from itself."""
        if not track.company.get(node.id) and _at_last_place(track, node):
            return False
        live = self._tracks.get(node.id)
        last_ns = max(node.last_seen_ns, -1 if live is None else live.last_ns)
        return last_ns >= (track.first_ns if track.followed_ns is None else track.followed_ns)

    def _free(self, node: Node, now_ns: int, exploring: float) -> float:
        """Nats for the node not being where it was last seen; what is missing is somewhere, and few things are new."""
        stay = node.stay
        if stay is None or stay.at is None or node.layer == "person":
            return 0.0
        if stay.missing_ns is not None:
            return _SOMEWHERE
        there = self._world.persistence.still_there(node.kind, node.layer, stay.last_seen_ns, now_ns)
        case = self._cases.get(node.id)
        odds = np.log((1 - there + 1e-6) / (there + 1e-6))
        odds += _UNPROVEN * case.nats if case is not None and case.num_frames else 0.0
        return float(np.log(max(1.0 / (1.0 + np.exp(-odds)), _FLOOR))) + exploring


def _comparable(track: Track, node: Node) -> bool:
    """People are not things; and furniture that nobody shifts is elsewhere another piece, however alike."""
    if (node.layer == "person") != (track.layer == "person"):
        return False
    if node.layer != "furniture" or is_shifted(node.kind) or track.box is None:
        return True
    stay = node.stay
    return stay is None or stay.box is None or apart(stay.box, track.box) < _BESIDE_M


def _returned(track: Track, node: Node) -> float:
    """Things come back to where they were before; what turns up where it was last seen was most likely never gone."""
    if track.at is None:
        return 0.0
    if _at_last_place(track, node):
        return _STAYED
    away_m = (float(np.linalg.norm(stay.at - track.at)) for stay in node.stays if stay.at is not None)
    return _RETURNED if min(away_m, default=_HERE_M) < _HERE_M else 0.0


def _at_last_place(track: Track, node: Node) -> bool:
    last = node.stay
    return last is not None and last.at is not None and track.at is not None and math.dist(last.at, track.at) < _STAYED_M
