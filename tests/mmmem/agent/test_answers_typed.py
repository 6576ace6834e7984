"""Natural questions about worlds written by hand get the answer a person would give, with its evidence, or an abstention."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from agent_world import DAYS, OFFSETS, S, ns, remember
from farm_world import FARM, FARM_ASKED_AT, farm
from office_world import OFFICE, OFFICE_ASKED_AT, office, office_ns
from scripted_worlds import (
    DOOR,
    DOOR_ASKED_AT,
    HOUSE,
    HOUSE_ASKED_AT,
    MEETING,
    MEETING_ASKED_AT_NS,
    WORKSHOP,
    WORKSHOP_ASKED_AT,
    ZURICH,
    Asked,
    doorway,
    house,
    meeting,
    meeting_ns,
    workshop,
)
from stage_world import STAGE, STAGE_ASKED_AT, stage, stage_ns
from trip_world import TRIP, TRIP_ASKED_AT, trip

from mmmem.clock import Calendar
from mmmem.memory import Memory
from mmmem.types import Answer, Observation


@dataclass(frozen=True)
class World:
    observations: Callable[[], list[Observation]]
    questions: Sequence[Asked]
    calendar: Calendar
    stream: str
    asked_at_ns: int
    instant: Callable[[str], int]

    def memory(self, path: Path) -> Memory:
        return remember(path, self.observations(), self.calendar, (self.stream,))

    def ask(self, memory: Memory, question: Asked) -> Answer:
        return memory.ask(question.text, asked_at=self.asked_at_ns, choices=question.choices)


WORLDS = {
    "house": World(house, HOUSE, DAYS, "home", ns(HOUSE_ASKED_AT), ns),
    "meeting": World(meeting, MEETING, ZURICH, "room", MEETING_ASKED_AT_NS, meeting_ns),
    "workshop": World(workshop, WORKSHOP, DAYS, "shop", ns(WORKSHOP_ASKED_AT), ns),
    "trip": World(trip, TRIP, DAYS, "van", ns(TRIP_ASKED_AT), ns),
    "office": World(office, OFFICE, ZURICH, "office", office_ns(OFFICE_ASKED_AT), office_ns),
    "farm": World(farm, FARM, DAYS, "farm", ns(FARM_ASKED_AT), ns),
    "stage": World(stage, STAGE, ZURICH, "stage", stage_ns(STAGE_ASKED_AT), stage_ns),
    "door": World(doorway, DOOR, OFFSETS, "door", ns(DOOR_ASKED_AT), ns),
}


def judged(world: World, question: Asked, answer: Answer) -> str:
    """What is wrong with an answer, nothing if it is right."""
    if question.abstains or answer.abstained:
        return "" if question.abstains == answer.abstained else f"abstained={answer.abstained}: {answer.reason or answer.text}"
    wrong = []
    if answer.kind != question.kind:
        wrong.append(f"kind {answer.kind}")
    if answer.confidence > question.at_most:
        wrong.append(f"confidence {answer.confidence}")
    if question.kind in ("time", "duration") and question.value is not None:
        wanted = world.instant(question.value) if question.kind == "time" else question.value * S
        if abs(answer.value - wanted) > question.within_s * S:
            wrong.append(f"value {answer.value}, not {wanted}")
    elif question.value is not None and answer.value != question.value:
        wrong.append(f"value {answer.value!r}, not {question.value!r}")
    wrong += [f"does not say {words!r}" for words in question.says if words.lower() not in answer.text.lower()]
    if answer.choice != question.choice:
        wrong.append(f"choice {answer.choice}")
    if question.at:
        moment = world.instant(question.at)
        if not any(e.span.contains(moment) for e in answer.evidence):
            wrong.append(f"no evidence at {question.at}")
    return "; ".join(wrong)


@pytest.fixture(scope="module")
def memories(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Memory]]:
    opened = {name: world.memory(tmp_path_factory.mktemp(name)) for name, world in WORLDS.items()}
    yield opened
    for memory in opened.values():
        memory.close()


def case(name: str, question: Asked) -> object:
    marks = [pytest.mark.xfail(reason=question.limit, strict=True)] if question.limit else []
    return pytest.param(name, question, marks=marks, id=f"{name}: {question.text}")


CASES = [case(name, question) for name, world in WORLDS.items() for question in world.questions]


@pytest.mark.parametrize(("name", "question"), CASES)
def test_answer_is_what_a_person_would_say(memories: dict[str, Memory], name: str, question: Asked) -> None:
    answer = WORLDS[name].ask(memories[name], question)
    assert judged(WORLDS[name], question, answer) == "", answer
