"""Where frames and words come from: video, images, cameras, text tracks, data sets, simulators."""

from streams.clips import frame_at, write_clip
from streams.datasets.posed_stream import with_poses
from streams.live import LiveOptions
from streams.opening import open
from streams.report import ReadReport
from streams.sampling import Sampler, all_frames, every, keyframes, on_change
from streams.stream import Item, Stream

__all__ = [
    "Item",
    "LiveOptions",
    "ReadReport",
    "Sampler",
    "Stream",
    "all_frames",
    "every",
    "frame_at",
    "keyframes",
    "on_change",
    "open",
    "with_poses",
    "write_clip",
]
