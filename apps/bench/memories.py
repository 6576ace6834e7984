"""Memories under test that are packages of their own: mmmem's banks, and `emem` from PyPI."""

import re
import shutil
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from apps.bench.baselines import NUM_LINES
from apps.bench.reader import Line, read
from apps.bench.subject import Said
from mmmem.clock import NS_PER_S, Span
from mmmem.lazy import require
from mmmem.memory import Memory
from mmmem.perceive.protocols import TextEmbedder
from mmmem.types import Answer, Detections, Frame, Observation, StreamInfo, TimedText
from scenegraph.attaching import WithGraph, attach
from scenegraph.graph import SceneGraph
from streams.house.recording_plan import CALENDAR

_PER_TRANSACTION = 400
_EMEM_LINE = re.compile(r"\[(?P<layer>[\w-]+)\] (?:\([^)]*\) )?\[(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\] (?P<text>.*)")
_VECTOR = 384


class Remembering:
    """One mmmem memory of one house: captions, speech and detections, and a scene graph of the pictures if it is wanted.

    Composed as `mmmem ingest` composes it: words go to the banks, and the graph is not told again what a captioner saw in the
    pictures it has seen itself.

    It is filled once, by whichever view of it comes first: what a question may see ends when it is asked.

    Args:
        embedder: makes lines findable by meaning; None for words alone.
        trusted_ids: track ids name the same thing for ever, as they do without noise.
    """

    def __init__(self, embedder: TextEmbedder | None, *, period_ns: int, with_graph: bool, trusted_ids: bool) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="mmmem-bench-")
        path = Path(self._folder.name) / "memory"
        self.memory = Memory.open(path, mode="w", create=True, calendar=CALENDAR, text_embedder=embedder)
        self._graph = SceneGraph(self.memory, trusted_ids=trusted_ids) if with_graph else None
        self._both = None if self._graph is None else WithGraph(attach(self.memory, self._graph))
        self._period_ns = period_ns
        self._waiting: list[Observation] = []
        self._last_ns = -1
        self._stream = ""

    def observe(self, frame: Frame, found: Detections, texts: Sequence[TimedText]) -> None:
        """Take in what is new, and keep it for the next transaction; what another view has brought is left out."""
        if self.has_seen(frame.t_ns):
            return
        if not self._stream:
            self._stream = frame.stream_id
            self.memory.add_stream(StreamInfo(frame.stream_id, "house", CALENDAR, frame.t_ns))
        self._last_ns = frame.t_ns
        span = Span(frame.t_ns, frame.t_ns + self._period_ns)
        shown = Detections(found.xyxy, found.score, found.label, found.track_id, attributes=found.attributes)
        seen = Observation(frame.stream_id, span, frame.ref, detections=shown, pose_world_camera=frame.pose_world_camera)
        said = [Observation.of_text(frame.stream_id, text) for text in texts]
        if self._both is not None:
            seen = self._both.look(seen, frame, found)
            said = [self._both.hear(one) for one in said]
        self._waiting += [seen, *said]
        if len(self._waiting) >= _PER_TRANSACTION:
            self._write()

    def has_seen(self, t_ns: int) -> bool:
        """Whether everything up to an instant is here already, so that nothing of it need be worked out again."""
        return t_ns <= self._last_ns

    def ask(self, text: str, asked_at_ns: int, choices: tuple[str, ...], sources: Sequence[str] | None) -> Answer:
        """The core tier's answer."""
        if self._both is not None and self._waiting:
            self._waiting += self._both.last(self._stream, self._last_ns)
        self._write()
        return self.memory.ask(text, asked_at=asked_at_ns, choices=choices, sources=sources)

    def _write(self) -> None:
        if self._waiting:
            self.memory.observe(self._waiting)
            self.memory.consolidate()
            self._waiting = []

    @property
    def num_bytes(self) -> int:
        """Every file of the memory."""
        return sum(path.stat().st_size for path in Path(self._folder.name).rglob("*") if path.is_file())

    def keep(self, place: Path) -> None:
        """Close the memory and keep it at a path that does not exist yet."""
        self.memory.close()
        shutil.move(Path(self._folder.name) / "memory", place)
        self._folder.cleanup()

    def close(self) -> None:
        """Close and remove the memory."""
        self.memory.close()
        self._folder.cleanup()


