"""Keyframe sampling by `streams` against a bare PyAV keyframe loop, in one run.

    python benchmarks/keyframes.py [--minutes 10] [--repeats 5] [--json]

Makes a 720p H.264 file with a keyframe every second (kept in the temporary folder), then reads it in turn by: a bare loop that
only decodes keyframes; a bare loop that also turns them into RGB arrays of the full size; `streams.open` with `keyframes()` at
full size and at 512 pixels. Prints the median ratio bare / streams of paired repetitions: 1 is as fast as bare, more is faster.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np

import streams
from mmmem.types import Frame

WIDTH, HEIGHT, RATE = 1280, 720, 30


def make_video(minutes: float) -> Path:
    """A noisy texture that moves; made once and kept."""
    path = Path(tempfile.gettempdir()) / f"mmmem-keyframes-720p-{minutes:g}min-v2.mp4"
    if path.exists():
        return path
    unfinished = path.with_suffix(".part.mp4")
    rng = np.random.default_rng(0)
    ramp = np.add.outer(np.arange(2 * HEIGHT), np.arange(2 * WIDTH)) // 8
    texture = (ramp % 160 + rng.integers(0, 60, ramp.shape)).astype(np.uint8)
    with av.open(str(unfinished), "w") as container:
        stream = container.add_stream("libx264", rate=RATE, options={"preset": "ultrafast", "crf": "26", "g": str(RATE)})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        chroma = np.full((HEIGHT // 2, WIDTH), 128, np.uint8)
        for number in range(int(minutes * 60 * RATE)):
            dx, dy = number * 3 % WIDTH, number * 2 % HEIGHT
            planes = np.concatenate([texture[dy : dy + HEIGHT, dx : dx + WIDTH], chroma])
            frame = av.VideoFrame.from_ndarray(planes, "yuv420p")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    unfinished.rename(path)
    return path


def bare_decode(path: Path) -> int:
    """Decode keyframes, look at none."""
    with av.open(str(path)) as container:
        container.streams.video[0].codec_context.skip_frame = "NONKEY"
        return sum(1 for _ in container.decode(video=0))


def bare_rgb(path: Path) -> int:
    """Decode keyframes into RGB arrays."""
    with av.open(str(path)) as container:
        container.streams.video[0].codec_context.skip_frame = "NONKEY"
        return sum(frame.to_ndarray(format="rgb24").shape[2] // 3 for frame in container.decode(video=0))


def ours(size: int | None) -> Callable[[Path], int]:
    """Read the same keyframes as a stream."""

    def read(path: Path) -> int:
        with streams.open(path, sampler=streams.keyframes(), size=size, tracks=None) as stream:
            return sum(isinstance(item, Frame) for item in stream)

    return read


def seconds(read: Callable[[Path], int], path: Path) -> tuple[float, int]:
    """Wall time of one reading, and how many frames it gave."""
    started = time.perf_counter()
    num_frames = read(path)
    return time.perf_counter() - started, num_frames


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    path = make_video(options.minutes)
    readers = {"bare_decode": bare_decode, "bare_rgb": bare_rgb, "streams_rgb": ours(None), "streams_512": ours(512)}
    times: dict[str, list[float]] = {name: [] for name in readers}
    counts = {}
    for _ in range(options.repeats):
        for name, read in readers.items():
            elapsed, counts[name] = seconds(read, path)
            times[name].append(elapsed)
    if len(set(counts.values())) != 1:
        raise SystemExit(f"the readers disagree on the number of keyframes: {counts}")

    def ratio(bare: str, stream: str) -> float:
        return statistics.median(b / s for b, s in zip(times[bare], times[stream], strict=True))

    result = {
        "num_keyframes": counts["streams_rgb"],
        "repeats": options.repeats,
        "median_s": {name: round(statistics.median(values), 3) for name, values in times.items()},
        "ratio_rgb_over_bare_rgb": round(ratio("bare_rgb", "streams_rgb"), 3),
        "ratio_512_over_bare_decode": round(ratio("bare_decode", "streams_512"), 3),
        "ratio_rgb_over_bare_decode": round(ratio("bare_decode", "streams_rgb"), 3),
    }
    if options.json:
        print(json.dumps(result))
        return
    print(
        f"{result['num_keyframes']} keyframes of {path.name}: same RGB output {result['ratio_rgb_over_bare_rgb']:.2f} of bare, "
        f"512 px against decoding alone {result['ratio_512_over_bare_decode']:.2f}, full RGB against decoding alone "
        f"{result['ratio_rgb_over_bare_decode']:.2f} (aim: at least 0.90; medians {result['median_s']})"
    )


if __name__ == "__main__":
    main()
