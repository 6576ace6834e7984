"""Renders stretches and writes their files, in this process or in several side by side."""

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures import wait as wait_for
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from mmmem.errors import SourceError
from streams.house.home import Home
from streams.house.json_lines import storage_error
from streams.house.looks import Looker
from streams.house.noisy_detector import NoisyDetector
from streams.house.recording_plan import Days, OpenRenderer
from streams.house.rendering import Camera, Renderer
from streams.house.stretches import Stretch, StretchFiles, part_of
from streams.house.tables import TablesWriter
from streams.house.tour_films import FilmWriter, in_mm
from streams.house.watching import Watched, measured, watch

NumFrames = int
Progress = Callable[[NumFrames, NumFrames], object]
"""Told how many frames there are now, and how many there will be."""
Count = Callable[[NumFrames], object]
ShouldStop = Callable[[], bool]
_POLL_S = 0.25


@dataclass(frozen=True, slots=True)
class Conduct:
    """How to record, none of which changes what is recorded.

    Args:
        workers: processes that render side by side; 1 renders in this one.
        open_renderer: None picks the best back end of this machine. More than one worker needs a function that can be pickled.
        stop: asked often whether to stop.
    """

    workers: int = 1
    open_renderer: OpenRenderer | None = None
    progress: Progress = lambda num, of: None
    stop: ShouldStop = lambda: False


@dataclass(frozen=True, slots=True)
class Rendered:
    """What was rendered, and by which back end; its name is empty where there was nothing to do."""

    num_frames: int = 0
    renderer: str = ""


class _Stopped(Exception):
    """Recording was asked to stop inside a stretch."""


def record_stretches(days: Days, stretches: Sequence[Stretch], folder: Path, conduct: Conduct) -> Rendered:
    """Record each stretch whole, or until `stop` says so; a stretch that is stopped leaves nothing.

    Raises:
        StorageError: the disk is full or failing; stretches that are whole are kept.
        SourceError: a worker died.
    """
    if not stretches:
        return Rendered()
    num_before = len(days.trajectory) - sum(stretch.num_frames for stretch in stretches)
    if conduct.workers > 1 and len(stretches) > 1:
        return _record_side_by_side(days, stretches, folder, conduct, num_before)
    recorder = StretchRecorder(days, folder, _opened(days, conduct.open_renderer))
    done = 0
    try:
        for stretch in stretches:
            recorder.record(stretch, partial(_told, days, conduct.progress, num_before + done), conduct.stop)
            done += stretch.num_frames
    except _Stopped:
        pass
    finally:
        recorder.renderer.close()
    return Rendered(done, recorder.renderer.name)


@dataclass(frozen=True, slots=True)
class StretchRecorder:
    """Writes stretches with one renderer."""

    days: Days
    folder: Path
    renderer: Renderer

    def record(self, stretch: Stretch, count: Count, stop: ShouldStop) -> None:
        """Write the files of a stretch beside their places, then put them there, the tables last."""
        files = stretch.files(self.folder)
        beside = StretchFiles(files.folder, f"unfinished-{stretch.name}")
        try:
            self._write(stretch, beside, count, stop)
            for part, whole in zip(beside.all(), files.all(), strict=True):
                part.replace(whole)
        except OSError as error:
            raise storage_error(files.tables, error) from error
        finally:
            for part in beside.all():
                part.unlink(missing_ok=True)

    def _write(self, stretch: Stretch, files: StretchFiles, count: Count, stop: ShouldStop) -> None:
        plan, persona, home = self.days.plan, self.days.persona, self.days.life.home
        looker, detector, tables = Looker(home), NoisyDetector(persona.level, persona.seed, home), TablesWriter()
        with ExitStack() as open_films:
            films = _Films(files, (plan.width, plan.height), stretch.start_ns, open_films)
            for number, watched in enumerate(self._watched(stretch), start=1):
                if stop():
                    raise _Stopped
                look = looker.look(watched)
                tables.add(look, detector.sense(watched, look))
                films.write(watched)
                count(number)
        tables.write(files.tables)

    def _watched(self, stretch: Stretch) -> Iterator[Watched]:
        plan = self.days.plan
        return watch(
            self.days.life,
            part_of(self.days.trajectory, stretch),
            self.renderer,
            camera=plan.camera,
            stream_id=plan.stream_id,
            wearer=self.days.persona.wearer,
            first_index=stretch.first_index,
        )


