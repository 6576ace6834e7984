"""The product's own memory under the benchmarks, over tiny data sets made by code."""

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from apps.evaluate.building import Opener, fingerprint
from apps.evaluate.cases import Recording
from apps.evaluate.report import Report
from apps.evaluate.runs import RunOptions, run_egolife, run_locomo, run_nextgqa
from mmmem.clock import Calendar, Span
from mmmem.errors import StorageError, UnknownNameError
from mmmem.types import TimedText

RUNS: dict[str, Callable[..., Report]] = {"egolife": run_egolife, "nextgqa": run_nextgqa, "locomo": run_locomo}


@pytest.fixture(params=sorted(RUNS))
def dataset(request: pytest.FixtureRequest, tmp_path: Path, published: SimpleNamespace) -> tuple[Callable[..., Report], Path]:
    write = {
        "egolife": lambda folder: published.write_egolife(folder, [published.egolife_record(n) for n in range(2)]),
        "nextgqa": published.write_nextgqa,
        "locomo": published.write_locomo,
    }
    return RUNS[request.param], write[request.param](tmp_path / "data")


def _without_times(lines: str) -> list[dict[str, Any]]:
    return [{key: value for key, value in json.loads(line).items() if key != "ms"} for line in lines.splitlines()]


def test_a_memory_that_was_kept_gives_the_same_predictions(dataset: tuple[Callable[..., Report], Path], tmp_path: Path) -> None:
    run, folder = dataset
    texts = []
    for name in ("a", "b"):
        out = tmp_path / f"{name}.jsonl"
        report = run(folder, RunOptions(tmp_path / "kept", out=out))
        assert report.errors == {}
        texts.append(_without_times(out.read_text()))
    assert report.memories[0].reused
    assert texts[0] == texts[1]
    assert any(line["prediction"]["search"] or line["prediction"]["answer"]["evidence"] for line in texts[0])


def test_a_temporary_memory_is_gone_afterwards(dataset: tuple[Callable[..., Report], Path]) -> None:
    run, folder = dataset
    report = run(folder)
    assert not Path(report.memories[0].path).exists()
    assert not any("ended after the question" in fault or "another stream" in fault for fault in report.faults)


def test_the_kettle_is_found(tmp_path: Path, published: SimpleNamespace) -> None:
    report = run_egolife(published.write_egolife(tmp_path / "data", [published.egolife_record(1)]))
    assert report.figures["all"]["hit@1 strict, question alone"].value == 1.0
    assert report.figures["all"]["hit@5 strict, with choices"].value == 1.0  # two wrong choices have clips of their own


def test_every_turn_is_one_piece_of_evidence(tmp_path: Path, published: SimpleNamespace) -> None:
    report = run_locomo(published.write_locomo(tmp_path / "data"), RunOptions(out=tmp_path / "lines.jsonl"))
    assert report.num_scored == 4
    for line in (tmp_path / "lines.jsonl").read_text().splitlines():
        for found in json.loads(line)["prediction"]["search"]["question"]:
            assert found["end_ns"] - found["start_ns"] == 30_000_000_000


def test_an_unknown_text_embedder_is_named() -> None:
    with pytest.raises(UnknownNameError, match="minilm"):
        Opener("minilmm")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, published: SimpleNamespace) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageError, match="give another with --memory"):
        run_locomo(published.write_locomo(tmp_path / "data"), RunOptions(tmp_path / "file" / "kept"))


def test_a_fingerprint_changes_with_everything_a_memory_is_made_of() -> None:
    def recording(stream: str = "s", **changes: Any) -> Recording:
        given: dict[str, Any] = {"span": Span(0, 10), "text": "a", "kind": "speech", "speaker": "Ann"} | changes
        return Recording("r", Calendar(), {stream: (TimedText(**given),)})

    changed = [
        recording(stream="t"),
        recording(span=Span(0, 11)),
        recording(text="b"),
        recording(kind="caption"),
        recording(speaker=None),
        Recording("r", Calendar("days"), recording().streams),
    ]
    prints = [fingerprint(each, "model") for each in (recording(), *changed)] + [fingerprint(recording(), "other")]
    assert len(set(prints)) == len(prints)
    assert fingerprint(recording(), "model") == fingerprint(recording(), "model")
