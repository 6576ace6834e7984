"""A video with a side-car track goes in; answers, pictures and tables come out."""

import csv
import io
import json
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from cli_world import COLOURS, LINES, SCENE_S, Cli, main_colour, write_video
from PIL import Image

from mmmem.clock import NS_PER_S
from mmmem.memory import Memory


def test_what_was_ingested_is_the_video_and_its_words(remembered: Path) -> None:
    with Memory.open(remembered) as memory:
        assert [stored.text.text for stored in memory.texts()] == [text.removeprefix("Ann: ") for _, _, text in LINES]
        assert len(memory.frames()) == len(COLOURS) * SCENE_S
        assert memory.position("walk") == (len(COLOURS) * SCENE_S - 1) * NS_PER_S


def test_an_answer_cites_the_seconds_it_rests_on(cli: Cli, remembered: Path) -> None:
    ran = cli("ask", "Where are the keys?", "-m", remembered, "--json")
    answer = json.loads(ran.stdout)
    assert ran.code == 0
    assert "blue shelf" in answer["text"]
    first = answer["evidence"][0]
    assert (first["start_ns"], first["end_ns"]) == (25 * NS_PER_S, 27 * NS_PER_S)
    assert set(first) == {"source", "id", "stream", "start_ns", "end_ns", "score", "text"}


def test_an_answer_as_of_an_earlier_time_does_not_know_what_came_later(cli: Cli, remembered: Path) -> None:
    ran = cli("ask", "Where are the keys?", "-m", remembered, "--asked-at", "0:20", "--json")
    answer = json.loads(ran.stdout)
    assert all(one["end_ns"] <= 20 * NS_PER_S for one in answer["evidence"])
    assert "blue" not in json.dumps(answer)


def test_people_get_the_answer_first_then_rows_of_evidence(cli: Cli, remembered: Path) -> None:
    ran = cli("ask", "Where are the keys?", "-m", remembered, "--explain")
    lines = ran.stdout.splitlines()
    assert "blue shelf" in lines[0]
    assert lines[1].startswith("confidence 0.")
    assert any("0:25 - 0:27" in line and "walk" in line and "text:4" in line for line in lines[2:])
    assert "why" in ran.stdout


def test_the_choice_in_json_is_an_index_and_the_text_its_words(cli: Cli, remembered: Path) -> None:
    choices = ("on the blue shelf", "in the bathroom")
    ran = cli("ask", "Where are the keys?", "-m", remembered, "--choice", choices[0], "--choice", choices[1], "--json")
    answer = json.loads(ran.stdout)
    assert answer["choice"] == 0
    assert answer["text"] == choices[0]


def test_an_abstention_says_what_was_looked_at(cli: Cli, remembered: Path) -> None:
    ran = cli("ask", "Who repaired the helicopter?", "-m", remembered, "--json")
    answer = json.loads(ran.stdout)
    assert answer["abstained"]
    assert answer["evidence"] == []
    assert "looked at" in answer["reason"]


def test_a_search_without_a_hit_says_why_on_stderr(cli: Cli, remembered: Path) -> None:
    ran = cli("search", "helicopter", "-m", remembered, "--json")
    assert json.loads(ran.stdout) == {"evidence": []}
    assert ran.stderr.startswith("nothing found:")


@pytest.mark.parametrize(("at", "colour"), [("0:05", "red"), ("15s", "green"), ("0:25", "blue")])
@pytest.mark.parametrize("suffix", [".jpg", ".png"])
def test_show_writes_the_picture_of_the_moment(
    cli: Cli, remembered: Path, tmp_path: Path, at: str, colour: str, suffix: str
) -> None:
    out = tmp_path / f"shown{suffix}"
    assert cli("show", at, "-m", remembered, "-o", out).code == 0
    assert main_colour(np.asarray(Image.open(out).convert("RGB"))) == colour


def test_show_of_a_text_shows_when_it_was_said(cli: Cli, remembered: Path, tmp_path: Path) -> None:
    out = tmp_path / "shown.png"
    ran = cli("show", "text:2", "-m", remembered, "-o", out, "--json")
    shown = json.loads(ran.stdout)
    assert shown["text"] == "Ann: The keys are in the green drawer."
    assert (shown["start_ns"], shown["end_ns"]) == (11 * NS_PER_S, 13_500_000_000)
    assert shown["written"]["original"]
    assert main_colour(np.asarray(Image.open(out))) == "green"


def test_show_cuts_a_clip_out_of_the_original(cli: Cli, remembered: Path, tmp_path: Path) -> None:
    out = tmp_path / "shown.mp4"
    assert cli("show", "0:12..0:14", "-m", remembered, "-o", out).code == 0
    with av.open(str(out)) as container:
        pictures = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    assert len(pictures) == 20
    assert {main_colour(picture) for picture in pictures} == {"green"}


