"""What was forgotten is neither shown from the original nor taken in again; what damage took is named, with a way on."""

import errno
import json
import os
import shutil
import stat
from pathlib import Path

import numpy as np
import pytest
from cli_world import Cli

from apps.cli.whole_files import replacing
from mmmem.clock import NS_PER_S, Calendar, Span
from mmmem.errors import MemoryLockedError, StorageError
from mmmem.memory import Memory
from mmmem.types import Detections, FrameRef, Observation, StreamInfo


@pytest.fixture
def memory(cli: Cli, home: Path, tmp_path: Path) -> Path:
    path = tmp_path / "m"
    assert cli("ingest", home / "walk.mp4", "-m", path).code == 0
    return path


def forget(cli: Cli, memory: Path, *criteria: str) -> dict[str, object]:
    ran = cli("forget", "-m", memory, *criteria, "--yes", "--json")
    assert ran.code == 0, ran.stderr
    found: dict[str, object] = json.loads(ran.stdout)
    return found


def test_a_forgotten_span_is_not_shown_from_the_original(cli: Cli, memory: Path, tmp_path: Path) -> None:
    forget(cli, memory, "--span", "0:10..0:20")
    for what, name in (("0:12", "a.jpg"), ("0:12..0:14", "a.mp4"), ("0:05..0:25", "a.mp4"), ("0:05..0:25", "a.jpg")):
        ran = cli("show", what, "--stream", "walk", "-m", memory, "-o", tmp_path / name)
        assert ran.code == 2, (what, name)
        assert "0:10 - 0:20 of 'walk' was forgotten" in ran.stderr
        assert "--restore-forgotten" in ran.stderr
        assert not (tmp_path / name).exists()
    assert "with --kept" in ran.stderr
    assert cli("show", "0:05..0:25", "-m", memory, "--stream", "walk", "-o", tmp_path / "a.jpg", "--kept").code == 0
    for what, name in (("0:05", "b.jpg"), ("0:22..0:24", "b.mp4")):
        assert cli("show", what, "-m", memory, "-o", tmp_path / name).code == 0


def test_forgotten_words_do_not_forbid_pictures(cli: Cli, memory: Path, tmp_path: Path) -> None:
    report = forget(cli, memory, "--name", "keys")
    assert any("nobody looked whether" in line for line in report["stays"])  # type: ignore[attr-defined]
    assert cli("show", "0:22..0:24", "-m", memory, "-o", tmp_path / "b.mp4").code == 0


def test_reading_again_leaves_out_what_was_forgotten_until_it_is_told_to(cli: Cli, home: Path, memory: Path) -> None:
    with Memory.open(memory) as opened:
        before = opened.info()["counts"]
    forget(cli, memory, "--span", "0:10..0:20")
    forget(cli, memory, "--name", "shelf")
    again = cli("ingest", home / "walk.mp4", "-m", memory, "--again")
    assert again.code == 0
    assert "left out since they were forgotten" in again.stdout
    with Memory.open(memory) as opened:
        assert not opened.texts(window=Span(10 * NS_PER_S, 20 * NS_PER_S))
        assert not opened.frames(window=Span(10 * NS_PER_S, 20 * NS_PER_S))
        assert not any("shelf" in stored.text.text for stored in opened.texts())
    stored = json.loads(cli("ingest", home / "walk.mp4", "-m", memory, "--again", "--json").stdout)["stored"]
    assert (stored["num_frames"], stored["num_texts"]) == (0, 0)
    assert (stored["num_forgotten_frames"], stored["num_forgotten_texts"]) == (10, 2)
    restored = cli("ingest", home / "walk.mp4", "-m", memory, "--restore-forgotten")
    assert "3 forgotten spans of 'walk' may be taken in again" in restored.stderr  # words go with what they said is where
    with Memory.open(memory) as opened:
        assert opened.info()["counts"] == before
        assert opened.forgotten() == []
        assert opened.check().ok


def test_lines_with_the_letters_inside_a_word_are_listed_and_may_go_too(cli: Cli, tmp_path: Path) -> None:
    track, memory = tmp_path / "talk.json", tmp_path / "m"
    words = ("KatrinaAlice: hello", "the chalice fell", "Alice's cup")
    cues = [{"start": n, "end": n + 1, "text": text} for n, text in enumerate(words)]
    track.write_text(json.dumps(cues), encoding="utf-8")
    assert cli("ingest", track, "-m", memory).code == 0
    dry = cli("forget", "-m", memory, "--name", "Alice")
    assert "1 text with these letters inside another word; --anywhere takes them as well" in dry.stdout
    assert "text:2 'the chalice fell'" in dry.stdout
    report = forget(cli, memory, "--name", "Alice")
    assert report["counts"]["texts"] == 2  # type: ignore[index]
    assert report["unsure"] == [[2, "the chalice fell"]]
    assert forget(cli, memory, "--name", "Alice", "--anywhere")["unsure"] == []
    assert not any(b"alic" in file.read_bytes().lower() for file in memory.iterdir())
    refused = cli("forget", "-m", memory, "--span", "0:00..0:01", "--anywhere")
    assert refused.code == 2
    assert "give the name" in refused.stderr


