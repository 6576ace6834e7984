"""Habits that are found where they were planted, habits found where there is only chance, and what finding them costs.

    python benchmarks/habits.py planted [--weeks 4] [--seeds 20]      recall and precision on made-up weeks
    python benchmarks/habits.py shuffled MEMORY [--times 20]          false habits when every deed falls on chance moments
    python benchmarks/habits.py cost MEMORY                           seconds and counts on a memory that exists

`planted` writes captions of several weeks: an act at a usual time with days left out, one on certain days of the week, one at
any time of nearly every day, one that another takes the place of half-way, a thing whose place changes half-way, acts done
often at chance times and acts done a few times. Bound by the reading of lines.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from mmmem.agent.routine import Routine
from mmmem.banks.consolidation.coverage import Coverage
from mmmem.banks.consolidation.habits import MIN_DAYS, Habit, habits_of
from mmmem.banks.consolidation.ledger import occasions_of
from mmmem.clock import NS_PER_DAY, NS_PER_HOUR, NS_PER_MIN, NS_PER_S, Calendar, Span
from mmmem.memory import Memory
from mmmem.types import Observation, StreamInfo, TimedText

CALENDAR = Calendar("wall", "UTC")
START_NS = CALENDAR.parse("2026-03-02T00:00:00")
"""A Monday."""
OPENS_NS, CLOSES_NS = 7 * NS_PER_HOUR, 22 * NS_PER_HOUR
FILLER = ("I look around.", "I walk down the hall.", "I turn my head.", "I stand still.")
ONE_OFFS = (
    "plays the piano", "bakes bread", "irons a shirt", "waters the plants", "reads a letter", "writes a postcard",
    "fixes the lamp", "watches a film", "washes the car", "cooks a stew", "orders a pizza", "paints a wall", "feeds the cat",
    "cleans the oven", "brews beer", "knits a scarf", "mops the floor", "studies a map", "films a bird", "draws a horse",
)  # fmt: skip
OFTEN = ("uses the tablet", "eats an apple", "checks the mailbox")


@dataclass
class Planted:
    """Captions, and the habits that are in them: actor, verb, key, when, and the days of the change if there is one."""

    captions: list[tuple[int, str]] = field(default_factory=list)
    habits: dict[tuple[str, str, str], tuple[str, int | None]] = field(default_factory=dict)
    changed_day: int = 0


def planted(num_weeks: int, seed: int) -> Planted:
    """Captions of some weeks of three people."""
    rng = np.random.default_rng(seed)
    num_days = 7 * num_weeks
    half = num_days // 2
    made = Planted(changed_day=CALENDAR.day_of(START_NS) + half)

    def tell(day: int, clock_ns: float, text: str) -> None:
        made.captions.append((START_NS + day * NS_PER_DAY + int(clock_ns) // NS_PER_S * NS_PER_S, text))

    def near(hour: float, minutes: float) -> float:
        return hour * NS_PER_HOUR + rng.normal(0, minutes) * NS_PER_MIN

    def any_time() -> float:
        return rng.uniform(OPENS_NS, CLOSES_NS)

    for day in range(num_days):
        if rng.random() < 0.85:
            tell(day, near(7.7, 10), "Jake makes coffee.")
        if rng.random() < 0.9:
            tell(day, any_time(), "Mia drinks tea.")
        if day % 7 == 5:
            tell(day, near(9.5, 15), "Alice goes jogging.")
        if rng.random() < 0.85:
            tell(day, near(20.0, 15), "Jake plays the guitar." if day < half else "Jake reads a novel.")
        tell(day, any_time(), f"Mia puts the keys {'on the hook' if day < half or rng.random() < 0.1 else 'in the drawer'}.")
        tell(day, any_time(), f"Mia puts the mug on the {rng.choice(['table', 'desk', 'counter', 'shelf'])}.")
    for deed in ONE_OFFS:
        for _ in range(int(rng.integers(1, 5))):
            tell(int(rng.integers(num_days)), any_time(), f"{rng.choice(['Jake', 'Alice', 'Mia'])} {deed}.")
    for deed in OFTEN:
        for _ in range(num_days // 2):
            tell(int(rng.integers(num_days)), any_time(), f"Alice {deed}.")
    made.captions.sort()
    made.habits = {
        ("Jake", "make", "coffe"): ("morning", None), ("Mia", "drink", "tea"): ("day", None),
        ("Alice", "jog", ""): ("Saturday", None), ("Jake", "play", "guitar"): ("evening", 0),
        ("Jake", "read", "novel"): ("evening", 1),
    }  # fmt: skip
    return made


def observations(made: Planted) -> Iterator[Observation]:
    """Ten minutes at a time, covered from seven to ten."""
    step = 10 * NS_PER_MIN
    at = 0
    for day in range(made.captions[0][0] // NS_PER_DAY, made.captions[-1][0] // NS_PER_DAY + 1):
        for begin in range(day * NS_PER_DAY + OPENS_NS, day * NS_PER_DAY + CLOSES_NS, step):
            span, texts = Span(begin, begin + step), list[TimedText]()
            while at < len(made.captions) and made.captions[at][0] < span.end_ns:
                start_ns = max(made.captions[at][0], begin)
                texts.append(TimedText(Span(start_ns, start_ns + NS_PER_S), made.captions[at][1]))
                at += 1
            filler = TimedText(span, FILLER[begin // step % len(FILLER)])
            yield Observation("glasses", span, texts=(*texts, filler))


def remember(folder: Path, made: Planted) -> None:
    """A memory of what was planted."""
    with Memory.open(folder, mode="w", create=True) as memory:
        memory.add_stream(StreamInfo("glasses", "made-up", CALENDAR, START_NS))
        memory.observe(list(observations(made)))


def judged(made: Planted, found: Sequence[Habit]) -> tuple[int, int]:
    """How many of the planted habits were found as they were planted, and how many found ones were not planted."""
    right = 0
    for act, (when, change) in made.habits.items():
        mine = [h for h in found if (h.actor, h.verb, h.key) == act and h.when == when]
        ended = [h for h in mine if h.ended_ns is not None]
        right += bool(ended if change == 0 else mine and not ended)
    return right, sum((h.actor, h.verb, h.key) not in made.habits for h in found)


def run_planted(num_weeks: int, seeds: int) -> dict[str, object]:
    """Recall and precision over several made-up recordings, and the places that changed."""
    right = wanted = false = found_all = places = 0
    for seed in range(seeds):
        made = planted(num_weeks, seed)
        with tempfile.TemporaryDirectory() as folder:
            remember(Path(folder) / "m", made)
            with Memory.open(Path(folder) / "m") as memory:
                found = [h for h in memory.habits() if h.key or (h.actor, h.verb) == ("Alice", "jog")]
                keys = [s for s in memory.standings() if s.kind == "at" and s.subject == "keys"]
        hits, wrong = judged(made, found)
        right, false, wanted, found_all = right + hits, false + wrong, wanted + len(made.habits), found_all + len(found)
        places += [(s.object, s.ended_ns is None) for s in keys] == [("on hook", False), ("in drawer", True)]
    return {
        "weeks": num_weeks, "seeds": seeds, "recall": round(right / wanted, 3), "precision": round(1 - false / found_all, 3),
        "false_per_recording": round(false / seeds, 2), "places_changed_right": round(places / seeds, 3),
    }  # fmt: skip


def shuffled(routine: Routine, rng: np.random.Generator, coverage: Coverage) -> tuple[int, int, int]:
    """Habits at a usual time, on most days, and acts tried, where every occasion falls on a chance moment of the covered time."""
    days = np.array(list(coverage.covered_ns))
    share = np.array(list(coverage.covered_ns.values()), float)
    clock = daily = tried = 0
    for entries in routine.acts.values():
        occasions = occasions_of(entries, coverage)
        if len({o.day for o in occasions}) < MIN_DAYS:
            continue
        tried += 1
        moved = []
        for at, day in enumerate(rng.choice(days, len(occasions), p=share / share.sum()).tolist()):
            moved.append(replace(occasions[at], day=day, clock_ns=_moment(coverage, day, rng)))
        found = habits_of(sorted(moved, key=lambda o: (o.day, o.clock_ns or 0)), coverage)
        clock += any(h.clock_ns is not None for h in found)
        daily += any(h.clock_ns is None for h in found)
    return clock, daily, tried


def _moment(coverage: Coverage, day: int, rng: np.random.Generator) -> int:
    """A chance moment of a day that is covered."""
    while True:
        clock_ns = int(rng.integers(NS_PER_DAY))
        if coverage.covered(day, clock_ns, clock_ns + NS_PER_S) > 0:
            return clock_ns


def run_shuffled(folder: Path, repeats: int) -> dict[str, object]:
    """False habits for acts as frequent as the real ones."""
    with Memory.open(folder) as memory:
        routine = memory.routines.of(memory.recall.view(memory.end_ns()))
        real = routine.habits
        rng = np.random.default_rng(0)
        counts = np.array([shuffled(routine, rng, routine.coverage) for _ in range(repeats)])
    clock, daily, tried = counts.mean(axis=0)
    return {
        "acts_on_three_days_or_more": int(tried), "real_at_usual_time": sum(h.clock_ns is not None for h in real),
        "real_on_most_days": sum(h.clock_ns is None for h in real), "shuffled_at_usual_time": round(float(clock), 2),
        "false_rate_at_usual_time": round(float(clock / tried), 4), "shuffled_on_most_days": round(float(daily), 2),
    }  # fmt: skip


def run_cost(folder: Path) -> dict[str, object]:
    """Seconds to read the lines, to count, and to count once more after they were read."""
    with Memory.open(folder) as memory:
        started = time.perf_counter()
        num_lines = memory.routines.read()
        read_s = time.perf_counter() - started
        started = time.perf_counter()
        habits = memory.habits()
        standings = memory.standings()
        derive_s = time.perf_counter() - started
        routine = memory.routines.of(memory.recall.view(memory.end_ns()))
        num_deeds = sum(len(entries) for (_, _, key), entries in routine.acts.items() if key)
    return {
        "lines": num_lines, "read_s": round(read_s, 2), "derive_s": round(derive_s, 3),
        "acts": len(routine.acts), "deeds": num_deeds,
        "habits": len(habits), "standings": len(standings),
    }  # fmt: skip


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("planted", "shuffled", "cost"))
    parser.add_argument("memory", type=Path, nargs="?")
    parser.add_argument("--weeks", type=int, default=4)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--times", type=int, default=20)
    options = parser.parse_args()
    if options.what == "planted":
        print(json.dumps(run_planted(options.weeks, options.seeds)))
    elif options.memory is None:
        parser.error(f"{options.what} needs a memory")
    else:
        print(json.dumps(run_shuffled(options.memory, options.times) if options.what == "shuffled" else run_cost(options.memory)))


if __name__ == "__main__":
    main()
