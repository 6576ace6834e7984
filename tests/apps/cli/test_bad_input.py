"""Whatever a user gets wrong ends in one line that begins with `error:`, with its exit code and without a traceback."""

import json
import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cli_world import Cli, Ran

from apps.cli.program import run
from mmmem.memory import Memory


@dataclass(frozen=True)
class Place:
    """What a case may use: the video's folder, its memory, and an empty folder of its own."""

    home: Path
    memory: Path
    scratch: Path

    @property
    def video(self) -> Path:
        return self.home / "walk.mp4"

    def file(self, name: str, content: bytes | str) -> Path:
        path = self.scratch / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def folder(self, name: str) -> Path:
        path = self.scratch / name
        path.mkdir()
        return path

    @property
    def new(self) -> Path:
        return self.scratch / "new memory"


@pytest.fixture
def place(home: Path, remembered: Path, tmp_path: Path) -> Place:
    scratch = tmp_path / "scratch mit Ü"
    scratch.mkdir()
    return Place(home, remembered, scratch)


def assert_one_error(ran: Ran, code: int, *words: str) -> None:
    assert ran.code == code, ran.stderr
    assert ran.stdout == "" or json.loads(ran.stdout) == {"error": ran.stderr.removeprefix("error: ").strip(), "exit_code": code}
    assert len(ran.error_lines) == 1, ran.stderr
    assert ran.error_lines[0].startswith("error: ")
    assert "Traceback" not in ran.stderr
    for word in words:
        assert word in ran.stderr


Arguments = Callable[[Place], list[object]]

