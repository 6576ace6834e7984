"""What nobody could answer: questions about what a noisy detector never reported, and no words ever named.

    python benchmarks/house_ceiling.py RECORDING [RECORDING ...] [--noise moderate] [--num-per-family 14]

A RECORDING is a folder that `mmmem house` wrote. Per family, of the questions that can be answered by whoever sees everything:

- `unnamed`: a thing or piece of furniture it is about was never reported with its class before it was asked, nor its name said.
- `unseen`: nothing was reported of it, under whatever class, in any of the spans that bear on it, nor its name said then.

Either way the answer is not in what was perceived; a guess may still hit it.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from apps.bench.house import PerceivedHouse
from mmmem.clock import NS_PER_S, Span
from mmmem.types import TimedText
from streams.house.home import Furniture, Home, Thing
from streams.house.questions.asking import ask_about
from streams.house.questions.question import FAMILIES, Question
from streams.house.recorded import RecordedHouse

_SLACK_NS = 6 * NS_PER_S
"""Captions speak of what was in view for some seconds before."""


class Reported:
    """When each part was reported at all, and when with its own class."""

    def __init__(self, house: PerceivedHouse) -> None:
        self.texts: list[TimedText] = house.texts()
        self._numbers = house.house.home.instance_ids
        times, numbers, right = (np.concatenate(column) for column in zip(*_columns(house), strict=True))
        self._times: dict[int, NDArray[np.int64]] = {int(n): times[numbers == n] for n in np.unique(numbers)}
        self._right: dict[int, NDArray[np.int64]] = {int(n): times[(numbers == n) & right] for n in np.unique(numbers)}

    def in_any(self, id: str, spans: Sequence[Span]) -> bool:
        """Whether it was reported in one of some spans, as whatever."""
        times = self._times.get(self._numbers.get(id, 0), np.zeros(0, np.int64))
        return any(bool(((times >= span.start_ns) & (times <= span.end_ns)).any()) for span in spans)

    def named_by(self, id: str, t_ns: int) -> bool:
        """Whether it was reported with its own class by an instant."""
        times = self._right.get(self._numbers.get(id, 0), np.zeros(0, np.int64))
        return bool(len(times)) and int(times[0]) <= t_ns

    def said(self, name: str, spans: Sequence[Span]) -> bool:
        """Whether some words with this name fall into one of some spans."""
        wanted = name.lower()
        return any(
            wanted in text.text.lower()
            and any(text.span.overlaps(Span(span.start_ns, span.end_ns + _SLACK_NS)) for span in spans)
            for text in self.texts
        )


def _columns(house: PerceivedHouse) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]]:
    kinds = kinds_of(house.house.home)
    for stretch in house.house.stretches:
        tables = house.tables(stretch)
        for row in range(len(tables)):
            found = tables.found(row, masks=False)
            numbers = found.instances.astype(np.int64)
            right = [kinds.get(n) == label for n, label in zip(numbers.tolist(), found.detections.label, strict=True)]
            yield np.full(len(numbers), tables.t_ns[row], np.int64), numbers, np.array(right, np.bool_)


def kinds_of(home: Home) -> dict[int, str]:
    """Class by instance number."""
    return {
        number: part.kind for id, number in home.instance_ids.items() if isinstance(part := home.parts[id], (Thing, Furniture))
    }


def lost(question: Question, home: Home, reported: Reported) -> str:
    """`unnamed`, `unseen`, or empty where what the answer rests on was perceived."""
    about = [id for id in question.nodes if isinstance(home.parts.get(id), (Thing, Furniture))]
    things = [id for id in about if isinstance(home.parts[id], Thing)] or about
    before = [Span(0, question.asked_at_ns)]
    for id in things:
        if not reported.named_by(id, question.asked_at_ns) and not reported.said(home.parts[id].name, before):  # type: ignore[union-attr]
            return "unnamed"
    spans = [one.span for one in question.evidence]
    subject = things[:1]
    for id in subject if spans else ():
        if not reported.in_any(id, spans) and not reported.said(home.parts[id].name, spans):  # type: ignore[union-attr]
            return "unseen"
    return ""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recording", nargs="+", type=Path)
    parser.add_argument("--noise", default="moderate")
    parser.add_argument("--num-per-family", type=int, default=14)
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for place in options.recording:
        house = PerceivedHouse(RecordedHouse(place), options.noise)
        reported, home = Reported(house), house.house.home
        held = house.house
        asked = ask_about(
            held.life, house.observed, held.trajectory, seed=held.plan.seed, stream_id=held.stream_id,
            num_per_family=options.num_per_family,
        )  # fmt: skip
        for question in asked:
            if not question.answerable:
                continue
            why = lost(question, home, reported)
            for family in (question.family, "all"):
                counts[family]["asked"] += 1
                counts[family][why] += 1
            if why and options.verbose:
                print(
                    f"{place.name} {question.id} {question.family}/{question.template} {why}: {question.text} -> {question.value}"
                )
    for family in (*FAMILIES, "all"):
        if family in counts:
            one = counts[family]
            print(
                f"{family:20s} {one['asked']:4d} asked  {one['unnamed']:3d} unnamed  {one['unseen']:3d} unseen  "
                f"ceiling {1 - (one['unnamed'] + one['unseen']) / one['asked']:.3f}"
            )


if __name__ == "__main__":
    main()
