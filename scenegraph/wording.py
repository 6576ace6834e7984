"""What the graph knows, in sentences: honest about when something was seen, when it was found gone, and when nobody looked."""

from datetime import date

from mmmem.agent.scenes.wording import begun
from mmmem.clock import NS_PER_DAY, NS_PER_HOUR, NS_PER_MIN, Calendar
from scenegraph.answers import Change, WhereIs
from scenegraph.spots import Spot

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEEK = 6


def moment(t_ns: int, now_ns: int, calendar: Calendar) -> str:
    """An instant as people say it: `08:10` today, `Tuesday 08:10` within a week, else with the date."""
    days_ago = calendar.day_of(now_ns) - calendar.day_of(t_ns)
    clock = calendar.format(t_ns, day=False)
    if calendar.kind == "offset":
        return clock
    clock = clock.rsplit(":", 1)[0]
    if days_ago == 0:
        return f"{clock} today"
    if calendar.kind == "days":
        return f"{calendar.day_label(calendar.day_of(t_ns))} {clock}"
    if 0 < days_ago <= _WEEK:
        return f"{day_name(calendar.day_of(t_ns), calendar)} {clock}"
    return f"{calendar.day_label(calendar.day_of(t_ns))} {clock}"


def day_name(day: int, calendar: Calendar) -> str:
    """A day by its number as people say it: `Tuesday` where days have such names."""
    return _DAYS[date.fromordinal(day).weekday()] if calendar.kind == "wall" else calendar.day_label(day)


def duration(length_ns: int) -> str:
    """A length of time: `3 minutes`, `2 hours 10 minutes`, `1 day 4 hours`."""
    minutes = max(round(length_ns / NS_PER_MIN), 0)
    if minutes < 1:
        return "less than a minute"
    days, rest = divmod(minutes, NS_PER_DAY // NS_PER_MIN)
    hours, minutes = divmod(rest, NS_PER_HOUR // NS_PER_MIN)
    parts = [(days, "day"), (hours, "hour"), (0 if days else minutes, "minute")]
    said = [f"{number} {noun}{'' if number == 1 else 's'}" for number, noun in parts if number]
    return " ".join(said)


def told_where(found: WhereIs, now_ns: int, calendar: Calendar) -> str:
    """`Last seen on the counter Tuesday 08:10; looked there Wednesday 19:02 and it was gone.`"""
    spot = found.spot
    if spot is None:
        return f"{found.asked}: never seen by {moment(found.at_ns, now_ns, calendar)}."
    place = _place_and_room(spot)
    seen = moment(spot.last_seen_ns, now_ns, calendar)
    if found.standing == "gone" and spot.missing_ns is not None:
        return f"Last seen {place} {seen}; looked there {moment(spot.missing_ns, now_ns, calendar)} and it was gone."
    if spot.said and not spot.frames and not spot.stream_id:
        return f"Said to be {place} {seen}; nobody has looked there since."
    if found.standing == "there":
        return f"{begun(place)} (seen there {seen})."
    return f"Last seen {place} {seen}; nobody has looked there since."


def told_twins(found: WhereIs) -> str:
    """The others that fit what was asked for, if there are any."""
    if not found.twins:
        return ""
    places = [_place_and_room(one.spot) for one in found.twins[:4] if one.spot is not None]
    return f" There are others: {'; '.join(dict.fromkeys(places))}." if places else ""


def told_change(change: Change, now_ns: int, calendar: Calendar) -> str:
    """`red mug: on the desk -> in the sink (between Monday 08:10 and Monday 19:02)`; names of places do not tell all apart."""
    when = moment(change.by_ns, now_ns, calendar)
    if change.after_ns is not None and change.by_ns - change.after_ns > NS_PER_MIN:
        when = f"between {moment(change.after_ns, now_ns, calendar)} and {when}"
    said = {
        "moved": f"{change.name}: {_went(change)}",
        "gone": f"{change.name}: no longer {change.before}",
        "appeared": f"{change.name}: new {change.after}",
        "state": f"{change.name}: {change.state} {change.before} -> {change.after}",
    }[change.kind]
    return f"{said} ({when})"


def _went(change: Change) -> str:
    if change.before == change.after:
        return f"{change.after}, but not where it was before"
    return f"{change.before} -> {change.after}"


def _place_and_room(spot: Spot) -> str:
    if spot.room and spot.holder_name and spot.room.lower() not in spot.holder_name.lower() and spot.relation != "held by":
        return f"{spot.place} in {spot.room if spot.room[:1].isupper() else 'the ' + spot.room}"
    return spot.place
