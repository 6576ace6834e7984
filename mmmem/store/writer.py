"""The write path: one call to `Writer.observe` is one transaction, durable when it returns."""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from threading import Lock
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from mmmem.banks.episodic import Grid
from mmmem.clock import NS_PER_DAY, Calendar, Span, check_ns
from mmmem.errors import InvalidInputError
from mmmem.store.assertions import append, found_again, row_of
from mmmem.store.clips import retile
from mmmem.store.connection import readable_errors
from mmmem.store.cuts import recut
from mmmem.store.files import GenerationFiles
from mmmem.store.poses import add_pose
from mmmem.store.presences import Sighting, add_sightings
from mmmem.store.records import OWNER_KINDS, Receipt
from mmmem.store.rules import Rules
from mmmem.store.streams import CursorOf, Streams
from mmmem.store.tombstones import Tombstones
from mmmem.types import TEXT_KINDS, Detections, Observation, TimedText, check_text

LONGEST_NS = 31 * NS_PER_DAY
"""A longer observation is a mistake of units; it would cover years with clips."""

FRAME, DETECTION, PASSAGE = range(len(OWNER_KINDS))
POSE = len(OWNER_KINDS)
"""The owner of a loss that is a pose; no vector has it."""


class Tally:
    """Counts of one call, and what derived rows it touches."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.spans: dict[int, list[tuple[int, int]]] = {}
        self.looks: dict[int, list[int]] = {}
        self.sightings: list[Sighting] = []

    def add(self, name: str, number: int = 1) -> None:
        """Count `number` more of `Receipt.<name>`."""
        self.counts[name] = self.counts.get(name, 0) + number


class Writer:
    """Owns the connection, the files and the transaction."""

    def __init__(self, folder: Path, connection: sqlite3.Connection, rules: Rules | None) -> None:
        self.folder = folder
        self.connection = connection
        self.files = GenerationFiles(folder, connection)
        self.streams = Streams(connection)
        self.tombstones: Tombstones | None = None
        self.remedy: str | None = None
        self._rules = rules
        self._lock = Lock()

    @property
    def rules(self) -> Rules:
        """How words become terms and claims."""
        if self._rules is None:
            from mmmem.store.rules import default_rules

            self._rules = default_rules()
        return self._rules

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: rows and file bytes are durable afterwards, or neither was ever there."""
        with self._lock:
            with readable_errors(self.folder, remedy=self.remedy):
                kept = self.streams.kept()
            with readable_errors(self.folder, kept, self.remedy):
                self.connection.execute("BEGIN IMMEDIATE")
                try:
                    yield
                    self.files.sync()
                    self.connection.execute("COMMIT")
                except BaseException:
                    self._undo()
                    raise
                self.files.commit()

    def _undo(self) -> None:
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")
        self.files.rewind()

    def close(self) -> None:
        """Close the files and the connection."""
        self.files.close()
        self.connection.close()

    def use(self, files: GenerationFiles) -> None:
        """Go on with the files of the next generation, now that it is committed."""
        self.files.close()
        self.files = files

    def observe(self, observations: Iterable[Observation], cursor: CursorOf, learned_ns: int | None) -> Receipt:
        """Store what was perceived; see `Memory.observe`."""
        tally = Tally()
        with self.transaction():
            numbers: set[int] = set()
            for observation in observations:
                numbers.add(self._add(observation, learned_ns, tally))
            self.derive(tally)
            self.streams.advance(tally.spans, self.streams.cursors(cursor, numbers))
        return Receipt(**tally.counts)

    def derive(self, tally: Tally) -> None:
        """Bring what is derived up to date with what was added, inside the transaction that is open."""
        grid = Grid(self.streams.calendar or Calendar())
        add_sightings(self.connection, tally.sightings)
        cut = {stream: recut(self.connection, self.files, grid, frames) for stream, frames in tally.looks.items()}
        for stream in tally.spans.keys() | cut.keys():
            spans = tally.spans.get(stream, [])
            tally.add("num_clips", retile(self.connection, grid, stream, [*spans, *cut.get(stream, [])]))

    def _add(self, observation: Observation, learned_ns: int | None, tally: Tally) -> int:
        stream = self.streams.number(observation.stream_id)
        for span in (observation.span, *(text.span for text in observation.texts)):
            _check_length(span)
        if self.tombstones is None:  # read once; `forget` and `lift` drop it
            self.tombstones = Tombstones(self.connection)
        for text in observation.texts:
            if self.tombstones.has_words(stream, text.span):
                tally.add("num_forgotten_texts")
            else:
                self.add_text(stream, text, learned_ns, tally)
        seen, frame = _was_seen(observation), None
        if seen and learned_ns is not None:
            raise InvalidInputError("learned_ns is for words that came later; what a camera sees is learned as it is seen.")
        if seen or (learned_ns is None and not _is_covered(observation)):
            left = self.tombstones.left_of(stream, observation)
            if left is not observation:
                tally.add("num_forgotten_frames")
            if left is not None:
                frame = self._add_look(stream, left, tally)
        if observation.assertions:
            self._add_assertions(stream, frame if seen else None, observation, learned_ns, tally)
        return stream

    def _add_assertions(
        self, stream: int, frame: int | None, observation: Observation, learned_ns: int | None, tally: Tally
    ) -> None:
        """Append what was asserted; of a look that was forgotten, or whose sight was, nothing."""
        assert self.tombstones is not None
        told, look = observation.assertions, None
        if _was_seen(observation):
            look = _look_name(observation)
            told = () if frame is None or self.tombstones.has_sight(stream, observation.span) else told
        told = tuple(a for a in told if not self.tombstones.has_assertions(stream, a.span))
        learned = int(observation.span.end_ns) if learned_ns is None else check_ns(learned_ns, "learned_ns")
        num_new = append(self.connection, [row_of(stream, frame, look, a, learned) for a in told])
        if num_new:
            found_again(self.connection, stream, {(int(a.span.start_ns), int(a.span.end_ns)) for a in told}, num_new)
        for name, number in (
            ("num_assertions", num_new),
            ("num_duplicate_assertions", len(told) - num_new),
            ("num_forgotten_assertions", len(observation.assertions) - len(told)),
        ):
            tally.add(name, number)

    def add_text(self, stream: int, text: TimedText, learned_ns: int | None, tally: Tally) -> int | None:
        """Add one text inside the transaction that is open; its number, None if it was there already."""
        learned = int(text.span.end_ns) if learned_ns is None else check_ns(learned_ns, "learned_ns")
        for value, name in ((text.speaker or "", "speaker"), (text.source, "source")):
            check_text(value, f"TimedText.{name}", empty=True)
        document = self.rules.document(text)
        number = self._insert_text(stream, text, learned, len(document))
        if number is None:
            tally.add("num_duplicate_texts")
            return None
        tally.add("num_texts")
        tally.spans.setdefault(stream, []).append((int(text.span.start_ns), int(text.span.end_ns)))
        self.connection.execute("INSERT INTO lines_fts (rowid, terms) VALUES (?, ?)", (number, " ".join(document)))
        claims = self.rules.claims_of(text)
        if claims:
            rows = [(number, c.subject, c.predicate, c.object, int(c.functional), int(c.ends)) for c in claims]
            self.connection.executemany(
                "INSERT INTO claims (text, subject, predicate, object, functional, ends) VALUES (?, ?, ?, ?, ?, ?)", rows
            )
            tally.add("num_claims", len(rows))
        return number

    def _insert_text(self, stream: int, text: TimedText, learned_ns: int, num_terms: int) -> int | None:
        """The number of the new row, None if the same words are already there for the same time."""
        start_ns, end_ns = int(text.span.start_ns), int(text.span.end_ns)
        row = (stream, start_ns, end_ns, learned_ns, TEXT_KINDS.index(text.kind), text.speaker, text.text)
        for salt in count():
            digest = text_digest(stream, text, salt)
            cursor = self.connection.execute(
                "INSERT OR IGNORE INTO texts"
                " (stream, start_ns, end_ns, learned_ns, kind, speaker, text, source, num_terms, digest)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*row, text.source, num_terms, digest),
            )
            if cursor.rowcount:
                return cursor.lastrowid
            there = self.connection.execute(
                "SELECT stream, start_ns, end_ns, kind, speaker, text FROM texts WHERE digest = ?", (digest,)
            ).fetchone()
            if there == (*row[:3], *row[4:]):
                return None
        return None  # unreachable: the loop ends on a free digest

    def _add_look(self, stream: int, observation: Observation, tally: Tally) -> int:
        """The number of the look's row, new or not."""
        span = observation.span
        index, t_ns = _look_name(observation)
        if not -(2**63) <= index < 2**63:
            raise InvalidInputError(f"A frame's index must fit 64 bits, got {index}.")
        if not span.contains(t_ns):
            raise InvalidInputError(
                f"The frame at {t_ns} ns lies outside its observation [{span.start_ns}, {span.end_ns}); give one that holds it."
            )
        cursor = self.connection.execute(
            "INSERT OR IGNORE INTO frames (stream, idx, t_ns, start_ns, end_ns) VALUES (?, ?, ?, ?, ?)",
            (stream, index, t_ns, int(span.start_ns), int(span.end_ns)),
        )
        if cursor.rowcount:
            frame = cursor.lastrowid or 0
            tally.add("num_frames")
            tally.spans.setdefault(stream, []).append((int(span.start_ns), int(span.end_ns)))
            known = (None, None, None, int(span.start_ns), int(span.end_ns))
        else:
            tally.add("num_duplicate_frames")
            frame, *rest = self.connection.execute(
                "SELECT id, num_detections, media_offset, change_space, start_ns, end_ns FROM frames"
                " WHERE stream = ? AND idx = ? AND t_ns = ?",
                (stream, index, t_ns),
            ).fetchone()
            known = tuple(rest)
        self._fill_look(stream, frame, known, observation, tally)
        return int(frame)

    def _fill_look(self, stream: int, frame: int, known: tuple[int | None, ...], observation: Observation, tally: Tally) -> None:
        """Add what this look did not have yet: a second pass may bring a detector or another encoder."""
        num_detections, media_offset, change_space, start_ns, learned_ns = known
        assert start_ns is not None
        assert learned_ns is not None
        if media_offset is None and observation.keyframe_jpeg is not None:
            self._add_keyframe(frame, observation.keyframe_jpeg, tally)
        if num_detections is None and observation.detections is not None:
            t_ns = start_ns if observation.ref is None else int(observation.ref.t_ns)
            self._add_detections(stream, frame, (start_ns, learned_ns, t_ns), observation.detections, tally)
        if observation.pose_world_camera is not None:
            self._add_pose(frame, observation.pose_world_camera, tally)
        rows = {
            name: row
            for name, vector in sorted(observation.embedding.items())
            if (row := self._add_vector(name, vector, (FRAME, frame, learned_ns), tally)) is not None
        }
        if rows and change_space is None:
            name, row = next(iter(rows.items()))
            self.connection.execute(
                "UPDATE frames SET change_space = ?, change_row = ? WHERE id = ?", (self.files.spaces[name].number, row, frame)
            )
            tally.looks.setdefault(stream, []).append(frame)

    def _add_pose(self, frame: int, pose: NDArray[np.float64], tally: Tally) -> None:
        if add_pose(self.connection, frame, pose):
            self._no_loss(frame, POSE, frame, "")
            tally.add("num_poses")

    def _add_keyframe(self, frame: int, jpeg: bytes, tally: Tally) -> None:
        offset = self.files.media.append(jpeg)
        self.connection.execute(
            "UPDATE frames SET media_offset = ?, media_length = ?, media_crc = ? WHERE id = ?",
            (offset, len(jpeg), crc32(jpeg), frame),
        )
        self._no_loss(frame, FRAME, frame, "")
        tally.add("num_keyframes")

    def _add_detections(self, stream: int, frame: int, times: tuple[int, int, int], detections: Detections, tally: Tally) -> None:
        start_ns, end_ns, t_ns = times
        self.connection.execute("UPDATE frames SET num_detections = ? WHERE id = ?", (len(detections), frame))
        tally.add("num_detections", len(detections))
        tracks = [-1] * len(detections) if detections.track_id is None else [int(t) for t in detections.track_id]
        for i, (label, track) in enumerate(zip(detections.label, tracks, strict=True)):
            score = float(detections.score[i])
            check_text(label, "Detections.label")
            number = self.connection.execute(
                "INSERT INTO detections (frame, stream, t_ns, label, track_id, score, x0, y0, x1, y1)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
                (frame, stream, t_ns, label, track, score, *map(float, detections.xyxy[i])),
            ).fetchone()[0]
            tally.sightings.append(Sighting(stream, label, track, start_ns, end_ns, t_ns, score, frame))
            if detections.embedding is not None:
                owner = (DETECTION, number, end_ns)
                self._add_vector(detections.embedding_space, detections.embedding[i], owner, tally)

    def _add_vector(self, name: str, vector: NDArray[np.float32], owner: tuple[int, int, int], tally: Tally) -> int | None:
        space = self.files.space(name, len(vector))
        there = self.connection.execute(
            "SELECT 1 FROM vectors WHERE owner_kind = ? AND owner_id = ? AND space = ?", (*owner[:2], space.number)
        ).fetchone()
        if there:
            return None
        row, crc = space.append(vector)
        self.connection.execute("INSERT INTO vectors VALUES (?, ?, ?, ?, ?, ?)", (space.number, row, *owner, crc))
        if owner[0] == FRAME:
            self._no_loss(owner[1], *owner[:2], name)
        tally.add("num_vectors")
        return row

    def _no_loss(self, frame: int, owner_kind: int, owner: int, space: str) -> None:
        """What was lost is there again."""
        self.connection.execute(
            "DELETE FROM losses WHERE frame = ? AND owner_kind = ? AND owner_id = ? AND space = ?",
            (frame, owner_kind, owner, space),
        )

    def add_passage_vector(self, space: str, vector: NDArray[np.float32], passage: int, learned_ns: int) -> None:
        """Store the vector of a passage inside the transaction that is open."""
        self._add_vector(space, vector, (PASSAGE, passage, learned_ns), Tally())


