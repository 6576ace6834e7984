"""`streams.open`: finds out what was named, and makes a stream of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from mmmem.clock import Calendar
from mmmem.errors import InvalidInputError, SourceError
from mmmem.suggest import known_name
from mmmem.types import TEXT_KINDS, StreamInfo, TextKind
from streams import places
from streams.cues import Track
from streams.datasets.box_tracks import refuse_boxes
from streams.decoders import BACKENDS
from streams.egolife import CALENDAR
from streams.house.manifest import is_recording
from streams.images import ImageFolder, ImageTimes
from streams.live import LiveOptions, LiveSource, open_camera
from streams.pictures import without_depth
from streams.placing import Placement, Start, place, single
from streams.sampling import Sampler, every
from streams.session import Session, placements
from streams.side_tracks import Sides, Tracks, assumption, left_in, read_sides, tracks_beside, tracks_by_video
from streams.stream import Source, Stream, TextSource
from streams.text_files import DayTracks, has_days, texts_span_ns
from streams.tracks import TRACK_SUFFIXES, looks_like_track, moved, read_track, unit_doubt
from streams.video import VideoSource

DEFAULT_PERIOD_S = 1.0


@dataclass(frozen=True, slots=True)
class _Wish:
    """What the caller of `open` asked for, apart from the source."""

    uri: str
    stream_id: str | None
    start: Start | Sequence[Start]
    calendar: Calendar | None
    sampler: Sampler
    size: int | None
    tracks: Tracks
    track_kind: TextKind | None
    backend: str
    folder: Path | None = None


def open(
    uri_or_uris: str | Path | Sequence[str | Path],
    *,
    stream_id: str | None = None,
    start: Start | Sequence[Start] = None,
    calendar: Calendar | None = None,
    sampler: Sampler | None = None,
    size: int | None = None,
    tracks: Tracks = (),
    track_kind: TextKind | None = None,
    backend: str = "pyav",
    period_s: float | None = None,
    image_times: ImageTimes = "period",
    live: LiveOptions | None = None,
) -> Stream:
    """Open whatever gives frames or words, and yield them in order of time.

    Args:
        uri_or_uris: a video, a text track (.srt, .vtt, .json, .jsonl), a folder of videos, of EgoLife tracks or of pictures, a
            pattern with `*`, several of them as one session, a camera (`camera:0`, `/dev/video0`) or an address (`rtsp://...`);
            a folder that `mmmem house` wrote, or `house:7?days=2`, a house that is rendered while it is read; a recording with
            depth and poses (7-Scenes, TUM RGB-D, ScanNet `.sens`, ROS 2 bag or MCAP, folders of a simulator's masks), or a
            LeRobot data set.
        stream_id: name of the stream; None takes the file's or folder's name.
        start: when the first instant was: an ISO 8601 time, `DAY2 10:00:00`, nanoseconds, `container` for the file's creation
            time, or one of these for each of several videos. Without one, EgoLife file names say it, and else time counts from 0.
        calendar: calendar of `start`; None takes the one that `start` is written in.
        sampler: which frames are looked at; None is `every(1.0)`.
        size: longest side of the pictures in pixels; None keeps them as they are.
        tracks: text tracks of a video. Empty takes those beside it whose names are or begin with its name; None takes none.
        track_kind: what lines are whose file does not say it: caption, speech, ocr or note. None finds it out and notes it.
        backend: pyav, opencv, decord or torchcodec.
        period_s: seconds between the pictures of a folder; None is 1.
        image_times: where the times of a folder's pictures come from: `period`, `stem_s`, `stem_ms`, `stem_us`, `stem_ns` (the
            number in the file's name) or `exif`.
        live: how a camera or address is read.

    Raises:
        SourceError: it cannot be opened or read.
        InvalidInputError: a time, unit or option is wrong.
        UnknownNameError: no back end of this name.
        MissingExtraError: the back end is not installed.
    """
    known_name(backend, BACKENDS, "video back end")
    if track_kind is not None:
        known_name(track_kind, TEXT_KINDS, "kind of text")
    if size is not None and size < 1:
        raise InvalidInputError(f"size is the longest side in pixels, at least 1, got {size!r}.")
    uris = places.split_uris(uri_or_uris)
    named = str(uri_or_uris) if isinstance(uri_or_uris, str | Path) else places.joined_uri(uris)
    uri = places.without_credentials(places.local_path(named))
    wish = _Wish(uri, stream_id, start, calendar, sampler or every(DEFAULT_PERIOD_S), size, tracks, track_kind, backend)
    if any(places.scheme_of(one) == places.HOUSE_SCHEME for one in uris):
        return _open_house(uris, wish)
    if any(_is_live(one) for one in uris):
        return _open_live(uris, wish, live or LiveOptions())
    if len(uris) == 1 and places.scheme_of(uris[0]) in places.FETCHED_SCHEMES:
        return _open_videos([uris[0]], wish)
    return _open_paths([places.existing(one) for one in uris], wish, period_s, image_times)


def _is_live(uri: str) -> bool:
    return places.scheme_of(uri) in places.LIVE_SCHEMES or uri.startswith("/dev/video")


def _open_paths(paths: list[Path], wish: _Wish, period_s: float | None, image_times: ImageTimes) -> Stream:
    if len(paths) == 1 and is_recording(paths[0]):
        return _open_recording(paths[0], wish)
    if len(paths) == 1 and period_s is None and image_times == "period":
        recorded = _open_recorded_by_others(paths[0], wish)
        if recorded is not None:
            return recorded
    if len(paths) == 1 and paths[0].is_dir():
        wish, paths = replace(wish, folder=paths[0]), _files_of(paths[0])
    folder = next((path for path in paths if path.is_dir()), None)
    if folder is not None:
        raise InvalidInputError(f"{str(folder)!r} is a folder among files; give one folder alone, or the files in it.")
    suffixes = {path.suffix.lower() for path in paths}
    if suffixes <= set(TRACK_SUFFIXES):
        return _open_texts(paths, wish)
    if suffixes <= set(places.IMAGE_SUFFIXES):
        return _open_images(paths, wish, period_s, image_times)
    return _open_videos_and_tracks(paths, wish)


def _open_recording(folder: Path, wish: _Wish) -> Stream:
    """A house that was recorded: it has its own times, and its own captions and speech."""
    from streams.house.recorded_stream import open_recorded

    _has_own_times(str(folder), wish)
    if wish.tracks:
        raise InvalidInputError(f"{folder.name} is the recording of a house with its own captions; leave tracks out.")
    return open_recorded(
        folder, uri=wish.uri, stream_id=wish.stream_id, sampler=wish.sampler, size=wish.size, texts=wish.tracks is not None
    )


def _open_recorded_by_others(path: Path, wish: _Wish) -> Stream | None:
    """A recording in the format of a data set or of a robot; None if the path holds none."""
    from streams.datasets.opening import Wanted, open_dataset

    wanted = Wanted(wish.uri, wish.stream_id, wish.start, wish.calendar, wish.sampler, wish.size, wish.backend)
    stream = open_dataset(path, wanted)
    return None if stream is None else _with_tracks(stream, wish)


def _with_tracks(stream: Stream, wish: _Wish) -> Stream:
    """The stream with the text tracks that were named for it."""
    if not wish.tracks:
        return stream
    sides, estimate = _sides(stream.info, wish), stream.num_items_estimate
    count = None if estimate is None else estimate + len(sides.texts)
    return Stream(stream.info, [*sides.sources, *stream.sources], count, (*stream.notes, *sides.notes), sides.bad_cues)


def _open_house(uris: list[str], wish: _Wish) -> Stream:
    from streams.house.live_stream import open_house

    _has_own_times(wish.uri, wish)
    if len(uris) > 1:
        raise InvalidInputError(f"{uris[0]} is a house that is lived in; open each as a stream of its own.")
    return open_house(uris[0], stream_id=wish.stream_id, sampler=wish.sampler, size=wish.size)


def _has_own_times(name: str, wish: _Wish) -> None:
    if wish.start is not None or wish.calendar is not None:
        raise InvalidInputError(f"{name} is a house with a calendar of its own; leave start and calendar out.")


def _open_videos_and_tracks(paths: list[Path], wish: _Wish) -> Stream:
    """Text tracks named beside videos are their tracks."""
    tracks = [path for path in paths if path.suffix.lower() in TRACK_SUFFIXES]
    videos = [path for path in paths if path not in tracks]
    return _open_videos(videos, replace(wish, tracks=[*(wish.tracks or ()), *tracks]) if tracks else wish)


def _files_of(folder: Path) -> list[Path]:
    """The videos of a folder, or else its text tracks, or else its pictures."""
    for suffixes in (places.VIDEO_SUFFIXES, TRACK_SUFFIXES, places.IMAGE_SUFFIXES):
        found = places.files_in(folder, suffixes)
        if found and (suffixes is not TRACK_SUFFIXES or any(has_days(path) for path in found)):
            return [path for path in found if suffixes is not TRACK_SUFFIXES or has_days(path)]
    return _texts_of(folder)


def _texts_of(folder: Path) -> list[Path]:
    """Text tracks without days, where a folder holds nothing else; or, in folders by day, those below it."""
    named = places.files_in(folder, TRACK_SUFFIXES)
    found = [path for path in named if looks_like_track(path)]
    below = sorted((path for path in folder.rglob("*") if path.suffix.lower() in TRACK_SUFFIXES and has_days(path)), key=str)
    if not found and not below:
        raise places.nothing_in(folder)
    return below or found


def _open_texts(paths: list[Path], wish: _Wish) -> Stream:
    if wish.tracks:
        raise InvalidInputError(f"{paths[0].name} is a text track itself; tracks= goes with a video.")
    if all(has_days(path) for path in paths):
        return _open_day_tracks(paths, wish)
    for path in paths:
        refuse_boxes(path)
    tracks = [read_track(path, kind=wish.track_kind) for path in paths]
    if len({track.calendar for track in tracks}) > 1:
        raise InvalidInputError(
            "Tracks with days or dates and tracks that count from their own start cannot be one stream; open them apart."
        )
    read = list(zip(paths, tracks, strict=True))
    notes = tuple(sentence for path, one in read for sentence in (*assumption(one, path), *unit_doubt(one.texts, path.name)))
    placement = place(single(wish.start), wish.calendar) if tracks[0].calendar is None else _by_dates(paths[0], tracks, wish)
    texts = sorted(moved([text for track in tracks for text in track.texts], placement.start_ns), key=lambda text: text.span)
    start_ns, end_ns = texts_span_ns(texts)
    start_ns = placement.start_ns if tracks[0].calendar is None else start_ns
    info = StreamInfo(wish.stream_id or paths[0].stem, wish.uri, placement.calendar, start_ns, end_ns)
    bad_cues = tuple(sentence for track in tracks for sentence in track.bad_cues)
    return Stream(info, [TextSource(texts)], len(texts), notes, bad_cues)


def _by_dates(path: Path, tracks: Sequence[Track], wish: _Wish) -> Placement:
    """Texts with dates stay where they are; the calendar only names their time zone."""
    if wish.start is not None or (wish.calendar is not None and wish.calendar.kind != "wall"):
        raise InvalidInputError(f"{path.name} says its dates itself; leave start and calendar out.")
    return Placement(wish.calendar or tracks[0].calendar or Calendar("wall"), 0)


def _open_day_tracks(paths: list[Path], wish: _Wish) -> Stream:
    if wish.start is not None or (wish.calendar is not None and wish.calendar.kind != "days"):
        raise InvalidInputError(f"{paths[0].name} says its days itself; leave start and calendar out.")
    source = DayTracks(paths)
    name = wish.stream_id or source.wearer or paths[0].stem
    info = StreamInfo(name, wish.uri, CALENDAR, source.start_ns, source.end_ns)
    return Stream(info, [source], source.num_expected)


def _open_images(paths: list[Path], wish: _Wish, period_s: float | None, image_times: ImageTimes) -> Stream:
    placement = place(single(wish.start), wish.calendar)
    paths, left_out = without_depth(paths)
    name = wish.stream_id or (paths[0].stem if len(paths) == 1 else paths[0].parent.name)
    folder = ImageFolder(
        paths,
        stream_id=name,
        placement=placement,
        sampler=wish.sampler,
        size=wish.size,
        times=image_times,
        period_s=period_s,
    )
    info = StreamInfo(name, wish.uri, folder.calendar, folder.start_ns, folder.end_ns)
    sides = _sides(info, wish)
    notes = (*left_out, *folder.notes, *sides.notes)
    return Stream(info, [folder, *sides.sources], folder.num_expected + len(sides.texts), notes, sides.bad_cues)


def _open_videos(paths: Sequence[Path | str], wish: _Wish) -> Stream:
    files = [Path(path) for path in paths]  # of an address only the name is looked at
    placed = placements(files, wish.start, wish.calendar)
    calendar = next(one.calendar for one in placed if one is not None)
    name = wish.stream_id or (files[0].stem if len(files) == 1 else files[0].parent.name or files[0].stem)
    sources: list[VideoSource] = []
    for path, placement in zip(paths, placed, strict=True):
        start_ns = placement.start_ns if placement else _end_of(sources[-1])
        sources.append(
            VideoSource(path, stream_id=name, start_ns=start_ns, sampler=wish.sampler, size=wish.size, backend=wish.backend)
        )
    return _video_stream(sources, name, calendar, wish)


def _video_stream(sources: list[VideoSource], name: str, calendar: Calendar, wish: _Wish) -> Stream:
    session = Session(sources)
    info = StreamInfo(name, wish.uri, calendar, session.start_ns, sources[0].end_ns if len(sources) == 1 else session.end_ns)
    sides = [_sides(info, wish)] if wish.tracks else _sides_beside(sources, calendar, wish)
    num_frames = sources[0].num_expected if len(sources) == 1 else None
    frames: Source = sources[0] if len(sources) == 1 else session
    texts: list[Source] = [source for side in sides for source in side.sources]
    estimate = None if num_frames is None else num_frames + sum(len(side.texts) for side in sides)
    notes, bad_cues = chain.from_iterable(side.notes for side in sides), chain.from_iterable(side.bad_cues for side in sides)
    return Stream(info, [*texts, frames], estimate, tuple(notes), tuple(bad_cues))


def _sides_beside(sources: Sequence[VideoSource], calendar: Calendar, wish: _Wish) -> list[Sides]:
    """Texts beside each video, and a sentence on each file that was not read."""
    if wish.tracks is None:
        return []
    owned = tracks_by_video([Path(source.path) for source in sources])
    sides: list[Sides] = []
    for source in sources:
        beside = tracks_beside(Path(source.path), owned.get(Path(source.path), []))
        own, longer = beside.taken[: beside.by_name], beside.taken[beside.by_name :]
        sides += [_side_of(source, [path], calendar, wish) for path in own]
        sides += [_side_if_it_fits(source, path, calendar, wish) for path in longer]
        sides.append(Sides(notes=beside.notes))
    if wish.folder is not None:
        taken = {path for paths in owned.values() for path in paths}
        sides.append(Sides(notes=tuple(left_in(wish.folder, taken))))
    return sides


def _side_of(source: VideoSource, paths: Sequence[Path], calendar: Calendar, wish: _Wish) -> Sides:
    duration_ns = None if source.end_ns is None else source.end_ns - source.start_ns
    return read_sides(paths, calendar, source.start_ns, duration_ns, of_clip=True, kind=wish.track_kind)


def _side_if_it_fits(source: VideoSource, path: Path, calendar: Calendar, wish: _Wish) -> Sides:
    """A track whose name only begins with the video's may be of something else, and then must not stop anything."""
    try:
        side = _side_of(source, [path], calendar, wish)
    except (InvalidInputError, SourceError) as error:
        return Sides(notes=(f"{path.name} was not read: {error}",))
    return replace(side, notes=(f"{path.name} was read as a text track of {source.name}", *side.notes))


def _end_of(source: VideoSource) -> int:
    end_ns = source.end_ns
    if end_ns is None:
        raise InvalidInputError(
            f"{source.path} does not say how long it is, so nothing can follow it; give a start for each video: start=[...]."
        )
    return end_ns


def _sides(info: StreamInfo, wish: _Wish) -> Sides:
    duration_ns = None if info.end_ns is None else info.end_ns - info.start_ns
    return read_sides(wish.tracks or (), info.calendar, info.start_ns, duration_ns, kind=wish.track_kind)


def _open_live(uris: list[str], wish: _Wish, options: LiveOptions) -> Stream:
    if len(uris) > 1:
        raise InvalidInputError(f"{places.without_credentials(uris[0])} is live; open each live source as a stream of its own.")
    if wish.start is not None or (wish.calendar is not None and wish.calendar.kind != "wall"):
        raise InvalidInputError("A live source has the time of this computer's clock; leave start out, or its calendar 'wall'.")
    name = wish.stream_id or wish.uri
    source = LiveSource(open_camera(uris[0], wish.size), stream_id=name, uri=wish.uri, sampler=wish.sampler, options=options)
    return Stream(StreamInfo(name, wish.uri, wish.calendar or Calendar("wall"), source.start_ns), [source])
