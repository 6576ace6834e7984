"""What a gate from the core tier to a language model is worth: the share of the gain it keeps against the questions it asks.

    python benchmarks/gate.py D/egolife [--text-embedder minilm] [--seeds 200] [--json] [--fit]

The judge is simulated: it is right with the stated accuracy whatever the core tier said (`independent`), or with that accuracy
where the core's evidence holds an annotated time within 60 s and otherwise says that the evidence does not suffice, so that the
core answer stands (`bound`). Gates that are fitted are scored by five-fold cross-validation, the folds drawn ten times.
`--fit` writes `mmmem/agent/gate.toml` from all questions.
"""

import argparse
import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from apps.evaluate.building import Opener, build, quiet
from apps.evaluate.cases import Case
from apps.evaluate.egolife import EgoLifeGold, read
from apps.evaluate.grounding import first_hits
from mmmem.agent import gate
from mmmem.memory import Memory
from mmmem.types import Query

SHARES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
RIDGE = 10.0
NUM_FOLDS, NUM_REPEATS = 5, 10
WANTED = 0.95
FILE = Path(gate.__file__).with_suffix(".toml")
Gates = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Asked:
    """What the core tier made of the questions, one row each.

    Args:
        right: (n,) whether its choice is right.
        shown: (n,) whether its evidence holds an annotated time within 60 s.
        rows: (n, 3) `Signals.row`.
    """

    right: np.ndarray
    shown: np.ndarray
    rows: np.ndarray


def asked(directory: Path, embedder: str | None, folder: Path) -> Asked:
    """Ask every question once; abstentions count as wrong and as the least sure."""
    dataset = read(directory)
    opener = Opener(embedder)
    found: list[tuple[bool, bool, tuple[float, float, float]]] = []
    for recording in dataset.recordings:
        built = build(recording, folder, opener, embedder or "", quiet)
        with opener(Path(built.path), recording.calendar, False) as memory:
            mine = [case for case in dataset.cases if case.question.recording == recording.key]
            found += [_asked(memory, case) for case in mine]
    right, shown, rows = zip(*found, strict=True)
    return Asked(np.array(right, float), np.array(shown, float), np.array(rows))


def _asked(memory: Any, case: Case[EgoLifeGold]) -> tuple[bool, bool, tuple[float, float, float]]:
    assert isinstance(memory, Memory)
    question, gold = case.question, case.gold()
    answer = memory.ask(question.text, asked_at=question.asked_at_ns, stream=question.stream, choices=question.choices)
    shown = first_hits(answer.evidence, gold.times_ns, question.asked_at_ns).near is not None
    if answer.choice is None:
        return False, shown, (-4.0, 0.0, -1.0)
    query = Query(question.text, question.asked_at_ns, None, question.choices)
    signals = gate.signals_of(memory.recall, memory.recall.asked(query, question.stream), answer.choice, answer.confidence)
    return answer.choice == gold.choice, shown, signals.row()


def fitted(rows: np.ndarray, right: np.ndarray) -> np.ndarray:
    """(4,) weights and intercept of a logistic regression with a ridge on scaled columns, by Newton's method."""
    scale = rows.std(0).clip(1e-9)
    columns = np.c_[rows / scale, np.ones(len(rows))]
    ridge = np.array([RIDGE] * rows.shape[1] + [1e-6])
    weights = np.zeros(len(ridge))
    for _ in range(30):
        chance = 1 / (1 + np.exp(-columns @ weights))
        bend = (columns * (chance * (1 - chance))[:, None]).T @ columns + np.diag(ridge)
        weights -= np.linalg.solve(bend, columns.T @ (chance - right) + ridge * weights)
    return np.r_[weights[:-1] / scale, weights[-1]]


