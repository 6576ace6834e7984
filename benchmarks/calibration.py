"""Whether confidence means what it says, before and after it is fitted, and what abstaining gives at which cost.

    python benchmarks/calibration.py D [--memory DIR] [--text-embedder minilm] [--json] [--fit]

D holds `egolife`, `nextgqa` and `locomo`. Choices are EgoLife's and NExT-GQA's; answers that rest on a line are LoCoMo's (those
that nothing answers are wrong however they are answered) and EgoLife's questions asked without their options. Such an answer is
right if half of its words are the gold's (token F1), or if it quotes (text, list) an annotated turn, or a line within 60 s of an
annotated time. Nothing abstains for want of confidence here. Held out: five folds, questions about one minute together.
`--fit` writes `mmmem/agent/confidence.toml` from all questions.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from apps.evaluate import egolife, locomo, nextgqa
from apps.evaluate.building import Opener, build, quiet
from apps.evaluate.calibration import Calibration, calibration_of, lines_of
from apps.evaluate.cases import AskedQuestion, Dataset, Prediction
from apps.evaluate.folds import folds_of, groups_of
from apps.evaluate.grounding import first_hits
from apps.evaluate.logistic import NAMES, fitted, held_out
from apps.evaluate.token_f1 import token_f1
from mmmem.agent import confidence as product
from mmmem.agent.answers.draft import Draft, Inquiry
from mmmem.agent.ask import drafted, grounds_of
from mmmem.agent.confidence import Grounds, least_worth_saying
from mmmem.errors import InvalidInputError
from mmmem.memory import Memory
from mmmem.types import Answer, Query

NUM_FOLDS = 5
NUM_EVIDENCE = 15
COSTS = (0.0, 0.1, 0.25, 0.5, 1.0)
FILE = Path(product.__file__).with_suffix(".toml")
WITHOUT_OPTIONS = "egolife without options"
Truth = Callable[[Draft, Answer], bool]


@dataclass(frozen=True)
class Row:
    """An answer: where the question is from, what the answer rests on, the confidence it came with, and whether it is right."""

    dataset: str
    fold: int
    kind: str
    adversarial: bool
    grounds: Grounds
    said: float
    right: bool


@dataclass(frozen=True)
class Found:
    """Answers of all sets, and by set how many questions were asked."""

    rows: tuple[Row, ...]
    num_asked: Mapping[str, int]

    def of(self, family: str) -> list[Row]:
        return [row for row in self.rows if row.grounds.family == family]


def asked_all(folder: Path, memories: Path, embedder: str | None) -> Found:
    """Ask every question once, EgoLife's twice."""
    rows: list[Row] = []
    num_asked: dict[str, int] = {}
    ego = egolife.read(folder / "egolife")
    for name, dataset in (
        ("egolife", ego),
        (WITHOUT_OPTIONS, ego),
        ("nextgqa", nextgqa.read(folder / "nextgqa")),
        ("locomo", locomo.read(folder / "locomo")),
    ):
        found = list(_asked(name, dataset, memories / dataset.name, embedder))
        num_asked[name] = len(found)
        rows += [row for row in found if row is not None]
    return Found(tuple(rows), num_asked)


def _asked(name: str, dataset: Dataset[Any], memories: Path, embedder: str | None) -> Iterator[Row | None]:
    gold, places = {}, {}
    for case in dataset.cases:
        try:
            right = case.gold()
        except InvalidInputError:  # counted by `mmmem eval`
            continue
        gold[case.question.id] = right
        assert dataset.minutes is not None
        places[case.question.id] = dataset.minutes(case.question, right)
    folds = folds_of(groups_of(places), NUM_FOLDS)
    opener = Opener(embedder)
    memories.mkdir(parents=True, exist_ok=True)
    for recording in dataset.recordings:
        built = build(recording, memories, opener, embedder or "", quiet)
        with opener(Path(built.path), recording.calendar, False) as memory:
            assert isinstance(memory, Memory)
            for case in dataset.cases:
                question = case.question
                if question.recording == recording.key and question.id in gold:
                    row = _row(name, dataset, memory, question, gold[question.id])
                    fold = next(k for k, held in enumerate(folds) if question.id in held)
                    yield None if row is None else replace(row, fold=fold)


def _row(name: str, dataset: Dataset[Any], memory: Memory, question: AskedQuestion, gold: Any) -> Row | None:
    choices = () if name == WITHOUT_OPTIONS else question.choices
    query = Query(question.text, question.asked_at_ns, None, choices)
    inquiry = Inquiry(memory, memory.recall, memory.recall.asked(query, question.stream), None, NUM_EVIDENCE)
    made = drafted(inquiry, [])
    grounds = None if made is None else grounds_of(inquiry, *made)
    if made is None or grounds is None:
        return None
    draft = made[1]
    answer = Answer(
        draft.text, draft.kind, draft.confidence, False, tuple(draft.evidence), choice=draft.choice, value=draft.value
    )
    if name == WITHOUT_OPTIONS:
        right = _tells(answer, question, gold)
    else:
        right = bool(dataset.score(Prediction(question, {}, answer, 0.0), gold).right)
    return Row(name, 0, draft.kind, question.type == locomo.ADVERSARIAL, grounds, draft.confidence, right)


def _tells(answer: Answer, question: AskedQuestion, gold: egolife.EgoLifeGold) -> bool:
    quoted = first_hits(answer.evidence[:1], gold.times_ns, question.asked_at_ns).near is not None
    in_words = token_f1(answer.text, question.choices[gold.choice]) >= locomo.LEAST_F1
    return in_words or (answer.kind in locomo.QUOTING and quoted)


