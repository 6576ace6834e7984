"""A small world to observe, and everything a memory can say about it, without the numbers of its rows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mmmem.clock import MAX_NS, NS_PER_S, Calendar, Span
from mmmem.memory import Memory
from mmmem.store.records import OWNER_KINDS, VectorTable
from mmmem.store.rules import Rules
from mmmem.text.terms import terms
from mmmem.types import LEVELS, Assertion, Detections, FrameRef, Observation, StreamInfo, TimedText

S = NS_PER_S
DAYS = Calendar("days")
THING_SPACE = "things:scripted"


@dataclass(frozen=True)
class ScriptedClaim:
    subject: str
    predicate: str
    object: str
    functional: bool = False
    ends: bool = False


_CLAIM = re.compile(r"the (\w+) (at|likes|leaves) ?(\w*)")


def scripted_claims(text: TimedText) -> list[ScriptedClaim]:
    """`the cup at table` (one place at a time), `the cat likes milk`, `the cup leaves table`, `the cup leaves`."""
    found = []
    for subject, verb, thing in _CLAIM.findall(text.text):
        predicate = "likes" if verb == "likes" else "at"
        found.append(ScriptedClaim(subject, predicate, thing, verb == "at", verb == "leaves"))
    return found


RULES = Rules(terms, scripted_claims)


def open_world(path: Path, calendar: Calendar = DAYS, streams: Sequence[str] = ("left", "right")) -> Memory:
    """A memory open for writing with the world's streams."""
    memory = Memory.open(path, mode="w", create=True, rules=RULES)
    for name in streams:
        memory.add_stream(StreamInfo(name, f"{name}.mp4", calendar, 0))
    return memory


def unit(*numbers: float) -> np.ndarray:
    """A unit vector."""
    vector = np.asarray(numbers, np.float32)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def said(stream: str, start_s: float, text: str, length_s: float = 1.0, **more: Any) -> Observation:
    """Words."""
    start = round(start_s * S)
    return Observation.of_text(stream, TimedText(Span(start, start + max(round(length_s * S), 1)), text, **more))


def boxes(*things: tuple[str, int, float], dim: int = 0) -> Detections:
    """Detections of (label, track, score), one box each."""
    n = len(things)
    xyxy = np.array([[i, i, i + 10, i + 10] for i in range(n)], np.float32).reshape(n, 4)
    score = np.array([s for _, _, s in things], np.float32)
    embedding = np.stack([unit(i + 1, *[1] * (dim - 1)) for i in range(n)]) if dim and n else None
    track_id = np.array([t[1] for t in things], np.int64)
    return Detections(xyxy, score, tuple(t[0] for t in things), track_id, None, embedding, THING_SPACE)


