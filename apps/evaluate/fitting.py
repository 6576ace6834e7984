"""Fits the numbers of recall to questions whose evidence is known.

A clip's score is a weighted sum of parts, so its share under a softmax over all clips can be fitted as the probability that
the evidence lies in it: the weights that make the annotated clips likeliest, held near 0 by a small penalty (listwise
softmax, Cao et al., ICML 2007). There are eight weights and nothing else to choose. What each look gives is then counted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from apps.evaluate.crossvalidation import Bench, Example
from mmmem.agent.policy import Policy
from mmmem.agent.ranking import inside_any
from mmmem.agent.rounds import UNSURE_BEYOND, rounds
from mmmem.agent.sources import Asked
from mmmem.clock import Calendar, Span
from mmmem.errors import InvalidInputError
from mmmem.memory import Memory
from mmmem.types import Query

Floats = NDArray[np.float64]
PRIORS = ("recency", "hinted", "present")
LOOKED = ("words", "choices", "anchors", "events", "meaning")
WEIGHTS = (*LOOKED, *PRIORS)
WITHOUT_MEANING = tuple(name for name in WEIGHTS if name != "meaning")
PENALTY = 1e-3
LEAST_SHARPNESS = 0.5
"""All weights are told against that of words, which is therefore never 0."""
LEAST_GAIN = 0.001
"""What a look is worth that was no use here; it is still taken where it costs nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """One way of asking one question: every part of every clip that may be found, and which clips hold the evidence.

    Args:
        parts: (C, number of `WEIGHTS`), each as if its weight were 1; what is taken away is negative.
        right: (C,).
    """

    parts: Floats
    right: NDArray[np.bool_]


def fit(examples: Sequence[Example[Any]], bench: Bench[Any]) -> Policy:
    """The policy under which the annotated clips of the examples are likeliest, and what its looks give there.

    Raises:
        InvalidInputError: the data set does not say at which instants evidence lies.
    """
    for example in examples:
        if example.question.id not in bench.notes:
            bench.notes[example.question.id] = list(_read(example, bench))
    sheets = [sheet for example in examples for sheet in bench.notes[example.question.id] if sheet.right.any()]
    if not sheets:
        return bench.start.policy
    weights = dict(zip(WEIGHTS, _likeliest(sheets, WEIGHTS), strict=True))
    alone = dict(zip(WITHOUT_MEANING, _likeliest(sheets, WITHOUT_MEANING), strict=True))
    sharpness = weights["words"]
    scaled = {name: round(value / sharpness, 3) for name, value in weights.items() if name != "words"}
    found = replace(bench.start.policy, **scaled, words_alone=round(alone["words"] / sharpness, 3), sharpness=round(sharpness, 3))
    return replace(found, **_gains(sheets, found))


def _read(example: Example[Any], bench: Bench[Any]) -> Iterator[Sheet]:
    times_ns = getattr(example.gold, "times_ns", None)
    if times_ns is None:
        raise InvalidInputError("Recall is fitted to data that says at which instants the evidence lies; egolife does.")
    question = example.question
    everything = replace(bench.start, policy=replace(bench.start.policy, price_per_ms=0.0))
    opened = bench.open_memory(everything)(bench.memories[question.recording], Calendar("days"), False)
    with opened as memory:
        if not isinstance(memory, Memory):
            raise InvalidInputError("Only mmmem's own recall is fitted; leave out --policy worldmm and --chat.")
        for choices in (question.choices, ()):
            asked = memory.recall.asked(Query(question.text, question.asked_at_ns, None, choices), question.stream)
            yield sheet_of(memory, replace(asked, policy=everything.policy), times_ns)


def sheet_of(memory: Memory, asked: Asked, times_ns: Sequence[int]) -> Sheet:
    """Take every look there is and lay the parts side by side."""
    looks = [look for look in memory.recall.looks(asked) if look.source == "episodic"]
    seen = rounds([replace(look, gain=1.0) for look in looks], asked, UNSURE_BEYOND).parts
    none = np.zeros(len(asked.view.clips))
    columns = [seen.get(name, none) for name in LOOKED]
    for name in PRIORS:
        only = replace(asked, policy=replace(asked.policy, **{**dict.fromkeys(PRIORS, 0.0), name: 1.0}))
        columns.append(only.preference())
    allowed = asked.allowed()
    right = inside_any(asked.view.clips, [Span(t_ns, t_ns + 1) for t_ns in times_ns])
    return Sheet(np.stack(columns, axis=1)[allowed], right[allowed])


def _likeliest(sheets: Sequence[Sheet], names: Sequence[str]) -> list[float]:
    """The weights of the named parts, none below 0, that make the right clips likeliest."""
    columns = [WEIGHTS.index(name) for name in names]
    parts = [sheet.parts[:, columns] for sheet in sheets]

    def loss(weights: Floats) -> tuple[float, Floats]:
        total, slope = PENALTY * float(weights @ weights), 2 * PENALTY * weights
        for part, sheet in zip(parts, sheets, strict=True):
            score = part @ weights
            odds = np.exp(score - score.max())
            share, of_right = odds / odds.sum(), odds * sheet.right
            total -= float(np.log(max(of_right.sum() / odds.sum(), 1e-300))) / len(sheets)
            slope = slope - (of_right / max(of_right.sum(), 1e-300) - share) @ part / len(sheets)
        return total, slope

    bounds = [(LEAST_SHARPNESS if name == "words" else 0.0, None) for name in names]
    found = minimize(loss, np.ones(len(names)), jac=True, method="L-BFGS-B", bounds=bounds)
    return [float(weight) for weight in found.x]


def _gains(sheets: Sequence[Sheet], policy: Policy) -> dict[str, float]:
    """By how much each look raised the share of questions answered within the best 15, for each unit of being unsure.

    Of a look that not every question allows, over those that do.
    """
    gains: dict[str, float] = {}
    unsure, hit = np.ones(len(sheets)), np.zeros(len(sheets))
    for number, look in enumerate(LOOKED):
        now = [_outcome(sheet, policy, LOOKED[: number + 1]) for sheet in sheets]
        after = np.array([outcome[0] for outcome in now])
        looked = np.array([bool(sheet.parts[:, number].any()) for sheet in sheets])
        expected = float(unsure[looked] @ (after - hit)[looked] / max(unsure[looked] @ unsure[looked], 1e-12))
        gains[f"{look}_gain"] = round(max(expected, LEAST_GAIN), 3)
        unsure, hit = np.array([outcome[1] for outcome in now]), after
    return gains


def _outcome(sheet: Sheet, policy: Policy, taken: Sequence[str]) -> tuple[float, float]:
    """Whether the best 15 hold the evidence, and how unsure one would be of it."""
    numbers = asdict(policy)
    words = 1.0 if "meaning" in taken else policy.words_alone
    weights = np.array([words if n == "words" else numbers[n] if n in (*taken, *PRIORS) else 0.0 for n in WEIGHTS])
    score = sheet.parts @ weights
    best = np.argsort(-score, kind="stable")[:UNSURE_BEYOND]
    odds = np.exp(policy.sharpness * (score - score.max()))
    return float(sheet.right[best].any()), float(1 - odds[best].sum() / odds.sum())


def write_policy(policy: Policy, path: Path, command: str) -> None:
    """Write a policy as `mmmem.agent.policy.read_policy` reads it, with the command that made it."""
    head = ["# How recall weighs what it finds, and what looks are worth; mmmem/agent/policy.py says what each number means."]
    head += [f"# Weights and gains of words, events and meaning: {command}"]
    lines = [*head, *(f"{name} = {value:g}" for name, value in asdict(policy).items())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