def test_show_falls_back_to_the_kept_picture_when_the_original_is_gone(cli: Cli, home: Path, tmp_path: Path) -> None:
    video = tmp_path / "gone.mp4"
    video.write_bytes((home / "walk.mp4").read_bytes())
    memory, out = tmp_path / "m", tmp_path / "kept.jpg"
    assert cli("ingest", video, "-m", memory).code == 0
    video.unlink()
    ran = cli("show", "0:10..0:20", "-m", memory, "-o", out, "--json")
    assert not json.loads(ran.stdout)["written"]["original"]
    assert main_colour(np.asarray(Image.open(out))) == "green"
    refused = cli("show", "0:10..0:20", "-m", memory, "-o", tmp_path / "x.mp4")
    assert refused.code == 4
    assert "gone.mp4" in refused.stderr


def test_show_does_not_pass_off_another_file_as_the_original(cli: Cli, home: Path, tmp_path: Path) -> None:
    video = tmp_path / "walk.mp4"
    video.write_bytes((home / "walk.mp4").read_bytes())
    memory, out = tmp_path / "m", tmp_path / "shown.png"
    assert cli("ingest", video, "-m", memory).code == 0
    write_video(video, 300, lambda number: np.full((64, 96, 3), 255 if number // 40 % 2 else 0, np.uint8))
    ran = cli("show", "0:10..0:20", "-m", memory, "-o", out, "--json")
    assert not json.loads(ran.stdout)["written"]["original"]
    assert main_colour(np.asarray(Image.open(out))) == "green"


def test_pictures_of_a_folder_are_shown_whatever_their_period_was(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number, colour in enumerate(colour for colour in COLOURS.values() for _ in range(4)):
        Image.new("RGB", (40, 30), colour).save(folder / f"{number:02}.png")
    memory, out = tmp_path / "m", tmp_path / "shown.png"
    assert cli("ingest", folder, "-m", memory, "--period", "5", "--every", "all").code == 0
    for span, colour in (("0:00..0:10", "red"), ("0:18..0:38", "green"), ("0:38..0:58", "blue")):
        ran = cli("show", span, "-m", memory, "-o", out, "--json")
        assert not json.loads(ran.stdout)["written"]["original"]
        assert main_colour(np.asarray(Image.open(out))) == colour


def test_a_folder_of_videos_is_one_session_and_may_grow(cli: Cli, home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "session"
    folder.mkdir()
    for number in (1, 2):
        (folder / f"part{number}.mp4").write_bytes((home / "walk.mp4").read_bytes())
    command = ("ingest", folder, "-m", tmp_path / "m", "--json")
    first = json.loads(cli(*command).stdout)
    assert (first["stream"], first["stored"]["num_frames"]) == ("session", 60)
    (folder / "part3.mp4").write_bytes((home / "walk.mp4").read_bytes())
    second = json.loads(cli(*command).stdout)
    assert second["resumed_ns"] == first["position_ns"]
    assert second["stored"]["num_frames"] == 30
    with Memory.open(tmp_path / "m") as memory:
        assert [frame.ref.t_ns for frame in memory.frames()] == [t * NS_PER_S for t in range(90)]


def test_find_similar_finds_the_scene_of_a_picture(cli: Cli, remembered: Path, tmp_path: Path) -> None:
    out = tmp_path / "blue.png"
    assert cli("show", "0:25", "-m", remembered, "-o", out).code == 0
    best = json.loads(cli("search", "--image", out, "-m", remembered, "--json").stdout)["evidence"][0]
    shown = tmp_path / "found.png"
    assert cli("show", best["id"], "-m", remembered, "-o", shown).code == 0
    assert best["source"] == "visual"
    assert main_colour(np.asarray(Image.open(shown))) == "blue"


def test_timeline_covers_the_video_at_every_level(cli: Cli, remembered: Path) -> None:
    for level in ("clip", "scene", "event", "minutes", "hour", "day", "auto"):
        shown = json.loads(cli("timeline", "-m", remembered, "--level", level, "--json").stdout)
        rows = shown["clips"]
        assert rows[0]["start_ns"] == 0
        assert rows[-1]["end_ns"] == len(COLOURS) * SCENE_S * NS_PER_S
        assert all(one["end_ns"] == two["start_ns"] for one, two in pairwise(rows))
        assert sum(row["num_texts"] for row in rows) == len(LINES)


def test_facts_are_those_that_held_at_a_time(cli: Cli, remembered: Path) -> None:
    all_facts = json.loads(cli("facts", "-m", remembered, "--json").stdout)
    later = json.loads(cli("facts", "-m", remembered, "--at", "0:28", "--json").stdout)
    assert later
    assert all(fact in all_facts for fact in later)
    assert all(fact["start_ns"] <= 28 * NS_PER_S for fact in later)
    assert all(fact["support"] for fact in all_facts)
    assert "blue shelf" in json.dumps(later)
    assert "blue shelf" not in cli("facts", "-m", remembered, "--as-of", "0:20", "--json").stdout


def test_exported_srt_is_the_track_that_went_in(cli: Cli, remembered: Path, home: Path) -> None:
    ran = cli("export", "-m", remembered, "--format", "srt")
    assert ran.stdout == (home / "walk.srt").read_text(encoding="utf-8")


def test_exported_csv_and_json_hold_the_same_texts(cli: Cli, remembered: Path, tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(cli("export", "-m", remembered, "--format", "csv").stdout)))
    everything = json.loads(cli("export", "-m", remembered, "--json").stdout)
    assert [row["text"] for row in rows] == [text["text"] for text in everything["texts"]]
    assert rows[1]["start"] == "0:11"
    out = tmp_path / "all.json"
    said = json.loads(cli("export", "-m", remembered, "-o", out, "--json").stdout)
    assert said["num_texts"] == len(LINES)
    assert json.loads(out.read_text(encoding="utf-8")) == everything


def test_forget_counts_first_and_removes_with_yes(cli: Cli, home: Path, tmp_path: Path) -> None:
    memory = tmp_path / "m"
    assert cli("ingest", home / "walk.mp4", "-m", memory).code == 0
    dry = cli("forget", "-m", memory, "--name", "keys", "--json")
    assert json.loads(dry.stdout)["counts"]["texts"] == 3
    assert "add --yes" in dry.stderr
    assert json.loads(cli("forget", "-m", memory, "--name", "keys", "--json").stdout)["counts"]["texts"] == 3
    done = json.loads(cli("forget", "-m", memory, "--name", "keys", "--yes", "--json").stdout)
    assert not done["dry_run"]
    assert json.loads(cli("search", "keys", "-m", memory, "--json").stdout)["evidence"] == []
    assert "nothing in the memory fits" in cli("forget", "-m", memory, "--name", "keys").stderr
    assert not any(b"green drawer" in file.read_bytes() for file in memory.iterdir())


def test_check_and_info_say_what_is_there(cli: Cli, remembered: Path) -> None:
    checked = json.loads(cli("check", "-m", remembered, "--json").stdout)
    assert checked["ok"]
    assert checked["checked"]["texts"] == len(LINES)
    described = json.loads(cli("info", "-m", remembered, "--json").stdout)
    assert described["counts"]["texts"] == len(LINES)
    assert "walk" in cli("info", "-m", remembered).stdout


def test_check_of_a_damaged_memory_ends_with_its_code(cli: Cli, home: Path, tmp_path: Path) -> None:
    memory = tmp_path / "m"
    assert cli("ingest", home / "walk.mp4", "-m", memory).code == 0
    media = next(memory.glob("media*"))
    spoiled = bytearray(media.read_bytes())
    spoiled[len(spoiled) // 2] ^= 0xFF
    media.write_bytes(bytes(spoiled))
    ran = cli("check", "-m", memory, "--json")
    assert ran.code == 8
    assert json.loads(ran.stdout)["problems"]


def test_stored_words_cannot_steer_a_terminal(cli: Cli, tmp_path: Path) -> None:
    track = tmp_path / "evil.json"
    track.write_text(json.dumps([{"start": 1, "end": 2, "text": "the door \x1b[2Jopens"}]), encoding="utf-8")
    assert cli("ingest", track, "-m", tmp_path / "m").code == 0
    for command in (("search", "door"), ("ask", "Which door?"), ("timeline",), ("show", "text:1")):
        ran = cli(*command, "-m", tmp_path / "m")
        assert "opens" in ran.stdout
        assert "\x1b" not in ran.stdout


def test_whatever_an_answer_cites_can_be_shown(cli: Cli, remembered: Path, tmp_path: Path) -> None:
    asked = (
        ("ask", "Where are the keys?"),
        ("ask", "Where are the keys?", "--choice", "on the blue shelf", "--choice", "in the bathroom"),
        ("search", "keys"),
        ("search", "keys on the shelf", "--source", "semantic"),
    )
    cited = {}
    for words in asked:
        found = json.loads(cli(*words, "-m", remembered, "--json").stdout)["evidence"]
        cited |= {one["id"]: one for one in found}
    assert {name.split(":")[0] for name in cited} >= {"text", "clip", "fact"}
    assert any("-" in name for name in cited)  # a run of lines
    for number, (name, one) in enumerate(cited.items()):
        ran = cli("show", name, "-m", remembered, "-o", tmp_path / f"{number}.png", "--json")
        assert ran.code == 0, ran.stderr
        shown = json.loads(ran.stdout)
        assert one["start_ns"] <= shown["at_ns"] < one["end_ns"]


def test_a_model_that_cannot_be_reached_leaves_the_answer_as_it_was(cli: Cli, remembered: Path) -> None:
    pytest.importorskip("openai")
    asked = ("ask", "Why are the keys there?", "-m", remembered, "--json", "--explain")
    alone = json.loads(cli(*asked).stdout)
    ran = cli(*asked, "--chat", "http://127.0.0.1:9/v1#none", "--chat-always", "--budget", "2s")
    answer = json.loads(ran.stdout)
    assert ran.code == 0
    assert answer["steps"][-1]["source"] == "model"
    assert "the core answer stands" in answer["steps"][-1]["why"]
    assert [answer[key] for key in ("text", "evidence", "confidence")] == [
        alone[key] for key in ("text", "evidence", "confidence")
    ]


def test_a_budget_without_a_model_is_refused(cli: Cli, remembered: Path) -> None:
    ran = cli("ask", "Where are the keys?", "-m", remembered, "--budget", "20k tokens")
    assert ran.code == 2
    assert "--chat" in ran.stderr
