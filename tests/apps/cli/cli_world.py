"""What the tests of the command line share: a video made by code, words beside it, and what a command left behind."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

SIZE = (96, 64)
RATE = 10
COLOURS = {"red": (200, 30, 30), "green": (30, 180, 40), "blue": (30, 40, 200)}
"""The picture of each ten seconds, in order."""
SCENE_S = 10
LINES = (
    (1.0, 3.0, "The red cup is on the table."),
    (11.0, 13.5, "Ann: The keys are in the green drawer."),
    (21.0, 23.0, "Somebody is looking for the keys."),
    (25.0, 27.0, "The keys are on the blue shelf."),
)


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    stdout: str
    stderr: str

    @property
    def error_lines(self) -> list[str]:
        return self.stderr.splitlines()


Cli = Callable[..., Ran]


def write_video(path: Path, num_frames: int, picture: Callable[[int], np.ndarray]) -> Path:
    """An H.264 file of ten frames a second with a keyframe each second."""
    with av.open(str(path), "w") as container:
        options = {"g": str(RATE), "bf": "0", "sc_threshold": "0", "preset": "ultrafast", "crf": "10"}
        stream = container.add_stream("libx264", rate=RATE, options=options)
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, RATE)
        for number in range(num_frames):
            frame = av.VideoFrame.from_ndarray(picture(number), "rgb24")
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def coloured(number: int) -> np.ndarray:
    """Red, then green, then blue, with a dark square that moves."""
    colour = list(COLOURS.values())[min(number // (SCENE_S * RATE), len(COLOURS) - 1)]
    image = np.empty((SIZE[1], SIZE[0], 3), np.uint8)
    image[:] = colour
    left = number * 2 % (SIZE[0] - 16)
    image[24:40, left : left + 16] = 10
    return image


def srt_of(lines: tuple[tuple[float, float, str], ...]) -> str:
    def stamp(seconds: float) -> str:
        return f"00:00:{int(seconds):02d},{round(seconds % 1 * 1000):03d}"

    cues = (f"{i}\n{stamp(a)} --> {stamp(b)}\n{text}\n" for i, (a, b, text) in enumerate(lines, start=1))
    return "\n".join(cues)


def main_colour(image: np.ndarray) -> str:
    """The name of the colour that most of a picture has."""
    middle = np.median(image.reshape(-1, 3), axis=0)
    return min(COLOURS, key=lambda name: float(np.abs(middle - np.array(COLOURS[name])).sum()))
