"""What another look is worth: evidence found against rounds and milliseconds, for a range of prices of a millisecond.

    python benchmarks/rounds.py ../shared/data/egolife --memory M [--text-embedder minilm] [--json]

M is a folder of memories made by `mmmem eval egolife ... --memory M` with the same embedder. Every question is searched with
its choices, at each price in turn; the first questions warm the process up and are asked twice. Milliseconds are of this
machine, everything else is the same everywhere. The unsure column says how well the search knows what it has not found: the
mean of its own estimate that the evidence is not among 15, beside the share of questions where no annotated clip is.
"""

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from apps.evaluate.cases import Case
from apps.evaluate.egolife import EgoLifeGold, read
from apps.evaluate.grounding import NEAR_NS
from mmmem.agent.policy import default_policy
from mmmem.agent.rounds import rounds
from mmmem.memory import Memory
from mmmem.perceive.opening import open_text_embedder
from mmmem.types import Query

PRICES = (0.0, 0.0005, 0.001, 0.002, 0.003, 0.005, 0.01, 0.1)
NUM_WARM = 10
K = 15


def at_price(memory: Memory, cases: Sequence[Case[EgoLifeGold]], price_per_ms: float) -> dict[str, float]:
    """Means over all questions at one price."""
    policy = replace(default_policy(), price_per_ms=price_per_ms)
    rows = [_searched(memory, case, policy) for case in (*cases[:NUM_WARM], *cases)][NUM_WARM:]
    strict, near, num_rounds, unsure, spent_ms = np.array(rows).T
    return {
        "price_per_ms": price_per_ms,
        "rounds": float(num_rounds.mean()),
        "strict": 100 * float(strict.mean()),
        "within_60_s": 100 * float(near.mean()),
        "unsure": 100 * float(unsure.mean()),
        "missed": 100 * (1 - float(strict.mean())),
        "p50_ms": float(np.median(spent_ms)),
        "p95_ms": float(np.quantile(spent_ms, 0.95)),
    }


def _searched(memory: Memory, case: Case[EgoLifeGold], policy: Any) -> tuple[float, float, int, float, float]:
    started = time.perf_counter()
    question = case.question
    asked = memory.recall.asked(Query(question.text, question.asked_at_ns, None, question.choices), question.stream)
    asked = replace(asked, policy=policy)
    looking = rounds(memory.recall.looks(asked), asked, K)
    spans = [asked.view.clip_span(hit.clip) for _, hit, _ in looking.ranked()]
    ms = (time.perf_counter() - started) * 1000
    times_ns = case.gold().times_ns
    strict = any(span.contains(t) for span in spans for t in times_ns)
    near = any(span.start_ns - NEAR_NS <= t < span.end_ns + NEAR_NS for span in spans for t in times_ns)
    return float(strict), float(near), len(looking.steps), looking.unsure(), ms


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("directory", type=Path)
    parser.add_argument("--memory", type=Path, required=True)
    parser.add_argument("--text-embedder")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    embedder = open_text_embedder(given.text_embedder) if given.text_embedder else None
    (folder,) = [path for path in given.memory.iterdir() if path.is_dir()]
    cases = read(given.directory).cases
    with Memory.open(folder, text_embedder=embedder) as memory:
        rows = [at_price(memory, cases, price) for price in PRICES]
    if given.json:
        print(json.dumps(rows))
        return
    print("  ".join(f"{name:>12}" for name in rows[0]))
    for row in rows:
        print("  ".join(f"{value:12.4g}" for value in row.values()))


if __name__ == "__main__":
    main()
