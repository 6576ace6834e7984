"""Whole runs over tiny data sets with scripted evidence, against figures computed by hand."""

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from apps.evaluate.cases import AskedQuestion, Mark, Prediction, Scored
from apps.evaluate.report import Report, figure, figures_by_type
from apps.evaluate.runs import RunOptions, run_egolife, run_locomo, run_nextgqa
from mmmem.clock import NS_PER_S, Calendar, Span
from mmmem.errors import InvalidInputError, ModelError
from mmmem.types import Answer, Evidence

DAYS = Calendar("days")
WALL = Calendar("wall", "UTC")


def piece(stream: str, start_ns: int, duration_s: float = 30) -> Evidence:
    span = Span(start_ns, start_ns + round(duration_s * NS_PER_S))
    return Evidence("episodic", f"{stream}:{start_ns}", stream, span, 1.0, "words")


def chosen(choice: int | None, *evidence: Evidence) -> Answer:
    return Answer("words", "choice", 0.5, not evidence, evidence, choice=choice)


@pytest.fixture
def options(tmp_path: Path, library: Any) -> RunOptions:
    return RunOptions(tmp_path / "memories", out=tmp_path / "lines.jsonl", open_memory=library.open)


def lines_of(options: RunOptions) -> list[dict[str, Any]]:
    assert options.out is not None
    return [json.loads(line) for line in options.out.read_text().splitlines()]


@pytest.fixture
def ego(tmp_path: Path, published: SimpleNamespace, library: Any) -> Path:
    """Two questions: one found at once and answered right; one found second, after a near miss, and answered wrong."""
    first = published.egolife_record(1)
    second = published.egolife_record(
        2, question="Who was in the garden?", type="RelationMap", answer="B", target_time={"date": "DAY1", "time": "11010500"}
    )
    stove, garden = (piece("A1_ANN", DAYS.parse(f"DAY1 {clock}")) for clock in ("11:00:00", "11:01:00"))
    library.search_replies |= {first["question"]: [stove], second["question"]: [stove, garden]}
    library.answers |= {first["question"]: chosen(0, stove), second["question"]: chosen(3, stove)}
    return published.write_egolife(tmp_path / "ego", [first, second])  # type: ignore[no-any-return]


@pytest.mark.parametrize("way", ["with choices", "question alone"])
def test_egolife_figures_by_hand(ego: Path, options: RunOptions, way: str) -> None:
    figures = run_egolife(ego, options).figures
    values = {name: figure.value for name, figure in figures["all"].items()}
    assert values["accuracy"] == 0.5
    assert [values[f"hit@{k} strict, {way}"] for k in (1, 3, 5, 15)] == [0.5, 1.0, 1.0, 1.0]
    assert [values[f"hit@{k} within 60 s, {way}"] for k in (1, 3, 5, 15)] == [1.0] * 4
    assert figures["EntityLog"]["accuracy"].value == figures["EntityLog"][f"hit@1 strict, {way}"].value == 1.0
    assert figures["RelationMap"]["accuracy"].value == figures["RelationMap"][f"hit@1 strict, {way}"].value == 0.0


def test_egolife_chance_by_hand(ego: Path, options: RunOptions) -> None:
    # Five clips hold words; one of them holds each time; three and four of them lie within 60 s of it.
    chance = {name: figure.chance for name, figure in run_egolife(ego, options).figures["all"].items()}
    assert chance["accuracy"] == 0.25
    assert [chance[f"hit@{k} strict, question alone"] for k in (1, 3, 5, 15)] == pytest.approx([0.2, 0.6, 1.0, 1.0])
    assert chance["hit@1 within 60 s, question alone"] == pytest.approx((3 / 5 + 4 / 5) / 2)


def test_egolife_searches_with_the_choices_and_without(ego: Path, options: RunOptions, library: Any) -> None:
    run_egolife(ego, options)
    searches = [call for what, call in library.asked() if what == "search"]
    choices = ("on the stove", "in the garden", "under the bed", "behind the door")
    assert [(k, given) for _, _, _, k, given in searches] == [(15, choices), (15, ())] * 2
    assert {given for what, (*_, given) in library.asked() if what == "ask"} == {choices}
    assert {asked_at for _, (_, asked_at, *_) in library.asked()} == {DAYS.parse("DAY1 12:00:00")}


