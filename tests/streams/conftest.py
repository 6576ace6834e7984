"""Videos made by code."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

SIZE = (64, 48)
TICKS_PER_S = 15_360


@dataclass(frozen=True)
class MadeVideo:
    """A video and what is true of it.

    Frame number i is grey, of a level that tells i, with a bright upper left corner.
    """

    path: Path
    ticks: tuple[int, ...]
    keyframe_every: int

    @property
    def times_ns(self) -> list[int]:
        start = min(self.ticks)
        return [(2 * (tick - start) * 10**9 + TICKS_PER_S) // (2 * TICKS_PER_S) for tick in self.ticks]


def picture(number: int) -> np.ndarray:
    image = np.full((SIZE[1], SIZE[0], 3), 20 + number * 7 % 160, np.uint8)
    image[:12, :16] = 235
    return image


MakeVideo = Callable[..., MadeVideo]


@pytest.fixture(scope="session")
def make_video(tmp_path_factory: pytest.TempPathFactory) -> MakeVideo:
    folder = tmp_path_factory.mktemp("videos")

    def make(
        name: str,
        *,
        ticks: Sequence[int] | None = None,
        num_frames: int = 60,
        keyframe_every: int = 10,
        rotation: int | None = None,
        sound: bool = False,
        creation_time: str | None = None,
        codec: str = "libx264",
        b_frames: int = 2,
        rate: Fraction = Fraction(10),
    ) -> MadeVideo:
        path = folder / name
        given = tuple(ticks) if ticks is not None else tuple(i * TICKS_PER_S // 10 for i in range(num_frames))
        made = MadeVideo(path, given, keyframe_every)
        if path.exists():
            return made
        with av.open(str(path), "w") as container:
            if creation_time:
                container.metadata["creation_time"] = creation_time
            options = {"g": str(keyframe_every), "bf": str(b_frames)}
            if codec == "libx264":
                options |= {"sc_threshold": "0", "preset": "ultrafast", "crf": "10"}
            stream = container.add_stream(codec, rate=rate, options=options)
            stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
            stream.time_base = stream.codec_context.time_base = Fraction(1, TICKS_PER_S)
            if rotation is not None:
                stream.set_display_rotation(rotation)
            tone = container.add_stream("aac", rate=16_000, layout="mono") if sound else None
            samples = 0
            for number, tick in enumerate(given):
                if tone is not None:
                    while samples / 16_000 <= tick / TICKS_PER_S:
                        chunk = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
                        chunk.rate, chunk.pts, chunk.time_base = 16_000, samples, Fraction(1, 16_000)
                        container.mux(tone.encode(chunk))
                        samples += 1024
                frame = av.VideoFrame.from_ndarray(picture(number), "rgb24")
                frame.pts, frame.time_base = tick, Fraction(1, TICKS_PER_S)
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
            if tone is not None:
                container.mux(tone.encode(None))
        return made

    return make


@pytest.fixture(scope="session")
def steady(make_video: MakeVideo) -> MadeVideo:
    """Six seconds at 10 frames/s, a keyframe every second, B-frames."""
    return make_video("steady.mp4")


@pytest.fixture(scope="session")
def uneven(make_video: MakeVideo) -> MadeVideo:
    """Variable frame rate: distances between 1/30 s and 0.7 s."""
    rng = np.random.default_rng(3)
    steps = rng.choice([512, 700, 1536, 4000, 10_752], 80)
    return make_video("uneven.mp4", ticks=[0, *np.cumsum(steps).tolist()])