CASES: list[tuple[str, Arguments, int, tuple[str, ...]]] = [
    # what is taken in
    ("missing file", lambda p: ["ingest", p.home / "wlak.mp4", "-m", p.new], 4, ("wlak.mp4", "walk.mp4")),
    ("missing folder", lambda p: ["ingest", "/no/such/place.mp4", "-m", p.new], 4, ("/no/such", "does not exist")),
    ("zero bytes", lambda p: ["ingest", p.file("empty.mp4", b""), "-m", p.new], 4, ("0 bytes",)),
    ("not a video", lambda p: ["ingest", p.file("text.mp4", "no video at all " * 100), "-m", p.new], 4, ("text.mp4",)),
    ("empty folder", lambda p: ["ingest", p.folder("void"), "-m", p.new], 4, ("it is empty",)),
    ("folder among files", lambda p: ["ingest", p.folder("d"), p.video, "-m", p.new], 2, ("folder among files",)),
    ("nothing named", lambda p: ["ingest", "-m", p.new], 2, ("SRC",)),
    ("zero-byte track", lambda p: ["ingest", p.video, "--track", p.file("a.srt", b""), "-m", p.new], 4, ("a.srt", "0 bytes")),
    ("missing track", lambda p: ["ingest", p.video, "--track", p.scratch / "b.srt", "-m", p.new], 4, ("b.srt",)),
    (
        "milliseconds given as seconds in a track",
        lambda p: ["ingest", p.video, "--track", p.file("ms.json", '[{"start": 21000, "end": 22000, "text": "a"}]'), "-m", p.new],
        2,
        ("milliseconds given as seconds",),
    ),
    ("start is a bare number", lambda p: ["ingest", p.video, "--start", "1714735205", "-m", p.new], 2, ("seconds since 1970",)),
    ("start is no time", lambda p: ["ingest", p.video, "--start", "noon", "-m", p.new], 2, ("noon", "2024-05-03T11:20:05")),
    ("container without a time", lambda p: ["ingest", p.video, "--start", "container", "-m", p.new], 4, ("creation time",)),
    ("unknown calendar", lambda p: ["ingest", p.video, "--calendar", "dyas", "-m", p.new], 2, ("Did you mean 'days'",)),
    ("unknown time zone", lambda p: ["ingest", p.video, "--timezone", "Europe/Berlni", "-m", p.new], 2, ("Europe/Berlni",)),
    ("zone without dates", lambda p: ["ingest", p.video, "--calendar", "days", "--timezone", "UTC", "-m", p.new], 2, ("wall",)),
    ("unknown sampling", lambda p: ["ingest", p.video, "--every", "keyframe", "-m", p.new], 2, ("Did you mean 'keyframes'",)),
    ("negative period", lambda p: ["ingest", p.video, "--every", "-1", "-m", p.new], 2, ("positive seconds",)),
    ("period in milliseconds", lambda p: ["ingest", p.video, "--every", "1e9", "-m", p.new], 2, ("seconds",)),
    ("unknown back end", lambda p: ["ingest", p.video, "--backend", "pyva", "-m", p.new], 2, ("Did you mean 'pyav'",)),
    ("missing detector", lambda p: ["ingest", p.video, "--detector", p.scratch / "d.onnx", "-m", p.new], 5, ("d.onnx",)),
    ("detector is no model", lambda p: ["ingest", p.video, "--detector", p.file("e.onnx", "x"), "-m", p.new], 5, ("e.onnx",)),
    ("unknown encoder", lambda p: ["ingest", p.video, "--encoder", "clasical", "-m", p.new], 2, ("Did you mean 'classical'",)),
    ("unknown embedder", lambda p: ["ingest", p.video, "--text-embedder", "mniilm", "-m", p.new], 2, ("Did you mean 'minilm'",)),
    # where it goes
    ("memory is a file", lambda p: ["ingest", p.video, "-m", p.file("m", "x")], 6, ("is a file", "directory")),
    ("memory is another folder", lambda p: ["ingest", p.video, "-m", p.home], 2, ("holds", "no memory")),
    (
        "stream of that name from another place",
        lambda p: ["ingest", p.file("walk.json", '[{"start": 1, "end": 2, "text": "a"}]'), "-m", p.memory],
        2,
        ("'walk'", "--stream", "--moved"),
    ),
    (
        "another calendar",
        lambda p: ["ingest", p.video, "--stream", "w", "--start", "DAY2 10:00", "-m", p.memory],
        2,
        ("calendar",),
    ),
    ("no memory there", lambda p: ["ask", "Where?", "-m", p.scratch], 6, ("mmmem ingest",)),
    ("no memory named", lambda p: ["ask", "Where?"], 2, ("--memory",)),
    # questions
    ("no question", lambda p: ["ask", "-m", p.memory], 2, ("QUESTION",)),
    ("empty question", lambda p: ["ask", " ", "-m", p.memory], 2, ("empty",)),
    ("one choice", lambda p: ["ask", "Who?", "--choice", "a", "-m", p.memory], 2, ("two choices",)),
    ("question and batch", lambda p: ["ask", "Who?", "--batch", "-", "-m", p.memory], 2, ("2 were given",)),
    ("end before start", lambda p: ["ask", "Who?", "--window", "0:20..0:10", "-m", p.memory], 2, ("not after its start",)),
    ("empty window", lambda p: ["search", "a", "--window", "0:20..0:20", "-m", p.memory], 2, ("not after its start",)),
    ("window is no span", lambda p: ["search", "a", "--window", "0:20", "-m", p.memory], 2, ("A..B",)),
    ("window in milliseconds", lambda p: ["search", "a", "--window", "5000..15000", "-m", p.memory], 2, ("milliseconds", "0:05")),
    ("time in milliseconds", lambda p: ["ask", "Who?", "--asked-at", "21000", "-m", p.memory], 2, ("milliseconds", "0:21")),
    ("no time", lambda p: ["ask", "Who?", "--asked-at", "soon", "-m", p.memory], 2, ("'soon'", "0:35")),
    ("unknown stream", lambda p: ["ask", "Who?", "--stream", "wlak", "-m", p.memory], 2, ("Did you mean 'walk'",)),
    ("unknown source", lambda p: ["ask", "Who?", "--source", "visaul", "-m", p.memory], 2, ("Did you mean 'visual'",)),
    ("no evidence wanted", lambda p: ["search", "a", "-k", "0", "-m", p.memory], 2, ("-k",)),
    ("missing picture", lambda p: ["search", "--image", p.scratch / "a.png", "-m", p.memory], 4, ("a.png",)),
    ("folder for a picture", lambda p: ["search", "--image", p.scratch, "-m", p.memory], 4, ("directory",)),
    ("no picture", lambda p: ["search", "--image", p.file("a.png", "x"), "-m", p.memory], 4, ("a.png",)),
    ("missing batch", lambda p: ["ask", "--batch", p.scratch / "q.jsonl", "-m", p.memory], 4, ("q.jsonl",)),
    ("folder for a batch", lambda p: ["ask", "--batch", p.scratch, "-m", p.memory], 4, ("directory",)),
    ("binary batch", lambda p: ["ask", "--batch", p.file("q.bin", b"\xff\xfe\x00"), "-m", p.memory], 4, ("UTF-8",)),
    # looking
    ("unknown level", lambda p: ["timeline", "--level", "hours", "-m", p.memory], 2, ("Did you mean 'hour'",)),
    ("unknown stream in time", lambda p: ["timeline", "--stream", "wlak", "-m", p.memory], 2, ("Did you mean 'walk'",)),
    ("unknown kind of evidence", lambda p: ["show", "clips:1", "-m", p.memory], 2, ("Did you mean 'clip'",)),
    ("no such text", lambda p: ["show", "text:99", "-m", p.memory], 2, ("text:99",)),
    ("no such clip", lambda p: ["show", "clip:99", "-m", p.memory], 2, ("clip:99",)),
    ("time after the end", lambda p: ["show", "9:00", "-m", p.memory], 2, ("ends at 0:30",)),
    ("unknown picture format", lambda p: ["show", "0:05", "-o", p.scratch / "a.doc", "-m", p.memory], 2, (".jpg", ".mp4")),
    ("no folder for the picture", lambda p: ["show", "0:05", "-o", p.scratch / "n" / "a.jpg", "-m", p.memory], 9, ("a.jpg",)),
    ("unknown export", lambda p: ["export", "--format", "jsno", "-m", p.memory], 2, ("Did you mean 'json'",)),
    ("no folder for the export", lambda p: ["export", "-o", p.scratch / "n" / "a.json", "-m", p.memory], 9, ("a.json",)),
    ("two forms on stdout", lambda p: ["export", "--format", "csv", "--json", "-m", p.memory], 2, ("-o FILE",)),
    # keeping
    ("nothing to forget", lambda p: ["forget", "-m", p.memory], 2, ("stream, a span or a name",)),
    ("unknown stream to forget", lambda p: ["forget", "--stream", "wlak", "-m", p.memory], 2, ("Did you mean 'walk'",)),
    # the program itself
    ("unknown command", lambda p: ["aks", "Who?"], 2, ("Did you mean 'ask'",)),
    ("unknown option", lambda p: ["ask", "Who?", "--chioce", "a", "-m", p.memory], 2, ("--choice",)),
]


