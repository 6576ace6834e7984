"""`mmmem ingest`."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, cast

import typer

from apps.cli.options import AsJson, MemoryDir, Prices
from apps.cli.output import emit, tell
from apps.cli.running import INTERRUPTED, Invocation, stop_on_interrupt
from mmmem.errors import InvalidInputError

if TYPE_CHECKING:
    from apps.ingest import IngestReport
    from mmmem.clock import Calendar
    from mmmem.memory import Memory
    from mmmem.types import TextKind

LONGEST_SIDE = 640
_NO_TRACK = "none"


def ingest(
    context: typer.Context,
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SRC...",
            help="A video, several as one session, a folder of videos, pictures or text tracks, text tracks alone "
            "(.srt, .vtt, .json, .jsonl), a recording with depth and poses (7-Scenes, TUM RGB-D, .sens, ROS 2 bag, .mcap, "
            "a simulator's folder, mmmem house), a LeRobot data set, a camera (0) or an address (rtsp://...).",
        ),
    ],
    memory: MemoryDir,
    *,
    stream: Annotated[
        str | None, typer.Option(metavar="NAME", help="Name of the stream; the file's or folder's name by default.")
    ] = None,
    start: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="When it begins: 2024-05-03T11:20:05, 'DAY2 10:00:00', or container for the file's creation time. "
            "Without it, EgoLife names say it, and else time counts from 0.",
        ),
    ] = None,
    calendar: Annotated[
        str | None,
        typer.Option(metavar="wall|days|offset", help="Dates, numbered days, or offsets; as --start is written by default."),
    ] = None,
    timezone: Annotated[
        str | None, typer.Option(metavar="ZONE", help="Time zone of dates, as Europe/Berlin. UTC by default.")
    ] = None,
    track: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE",
            help="Text track of the video; by default those beside it whose names begin with its; none for none. Repeatable.",
        ),
    ] = None,
    track_kind: Annotated[
        str | None,
        typer.Option(
            metavar="caption|speech|ocr|note",
            help="What the lines of a text track are: what is seen (makes facts), said, written in the picture, or noted. "
            "Without it the file says it, or its words do.",
        ),
    ] = None,
    wearer: Annotated[
        str,
        typer.Option(metavar="NAME", help="Who wears the camera, who is I in captions; known by name then as well."),
    ] = "",
    every: Annotated[
        str | None,
        typer.Option(
            metavar="SECONDS|keyframes|change|all",
            help="Which frames are looked at. 1 second by default, 0.2 with a detector.",
        ),
    ] = None,
    detector: Annotated[
        str | None,
        typer.Option(metavar="MODEL", help="Object detector in the YOLOX format: an .onnx file, a directory or a hub id."),
    ] = None,
    encoder: Annotated[
        str,
        typer.Option(metavar="MODEL", envvar="MMMEM_ENCODER", help="Image encoder: classical, a directory or a hub id."),
    ] = "classical",
    text_embedder: Annotated[
        str,
        typer.Option(metavar="MODEL", envvar="MMMEM_TEXT_EMBEDDER", help="Text embedder: minilm, a directory, a URL, or none."),
    ] = "none",
    backend: Annotated[str, typer.Option(help="Video decoder: pyav, opencv, decord or torchcodec.")] = "pyav",
    size: Annotated[
        int, typer.Option(min=0, metavar="PIXELS", help="Longest side of the pictures that are looked at; 0 keeps them whole.")
    ] = LONGEST_SIDE,
    period: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="Between the pictures of a folder; 1 by default.")
    ] = None,
    image_times: Annotated[
        str,
        typer.Option(
            metavar="period|stem_s|stem_ms|stem_us|stem_ns|exif", help="Where the times of a folder's pictures come from."
        ),
    ] = "period",
    no_graph: Annotated[
        bool, typer.Option("--no-graph", help="Keep no scene graph of what pictures show and words say.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Read from the beginning: adds what a new detector or encoder finds.")
    ] = False,
    restore_forgotten: Annotated[
        bool, typer.Option("--restore-forgotten", help="Read from the beginning, and take in again what was forgotten of it.")
    ] = False,
    moved: Annotated[bool, typer.Option("--moved", help="SRC is where the stream of this name is read from now.")] = False,
    chat: Annotated[
        str | None,
        typer.Option(
            metavar="URL#MODEL|DIR", help="A language model to describe, sum up and read facts afterwards, as enrich does."
        ),
    ] = None,
    budget: Annotated[
        str | None,
        typer.Option(metavar="AMOUNT", help="What it may cost: '200k tokens', '10 min', '$0.50'; else only estimated."),
    ] = None,
    prices: Prices = None,
    as_json: AsJson = False,
) -> None:
    """Take a source into a memory; make the memory if there is none, go on where it stopped if there is.

    Ctrl-C stores what was looked at so far and stops; the same command goes on from there.
    """
    from apps.cli.ingest_progress import progress_of
    from apps.cli.ingest_report import report_json, restored, show_report
    from apps.cli.known_sources import known_twin, tell_missing
    from apps.cli.memories import encoder_named, text_embedder_named
    from apps.ingest import Ingest, SourceOptions, open_source, sampling
    from apps.ingest.missing import missing
    from mmmem.memory import Memory
    from mmmem.perceive import open_detector
    from streams.images import ImageTimes

    if chat is None and (budget or prices):
        raise InvalidInputError("--budget and --prices are about a model; name one with --chat.")
    looker = None if detector is None else open_detector(detector)
    looks = sampling(every, looking=looker is not None)
    options = SourceOptions(
        stream=stream,
        start=start,
        calendar=_calendar(calendar, timezone),
        tracks=None if track == [_NO_TRACK] else track or (),
        track_kind=cast("TextKind | None", track_kind),
        wearer=wearer,
        size=size or None,
        backend=backend,
        image_period_s=period,
        image_times=cast(ImageTimes, image_times),
    )
    pictures, words = encoder_named(encoder), text_embedder_named(text_embedder)
    twin = known_twin(memory, sources, stream)
    if twin is not None:
        options, moved = replace(options, stream=twin), True
    with (
        open_source(sources, looks.sampler, options) as source,
        Memory.open(memory, mode="w", create=True, text_embedder=words) as opened,
    ):
        again = (restore_forgotten and restored(opened, source)) or again
        work = Ingest(
            opened,
            source,
            period_ns=looks.period_ns,
            detector=looker,
            encoder=pictures,
            graph=not no_graph,
            again=again,
            moved=moved,
        )
        lacking: list[str] = []
        if work.resumed_ns is not None:
            tell(f"going on with {source.info.stream_id!r} after {opened.calendar.format(work.resumed_ns)}")
            lacking = missing(opened, source, work.resumed_ns, detecting=looker is not None, encoder=pictures)
            tell_missing(lacking, source, context.obj)
        with stop_on_interrupt(source.close) as stop, progress_of(source, work.resumed_ns) as progress:
            report = work.run(progress, stop)
        if as_json:
            emit({**report_json(report, memory), "missing": lacking})
        else:
            show_report(report, memory, opened.calendar, has_words=words is not None)
        _tell_interrupted(report, opened, context.obj)
    if chat is not None:
        from apps.enrich.command import PassOptions, pass_over

        pass_over(
            memory, chat, PassOptions(budget=budget, prices=prices, text_embedder=text_embedder), context.obj, as_json=as_json
        )


def _calendar(kind: str | None, timezone: str | None) -> "Calendar | None":
    from mmmem.clock import Calendar, CalendarKind
    from mmmem.suggest import known_name

    if kind is None:
        return None if timezone is None else Calendar("wall", timezone)
    known_name(kind, ("wall", "days", "offset"), "calendar")
    if timezone is not None and kind != "wall":
        raise InvalidInputError(f"--timezone {timezone!r} goes with --calendar wall; the calendar {kind!r} has no time zone.")
    return Calendar(cast(CalendarKind, kind), timezone or "UTC")


def _tell_interrupted(report: "IngestReport", memory: "Memory", invocation: Invocation | None) -> None:
    if not report.interrupted:
        return
    reached = "nothing was stored yet"
    if report.position_ns is not None:
        reached = f"everything up to {memory.calendar.format(report.position_ns)} is kept"
    again = invocation.command_line() if invocation else "the same command"
    tell(f"interrupted: {reached}. Go on with: {again}")
    raise typer.Exit(INTERRUPTED)
