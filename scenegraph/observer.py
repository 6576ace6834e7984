"""One picture after another: follow what is known, begin what is new, and write down what that says about the world."""

from collections.abc import Callable, Sequence

import numpy as np

from mmmem.clock import Span
from mmmem.types import Assertion, Detections, Frame
from scenegraph import rows
from scenegraph.absence import VISIT_NS, Recall
from scenegraph.association import told_alike
from scenegraph.contact import note_contacts
from scenegraph.geometry import Array, View, overlap, share_inside
from scenegraph.grid import Grid
from scenegraph.kinds import is_shifted
from scenegraph.log import MOVED
from scenegraph.look import Look
from scenegraph.matching import Matching, key_of
from scenegraph.missing import FORMER, Missing, fills, former_stay
from scenegraph.nodes import Node, Stay
from scenegraph.recognition import Known, Recognition
from scenegraph.settings import Settings
from scenegraph.sightings import Sighting, sightings_of
from scenegraph.states import States
from scenegraph.tracks import Track, settled_layer, tentative, track_of
from scenegraph.world import World

_BACK_M = 0.25
"""What turns up so near its last place has come back to it, or never left."""
_SAME_M = 0.12
"""So near nobody puts a thing back: it was overlooked meanwhile."""
_AT_ONCE_NS = 30_000_000_000
"""What turns up so soon after the look that missed it was overlooked."""
_MOVED_EVERY_NS = 2_000_000_000
"""What is carried is written as moved this often at most."""
_FORGET_TRACK_NS = 60_000_000_000
"""What is out of view for longer is followed anew from what the log says."""
_LIKE = 0.3
"""A known thing at the place of a glimpse, with such a share of its votes for the class, is what was glimpsed."""
_AGREED = 0.6
"""Share of the votes of something new that must be for one class."""
_HERE = 0.3
"""Overlap of boxes from which two things were in the same place."""
_PART = 0.8
"""Share of the box of something that lies within that of a thing of which it is a part."""
_REPLACED_FRAMES = 4
"""Seen so often since the known thing in its place was, something new is no misnaming of it."""
_BESIDE = 0.34
"""Nor if such a share of the pictures that show it show the known thing too."""


