"""`mmmem show`."""

from pathlib import Path
from typing import Annotated

import typer

from apps.cli.options import AsJson, MemoryDir, OneStream
from apps.cli.output import emit, show_pairs, tell


def show(
    evidence: Annotated[
        str,
        typer.Argument(metavar="ID|TIME|A..B", help="An id of a piece of evidence (clip:12, frame:7, text:3), a time or a span."),
    ],
    *,
    memory: MemoryDir,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write a picture (.jpg, .png, .webp) or a clip (.mp4, .mov, .mkv)."),
    ] = None,
    stream: OneStream = None,
    kept: Annotated[
        bool, typer.Option("--kept", help="The picture the memory keeps, also where the original video is still there.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show a piece of evidence, and write its picture or clip to a file.

    The original is read again where it still is; else the nearest picture that the memory keeps of that span is written.
    """
    from apps.cli.evidence import located
    from apps.cli.evidence_media import write_media
    from apps.cli.memories import reading

    with reading(memory) as opened:
        found = located(opened, evidence, stream)
        written = None if output is None else write_media(opened, found, output.expanduser(), kept=kept)
        if as_json:
            emit({**found.to_json(), "written": None if written is None else written.to_json()})
            return
        shown = {"id": found.id, "stream": found.stream_id, "time": opened.calendar.format_span(found.span)}
        show_pairs({**shown, "text": found.text} if found.text else shown)
        if written is not None:
            tell(f"wrote {written.path}: {written.words(opened.calendar)}")