def test_an_hour_as_evidence_is_no_hit_and_is_told(ego: Path, options: RunOptions, library: Any) -> None:
    hour = piece("A1_ANN", DAYS.parse("DAY1 10:30:00"), 3600)
    library.search_replies = {text: [hour] for text in library.search_replies}
    report = run_egolife(ego, options)
    assert all(f.value == 0.0 for name, f in report.figures["all"].items() if name.startswith("hit"))
    assert report.faults["evidence longer than 60 s, not counted"] == 4


def test_evidence_from_the_future_is_no_hit_and_is_told(
    tmp_path: Path, published: SimpleNamespace, options: RunOptions, library: Any
) -> None:
    record = published.egolife_record(1, query_time={"date": "DAY1", "time": "11002000"})
    library.search_replies[record["question"]] = [piece("A1_ANN", DAYS.parse("DAY1 11:00:00"))]
    report = run_egolife(published.write_egolife(tmp_path / "ego", [record]), options)
    assert report.figures["all"]["hit@15 strict, question alone"].value == 0.0
    assert report.faults["evidence that ended after the question, not counted"] == 2
    assert any("in no recorded clip" in fault for fault in report.faults)


@pytest.fixture
def videos(tmp_path: Path, published: SimpleNamespace, library: Any) -> Path:
    """Right and grounded by a third; wrong without evidence; right and grounded by half."""
    first, second, third = (row["question"] for row in published.next_rows[:3])
    library.answers |= {first: chosen(1, piece("77", 0)), second: chosen(None), third: chosen(2, piece("88", 0))}
    return published.write_nextgqa(tmp_path / "next")  # type: ignore[no-any-return]


def test_nextgqa_figures_by_hand(videos: Path, options: RunOptions) -> None:
    report = run_nextgqa(videos, options)
    values = {name: figure.value for name, figure in report.figures["all"].items()}
    ious, iops = [10 / 35, 0.0, 0.5], [10 / 30, 0.0, 0.5]  # the last span is cut at the end of its video
    assert values["mIoU"] == pytest.approx(sum(ious) / 3)
    assert values["mIoP"] == pytest.approx(sum(iops) / 3)
    shares = {"accuracy": 2, "IoU@0.3": 1, "IoU@0.5": 1, "IoP@0.3": 2, "IoP@0.5": 1, "Acc@GQA": 1}
    assert {name: round(values[name] * 3) for name in shares} == shares
    assert (report.num_read, report.num_scored, [left.num for left in report.left_out]) == (4, 3, [1])
    assert report.faults == {"questions for which no choice was made": 1}
    assert set(report.figures) == {"all", "TN", "CW", "CH"}


def test_nextgqa_chance_by_hand(videos: Path, options: RunOptions) -> None:
    figures = run_nextgqa(videos, options).figures
    # A span of 30 s has eleven places in 40 s: it shares 10 to 15 s with 20-35 s. A span of 10 s has one place in 10 s.
    shares = [min(30 + start, 35) - 20 for start in range(11)]
    assert figures["TN"]["mIoP"].chance == pytest.approx(sum(share / 30 for share in shares) / 11)
    assert figures["TN"]["IoP@0.5"].chance == pytest.approx(sum(share >= 15 for share in shares) / 11)
    assert figures["CH"]["mIoU"].chance == figures["CH"]["mIoU"].value == 0.5
    assert figures["CW"]["mIoU"].chance == 0.0  # nothing was predicted
    assert figures["TN"]["accuracy"].chance == 0.2
    assert figures["CW"]["accuracy"].chance == 0.4  # two choices of this question say the same
    assert figures["CH"]["Acc@GQA"].chance == pytest.approx(0.2)


def test_nextgqa_evidence_of_another_video_grounds_nothing(videos: Path, options: RunOptions, library: Any) -> None:
    library.answers = {text: chosen(1, piece("another", 0)) for text in library.answers}
    report = run_nextgqa(videos, options)
    assert report.figures["all"]["mIoP"].value == 0.0
    assert report.faults["evidence of another stream, not counted"] == 3


