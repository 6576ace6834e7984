"""What knowing the wearer's name is worth: EgoLife's questions as they are, and with the name in place of I, me and my.

    python benchmarks/wearer.py ../shared/data/egolife [--json]

Words alone, multiple choice. Two memories are made of the same texts, one of which knows who wears the camera. Where a name and I
are one person, both ways of asking get the same answers.
"""

import argparse
import json
import re
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from apps.evaluate.building import Opener, build, quiet
from apps.evaluate.cases import AskedQuestion, Case, Recording
from apps.evaluate.egolife import EgoLifeGold, name_of, read
from mmmem.memory import Memory

_MY = re.compile(r"\bmy\b", re.IGNORECASE)
_I = re.compile(r"\b(?:I|[Mm]e)\b")


def named(text: str, name: str) -> str:
    """The text as somebody else would say it of the wearer."""
    return _I.sub(name, _MY.sub(f"{name}'s", text))


def renamed(question: AskedQuestion) -> AskedQuestion:
    """The question and its options with the wearer's name."""
    name = name_of(question.recording)
    return replace(question, text=named(question.text, name), choices=tuple(named(choice, name) for choice in question.choices))


def answers(memory: Memory, cases: list[Case[EgoLifeGold]], *, by_name: bool) -> Iterator[tuple[str, bool]]:
    """The type of each question, and whether the right option was chosen."""
    for case in cases:
        question = renamed(case.question) if by_name else case.question
        answer = memory.ask(question.text, asked_at=question.asked_at_ns, choices=question.choices)
        yield question.type, answer.choice == case.gold().choice


def measured(recording: Recording, cases: list[Case[EgoLifeGold]], folder: Path) -> dict[str, dict[str, list[int]]]:
    """By what is known and how it is asked: right answers and questions, of each type and of all."""
    opener, found = Opener(None), dict[str, dict[str, list[int]]]()
    for known in (False, True):
        made = build(recording if known else replace(recording, wearers={}), folder, opener, "", quiet)
        with opener(Path(made.path), recording.calendar, False) as memory:
            assert isinstance(memory, Memory)
            for by_name in (False, True):
                tally: dict[str, list[int]] = {}
                for kind, right in answers(memory, cases, by_name=by_name):
                    for group in (kind, "all"):
                        counted = tally.setdefault(group, [0, 0])
                        counted[0] += right
                        counted[1] += 1
                asked = "by name" if by_name else "as they are"
                found[f"wearer {'known' if known else 'unknown'}, asked {asked}"] = tally
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    dataset = read(given.directory)
    with tempfile.TemporaryDirectory() as folder:
        for recording in dataset.recordings:
            mine = [case for case in dataset.cases if case.question.recording == recording.key]
            found = measured(recording, mine, Path(folder))
            if given.json:
                print(json.dumps({recording.key: found}))
                continue
            for way, tally in found.items():
                print(f"{way:36s} " + "  ".join(f"{kind} {right}/{num}" for kind, (right, num) in sorted(tally.items())))


if __name__ == "__main__":
    main()
