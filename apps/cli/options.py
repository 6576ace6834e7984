"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

MemoryDir = Annotated[
    Path,
    typer.Option("--memory", "-m", metavar="DIR", envvar="MMMEM_MEMORY", help="The directory that is the memory."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON to stdout.")]
OneStream = Annotated[str | None, typer.Option("--stream", metavar="NAME", help="Only this stream.")]
Window = Annotated[
    str | None,
    typer.Option(metavar="A..B", help="Only what overlaps this span; either end may be left out."),
]
AskedAt = Annotated[
    str | None,
    typer.Option(metavar="TIME", help="When it is asked: nothing learned later is visible. The end of the memory by default."),
]
Sources = Annotated[
    list[str] | None,
    typer.Option(
        "--source", metavar="BANK", help="Look only into this source: episodic, semantic, visual or graph; may be repeated."
    ),
]
Encoder = Annotated[
    str | None,
    typer.Option(
        metavar="MODEL",
        envvar="MMMEM_ENCODER",
        help="Image encoder: classical (built in), a directory or a hub id; the one that was used to ingest.",
    ),
]
TextEmbedder = Annotated[
    str | None,
    typer.Option(
        metavar="MODEL",
        envvar="MMMEM_TEXT_EMBEDDER",
        help="Text embedder: minilm, a directory, a URL, or none.",
    ),
]
Batch = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        help="Read questions from JSON Lines of {id, text, asked_at, choices?, k?} ('-' is stdin), write one line for each.",
    ),
]
Prices = Annotated[
    str | None, typer.Option(metavar="IN/OUT", help="Dollars for a million tokens read and written, as 0.15/0.60.")
]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Neither keep the model's answers nor take kept ones.")]
