"""Whether the confidence of the scene graph's answers means what it says, before and after it is fitted.

    python -m benchmarks.graph_calibration RECORDING [RECORDING ...] [--noise moderate none] [--memories DIR] [--fit]

A RECORDING is a folder that `mmmem house` wrote of a development seed. Each is put into a memory as `mmmem bench house` does it,
once for each noise, kept in DIR, and asked the questions of its house; the graph alone answers. Held out: each house is judged by
weights fitted on the others, as nothing is known of a house but its own pictures. `--fit` writes `scenegraph/surety.toml`.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from apps.bench.grading import grade
from apps.bench.house import PerceivedHouse
from apps.bench.memories import Remembering
from apps.evaluate.calibration import Calibration as Measured
from apps.evaluate.calibration import calibration_of, lines_of
from apps.evaluate.logistic import fitted, held_out
from mmmem.agent.confidence import Grounds
from mmmem.clock import NS_PER_S
from mmmem.memory import Memory
from scenegraph import surety
from scenegraph.graph import SceneGraph
from scenegraph.requests import request_of
from scenegraph.source import questions_of, replied
from streams.house.questions.asking import ask_about
from streams.house.questions.question import Question
from streams.house.recorded import RecordedHouse

FILE = Path(surety.__file__).with_suffix(".toml")


@dataclass(frozen=True)
class Row:
    """An answer: of which house and noise, what it rests on, the confidence its own rule gave it, and whether it is right."""

    house: int
    noise: str
    family: str
    grounds: Grounds
    said: float
    right: bool


def questions_about(house: RecordedHouse) -> list[Question]:
    """As `mmmem bench house` asks them, in order of time."""
    asked = ask_about(house.life, house.observed(), house.trajectory, seed=house.plan.seed, stream_id=house.stream_id)
    return sorted(asked, key=lambda question: question.asked_at_ns)


def kept(house: RecordedHouse, noise: str, folder: Path) -> Path:
    """The memory of a house, made if it is not kept yet."""
    place = folder / f"{house.plan.seed}-{noise}" / "memory"
    if not place.is_dir():
        hz = house.plan.hz
        held = Remembering(None, period_ns=round(NS_PER_S / hz), with_graph=True, trusted_ids=noise == "none")
        for item in PerceivedHouse(house, noise, lambda *_: None).items(depth=True):
            held.observe(item.frame, item.found, item.texts)
        held.ask("Where is the end?", item.frame.t_ns, (), ("graph",))
        place.parent.mkdir(parents=True, exist_ok=True)
        held.keep(place)
    return place


def rows_of(number: int, house: RecordedHouse, noise: str, place: Path) -> Iterator[Row]:
    """What the graph answers to each question that it does not abstain from."""
    with Memory.open(place, mode="r") as memory:
        graph = SceneGraph(memory, trusted_ids=noise == "none")
        known_at, q = -1, None
        for question in questions_about(house):
            request = request_of(question.text, asked_at_ns=question.asked_at_ns, calendar=memory.calendar)
            if request is None:
                continue
            if q is None or known_at != question.asked_at_ns:
                known_at, q = question.asked_at_ns, questions_of(graph, memory, question.asked_at_ns)
            reply = replied(q, request, question.choices)
            if reply is not None and not reply.answer.abstained:
                right = grade(question, reply.answer).right
                grounds = surety.grounds_of(request, reply)
                yield Row(number, noise, question.family, grounds, reply.answer.confidence, right)


def names_of(rows: Sequence[Row]) -> tuple[str, ...]:
    """The weights to fit: those that always count, and one for each thing that was asked."""
    asks = sorted({name for row in rows for name in row.grounds.values if name.startswith("asks ")})
    return (*surety.NAMES, *asks)


def show(title: str, said: Sequence[float], rows: Sequence[Row]) -> None:
    """One line a group."""
    for noise in ("all", *dict.fromkeys(row.noise for row in rows)):
        mine = [i for i, row in enumerate(rows) if noise in ("all", row.noise)]
        one: Measured | None = calibration_of([said[i] for i in mine], [rows[i].right for i in mine])
        assert one is not None
        print(f"{title:12s} {noise:10s} {len(mine):5d} answers  right {one.right:.3f}  ECE {one.ece:.3f}  Brier {one.brier:.4f}")


def text_of(rows: Sequence[Row], made_by: str) -> str:
    """The product's file."""
    weights = fitted([row.grounds for row in rows], [row.right for row in rows], names_of(rows))
    lines = [
        "# How likely a reply of the graph is right: weights of a logistic function. scenegraph/surety.py says what each means.",
        f"# Made by: {made_by}",
        f"# from {len(rows)} answers about {len({row.house for row in rows})} houses.",
        f"[{surety.FAMILY}]",
        *(f'"{name}" = {value:.4f}' for name, value in weights.items()),
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure and print; with --fit, write the product's file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recording", nargs="+", type=Path)
    parser.add_argument("--noise", nargs="+", default=["moderate", "none"])
    parser.add_argument("--memories", type=Path, required=True)
    parser.add_argument("--fit", action="store_true")
    options = parser.parse_args()
    rows: list[Row] = []
    for number, folder in enumerate(options.recording):
        house = RecordedHouse(folder)
        for noise in options.noise:
            rows += rows_of(number, house, noise, kept(house, noise, options.memories))
    grounds, right, folds = [row.grounds for row in rows], [row.right for row in rows], [row.house for row in rows]
    if options.fit:
        FILE.write_text(text_of(rows, "python -m benchmarks.graph_calibration RECORDING ... --memories DIR --fit"), "utf-8")
    show("by rule", [row.said for row in rows], rows)
    if len(set(folds)) > 1:
        said = held_out(grounds, right, folds, names_of(rows))
        show("held out", said, rows)
        measured = calibration_of(said, right)
        assert measured is not None
        print("\n".join(lines_of(measured)))


if __name__ == "__main__":
    main()
