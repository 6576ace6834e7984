"""ROS 2 bags (folders with `metadata.yaml`, `.db3`) and MCAP files, read without ROS."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np

from mmmem.clock import NS_PER_S
from mmmem.errors import SourceError
from mmmem.types import Intrinsics
from streams.datasets import cdr
from streams.datasets.bag_files import BagFile, Entry, SqliteBag
from streams.datasets.cdr import Placed
from streams.datasets.conventions import rising
from streams.datasets.mcap_file import McapFile
from streams.datasets.pictures import as_large_as, lens_of
from streams.datasets.poses import Matrix, nearest
from streams.datasets.recorded import Recorded, Sensed, Shot
from streams.datasets.registering import registered
from streams.datasets.ros_pictures import DEPTH_ENCODINGS, colours_of, depth_of
from streams.datasets.transform_tree import TransformTree, trajectory_of
from streams.places import natural_key

FORMAT = "ROS 2 bag"

_SUFFIXES = (".db3", ".mcap")
_IMAGE, _PACKED, _INFO = "sensor_msgs/msg/Image", "sensor_msgs/msg/CompressedImage", "sensor_msgs/msg/CameraInfo"
_POSES = ("geometry_msgs/msg/PoseStamped", "geometry_msgs/msg/PoseWithCovarianceStamped")
_ODOMETRY, _TF = "nav_msgs/msg/Odometry", "tf2_msgs/msg/TFMessage"
_NO_COLOUR = re.compile(r"depth|disparity|infra|(^|[/_])ir([/_]|$)|mask|semantic|segment|instance|label|thermal", re.IGNORECASE)
_WITHIN_NS = 50_000_000
_BODY_OPTICAL = np.array([[0.0, 0, 1, 0], [-1, 0, 0, 0], [0, -1, 0, 0], [0, 0, 0, 1]])
"""A camera that looks along a robot's x axis (REP 103)."""


@dataclass(slots=True, eq=False)
class _Found:
    """What lies in a bag, by topic."""

    pictures: dict[str, list[tuple[int, BagFile, Entry]]] = field(default_factory=dict)
    lenses: dict[str, tuple[str, Intrinsics | None]] = field(default_factory=dict)
    placed: dict[str, list[Placed]] = field(default_factory=dict)
    moving: list[Placed] = field(default_factory=list)
    fixed: list[Placed] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)


def fits(path: Path) -> bool:
    """Whether a path is a file of a bag, or a folder of such files."""
    if path.is_file():
        return path.suffix.lower() in (*_SUFFIXES, ".bag")
    return path.is_dir() and any(one.suffix.lower() in _SUFFIXES or ".db3." in one.name for one in path.iterdir())


def read(path: Path) -> Recorded:
    """The pictures of one colour camera, with depth and poses as far as the bag holds them.

    Raises:
        SourceError: no file of it can be read, or it holds no pictures.
    """
    notes: list[str] = []
    files = _opened(path, notes)
    found = _Found()
    for file in files:
        for entry in file.entries():
            _sort_in(found, file, entry)
    losses = [loss for file in files for loss in file.losses]
    colour, depth = _chosen(found, notes)
    if colour is None:
        reasons = "; ".join(reason for _, reason in losses)
        raise SourceError(
            f"{path.name} holds no colour pictures that can be read (topics: {', '.join(sorted(found.unread)) or 'none'})"
            f"{': ' + reasons if reasons else ''}."
        )
    shots = rising(_shots(found, colour, depth, notes), notes)
    gaps = np.diff([shot.t_ns for shot in shots])
    period_ns = int(np.median(gaps)) if len(gaps) else NS_PER_S // 30
    return Recorded(path.stem, FORMAT, shots, period_ns, notes=notes, losses=losses)