class Observer:
    """Turns pictures into assertions; what it remembers beside the world is lost with the process, and may be.

    Args:
        world: what the log says; changed only through `write`.
        write: puts an assertion into the log and the world.
        source: "perception", or "simulator" where ids and names can be trusted.
    """

    def __init__(self, world: World, write: Callable[[Assertion], None], settings: Settings, source: str) -> None:
        self.world, self.settings, self.source = world, settings, source
        self.write = write
        self.tracks: dict[str, Track] = {}
        self.grid = Grid()
        self._missing = Missing(self)
        self.resolved: dict[str, str] = {}
        self._states = States(settings.state_frames)
        self.recognition = Recognition(world, settings, self.tracks, self._missing.cases)
        self._matching = Matching(world, settings, self.tracks, self.grid, trusted=self.trusted)
        self._next_tentative = 1
        self._new: set[str] = set()
        for node in world.living():
            self.moved_to(node)

    @property
    def trusted(self) -> bool:
        """Whether the ids of detections name the same thing for ever."""
        return self.source == "simulator"

    def look(self, frame: Frame, found: Detections, view: View | None) -> list[str | None]:
        """Take in one picture; the id of the node (or `T7`, not yet one) behind each detection."""
        look = Look(frame.ref, view, frame.image, sightings_of(frame, found, view, self.settings), masks=found.mask)
        self._matching.match(look)
        _note_company(look)
        for place, one in enumerate(look.sightings):
            self._take_in(look, place, one)
        if look.view is not None:
            note_contacts(look, look.view)
            self._missing.look(look, look.view)
        self._settle(look.t_ns)
        ids: list[str | None] = [None] * len(found)
        for place, track in look.matched.items():
            ids[look.sightings[place].row] = track.key
        return ids

    @property
    def recall(self) -> Recall:
        """How often the detector finds what is there."""
        return self._missing.recall

    def flush(self) -> None:
        """Write what was seen since something was last written."""
        for track in list(self.tracks.values()):
            if track.tentative:
                self._glimpse(track)
            else:
                self._save(track)

    def place_anew(self) -> None:
        """The world has moved under what is followed: begin again from what the log says now."""
        for node in list(self.world.living()):
            self.drop(node.id)
            self.moved_to(node)
        for key in [key for key, track in self.tracks.items() if track.tentative]:
            self.grid.drop(key)
            del self.tracks[key]

    def moved_to(self, node: Node) -> None:
        """Keep the spatial index in step with a node's place."""
        self.grid.drop(node.id)
        self.grid.drop(node.id + FORMER)
        stay = node.stay
        if stay is None or node.merged_into:
            return
        if stay.box is not None and stay.missing_ns is None and node.layer != "person":
            self.grid.put(node.id, stay.box)
        former = former_stay(node)
        if former is not None and former.box is not None:
            self.grid.put(node.id + FORMER, former.box)

    # Taking in

    def _take_in(self, look: Look, place: int, one: Sighting) -> None:
        track = look.matched.get(place)
        if track is None:
            track = self._begin(look, place, one)
            if track is None:
                return
        else:
            track.add(one, look.ref)
            if track.tentative:
                track.measure(one)
                self._index(track)
        if not track.tentative:
            self._continue(look, track, one)
        elif self._confirmed(track, one):
            look.matched[place] = self._confirm(look, track, one)

    def _begin(self, look: Look, place: int, one: Sighting) -> Track | None:
        if one.layer == "furniture" and not self.trusted and _is_part(look, one):
            return None
        weak = min(one.xyxy[2] - one.xyxy[0], one.xyxy[3] - one.xyxy[1]) < self.settings.min_side_px
        far = one.at is not None and one.z_m > self.settings.max_range_m
        if (weak or far) and not self.trusted:
            return None
        track = tentative(f"T{self._next_tentative}", one, look.ref)
        self._recall_glimpses(track, look.t_ns)
        self._next_tentative += 1
        self.tracks[track.key] = look.matched[place] = track
        self._index(track)
        return track

    def _recall_glimpses(self, track: Track, now_ns: int) -> None:
        """What was seen here before, too seldom to be known, adds up."""
        if track.layer == "object" and track.box is not None:
            for before in self.recognition.glimpses(track, now_ns):
                if before.box is not None and (overlap(before.box, track.box) > _HERE or _near(before.at, track.at, _SAME_M)):
                    track.recall(before)

    def _index(self, track: Track) -> None:
        if track.box is not None:
            self.grid.put(track.key, track.box)

    def _confirmed(self, track: Track, one: Sighting) -> bool:
        if self.trusted and one.track_id >= 0:
            return True
        often = track.num_seen >= 2 * self.settings.confirm_frames
        enough = track.num_seen >= self.settings.confirm_frames and track.weight >= self.settings.confirm_weight
        sure = often or (enough and track.best_score >= self.settings.sure_score)
        agreed = track.share_of(track.kind) >= _AGREED
        return sure and agreed and (track.box is not None or one.at is None) and not self._is_shadow(track)

    def _is_shadow(self, track: Track) -> bool:
        """Whether something known is in its place, described alike and hardly found beside it: one thing, named otherwise."""
        if track.box is None or self.trusted:
            return False
        for key in self.grid.within(track.box[0], track.box[1]):
            other = self._followed(key)
            if other is None or other.box is None or other.layer != track.layer:
                continue
            seldom = sum(t_ns > other.last_ns for t_ns in track.recent) < _REPLACED_FRAMES
            beside = track.company.get(key, 0) >= _BESIDE * track.num_seen
            if seldom and not beside and _takes_place(track.box, other) and told_alike(track.told, other.told) >= 0:
                return True
        return False

    def _followed(self, key: str) -> Track | None:
        """What is known at a place, in view or not."""
        if key in self.tracks:
            return None if self.tracks[key].tentative else self.tracks[key]
        return track_of(self.world.nodes[key]) if key in self.world.nodes else None

    def _confirm(self, look: Look, track: Track, one: Sighting) -> Track:
        """Something tentative is real: seen before, or new."""
        track.layer = settled_layer(track)
        self._recall_glimpses(track, look.t_ns)
        former = self._at_former_place(track)
        if former is not None:
            return self._still_there(look, track, former)
        known = None if self.trusted and one.track_id >= 0 else self._known(look, track)
        key = {"key": key_of(one)} if self.trusted and one.track_id >= 0 else {}
        if known is None:
            id = self.world.new_id(track.layer)
            self._new.add(id)
            said = rows.seen(track, id, self.source, more={"layer": track.layer, **key})
        else:
            id = known.node.id
            said = self._come_back(track, known.node, known.either)
        return self._bind(track, id, said)

    def _known(self, look: Look, track: Track) -> Known | None:
        """The node it is; also one that was seen too seldom before to be written down."""
        known = self.recognition.known(track, look.keys, look.t_ns)
        if known is not None:
            return known
        before = self.recognition.glimpsed(track, look.t_ns)
        if before is None:
            return None
        id = self.world.new_id(before.layer)
        self.write(rows.seen(before, id, self.source, more={"layer": before.layer}))
        return Known(self.world.nodes[id], ())

    def _come_back(self, track: Track, node: Node, either: Sequence[str]) -> Assertion:
        stay = node.stay
        track.forget_recalled(node.last_seen_ns)
        doubt = {"either": list(either)} if len(either) > 1 else {}
        if stay is not None and self._overlooked(stay, track):
            # What was believed meanwhile stays in the log.
            return rows.seen(track, node.id, self.source, more={"retracts": stay.missing_ns, **doubt})
        if stay is not None and _near(stay.at, track.at, _BACK_M):
            # Nobody knows whether a person was there between two visits.
            comes_anew = node.layer == "person" and track.first_ns - stay.last_seen_ns > VISIT_NS
            opens = {"opens": True} if comes_anew or stay.missing_ns is not None else {}
            return rows.seen(track, node.id, self.source, more={**opens, **doubt})
        supposed = {"supposed": True} if stay is not None and stay.missing_ns is None and stay.at is not None else {}
        return rows.seen(track, node.id, self.source, kind="moved", more={**doubt, **supposed})

    def _overlooked(self, stay: Stay, track: Track) -> bool:
        """Whether what was taken to be missing was there all the time: few put a thing back to the centimetre, or at once."""
        if stay.missing_ns is None or stay.at is None or track.at is None:
            return False
        away_m, after_ns = float(np.linalg.norm(stay.at - track.at)), track.last_ns - (stay.looked_ns or stay.missing_ns)
        at_once = after_ns < _AT_ONCE_NS or track.layer == "furniture"
        return away_m < (_BACK_M if at_once else _SAME_M) and (at_once or stay.emptiness < self.settings.absent_share)

    def _at_former_place(self, track: Track) -> Node | None:
        """The node that was only supposed to have moved away from here, if this looks like it."""
        if track.box is None or self.trusted:
            return None
        for key in sorted(self.grid.within(track.box[0], track.box[1])):
            if key.endswith(FORMER):
                node = self.world.nodes[key.removesuffix(FORMER)]
                stay = former_stay(node)
                if stay is None or stay.box is None or overlap(stay.box, track.box) <= _HERE:
                    continue
                # Nobody puts a thing back to the centimetre: a little way off it has come back, and was elsewhere meanwhile.
                still = node.layer == "furniture" or _near(stay.at, track.at, _SAME_M)
                if still and self.recognition.alike(track, node) > self.settings.min_likeness:
                    return node
        return None

    def _still_there(self, look: Look, track: Track, node: Node) -> Track:
        """It had not moved: what was taken for it elsewhere is another thing, an unaccounted twin if there is one."""
        stay = node.stay
        assert stay is not None
        others = [id for id in stay.either if id != node.id and self.world.nodes[id].last_seen_ns < stay.start_ns]
        other = others[0] if others else self.world.new_id(node.layer)
        self.drop(node.id)
        self.drop(other)
        self.write(rows.split(node.id, other, stay.start_ns, look.t_ns, self.source))
        return self._bind(track, node.id, rows.seen(track, node.id, self.source))

    def _bind(self, track: Track, id: str, said: Assertion) -> Track:
        """A tentative track becomes the track of a node."""
        self.grid.drop(track.key)
        del self.tracks[track.key]
        self.tracks.pop(id, None)
        self.resolved[track.key] = id
        track.key = id
        self.tracks[id] = track
        self._missing.forget(id)
        self.write(said)
        track.saved(track.last_ns)
        return track

    def drop(self, key: str) -> None:
        """Stop to follow."""
        self._new.discard(key)
        self.tracks.pop(key, None)
        self._missing.forget(key)

    # Going on

    def _continue(self, look: Look, track: Track, one: Sighting) -> None:
        node = self.world.nodes[track.key]
        self._missing.found(node, one)
        for name, text, span, after_ns in self._states.see(node, one.attributes, look.t_ns):
            self.write(rows.state(node, name, text, span, source=self.source, after_ns=after_ns))
        if node.missing:
            track.restart(one)
            self.write(self._come_back(track, node, ()))
            track.saved(look.t_ns)
            return
        if not self._shifted(node, one):
            track.away = 0
            track.measure(one)
        else:
            self._shift(look, track, one)
        if track.unsaved and look.t_ns - max(track.saved_ns, 0) >= self.settings.extend_ns:
            self._save(track)

    def _shifted(self, node: Node, one: Sighting) -> bool:
        stay = node.stay
        if stay is None or stay.at is None or stay.box is None or one.at is None or one.points is None:
            return False
        if node.layer == "furniture" and not is_shifted(node.kind) and not self.trusted:
            return False
        sigma = self.settings.depth_sigma_m(one.z_m)
        extent = max(float((stay.box[1] - stay.box[0]).max()), 0.6 if node.layer == "furniture" else 0.0)
        bound = self.settings.move_m + 0.5 * min(extent, 1.0) + 2 * sigma
        inside = share_inside(one.points, stay.box, 0.05 + 2 * sigma)
        return float(np.linalg.norm(one.at - stay.at)) > bound and inside < 0.3

    def _shift(self, look: Look, track: Track, one: Sighting) -> None:
        """Not where its stay is; once two pictures in a row say so it has moved."""
        track.away += 1
        if track.away < (1 if self.trusted else 2):
            return
        track.at, track.box = one.at, one.box
        if look.t_ns - track.moved_ns < _MOVED_EVERY_NS:
            return
        track.restart(one)
        track.moved_ns = look.t_ns
        self.write(rows.seen(track, track.key, self.source, kind="moved", span=_instant(look.t_ns)))
        track.saved(look.t_ns)

    def _save(self, track: Track) -> None:
        if track.tentative or not track.unsaved or track.away:
            return
        self.write(rows.seen(track, track.key, self.source))
        track.saved(track.last_ns)

    def join(self, one: Node, other: Node, t_ns: int, why: str, either: Sequence[str] = ()) -> None:
        """Two nodes are one, or each of `either` may be the other; the one that was known first stays."""
        keeps, goes = sorted((one, other), key=lambda node: (node.stays[0].start_ns, node.id))
        for node in (keeps, goes):
            self.leave(node.id)
        self.resolved[goes.id] = keeps.id
        self.write(rows.same(keeps.id, goes.id, t_ns, self.source, why=why, either=either))

    def _give_up(self, track: Track) -> None:
        """Too little was seen to make a node of it."""
        self.grid.drop(track.key)
        del self.tracks[track.key]
        self._glimpse(track)

    def _glimpse(self, track: Track) -> None:
        """What is no node, and no known thing at its place, is kept as a glimpse."""
        described = track.attributes or track.num_seen > 1
        if track.box is None or not described or track.num_glimpsed == track.num_seen or settled_layer(track) != "object":
            return
        near = self.grid.within(track.box[0] - _SAME_M, track.box[1] + _SAME_M)
        nodes = [self.world.nodes[key] for key in near if key in self.world.nodes]
        alike = [node for node in nodes if node.share_of(track.kind) > _LIKE]
        known = any(told_alike(track.told, node.told) >= 0 for node in alike)
        if not known and (track.num_seen > 1 or not alike):
            track.num_glimpsed = track.num_seen
            id = self.world.new_glimpse_id()
            self.write(rows.seen(track, id, self.source, kind="glimpsed"))
            track.glimpses.append(id)

    def _reconsider(self, track: Track, t_ns: int) -> bool:
        """What was taken to be new leaves the view: after all that was seen of it, it may be a known thing that has moved."""
        self._new.discard(track.key)
        if track.layer != "object" or self.trusted:
            return False
        known = self.recognition.known(track, {track.key}, t_ns)
        if known is None:
            return False
        self.join(known.node, self.world.nodes[track.key], t_ns, MOVED, known.either)
        return True

    def leave(self, id: str) -> None:
        """Write what was seen of a node, and stop to follow it."""
        if id in self.tracks:
            self._save(self.tracks[id])
        self.drop(id)

    # Time passes

    def _settle(self, t_ns: int) -> None:
        for track in list(self.tracks.values()):
            if self.tracks.get(track.key) is not track:
                continue  # Another one turned out to be the same thing.
            idle_ns = t_ns - track.last_ns
            if track.tentative:
                if idle_ns > self.settings.tentative_ns:
                    self._give_up(track)
            elif idle_ns > self.settings.leave_ns:
                self._save(track)
                if track.key in self._new and self._reconsider(track, t_ns):
                    continue
                if track.layer == "person":
                    self.grid.drop(track.key)
                if idle_ns > _FORGET_TRACK_NS or track.layer == "person":
                    del self.tracks[track.key]
            elif track.layer == "person" and track.box is not None:
                self.grid.put(track.key, track.box)