def measured(found: Found) -> dict[str, Any]:
    """For each family, all its sets and kinds: as it was, fitted on all, and held out; and what abstaining gives."""
    result: dict[str, Any] = {}
    for family, names in NAMES.items():
        rows = found.of(family)
        grounds, right = [row.grounds for row in rows], [row.right for row in rows]
        own = product.Calibration({family: fitted(grounds, right, names)})
        ways = {
            "as answered": [row.said for row in rows],
            "fitted": [own.chance(one) for one in grounds],
            "held out": held_out(grounds, right, [row.fold for row in rows], names),
        }
        groups = dict.fromkeys(["all", *(row.dataset for row in rows), *(f"kind {row.kind}" for row in rows)])
        result[family] = {group: {way: _group(found, rows, said, group) for way, said in ways.items()} for group in groups}
        result[f"{family}, abstaining"] = _abstaining(found, rows, ways["held out"])
    return result


def _group(found: Found, rows: Sequence[Row], said: Sequence[float], group: str) -> Calibration | None:
    kept = [i for i, row in enumerate(rows) if group in ("all", row.dataset, f"kind {row.kind}")]
    return calibration_of([said[i] for i in kept], [rows[i].right for i in kept], found.num_asked.get(group))


def _abstaining(found: Found, rows: Sequence[Row], said: Sequence[float]) -> dict[str, list[dict[str, float]]]:
    """By set: what is answered at each cost of a wrong answer, and what that is worth a question."""
    table: dict[str, list[dict[str, float]]] = {}
    for name in dict.fromkeys(row.dataset for row in rows):
        mine = [(row, p) for row, p in zip(rows, said, strict=True) if row.dataset == name]
        table[name] = [_at_cost(mine, cost, found.num_asked[name]) for cost in COSTS]
    return table


def _at_cost(mine: Sequence[tuple[Row, float]], cost: float, num: int) -> dict[str, float]:
    given = [row for row, p in mine if p >= least_worth_saying(cost)]
    num_right = sum(row.right for row in given)
    return {
        "cost": cost,
        "below": least_worth_saying(cost),
        "answered": len(given) / num,
        "risk": 1 - num_right / max(len(given), 1),
        "right kept": num_right / max(sum(row.right for row, _ in mine), 1),
        "adversarial answered": float(sum(row.adversarial for row in given)),
        "worth": (num_right - cost * (len(given) - num_right)) / num,
        "worth of answering all": sum(1.0 if row.right else -cost for row, _ in mine) / num,
    }


def text_of(found: Found, made_by: str) -> str:
    """The product's file, fitted on all answers."""
    lines = [
        "# How likely an answer is right: weights of two logistic functions. mmmem/agent/confidence.py says what each means.",
        f"# Made by: {made_by}",
        f"# from {len(found.of('line'))} answers that rest on lines and {len(found.of('choice'))} chosen options.",
        "# A wrong answer costs this much where a right one gives 1: below wrong_costs / (1 + wrong_costs) no line answers.",
        f"wrong_costs = {_wrong_costs():g}",
    ]
    for family, names in NAMES.items():
        rows = found.of(family)
        weights = fitted([row.grounds for row in rows], [row.right for row in rows], names)
        lines += ["", f"[{family}]", *(f"{name} = {value:.4f}" for name, value in weights.items())]
    return "\n".join(lines) + "\n"


def _wrong_costs() -> float:
    """The cost is stated, not fitted: it is kept."""
    below = product.calibration().abstain_below
    return below / (1 - below)


def show(result: Mapping[str, Any], show_line: Callable[[str], object]) -> None:
    """Tables, then reliability and risk of what was held out."""
    for family in NAMES:
        show_line(f"\n{family:34s} {'answers':>7s} {'right':>6s}  " + "".join(f"{w:>32s}" for w in result[family]["all"]))
        show_line(" " * 50 + "      ECE    Brier    AUC   AURC " * 3)
        for group, ways in result[family].items():
            one = ways["held out"]
            cells = "".join(
                f"    {c.ece:6.3f} {c.brier:8.4f} {'     -' if c.auc is None else f'{c.auc:6.3f}'} {c.aurc:6.3f}"
                for c in ways.values()
            )
            show_line(f"{group:34s} {one.num_answered:7d} {one.right:6.3f}  {cells}")
        for group in [g for g in result[family] if not g.startswith("kind")]:
            show_line(f"\nheld out, {group}")
            for line in lines_of(result[family][group]["held out"]):
                show_line(line)
        for name, table in result[f"{family}, abstaining"].items():
            show_line(f"\n{name}: a wrong answer costs ...")
            for at in table:
                show_line("  ".join(f"{key} {value:.3f}" for key, value in at.items()))


def main() -> None:
    """Measure and print; with --fit, write the product's file as well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--text-embedder")
    parser.add_argument("--memory", type=Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--fit", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = asked_all(options.folder, options.memory or Path(folder), options.text_embedder)
    if options.fit:
        embedder = f" --text-embedder {options.text_embedder}" if options.text_embedder else ""
        FILE.write_text(text_of(found, f"python benchmarks/calibration.py D{embedder} --fit"), "utf-8")
    result = measured(found)
    if options.json:
        json.dump(result, sys.stdout, default=asdict)
    else:
        show(result, print)


if __name__ == "__main__":
    main()
