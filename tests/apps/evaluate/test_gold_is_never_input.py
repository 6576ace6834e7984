"""The promise of the evaluation: nothing that is gold can reach a memory.

Three proofs: the type a memory is asked with has no room for gold; every field read before the last prediction is one that
may be asked; and any change to the gold, even to nonsense, leaves every call to the memory as it was.
"""

import csv
import json
import random
from dataclasses import fields
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_type_hints

import pytest

from apps.evaluate import asking, building, egolife, locomo, nextgqa
from apps.evaluate.cases import AskedQuestion, Recording
from apps.evaluate.report import Report
from apps.evaluate.runs import RunOptions, run_egolife, run_locomo, run_nextgqa
from mmmem.errors import InvalidInputError

SENTINEL = "XGOLDX"
EGOLIFE_ASKED = {"ID", "question", "query_time", "type", "choice_a", "choice_b", "choice_c", "choice_d", "date", "time"}
NEXTGQA_ASKED = {"video_id", "qid", "question", "type", "a0", "a1", "a2", "a3", "a4"}
LOCOMO_ASKED = {
    "sample_id", "conversation", "qa", "question", "category", "speaker", "text", "dia_id", "blip_caption",
    *(f"session_{n}" for n in (1, 2)), *(f"session_{n}_date_time" for n in (1, 2)),
}  # fmt: skip


class Watched(dict):  # type: ignore[type-arg]
    """A dictionary that logs the key of every value that is read, also of values inside it."""

    def __init__(self, content: dict[str, Any], log: list[tuple[str, Any]]) -> None:
        super().__init__({key: watched(value, log) for key, value in content.items()})
        self._log = log

    def __getitem__(self, key: str) -> Any:
        self._log.append(("read", key))
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self._log.append(("read", key))
        return super().get(key, default)

    def items(self) -> Any:
        self._log.extend(("read", key) for key in self)
        return super().items()

    def values(self) -> Any:
        self._log.extend(("read", key) for key in self)
        return super().values()


def watched(value: Any, log: list[tuple[str, Any]]) -> Any:
    if isinstance(value, dict):
        return Watched(value, log)
    return [watched(item, log) for item in value] if isinstance(value, list) else value


def reads_until_last_question(log: list[tuple[str, Any]]) -> tuple[set[str], set[str]]:
    """Keys read before the memory was asked for the last time, and after."""
    last = max(i for i, (what, _) in enumerate(log) if what in ("ask", "search"))
    return {key for what, key in log[:last] if what == "read"}, {key for what, key in log[last:] if what == "read"}


def test_a_question_has_no_room_for_gold() -> None:
    assert {f.name for f in fields(AskedQuestion)} == {
        "id", "text", "asked_at_ns", "recording", "choices", "stream", "type",
    }  # fmt: skip
    assert {f.name for f in fields(Recording)} == {"key", "calendar", "streams", "wearers"}


@pytest.mark.parametrize("module", [asking, building], ids=lambda module: module.__name__)
def test_what_talks_to_a_memory_does_not_know_cases(module: Any) -> None:
    assert not {"Case", "Dataset", "Gold", "egolife", "nextgqa", "locomo"} & set(vars(module))


def test_the_runner_asks_questions_alone() -> None:
    hints = get_type_hints(asking.predictions)
    assert "AskedQuestion" in str(hints["questions"])
    assert "Case" not in str(hints)