def _note_company(look: Look) -> None:
    """What was found beside something that is not known yet is not it."""
    known = [track.key for track in look.matched.values() if not track.tentative]
    for track in look.matched.values():
        if track.tentative:
            for key in known:
                track.company[key] = track.company.get(key, 0) + 1


def _takes_place(box: Array, known: Track) -> bool:
    """Whether something lies where a known thing does and is as large, or is a part of it that shows."""
    assert known.box is not None
    smaller = known.layer == "object" and float(np.prod(box[1] - box[0])) < float(np.prod(known.box[1] - known.box[0]))
    return fills(box, known.box) or (smaller and overlap(box, known.box) > _PART)


def _is_part(look: Look, one: Sighting) -> bool:
    """Whether this is a second detection of a part of a piece of furniture that was found already."""
    whole = (track for track in look.matched.values() if track.layer == "furniture" and track.share_of(one.kind) > 0.3)
    points = one.points
    return points is not None and any(track.box is not None and share_inside(points, track.box, 0.1) > 0.6 for track in whole)


def _near(one: Array | None, other: Array | None, bound_m: float) -> bool:
    return one is not None and other is not None and float(np.linalg.norm(one - other)) < bound_m


def _instant(t_ns: int) -> Span:
    return Span(t_ns, t_ns + 1)
