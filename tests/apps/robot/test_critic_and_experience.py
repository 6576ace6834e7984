"""No task goes on for ever; what was tried is kept in a memory, survives a restart, and is forgotten with the rest."""

import numpy as np
import pytest

from apps.robot.critic import Budget, Critic
from apps.robot.experience import TRIED, Experience, Tried
from apps.robot.seeing import Wanted
from mmmem.clock import NS_PER_DAY, NS_PER_HOUR, Span
from mmmem.errors import InvalidInputError
from mmmem.memory import Memory
from mmmem.types import Observation, StreamInfo
from streams.house.recording_plan import CALENDAR

DAY_NS = 20_000 * NS_PER_DAY
MUG = Wanted("mug", "red", "Anna's red mug")


class Numbered:
    """Places by number, without a home."""

    def __init__(self):
        self.index = {"F1": 0, "F2": 1, "F3:door": 2}

    def __len__(self):
        return 3


def found(place, hour=8.0, *, ok=True, thing=MUG.name, day=0):
    t_ns = DAY_NS + day * NS_PER_DAY + round(hour * NS_PER_HOUR)
    return Tried(t_ns, "find", thing, "mug", place, ok, "" if ok else "gone", (1.0, 2.0))


def test_plans_deeds_and_time_each_end_a_task():
    planning = Critic(Budget(plans=3))
    assert [planning.plan() for _ in range(4)] == [True, True, True, False]
    doing = Critic(Budget(deeds=2))
    assert doing.did("look", "a", ok=True) == "go on"
    assert doing.did("look", "b", ok=True) == "give up"
    waiting = Critic(Budget(seconds=10.0))
    assert waiting.did("look", "a", ok=True, seconds=11.0) == "give up"
    assert waiting.why_stop() == "took 11 s"


def test_the_same_failing_deed_is_not_tried_for_ever():
    critic = Critic(Budget(same=2))
    assert critic.did("pick", "mug", ok=False) == "go on"
    assert critic.did("pick", "mug", ok=False) == "another way"
    assert critic.is_hopeless("pick", "mug")
    assert not critic.is_hopeless("pick", "book")


def test_a_budget_of_nothing_is_refused():
    with pytest.raises(InvalidInputError, match="at least one plan"):
        Budget(plans=0)


def test_a_thing_is_expected_where_it_was_found_more_than_where_its_like_was():
    bank = Experience([found("F1"), found("F2", thing="the blue mug")])
    weights = bank.found_at(MUG, Numbered(), DAY_NS + NS_PER_DAY)
    assert weights[0] > weights[1] > weights[2] == 0


def test_the_hour_counts_and_so_does_having_looked_in_vain():
    bank = Experience([found("F1", 8.0), found("F2", 20.0)])
    at_eight = bank.found_at(MUG, Numbered(), DAY_NS + NS_PER_DAY + 8 * NS_PER_HOUR)
    assert at_eight[0] > at_eight[1]
    bank.add(found("F1", 9.0, ok=False))
    assert bank.found_at(MUG, Numbered(), DAY_NS + NS_PER_DAY + 8 * NS_PER_HOUR)[0] < at_eight[0]


def test_people_are_looked_for_where_they_were_met_at_such_hours():
    met = [Tried(DAY_NS + hour * NS_PER_HOUR, "meet", "Anna", "person", room, True) for hour, room in ((8, "R1"), (20, "R2"))]
    bank = Experience(met)
    assert bank.rooms_of("Anna", DAY_NS + NS_PER_DAY + 20 * NS_PER_HOUR)[0] == "R2"
    assert bank.rooms_of("Ben", DAY_NS) == []


def test_the_bank_survives_a_restart_and_is_forgotten_with_its_span(tmp_path):
    first, second = found("F1"), found("F2", 12.0)
    with Memory.open(tmp_path / "m", mode="w", create=True, calendar=CALENDAR) as memory:
        memory.add_stream(StreamInfo("robot", "robot", CALENDAR, DAY_NS))
        for one in (first, second):
            memory.observe([Observation("robot", Span(one.t_ns, one.t_ns + 1), assertions=(one.row(),))])
    with Memory.open(tmp_path / "m", mode="w") as memory:
        assert read(memory).tried == [first, second]
        memory.forget(span=Span(first.t_ns, first.t_ns + NS_PER_HOUR), dry_run=False)
        assert read(memory).tried == [second]
        memory.forget(name="mug", dry_run=False)
        assert len(read(memory)) == 0


def read(memory):
    return Experience.read(row.assertion for row in memory.assertions(kinds=[TRIED]))


def test_the_stance_that_served_last_is_remembered():
    outcomes = enumerate((True, True, False))
    picks = [Tried(DAY_NS + n, "pick", MUG.name, "mug", "F1", ok, "", (float(n), 0.0)) for n, ok in outcomes]
    assert Experience(picks).stance("F1") == (1.0, 0.0)
    assert Experience(picks).stance("F2") is None
    assert np.isfinite(Experience(picks).found_at(MUG, Numbered(), DAY_NS)).all()


def test_what_was_put_down_is_there_until_it_is_picked_up():
    left = Tried(DAY_NS + 10, "left", MUG.name, "mug", "F2", True)
    bank = Experience([found("F1"), left])
    assert bank.left_at(MUG) == (DAY_NS + 10, "F2")
    bank.add(Tried(DAY_NS + 20, "pick", MUG.name, "mug", "F2", True))
    assert bank.left_at(MUG) is None


def opened(place, hour, *, ok, day=0):
    t_ns = DAY_NS + day * NS_PER_DAY + round(hour * NS_PER_HOUR)
    return Tried(t_ns, "open", place, "kitchen cupboard", place, ok)


def test_what_did_not_open_is_left_alone_for_a_while_and_after_two_tries_for_good():
    late, next_day = DAY_NS + round(9.5 * NS_PER_HOUR), DAY_NS + NS_PER_DAY + 9 * NS_PER_HOUR
    once = Experience([opened("F3:door", 9.0, ok=False)])
    assert once.stuck(Numbered(), late) == {2}
    assert once.stuck(Numbered(), next_day) == frozenset()
    twice = Experience([opened("F3:door", 9.0, ok=False), opened("F3:door", 8.0, ok=False, day=1)])
    assert twice.stuck(Numbered(), next_day + 7 * NS_PER_DAY) == {2}


def test_what_opened_after_all_is_tried_again_and_places_that_are_gone_are_passed_over():
    bank = Experience([opened("F3:door", 9.0, ok=False), opened("F3:door", 9.2, ok=True), opened("F9:door", 9.3, ok=False)])
    assert bank.stuck(Numbered(), DAY_NS + 10 * NS_PER_HOUR) == frozenset()
