"""The words of a story as files beside the film: what happens as captions, what is said as subtitles."""

import json
from pathlib import Path

from apps.demo.story import Story
from mmmem.clock import NS_PER_S, Span
from mmmem.errors import StorageError


def captions_json(story: Story) -> str:
    """One record of start, end and sentence for each event that is seen."""
    records = [
        {"start_s": e.span.start_ns / NS_PER_S, "end_s": e.span.end_ns / NS_PER_S, "kind": "caption", "text": e.caption}
        for e in story.events
        if e.caption
    ]
    return "[\n" + ",\n".join(json.dumps(record) for record in records) + "\n]\n"


def dialogue_vtt(story: Story) -> str:
    """WebVTT with a voice for each line."""
    cues = [f"{_times(line.span)}\n<v {line.who}>{line.text}\n" for line in story.lines]
    return "\n".join(["WEBVTT\n", *cues])


def write_tracks(story: Story, film: Path) -> tuple[Path, Path]:
    """Write both tracks beside the film, under its name, where `streams.open` finds them.

    Raises:
        StorageError: one cannot be written.
    """
    captions, dialogue = film.with_suffix(".json"), film.with_suffix(".vtt")
    try:
        captions.write_text(captions_json(story), "utf-8")
        dialogue.write_text(dialogue_vtt(story), "utf-8")
    except OSError as error:
        raise StorageError(f"Cannot write the tracks of {str(film)!r}: {error.strerror}; give another folder with -o.") from error
    return captions, dialogue


def _times(span: Span) -> str:
    return f"{_clock(span.start_ns)} --> {_clock(span.end_ns)}"


def _clock(t_ns: int) -> str:
    milliseconds = t_ns // 1_000_000
    return f"{milliseconds // 60_000:02d}:{milliseconds // 1000 % 60:02d}.{milliseconds % 1000:03d}"
