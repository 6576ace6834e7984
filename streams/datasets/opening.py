"""Which recordings are known by how they look on disk, and a stream of each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mmmem.clock import Calendar, Span
from mmmem.errors import SourceError
from mmmem.types import StreamInfo, TimedText
from streams.datasets import lerobot, ros_bag, scannet, seven_scenes, simulator_folder, tum
from streams.datasets.conventions import settled
from streams.datasets.posed_frames import PosedFrames
from streams.datasets.recorded import Recorded
from streams.placing import Placement, Start, place, single
from streams.sampling import Sampler
from streams.stream import Source, Stream, TextSource


@dataclass(frozen=True, slots=True)
class Format:
    """A format of recordings: whether a path holds one, and how it is read."""

    fits: Callable[[Path], bool]
    read: Callable[[Path], Recorded]


FORMATS: tuple[Format, ...] = (
    Format(seven_scenes.fits, seven_scenes.read),
    Format(tum.fits, tum.read),
    Format(scannet.fits, scannet.read),
    Format(ros_bag.fits, ros_bag.read),
    Format(simulator_folder.fits, simulator_folder.read),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a recording is to be read.

    Args:
        stream_id: None takes the recording's name.
        start: when its first frame was; None takes the recording's own times.
            So recordings with different clocks are brought together.
        calendar: of `start`, or the time zone of dates in the recording.
        backend: what decodes videos.
    """

    uri: str
    stream_id: str | None
    start: Start | Sequence[Start]
    calendar: Calendar | None
    sampler: Sampler
    size: int | None
    backend: str


def open_dataset(path: Path, wanted: Wanted) -> Stream | None:
    """A recording as a stream of frames with depth, pose and intrinsics, as far as it holds them; None if the path holds none.

    Raises:
        SourceError: nothing of it can be read.
        InvalidInputError: `start` is wrong.
        MissingExtraError: a package for its format is not installed.
    """
    if lerobot.fits(path):
        return lerobot.open_lerobot(
            path,
            place(single(wanted.start), wanted.calendar),
            uri=wanted.uri,
            stream_id=wanted.stream_id,
            sampler=wanted.sampler,
            size=wanted.size,
            backend=wanted.backend,
        )
    found = next((one for one in FORMATS if one.fits(path)), None)
    return None if found is None else _stream(path, found.read(path), wanted)


def _stream(path: Path, recorded: Recorded, wanted: Wanted) -> Stream:
    if not recorded.shots:
        reasons = "".join(f" {reason}." for _, reason in recorded.losses)
        raise SourceError(f"{path.name} is a recording ({recorded.format}) without a frame that can be read.{reasons}")
    placement = _placement(recorded, wanted)
    shift_ns, name = placement.start_ns - recorded.shots[0].t_ns, wanted.stream_id or recorded.name
    found = settled(recorded.shots)
    frames = PosedFrames(recorded, found, stream_id=name, shift_ns=shift_ns, sampler=wanted.sampler, size=wanted.size)
    end_ns = frames.t_ns[-1] + max(recorded.period_ns, 1)
    texts = [_moved(text, shift_ns) for text in recorded.texts]
    sources: list[Source] = [*([TextSource(texts)] if texts else []), frames]
    expected = wanted.sampler.num_expected(end_ns - placement.start_ns, len(frames.t_ns), recorded.period_ns)
    notes = (f"read as {recorded.format}", *recorded.notes, *found.notes)
    info = StreamInfo(name, wanted.uri, placement.calendar, placement.start_ns, end_ns)
    return Stream(info, sources, (expected or len(frames.t_ns)) + len(texts), notes)


def _placement(recorded: Recorded, wanted: Wanted) -> Placement:
    """Where the user says that it begins, or else where its own times say."""
    first_ns, own, start = recorded.shots[0].t_ns, recorded.calendar, single(wanted.start)
    if start is None and wanted.calendar is None:
        return Placement(own, first_ns)
    if start is None and wanted.calendar is not None and (own.kind == "wall") == (wanted.calendar.kind == "wall"):
        return Placement(wanted.calendar, first_ns)
    return place(start, wanted.calendar)


def _moved(text: TimedText, shift_ns: int) -> TimedText:
    return replace(text, span=Span(text.span.start_ns + shift_ns, text.span.end_ns + shift_ns))
