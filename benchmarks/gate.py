"""What a gate from the core tier to a language model is worth: the share of the gain it keeps against the questions it asks.

    python benchmarks/gate.py D/egolife [--text-embedder minilm] [--seeds 200] [--accuracy 0.8] [--json] [--fit]

The judge is simulated, right with the stated accuracy. What that means where the core's evidence does not hold the answer (no
annotated time within 60 s) is read in three ways: the judge is as good there (`independent`), it says so and the core answer
stands (`bound`), or it has to guess among the options (`guessing`). Its answer takes the core's place (`replaced`), or the
likelier of the two stands (`weighed`, `mmmem.agent.gate.weighed`). The gain is held against that of replacing every answer and of
weighing every answer: the quotient of the means over seeds, and 95 % of the quotients of single seeds. `held out`: the
probability of being right comes from weights that were fitted without the question's fold (five, questions about one minute
together), `as shipped`: from `confidence.toml`. `--fit` writes the thresholds of `gate.toml`.
"""

import argparse
import json
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from apps.evaluate.building import Opener, build, quiet
from apps.evaluate.calibration import area_under_curve
from apps.evaluate.cases import Case
from apps.evaluate.egolife import EgoLifeGold, minutes, read
from apps.evaluate.folds import folds_of, groups_of
from apps.evaluate.grounding import first_hits
from apps.evaluate.logistic import NAMES, held_out
from mmmem.agent import gate
from mmmem.agent.answers.draft import Inquiry
from mmmem.agent.ask import drafted, grounds_of
from mmmem.agent.confidence import Grounds, calibration
from mmmem.memory import Memory
from mmmem.types import Query

SHARES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
WANTED = 0.95
NUM_FOLDS = 5
NUM_CHOICES = 4
NUM_EVIDENCE = 15
JUDGES = ("independent", "bound", "guessing")
USES = ("replaced", "weighed")
NONE = -1
FILE = Path(gate.__file__).with_suffix(".toml")
_THRESHOLDS = re.compile(r"\[thresholds\].*", re.DOTALL)


@dataclass(frozen=True)
class Asked:
    """What the core tier made of the questions, one row each.

    Args:
        core, gold: (n,) the option it chose, `NONE` where it chose none, and the right one.
        shown: (n,) whether its evidence holds an annotated time within 60 s.
        raw: (n,) the share of the option under a softmax of the scores.
        shipped, apart: (n,) the probability of being right as the product gives it, and held out.
        support, agreement: (n,) of `mmmem.agent.confidence`.
    """

    core: np.ndarray
    gold: np.ndarray
    shown: np.ndarray
    raw: np.ndarray
    shipped: np.ndarray
    apart: np.ndarray
    support: np.ndarray
    agreement: np.ndarray

    @property
    def right(self) -> np.ndarray:
        """(n,) 1 where the core tier is right."""
        return (self.core == self.gold).astype(float)


@dataclass(frozen=True)
class _Row:
    core: int
    gold: int
    shown: bool
    raw: float
    grounds: Grounds | None


def asked(directory: Path, embedder: str | None, folder: Path) -> Asked:
    """Ask every question once; abstentions are wrong and the least sure."""
    dataset = read(directory)
    opener = Opener(embedder)
    rows: dict[str, _Row] = {}
    for recording in dataset.recordings:
        built = build(recording, folder, opener, embedder or "", quiet)
        with opener(Path(built.path), recording.calendar, False) as memory:
            assert isinstance(memory, Memory)
            mine = [case for case in dataset.cases if case.question.recording == recording.key]
            rows.update((case.question.id, _asked(memory, case)) for case in mine)
    folds = folds_of(groups_of({case.question.id: minutes(case.question, case.gold()) for case in dataset.cases}), NUM_FOLDS)
    return _columns(rows, {name: k for k, held in enumerate(folds) for name in held})