def _opened(path: Path, notes: list[str]) -> list[BagFile]:
    """The files of a bag in their order; those that cannot be opened are noted if others can."""
    if path.suffix.lower() == ".bag" and path.is_file():
        raise SourceError(f"{path.name} is a ROS 1 bag; make a ROS 2 bag of it: pip install rosbags, then rosbags-convert.")
    names = (
        [path] if path.is_file() else sorted((one for one in path.iterdir() if one.suffix.lower() in _SUFFIXES), key=natural_key)
    )
    if not names:
        raise SourceError(f"The files of {path.name} are packed as a whole; unpack them first: zstd -d {path.name}/*.zstd")
    files: list[BagFile] = []
    errors: list[str] = []
    for name in names:
        try:
            files.append(McapFile(name) if name.suffix.lower() == ".mcap" else SqliteBag(name))
        except SourceError as error:
            errors.append(str(error))
    if not files:
        raise SourceError(" ".join(errors))
    notes += errors
    return files


def _sort_in(found: _Found, file: BagFile, entry: Entry) -> None:
    channel = entry.channel
    if channel.encoding not in ("cdr", ""):
        found.unread.add(f"{channel.topic} ({channel.encoding})")
    elif channel.type in (_IMAGE, _PACKED):
        stamp_ns = cdr.stamp_ns(entry.head) or entry.log_ns
        found.pictures.setdefault(channel.topic, []).append((stamp_ns, file, entry))
    elif channel.type == _INFO and channel.topic not in found.lenses:
        header, matrix = cdr.read_camera_matrix(file.data(entry))
        found.lenses[channel.topic] = (header.frame_id, lens_of(matrix))
    elif channel.type == _TF:
        target = found.fixed if channel.topic.endswith("tf_static") else found.moving
        target += cdr.read_transforms(file.data(entry))
    elif channel.type in _POSES:
        found.placed.setdefault(channel.topic, []).append(cdr.read_pose(file.data(entry)))
    elif channel.type == _ODOMETRY:
        found.placed.setdefault(channel.topic, []).append(cdr.read_odometry(file.data(entry)))
    elif channel.type != _INFO:
        found.unread.add(f"{channel.topic} ({channel.type})")


def _chosen(found: _Found, notes: list[str]) -> tuple[str | None, str | None]:
    """The topics of colour and of depth; topics that are left aside are noted."""
    depths = [topic for topic in found.pictures if _is_depth(found, topic)]
    plain = [topic for topic in found.pictures if topic not in depths and not _NO_COLOUR.search(topic)]
    colours = sorted(plain, key=lambda topic: (not re.search("color|colour|rgb", topic), _is_packed(found, topic), topic))
    depths.sort(key=lambda topic: (not re.search("aligned|registered", topic), _is_packed(found, topic), topic))
    colour, depth = next(iter(colours), None), next(iter(depths), None)
    aside = sorted(topic for topic in found.pictures if topic not in (colour, depth))
    if aside:
        notes.append(f"pictures of {colour} are read; left aside: {', '.join(aside)}")
    if found.unread:
        notes.append(f"not read: {', '.join(sorted(found.unread))}")
    return colour, depth


def _is_packed(found: _Found, topic: str) -> bool:
    return found.pictures[topic][0][2].channel.type == _PACKED


def _is_depth(found: _Found, topic: str) -> bool:
    if "depth" in topic.lower():
        return True
    _, file, entry = found.pictures[topic][0]
    try:
        return entry.channel.type == _IMAGE and cdr.read_image(file.data(entry)).encoding in DEPTH_ENCODINGS
    except SourceError:
        return False


def _shots(found: _Found, colour: str, depth: str | None, notes: list[str]) -> list[Shot]:
    depths = sorted(found.pictures.get(depth or "", ()), key=lambda one: one[0])
    depth_ns = [stamp_ns for stamp_ns, _, _ in depths]
    frame, lens = _lens(found, colour)
    depth_frame, depth_lens = _lens(found, depth) if depth else ("", None)
    if lens is None and depth_lens is None:
        notes.append("no camera_info beside the pictures: frames come without intrinsics")
    frame = frame or _frame_of(found, colour)
    tree = TransformTree(found.moving, found.fixed)
    placing = _placing(found, tree, frame, notes)
    between = _between(tree, frame, depth_frame or frame)
    sensing = _Sensing(lens, depth_lens or lens, between)
    shots = []
    for stamp_ns, file, entry in found.pictures[colour]:
        near = nearest(depth_ns, stamp_ns, _WITHIN_NS)
        sense = partial(sensing.sense, file, entry, None if near is None else depths[near][1:])
        shots.append(Shot(stamp_ns, sense, placing(stamp_ns)))
    return shots


