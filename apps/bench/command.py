"""`mmmem bench`: the command line of the benchmarks with truth behind them."""

import json
import re
import sys
from pathlib import Path
from typing import Annotated

import typer

from apps.cli.options import AsJson
from apps.cli.output import emit, tell
from mmmem.errors import InvalidInputError

app = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)
PIPED_WIDTH = 130
"""Columns of the table where there is no terminal to ask."""
_QUICK = {"days": 2, "tour_s": 60.0, "hz": 1.0}


@app.callback()
def bench() -> None:
    """Measure memories against the truth of a simulated house.

    Every command takes --json.
    """


@app.command("house")
def house(
    *,
    seeds: Annotated[str, typer.Option(metavar="A..B|A,B", help="Houses, by seed.")] = "11..15",
    days: Annotated[int, typer.Option(min=1, metavar="N", help="Days of each.")] = 5,
    noise: Annotated[str, typer.Option(metavar="none|light|moderate|heavy", help="How much the detector errs.")] = "moderate",
    systems: Annotated[
        str | None, typer.Option(metavar="NAME,...", help="What is evaluated; an unknown name lists them all.")
    ] = None,
    recording: Annotated[
        list[Path] | None, typer.Option("--recording", metavar="DIR", help="A recorded house instead of seeds; may be repeated.")
    ] = None,
    cache: Annotated[
        Path | None, typer.Option(metavar="DIR", envvar="MMMEM_CACHE", help="Where rendered houses are kept for the next run.")
    ] = None,
    words_alone: Annotated[bool, typer.Option("--words-alone", help="Compare by words even where minilm is installed.")] = False,
    quick: Annotated[bool, typer.Option("--quick", help="One house, two days, tours of a minute.")] = False,
    as_json: AsJson = False,
) -> None:
    """Ask systems about days in a house, and judge their answers by type: no model is needed.

    Houses are rendered once and kept. Every system is shown the same pictures' detections, captions and speech in order of
    time, and is asked when a question's time has come.
    """
    from rich.console import Console

    from apps.bench.run import BenchOptions, run_house
    from apps.bench.systems import SYSTEMS
    from apps.bench.table import show
    from streams.house.recording_plan import RecordingPlan

    plan = RecordingPlan(noise=noise, **({"days": days} | (_QUICK if quick else {})))  # type: ignore[arg-type]
    names = tuple(SYSTEMS) if systems is None else tuple(name.strip() for name in systems.split(",") if name.strip())
    options = BenchOptions(
        seeds=seeds_of(seeds)[:1] if quick else seeds_of(seeds),
        plan=plan,
        systems=names,
        cache=cache,
        recordings=tuple(recording or ()),
        meaning=not words_alone,
        progress=lambda what, num, of: tell(f"{what}: {num} of {of}"),
    )
    report = run_house(options)
    if as_json:
        emit(json.loads(json.dumps(report.to_json(), default=str)))
        return
    show(report, Console(width=None if sys.stdout.isatty() else PIPED_WIDTH))


def seeds_of(text: str) -> tuple[int, ...]:
    """ "11..15" or "11,12,20".

    Raises:
        InvalidInputError: something else, or no seed at all.
    """
    seeds: list[int] = []
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d+)(?:\.\.(\d+))?\s*", part)
        if not match:
            raise InvalidInputError(f"--seeds is numbers as in 11..15 or 11,12, got {text!r}.")
        seeds += range(int(match[1]), int(match[2] or match[1]) + 1)
    if not seeds:
        raise InvalidInputError(f"--seeds {text!r} names no house; the first number must not be above the second.")
    return tuple(dict.fromkeys(seeds))
