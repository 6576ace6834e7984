"""Where events begin, against truth that is known, beside windows of equal length and random places of the same number.

    python benchmarks/boundaries.py ../shared/data [--memory M] [--json]

Truth: the rooms of fifty stories made by code (scene scale); the sessions of each LoCoMo conversation told without a pause,
a turn every ten seconds, and the videos of each HD-EPIC kitchen played without a pause, told by what is picked up and put
down (event scale). Where truth is known only by meaning, in five EgoLife days (M as in benchmarks/granularity.py): the cosine
of the mean MiniLM passages of the two minutes before and after a boundary, which were not used to find it; lower is better.

F1 counts each true boundary once, within a tolerance. Pk is the share of probes, half a mean segment apart, that are wrongly
judged to lie in one segment or in two (Beeferman, Berger and Lafferty, Machine Learning 34, 1999); WindowDiff the share of
such windows with a wrong number of boundaries (Pevzner and Hearst, Computational Linguistics 28(1), 2002). Lower is better.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from drawn_story import shots, write_story

from apps.evaluate import locomo
from mmmem.agent.events import EventBank
from mmmem.banks.events import EVENT, SCENE, Scale, Signs, cut
from mmmem.clock import NS_PER_S
from mmmem.memory import Memory
from mmmem.text.terms import terms

TURN_S = 10
DRAWS = 30


@dataclass(frozen=True, slots=True)
class Told:
    """A stream with known turns: (second, words), the true boundaries without the first start, and its length; seconds."""

    lines: list[tuple[float, str]]
    truth_s: list[float]
    length_s: float


def stories() -> Iterable[Told]:
    """Fifty stories; a true boundary is where the film shows another room."""
    for seed in range(50):
        story = write_story(seed)
        seen = [(e.span.start_ns / NS_PER_S, e.caption) for e in story.events if e.caption]
        said = [(line.span.start_ns / NS_PER_S, f"{line.who} {line.text}") for line in story.lines]
        turns = [span.start_ns / NS_PER_S for _, span in shots(story)][1:]
        yield Told(sorted(seen + said), turns, story.duration_ns / NS_PER_S)


def conversations(directory: Path) -> Iterable[Told]:
    """Sessions follow one another without a pause."""
    for file in sorted(directory.glob("*.json")):
        for record in json.loads(file.read_text("utf-8")):
            talk = locomo.conversation(record)
            session = {turn: int(turn[1:].split(":")[0]) for turn in talk.turns}
            place = {turn: i * TURN_S for i, turn in enumerate(talk.turns)}
            lines = [(float(place[text.source]), text.text) for text in talk.texts]
            order = list(talk.turns)
            turns = [float(place[b]) for a, b in pairwise(order) if session[a] != session[b]]
            yield Told(lines, turns, len(order) * TURN_S)


def kitchens(file: Path) -> Iterable[Told]:
    """Videos of one kitchen follow one another without a pause."""
    by_kitchen = defaultdict(list)
    for video, things in sorted(json.loads(file.read_text("utf-8")).items()):
        by_kitchen[video.split("-")[0]].append(things)
    for videos in by_kitchen.values():
        lines: list[tuple[float, str]] = []
        starts: list[float] = []
        now_s = 0.0
        for things in videos:
            moves = [
                (thing["name"].rstrip("0123456789"), t["time_segment"]) for thing in things.values() for t in thing["tracks"]
            ]
            if not moves:
                continue
            begin = min(span[0] for _, span in moves)
            starts.append(now_s)
            lines += [
                (now_s + t - begin, f"{deed} {name}")
                for name, span in moves
                for t, deed in zip(span, ("take", "put"), strict=True)
            ]
            now_s += max(span[1] for _, span in moves) - begin + 1
        yield Told(sorted(lines), starts[1:], now_s)


def found(told: Told, scale: Scale) -> list[float]:
    """Boundaries in seconds, the first start left out."""
    number: dict[str, int] = {}
    pairs = [(round(t * NS_PER_S), number.setdefault(term, len(number))) for t, words in told.lines for term in terms(words)]
    t_ns, token = np.array(pairs, np.int64).T
    signs = Signs(t_ns, token, np.zeros(0, np.int64), np.zeros((0, 1), np.float32))
    return (cut(signs, scale).start_ns[1:] / NS_PER_S).tolist()


def f1(guess: list[float], truth: list[float], tolerance_s: float) -> float:
    """Harmonic mean of precision and recall; every true boundary answers for one guess at most."""
    left, hits = sorted(truth), 0
    for one in sorted(guess):
        near = [t for t in left if abs(t - one) <= tolerance_s]
        if near:
            left.remove(near[0])
            hits += 1
    return 2 * hits / max(len(guess) + len(truth), 1)


def disagreement(guess: list[float], truth: list[float], length_s: float) -> tuple[float, float]:
    """Pk and WindowDiff on seconds."""
    grid = np.arange(0, int(length_s))
    apart = max(int(length_s / (len(truth) + 1) / 2), 1)

    def between(boundaries: list[float]) -> np.ndarray:
        place = np.searchsorted(np.sort(boundaries), grid, side="right")
        return place[apart:] - place[:-apart]

    a, b = between(guess), between(truth)
    return float(np.mean((a > 0) != (b > 0))), float(np.mean(a != b))


def figures(worlds: list[Told], scale: Scale, tolerance_s: float) -> Mapping[str, list[float]]:
    """Mean F1, Pk and WindowDiff of surprise, of equal windows and of random places, as many as surprise found."""
    rng = np.random.default_rng(0)
    rows: dict[str, list[list[float]]] = defaultdict(list)
    for told in worlds:
        guess = found(told, scale)
        ways = {"surprise": [guess]}
        ways["equal windows"] = [np.linspace(0, told.length_s, len(guess) + 2)[1:-1].tolist()]
        ways["random"] = [np.sort(rng.uniform(0, told.length_s, len(guess))).tolist() for _ in range(DRAWS)]
        for name, guesses in ways.items():
            for one in guesses:
                marks = [f1(one, told.truth_s, tolerance_s), *disagreement(one, told.truth_s, told.length_s)]
                rows[name].append([*marks, len(one), len(told.truth_s)])
    return {name: np.round(np.mean(marks, axis=0), 3).tolist() for name, marks in rows.items()}


def meaning_across(folder: Path) -> Mapping[str, float]:
    """EgoLife: mean cosine of meanings across found, equal and random boundaries."""
    path = next(p for p in folder.iterdir() if p.is_dir() and p.name.startswith("A1_JAKE"))
    with Memory.open(path) as memory:
        lines, passages = memory.line_columns(), memory.passage_columns()
        table = memory.vectors(memory.spaces()[0])
        first = passages.first_text[np.searchsorted(passages.id, table.owner_id)]
        t_ns = lines.start_ns[np.searchsorted(lines.id, first)]
        order = np.argsort(t_ns, kind="stable")
        t_ns, rows = t_ns[order], np.asarray(table.rows)[order]
        view = memory.recall.view(int(lines.end_ns.max()))
        starts = EventBank(memory).events(view).start_ns[1:]
    rng = np.random.default_rng(0)
    within = np.sort(lines.start_ns)
    equal = within[np.linspace(0, len(within) - 1, len(starts) + 2).astype(int)[1:-1]]
    drawn = [np.mean(_across(rng.choice(within, len(starts)), t_ns, rows)) for _ in range(DRAWS)]
    even = np.arange(within[0], within[-1], (within[-1] - within[0]) // len(starts))
    named = {"surprise": starts, "equal numbers of lines": equal, "equal windows": even}
    found_across = {name: round(float(np.mean(_across(one, t_ns, rows))), 3) for name, one in named.items()}
    return found_across | {"random": round(float(np.mean(drawn)), 3), "boundaries": len(starts)}


def _across(boundaries: np.ndarray, t_ns: np.ndarray, rows: np.ndarray) -> list[float]:
    reach_ns, cosines = EVENT.window * EVENT.cell_ns, []
    for t in boundaries.tolist():
        low, here, high = np.searchsorted(t_ns, [t - reach_ns, t, t + reach_ns])
        if low < here < high:
            a, b = rows[low:here].mean(axis=0), rows[here:high].mean(axis=0)
            cosines.append(float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b))))
    return cosines


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--memory", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    report: dict[str, Mapping[str, object]] = {
        "stories, within 3 s": figures(list(stories()), SCENE, 3),
        "LoCoMo sessions, within 30 s": figures(list(conversations(options.directory / "locomo")), EVENT, 30),
        "HD-EPIC videos, within 30 s": figures(list(kitchens(options.directory / "hdepic" / "assoc_info.json")), EVENT, 30),
    }
    if options.memory is not None:
        report["EgoLife, cosine across"] = meaning_across(options.memory)
    if not options.json:
        print("F1, Pk, WindowDiff, boundaries found, true boundaries")
    print(json.dumps(report) if options.json else "\n".join(f"{name}: {values}" for name, values in report.items()))


if __name__ == "__main__":
    main()