class View:
    """A memory asked through some of its sources; whoever made the memory closes it."""

    def __init__(self, held: Remembering, sources: Sequence[str] | None) -> None:
        self._held, self._sources = held, sources

    def observe(self, frame: Frame, found: Detections, texts: Sequence[TimedText]) -> None:
        """Pass it on."""
        self._held.observe(frame, found, texts)

    def ask(self, text: str, asked_at_ns: int, choices: tuple[str, ...]) -> Answer:
        """The answer of these sources."""
        return self._held.ask(text, asked_at_ns, choices, self._sources)

    @property
    def num_bytes(self) -> int:
        """All of the memory."""
        return self._held.num_bytes

    def close(self) -> None:
        """Others may look at the memory still."""


class Emem:
    """`emem` fed the same captions, speech and detections where the robot was; its search, without a language model.

    Args:
        embedder: the vectors it needs; None gives it vectors of words.
    """

    def __init__(self, embedder: TextEmbedder | None = None) -> None:
        emem = require("emem", extra="bench", purpose="The baseline emem")
        embeddings = require("emem.embeddings", extra="bench", purpose="The baseline emem")
        self._folder = tempfile.TemporaryDirectory(prefix="emem-bench-")
        self._now_s = 0.0
        provider = embeddings.CallableEmbeddingProvider(_embedding(embedder), dim=_VECTOR)
        path = str(Path(self._folder.name) / "memory.db")
        self._memory: Any = emem.SpatioTemporalMemory(
            db_path=path, embedding_provider=provider, get_current_time=lambda: self._now_s
        )
        self._stream = ""
        self._said_ns = 0

    def observe(self, frame: Frame, found: Detections, texts: Sequence[TimedText]) -> None:
        """Add each line, and every five seconds what was detected, at the robot's place."""
        pose = frame.pose_world_camera
        x, y, z = (0.0, 0.0, 0.0) if pose is None else pose[:3, 3].tolist()
        self._stream, self._now_s = frame.stream_id, frame.t_ns / NS_PER_S
        lines: list[tuple[str, str, int]] = [(text.text, text.kind, text.span.start_ns) for text in texts]
        if frame.t_ns - self._said_ns >= 5 * NS_PER_S and len(found):
            self._said_ns = frame.t_ns
            lines.append((", ".join(sorted(set(_described(found)))), "detections", frame.t_ns))
        for words, layer, t_ns in lines:
            self._memory.add(words, x=x, y=y, z=z, timestamp=t_ns / NS_PER_S, layer_name=layer)

    def ask(self, text: str, asked_at_ns: int, choices: tuple[str, ...]) -> Said:
        """What is read off its five best results."""
        self._now_s = asked_at_ns / NS_PER_S
        found = self._memory.semantic_search(" ".join((text, *choices)), n_results=NUM_LINES)
        lines = [self._line(match) for row in found.splitlines() if (match := _EMEM_LINE.search(row))]
        return read(text, choices, lines, asked_at_ns)

    def _line(self, match: re.Match[str]) -> Line:
        moment = datetime.strptime(match["time"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
        t_ns = round(moment.timestamp()) * NS_PER_S
        return Line(match["text"], Span(t_ns, t_ns + NS_PER_S), self._stream)

    @property
    def num_bytes(self) -> int:
        """Its database and its index."""
        self._memory.save()
        return sum(path.stat().st_size for path in Path(self._folder.name).rglob("*") if path.is_file())

    def close(self) -> None:
        """Close and remove it."""
        self._memory.close()
        self._folder.cleanup()


def _described(found: Detections) -> list[str]:
    read = found.attributes or ({},) * len(found)
    return [f"{one['colour']} {label}" if "colour" in one else label for label, one in zip(found.label, read, strict=True)]


def _embedding(embedder: TextEmbedder | None) -> Any:
    if embedder is not None:
        return lambda texts: np.asarray(embedder.embed([texts] if isinstance(texts, str) else list(texts)))
    return lambda texts: np.array([_hashed(text) for text in ([texts] if isinstance(texts, str) else texts)])


def _hashed(text: str) -> np.ndarray:
    """(384,) vector of unit length with one direction for each word (feature hashing, Weinberger et al. 2009)."""
    import zlib

    from apps.bench.reader import content_words

    vector = np.zeros(_VECTOR, np.float32)
    for word in content_words(text):
        code = zlib.crc32(word.encode())
        vector[code % _VECTOR] += 1.0 if code & 0x80000000 else -1.0
    length = float(np.linalg.norm(vector))
    return vector / length if length else vector
