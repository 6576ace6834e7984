"""EgoLifeQA as it is published: times glued together, missing fields, missing recordings."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from apps.evaluate import egolife
from mmmem.clock import Calendar
from mmmem.errors import InvalidInputError, SourceError

CALENDAR = Calendar("days")


@pytest.mark.parametrize(
    ("target", "times"),
    [
        ({"date": "DAY1", "time": "11244408"}, ["DAY1 11:24:44"]),
        ({"date": "DAY2", "time": "00000099"}, ["DAY2 00:00:00"]),
        ({"date": "DAY12", "time": "235959"}, ["DAY12 23:59:59"]),
        ({"date": "DAY1", "time": "11153417DAY1_11181201"}, ["DAY1 11:15:34", "DAY1 11:18:12"]),
        (
            {"date": "DAY1", "time": "11360904DAY2_10453312DAY3_11235811"},
            ["DAY1 11:36:09", "DAY2 10:45:33", "DAY3 11:23:58"],
        ),
        ({"date": "DAY1", "time_list": ["13394908", "13512717"]}, ["DAY1 13:39:49", "DAY1 13:51:27"]),
        ({"date": "DAY3", "time_list": ["15401712", "15401712"]}, ["DAY3 15:40:17", "DAY3 15:40:17"]),
        ({"date": "DAY1", "time_list": ["13444813DAY3_20222516"]}, ["DAY1 13:44:48", "DAY3 20:22:25"]),
    ],
)
def test_target_times(target: dict[str, Any], times: list[str]) -> None:
    assert egolife.target_times(target) == tuple(CALENDAR.parse(time) for time in times)


@pytest.mark.parametrize(
    ("target", "fault"),
    [
        ({"date": "DAY1", "time": "noon"}, "Cannot read 'noon' as times HHMMSSFF"),
        ({"date": "DAY1", "time": "11244408 DAY2_10453312"}, "as times HHMMSSFF"),
        ({"date": "DAY1", "time": "24000000"}, "as times HHMMSSFF"),
        ({"date": "DAY1", "time": "11600000"}, "as times HHMMSSFF"),
        ({"date": "DAY1", "time": ""}, "holds no time"),
        ({"date": "DAY1", "time_list": []}, "holds no time"),
        ({"date": "Tuesday", "time": "11244408"}, "'Tuesday' as a day"),
        ({"date": "DAY0", "time": "11244408"}, "'DAY0' as a day"),
        ("11244408", "must be an object of date and time"),
        (None, "must be an object of date and time"),
    ],
)
def test_bad_target_times_are_refused(target: Any, fault: str) -> None:
    with pytest.raises(InvalidInputError, match=fault):
        egolife.target_times(target)


def test_a_question_holds_what_may_be_asked(published: SimpleNamespace) -> None:
    (case,) = egolife.cases([published.egolife_record(7)], "A1_ANN")
    assert case.question.id == "A1_ANN-7"
    assert case.question.text == "Where was the kettle?"
    assert case.question.asked_at_ns == CALENDAR.parse("DAY1 12:00:00")
    assert case.question.choices == ("on the stove", "in the garden", "under the bed", "behind the door")
    assert case.gold() == egolife.EgoLifeGold(0, (CALENDAR.parse("DAY1 11:00:15"),))


def test_the_trigger_is_told_on_request(published: SimpleNamespace) -> None:
    (case,) = egolife.cases([published.egolife_record(7)], "A1_ANN", with_trigger=True)
    assert case.question.text == "Where was the kettle? The lid falls down"


@pytest.mark.parametrize("missing", ["ID", "question", "choice_c", "query_time", "type"])
def test_a_question_without_a_field_is_refused_by_name(missing: str, published: SimpleNamespace) -> None:
    record = published.egolife_record(7)
    del record[missing]
    with pytest.raises(InvalidInputError, match=missing):
        egolife.cases([record], "A1_ANN")


@pytest.mark.parametrize("answer", ["E", "AB", "", None])
def test_an_answer_that_is_no_letter_is_refused_when_it_is_scored(answer: Any, published: SimpleNamespace) -> None:
    (case,) = egolife.cases([published.egolife_record(7, answer=answer)], "A1_ANN")
    with pytest.raises(InvalidInputError, match="answer"):
        case.gold()


def test_the_recording_is_that_of_the_wearer(tmp_path: Path, published: SimpleNamespace) -> None:
    folder = published.write_egolife(tmp_path, [published.egolife_record(1)])
    (recording,) = egolife.read(folder).recordings
    texts = recording.streams["A1_ANN"]
    assert recording.calendar == CALENDAR
    assert [text.span.start_ns for text in texts] == sorted(text.span.start_ns for text in texts)
    assert texts[0].span.start_ns == CALENDAR.parse("DAY1 11:00:10")
    assert [text.speaker for text in texts if text.kind == "speech"] == ["Ann"]
    assert len(egolife.covered_clips(recording)) == 5


def test_questions_of_a_wearer_without_recordings_are_left_out_and_said(tmp_path: Path, published: SimpleNamespace) -> None:
    folder = published.write_egolife(tmp_path, [published.egolife_record(n) for n in range(3)], wearer="A2_BOB")
    dataset = egolife.read(folder)
    assert dataset.cases == dataset.recordings == ()
    assert [left.num for left in dataset.left_out] == [3]
    assert "A2_BOB" in dataset.left_out[0].reason


@pytest.mark.parametrize(
    ("make", "error", "fault"),
    [
        (lambda folder: None, SourceError, "does not exist; give the folder"),
        (lambda folder: folder.write_text("x"), SourceError, "is a file; give the folder"),
        (lambda folder: folder.mkdir(), SourceError, "holds no EgoLifeQA"),
    ],
)
def test_a_folder_that_is_not_egolife(tmp_path: Path, make: Any, error: type[Exception], fault: str) -> None:
    make(tmp_path / "data")
    with pytest.raises(error, match=fault):
        egolife.read(tmp_path / "data")


@pytest.mark.parametrize(("content", "fault"), [("[{", "is not JSON"), ('{"a": 1}', "must be a list of questions")])
def test_a_question_file_that_is_damaged(tmp_path: Path, content: str, fault: str) -> None:
    (tmp_path / "EgoLifeQA").mkdir()
    (tmp_path / "EgoLifeQA" / "EgoLifeQA_A1_ANN.json").write_text(content)
    with pytest.raises(InvalidInputError, match=fault):
        egolife.read(tmp_path)
