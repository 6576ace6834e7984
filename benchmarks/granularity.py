"""What pooling at a granularity gives evidence recall: each fixed granularity alone, added to clips, and routed by question.

    python benchmarks/granularity.py egolife ../shared/data/egolife --memory M [--json]
    python benchmarks/granularity.py locomo ../shared/data/locomo --memory M [--json]

M is a folder of memories made by `mmmem eval egolife|locomo ... --text-embedder minilm --memory M`. A clip's score is the
plain sum of its words (BM25, the best choice included), the meaning of its passages and recency, plus a share of the BM25 of
what holds it: fixed windows of one minute to a day, or an event. Weights are
chosen on four fifths of the questions and measured on the fifth, ten times over; in-sample figures stand beside. Intervals of
differences are bootstrapped over questions. The event scale itself was picked while looking at these EgoLife questions
(neighbouring scales do alike); LoCoMo was not looked at.
"""

import argparse
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from apps.evaluate import egolife, locomo
from apps.evaluate.cases import Case, Dataset
from apps.evaluate.grounding import NEAR_NS
from mmmem.agent.events import LEAST_SHARE, SHARE_OF_STANDING_OUT, EventBank, Events, EventScores, standing_out
from mmmem.agent.ranking import recency, term_weights
from mmmem.agent.sources import Asked
from mmmem.agent.view import Floats, View
from mmmem.clock import NS_PER_MIN
from mmmem.errors import InvalidInputError
from mmmem.memory import Memory
from mmmem.perceive.opening import open_text_embedder
from mmmem.perceive.protocols import TextEmbedder
from mmmem.store.records import OWNER_KINDS
from mmmem.types import Query

MINUTES = {"1 min": 1, "3 min": 3, "5 min": 5, "10 min": 10, "20 min": 20, "1 h": 60, "3 h": 180, "day": 1440}
SHARES = (0.0, 0.2, 0.35, 0.5, 0.7)
SLOPES = (0.0, 0.4, 0.7, 1.0)
LEASTS = (0.0, 0.1, 0.2, 0.3)
CHOICE_WEIGHT, MEANING, RECENCY = 0.6, 2.0, 0.4
SEEDS, FOLDS = 10, 5


@dataclass(frozen=True, slots=True, eq=False)
class Asking:
    """One question asked one way: clips' own scores and right answers, and by granularity the scores of what holds them.

    Args:
        right: by figure, what a clip contributes when it is among the first k of that figure.
        pooled: (C,) peak 1; standing: how far the best unit stands out.
    """

    own: Floats
    lines: Floats
    pooled: dict[str, Floats]
    standing: dict[str, float]
    judge: Callable[[Sequence[int]], dict[str, float]]


