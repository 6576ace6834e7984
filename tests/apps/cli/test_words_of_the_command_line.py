"""Nobody who types a command meets the name of a Python parameter in what comes back."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_world import Cli

from apps.cli.option_words import in_options

QUOTED = re.compile(r"(?<!\w)'(?:[^'\\]|\\.)*'")
PYTHON = re.compile(r"\b[A-Za-z]+_[A-Za-z_]+\b|\b[a-z_]{3,}\(|(?<![\w-])[a-z_]+=")
OF_FILES = {
    "asked_at",
    "start_s",
    "end_s",
    "start_ms",
    "end_ms",
    "narration_text",
    "start_time",
    "end_time",
    "video_file",
    "open_clip",
    "stem_ms",
    "stem_ns",
    "stem_s",
    "stem_us",
}
"""Fields of the files that a user writes, and the name of a package."""

DATED = '[{"time": "2024-05-03T11:20:05Z", "text": "C opens the door"}]'
Make = Callable[[Path, Path, Path], list[object]]


def write(path: Path, content: str) -> Path:
    path.write_text(content, encoding="utf-8")
    return path


def ingest(*options: object) -> Make:
    return lambda home, memory, new: ["ingest", home / "walk.mp4", "-m", new / "m", *options]


def ask(*options: object) -> Make:
    return lambda home, memory, new: [*options, "-m", memory]


def track(name: str, content: str, *options: object) -> Make:
    return lambda home, memory, new: ["ingest", write(new / name, content), "-m", new / "m", *options]


def beside(name: str, content: str, *options: object) -> Make:
    return lambda home, memory, new: [
        "ingest",
        home / "walk.mp4",
        "--track",
        write(new / name, content),
        "-m",
        new / "m",
        *options,
    ]


def pictures(*options: object) -> Make:
    def make(home: Path, memory: Path, new: Path) -> list[object]:
        from PIL import Image

        folder = new / "photos"
        folder.mkdir()
        Image.new("RGB", (32, 32)).save(folder / "hall.png")
        return ["ingest", folder, "-m", new / "m", *options]

    return make


MISTAKES: list[Make] = [
    ingest("--every", "0"),
    ingest("--every", "-1"),
    ingest("--every", "nan"),
    ingest("--every", "inf"),
    ingest("--every", "1e12"),
    ingest("--every", "keyframe"),
    ingest("--start", "noon"),
    ingest("--start", "1714735205"),
    ingest("--start", "1714735205000"),
    ingest("--start", "5"),
    ingest("--start", "container"),
    ingest("--start", "DAY0"),
    ingest("--start", "2024-05-03T25:00"),
    ingest("--start", "DAY2", "--calendar", "wall"),
    ingest("--start", "2024-05-03", "--calendar", "days"),
    ingest("--start", "container", "--calendar", "days"),
    ingest("--calendar", "wall"),
    ingest("--calendar", "dates"),
    ingest("--calendar", "offset", "--timezone", "UTC"),
    ingest("--timezone", "Europe/Berlni"),
    ingest("--timezone", "UTC"),
    ingest("--track-kind", "captoin"),
    ingest("--track", "no.srt"),
    ingest("--backend", "ffmpeg"),
    ingest("--size", "-1"),
    ingest("--image-times", "steam"),
    ingest("--detector", "/no/such.onnx"),
    ingest("--encoder", "/no/such"),
    ingest("--text-embedder", "mini"),
    ingest("--period", "x"),
    ingest("--source", "x"),
    track("a.srt", "1\n00:00:05,000 --> 00:00:01,000\nx\n"),
    track("a.srt", "nothing"),
    track("a.vtt", "WEBVTT\n"),
    track("a.json", "{}"),
    track("a.json", '[{"start": 1}]'),
    track("a.json", '[{"start": 1700000000, "text": "x"}]'),
    track("a.json", '[{"start": "2024-05-03T11:20:05", "text": "x"}]'),
    track("a.json", DATED, "--start", "2024-05-03"),
    track("a.json", DATED, "--calendar", "days"),
    track("a.json", '[{"start": 1, "text": "x"}]', "--track", "b.srt"),
    track("DAY1_A1_JAKE_11094208.srt", "1\n00:00:01,000 --> 00:00:02,000\nx\n", "--start", "DAY2"),
    beside("a.json", '[{"start": 21000, "text": "x"}]'),
    beside("a.json", DATED),
    beside("a.json", '[{"start": -1, "text": "x"}]'),
    pictures("--period", "0"),
    pictures("--period", "-1"),
    pictures("--image-times", "stem_s"),
    pictures("--image-times", "exif"),
    pictures("--image-times", "exif", "--period", "2"),
    ask("ask", "Who?", "--asked-at", "soon"),
    ask("ask", "Who?", "--asked-at", "-5"),
    ask("ask", "Who?", "--asked-at", "99999999999999999999"),
    ask("ask", "Who?", "--choice", "a"),
    ask("ask", ""),
    ask("ask"),
    ask("ask", "Who?", "-k", "0"),
    ask("ask", "Who?", "--source", "words"),
    ask("ask", "Who?", "--budget", "1"),
    ask("search", "a", "--window", "0:10"),
    ask("search", "a", "--window", "b..c"),
    ask("search", "a", "--window", "0:20..0:10"),
    ask("search", "a", "--encoder", "clip"),
    ask("timeline", "--level", "hours"),
    ask("timeline", "--stream", "x"),
    ask("show", "looked:99999999999999999999"),
    ask("show", "visit:1"),
    ask("show", "visit:cat:1"),
    ask("show", "clip:99"),
    ask("show", "9:00"),
    ask("facts", "--at", "x"),
    ask("export", "--format", "xml"),
    ask("forget"),
    ask("forget", "--span", "0:20..0:10"),
    ask("forget", "--name", " "),
]


@pytest.mark.parametrize("make", MISTAKES, ids=range(len(MISTAKES)))
def test_no_error_speaks_python(cli: Cli, home: Path, remembered: Path, tmp_path: Path, make: Make) -> None:
    ran = cli(*make(home, remembered, tmp_path))
    errors = [line for line in ran.error_lines if line.startswith("error:")]
    assert ran.code not in (0, 1), ran.stderr + ran.stdout
    assert len(errors) == 1
    said = QUOTED.sub("", errors[0])
    assert not [word for word in PYTHON.findall(said) if word not in OF_FILES], errors[0]
    assert "int of" not in said


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("say start='container'.", "say --start 'container'."),
        ("period_s must be positive", "--period must be positive"),
        ("give it: tracks=v.vtt", "give it: --track v.vtt"),
        ("all_frames() takes every frame", "--every all takes every frame"),
        ("'/x/period_s=1/start=2.mp4' is empty", "'/x/period_s=1/start=2.mp4' is empty"),
        (
            "this computer's clock; leave start out, or its calendar 'wall'.",
            "this computer's clock; leave --start out, or say --calendar 'wall'.",
        ),
        ("restart=1 and track_kinds", "restart=1 and track_kinds"),
    ],
)
def test_parameters_become_options_and_values_stay(said: str, meant: str) -> None:
    assert in_options(said) == meant
