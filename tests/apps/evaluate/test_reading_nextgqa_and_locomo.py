"""NExT-GQA and LoCoMo as they are published, and with the defects their files have."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from apps.evaluate import locomo, nextgqa
from mmmem.clock import NS_PER_S, Calendar, Span
from mmmem.errors import InvalidInputError, SourceError


def test_videos_without_captions_are_left_out_and_said(tmp_path: Path, published: SimpleNamespace) -> None:
    dataset = nextgqa.read(published.write_nextgqa(tmp_path))
    assert [case.question.id for case in dataset.cases] == ["77_1", "77_2", "88_5"]
    assert [(left.num, left.reason) for left in dataset.left_out] == [(1, "1 of 3 videos have no captions in captions_1fps.json")]
    assert set(dataset.recordings[0].streams) == {"77", "88"}


def test_a_question_with_a_line_break_stays_one_question(tmp_path: Path, published: SimpleNamespace) -> None:
    rows = [published.next_rows[0] | {"question": "what does the dog do\nafter barking"}]
    (case,) = nextgqa.read(published.write_nextgqa(tmp_path, rows)).cases
    assert case.question.text == "what does the dog do\nafter barking"


def test_a_question_is_asked_when_its_video_ends(tmp_path: Path, published: SimpleNamespace) -> None:
    questions = [case.question for case in nextgqa.read(published.write_nextgqa(tmp_path)).cases]
    assert [(q.stream, q.asked_at_ns // NS_PER_S) for q in questions] == [("77", 40), ("77", 40), ("88", 10)]
    assert questions[0].choices == ("run", "sleep", "swim", "fly", "jump")


def test_gold_of_a_repeated_choice_is_either(tmp_path: Path, published: SimpleNamespace) -> None:
    cases = nextgqa.read(published.write_nextgqa(tmp_path)).cases
    assert cases[0].gold().choices == {1}
    assert cases[1].gold().choices == {0, 4}
    assert cases[1].gold().spans == (Span(0, 6 * NS_PER_S), Span(10 * NS_PER_S, 15 * NS_PER_S))


def test_captions_as_lists_are_the_same_captions(published: SimpleNamespace) -> None:
    by_second = nextgqa.captioned(published.next_captions)
    as_lists = nextgqa.captioned({video: list(lines.values()) for video, lines in published.next_captions.items()})
    assert by_second == as_lists
    assert [text.span.start_ns // NS_PER_S for text in by_second["77"]] == list(range(40))


@pytest.mark.parametrize(
    ("captions", "fault"),
    [([], "must be an object of videos"), ({"1": "text"}, "captions by second"), ({"1": {"x": "a dog"}}, "no whole number")],
)
def test_captions_in_another_format_are_refused(captions: Any, fault: str) -> None:
    with pytest.raises(InvalidInputError, match=fault):
        nextgqa.captioned(captions)


def test_gold_spans_are_missed_before_the_questions_are_asked(tmp_path: Path, published: SimpleNamespace) -> None:
    (published.write_nextgqa(tmp_path) / "gsub_val.json").unlink()
    with pytest.raises(SourceError, match=r"gsub_val\.json' is missing"):
        nextgqa.read(tmp_path)


@pytest.mark.parametrize(
    ("spans", "fault"),
    [({}, "no readable span"), ({"77": {"location": {"1": [[5, 3]]}}}, "no readable span"), ({"77": {"location": {}}}, "77_1")],
)
def test_unreadable_gold_spans_are_told_when_they_are_read(
    tmp_path: Path, published: SimpleNamespace, spans: dict[str, Any], fault: str
) -> None:
    case = nextgqa.read(published.write_nextgqa(tmp_path, spans=spans)).cases[0]
    with pytest.raises(InvalidInputError, match=fault):
        case.gold()


WALL = Calendar("wall", "UTC")


def test_a_turn_is_one_clip(published: SimpleNamespace) -> None:
    talk = locomo.conversation(published.locomo_record())
    starts = {turn: WALL.format(span.start_ns) for turn, span in talk.turns.items()}
    assert starts == {
        "D1:1": "2023-05-08 13:56:00",
        "D1:2": "2023-05-08 13:56:30",
        "D2:1": "2023-05-12 09:00:00",
        "D2:2": "2023-05-12 09:00:30",
    }
    assert {span.duration_ns for span in talk.turns.values()} == {30 * NS_PER_S}
    assert all(span.start_ns % (30 * NS_PER_S) == 0 for span in talk.turns.values())


def test_words_and_pictures_of_a_turn_are_texts(published: SimpleNamespace) -> None:
    texts = locomo.conversation(published.locomo_record()).texts
    assert [(text.kind, text.speaker, text.text) for text in texts[:3]] == [
        ("speech", "Ann", "I bought a red bicycle."),
        ("speech", "Bob", "Nice! I got a parrot."),
        ("caption", None, "Bob shares a photo of a green parrot"),
    ]
    assert len(texts) == 5


def test_every_question_is_asked_when_the_last_session_has_ended(published: SimpleNamespace) -> None:
    record = published.locomo_record()
    cases = locomo.cases(record, locomo.conversation(record))
    assert {WALL.format(case.question.asked_at_ns) for case in cases} == {"2023-05-12 09:01:00"}
    assert [case.question.type for case in cases] == ["1 multi-hop", "2 temporal", "4 single-hop", "5 adversarial"]


@pytest.mark.parametrize(
    ("evidence", "turns", "num_unreadable"),
    [
        (["D1:1"], ("D1:1",), 0),
        (["D1:1; D2:1"], ("D1:1", "D2:1"), 0),
        (["D2:1 D1:2"], ("D2:1", "D1:2"), 0),
        (["D1:1", "D1:1"], ("D1:1",), 0),
        (["D1:01"], ("D1:1",), 0),
        ("D1:1", ("D1:1",), 0),
        (["D1:1", "D:11:26"], ("D1:1",), 1),  # as in the published file
        (["D1:1", "D9:9"], ("D1:1",), 1),
    ],
)
def test_evidence_ids(evidence: Any, turns: tuple[str, ...], num_unreadable: int) -> None:
    entry = {"answer": 2022, "evidence": evidence, "category": 2}
    gold = locomo.gold(entry, frozenset({"D1:1", "D1:2", "D2:1"}))
    assert (gold.turns, gold.answer, gold.num_unreadable) == (turns, "2022", num_unreadable)


@pytest.mark.parametrize("evidence", [[], ["D:11:26"], ["D9:9"]])
def test_evidence_that_names_no_turn_is_refused_unless_the_question_is_adversarial(evidence: list[str]) -> None:
    with pytest.raises(InvalidInputError, match="names no turn"):
        locomo.gold({"answer": "x", "evidence": evidence, "category": 3}, frozenset({"D1:1"}))
    assert locomo.gold({"evidence": evidence, "category": 5}, frozenset({"D1:1"})).turns == ()


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"session_1_date_time": "yesterday"}, "cannot read 'yesterday' as a date"),
        ({"session_2_date_time": "1:56 pm on 8 May, 2023"}, "before the session before it has ended"),
        ({"session_1": [], "session_2": []}, "holds no session with a turn"),
        ({"sample_id": ""}, "sample_id"),
        ({"session_1": [{"speaker": "Ann", "text": "Hello"}]}, "dia_id"),
    ],
)
def test_conversations_that_cannot_be_placed_in_time(changes: dict[str, Any], fault: str, published: SimpleNamespace) -> None:
    with pytest.raises(InvalidInputError, match=fault):
        locomo.conversation(published.locomo_record(**changes))


def test_an_unknown_category_is_refused(tmp_path: Path, published: SimpleNamespace) -> None:
    record = published.locomo_record(qa=[{"question": "Who?", "answer": "Ann", "evidence": ["D1:1"], "category": 9}])
    with pytest.raises(InvalidInputError, match="category must be 1 to 5, got 9"):
        locomo.read(published.write_locomo(tmp_path, [record]))


def test_one_file_or_several_are_the_same_data(tmp_path: Path, published: SimpleNamespace) -> None:
    records = [published.locomo_record(sample_id=name) for name in ("c1", "c2")]
    together = locomo.read(published.write_locomo(tmp_path / "one", records) / "locomo.json")
    published.write_locomo(tmp_path / "two", records[:1])
    (tmp_path / "two" / "locomo.json").rename(tmp_path / "two" / "a.json")
    apart = locomo.read(published.write_locomo(tmp_path / "two", records[1:]))
    assert [case.question for case in together.cases] == [case.question for case in apart.cases]
    assert together.recordings == apart.recordings


@pytest.mark.parametrize(
    ("content", "error", "fault"),
    [
        (None, SourceError, "holds no JSON file"),
        ("[1, 2]", InvalidInputError, "as LoCoMo publishes them"),
        ('[{"sample_id": "1"}]', InvalidInputError, "as LoCoMo publishes them"),
    ],
)
def test_a_folder_that_is_not_locomo(tmp_path: Path, content: str | None, error: type[Exception], fault: str) -> None:
    if content is not None:
        (tmp_path / "a.json").write_text(content)
    with pytest.raises(error, match=fault):
        locomo.read(tmp_path)


def test_the_same_conversation_twice_is_refused(tmp_path: Path, published: SimpleNamespace) -> None:
    with pytest.raises(InvalidInputError, match="same sample_id"):
        locomo.read(published.write_locomo(tmp_path, [published.locomo_record()] * 2))
