"""What should be in a picture and was not found in it: gone, replaced, hidden, overlooked, or the same as what was found."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scenegraph import rows
from scenegraph.absence import Case, Expected, Recall, evidence, viewpoint
from scenegraph.appearance import colour_of
from scenegraph.association import looks
from scenegraph.geometry import Array, RayVotes, View, overlap, shifted_vote
from scenegraph.log import AT_SAME_PLACE, MOVED
from scenegraph.look import Look
from scenegraph.nodes import Node, Stay
from scenegraph.sightings import Sighting
from scenegraph.tracks import Track

if TYPE_CHECKING:
    from scenegraph.observer import Observer

FORMER = "@"
"""Follows the id of a node in the key of the place where it was before it was only supposed to have moved."""
_DOUBLE_FRAMES = 3
_SMALL_M = 0.6
_JUST_FOUND_NS = 1_500_000_000
"""Looks so soon after it was found err alike: a thing has hardly left since. People do leave."""


class Missing:
    """Keeps a case for everything that was not found where it should be."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer
        self._settings = observer.settings
        self.recall = Recall()
        self.cases: dict[str, Case] = {}

    def found(self, node: Node, one: Sighting) -> None:
        """It was found: whatever spoke against it is settled, and how often the detector misses its class is learned."""
        case = self.cases.pop(node.id, None)
        self.recall.note(node.kind, node.id, found_px=(one.area_px,), missed_px=case.misses if case else ())

    def forget(self, key: str) -> None:
        """Nothing is held against it any more."""
        self.cases.pop(key, None)

    def look(self, look: Look, view: View) -> None:
        """Ask the rays of a picture about everything that should be in it."""
        world, found = self._observer.world, look.keys
        keys = sorted(key for key in self._in_view(view) if not key.startswith("T"))
        nodes = [(key, world.nodes[key.removesuffix(FORMER)]) for key in keys]
        stays = [(key, node, former_stay(node) if key.endswith(FORMER) else node.stay) for key, node in nodes]
        placed = [(key, node, stay, stay.box) for key, node, stay in stays if stay is not None and stay.box is not None]
        if not placed:
            return
        boxes = np.stack([box for *_, box in placed])
        small = np.linalg.norm(boxes[:, 1] - boxes[:, 0], axis=1) < _SMALL_M
        # What was seen a few times only may be some way from where it seems to be.
        vague = 1.0 + 2.0 / np.sqrt([max(stay.num_seen, 1) for _, _, stay, _ in placed])
        shift_m = np.where(small & (not self._observer.trusted), self._settings.place_sigma_m * vague, 0.0)
        votes = shifted_vote(view, boxes, shift_m, self._settings)
        shown = {track.key: one for track, one in look.found()}
        for row, (key, node, stay, _) in enumerate(placed):
            if key in found:
                _learn(self._observer.tracks.get(key), shown[key], votes, row)
            elif not node.merged_into:
                self._suspect(look, view, self._expected(look, Expected(key, node, stay, votes, row)))

    def _in_view(self, view: View) -> set[str]:
        """What should be in the picture, by its place."""
        height, width = view.depth_m.shape
        u = np.array([0.0, width - 1, width - 1, 0.0])
        v = np.array([0.0, 0.0, height - 1, height - 1])
        corners = view.origin + view.directions(u, v) * self._settings.max_range_m
        around = np.vstack([corners, view.origin])
        return self._observer.grid.within(around.min(axis=0), around.max(axis=0))

    def _expected(self, look: Look, one: Expected) -> Expected:
        """With what else a picture tells of whether the stay is over."""
        node, stay, votes, row = one.node, one.stay, one.votes, one.row
        pixels = votes.rays[row][votes.open[row]]
        behind = _behind(look, pixels)
        hidden, pixels = int(behind.sum()), pixels[~behind]
        alike = looks(colour_of(look.image[tuple(pixels.T)]), node.colour) if len(pixels) else 0.0
        covering = tuple(
            track
            for track, seen in look.found()
            if track.layer == node.layer and seen.box is not None and fills(seen.box, one.box)
        )
        track = self._observer.tracks.get(node.id)
        through, fill = (stay.through, stay.fill) if track is None else (max(stay.through, track.through), track.fill)
        shows = float(votes.pixels[row]) * fill
        recall = self.recall.of(node.kind, node.id, shows)
        return replace(
            one, pixels=shows, recall=recall, alike=alike, covering=covering, usual_through=through, fill=fill,
            hidden=0 if covering else hidden,
        )  # fmt: skip

    def _suspect(self, look: Look, view: View, one: Expected) -> None:
        double = self._lookalike(one) if one.key == one.node.id else None
        if double is not None:
            case = self.cases.setdefault(one.key, Case())
            case.doubles[double.id] = case.doubles.get(double.id, 0) + 1
            if case.doubles[double.id] >= _DOUBLE_FRAMES:
                self._observer.join(double, one.node, look.t_ns, AT_SAME_PLACE)
            return
        nats = evidence(one, self._settings)
        if nats is None:
            return
        case = self.cases.setdefault(one.key, Case())
        case.misses.append(one.pixels)
        case.add(nats, look.ref, viewpoint(view, one.box.mean(axis=0)), one.rays)
        if self._just_found(look, one):
            return
        if case.proven(self._settings, still=one.still, num_seen=one.stay.num_seen):
            self._gone(look, one, case)

    def _just_found(self, look: Look, one: Expected) -> bool:
        """Whether a thing was found a moment ago, by the log or since something was written."""
        track = self._observer.tracks.get(one.key)
        found_ns = one.stay.last_seen_ns if track is None else max(one.stay.last_seen_ns, track.last_ns)
        return one.node.layer == "object" and look.t_ns - found_ns < _JUST_FOUND_NS

    def _lookalike(self, one: Expected) -> Node | None:
        """The node that was found where this one should be, and looks like it: again and again, they are one thing."""
        observer = self._observer
        known = (track for track in one.covering if not track.tentative)
        alike = (track for track in known if observer.recognition.alike(track, one.node) > self._settings.min_likeness)
        double = next(alike, None)
        return None if double is None else observer.world.nodes[double.key]

    def _gone(self, look: Look, one: Expected, case: Case) -> None:
        observer, former = self._observer, one.key != one.node.id
        del self.cases[one.key]
        if not former:
            observer.leave(one.node.id)
        observer.write(rows.not_seen(one.node, one.stay, case, observer.source, look.t_ns))
        newcomer = None if former else observer.recognition.newcomer(one.node)
        if newcomer is not None:
            observer.join(one.node, newcomer, look.t_ns, MOVED)