@pytest.mark.parametrize(("arguments", "code", "words"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_mistake_is_one_line_with_its_code(
    cli: Cli, place: Place, arguments: Arguments, code: int, words: tuple[str, ...]
) -> None:
    ran = cli(*arguments(place))
    assert_one_error(ran, code, *words)
    if place.new.exists():
        with Memory.open(place.new) as memory:
            assert memory.streams() == []


@pytest.mark.parametrize("arguments", [["ask", "Who?", "--json", "-m", "/no/such"], ["info", "--json", "--chioce"]])
def test_with_json_the_error_is_an_object_too(cli: Cli, arguments: list[str]) -> None:
    ran = cli(*arguments)
    said = json.loads(ran.stdout)
    assert said["exit_code"] == ran.code
    assert ran.stderr == f"error: {said['error']}\n"


def test_a_memory_of_a_newer_program_is_refused(cli: Cli, place: Place) -> None:
    copy = place.scratch / "newer"
    shutil.copytree(place.memory, copy)
    with sqlite3.connect(copy / "memory.sqlite") as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()
    for command in (["ask", "Who?"], ["info"], ["check"], ["ingest", place.video]):
        assert_one_error(cli(*command, "-m", copy), 6, "999", "Install a newer mmmem")


def test_a_second_writer_is_refused(cli: Cli, place: Place) -> None:
    copy = place.scratch / "busy"
    shutil.copytree(place.memory, copy)
    with Memory.open(copy, mode="w"):
        assert_one_error(cli("ingest", place.video, "--again", "-m", copy), 7, "process")
        assert cli("ask", "Where are the keys?", "-m", copy).code == 0


def test_a_file_that_is_no_database_is_told(cli: Cli, place: Place) -> None:
    folder = place.folder("spoiled")
    (folder / "memory.sqlite").write_bytes(b"this is not a database " * 100)
    assert_one_error(cli("ask", "Who?", "-m", folder), 8, "memory.sqlite")


@pytest.fixture
def unprivileged() -> Iterator[Path]:
    """A folder that this process cannot write while the test runs, also if it runs as root."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o555)
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    if is_root:
        os.seteuid(65534)
    try:
        yield folder
    finally:
        if is_root:
            os.seteuid(0)
        folder.chmod(0o755)
        shutil.rmtree(folder)


@pytest.mark.skipif(sys.platform == "win32", reason="needs permission bits")
def test_a_read_only_directory_is_refused_and_nothing_is_left(cli: Cli, unprivileged: Path) -> None:
    track = Path(tempfile.gettempdir()) / f"track-{os.getpid()}.json"
    track.write_text(json.dumps([{"start": 1, "end": 2, "text": "the door opens"}]), encoding="utf-8")
    try:
        assert_one_error(cli("ingest", track, "-m", unprivileged / "m"), 9, "Permission denied", "Nothing was changed")
        assert list(unprivileged.iterdir()) == []
    finally:
        track.unlink()


def test_an_option_without_its_value_names_the_help_of_its_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["changes", "--since"]) == 2
    assert "'--since' requires an argument. See mmmem changes --help." in capsys.readouterr().err
