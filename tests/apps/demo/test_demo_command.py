"""The demo from end to end: remembered through the real path, asked, written down, and honest about it."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from apps.demo import command
from apps.demo.exam import Asked, Exam, examine
from apps.demo.page import write_page
from apps.demo.quiz import questions
from mmmem.errors import InvalidInputError, StorageError
from mmmem.memory import Memory
from mmmem.types import Answer


class Loads(HTMLParser):
    """Collects everything a page would fetch, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "data", "poster", "action")]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def page(small_exam: Exam) -> Loads:
    parser = Loads()
    parser.feed(write_page(small_exam).read_text("utf-8"))
    return parser


def test_everything_on_the_page_is_inside_it(page: Loads, small_exam: Exam) -> None:
    assert all(address.startswith(("data:", "#q")) for address in page.addresses)
    assert not {"link", "iframe", "object", "embed", "base"} & set(page.tags)
    content = (small_exam.folder / "index.html").read_text("utf-8")
    assert not re.search(r"https?://|url\(|@import|fetch\(|XMLHttpRequest|import\(", content)


def test_every_answer_stands_on_the_page_with_what_was_expected(page: Loads, small_exam: Exam) -> None:
    for one in small_exam.asked:
        assert one.question.text in page.text
        assert one.answer.text in page.text
        assert f"the script says: {one.question.expected}" in page.text
    num_pictures = sum(min(3, len(one.answer.evidence)) for one in small_exam.asked)
    assert page.tags.count("img") >= num_pictures > len(small_exam.asked)


def test_a_wrong_answer_is_shown_as_wrong(small_exam: Exam, tmp_path: Path) -> None:
    first = small_exam.asked[0]
    wrong = Asked(first.question, replace(first.answer, text="<b>in the moon</b>"))
    write_page(replace(small_exam, asked=(wrong, *small_exam.asked[1:])))
    content = (small_exam.folder / "index.html").read_text("utf-8")
    write_page(small_exam)
    card = re.search(r'<section class="card (\w+)" id="q1">(.*?)</section>', content, re.DOTALL)
    assert card is not None
    assert card[1] == "wrong"
    assert '<b class="no">wrong</b>' in card[2]
    assert "&lt;b&gt;in the moon&lt;/b&gt;" in card[2]


def test_answers_come_from_the_memory_and_from_nowhere_else(small_exam: Exam) -> None:
    """The same questions asked of the memory on disk give the same answers, and of an empty memory none."""
    with Memory.open(small_exam.memory) as memory:
        for one in small_exam.asked:
            again = memory.ask(one.question.text, asked_at=one.question.asked_at_ns, choices=one.question.choices)
            assert (again.text, again.value, again.choice) == (one.answer.text, one.answer.value, one.answer.choice)


def test_an_empty_memory_knows_nothing(small_exam: Exam, tmp_path: Path) -> None:
    with Memory.open(tmp_path / "empty", mode="w", create=True) as memory:
        answers = [memory.ask(question.text, choices=question.choices) for question in questions(small_exam.story)]
    assert all(answer.abstained for answer in answers)


def test_the_memory_holds_the_whole_film(small_exam: Exam) -> None:
    stored, story = small_exam.ingest.stored, small_exam.story
    assert stored.num_texts == sum(bool(e.caption) for e in story.events) + len(story.lines)
    assert stored.num_frames == -(-story.duration_ns // 10**9)
    assert not small_exam.ingest.interrupted
    with Memory.open(small_exam.memory, mode="w") as memory:
        assert not memory.check().problems


def test_what_the_film_does_not_show_is_not_answered(small_exam: Exam) -> None:
    asked = next(one for one in small_exam.asked if one.question.kind == "not in the film")
    assert asked.answer.abstained
    assert asked.answer.reason
    assert not asked.answer.evidence


def test_the_keys_are_where_they_were_when_it_is_asked(small_exam: Exam) -> None:
    """As of: the same words at two times, two answers."""
    now, then = (one for one in small_exam.asked if one.question.text == "Where are the keys?")
    assert now.right
    assert then.right
    assert now.answer.text != then.answer.text
    assert all(evidence.span.start_ns < then.question.asked_at_ns for evidence in then.answer.evidence)


@pytest.fixture
def small_demo(small_exam: Exam, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    monkeypatch.setattr(command, "examine", lambda folder, seed: small_exam)
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


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("precious")
    (tmp_path / "memory").mkdir()
    with pytest.raises(InvalidInputError, match=r"holds other things \('memory'\); name an empty or new folder with -o"):
        examine(tmp_path, 1)
    assert (tmp_path / "thesis.txt").read_text() == "precious"
    assert (tmp_path / "memory").is_dir()


def test_a_file_in_the_way_is_said(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(StorageError, match=r"Cannot write to .*taken.*give another folder with -o"):
        examine(tmp_path / "taken", 1)


def test_a_second_demo_in_the_same_folder_replaces_the_first(tmp_path: Path) -> None:
    first = examine(tmp_path, 1, height=60, fps=1)
    second = examine(tmp_path, 2, height=60, fps=1)
    assert second.story != first.story
    with Memory.open(second.memory) as memory:
        assert len(memory.texts()) == second.ingest.stored.num_texts


def test_an_abstention_has_no_pictures_and_still_a_card(small_exam: Exam) -> None:
    nothing = Answer("I do not know: nothing fits", "text", 0.0, True, reason="nothing fits")
    write_page(replace(small_exam, asked=(Asked(small_exam.asked[-1].question, nothing),)))
    content = (small_exam.folder / "index.html").read_text("utf-8")
    write_page(small_exam)
    assert '<div class="evidence"></div>' in content
    assert "(abstained, 0.0 ms)" in content