def windows(view: View, minutes: int) -> Events:
    """Fixed windows as if they were events."""
    unit_ns = minutes * NS_PER_MIN
    place = np.unique(np.stack([view.clips.stream, view.clips.start_ns // unit_ns]), axis=1)
    start = place[1] * unit_ns
    return Events(place[0], start, start + unit_ns, np.ones(len(start), np.bool_))


def weighed(scores: Callable[[Mapping[str, float]], Floats], asked: Asked) -> Floats:
    """Of clips or events: the question's BM25 and a share of its best choice's."""
    own = scores(term_weights(asked.question.content or asked.question.text))
    choices = [scores(term_weights(choice)) for choice in asked.question.choices]
    return own + CHOICE_WEIGHT * np.max(choices, axis=0) if choices else own


def meanings(memory: Memory, embedder: TextEmbedder, asked: Asked) -> Floats:
    """(C,) best cosine of the question with a passage that begins or ends in each clip."""
    view, passages, table = asked.view, memory.passage_columns(), memory.vectors(embedder.space)
    seen = np.flatnonzero((table.owner_kind == OWNER_KINDS.index("passage")) & (table.learned_ns <= view.as_of_ns))
    cosine = np.asarray(table.rows)[seen] @ embedder.embed_queries([asked.query.text])[0]
    where = np.searchsorted(passages.id, table.owner_id[seen])
    best = np.zeros(len(view.clips))
    for texts in (passages.first_text, passages.last_text):
        line = view.positions_of(texts[where])
        clip = np.where(line >= 0, view.lines.clip[line], -1)
        np.maximum.at(best, clip[clip >= 0], cosine[clip >= 0])
    return best


def own_scores(memory: Memory, embedder: TextEmbedder | None, asked: Asked) -> Floats:
    """(C,) the plain sum; -inf for clips outside the time asked about."""
    words = weighed(asked.view.clip_bm25.scores, asked)
    score = words / max(float(words.max(initial=0)), 1e-12) + RECENCY * recency(asked.view)
    if embedder is not None:
        score = score + MEANING * meanings(memory, embedder, asked)
    return np.where(asked.allowed(), score, -np.inf)


def asking(own: Floats, bank: EventBank, asked: Asked, judge: Any, spent_ms: list[tuple[float, float]]) -> Asking:
    """Everything that any weighting needs of one question."""
    view = asked.view
    started = time.perf_counter()
    units = {"event": bank.scores(view)}
    cut_by = time.perf_counter()
    scored = {"event": weighed(units["event"].bm25, asked)}
    spent_ms.append(((cut_by - started) * 1000, (time.perf_counter() - cut_by) * 1000))
    units |= {name: EventScores(view, windows(view, minutes)) for name, minutes in MINUTES.items()}
    scored |= {name: weighed(units[name].bm25, asked) for name in MINUTES}
    lines = np.zeros(len(view.clips))
    inside = view.lines.clip >= 0
    np.maximum.at(lines, view.lines.clip[inside], asked.line_scores()[inside])
    pooled = {name: units[name].on_clips(scored[name] / max(float(scored[name].max(initial=0)), 1e-12)) for name in units}
    standing = {name: standing_out(scored[name]) for name in units}
    return Asking(own, lines / max(float(lines.max(initial=0)), 1e-12), pooled, standing, judge)


def judge_egolife(case: Case[Any], view: View, suffix: str) -> Callable[[Sequence[int]], dict[str, float]]:
    """Hits among the first fifteen and three, as `apps.evaluate.grounding` counts them for clips."""
    times = np.array(case.gold().times_ns)
    over = view.clips.end_ns <= case.question.asked_at_ns

    def held(slack_ns: int) -> np.ndarray:
        begun = view.clips.start_ns[:, None] - slack_ns <= times
        return over & (begun & (times < view.clips.end_ns[:, None] + slack_ns)).any(axis=1)

    strict, near = held(0), held(NEAR_NS)
    return lambda best: {
        f"hit@15 strict, {suffix}": float(strict[best[:15]].any()),
        f"hit@15 within 60 s, {suffix}": float(near[best[:15]].any()),
        f"hit@3 within 60 s, {suffix}": float(near[best[:3]].any()),
    }


def judge_locomo(case: Case[Any], talk: Any, view: View) -> Callable[[Sequence[int]], dict[str, float]]:
    """Share of the evidence turns among the first ten; a clip is one turn."""
    wanted = [talk.turns[turn].start_ns for turn in case.gold().turns]
    return lambda best: {"recall@10": float(np.isin(wanted, view.clips.start_ns[best[:10]]).mean())}


def answerable(case: Case[Any]) -> bool:
    """Whether a question of LoCoMo names turns that answer it."""
    try:
        return case.question.type != locomo.ADVERSARIAL and bool(case.gold().turns)
    except InvalidInputError:
        return False


def askings(name: str, directory: Path, folder: Path, *, words: bool) -> tuple[list[list[Asking]], list[tuple[float, float]]]:
    """For every question its askings (EgoLife: with choices and alone), and the milliseconds events took."""
    data: Dataset[Any] = egolife.read(directory) if name == "egolife" else locomo.read(directory)
    path = next(p for p in folder.iterdir() if p.is_dir() and p.name.startswith(data.recordings[0].key))
    talks = {} if name == "egolife" else {t.key: t for t in map(locomo.conversation, locomo._records(directory / "locomo.json"))}
    found, spent_ms = [], list[tuple[float, float]]()
    embedder = None if words else open_text_embedder("minilm")
    with Memory.open(path) as memory:
        bank = EventBank(memory)
        for case in data.cases:
            question = case.question
            if name == "locomo" and not answerable(case):
                continue
            row = []
            for choices in dict.fromkeys((question.choices, ())):
                asked = memory.recall.asked(Query(question.text, question.asked_at_ns, choices=choices), question.stream)
                judge = (
                    judge_egolife(case, asked.view, "with choices" if choices else "question alone")
                    if name == "egolife"
                    else judge_locomo(case, talks[question.stream or ""], asked.view)
                )
                row.append(asking(own_scores(memory, embedder, asked), bank, asked, judge, spent_ms))
            found.append(row)
    return found, spent_ms


Weighting = Callable[[Asking], Floats]


def families() -> dict[str, dict[Any, Weighting]]:
    """By name: settings to choose from, each with how it scores clips."""
    found: dict[str, dict[Any, Weighting]] = {"clips": {(): lambda a: a.own}}
    found["line added"] = {w: lambda a, w=w: a.own + w * a.lines for w in SHARES}
    for name in (*MINUTES, "event"):
        found[f"{name} alone"] = {(): lambda a, n=name: np.where(np.isfinite(a.own), a.pooled[n] + 1e-3 * a.own, -np.inf)}
        found[f"{name} added"] = {w: lambda a, n=name, w=w: a.own + w * a.pooled[n] for w in SHARES}
        found[f"{name} routed"] = {
            (least, slope): lambda a, n=name, least=least, slope=slope: a.own + (least + slope * a.standing[n]) * a.pooled[n]
            for least in LEASTS
            for slope in SLOPES
        }
    found["event as shipped"] = {
        (): lambda a: a.own + (LEAST_SHARE + SHARE_OF_STANDING_OUT * a.standing["event"]) * a.pooled["event"]
    }
    return found


def measured(questions: list[list[Asking]], weighting: Weighting) -> tuple[list[str], np.ndarray]:
    """Names of the figures and (questions, figures)."""
    rows = []
    for row in questions:
        marks: dict[str, float] = {}
        for one in row:
            score = weighting(one)
            best = np.argsort(-score, kind="stable")[:15]
            marks |= one.judge(best[np.isfinite(score[best])])
        rows.append(marks)
    return list(rows[0]), np.array([list(marks.values()) for marks in rows])


def cross_validated(by_setting: dict[Any, np.ndarray], goal: np.ndarray) -> np.ndarray:
    """(questions, figures) each measured with the setting that did best on the other folds, averaged over seeds."""
    some = next(iter(by_setting.values()))
    total = np.zeros_like(some)
    for seed in range(SEEDS):
        fold = np.random.default_rng(seed).permutation(len(some)) % FOLDS
        for k in range(FOLDS):
            best = max(by_setting, key=lambda s: by_setting[s][fold != k][:, goal].mean())
            total[fold == k] += by_setting[best][fold == k]
    return total / SEEDS


def interval(difference: np.ndarray) -> tuple[float, float]:
    """95 % of the mean, bootstrapped over questions, in points."""
    rng = np.random.default_rng(0)
    means = [difference[rng.integers(0, len(difference), len(difference))].mean() for _ in range(4000)]
    low, high = np.percentile(means, [2.5, 97.5])
    return round(100 * float(low), 2), round(100 * float(high), 2)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", choices=("egolife", "locomo"))
    parser.add_argument("directory", type=Path)
    parser.add_argument("--memory", type=Path, required=True)
    parser.add_argument("--words", action="store_true", help="leave meaning out of the clips' own scores")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    questions, spent_ms = askings(options.dataset, options.directory, options.memory, words=options.words)
    names: list[str] = []
    report: dict[str, Any] = {}
    held_out: dict[str, np.ndarray] = {}
    for family, settings in families().items():
        by_setting = {}
        for setting, weighting in settings.items():
            names, by_setting[setting] = measured(questions, weighting)
        goal = np.array(["@3 " not in name for name in names])
        held_out[family] = cross_validated(by_setting, goal)
        best = max(by_setting, key=lambda s: by_setting[s][:, goal].mean())
        report[family] = {name: round(100 * float(v), 1) for name, v in zip(names, held_out[family].mean(axis=0), strict=True)}
        report[family] |= {"mean": round(100 * float(held_out[family][:, goal].mean()), 2), "best setting": str(best)}
        report[family]["mean in sample"] = round(100 * float(by_setting[best][:, goal].mean()), 2)
    for family in held_out:
        difference = (held_out["event routed"] - held_out[family])[:, goal].mean(axis=1)
        report[family]["event routed is better by"] = (round(100 * float(difference.mean()), 2), *interval(difference))
    for part, ms in zip(("events of a view", "events of a question"), np.array(spent_ms[2:]).T, strict=True):
        spent = ms[ms > 0.05]  # the second way of asking finds the view's events ready
        report[part] = {f"p{p} ms": round(float(np.percentile(spent, p)), 2) for p in (50, 95)}
    report["events of a memory"] = {"first view ms": round(spent_ms[0][0])}
    print(json.dumps(report) if options.json else "\n".join(f"{family:16} {figures}" for family, figures in report.items()))


if __name__ == "__main__":
    main()