def test_checking_names_what_is_lost_and_each_step_leads_on(cli: Cli, home: Path, memory: Path, tmp_path: Path) -> None:
    media, copy = next(memory.glob("media*")), tmp_path / "copy"
    shutil.copy(media, copy)
    media.unlink()
    found = cli("check", "-m", memory)
    assert found.code == 8
    assert "pictures of 'walk' lost: 0:00" in found.stdout
    assert found.stderr.splitlines()[-1].endswith(f"mmmem check --repair -m {memory}")
    assert not media.exists()  # looking changes nothing
    shutil.copy(copy, media)
    assert cli("check", "-m", memory).stdout.startswith("nothing is wrong")
    media.unlink()
    mended = cli("check", "-m", memory, "--repair")
    assert mended.code == 0, mended.stdout
    for later in (mended, cli("check", "-m", memory)):
        assert "nothing is wrong" in later.stdout
        assert "noted: " in later.stdout
        assert "pictures of 'walk' lost" in later.stdout
    shown = cli("show", "0:05", "-m", memory, "--kept", "-o", tmp_path / "a.jpg")
    assert shown.code == 8
    assert "was lost to damage" in shown.stderr
    assert "--again" in later.stdout
    assert cli("ingest", home / "walk.mp4", "--again", "--stream", "walk", "-m", memory).code == 0
    assert "noted" not in cli("check", "-m", memory).stdout
    assert cli("show", "0:05", "-m", memory, "--kept", "-o", tmp_path / "a.jpg").code == 0


def test_what_repair_cannot_mend_is_not_sent_back_to_repair(cli: Cli, memory: Path) -> None:
    with Memory.open(memory, mode="w") as opened:
        opened._writer.connection.execute("UPDATE texts SET text = 'never said' WHERE id = 2")
    ran = cli("check", "-m", memory, "--repair")
    assert ran.code == 8
    assert "1 problem\n" in ran.stdout
    assert "--repair" not in ran.stdout + ran.stderr
    assert "restore a copy" in ran.stderr


def test_an_empty_memory_is_said_to_be_empty(cli: Cli, tmp_path: Path) -> None:
    Memory.open(tmp_path / "m", mode="w", create=True).close()
    assert cli("check", "-m", tmp_path / "m").stdout.splitlines() == ["nothing is wrong", "checked: the memory is empty"]


def test_a_visit_is_shown_where_it_was_seen_best(cli: Cli, tmp_path: Path) -> None:
    def look(n: int, track: int, score: float) -> Observation:
        box = Detections(
            np.array([[0, 0, 9, 9]], np.float32), np.array([score], np.float32), ("person",), np.array([track], np.int64)
        )
        return Observation("s", Span(n * NS_PER_S, (n + 1) * NS_PER_S), FrameRef("s", n, n * NS_PER_S), detections=box)

    with Memory.open(tmp_path / "m", mode="w", create=True) as opened:
        opened.add_stream(StreamInfo("s", "s.mp4", Calendar("offset"), 0))
        opened.observe([look(n, 1 if n < 5 else 2, 0.9 if n == 7 else 0.3) for n in range(10)])
    shown = json.loads(cli("show", "visit:person:1", "-m", tmp_path / "m", "--json").stdout)
    assert (shown["at_ns"], shown["start_ns"], shown["end_ns"]) == (7 * NS_PER_S, 0, 10 * NS_PER_S)


def test_a_second_writer_learns_who_writes_since_when_and_what_to_do(cli: Cli, home: Path, memory: Path) -> None:
    with Memory.open(memory, mode="w"):
        with pytest.raises(MemoryLockedError, match=rf"same process {os.getpid()} .* since \d{{4}}-.* Close its other"):
            Memory.open(memory, mode="w")
        holder = json.loads((memory / "writer.json").read_text(encoding="utf-8"))
        (memory / "writer.json").write_text(json.dumps(holder | {"pid": 1}), encoding="utf-8")
        ran = cli("ingest", home / "walk.mp4", "-m", memory)
        assert ran.code == 7
        assert "process 1 on" in ran.stderr
        assert "`kill -INT 1`" in ran.stderr


def test_a_full_disk_leaves_the_file_that_was_there(
    cli: Cli, remembered: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "all.json"
    assert cli("export", "-m", remembered, "-o", out).code == 0
    out.chmod(0o640)
    before = out.read_bytes()

    def full(fd: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("apps.cli.whole_files.os.fsync", full)
        ran = cli("export", "-m", remembered, "-o", out, "--format", "csv")
    assert ran.code == 9
    assert "No space left" in ran.stderr
    assert out.read_bytes() == before
    assert os.listdir(tmp_path) == ["all.json"]  # noqa: PTH208
    assert cli("export", "-m", remembered, "-o", out, "--format", "csv").code == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o640
    assert out.read_bytes() != before


def test_what_is_no_ordinary_file_is_written_to_and_a_link_keeps_its_place(tmp_path: Path) -> None:
    with replacing(Path(os.devnull)) as place:
        place.write_text("x", encoding="utf-8")
    assert not Path(os.devnull).is_file()
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old", encoding="utf-8")
    link.symlink_to(target)
    with replacing(link) as place:
        place.write_text("new", encoding="utf-8")
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8") == "new"
    with pytest.raises(StorageError, match="nothing was written"), replacing(tmp_path / "no" / "x"):
        (tmp_path / "no" / "x").write_text("", encoding="utf-8")


def test_another_name_restores_nothing_unless_it_is_told_to(cli: Cli, home: Path, memory: Path) -> None:
    forget(cli, memory, "--span", "0:10..0:20")
    command = ("ingest", home / "walk.mp4", "-m", memory, "--json", "--stream")
    stored = json.loads(cli(*command, "other").stdout)["stored"]
    assert (stored["num_frames"], stored["num_forgotten_frames"], stored["num_forgotten_texts"]) == (20, 10, 1)
    stored = json.loads(cli(*command, "third", "--restore-forgotten").stdout)["stored"]
    assert (stored["num_frames"], stored["num_forgotten_frames"]) == (30, 0)