def cross_validated(rows: np.ndarray, right: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(n,) chance of being right, each from a fit that never saw the question; mean over repeated folds."""
    chance = np.zeros(len(right))
    for _ in range(NUM_REPEATS):
        fold = rng.permutation(len(right)) % NUM_FOLDS
        for k in range(NUM_FOLDS):
            weights = fitted(rows[fold != k], right[fold != k])
            chance[fold == k] += 1 / (1 + np.exp(-(rows[fold == k] @ weights[:-1] + weights[-1])))
    return chance / NUM_REPEATS


def gates(found: Asked, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """(n,) by name: the lower, the sooner a model is asked."""
    return {
        "at random": rng.random(len(found.right)),
        "confidence": found.rows[:, 0],
        "agreement, then confidence": found.rows[:, 1] + 1e-3 * found.rows[:, 0],
        "support": found.rows[:, 2],
        "expected gain, cross-validated": cross_validated(found.rows, found.right, rng),
        "knows what is right": found.right + 1e-3 * rng.random(len(found.right)),
    }


def area_under_curve(score: np.ndarray, right: np.ndarray) -> float:
    """Chance that a right answer scores above a wrong one."""
    above, below = score[right == 1][:, None], score[right == 0]
    return float((above > below).mean() + 0.5 * (above == below).mean())


def curve(order: np.ndarray, right: np.ndarray, judged: np.ndarray) -> np.ndarray:
    """(n + 1,) accuracy after the first 0 to n questions of `order` were asked."""
    gain = (judged - right)[order]
    return np.asarray((right.sum() + np.r_[0.0, np.cumsum(gain)]) / len(right))


def judged_by(found: Asked, kind: str, accuracy: float, rng: np.random.Generator) -> np.ndarray:
    """(n,) whether the answer is right where the judge was asked."""
    judge = (rng.random(len(found.right)) < accuracy).astype(float)
    return judge if kind == "independent" else np.where(found.shown == 1, judge, found.right)


def measured(found: Asked, ordered: Gates, kind: str, options: argparse.Namespace) -> dict[str, Any]:
    """Curves of every gate, mean and 95 % interval over seeds of the judge."""
    size, result = len(found.right), dict[str, Any]()
    for name, score in ordered.items():
        order = np.argsort(score, kind="stable")
        curves = np.array([
            curve(order, found.right, judged_by(found, kind, options.accuracy, np.random.default_rng(seed)))
            for seed in range(options.seeds)
        ])  # fmt: skip
        full = curves[:, -1] - curves[:, 0]
        kept = (curves - curves[:, :1]) / full[:, None]
        places = [round(share * size) for share in SHARES]
        mean = (curves.mean(0) - curves[0, 0]) / full.mean()
        result[name] = {
            "auc": area_under_curve(score, found.right),
            "accuracy": curves.mean(0)[places].tolist(),
            "accuracy_at_half": _interval(curves[:, round(size / 2)]),
            "gain_kept_at_half": _interval(kept[:, round(size / 2)]),
            "share_needed": float(np.argmax(mean >= WANTED) / size),
        }
    return result


def _interval(values: np.ndarray) -> list[float]:
    return [float(values.mean()), *map(float, np.percentile(values, (2.5, 97.5)))]


def write(found: Asked, directory: Path) -> None:
    """Write the product's gate, fitted on all questions."""
    *weights, intercept = fitted(found.rows, found.right)
    chance = 1 / (1 + np.exp(-(found.rows @ np.array(weights) + intercept)))
    lines = [
        "# How likely a multiple choice of the core tier is right, and below which chance a language model is asked.",
        f"# Made by: python benchmarks/gate.py D/{directory.name} --fit",
        f"# from {len(found.right)} questions. mmmem/agent/gate.py says what each number means.",
        f"share = {gate.gate().share}",
        f"unsure_below = {gate.gate().unsure_below}",
        "",
        "[weights]",
        *(f"{name} = {value:.4f}" for name, value in zip(("confidence", "agreement", "support"), weights, strict=True)),
        f"intercept = {intercept:.4f}",
        "",
        "[thresholds]",
        '"0.0" = 0.0',
        *(f'"{share}" = {np.quantile(chance, share):.4f}' for share in SHARES[:-1]),
        '"1.0" = 1.0',
    ]
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def show(result: Mapping[str, Any], show_line: Callable[[str], object]) -> None:
    """A table for each judge."""
    for kind, by_gate in result["judges"].items():
        show_line(f"\njudge: {kind}, accuracy {result['accuracy']:.2f}; core alone {result['core']:.3f}")
        show_line(
            f"{'gate':32s} {'AUC':>5s} {'gain kept at half':>24s} {'for 95 %':>9s}  accuracy at " + " ".join(map(str, SHARES))
        )
        for name, found in by_gate.items():
            mean, low, high = found["gain_kept_at_half"]
            kept = f"{mean:.2f} ({low:.2f} - {high:.2f})"
            along = " ".join(f"{value:.3f}" for value in found["accuracy"])
            show_line(f"{name:32s} {found['auc']:5.3f} {kept:>24s} {found['share_needed']:9.2f}  {along}")


def main() -> None:
    """Measure and print; with --fit, write the gate first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--text-embedder")
    parser.add_argument("--memory", type=Path)
    parser.add_argument("--accuracy", type=float, default=0.8)
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--fit", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = asked(options.directory, options.text_embedder, options.memory or Path(folder))
    if options.fit:
        write(found, options.directory)
    ordered = gates(found, np.random.default_rng(0))
    kinds = ("independent", "bound")
    result = {
        "num": len(found.right),
        "core": float(found.right.mean()),
        "accuracy": options.accuracy,
        "judges": {kind: measured(found, ordered, kind, options) for kind in kinds},
    }
    if options.json:
        print(json.dumps(result))
    else:
        show(result, print)


if __name__ == "__main__":
    main()