def look(stream: str, start_s: float, length_s: float = 1.0, **content: Any) -> Observation:
    """A frame whose number and instant are its start."""
    start = round(start_s * S)
    ref = FrameRef(stream, start // S, start)
    return Observation(stream, Span(start, start + max(round(length_s * S), 1)), ref, **content)


def told(kind: str, subject: str, start_s: float, length_s: float = 1.0, **content: Any) -> Assertion:
    """What is asserted of a node."""
    start = round(start_s * S)
    return Assertion(kind, subject, Span(start, start + max(round(length_s * S), 1)), **content)


def correction(stream: str, at_s: float, *assertions: Assertion) -> Observation:
    """What a person says, without a picture."""
    start = round(at_s * S)
    return Observation(stream, Span(start, start + 1), assertions=assertions)


def pose(x: float, turn: float = 0.3) -> np.ndarray:
    """(4, 4) a camera at x that is turned about the vertical."""
    made = np.eye(4)
    made[:2, :2] = [[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]
    made[:3, 3] = (x, x / 3, 1.25)
    return made


def learned_ns(observation: Observation) -> int:
    """When a memory that is told nothing else learns it."""
    return observation.span.end_ns


def everything(memory: Memory, as_of_ns: int = MAX_NS) -> dict[str, Any]:
    """All that the reads show as of a time, named by content instead of row numbers."""
    texts = {t.id: (t.stream_id, t.learned_ns, t.text) for t in memory.texts(as_of_ns=as_of_ns)}
    frames = memory.frames(as_of_ns=as_of_ns)
    refs = {f.id: f.ref for f in frames}
    detections = {d.id: (d.ref, d.label, d.track_id, d.score, d.xyxy) for d in memory.detections(as_of_ns=as_of_ns)}
    owners = (refs, detections, {})
    looked = memory.looked(as_of_ns=as_of_ns)
    spaces = memory.info()["spaces"]
    return {
        "texts": sorted(texts.values(), key=repr),
        "lines": _lines(memory, as_of_ns),
        "terms": _terms(memory, texts),
        "frames": [(f.ref, f.span, f.num_detections, memory.keyframe(f.ref)) for f in frames],
        "vectors": {name: rows for name in spaces if (rows := _vectors(memory.vectors(name), owners, as_of_ns))},
        "detections": sorted(detections.values(), key=repr),
        "looked": sorted(zip(looked.start_ns.tolist(), looked.end_ns.tolist(), looked.num_detections.tolist(), strict=True)),
        "presences": memory.presences(as_of_ns=as_of_ns),
        "clips": {level: memory.clips(level, as_of_ns=as_of_ns) for level in LEVELS},
        "columns": {level: _columns(memory.clip_columns(level, as_of_ns)) for level in LEVELS},
        "facts": _facts(memory, texts, as_of_ns),
        "assertions": _assertions(memory, refs, as_of_ns),
        "poses": [
            row
            for record in sorted(memory.streams(), key=lambda s: s.stream_id)
            for row in _poses(memory, record.stream_id, refs, as_of_ns)
        ],
    }


def _assertions(memory: Memory, refs: dict[int, FrameRef], as_of_ns: int) -> list[Any]:
    found = []
    for stored in memory.assertions(known_at_ns=as_of_ns):
        a = stored.assertion
        look = None if stored.frame is None else refs[stored.frame]
        vector = None if a.vector is None else a.vector.tobytes()
        said = (a.kind, a.subject, a.span, a.object, dict(a.value), a.confidence, a.source, a.learned_ns)
        found.append((stored.stream_id, look, *said, vector))
    return sorted(found, key=repr)


def _poses(memory: Memory, stream: str, refs: dict[int, FrameRef], as_of_ns: int) -> list[Any]:
    t_ns, poses, frames = memory.poses(stream, as_of_ns=as_of_ns)
    rows = zip(t_ns.tolist(), poses, frames.tolist(), strict=True)
    return sorted((stream, t, refs[frame], pose.tobytes()) for t, pose, frame in rows)


def _lines(memory: Memory, as_of_ns: int) -> list[tuple[int, ...]]:
    lines = memory.line_columns()
    columns = (lines.stream, lines.start_ns, lines.end_ns, lines.learned_ns, lines.kind, lines.num_terms)
    return sorted(row for row in zip(*(c.tolist() for c in columns), strict=True) if row[3] <= as_of_ns)


def _terms(memory: Memory, texts: dict[int, tuple[str, int, TimedText]]) -> list[Any]:
    found: dict[str, list[Any]] = {}
    for term in {t for _, _, text in texts.values() for t in RULES.document(text)}:
        ids, counts = memory.postings(term)
        found[term] = sorted((repr(texts[i]), n) for i, n in zip(ids, counts, strict=True) if i in texts)
    return sorted(found.items())


def _vectors(table: VectorTable, owners: tuple[dict[int, Any], ...], as_of_ns: int) -> list[Any]:
    rows = zip(table.rows, table.owner_kind.tolist(), table.owner_id.tolist(), table.learned_ns.tolist(), strict=True)
    shown = [(OWNER_KINDS[k], owners[k].get(o), t, row.tobytes()) for row, k, o, t in rows if t <= as_of_ns]
    return sorted(shown, key=repr)


def _columns(columns: Any) -> list[list[int]]:
    return [getattr(columns, name).tolist() for name in ("id", "stream", "start_ns", "end_ns", "parent")]


def _facts(memory: Memory, texts: dict[int, Any], as_of_ns: int) -> list[Any]:
    return sorted(
        (
            (f.subject, f.predicate, f.object, f.valid, f.learned_ns, [texts[i] for i in f.support])
            for f in memory.facts(as_of_ns=as_of_ns)
        ),
        key=repr,
    )
