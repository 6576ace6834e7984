"""Habits and standings in English: `Jake makes coffee on 4 of 5 mornings, around 09:40`."""

import re

from mmmem.banks.consolidation.habits import Habit
from mmmem.banks.consolidation.standing import Standing
from mmmem.banks.consolidation.verbs import third_person
from mmmem.clock import NS_PER_DAY, NS_PER_HOUR, NS_PER_MIN, Calendar

ROUND_TO_NS = 5 * NS_PER_MIN
_PLACE = re.compile(r"^(?P<prep>on top of|in front of|next to|\S+) (?P<what>.+)$")


def clock(t_ns: int) -> str:
    """A time of the day to five minutes: `09:40`."""
    rounded = (t_ns + ROUND_TO_NS // 2) // ROUND_TO_NS * ROUND_TO_NS % NS_PER_DAY
    return f"{rounded // NS_PER_HOUR:02d}:{rounded // NS_PER_MIN % 60:02d}"


def times(count: int) -> str:
    """`once`, `twice`, `3 times`."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def act(actor: str, verb: str, object_: str) -> str:
    """`Jake makes coffee`; the wearer is `I`."""
    done = verb if actor == "I" else third_person(verb)
    return " ".join(filter(None, (actor, done, object_)))


def rhythm(habit: Habit) -> str:
    """`on 4 of 5 mornings seen, around 09:40`."""
    share = f"on {len(habit.days)} of {habit.num_seen} {habit.when}s seen"
    return share if habit.clock_ns is None else f"{share}, around {clock(habit.clock_ns)}"


def describe_habit(habit: Habit, calendar: Calendar) -> str:
    """One sentence without a full stop, with the exceptions and, for a past habit, until when."""
    said = f"{act(habit.actor, habit.verb, habit.object)} {rhythm(habit)}"
    if habit.missed:
        said += f" (not on {', '.join(calendar.day_label(day) for day in habit.missed)})"
    return said if habit.ended_ns is None else f"{said}, until {calendar.format(habit.valid.end_ns)}"


def placed(place: str) -> str:
    """`on the table` of `on table`."""
    match = _PLACE.match(place)
    if match is None:
        return place
    what = match["what"]
    return f"{match['prep']} {what if what[0].isupper() or chr(39) + 's ' in what else f'the {what}'}"


def describe_standing(standing: Standing, calendar: Calendar) -> str:
    """One sentence without a full stop."""
    until = "" if standing.ended_ns is None else f", until {calendar.format(standing.valid.end_ns)}"
    days = f"on {len(standing.days)} day{'s' * (len(standing.days) != 1)}"
    if standing.kind == "at":
        every = standing.count + standing.against
        return f"the {standing.subject} is usually {placed(standing.object)} ({standing.count} of {every} times, {days}){until}"
    against = f", otherwise {times(standing.against)}" if standing.against else ""
    verb = standing.kind.removesuffix("s") if standing.subject == "I" else standing.kind
    return f"{standing.subject} {verb} {standing.object} (said {times(standing.count)}, {days}{against}){until}"
