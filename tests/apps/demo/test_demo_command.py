"""The demo from end to end: recorded, remembered through the real path, asked, written down, and honest about it."""

import itertools
import json
import re
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import typer

from apps.demo import command, exam
from apps.demo.day import FULL, SPARING, Scale
from apps.demo.exam import Exam, examine
from apps.demo.page import write_page
from apps.demo.remembering import asking
from apps.demo.scale import fitting
from mmmem.errors import InvalidInputError, StorageError
from mmmem.memory import Memory
from mmmem.types import Answer
from scenegraph.attaching import holds_graph
from streams.house.stretch_recording import Conduct


class Loads(HTMLParser):
    """Collects everything a page would fetch, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        names = ("src", "href", "srcset", "data", "poster", "action")
        self.addresses += [value or "" for name, value in attrs if name in names]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def page(small_exam: Exam) -> Loads:
    parser = Loads()
    parser.feed(write_page(small_exam).read_text("utf-8"))
    return parser


def test_the_page_asks_nothing_of_a_network(page: Loads) -> None:
    assert page.addresses
    assert all(address.startswith(("data:", "#")) for address in page.addresses)
    assert "link" not in page.tags


def test_the_page_shows_every_answer_with_the_truth_the_films_and_the_map(page: Loads, small_exam: Exam) -> None:
    assert all(one.question.text in page.text and one.answer.text in page.text for one in small_exam.asked)
    assert f"{small_exam.num_right} of {len(small_exam.asked)} answers right" in page.text.replace("\n", " ")
    assert page.tags.count("video") == 3  # a worn camera and two tours
    assert page.tags.count("polyline") == 3
    assert page.tags.count("svg") == 1
    assert page.text.count("the house says") == len(small_exam.asked)


def test_the_numbers_of_answers_that_point_at_one_time_do_not_cover_each_other(small_exam: Exam) -> None:
    answered = next(one for one in small_exam.asked if one.answer.evidence)
    html = write_page(replace(small_exam, asked=(answered,) * 5)).read_text("utf-8")
    rows = [re.findall(r'class="mark [a-z]+-bg"[^>]*left:([\d.]+)%', lane) for lane in html.split('<div class="lane')]
    assert [len(row) for row in rows if row] == [1] * 5
    html = write_page(small_exam).read_text("utf-8")
    rows = [re.findall(r'class="mark [a-z]+-bg"[^>]*left:([\d.]+)%', lane) for lane in html.split('<div class="lane')]
    assert sum(map(len, rows)) == sum(bool(one.answer.evidence) for one in small_exam.asked)
    assert all(float(right) - float(left) >= 2.4 - 0.01 for row in rows for left, right in itertools.pairwise(row))


def test_a_wrong_answer_is_marked_wrong_and_shown_as_text(small_exam: Exam) -> None:
    first = small_exam.asked[0]
    wrong = replace(first, answer=replace(first.answer, text="<b>in the moon</b>", value=None, choice=None))
    assert not wrong.right
    write_page(replace(small_exam, asked=(wrong, *small_exam.asked[1:])))
    content = (small_exam.folder / "index.html").read_text("utf-8")
    write_page(small_exam)
    card = re.search(r'<section class="card (\w+)" id="q1">(.*?)</section>', content, re.DOTALL)
    assert card is not None
    assert card[1] == "wrong"
    assert '<b class="no">wrong</b>' in card[2]
    assert "&lt;b&gt;in the moon&lt;/b&gt;" in card[2]


def test_an_abstention_has_no_pictures_and_still_a_card(small_exam: Exam) -> None:
    nothing = Answer("I do not know: nothing fits", "text", 0.0, True, reason="nothing fits")
    write_page(replace(small_exam, asked=(replace(small_exam.asked[-1], answer=nothing),)))
    content = (small_exam.folder / "index.html").read_text("utf-8")
    write_page(small_exam)
    assert '<div class="evidence"></div>' in content
    assert "(abstained, 0 ms)" in content


def test_answers_come_from_the_memory_and_from_nowhere_else(small_exam: Exam) -> None:
    """The same questions asked of the memory on disk give the same answers, and of an empty memory none."""
    with asking(small_exam.memory) as memory:
        for one in small_exam.asked:
            again = memory.ask(one.question.text, asked_at=one.question.asked_at_ns, choices=one.question.choices)
            assert (again.text, again.value, again.choice) == (one.answer.text, one.answer.value, one.answer.choice)


def test_an_empty_memory_knows_nothing(small_exam: Exam, tmp_path: Path) -> None:
    with Memory.open(tmp_path / "empty", mode="w", create=True) as memory:
        answers = [memory.ask(one.question.text, choices=one.question.choices) for one in small_exam.asked]
    assert all(answer.abstained for answer in answers)


def test_the_memory_holds_both_cameras_whole(small_exam: Exam) -> None:
    assert sum(report.stored.num_texts for report in small_exam.reports) > 0
    with Memory.open(small_exam.memory, mode="w") as memory:
        assert [record.stream_id for record in memory.streams()] == [small_exam.day.wearer.lower(), "robot"]
        for watch in small_exam.day.watches:
            looked = {frame.ref.t_ns for frame in memory.frames(stream=watch.plan.stream_id)}
            assert looked == set(watch.trajectory.t_ns.tolist())
            assert len(memory.poses(watch.plan.stream_id).t_ns) == len(looked)
        assert holds_graph(memory)
        assert not memory.check().problems


def test_what_this_house_never_had_is_not_answered(small_exam: Exam) -> None:
    asked = next(one for one in small_exam.asked if one.kind == "never seen")
    assert asked.answer.abstained
    assert asked.right
    assert not asked.answer.evidence


def test_questions_are_of_different_kinds_and_none_is_asked_before_it_can_be_known(small_exam: Exam) -> None:
    kinds = [one.kind for one in small_exam.asked]
    assert len(kinds) == len(set(kinds)) >= 4
    last_ns = max(int(watch.trajectory.t_ns[-1]) for watch in small_exam.day.watches)
    for one in small_exam.asked:
        assert one.question.asked_at_ns <= last_ns + 60 * 10**9
        assert all(where.span.start_ns < one.question.asked_at_ns for where in one.question.evidence)
        assert all(evidence.span.start_ns < one.question.asked_at_ns for evidence in one.answer.evidence)


@pytest.fixture
def small_demo(small_exam: Exam, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    monkeypatch.setattr(exam, "examine", lambda folder, seed, scale, **more: small_exam)
    return command.demo


def test_the_command_prints_answers_and_how_to_go_on(
    small_demo: Callable[..., None], small_exam: Exam, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    small_demo(out=tmp_path)
    said = capsys.readouterr().out
    assert all(one.question.text in said and one.answer.text in said for one in small_exam.asked)
    assert said.count("WRONG") == len(small_exam.asked) - small_exam.num_right
    assert f"{small_exam.num_right} of {len(small_exam.asked)} answers agree" in said
    assert f'-m "{small_exam.memory}"' in said  # the folder's name has a space
    assert str(small_exam.folder / "index.html") in said


def test_json_says_the_same(small_demo: Callable[..., None], small_exam: Exam, capsys: pytest.CaptureFixture[str]) -> None:
    small_demo(as_json=True, out=small_exam.folder)
    said: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert said["num_right"] == sum(question["right"] for question in said["questions"]) == small_exam.num_right
    assert said["num_questions"] == len(said["questions"])
    assert {"text", "steps", "evidence"} <= set(said["questions"][0]["answer"])


def test_a_demo_that_is_interrupted_says_how_to_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(exam, "examine", lambda folder, seed, scale, **more: None)
    with pytest.raises(typer.Exit) as ended:
        command.demo(out=tmp_path, seed=3)
    assert ended.value.exit_code == 130
    assert f"mmmem demo --seed 3 -o {tmp_path}" in capsys.readouterr().err


def test_a_folder_with_other_things_is_left_alone(small_exam: Exam, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("precious")
    (tmp_path / "memory").mkdir()
    with pytest.raises(InvalidInputError, match=r"holds other things \('memory'\); name an empty or new folder with -o"):
        examine(tmp_path, 1)
    assert (tmp_path / "thesis.txt").read_text() == "precious"
    assert (tmp_path / "memory").is_dir()


def test_a_file_in_the_way_is_said(small_exam: Exam, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(StorageError, match=r"Cannot write to .*taken.*give another folder with -o"):
        examine(tmp_path / "taken", 1)


def test_what_was_recorded_before_is_used_again(small_exam: Exam, tiny_scale: Scale, tmp_path: Path) -> None:
    def refuse(*given: object) -> Any:
        raise AssertionError("nothing is left to draw")

    folder = tmp_path / "again"
    shutil.copytree(small_exam.folder, folder)
    again = examine(folder, small_exam.day.seed, tiny_scale, conduct=Conduct(open_renderer=refuse))
    assert again is not None
    assert [one.answer.text for one in again.asked] == [one.answer.text for one in small_exam.asked]


def test_another_seed_takes_away_what_the_first_left_and_stopping_keeps_nothing_half(
    small_exam: Exam, tiny_scale: Scale, tmp_path: Path
) -> None:
    folder = tmp_path / "other"
    shutil.copytree(small_exam.folder, folder)
    assert examine(folder, small_exam.day.seed + 1, tiny_scale, conduct=Conduct(stop=lambda: True)) is None
    assert not (folder / "memory").exists()
    assert not (folder / "robot").exists()
    assert examine(folder, small_exam.day.seed + 1, tiny_scale, conduct=Conduct(stop=lambda: True)) is None  # its own folder


def test_the_page_says_when_rays_stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.house.opening.trouble_with", lambda name: "there is none")
    scale, note = fitting()
    assert scale == SPARING
    assert "No GL draws here: rays, slow, as there is no egl: there is none" in note
    assert "apt-get install" in note
    monkeypatch.setattr("streams.house.opening.trouble_with", lambda name: "" if name == "osmesa" else "there is none")
    assert fitting()[0] == FULL
    monkeypatch.setenv("MUJOCO_GL", "disable")
    assert fitting()[0] == SPARING
    monkeypatch.setenv("MUJOCO_GL", "sideways")
    with pytest.raises(InvalidInputError, match="MUJOCO_GL is 'sideways'"):
        fitting()


def test_the_camera_is_worn_by_who_handles_most_before_the_robot_starts(small_exam: Exam) -> None:
    worn, robot = small_exam.day.watches
    assert worn.plan.worn_by == small_exam.day.wearer
    assert int(worn.trajectory.t_ns[-1]) < int(robot.trajectory.t_ns[0])
    first_ns, last_ns = int(worn.trajectory.t_ns[0]), int(worn.trajectory.t_ns[-1])
    handled = [event for event in small_exam.day.life.between(first_ns, last_ns) if event.kind in ("take", "put", "state")]
    counts = Counter(small_exam.day.life.home.resident(event.actor).name for event in handled if event.actor)
    assert counts[worn.plan.worn_by] == max(counts.values())