def former_stay(node: Node) -> Stay | None:
    """Where it was before it was only supposed to have moved."""
    if node.layer == "person" or len(node.stays) < 2:
        return None
    before, now = node.stays[-2:]
    # What has left the place where it was supposed to be may well be back.
    return before if now.supposed and now.missing_ns is None and before.missing_ns is None else None


def fills(box: Array, place: Array) -> bool:
    """Whether something lies in a place and is about as large: a table's box also holds what stands on it."""
    size, room = (float(np.linalg.norm(corners[1] - corners[0])) for corners in (box, place))
    return overlap(box, place) > 0.3 and 0.4 < (size + 0.03) / (room + 0.03) < 2.5


def _behind(look: Look, pixels: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(n,) whether a pixel belongs to an object or a person that was found: what is behind it cannot be seen."""
    rows = [one.row for track, one in look.found() if track.layer != "furniture"]
    if look.masks is None or not rows or not len(pixels):
        return np.zeros(len(pixels), np.bool_)
    covered: NDArray[np.bool_] = np.any(look.masks[rows][:, pixels[:, 0], pixels[:, 1]], axis=0)
    return covered


def _learn(track: Track | None, one: Sighting, votes: RayVotes, row: int) -> None:
    """How much one sees through a thing while it is there (a chair's legs), and how much of its box shows it (an umbrella)."""
    voting = votes.through[row] + votes.present[row]
    if track is None or votes.in_view[row] <= 0.6 or voting < 8:
        return
    track.num_through += 1
    track.through += max(0.2, 1.0 / track.num_through) * (votes.share(row) - track.through)
    if one.whole and votes.occluded[row] < 0.2 * voting and votes.in_view[row] > 0.9:
        track.num_fill += 1
        filled = min(one.area_px / max(float(votes.pixels[row]), 1.0), 1.0)
        track.fill += max(0.2, 1.0 / track.num_fill) * (filled - track.fill)