def test_nextgqa_asks_about_one_video(videos: Path, options: RunOptions, library: Any) -> None:
    run_nextgqa(videos, options)
    assert [(stream, asked_at // NS_PER_S) for _, (_, asked_at, stream, _) in library.asked()] == [
        ("77", 40), ("77", 40), ("88", 10),
    ]  # fmt: skip
    assert len(library.memories) == 1
    assert {info.stream_id for info in library.memory.streams} == {"77", "88"}


@pytest.fixture
def talks(tmp_path: Path, published: SimpleNamespace, library: Any) -> Path:
    record = published.locomo_record()
    record["session_3"] = [{"speaker": "Ann", "dia_id": f"D3:{n + 1}", "text": f"Number {n}."} for n in range(36)]
    texts = [entry["question"] for entry in record["qa"]]
    starts = {"D1:1": "2023-05-08T13:56:00", "D2:1": "2023-05-12T09:00:00", "D3:1": "2023-05-13T09:00:00"}
    at = {turn: WALL.parse(start) for turn, start in starts.items()}
    filler = [piece("c1", at["D3:1"] + 30 * NS_PER_S * n) for n in range(8)]
    library.search_replies |= {
        texts[0]: [piece("c1", at["D1:1"]), *filler, piece("c1", at["D2:1"])],  # one turn first, the other tenth
        texts[1]: [*filler, *filler, piece("c1", at["D2:1"])],  # the same turns again take no rank: ninth
        texts[2]: [piece("c2", at["D1:1"] + 30 * NS_PER_S)],  # of another conversation
    }
    library.answers |= {
        texts[0]: Answer("It was stolen", "text", 0.9, False, (filler[0],)),
        texts[1]: Answer("", "time", 0.1, True),
        texts[2]: Answer("a parrot", "entity", 0.9, False, (filler[0],)),
        texts[3]: Answer("", "entity", 0.1, True),
    }
    return published.write_locomo(tmp_path / "talks", [record])  # type: ignore[no-any-return]


def test_locomo_figures_by_hand(talks: Path, options: RunOptions) -> None:
    report = run_locomo(talks, options)
    every = report.figures["all"]
    assert [every[f"recall@{k}"].value for k in (5, 10, 25)] == pytest.approx([0.5 / 3, 2 / 3, 2 / 3])
    assert [every[f"recall@{k}"].chance for k in (5, 10, 25)] == pytest.approx([5 / 40, 10 / 40, 25 / 40])
    assert every["recall@5"].num == every["answer F1"].num == 3
    assert every["answer F1"].value == pytest.approx((2 / 4 + 0 + 1) / 3)
    assert every["abstained though answerable"].value == pytest.approx(1 / 3)
    assert (every["abstained, as is right"].value, every["abstained, as is right"].num) == (1.0, 1)
    assert set(report.figures["5 adversarial"]) == {"abstained, as is right"}
    assert report.faults == {"evidence of another stream, not counted": 1}


def test_a_wide_span_pays_for_each_turn(talks: Path, options: RunOptions, library: Any) -> None:
    whole_session = piece("c1", WALL.parse("2023-05-13T09:00:00"), 36 * 30)
    everything = [whole_session, piece("c1", WALL.parse("2023-05-12T09:00:00"))]
    library.search_replies = dict.fromkeys(library.search_replies, everything)
    assert run_locomo(talks, options).figures["all"]["recall@25"].value == 0.0


RUNS: list[tuple[str, Callable[..., Report]]] = [("ego", run_egolife), ("videos", run_nextgqa), ("talks", run_locomo)]


@pytest.fixture(params=RUNS, ids=[name for name, _ in RUNS])
def any_run(request: pytest.FixtureRequest) -> Callable[[RunOptions], Report]:
    name, run = request.param
    folder = request.getfixturevalue(name)
    return lambda options: run(folder, options)


def test_every_figure_lies_in_its_interval(any_run: Callable[[RunOptions], Report], options: RunOptions) -> None:
    for figures in any_run(options).figures.values():
        for name, f in figures.items():
            assert 0.0 <= f.low <= f.value <= f.high <= 1.0, name
            assert f.chance is None or 0.0 <= f.chance <= 1.0, name


def test_lines_agree_with_the_figures(any_run: Callable[[RunOptions], Report], options: RunOptions) -> None:
    report = any_run(options)
    lines = lines_of(options)
    assert len(lines) == report.num_scored
    for name, f in report.figures["all"].items():
        marks = [line["marks"][name] for line in lines if name in line["marks"]]
        assert (len(marks), sum(marks) / len(marks)) == (f.num, pytest.approx(f.value))


def test_a_report_is_plain_json(any_run: Callable[[RunOptions], Report], options: RunOptions) -> None:
    report = any_run(options)
    again = json.loads(json.dumps(report.to_json(), allow_nan=False))
    assert again["figures"].keys() == report.figures.keys()
    assert again["latency"]["ask"]["num"] == len(lines_of(options))


def test_a_second_run_asks_the_same_memory(any_run: Callable[[RunOptions], Report], options: RunOptions, library: Any) -> None:
    first = any_run(options)
    second = any_run(options)
    assert library.num_opened_to_write == 1
    assert [built.reused for built in (*first.memories, *second.memories)] == [False, True]
    assert first.figures == second.figures
    assert library.memory.num_consolidated == 1


def test_another_text_embedder_gets_a_memory_of_its_own(ego: Path, options: RunOptions, library: Any) -> None:
    run_egolife(ego, options)
    other = RunOptions(options.memory, "a model", open_memory=library.open)
    assert not run_egolife(ego, other).memories[0].reused
    assert len(library.memories) == 2


def test_questions_beyond_the_limit_are_told(any_run: Callable[[RunOptions], Report], options: RunOptions) -> None:
    whole = any_run(options)
    part = any_run(RunOptions(options.memory, limit=1, open_memory=options.open_memory))
    assert part.num_scored == 1
    assert part.num_read == whole.num_read == part.num_scored + sum(left.num for left in part.left_out)


def test_a_question_that_fails_counts_as_wrong_and_is_told(ego: Path, options: RunOptions, library: Any) -> None:
    library.answers["Where was the kettle?"] = ModelError("the model does not answer")
    report = run_egolife(ego, options)
    assert report.num_scored == 2
    assert report.figures["all"]["accuracy"].value == 0.0
    assert report.errors == {"ModelError: the model does not answer": 1}
    assert report.latency["ask"].num == 1


def test_an_interrupted_run_scores_what_was_asked(talks: Path, options: RunOptions, library: Any) -> None:
    library.answers["Which bird has Bob?"] = KeyboardInterrupt()
    report = run_locomo(talks, options)
    assert report.interrupted
    assert report.num_scored == len(lines_of(options)) == 2
    assert [(left.num, left.reason) for left in report.left_out] == [(2, "interrupted before them")]


def test_building_goes_on_where_it_was_stopped(ego: Path, options: RunOptions, library: Any) -> None:
    run_egolife(ego, options)
    (receipt,) = options.memory.glob("*.built.json")  # type: ignore[union-attr]
    receipt.unlink()
    assert not run_egolife(ego, options).memories[0].reused
    assert len(library.memories) == 1


@pytest.mark.parametrize(
    ("changes", "fault"),
    [({"limit": 0}, "must be at least 1, got 0"), ({"out": Path("nowhere") / "x.jsonl"}, "does not exist; make it first")],
)
def test_options_that_cannot_work_are_refused_before_anything_is_made(changes: dict[str, Any], fault: str) -> None:
    with pytest.raises(InvalidInputError, match=fault):
        RunOptions(**changes)


def test_nothing_to_ask_says_why(tmp_path: Path, published: SimpleNamespace, options: RunOptions) -> None:
    folder = published.write_egolife(tmp_path / "ego", [published.egolife_record(1)], wearer="A2_BOB")
    with pytest.raises(InvalidInputError, match=r"holds no question that can be asked\. 1: no EgoLifeCap"):
        run_egolife(folder, options)


def test_two_questions_of_one_name_are_refused(tmp_path: Path, published: SimpleNamespace, options: RunOptions) -> None:
    folder = published.write_egolife(tmp_path / "ego", [published.egolife_record(1)] * 2)
    with pytest.raises(InvalidInputError, match="1 question ids more than once, first 'A1_ANN-1'"):
        run_egolife(folder, options)


def test_a_memory_that_was_deleted_is_made_again(ego: Path, options: RunOptions, library: Any) -> None:
    path = Path(run_egolife(ego, options).memories[0].path)
    path.rmdir()
    assert not run_egolife(ego, options).memories[0].reused
    assert library.num_opened_to_write == 2


def test_chance_is_given_only_where_every_question_has_one() -> None:
    assert figure([Mark(True, 0.5), Mark(False, 0.25)]).chance == 0.375
    assert figure([Mark(True, 0.5), Mark(False)]).chance is None
    assert (figure([Mark(True)]).kind, figure([Mark(1.0)]).kind) == ("proportion", "mean")


def test_all_is_the_mean_over_questions_not_over_types() -> None:
    def scored(kind: str, value: bool) -> tuple[Prediction, Scored]:
        question = AskedQuestion("1", "Who?", 0, "r", type=kind)
        return Prediction(question, {}, None, 0.0), Scored({"accuracy": Mark(value)})

    figures = figures_by_type([scored("b", True), scored("a", False), scored("a", False), scored("a", False)])
    assert list(figures) == ["all", "a", "b"]
    assert [figures[group]["accuracy"].value for group in figures] == [0.25, 0.0, 1.0]
