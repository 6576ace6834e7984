"""What an ingest did, for people and for programs."""

from dataclasses import asdict
from pathlib import Path
from shlex import quote
from typing import Any

from apps.cli.option_words import in_options
from apps.cli.output import say, tell
from apps.ingest import IngestReport
from mmmem.clock import Calendar
from mmmem.memory import Memory
from mmmem.store.records import Receipt
from mmmem.wording import counted
from streams import Stream

_SHOWN = 20


def report_json(report: IngestReport, memory: Path) -> dict[str, Any]:
    """Everything, with times in nanoseconds."""
    read = report.read
    return {
        "memory": str(memory),
        "stream": report.stream_id,
        "uri": report.uri,
        "resumed_ns": report.resumed_ns,
        "position_ns": report.position_ns,
        "interrupted": report.interrupted,
        "stored": asdict(report.stored),
        "passages": report.consolidated.num_passages,
        "read": {
            "num_frames": read.num_frames,
            "num_texts": read.num_texts,
            "num_frames_skipped": read.num_frames_skipped,
            "num_frames_damaged": read.num_frames_damaged,
            "num_frames_dropped": read.num_frames_dropped,
            "damaged": [_loss(loss.span.start_ns, loss.span.end_ns, loss.reason) for loss in read.damaged],
            "gaps": [_loss(loss.span.start_ns, loss.span.end_ns, loss.reason) for loss in read.gaps],
            "bad_cues": read.bad_cues,
            "notes": [in_options(note) for note in read.notes],
            "num_unlisted": read.num_unlisted,
        },
        "not_looked_at": list(report.not_looked_at),
        "wall_s": round(report.wall_s, 3),
    }


def _loss(start_ns: int, end_ns: int, reason: str) -> dict[str, Any]:
    return {"start_ns": start_ns, "end_ns": end_ns, "reason": reason}


def show_report(report: IngestReport, memory: Path, calendar: Calendar, *, has_words: bool) -> None:
    """The report in lines: what was stored, what was lost, what nobody looked at, and how to ask."""
    say(f"{report.stream_id}: {_stored(report.stored)} in {report.wall_s:.1f} s")
    if report.position_ns is not None:
        say(f"stored up to {calendar.format(report.position_ns)}")
    lines = report.read.summary()
    for line in lines[: _SHOWN + 1]:
        say(f"  {in_options(line)}")
    if len(lines) > _SHOWN + 1:
        say(f"  and {counted(len(lines) - _SHOWN - 1, 'more line')}; --json lists them all")
    missing = list(report.not_looked_at)
    if not has_words and report.read.num_texts:
        missing.append("what words mean (no text embedder: they are found by the words themselves)")
    for line in missing:
        say(f"  not looked at: {line}")
    if not report.interrupted:
        say(f"try: {_how_to_ask(report)} -m {quote(str(memory))}")


def restored(memory: Memory, stream: Stream) -> bool:
    """Let what was forgotten of a stream be taken in again, and say how much that is; True, since it is read again then."""
    name = stream.info.stream_id
    if all(record.stream_id != name for record in memory.streams()):
        memory.add_stream(stream.info)  # a second name of a recording begins with what was forgotten of the first
    num_spans = memory.lift_forgotten(name)
    tell(f"{counted(num_spans, 'forgotten span')} of {name!r} may be taken in again")
    return True


def _how_to_ask(report: IngestReport) -> str:
    if report.stored.num_texts or report.read.num_texts:
        return "mmmem ask 'What happened first?'"
    if report.stored.num_detections:
        return "mmmem ask 'How many people came?'"
    return "mmmem timeline"


def _stored(stored: Receipt) -> str:
    """New rows; known ones are exact duplicates, and clips may have become fewer."""
    named = (
        (stored.num_frames, "frame"),
        (stored.num_keyframes, "picture"),
        (stored.num_detections, "detection"),
        (stored.num_texts, "text"),
        (stored.num_claims, "claim"),
        (stored.num_assertions, "assertion"),
        (stored.num_clips, "clip"),
    )
    said = [counted(num, noun) for num, noun in named if num > 0] or ["nothing new"]
    if stored.num_clips < 0:
        said.append(counted(-stored.num_clips, "clip", "joined to a neighbour"))
    num_known = stored.num_duplicate_frames + stored.num_duplicate_texts + stored.num_duplicate_assertions
    if num_known:
        said.append(counted(num_known, "exact duplicate", "left out"))
    num_forgotten = stored.num_forgotten_frames + stored.num_forgotten_texts + stored.num_forgotten_assertions
    if num_forgotten:
        said.append(f"{num_forgotten} left out since they were forgotten (--restore-forgotten takes them in)")
    return ", ".join(said)
