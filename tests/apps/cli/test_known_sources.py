"""One recording under several names, and what an ingest that goes on does not read."""

import json
import os
import shutil
from pathlib import Path

import pytest
from cli_world import RATE, Cli, coloured, write_video

from mmmem.clock import NS_PER_S
from mmmem.memory import Memory

CAPTIONS = '[{"start": 1, "end": 2, "text": "C opens the drawer"}, {"start": 3, "end": 4, "text": "C takes the keys"}]'


@pytest.fixture
def film(tmp_path: Path) -> Path:
    folder = tmp_path / "films"
    folder.mkdir()
    return write_video(folder / "hall.mp4", 6 * RATE, coloured)


def streams_of(memory: Path) -> list[str]:
    with Memory.open(memory) as opened:
        return [record.stream_id for record in opened.streams()]


def test_every_way_to_name_a_file_is_one_recording(cli: Cli, film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = tmp_path / "m"
    assert cli("ingest", film, "-m", memory).code == 0
    alias, linked = tmp_path / "alias.mp4", tmp_path / "linked"
    alias.symlink_to(film)
    linked.symlink_to(film.parent)
    monkeypatch.chdir(film.parent)
    for name in (film.name, f"./{film.name}", film.as_uri(), alias, linked / film.name, f"../films/{film.name}"):
        ran = cli("ingest", name, "-m", memory)
        assert ran.code == 0, ran.stderr
        assert "nothing new" in ran.stdout
    assert streams_of(memory) == ["hall"]


def test_a_folder_is_one_recording_with_and_without_links_and_slash(cli: Cli, film: Path, tmp_path: Path) -> None:
    memory, linked = tmp_path / "m", tmp_path / "linked"
    linked.symlink_to(film.parent)
    for name in (film.parent, f"{film.parent}{os.sep}", linked, f"{linked}{os.sep}"):
        assert cli("ingest", name, "-m", memory).code == 0
    assert streams_of(memory) == ["hall"]


def test_a_copy_elsewhere_is_the_same_recording_and_it_is_said(cli: Cli, film: Path, tmp_path: Path) -> None:
    memory, copy = tmp_path / "m", tmp_path / "corridor.mp4"
    assert cli("ingest", film, "-m", memory).code == 0
    shutil.copy(film, copy)
    ran = cli("ingest", copy, "-m", memory)
    assert "is the recording that 'hall' was read from" in ran.stderr
    assert streams_of(memory) == ["hall"]
    assert cli("ingest", copy, "-m", memory, "--stream", "second").code == 0
    assert streams_of(memory) == ["hall", "second"]


def test_a_file_of_the_same_size_and_another_content_is_another_recording(cli: Cli, tmp_path: Path) -> None:
    one, other = tmp_path / "a.json", tmp_path / "b.json"
    one.write_text(CAPTIONS, encoding="utf-8")
    other.write_text(CAPTIONS.replace("keys", "milk"), encoding="utf-8")
    for track in (one, other):
        assert cli("ingest", track, "-m", tmp_path / "m").code == 0
    assert streams_of(tmp_path / "m") == ["a", "b"]


def test_a_track_that_comes_late_is_named_with_what_gets_it(cli: Cli, film: Path, tmp_path: Path) -> None:
    memory = tmp_path / "m"
    assert cli("ingest", film, "-m", memory).code == 0
    track = film.with_name("more.json")
    track.write_text(CAPTIONS, encoding="utf-8")
    ran = cli("ingest", film, "--track", track, "-m", memory, "--json")
    assert json.loads(ran.stdout)["missing"] == ["2 lines of more.json"]
    assert "--again" in ran.stderr
    assert "0:06" in ran.stderr
    assert json.loads(cli("ingest", film, "--track", track, "-m", memory, "--again", "--json").stdout)["stored"]["num_texts"] == 2
    ran = cli("ingest", film, "--track", track, "-m", memory, "--json")
    assert json.loads(ran.stdout)["missing"] == []
    assert "--again" not in ran.stderr


def test_counts_are_in_words_and_never_negative(cli: Cli, film: Path, tmp_path: Path) -> None:
    memory = tmp_path / "m"
    for _ in range(2):
        ran = cli("ingest", film, "--every", "6", "-m", memory, "--again")
        assert ran.code == 0
    assert "1 exact duplicate left out" in ran.stdout
    assert "1 frame," in ran.stdout
    assert " -" not in ran.stdout.splitlines()[0]


def test_what_lines_are_taken_for_is_said_with_the_option(cli: Cli, tmp_path: Path) -> None:
    track = tmp_path / "words.srt"
    track.write_text("1\n00:00:01,000 --> 00:00:02,000\nC opens the drawer\n", encoding="utf-8")
    ran = cli("ingest", track, "-m", tmp_path / "m")
    assert "words.srt is taken for caption; say --track-kind speech if it was said" in ran.stdout
    ran = cli("ingest", track, "--track-kind", "speech", "-m", tmp_path / "m2")
    assert "taken for" not in ran.stdout
    with Memory.open(tmp_path / "m2") as memory:
        assert [stored.text.kind for stored in memory.texts()] == ["speech"]


def test_a_folder_pairs_tracks_by_the_beginning_of_their_names(cli: Cli, film: Path, tmp_path: Path) -> None:
    film.with_name("hall_captions.json").write_text(CAPTIONS, encoding="utf-8")
    film.with_name("attic.json").write_text(CAPTIONS, encoding="utf-8")
    ran = cli("ingest", film.parent, "-m", tmp_path / "m")
    assert "hall_captions.json was read as a text track of hall.mp4" in ran.stdout
    assert "attic.json was not read" in ran.stdout
    assert "--track attic.json" in ran.stdout
    with Memory.open(tmp_path / "m") as memory:
        assert len(memory.texts()) == 2


def test_the_timeline_says_which_file_a_clip_is_from(cli: Cli, film: Path, tmp_path: Path) -> None:
    write_video(film.with_name("yard.mp4"), 40 * RATE, coloured)
    memory = tmp_path / "m"
    assert cli("ingest", film.parent, "-m", memory).code == 0
    clips = json.loads(cli("timeline", "--level", "clip", "-m", memory, "--json").stdout)["clips"]
    border_ns = 6 * NS_PER_S
    for clip in clips:
        wanted = ["hall.mp4"] * (clip["start_ns"] < border_ns) + ["yard.mp4"] * (clip["end_ns"] > border_ns)
        assert clip["files"] == wanted
    assert "yard.mp4" in cli("timeline", "-m", memory).stdout
    shutil.rmtree(film.parent)
    assert "file" not in cli("timeline", "-m", memory).stdout.splitlines()[0].split()
