"""Small worlds to be asked about, a scripted embedder, and what makes two answers the same."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np

from mmmem.clock import NS_PER_S, Calendar, Span
from mmmem.memory import Memory
from mmmem.text.terms import terms
from mmmem.types import Answer, Detections, FrameRef, Observation, StreamInfo, TimedText

S = NS_PER_S
DAYS = Calendar("days")
OFFSETS = Calendar("offset")
TOPICS = {"car": "vehicle", "automobil": "vehicle", "truck": "vehicle", "kitten": "cat", "puppi": "dog"}


class ScriptedEmbedder:
    """Each term is a fixed direction, and words listed as one topic share theirs: the same text always gives the same vector."""

    space = "text:scripted"
    dim = 32

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        return np.stack([self._vector(text) for text in texts]) if texts else np.zeros((0, self.dim), np.float32)

    def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
        return self.embed(texts)

    def _vector(self, text: str) -> np.ndarray:
        vector = np.zeros(self.dim)
        for term in terms(text):
            vector += np.random.default_rng(crc32(TOPICS.get(term, term).encode())).normal(size=self.dim)
        length = np.linalg.norm(vector)
        return (vector / (length or 1.0)).astype(np.float32)


class ScriptedEncoder:
    """Maps a few words to axes, as a picture's vector in these tests is one."""

    space = "picture:scripted"
    dim = 4
    has_text_tower = True
    axes = ("sea", "forest", "street", "room")

    def axis(self, name: str) -> np.ndarray:
        return np.eye(self.dim, dtype=np.float32)[self.axes.index(name)]

    def encode_texts(self, texts: Sequence[str]) -> np.ndarray:
        found = [next((a for a in self.axes if a in text.lower()), None) for text in texts]
        return np.stack([self.axis(a) if a else np.full(self.dim, -0.5, np.float32) for a in found])

    def encode_images(self, images: Sequence[np.ndarray]) -> np.ndarray:
        return np.stack([np.eye(self.dim, dtype=np.float32)[int(image.flat[0])] for image in images])


def seconds(clock: str) -> float:
    """`1 07:05:30` (day, time), `07:05` (of day 1) or `1:30.5` (minutes) as seconds from zero."""
    day, _, rest = clock.rpartition(" ")
    parts = [float(part) for part in rest.split(":")]
    if not day and len(parts) == 2 and len(rest.split(":")[0]) < 2:
        return parts[0] * 60 + parts[1]
    clocked = parts[0] * 3600 + parts[1] * 60 + (parts[2] if len(parts) > 2 else 0)
    return (int(day or 1) - 1) * 86400 + clocked


def ns(clock: str) -> int:
    """The same in nanoseconds."""
    return round(seconds(clock) * S)


def line(stream: str, start_ns: int, text: str, length_s: float = 3.0, **more: Any) -> Observation:
    """Words."""
    return Observation.of_text(stream, TimedText(Span(start_ns, start_ns + round(length_s * S)), text, **more))


def look(
    stream: str,
    index: int,
    start_ns: int,
    length_ns: int,
    things: Sequence[tuple[str, int]] = (),
    confidence: float = 0.75,
    **more: Any,
) -> Observation:
    """A frame in which things, (label, track), were found."""
    boxes = np.array([[10 * i, 0, 10 * i + 8, 20] for i in range(len(things))], np.float32).reshape(len(things), 4)
    score = np.full(len(things), confidence, np.float32)
    found = Detections(boxes, score, tuple(label for label, _ in things), np.array([t for _, t in things], np.int64))
    ref = FrameRef(stream, index, start_ns)
    return Observation(stream, Span(start_ns, start_ns + length_ns), ref, detections=found, **more)


def remember(
    path: Path, world: Iterable[Observation], calendar: Calendar = DAYS, streams: Sequence[str] = ("left", "right"), **more: Any
) -> Memory:
    """A memory of `world`, told in one go."""
    memory = Memory.open(path, mode="w", create=True, calendar=calendar, **more)
    for name in streams:
        memory.add_stream(StreamInfo(name, f"{name}.mp4", calendar, 0))
    memory.observe(world)
    memory.consolidate()
    return memory


def untimed(answer: Answer) -> Answer:
    """Without what differs from run to run: how long it took."""
    return replace(answer, ms=0.0, steps=tuple(replace(step, ms=0.0) for step in answer.steps))
