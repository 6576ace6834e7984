"""`mmmem export`."""

from pathlib import Path
from typing import Annotated

import typer

from apps.cli.options import AsJson, MemoryDir, OneStream, Window
from apps.cli.output import emit, tell

_STDOUT = "-"


def export(
    *,
    memory: MemoryDir,
    format_: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="json|srt|csv",
            help="json: streams, texts, clips, facts, presences, assertions, poses; srt: the texts of one stream, from its "
            "start; csv: all texts.",
        ),
    ] = "json",
    output: Annotated[str, typer.Option("--output", "-o", metavar="FILE", help="Where to; - is stdout.")] = _STDOUT,
    stream: OneStream = None,
    window: Window = None,
    as_json: AsJson = False,
) -> None:
    """Write what a memory holds in a form that other programs read.

    With --json and -o FILE, what was written is said as JSON on stdout; to stdout only the json format goes with it.
    """
    from apps.cli.exports import exported, write_text
    from apps.cli.memories import reading
    from apps.cli.times import maybe_span
    from mmmem.errors import InvalidInputError

    if as_json and output == _STDOUT and format_ != "json":
        raise InvalidInputError(f"--json and --format {format_} cannot both go to stdout; write the file with -o FILE.")
    with reading(memory) as opened:
        made = exported(opened, format_, stream, maybe_span(opened, window))
    if output == _STDOUT:
        typer.echo(made.content, nl=False)
        return
    path = Path(output).expanduser()
    write_text(path, made.content)
    if as_json:
        emit({"path": str(path), "format": format_, "num_texts": made.num_texts})
    tell(f"wrote {made.num_texts} texts to {path}")
