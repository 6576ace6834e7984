"""The scene graph: observe pictures and words, correct it, ask where things are and were, as known now or then."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mmmem.clock import Span
from mmmem.errors import InvalidInputError
from mmmem.handling import Handled
from mmmem.types import Assertion, Detections, Frame, TimedText
from scenegraph.anchoring import Anchor
from scenegraph.believed import Believed
from scenegraph.clocks import Clocks
from scenegraph.corrections import correction
from scenegraph.geometry import Array, view_of
from scenegraph.handling import handled
from scenegraph.log import DAMAGE, Row, damaged
from scenegraph.mapping import FLOOR_ID, Mapper, people_in
from scenegraph.observer import Observer
from scenegraph.poses import PoseCorrection, in_order, pose_row
from scenegraph.revisits import Revisits
from scenegraph.settings import Settings, trusting
from scenegraph.surroundings import named_room
from scenegraph.telling import told
from scenegraph.trust import Trust

_LEARNED_EVERY_NS = 60_000_000_000
"""A process that is killed loses what so long a time taught it about camera and detector."""


class SceneGraph(Believed):
    """Objects, furniture and people over space and time, read off a log and extended by observing.

    The graph is nothing but what its log says: opened again on the same log it is the same graph. What was seen in the last
    seconds and adds nothing but "still there" is written late; `flush` writes it at once.

    Args:
        log: a `scenegraph.log.Log`, a `mmmem.memory.Memory`, or None for a log in this process. A memory is written by whoever
            observes: put what `observe` returns into `Observation.assertions`.
        settings: thresholds; by default those for a detector, or for perfect perception if `trusted_ids`.
        trusted_ids: track ids name the same thing for ever (a simulator's instance masks).
        clock_offset_ns: by stream, what is added to its times so that all streams tell the same time.
        zone_ns: what is added to a time so that days begin at midnight.
    """

    def __init__(
        self,
        log: Any = None,
        *,
        settings: Settings | None = None,
        trusted_ids: bool = False,
        clock_offset_ns: Mapping[str, int] | None = None,
        zone_ns: int = 0,
    ) -> None:
        super().__init__(log, zone_ns)
        self.settings = settings if settings is not None else trusting() if trusted_ids else Settings()
        self._offsets = dict(clock_offset_ns or {})
        self.trust = Trust()
        self.clocks = Clocks()
        self.anchor = Anchor()
        self._learned_ns = self.world.last_ns
        source = "simulator" if trusted_ids else "perception"
        self._observer = Observer(self.world, self._write, self.settings, source)
        self._mapper = Mapper(self.world, self._write, lambda: self._atlas_of(self.world).ground, source)
        self._revisits = Revisits(self.world, self._write, source)
        self._know_again()
        self._written: list[Assertion] = []
        self.last_ids: list[str | None] = []

    # Taking in

    def observe(self, frame: Frame, found: Detections | None) -> tuple[Assertion, ...]:
        """Take in a picture and what was found in it (None if nobody looked); what is returned belongs into its `Observation`.

        Depth, pose and intrinsics place things; without them there are nodes without positions, and nothing is ever missing.
        A frame whose pose disagrees with the static structure is distrusted: only its words count. See `trust.notes`.

        Raises:
            InvalidInputError: the poses follow another convention, which the message names; or masks are not as large as the
                picture.
        """
        if found is not None and found.mask is not None and found.mask.shape[1:] != frame.image.shape[:2]:
            raise InvalidInputError(
                f"Masks must be as large as the picture, {frame.image.shape[:2]} (rows, columns), got {found.mask.shape[1:]} at "
                f"{frame.ref}; resize them first."
            )
        t_ns = frame.t_ns + self._offsets.get(frame.stream_id, 0)
        self._now_ns = max(self._now_ns, t_ns)
        self.clocks.arrived(frame.stream_id, t_ns)
        self.last_ids = [None] * (0 if found is None else len(found))
        with _Writing(self, frame.stream_id, t_ns) as written:
            if found is not None and not frame.damaged:
                view = view_of(frame, self.settings)
                if self.trust.accepts(frame.stream_id, t_ns, view):
                    if view is not None and not self._observer.trusted:
                        view = self.anchor.aligned(frame.stream_id, t_ns, view)
                    self.last_ids = self._observer.look(_at(frame, t_ns), found, view)
                    if view is not None and self.settings.maps:
                        hidden = people_in(found, view.depth_m.shape)
                        self._mapper.look(frame.stream_id, t_ns, view, hidden, self.anchor.corrections.get(frame.stream_id))
                self._learned_ns = t_ns if self._learned_ns < 0 else self._learned_ns
                if t_ns - self._learned_ns >= _LEARNED_EVERY_NS:
                    self._tell_learned(t_ns)
            for text in frame.texts:
                self._hear(text)
        return tuple(written)

    def visit(self, stream_id: str, t_ns: int, vectors: Mapping[str, NDArray[np.float32]]) -> tuple[Assertion, ...]:
        """Take in what a place looks like, where no depth and pose tell where it is: image vectors by the name of their space."""
        t_ns += self._offsets.get(stream_id, 0)
        self._now_ns = max(self._now_ns, t_ns)
        with _Writing(self, stream_id, t_ns) as written:
            self._revisits.look(stream_id, t_ns, vectors)
        return tuple(written)

    def read(self, stream_id: str, text: TimedText) -> tuple[Assertion, ...]:
        """Take in words: captions and narrations that say where something is ("a red mug on the kitchen counter")."""
        with _Writing(self, stream_id, text.span.end_ns) as written:
            self._hear(text)
        self._now_ns = max(self._now_ns, text.span.end_ns - 1)
        return tuple(written)

    def handled(self, stream_id: str, things: Iterable[Handled], *, source: str = "person") -> tuple[Assertion, ...]:
        """Take in when things were picked up and put down, as annotations or a tracker (`source="perception"`) tell it."""
        with _Writing(self, stream_id, self._now_ns) as written:
            for assertion in handled(things, source, self.world):
                self._write(assertion)
        self._now_ns = max([self._now_ns, *(assertion.span.start_ns for assertion in written)])
        return tuple(written)

    def flush(self, stream_id: str = "graph") -> tuple[Assertion, ...]:
        """Write at once what would be written when things leave the view."""
        with _Writing(self, stream_id, self._now_ns) as written:
            self._observer.flush()
            self._revisits.flush()
            self._mapper.tell_rooms(self._now_ns)
            self._tell_learned(self._now_ns)
        return tuple(written)

    def learned(self, stream_id: str = "graph") -> tuple[Assertion, ...]:
        """Write what was learned about the camera and the detector, to be stored along with the looks that it comes from."""
        with _Writing(self, stream_id, self._now_ns) as written:
            self._tell_learned(self._now_ns)
        return tuple(written)

    def correct(
        self,
        which: str,
        *,
        kind: str = "",
        name: str = "",
        owner: str = "",
        place: str = "",
        gone: bool = False,
        same_as: str = "",
        t_ns: int | None = None,
        stream_id: str = "corrections",
    ) -> tuple[Assertion, ...]:
        """What a person says of a node: it outranks perception and is kept.

        Args:
            which: id or name of the node.
            kind: what it is ("dax"); `name`: what it is called; `owner`: whose it is; `place`: where it is.
            gone: it is not where it was last seen.
            same_as: id or name of another node that is the same thing.
            t_ns: when this was said; the latest time the graph knows by default.

        Raises:
            UnknownNameError: no such node.
            InvalidInputError: nothing was said, or it was seen after the time of which its place is told.
        """
        said_ns = self._now_ns if t_ns is None else t_ns
        self._now_ns = max(self._now_ns, said_ns)
        other, node = self.node(same_as) if same_as else None, self.node(which)
        if (gone or place) and said_ns < node.last_seen_ns:
            raise InvalidInputError(
                f"{node.label} was seen up to {(node.last_seen_ns - said_ns) / 1e9:.0f} s after the time of which this is said; "
                "say where it is of a time since it was last seen, or leave the time out."
            )
        said = correction(node, said_ns, kind=kind, name=name, owner=owner, place=place, gone=gone, same_as=other)
        with _Writing(self, stream_id, said_ns) as written:
            for assertion in said:
                self._observer.leave(assertion.subject)
                self._write(assertion)
        return tuple(written)

    def name_room(self, which: str, name: str, *, stream_id: str = "corrections") -> tuple[Assertion, ...]:
        """What a person calls a room, by its id or present name; it is kept.

        Raises:
            UnknownNameError: no such room.
        """
        room = named_room(self.rooms(), which)
        with _Writing(self, stream_id, self._now_ns) as written:
            self._write(
                Assertion("named", room.id, Span(self._now_ns, self._now_ns + 1), name, {"role": "alias"}, source="person")
            )
        return tuple(written)

    def correct_poses(self, stream_id: str, corrections: Iterable[PoseCorrection]) -> tuple[Assertion, ...]:
        """Put keyframes right (a loop was closed): what was seen from them, and the map they made, moves with them.

        Between two keyframes the correction is interpolated in time; before the first and after the last it is theirs.

        Raises:
            InvalidInputError: nothing was given, or two corrections are of one time.
        """
        known = in_order(corrections)
        offset_ns = self._offsets.get(stream_id, 0)
        times = [one.t_ns + offset_ns for one in known]
        flushed = self.flush(stream_id)
        motions = [
            one.after @ np.linalg.inv(self._shift(stream_id, t_ns) @ one.before) for one, t_ns in zip(known, times, strict=True)
        ]
        with _Writing(self, stream_id, max(self._now_ns, times[-1])) as written:
            self._write(pose_row(stream_id, FLOOR_ID, times, motions, self._observer.source))
            self._observer.place_anew()
            self.trust.restart(stream_id)
            self.anchor = Anchor()
            self._mapper.tell_rooms(self._now_ns, anyhow=True)
        return (*flushed, *written)

    def _shift(self, stream_id: str, t_ns: int) -> Array:
        """(4, 4) by which a stream's pose was put right when a picture was taken."""
        scans = [scan for scan in self.world.scans if scan.stream_id == stream_id and scan.shift is not None]
        nearest = min(scans, key=lambda scan: abs(scan.t_ns - t_ns), default=None)
        return np.eye(4) if nearest is None or nearest.shift is None else nearest.shift

    @property
    def notes(self) -> list[str]:
        """What was distrusted of what was taken in, and why: poses, depth, clocks."""
        return [*self.trust.notes, *self.clocks.notes]

    def resolve(self, id: str) -> str:
        """What `last_ids` gave out, as known now: the node that something tentative became, or that a node turned out to be."""
        seen: set[str] = set()
        while id in self._observer.resolved and id not in seen:
            seen.add(id)
            id = self._observer.resolved[id]
        return self.world.resolve(id)

    # Within

    def _tell_learned(self, t_ns: int) -> None:
        """Write what the next process needs in order to look as this one does: it is no part of what the world is like."""
        learned = {"anchor": self.anchor.told(), "recall": self._observer.recall.told()}
        self._learned_ns = t_ns
        if not self._observer.trusted and any(learned.values()):
            self._write(Assertion("learned", FLOOR_ID, Span(t_ns, t_ns + 1), "", learned, source=self._observer.source))
            self.world.learned.clear()

    def _know_again(self) -> None:
        """What earlier processes learned about camera and detector, the latest last."""
        for learned in self.world.learned:
            try:
                if learned["anchor"]:
                    self.anchor.recall(learned["anchor"])
                if learned["recall"]:
                    self._observer.recall.recall(learned["recall"])
            except DAMAGE as error:
                raise damaged("A row", f"learned {FLOOR_ID}", error) from error
        self.world.learned.clear()

    def _hear(self, text: TimedText) -> None:
        for assertion in told(text, self.world):
            self._write(assertion)

    def _write(self, assertion: Assertion) -> None:
        """The one way in which the world changes."""
        row = self._writing.row(assertion, self._next_row)
        self._next_row += 1
        self.world.apply(row)
        self._written.append(row.assertion)
        for id in {assertion.subject, assertion.object} & self.world.nodes.keys():
            self._observer.moved_to(self.world.nodes[id])

    _writing: "_Writing"


class _Writing:
    """What is written in here is learned at one time, and put into the log at the end."""

    def __init__(self, graph: SceneGraph, stream_id: str, t_ns: int) -> None:
        self._graph, self._stream_id, self._t_ns = graph, stream_id, t_ns

    def row(self, assertion: Assertion, number: int) -> Row:
        known = assertion if assertion.learned_ns is not None else replace(assertion, learned_ns=self._t_ns)
        assert known.learned_ns is not None
        return Row(number, self._stream_id, known, known.learned_ns)

    def __enter__(self) -> list[Assertion]:
        self._graph._writing = self
        self._graph._written = []
        return self._graph._written

    def __exit__(self, *error: object) -> None:
        self._graph.log.append(self._stream_id, self._graph._written)


def _at(frame: Frame, t_ns: int) -> Frame:
    return frame if frame.t_ns == t_ns else replace(frame, t_ns=t_ns)
