"""The planner against questions labelled by hand before it was run on them; the guide is PLANNER_LABELS.md.

`python tests/mmmem/agent/test_planner_accuracy.py` prints the accuracy with Wilson intervals, and every miss.
"""

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mmmem.agent.question import Question, parse_question
from mmmem.agent.timeexpr import plain
from mmmem.clock import NS_PER_HOUR, NS_PER_MIN, Calendar, Span

DAYS = Calendar("days")
HERE = Path(__file__).parent
TUNED, FRESH = "planner_labels.jsonl", "planner_labels_fresh.jsonl"
MIN_IOU = 0.5
EXACT = ("strict", "order", "n", "earlier", "outside")
FILLERS = {"the", "a", "an", "to", "some"}


@dataclass(frozen=True)
class Outcome:
    """One labelled question and what the planner made of it: facet -> (labelled, planned) where they differ."""

    text: str
    kind_miss: str
    time_misses: dict[str, str]
    channel_right: bool
    event_right: bool


def read_labels(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines()]


def window(text: str, asked_at_ns: int) -> Span | None:
    """`DAY2 05:00..DAY2 12:00` or `DAY2 05:00..now` as a span; None for `none`."""
    if text == "none":
        return None
    start, end = text.split("..")
    return Span(DAYS.parse(start), asked_at_ns if end == "now" else DAYS.parse(end))


def overlap(one: Span | None, other: Span | None) -> float:
    """Intersection over union; two absent windows agree."""
    if one is None or other is None:
        return float(one is other)
    shared = one.intersect(other)
    return shared.duration_ns / one.hull(other).duration_ns if shared else 0.0


def face(text: str | None) -> tuple[int, int] | None:
    """`18:00..30:00` as nanoseconds since midnight."""
    if text is None:
        return None
    hours, minutes = zip(*(map(int, end.split(":")) for end in text.split("..")), strict=True)
    first, last = (hour * NS_PER_HOUR + minute * NS_PER_MIN for hour, minute in zip(hours, minutes, strict=True))
    return first, last


def time_misses(label: dict[str, Any], question: Question) -> dict[str, str]:
    found = question.constraint
    hull = found.windows[0].hull(found.windows[-1]) if found.windows else None
    wanted = window(label["windows"], DAYS.parse(label["asked_at"]))
    relation = found.anchor.relation if found.anchor else None
    labelled = label["anchor"]["relation"] if label["anchor"] else None
    misses = {name: f"{label[name]} -> {getattr(found, name)}" for name in EXACT if label[name] != getattr(found, name)}
    if overlap(wanted, hull) < MIN_IOU:
        misses["windows"] = f"{label['windows']} -> {DAYS.format_span(hull) if hull else 'none'}"
    if relation != labelled:
        misses["anchor"] = f"{labelled} -> {found.anchor}"
    if face(label["time_of_day"]) != found.time_of_day:
        misses["time_of_day"] = f"{label['time_of_day']} -> {found.time_of_day}"
    return misses


def words(text: str) -> set[str]:
    return {word for word in plain(text).lower().replace(",", " ").split() if word not in FILLERS}


def event_right(label: dict[str, Any], question: Question) -> bool:
    """Whether the anchor's event shares most of its words with the labelled one, which is in the labeller's words."""
    anchor = question.constraint.anchor
    if anchor is None or label["anchor"] is None:
        return anchor is None and label["anchor"] is None
    mine, theirs = words(label["anchor"]["event"]), words(anchor.event)
    return len(mine & theirs) / len(mine | theirs) >= MIN_IOU


def outcome(label: dict[str, Any]) -> Outcome:
    question = parse_question(label["text"], asked_at_ns=DAYS.parse(label["asked_at"]), calendar=DAYS)
    return Outcome(
        text=label["text"],
        kind_miss="" if question.kind == label["kind"] else f"{label['kind']} -> {question.kind}",
        time_misses=time_misses(label, question),
        channel_right=question.channel == label["channel"],
        event_right=event_right(label, question),
    )


def wilson(right: int, total: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    share, scale = right / total, 1 + z * z / total
    middle = share + z * z / (2 * total)
    half = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    return (middle - half) / scale, (middle + half) / scale


def counts(outcomes: list[Outcome]) -> dict[str, int]:
    return {
        "kind": sum(not o.kind_miss for o in outcomes),
        "time": sum(not o.time_misses for o in outcomes),
        "anchor event": sum(o.event_right for o in outcomes),
        "channel": sum(o.channel_right for o in outcomes),
    }


def missed(outcomes: list[Outcome]) -> str:
    lines = [f"{o.text}: {o.kind_miss} {o.time_misses or ''}" for o in outcomes if o.kind_miss or o.time_misses]
    return "\n".join(lines)


@pytest.mark.parametrize("name", [TUNED, FRESH])
def test_labels_are_complete_and_distinct(name: str) -> None:
    labels = read_labels(name)
    assert len(labels) == {TUNED: 200, FRESH: 60}[name]
    assert len({(label["text"], label["asked_at"]) for label in labels}) == len(labels)


def test_no_question_is_in_both_sets() -> None:
    assert not {label["text"] for label in read_labels(TUNED)} & {label["text"] for label in read_labels(FRESH)}


FLOORS = [(TUNED, "kind", 0.95), (TUNED, "time", 0.95), (FRESH, "kind", 1.0), (FRESH, "time", 1.0)]
"""Shares that must be right: 95 % is asked of the 200; the fresh 60 were all right when they were first run."""


@pytest.mark.parametrize(("name", "facet", "floor"), FLOORS)
def test_the_planner_is_right_often_enough(name: str, facet: str, floor: float) -> None:
    outcomes = [outcome(label) for label in read_labels(name)]
    assert counts(outcomes)[facet] >= floor * len(outcomes), missed(outcomes)


def test_a_planner_that_reads_nothing_falls_below_the_floors() -> None:
    """The labels hold enough times and kinds that a plan without them is found out."""
    labels = read_labels(TUNED)
    assert sum(label["kind"] == "what" for label in labels) < 0.4 * len(labels)
    nothing = [time_misses(label, parse_question("Who?", asked_at_ns=0, calendar=DAYS)) for label in labels]
    assert sum(not misses for misses in nothing) < 0.75 * len(labels)


def main() -> None:
    for name in (TUNED, FRESH):
        outcomes = [outcome(label) for label in read_labels(name)]
        print(f"{name}: {len(outcomes)} questions")
        for facet, right in counts(outcomes).items():
            low, high = wilson(right, len(outcomes))
            print(f"  {facet}: {right} right, {right / len(outcomes):.1%} [{low:.1%}, {high:.1%}]")
        print(missed(outcomes))


if __name__ == "__main__":
    main()
