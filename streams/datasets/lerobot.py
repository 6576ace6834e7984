"""LeRobot data sets, version 3: episodes one after the other, their pictures in shared videos, their tasks as texts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mmmem.clock import NS_PER_S, Span
from mmmem.errors import SourceError
from mmmem.lazy import require
from mmmem.types import StreamInfo, TimedText
from mmmem.wording import counted
from streams.placing import Placement
from streams.sampling import Sampler
from streams.session import Session
from streams.stream import Source, Stream, TextSource
from streams.video import VideoSource

VERSION = "v3."
_INFO, _EPISODES = Path("meta") / "info.json", Path("meta") / "episodes"
_VIDEO_PATH = "videos/{video_key}/chunk-{chunk_index:03d}/file-{file_index:03d}.mp4"


@dataclass(frozen=True, slots=True)
class Episode:
    """One episode: its frames in the whole data set, what was to be done, and in which video file it begins when.

    Args:
        first, end: frames, half-open.
        video: the file of the camera that is read; None where it has none.
        from_s: when the episode begins in that file.
    """

    index: int
    first: int
    end: int
    tasks: tuple[str, ...]
    video: Path | None
    from_s: float


@dataclass(frozen=True, slots=True)
class LeRobotDataset:
    """What the data set says of itself.

    Args:
        fps: frames a second, the same everywhere.
        camera: the camera that is read; `others` are left aside.
    """

    folder: Path
    fps: float
    camera: str
    others: tuple[str, ...]
    episodes: tuple[Episode, ...]


def fits(folder: Path) -> bool:
    """Whether a folder says that it is a LeRobot data set."""
    path = folder / _INFO
    try:
        return path.is_file() and "codebase_version" in json.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, TypeError):
        return False


def read(folder: Path, camera: str | None = None) -> LeRobotDataset:
    """The episodes of a data set.

    Args:
        camera: which camera; None takes the first by name.

    Raises:
        SourceError: it is of another version, has no videos, or a file of it cannot be read.
        MissingExtraError: pyarrow is not installed.
    """
    info = _info(folder)
    cameras = sorted(name for name, feature in info["features"].items() if _is_video(feature))
    if not cameras:
        raise SourceError(f"{folder.name} keeps no pictures in videos, so there is nothing to look at.")
    chosen = camera or cameras[0]
    if chosen not in cameras:
        raise SourceError(f"{folder.name} has no camera {chosen!r}; it has {', '.join(cameras)}.")
    template = str(info.get("video_path") or _VIDEO_PATH)
    rows = sorted(_rows(folder), key=lambda row: int(row["episode_index"]))
    episodes = tuple(_episode(folder, row, chosen, template) for row in rows)
    others = tuple(name for name in cameras if name != chosen)
    return LeRobotDataset(folder, float(info["fps"]), chosen, others, episodes)


def open_lerobot(
    folder: Path, placement: Placement, *, uri: str, stream_id: str | None, sampler: Sampler, size: int | None, backend: str
) -> Stream:
    """A data set as a stream: the frames of one camera, and the task of each episode as a note over its length.

    Raises:
        SourceError: see `read`; or none of its videos is there.
    """
    dataset = read(folder)
    name = stream_id or folder.name
    starts: dict[Path, int] = {}
    for episode in dataset.episodes:
        if episode.video is not None and episode.video.is_file():
            starts.setdefault(episode.video, _ns(dataset, episode.first, placement) - round(episode.from_s * NS_PER_S))
    if not starts:
        raise SourceError(f"{folder.name} lists {counted(len(dataset.episodes), 'episode')}, but none of their videos is there.")
    videos = [
        VideoSource(path, stream_id=name, start_ns=max(start_ns, 0), sampler=sampler, size=size, backend=backend)
        for path, start_ns in starts.items()
    ]
    texts = [_told(dataset, episode, task, placement) for episode in dataset.episodes for task in episode.tasks]
    session = Session(videos)
    end_ns = _ns(dataset, max((episode.end for episode in dataset.episodes), default=0), placement)
    sources: list[Source] = [TextSource(texts), videos[0] if len(videos) == 1 else session]
    info = StreamInfo(name, uri, placement.calendar, session.start_ns, max(end_ns, session.start_ns))
    return Stream(info, sources, None, tuple(_notes(dataset, starts)))


def _notes(dataset: LeRobotDataset, starts: Mapping[Path, int]) -> list[str]:
    notes = [f"read as LeRobot data set: {counted(len(dataset.episodes), 'episode')} of {dataset.camera}, one after the other"]
    if dataset.others:
        notes.append(f"left aside: {', '.join(dataset.others)}")
    missing = {episode.video for episode in dataset.episodes} - set(starts)
    notes += [f"{'a video' if path is None else path.name} of {dataset.camera} is not there" for path in sorted(missing, key=str)]
    return [*notes, "states and actions of the robot are not read"]


def _ns(dataset: LeRobotDataset, frame: int, placement: Placement) -> int:
    return placement.start_ns + round(frame * NS_PER_S / dataset.fps)


def _told(dataset: LeRobotDataset, episode: Episode, task: str, placement: Placement) -> TimedText:
    start_ns, end_ns = _ns(dataset, episode.first, placement), _ns(dataset, episode.end, placement)
    return TimedText(Span(start_ns, max(end_ns, start_ns + 1)), task, "note", source=f"episode {episode.index}")


def _info(folder: Path) -> dict[str, Any]:
    path = folder / _INFO
    try:
        info = dict(json.loads(path.read_text("utf-8")))
        version, fps = str(info["codebase_version"]), float(info["fps"])
        info["features"] = dict(info["features"])
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        raise SourceError(f"{path.name} of {folder.name} cannot be read: {error}.") from error
    if not version.startswith(VERSION):
        raise SourceError(f"{folder.name} is a LeRobot data set of {version}; v3.0 is read: convert it with lerobot's converter.")
    if not fps > 0:
        raise SourceError(f"{folder.name} says {fps} frames a second; it must be positive.")
    return info


def _is_video(feature: Any) -> bool:
    about = feature.get("info") or feature.get("video_info") or {}
    return feature.get("dtype") == "video" and not about.get("video.is_depth_map", False)


def _rows(folder: Path) -> list[dict[str, Any]]:
    """The table of episodes, without its statistics."""
    parquet = require("pyarrow.parquet", extra="lerobot", purpose="Reading a LeRobot data set")
    files = sorted((folder / _EPISODES).glob("chunk-*/file-*.parquet"))
    if not files:
        raise SourceError(f"{folder.name} has no {_EPISODES}/chunk-*/file-*.parquet; copy the whole data set.")
    rows: list[dict[str, Any]] = []
    for path in files:
        try:
            columns = [name for name in parquet.read_schema(path).names if not name.startswith("stats/")]
            rows += parquet.read_table(path, columns=columns).to_pylist()
        except (OSError, ValueError) as error:
            raise SourceError(f"{path.relative_to(folder)} cannot be read: {error}.") from error
    return rows


def _episode(folder: Path, row: Mapping[str, Any], camera: str, template: str) -> Episode:
    try:
        first, end = int(row["dataset_from_index"]), int(row["dataset_to_index"])
        tasks = tuple(str(task) for task in row.get("tasks") or ())
        chunk, file = row.get(f"videos/{camera}/chunk_index"), row.get(f"videos/{camera}/file_index")
        from_s = float(row.get(f"videos/{camera}/from_timestamp") or 0.0)
        video = None
        if chunk is not None and file is not None:
            video = folder / template.format(video_key=camera, chunk_index=int(chunk), file_index=int(file))
        return Episode(int(row["episode_index"]), first, end, tasks, video, from_s)
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise SourceError(f"An episode of {folder.name} is not described as in version 3: {error!r}.") from error