class _Films:
    """The three films of a stretch, closed by the stack they were opened on."""

    def __init__(self, files: StretchFiles, size: tuple[int, int], start_ns: int, stack: ExitStack) -> None:
        self._video, self._depth, self._instances = (
            stack.enter_context(FilmWriter(path, size, start_ns)) for path in (files.video, files.depth, files.instances)
        )

    def write(self, watched: Watched) -> None:
        """Add one picture to each."""
        frame, shown = watched.frame, measured(watched.frame)
        self._video.write(frame.image, frame.t_ns)
        self._depth.write(in_mm(shown.depth_m), frame.t_ns)
        self._instances.write(shown.instances.astype("uint16"), frame.t_ns)


def default_renderer(home: Home, camera: Camera) -> Renderer:
    """The best back end that this machine can run."""
    from streams.house.opening import open_renderer

    return open_renderer(home, camera)


def _opened(days: Days, open_renderer: OpenRenderer | None) -> Renderer:
    return (open_renderer or default_renderer)(days.life.home, days.plan.camera)


def _told(days: Days, progress: Progress, num_before: NumFrames, num: NumFrames) -> None:
    progress(num_before + num, len(days.trajectory))


@dataclass(slots=True)
class _Worker:
    """What a process keeps from stretch to stretch; its renderer is opened by the first one, whose error then says why not."""

    open_recorder: Callable[[], StretchRecorder]
    counts: Any
    stop: Any
    recorder: StretchRecorder | None = None

    def at_work(self) -> StretchRecorder:
        """The recorder."""
        self.recorder = self.recorder or self.open_recorder()
        return self.recorder


_WORKER: list[_Worker] = []


def _begin(days: Days, folder: Path, open_renderer: OpenRenderer | None, counts: Any, stop: Any) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process; the first one decides
    os.environ.setdefault("LP_NUM_THREADS", "0")  # Mesa's software renderer else takes every core in each process
    _WORKER.append(_Worker(lambda: StretchRecorder(days, folder, _opened(days, open_renderer)), counts, stop))


def _work(stretch: Stretch) -> Rendered:
    """Record one stretch; 0 frames where it was stopped."""
    (worker,) = _WORKER
    recorder = worker.at_work()
    name = recorder.renderer.name
    try:
        recorder.record(stretch, partial(worker.counts.__setitem__, stretch.number), worker.stop.is_set)
    except _Stopped:
        worker.counts[stretch.number] = 0
        return Rendered(0, name)
    return Rendered(stretch.num_frames, name)


def _record_side_by_side(
    days: Days, stretches: Sequence[Stretch], folder: Path, conduct: Conduct, num_before: NumFrames
) -> Rendered:
    context = get_context("spawn")  # a GL context does not survive a fork
    counts, stopping = context.Array("i", stretches[-1].number + 1, lock=False), context.Event()
    begin = (days, folder, conduct.open_renderer, counts, stopping)
    with ProcessPoolExecutor(min(conduct.workers, len(stretches)), context, _begin, begin) as pool:
        futures: list[Future[Rendered]] = [pool.submit(_work, stretch) for stretch in stretches]
        try:
            while wait_for(futures, timeout=_POLL_S).not_done:
                conduct.progress(num_before + sum(counts), len(days.trajectory))
                if conduct.stop() or any(future.done() and future.exception() for future in futures):
                    stopping.set()
            done = [future.result() for future in futures]
        except BrokenProcessPool as error:
            raise SourceError(f"A process that draws the house died ({error}); run it with one worker to see why.") from error
        finally:
            stopping.set()
    num = sum(one.num_frames for one in done)
    conduct.progress(num_before + num, len(days.trajectory))
    return Rendered(num, done[0].renderer)