def test_egolife_reads_gold_after_the_last_prediction(
    tmp_path: Path, library: Any, published: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = published.write_egolife(tmp_path / "ego", [published.egolife_record(n) for n in range(3)])
    monkeypatch.setattr(egolife, "read_json", lambda file: watched(json.loads(file.read_text()), library.log))
    report = run_egolife(folder, RunOptions(tmp_path / "m", open_memory=library.open))
    before, after = reads_until_last_question(library.log)
    assert before == EGOLIFE_ASKED
    assert after == {"answer", "target_time", "date", "time", "time_list", "ID"}
    assert report.num_scored == 3


def test_egolife_reads_the_trigger_only_on_request(
    tmp_path: Path, library: Any, published: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = published.write_egolife(tmp_path / "ego", [published.egolife_record(1)])
    monkeypatch.setattr(egolife, "read_json", lambda file: watched(json.loads(file.read_text()), library.log))
    run_egolife(folder, RunOptions(tmp_path / "m", open_memory=library.open), with_trigger=True)
    assert reads_until_last_question(library.log)[0] == EGOLIFE_ASKED | {"trigger"}
    assert all("The lid falls down" in call[1][0] for call in library.asked())


def test_nextgqa_reads_gold_after_the_last_prediction(
    tmp_path: Path, library: Any, published: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = published.write_nextgqa(tmp_path / "next")
    opened: list[str] = []

    def read_json(file: Path) -> Any:
        opened.append(file.name)
        library.log.append(("read", file.name))
        return json.loads(file.read_text())

    rows = csv.DictReader
    monkeypatch.setattr(nextgqa.csv, "DictReader", lambda lines: [Watched(row, library.log) for row in rows(lines)])
    monkeypatch.setattr(nextgqa, "read_json", read_json)
    run_nextgqa(folder, RunOptions(tmp_path / "m", open_memory=library.open))
    before, after = reads_until_last_question(library.log)
    assert before == NEXTGQA_ASKED | {"captions_1fps.json"}
    assert {"answer", "gsub_val.json"} <= after
    assert opened == ["captions_1fps.json", "gsub_val.json"]


@pytest.mark.parametrize("nested", [False, True], ids=["flat", "conversation within"])
def test_locomo_reads_gold_after_the_last_prediction(
    tmp_path: Path, library: Any, published: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, nested: bool
) -> None:
    record = published.locomo_record()
    if nested:
        talk = {key: record.pop(key) for key in list(record) if key.startswith(("session_1", "session_2", "speaker"))}
        record["conversation"] = {key: value for key, value in talk.items() if "observation" not in key}
    folder = published.write_locomo(tmp_path / "talks", [record])
    monkeypatch.setattr(locomo, "read_json", lambda file: watched(json.loads(file.read_text()), library.log))
    report = run_locomo(folder, RunOptions(tmp_path / "m", open_memory=library.open))
    before, after = reads_until_last_question(library.log)
    assert before == LOCOMO_ASKED
    assert after == {"answer", "evidence"}
    assert report.num_scored == 4


def _poison(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _poison(inner) for key, inner in value.items()}
    return [_poison(inner) for inner in value] if isinstance(value, list) else SENTINEL


def _poisoned(record: dict[str, Any], asked: set[str]) -> dict[str, Any]:
    return {key: value if key in asked else _poison(value) for key, value in record.items()}


def _write(name: str, folder: Path, published: SimpleNamespace, change: Any) -> Path:
    """A data set whose questions or conversations went through `change(records, asked)`."""
    if name == "egolife":
        records = [
            published.egolife_record(n, answer="ABCD"[n % 4], target_time={"date": "DAY1", "time": f"110{n}1500"})
            for n in range(6)
        ]
        return published.write_egolife(folder, change(records, EGOLIFE_ASKED))  # type: ignore[no-any-return]
    if name == "nextgqa":
        spans = change([published.next_spans], set())[0]
        rows = change(published.next_rows, NEXTGQA_ASKED | {"frame_count", "width", "height"})
        return published.write_nextgqa(folder, rows, spans)  # type: ignore[no-any-return]
    (record,) = change([published.locomo_record()], LOCOMO_ASKED)
    record["qa"] = change(record["qa"], LOCOMO_ASKED)
    return published.write_locomo(folder, [record])  # type: ignore[no-any-return]


RUNS = {"egolife": run_egolife, "nextgqa": run_nextgqa, "locomo": run_locomo}


def _run(name: str, folder: Path, memory: Path, library: Any) -> tuple[Report, list[dict[str, Any]]]:
    out = memory.with_suffix(".jsonl")
    report = RUNS[name](folder, RunOptions(memory, out=out, open_memory=library.open))
    return report, [json.loads(line) for line in out.read_text().splitlines()]


@pytest.fixture(params=sorted(RUNS))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_poisoned_gold_changes_no_call_and_reaches_no_memory(
    name: str, tmp_path: Path, library: Any, published: SimpleNamespace
) -> None:
    _run(name, _write(name, tmp_path / "true", published, lambda records, _: records), tmp_path / "m1", library)
    true_log = list(library.log)
    library.log.clear()
    poisoned = _write(name, tmp_path / "poisoned", published, lambda records, asked: [_poisoned(r, asked) for r in records])
    assert SENTINEL in "".join(file.read_text() for file in poisoned.rglob("*.*") if file.is_file())
    if name == "locomo":  # an adversarial question has no gold but its category, so it is scored all the same
        report, _ = _run(name, poisoned, tmp_path / "m2", library)
        assert report.num_scored == 1
        assert sum(left.num for left in report.left_out) == 3
    else:
        with pytest.raises(InvalidInputError, match=r"No question of .* could be scored\. gold cannot be read"):
            _run(name, poisoned, tmp_path / "m2", library)
    assert [entry for entry in true_log if entry[0] != "observe"] == [e for e in library.log if e[0] != "observe"]
    assert _observed(true_log) == _observed(library.log)
    assert SENTINEL not in repr(library.log) + _observed(library.log)


def _observed(log: list[tuple[str, Any]]) -> str:
    return repr([(o.stream_id, o.span, o.texts) for what, o in log if what == "observe"])


GOLD = {"egolife": ("answer", "target_time"), "nextgqa": ("answer",), "locomo": ("answer", "evidence")}


@pytest.mark.parametrize("seed", range(6))
def test_permuted_gold_gives_the_same_predictions(
    name: str, seed: int, tmp_path: Path, library: Any, published: SimpleNamespace
) -> None:
    def permuted(records: list[dict[str, Any]], _: set[str]) -> list[dict[str, Any]]:
        order = list(range(len(records)))
        random.Random(seed).shuffle(order)
        swapped = [
            record | {key: records[order[i]][key] for key in GOLD[name] if key in record and key in records[order[i]]}
            for i, record in enumerate(records)
        ]
        if name == "nextgqa" and "answer" in records[0]:  # an answer must be one of its question's own choices
            swapped = [record | {"answer": record[f"a{(seed + i) % 5}"]} for i, record in enumerate(records)]
        return swapped

    _, true_lines = _run(name, _write(name, tmp_path / "true", published, lambda r, _: r), tmp_path / "m1", library)
    true_asked = library.asked()
    library.log.clear()
    _, lines = _run(name, _write(name, tmp_path / "permuted", published, permuted), tmp_path / "m2", library)
    assert library.asked() == true_asked
    input_and_prediction = ("id", "type", "question", "asked_at_ns", "choices", "stream", "prediction", "errors")
    assert [[line[key] for key in input_and_prediction] for line in lines] == [
        [line[key] for key in input_and_prediction] for line in true_lines
    ]
