"""Questions about who and what a detector saw, judged by a truth that is worked out here from the script of the world."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from agent_world import OFFSETS, S, look, remember

from mmmem.clock import Span
from mmmem.memory import Memory
from mmmem.types import STANDS_ALONE, Answer, Detections, Observation

END_S = 150
# (class, first and last second); two people meet at 40 to 44, and a dog is there while the fourth person is
PEOPLE = [(8, 18), (24, 44), (40, 60), (76, 86), (94, 118)]
DOGS = [(78, 84), (130, 132)]
UNWATCHED = (64, 70)


def world() -> Iterator[Observation]:
    """Five looks a second; the camera is off for a while."""
    for index in range(END_S * 5):
        t_s = index / 5
        if not UNWATCHED[0] <= t_s < UNWATCHED[1]:
            things = [("person", n) for n, (a, b) in enumerate(PEOPLE) if a <= t_s < b]
            things += [("dog", 100 + n) for n, (a, b) in enumerate(DOGS) if a <= t_s < b]
            yield look("door", index, round(t_s * S), S // 5, things)


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Memory]:
    with remember(tmp_path_factory.mktemp("door") / "m", world(), OFFSETS, ("door",)) as memory:
        yield memory


def num_at(t_s: float, stays: list[tuple[int, int]] = PEOPLE) -> int:
    return sum(a <= t_s < b for a, b in stays)


def seconds_with(least: int, low: int = 0, high: int = END_S) -> list[int]:
    """Watched seconds in which at least so many people were there; with 0, all of them."""
    return [t for t in range(low, high) if not UNWATCHED[0] <= t < UNWATCHED[1] and num_at(t) >= least]


def empty_spans() -> list[list[int]]:
    empty = [t for t in seconds_with(0) if num_at(t) == 0]
    starts = [t for t in empty if t - 1 not in empty]
    return [[start, next(t + 1 for t in range(start, END_S) if t + 1 not in empty)] for start in starts]


def longest(stays: list[tuple[int, int]] = PEOPLE) -> tuple[int, int]:
    return max(stays, key=lambda stay: stay[1] - stay[0])


@dataclass(frozen=True)
class Case:
    text: str
    value: Any  # times and lengths in seconds; None where it cannot be known
    spans: list[tuple[float, float]]  # the evidence overlaps each of these
    says: str = ""


SHORTEST = min(PEOPLE, key=lambda stay: stay[1] - stay[0])
LENGTHS = [b - a for a, b in PEOPLE]
CASES = [
    # how many
    Case("How many people came to the door?", len(PEOPLE), PEOPLE),
    Case("How many visits were there?", len(PEOPLE), PEOPLE),
    Case("How often did somebody come?", len(PEOPLE), PEOPLE),
    Case("How many different people were seen?", len(PEOPLE), PEOPLE, "At most"),
    Case("How many people came before 0:30?", sum(a < 30 for a, _ in PEOPLE), PEOPLE[:2]),
    Case("How many people came after 0:30?", sum(a >= 30 for a, _ in PEOPLE), PEOPLE[2:]),
    Case("How many people left before 1:00?", sum(b < 60 for _, b in PEOPLE), PEOPLE[:2]),
    Case("How many people arrived between 0:20 and 0:50?", sum(20 <= a < 50 for a, _ in PEOPLE), PEOPLE[1:3]),
    Case("How many people were there at 0:42?", num_at(42), PEOPLE[1:3]),
    Case("How many people were there at 1:12?", 0, [(72, 73)]),
    Case("How many people stayed longer than 15 seconds?", sum(n > 15 for n in LENGTHS), [PEOPLE[1], PEOPLE[2], PEOPLE[4]]),
    Case("How many people stayed less than 12 seconds?", sum(n < 12 for n in LENGTHS), [PEOPLE[0], PEOPLE[3]]),
    Case("How many people came after the second person left?", sum(a >= 44 for a, _ in PEOPLE), PEOPLE[3:]),
    Case("How many dogs were there?", len(DOGS), DOGS),
    Case("In how many pictures is a dog?", 5 * sum(b - a for a, b in DOGS), DOGS),
    # how many at once
    Case("How many people were there at the same time?", max(map(num_at, range(END_S))), [(40, 44)]),
    Case("How many people were there at most at once?", max(map(num_at, range(END_S))), [(40, 44)]),
    Case("What was the largest number of people at once?", max(map(num_at, range(END_S))), [(40, 44)]),
    Case("How many people were there at the same time after 1:00?", max(map(num_at, range(61, END_S))), [PEOPLE[3]]),
    Case("Were there ever two people at the same time?", len(seconds_with(2)) > 0, [(40, 44)]),
    Case("Was there ever more than one person there?", len(seconds_with(2)) > 0, [(40, 44)]),
    Case("Were three people there at once?", len(seconds_with(3)) > 0, [(40, 44)]),
    Case("When were two people there at once?", seconds_with(2)[0], [(40, 44)]),
    Case("How long were two people there at the same time?", len(seconds_with(2)), [(40, 44)]),
    # nobody
    Case("When was nobody there?", empty_spans(), [tuple(span) for span in empty_spans()]),
    Case("When was the room empty?", empty_spans(), [tuple(span) for span in empty_spans()]),
    Case("How long was nobody there?", sum(num_at(t) == 0 for t in seconds_with(0)), [tuple(span) for span in empty_spans()]),
    Case("How long was the longest time with nobody there?", max(b - a for a, b in empty_spans()), [(118, 150)]),
    Case("Was the room empty at 1:12?", num_at(72) == 0, [(72, 73)]),
    Case("Was the room empty at 0:42?", num_at(42) == 0, [(40, 44)]),
    Case("Was nobody there at 0:21?", num_at(21) == 0, [(21, 22)]),
    Case("Was the room occupied at 0:35?", num_at(35) > 0, [PEOPLE[1]]),
    Case("How long was the room empty between the third and the fourth visitor?", 76 - 60 - 6, [(60, 64), (70, 76)]),
    # whether
    Case("Was anybody there before 0:05?", len(seconds_with(1, 0, 5)) > 0, [(0, 5)]),
    Case("Was anybody there before 0:10?", len(seconds_with(1, 0, 10)) > 0, [PEOPLE[0]]),
    Case("Was anybody there after 2:00?", len(seconds_with(1, 120)) > 0, [(120, 150)]),
    Case("Did anybody come between 0:28 and 0:36?", any(28 <= a < 36 for a, _ in PEOPLE), [PEOPLE[1]]),
    Case("Did anybody leave between 0:16 and 0:20?", any(16 <= b < 20 for _, b in PEOPLE), [PEOPLE[0]]),
    Case("Was the third person there at 0:35?", PEOPLE[2][0] <= 35 < PEOPLE[2][1], [PEOPLE[2]]),
    Case("Was the second person still there at 0:41?", PEOPLE[1][0] <= 41 < PEOPLE[1][1], [PEOPLE[1]]),
    Case("Did the second person leave before the third one came?", PEOPLE[1][1] < PEOPLE[2][0], [PEOPLE[1]]),
    Case("Did anyone come while the second person was there?", True, [PEOPLE[2]]),
    Case("Was a dog there at 1:20?", num_at(80, DOGS) > 0, [DOGS[0]]),
    # when
    Case("When did the third person leave?", PEOPLE[2][1], [PEOPLE[2]]),
    Case("When did the last person arrive?", PEOPLE[-1][0], [PEOPLE[-1]]),
    Case("When did the second to last person come?", PEOPLE[-2][0], [PEOPLE[-2]]),
    Case("When did somebody come after 1:00?", min(a for a, _ in PEOPLE if a >= 60), PEOPLE[3:]),
    Case("When did the longest visit begin?", longest()[0], [longest()]),
    Case("When did the longest visit end?", longest()[1], [longest()]),
    Case("When was the room first occupied?", PEOPLE[0][0], [PEOPLE[0]]),
    # how long
    Case("How long did the last visitor stay?", LENGTHS[-1], [PEOPLE[-1]]),
    Case("How long was the longest visit?", max(LENGTHS), [longest()]),
    Case("How long was the shortest visit?", min(LENGTHS), [SHORTEST]),
    Case("How long did people stay on average?", sum(LENGTHS) / len(LENGTHS), PEOPLE),
    Case("How long was somebody there in total?", len(seconds_with(1)), PEOPLE),
    Case("How long was anybody there before 0:30?", len(seconds_with(1, 0, 30)), PEOPLE[:2]),
    # which of them
    Case("Who came first?", "1st person", [PEOPLE[0]], "knows no names"),
    Case("Who left last?", "5th person", [PEOPLE[-1]]),
    Case("Who stayed longest?", f"{PEOPLE.index(longest()) + 1}th person", [longest()]),
    Case("Which visitor stayed the shortest?", "1st person", [PEOPLE[0]]),
    Case("Who came after the second person?", "3rd person", [PEOPLE[2]]),
    # what cannot be known
    Case("When did the ninth person leave?", None, [], "seen 5 times"),
    Case("Did the first visitor come back?", None, [], "not whether it was the same"),
    Case("Who was at the door?", None, [], "not who it was"),
    Case("Was anybody there between 1:05 and 1:09?", None, [], "no picture of the time asked about"),
    Case("What did the person do?", None, [], "does not answer this"),
    Case("Why did the second visitor leave?", None, [], "does not answer this"),
    Case("How did the first person come?", None, [], "does not answer this"),
    Case("How many people wore a hat?", None, [], "a detector tells what is in view and when"),
    Case("How many people in red shirts came?", None, [], "does not answer this"),
    Case("When did the number of people reach two?", None, [], "does not answer this"),
    Case("How long after the first person did the second one come?", None, [], "does not answer this"),
]


def in_seconds(answer: Answer) -> Any:
    if answer.kind in ("time", "duration"):
        return answer.value / S
    return [[t / S for t in span] for span in answer.value] if answer.kind == "list" else answer.value


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.text)
def test_answer_is_the_truth_of_the_script(case: Case, door: Memory) -> None:
    answer = door.ask(case.text)
    assert case.says in (answer.reason or answer.text)
    if case.value is None:
        assert answer.abstained, answer.text
        assert "line" not in answer.reason
        return
    assert not answer.abstained, answer.reason
    told = in_seconds(answer)
    assert told == case.value if isinstance(told, (str, list)) else told == pytest.approx(case.value, abs=0.2)
    for start, end in case.spans:
        truth = Span(round(start * S), round(end * S))
        assert any(one.span.overlaps(truth) for one in answer.evidence), f"nothing cited for {start} to {end}"
    assert type(answer.value) is type(case.value) or answer.kind in ("time", "duration")


def test_whoever_is_in_view_when_the_pictures_end_has_not_left(door: Memory) -> None:
    assert door.ask("When did the second person leave?", asked_at=30 * S).abstained
    assert door.ask("How many people left?", asked_at=30 * S).value == 1
    assert door.ask("When did the second person come?", asked_at=30 * S).value == 24 * S


# Photos


def photo(index: int, things: list[str], gap_s: int = 60) -> Observation:
    return look("album", index, index * gap_s * S, S // 5, [(name, STANDS_ALONE) for name in things])


ALBUM = [["person", "person"], [], ["person", "pizza"], ["person", "person", "person"], ["pizza"]]


@pytest.fixture(scope="module", params=["marked", "far apart"])
def album(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Memory]:
    """Photos a minute apart; told so by perception, or only by how far apart they lie."""
    shots = [photo(index, things) for index, things in enumerate(ALBUM)]
    if request.param == "far apart":
        shots = [untracked(shot) for shot in shots]
    with remember(tmp_path_factory.mktemp("album") / "m", shots, OFFSETS, ("album",)) as memory:
        yield memory


def untracked(shot: Observation) -> Observation:
    found = shot.detections
    assert found is not None
    bare = Detections(found.xyxy, found.score, found.label)
    return Observation(shot.stream_id, shot.span, shot.ref, detections=bare)


@pytest.mark.parametrize(
    ("text", "value", "says"),
    [
        ("How many people were there?", max(shot.count("person") for shot in ALBUM), "At least 3"),
        ("How many people were there at once?", max(shot.count("person") for shot in ALBUM), "3 at once"),
        ("How many photos show a person?", sum("person" in shot for shot in ALBUM), "of 5 pictures"),
        ("When was a pizza seen?", ALBUM.index(["person", "pizza"]) * 60 * S, "2:00"),
        ("When was the last pizza seen?", 4 * 60 * S, "4:00"),
        ("Was a pizza there at 2:00?", True, ""),
        ("Was anybody there at 1:00?", False, ""),
        ("Were there ever three people at the same time?", True, ""),
        ("How long did the first person stay?", None, "do not tell for how long"),
        ("How many people came after the first person left?", None, "whether they show the same person again"),
        ("When did the second person come?", None, "whether they show the same person again"),
    ],
)
def test_photos_tell_of_single_moments(album: Memory, text: str, value: object, says: str) -> None:
    answer = album.ask(text)
    assert (None if answer.abstained else answer.value) == value, answer
    assert says in (answer.reason or answer.text)
    assert "6 in" not in answer.text


def test_photos_a_second_apart_are_as_many_sightings(tmp_path: Path) -> None:
    """A folder without times has one a second by assumption; that makes nobody stay for a minute."""
    shots = [photo(index, ["person"], gap_s=1) for index in range(20)]
    with remember(tmp_path / "m", shots, OFFSETS, ("album",)) as memory:
        assert memory.ask("How many people were there?").value == 1
        assert "20 times in 20 pictures" in memory.ask("How many people were there?").text
        assert memory.ask("How long was somebody there?").abstained
        assert memory.ask("How many photos show a person?").value == 20