def _check_length(span: Span) -> None:
    if span.duration_ns > LONGEST_NS:
        raise InvalidInputError(
            f"One observation may last {LONGEST_NS // NS_PER_DAY} days, got [{span.start_ns}, {span.end_ns}), which is "
            f"{span.duration_ns / NS_PER_DAY:.0f} days; are the times in nanoseconds?"
        )


def _was_seen(observation: Observation) -> bool:
    """Whether more than words came of it."""
    kinds = (observation.ref, observation.detections, observation.keyframe_jpeg, observation.pose_world_camera)
    return any(kind is not None for kind in kinds) or bool(observation.embedding)


def _look_name(observation: Observation) -> tuple[int, int]:
    """Index and instant that name the look, together with its stream."""
    ref = observation.ref
    return (-1, int(observation.span.start_ns)) if ref is None else (int(ref.index), int(ref.t_ns))


def _is_covered(observation: Observation) -> bool:
    """Whether one of its words lasts as long as it does; else the time it covers is stored as a look at nothing."""
    span = observation.span
    return any(t.span.start_ns <= span.start_ns and span.end_ns <= t.span.end_ns for t in observation.texts)


def text_digest(stream: int, text: TimedText, salt: int = 0) -> int:
    """64 bits that tell one text of a stream from another; `salt` tells apart two that collide."""
    parts = (stream, int(text.span.start_ns), int(text.span.end_ns), text.kind, text.speaker, text.text)
    digest = hashlib.blake2b(repr(parts).encode(), digest_size=8, salt=salt.to_bytes(8, "little")).digest()
    return int.from_bytes(digest, "little", signed=True)