def _asked(memory: Memory, case: Case[EgoLifeGold]) -> _Row:
    question, gold = case.question, case.gold()
    query = Query(question.text, question.asked_at_ns, None, question.choices)
    inquiry = Inquiry(memory, memory.recall, memory.recall.asked(query, question.stream), None, NUM_EVIDENCE)
    made = drafted(inquiry, [])
    if made is None or made[1].choice is None:
        found = inquiry.search()
        return _Row(NONE, gold.choice, first_hits(found, gold.times_ns, question.asked_at_ns).near is not None, 0.0, None)
    draft = made[1]
    shown = first_hits(inquiry.with_search(draft.evidence), gold.times_ns, question.asked_at_ns).near is not None
    return _Row(made[1].choice, gold.choice, shown, draft.confidence, grounds_of(inquiry, *made))


def _columns(rows: Mapping[str, _Row], fold_of: Mapping[str, int]) -> Asked:
    """Answers that keep their own confidence, as those of habits do, keep it held out too."""
    every = list(rows.values())
    judged = [(i, name, row.grounds) for i, (name, row) in enumerate(rows.items()) if row.grounds is not None]
    right = [every[i].core == every[i].gold for i, _, _ in judged]
    apart, shipped = np.array([row.raw for row in every]), np.array([row.raw for row in every])
    at = [i for i, _, _ in judged]
    apart[at] = held_out([g for _, _, g in judged], right, [fold_of[name] for _, name, _ in judged], NAMES["choice"])
    shipped[at] = [calibration().chance(g) for _, _, g in judged]

    def value(row: _Row, name: str) -> float:
        return row.grounds.values[name] if row.grounds is not None else 0.0

    return Asked(
        np.array([row.core for row in every]),
        np.array([row.gold for row in every]),
        np.array([row.shown for row in every]),
        np.array([row.raw for row in every]),
        shipped,
        apart,
        np.array([value(row, "support") for row in every]),
        np.array([value(row, "agreement") for row in every]),
    )


