"""`mmmem house`: some days of a simulated house, recorded with the truth."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from apps.cli.options import AsJson
from apps.cli.output import emit, say, show_pairs, tell
from apps.cli.running import INTERRUPTED, Invocation, stop_on_interrupt
from apps.house.progress import progress_of
from mmmem.errors import InvalidInputError

if TYPE_CHECKING:
    from streams.house.recording import RecordingReport
    from streams.house.recording_plan import RecordingPlan

_BYTES_PER_MB = 1e6


def house(
    context: typer.Context,
    *,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="DIR", help="Where it is written; house and the seed by default.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Another seed is another house, with other days.")] = 7,
    days: Annotated[int, typer.Option(min=1, metavar="N", help="How many days of 24 hours are lived.")] = 1,
    tours: Annotated[int, typer.Option(min=1, metavar="N", help="How often a day the robot looks at every room.")] = 2,
    tour_s: Annotated[float, typer.Option("--tour-s", metavar="SECONDS", help="How long a tour takes.")] = 600.0,
    hz: Annotated[float, typer.Option(metavar="RATE", help="Pictures a second.")] = 2.0,
    noise: Annotated[
        str, typer.Option(metavar="none|light|moderate|heavy", help="How much the detector, depth and poses err.")
    ] = "moderate",
    worn_by: Annotated[
        str, typer.Option("--worn-by", metavar="NAME", help="Anna, Ben or Chloe wears the camera instead of a robot.")
    ] = "",
    worn_h: Annotated[float, typer.Option("--worn-h", metavar="HOURS", help="How long each day it is worn.")] = 4.0,
    residents: Annotated[int, typer.Option(min=1, max=3, metavar="N", help="How many live there.")] = 3,
    start: Annotated[
        str | None, typer.Option(metavar="TIME", help="When the days begin, in UTC; 2024-05-06T06:30:00 (a Monday) by default.")
    ] = None,
    size: Annotated[str, typer.Option(metavar="WxH", help="Size of the pictures in pixels, even numbers.")] = "320x240",
    workers: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Processes that draw side by side; as many as there are cores.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Let a house be lived in for some days, and record what a robot sees there, with the truth beside it.

    Writes video, depth, masks, poses, what a noisy detector found, captions and speech, every event, what could have been
    observed, and questions with their answers. The folder can be ingested: mmmem ingest DIR. Ctrl-C stops; the same command
    goes on from the last whole tour.
    """
    from streams.house.questions.asking import write_questions_of
    from streams.house.recording import record_house
    from streams.house.recording_plan import CALENDAR, MONDAY_NS, RecordingPlan
    from streams.house.stretch_recording import Conduct

    width, height = _size(size)
    plan = RecordingPlan(
        seed=seed,
        days=days,
        tours=tours,
        tour_s=tour_s,
        hz=hz,
        noise=noise,
        start_ns=MONDAY_NS if start is None else CALENDAR.parse(start),
        residents=residents,
        width=width,
        height=height,
        worn_by=worn_by,
        worn_h=worn_h,
    )
    folder = Path(f"house{seed}") if out is None else out.expanduser()
    tell(f"{days} day(s) of the house of seed {seed}, about {round(plan.num_frames_about):,} pictures, into {folder}")
    with stop_on_interrupt(lambda: None) as stop, progress_of(str(folder)) as progress:
        conduct = Conduct(workers=workers or _cores(), progress=progress, stop=stop)
        report = record_house(plan, folder, conduct=conduct, ask=write_questions_of)
    _show(report, plan, as_json=as_json)
    _tell_interrupted(report, context.obj)


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise InvalidInputError(f"--size is a width and a height in pixels, as 320x240, got {text!r}.")
    return int(width), int(height)


def _cores() -> int:
    import os

    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _show(report: "RecordingReport", plan: "RecordingPlan", *, as_json: bool) -> None:
    from dataclasses import asdict

    if as_json:
        emit({**asdict(report), "plan": plan.to_json()})
        return
    show_pairs(
        {
            "folder": report.folder,
            "pictures": f"{report.num_frames:,} ({report.num_recorded:,} now{_drawn_by(report)})",
            "events": f"{report.num_events:,}",
            "observed": f"{report.num_observed:,}",
            "texts": f"{report.num_texts:,}",
            "size": f"{report.num_bytes / _BYTES_PER_MB:,.0f} MB",
        }
    )
    if not report.interrupted:
        say()
        say(f"Go on with: mmmem ingest {report.folder} --memory {report.folder}-memory")


def _drawn_by(report: "RecordingReport") -> str:
    return f", drawn by {report.renderer}" if report.renderer else ""


def _tell_interrupted(report: "RecordingReport", invocation: Invocation | None) -> None:
    if report.interrupted:
        tell(f"interrupted: whole tours are kept. Go on with: {invocation.command_line() if invocation else 'the same command'}")
        raise typer.Exit(INTERRUPTED)
