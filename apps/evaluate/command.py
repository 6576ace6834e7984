"""`mmmem eval`: the command line of the benchmarks. Importing it is cheap; a run imports what it needs."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from mmmem.errors import InvalidInputError
from mmmem.suggest import known_name

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""
PIPED_WIDTH = 110
"""Columns of the tables where there is no terminal to ask."""

DATASETS = ("egolife", "nextgqa", "locomo")


def evaluate(
    dataset: Annotated[str, typer.Argument(help="egolife, nextgqa or locomo.")],
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The data set as it was published.")],
    *,
    memory: Annotated[
        Path | None,
        typer.Option("--memory", "-m", help="Keep the memories here; the next run asks them without making them again."),
    ] = None,
    text_embedder: Annotated[str | None, typer.Option(help="Text embedder by name or directory; words alone without.")] = None,
    with_trigger: Annotated[bool, typer.Option("--with-trigger", help="egolife: also tell what happens while asking.")] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="Ask only the first so many questions.")] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="One line of JSON for every question.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object with every number.")] = False,
) -> None:
    """Measure what a memory finds and answers, against chance and with confidence intervals."""
    known_name(dataset, DATASETS, "data set")
    if with_trigger and dataset != "egolife":
        raise InvalidInputError(f"--with-trigger belongs to egolife; {dataset} has no triggers.")
    from apps.evaluate.progress import shown
    from apps.evaluate.runs import RunOptions, run_egolife, run_locomo, run_nextgqa

    options = RunOptions(memory, text_embedder, limit, out, progress=shown)
    if dataset == "egolife":
        report = run_egolife(directory, options, with_trigger=with_trigger)
    else:
        report = (run_nextgqa if dataset == "nextgqa" else run_locomo)(directory, options)
    if as_json:
        typer.echo(json.dumps(report.to_json(), ensure_ascii=False))
    else:
        from rich.console import Console

        from apps.evaluate.table import show

        show(report, Console(width=None if sys.stdout.isatty() else PIPED_WIDTH))
    if report.interrupted:
        raise typer.Exit(INTERRUPTED)
