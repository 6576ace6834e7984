"""What `mmmem facts --habits` shows: what repeats, with how often, when, since when and the texts it rests on."""

from typing import TYPE_CHECKING, Any

from apps.cli.output import emit, show_table, tell

if TYPE_CHECKING:
    from mmmem.banks.consolidation.habits import Habit
    from mmmem.banks.consolidation.standing import Standing
    from mmmem.clock import Calendar
    from mmmem.memory import Memory

_SHOWN_TEXTS = 5


def show_habits(memory: "Memory", as_of_ns: int | None, subject: str | None, *, as_json: bool) -> None:
    """Habits, then usual places, tastes and owners said more than once; all of what was said once too as JSON."""
    habits = [habit for habit in memory.habits(as_of=as_of_ns) if subject in (None, habit.actor)]
    standings = [one for one in memory.standings(as_of=as_of_ns) if subject in (None, one.subject)]
    if as_json:
        emit({"habits": [habit_json(one) for one in habits], "standings": [standing_json(one) for one in standings]})
        return
    rows = [_habit_row(habit, memory.calendar) for habit in habits]
    rows += [_standing_row(one, memory.calendar) for one in standings if one.count > 1]
    if rows:
        show_table(("what repeats", "since", "learned", "texts"), rows)
    else:
        tell("nothing repeats on enough days yet: a habit needs three days, and more than chance")


def habit_json(habit: "Habit") -> dict[str, Any]:
    """Plain values; times are nanoseconds, days are numbers of the calendar."""
    return {
        "actor": habit.actor,
        "verb": habit.verb,
        "object": habit.object,
        "when": habit.when,
        "days": list(habit.days),
        "missed": list(habit.missed),
        "clock_ns": habit.clock_ns,
        "spread_ns": habit.spread_ns,
        "chance": habit.chance,
        **_since(habit),
    }


def standing_json(standing: "Standing") -> dict[str, Any]:
    """Plain values; times are nanoseconds, days are numbers of the calendar."""
    return {
        "kind": standing.kind,
        "subject": standing.subject,
        "object": standing.object,
        "count": standing.count,
        "against": standing.against,
        "days": list(standing.days),
        "chance": standing.chance,
        **_since(standing),
    }


def _since(one: "Habit | Standing") -> dict[str, Any]:
    return {
        "start_ns": one.valid.start_ns,
        "end_ns": None if one.ended_ns is None else one.valid.end_ns,
        "learned_ns": one.learned_ns,
        "ended_ns": one.ended_ns,
        "support": [f"text:{number}" for number in one.support],
    }


def _habit_row(habit: "Habit", calendar: "Calendar") -> tuple[str, ...]:
    from mmmem.banks.consolidation.wording import describe_habit

    return (describe_habit(habit, calendar), *_when(habit, calendar))


def _standing_row(standing: "Standing", calendar: "Calendar") -> tuple[str, ...]:
    from mmmem.banks.consolidation.wording import describe_standing

    return (describe_standing(standing, calendar), *_when(standing, calendar))


def _when(one: "Habit | Standing", calendar: "Calendar") -> tuple[str, ...]:
    texts = [f"text:{number}" for number in one.support[-_SHOWN_TEXTS:]]
    more = len(one.support) - len(texts)
    shown = ", ".join(texts) + (f" and {more} more" if more else "")
    return (calendar.format(one.valid.start_ns), calendar.format(one.learned_ns), shown)
