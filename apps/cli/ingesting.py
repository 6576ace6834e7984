"""`mmmem ingest`."""

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import typer

from apps.cli.ingest_options import (
    Again,
    CalendarName,
    ChatModel,
    DetectorModel,
    EncoderModel,
    Every,
    LongestSide,
    ModelBudget,
    Moved,
    NoGraph,
    PicturePeriod,
    PictureTimes,
    RestoreForgotten,
    Sources,
    StartTime,
    StreamName,
    TextEmbedderModel,
    TextTracks,
    TimeZone,
    TrackKind,
    VideoDecoder,
    Wearer,
)
from apps.cli.options import AsJson, MemoryDir, Prices
from apps.cli.output import emit, tell
from apps.cli.running import INTERRUPTED, Invocation, stop_on_interrupt
from mmmem.errors import InvalidInputError

if TYPE_CHECKING:
    from apps.ingest import Ingest, IngestReport
    from mmmem.clock import Calendar
    from mmmem.memory import Memory
    from mmmem.types import TextKind
    from streams import Stream

LONGEST_SIDE = 640
_NO_TRACK = "none"


def ingest(
    context: typer.Context,
    sources: Sources,
    memory: MemoryDir,
    *,
    stream: StreamName = None,
    start: StartTime = None,
    calendar: CalendarName = None,
    timezone: TimeZone = None,
    track: TextTracks = None,
    track_kind: TrackKind = None,
    wearer: Wearer = "",
    every: Every = None,
    detector: DetectorModel = None,
    encoder: EncoderModel = "classical",
    text_embedder: TextEmbedderModel = "none",
    backend: VideoDecoder = "pyav",
    size: LongestSide = LONGEST_SIDE,
    period: PicturePeriod = None,
    image_times: PictureTimes = "period",
    no_graph: NoGraph = False,
    again: Again = False,
    restore_forgotten: RestoreForgotten = False,
    moved: Moved = False,
    chat: ChatModel = None,
    budget: ModelBudget = None,
    prices: Prices = None,
    as_json: AsJson = False,
) -> None:
    """Take a source into a memory; make the memory if there is none, go on where it stopped if there is.

    Ctrl-C stores what was looked at so far and stops; the same command goes on from there.
    """
    from apps.cli.ingest_report import report_json, restored, show_report
    from apps.cli.known_sources import known_twin
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
            lacking = missing(opened, source, work.resumed_ns, detecting=looker is not None, encoder=pictures)
        report = _taken_in(work, source, opened, lacking, context.obj)
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


def _taken_in(
    work: "Ingest", source: "Stream", memory: "Memory", lacking: list[str], invocation: Invocation | None
) -> "IngestReport":
    """Run an ingest with its progress shown; before it, say where it goes on and what is not there up to then."""
    from apps.cli.ingest_progress import progress_of
    from apps.cli.known_sources import tell_missing

    if work.resumed_ns is not None:
        tell(f"going on with {source.info.stream_id!r} after {memory.calendar.format(work.resumed_ns)}")
        tell_missing(lacking, source, invocation)
    with stop_on_interrupt(source.close) as stop, progress_of(source, work.resumed_ns) as progress:
        return work.run(progress, stop)


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
