"""Keyframe sampling by `streams` against a bare PyAV keyframe loop, in one run.

    python benchmarks/keyframes.py [--minutes 10] [--repeats 5] [--json]

Makes a 720p H.264 file with a keyframe every second (kept in the temporary folder), then reads it in turn by: a bare loop that
decodes keyframes into RGB arrays; a bare loop that decodes them and looks at none; `streams.open` with `keyframes()` at full size
and at 512 pixels. Prints medians over paired repetitions of bare time / our time: 1 is as fast as bare, more is faster. The
measure is the first, where both give the same arrays.

What bounds it: decoding is the same call in both. Ours also opens the file twice (header, then reading), looks at every packet's
time in Python to find gaps and to number frames (about 10 us each), and hands frames to a thread that converts them. Scaling to
512 pixels costs 0.9 ms a frame in swscale, which is only hidden where a core is free; a machine with two busy cores shows it.
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


def seconds(read: Callable[[Path], int], path: Path) -> tuple[float, float, int]:
    """Wall time and processor time of one reading, and how many frames it gave."""
    started, cpu_started = time.perf_counter(), time.process_time()
    num_frames = read(path)
    return time.perf_counter() - started, time.process_time() - cpu_started, num_frames


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    path = make_video(options.minutes)
    readers = {"bare_rgb": bare_rgb, "streams_rgb": ours(None), "bare_decode": bare_decode, "streams_512": ours(512)}
    times: dict[str, list[float]] = {name: [] for name in readers}
    cpu_times: dict[str, list[float]] = {name: [] for name in readers}
    counts = {}
    for _ in range(options.repeats):
        for name, read in readers.items():
            elapsed, cpu, counts[name] = seconds(read, path)
            times[name].append(elapsed)
            cpu_times[name].append(cpu)
    if len(set(counts.values())) != 1:
        raise SystemExit(f"the readers disagree on the number of keyframes: {counts}")

    def ratio(bare: str, stream: str, of: dict[str, list[float]]) -> float:
        return round(statistics.median(b / s for b, s in zip(of[bare], of[stream], strict=True)), 3)

    result = {
        "num_keyframes": counts["streams_rgb"],
        "repeats": options.repeats,
        "median_s": {name: round(statistics.median(values), 3) for name, values in times.items()},
        "median_cpu_s": {name: round(statistics.median(values), 3) for name, values in cpu_times.items()},
        "cpu_ratio_rgb_over_bare_rgb": ratio("bare_rgb", "streams_rgb", cpu_times),
        "ratio_rgb_over_bare_rgb": ratio("bare_rgb", "streams_rgb", times),
        "ratio_512_over_bare_decode": ratio("bare_decode", "streams_512", times),
        "ratio_rgb_over_bare_decode": ratio("bare_decode", "streams_rgb", times),
    }
    if options.json:
        print(json.dumps(result))
        return
    print(
        f"{result['num_keyframes']} keyframes of {path.name}: same RGB arrays {result['ratio_rgb_over_bare_rgb']:.2f} of bare "
        f"(processor time {result['cpu_ratio_rgb_over_bare_rgb']:.2f}; aim at least 0.90); full RGB against decoding alone "
        f"{result['ratio_rgb_over_bare_decode']:.2f}, 512 px against decoding alone {result['ratio_512_over_bare_decode']:.2f}; "
        f"median seconds {result['median_s']}"
    )


if __name__ == "__main__":
    main()