def gates(found: Asked, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """(n,) by name: the lower, the sooner a model is asked."""
    return {
        "at random": rng.random(len(found.right)),
        "share of the scores": found.raw,
        "agreement, then share": found.agreement + 1e-3 * found.raw,
        "support": found.support,
        "probability, held out": found.apart,
        "probability, as shipped": found.shipped,
        "knows what is right": found.right + 1e-3 * rng.random(len(found.right)),
    }


def judged_by(found: Asked, judge: str, accuracy: float, rng: np.random.Generator) -> np.ndarray:
    """(n,) the option the judge picks, `NONE` where it says that the evidence does not suffice."""
    size = len(found.gold)
    other = (found.gold + rng.integers(1, NUM_CHOICES, size)) % NUM_CHOICES
    picked = np.where(rng.random(size) < accuracy, found.gold, other)
    guess = np.full(size, NONE) if judge == "bound" else rng.integers(0, NUM_CHOICES, size)
    return picked if judge == "independent" else np.where(found.shown, picked, guess)


def used(found: Asked, picked: np.ndarray, use: str, accuracy: float) -> np.ndarray:
    """(n,) whether the answer is right where the judge was asked."""
    return np.array([
        float(_final(int(core), float(sure), int(model), use, accuracy) == gold)
        for core, sure, model, gold in zip(found.core, found.apart, picked, found.gold, strict=True)
    ])  # fmt: skip


def _final(core: int, sure: float, model: int, use: str, accuracy: float) -> int:
    if NONE in (core, model):
        return core if model == NONE else model
    return model if use == "replaced" else gate.weighed(core, sure, model, accuracy, NUM_CHOICES).choice


def curve(order: np.ndarray, right: np.ndarray, judged: np.ndarray) -> np.ndarray:
    """(n + 1,) accuracy after the first 0 to n questions of `order` were asked."""
    gain = (judged - right)[order]
    return np.asarray((right.sum() + np.r_[0.0, np.cumsum(gain)]) / len(right))


def judgements(found: Asked, judge: str, options: argparse.Namespace) -> Iterator[dict[str, np.ndarray]]:
    """By use whether each answer is right where the judge was asked, once a seed."""
    for seed in range(options.seeds):
        picked = judged_by(found, judge, options.accuracy, np.random.default_rng(seed))
        yield {use: used(found, picked, use, options.accuracy) for use in USES}


def measured(found: Asked, judge: str, options: argparse.Namespace) -> dict[str, dict[str, Any]]:
    """By use and gate: curves, mean and 95 % interval over seeds of the judge."""
    judged = list(judgements(found, judge, options))
    ordered = gates(found, np.random.default_rng(0))
    result: dict[str, dict[str, Any]] = {}
    full = {use: np.array([one[use].mean() for one in judged]) - found.right.mean() for use in USES}
    for use in USES:
        for name, score in ordered.items():
            order = np.argsort(score, kind="stable")
            curves = np.array([curve(order, found.right, one[use]) for one in judged])
            result.setdefault(use, {})[name] = _kept(curves, full, area_under_curve(score, found.right))
    return result


def _kept(curves: np.ndarray, full: Mapping[str, np.ndarray], auc: float | None) -> dict[str, Any]:
    size = curves.shape[1] - 1
    half = curves[:, size // 2] - curves[:, 0]
    mean = (curves.mean(0) - curves[0, 0]) / full["replaced"].mean()
    reached = np.flatnonzero(mean >= WANTED)
    return {
        "auc": auc,
        "accuracy": curves.mean(0)[[round(share * size) for share in SHARES]].tolist(),
        "gain at half": [float(half.mean()), *_middle(half)],
        "of replacing all": _quotient(half, full["replaced"], size),
        "of weighing all": _quotient(half, full["weighed"], size),
        "share needed": float(reached[0] / size) if len(reached) else None,
    }


def _quotient(half: np.ndarray, full: np.ndarray, size: int) -> list[float]:
    """Quotient of the means, and where those of single seeds lie; a full gain of nothing counts as one question."""
    return [float(half.mean() / full.mean()), *_middle(half / np.maximum(full, 1 / size))]


def _middle(values: np.ndarray) -> list[float]:
    return [float(value) for value in np.percentile(values, (2.5, 97.5))]


def write(found: Asked) -> None:
    """Write the thresholds, as the product's own confidence lies on these questions."""
    given = found.shipped[found.core != NONE]
    lines = [
        "[thresholds]",
        '"0.0" = 0.0',
        *(f'"{share}" = {np.quantile(given, share):.4f}' for share in SHARES[:-1]),
        '"1.0" = 1.0',
    ]
    FILE.write_text(_THRESHOLDS.sub("\n".join(lines) + "\n", FILE.read_text("utf-8")), "utf-8")


def show(result: Mapping[str, Any], show_line: Callable[[str], object]) -> None:
    """A table for each judge and each use of it."""
    for judge, by_use in result["judges"].items():
        for use, by_gate in by_use.items():
            show_line(f"\njudge {judge}, {result['accuracy']:.2f}, {use}; core alone {result['core']:.3f}")
            show_line(
                f"{'gate':26s}   AUC  {'half, of replacing all':>22s} {'of weighing all':>20s}  95 % at  accuracy at 0.1 to 1"
            )
            for name, found in by_gate.items():
                replaced, weighed = (
                    "{:.2f} ({:.2f} - {:.2f})".format(*found[f"of {way} all"]) for way in ("replacing", "weighing")
                )
                needed = "-" if found["share needed"] is None else f"{found['share needed']:.2f}"
                along = " ".join(f"{value:.3f}" for value in found["accuracy"])
                show_line(f"{name:26s} {found['auc']:.3f}  {replaced:>22s} {weighed:>20s}  {needed:>7s}  {along}")


def main() -> None:
    """Measure and print; with --fit, write the thresholds first."""
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
        write(found)
    result = {
        "num": len(found.right),
        "core": float(found.right.mean()),
        "shown": float(found.shown.mean()),
        "accuracy": options.accuracy,
        "judges": {judge: measured(found, judge, options) for judge in JUDGES},
    }
    print(json.dumps(result)) if options.json else show(result, print)


if __name__ == "__main__":
    main()