def _lens(found: _Found, topic: str) -> tuple[str, Intrinsics | None]:
    """Frame of reference and intrinsics of the camera_info nearest above a picture's topic, or of the only one there is."""
    above = [one for one in found.lenses if topic.startswith(one.rsplit("/", 1)[0] + "/")]
    best = max(above, key=len, default=next(iter(found.lenses)) if len(found.lenses) == 1 else None)
    return ("", None) if best is None else found.lenses[best]


def _frame_of(found: _Found, topic: str) -> str:
    _, file, entry = found.pictures[topic][0]
    try:
        data = file.data(entry)
        return (cdr.read_image(data) if entry.channel.type == _IMAGE else cdr.read_compressed(data)).header.frame_id
    except SourceError:
        return ""


def _between(tree: TransformTree, frame: str, depth_frame: str) -> Matrix:
    """From the depth camera to the colour camera, where the bag tells."""
    if frame == depth_frame or tree.root_of(frame) != tree.root_of(depth_frame) or tree.moves(frame):
        return np.eye(4)
    root = tree.root_of(frame)
    one, other = tree.pose(frame, root, 0), tree.pose(depth_frame, root, 0)
    return np.eye(4) if one is None or other is None else np.asarray(np.linalg.inv(one) @ other, np.float64)


def _placing(found: _Found, tree: TransformTree, frame: str, notes: list[str]) -> Callable[[int], Matrix | None]:
    """What gives the camera's pose at a time: tf, or a topic of poses and what tf knows of the camera's mount."""
    if frame and tree.moves(frame):
        root = tree.root_of(frame)
        notes.append(f"poses: {frame} in {root}, from tf")
        return partial(tree.pose, frame, root)
    if not found.placed:
        notes.append("neither tf that moves nor a topic of poses: frames come without pose")
        return lambda t_ns: None
    topic = min(found.placed, key=lambda one: (found.placed[one][0].child_frame == "", one))
    poses, base = found.placed[topic], found.placed[topic][0].child_frame
    trajectory = trajectory_of({placed.header.stamp_ns: placed for placed in poses})
    mount, words = _mount(tree, frame, base)
    notes.append(f"poses: {topic}, {words}")
    return lambda t_ns: None if (pose := trajectory.at(t_ns)) is None else pose @ mount


def _mount(tree: TransformTree, frame: str, base: str) -> tuple[Matrix, str]:
    """Where the camera sits on what a topic gives the poses of."""
    mounted = tree.pose(frame, base, 0) if frame and base and tree.is_below(frame, base) else None
    if mounted is not None:
        return mounted, f"with {frame} on {base} from tf"
    if not base or "optical" in base:
        return np.eye(4), "taken as those of the camera"
    return _BODY_OPTICAL, f"the camera taken to sit at {base} and to look along its x axis"


@dataclass(frozen=True, slots=True, eq=False)
class _Sensing:
    """Reads a picture and its depth, which two cameras may have taken."""

    lens: Intrinsics | None
    depth_lens: Intrinsics | None
    pose_colour_depth: Matrix

    def sense(self, file: BagFile, entry: Entry, depth: tuple[BagFile, Entry] | None) -> Sensed:
        image = colours_of(_message(file, entry))
        if depth is None:
            return Sensed(image, intrinsics=self.lens)
        try:
            depth_m, notes = depth_of(_message(*depth))
        except SourceError as error:
            return Sensed(image, intrinsics=self.lens, notes=(str(error),))
        if self.lens is not None and self.depth_lens is not None:
            seen = registered(image, self.lens, depth_m, self.depth_lens, self.pose_colour_depth)
            return Sensed(seen, depth_m, self.depth_lens, notes=notes)
        fitted = as_large_as(image, depth_m.shape[:2])
        if fitted is None:
            return Sensed(image, intrinsics=self.lens, notes=("depth has another shape than colour and is left out",))
        return Sensed(fitted, depth_m, self.depth_lens, notes=notes)


def _message(file: BagFile, entry: Entry) -> cdr.RawImage | cdr.PackedImage:
    data = file.data(entry)
    return cdr.read_image(data) if entry.channel.type == _IMAGE else cdr.read_compressed(data)
