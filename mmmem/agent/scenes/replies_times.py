"""Replies about when a thing was told of, for how long it was at a place, on how many days and at how many places."""

from collections import Counter
from itertools import pairwise

from mmmem.agent.answers.draft import Draft
from mmmem.agent.scenes.case import Case, Stay
from mmmem.agent.scenes.fitting import place_fit
from mmmem.agent.scenes.mentions import Mention
from mmmem.agent.scenes.wording import worded
from mmmem.clock import format_duration


def when_last(case: Case) -> Draft | None:
    """When a thing was told of last."""
    last = _seen(case)[-1:]
    if not last:
        return case.never("time")
    end_ns = last[0].span.end_ns
    return case.reply(f"{case.when(end_ns)}, {worded(last[0])}.", "time", _sure(case), [last[0].line], end_ns)


def when_first(case: Case) -> Draft | None:
    """When a thing was told of first."""
    first = _seen(case)[:1]
    if not first:
        return case.never("time")
    return case.reply(
        f"{case.when(first[0].start_ns)}, {worded(first[0])}.", "time", _sure(case), [first[0].line], first[0].start_ns
    )


def how_long_ago(case: Case) -> Draft | None:
    """How long ago a thing was told of last."""
    last = _seen(case)[-1:]
    if not last:
        return case.never("duration")
    ago_ns = max(case.now_ns - last[0].span.end_ns, 0)
    text = f"{format_duration(ago_ns)} ago, {worded(last[0])} ({case.when(last[0].span.end_ns)})."
    return case.reply(text, "duration", _sure(case), [last[0].line], ago_ns)


def _seen(case: Case) -> list[Mention]:
    """Mentions that say that a thing was there, in the time named; a single odd one at the end is passed over."""
    found = [
        one
        for one in case.mentions(case.request.what)
        if one.placed.how != "said" and (case.window is None or case.window.contains(one.start_ns))
    ]
    located = [one for one in found if one.placed.place]
    return located or found


def _sure(case: Case) -> float:
    """What is told of often was rarely there untold."""
    return 0.92 if len(case.located(case.request.what)) > 1 else 0.65


def when_moved(case: Case) -> Draft | None:
    """When a thing came to the place where it is now."""
    stays = case.stays(case.request.what)
    if len(stays) < 2:
        return None if stays else case.never("time")
    last, before = stays[-1], stays[-2]
    when = f"Between {case.when(before.last.span.end_ns)} and {case.when(last.first.start_ns)}"
    text = f"{when}: {worded(before.last)} -> {worded(last.first)}."
    return case.reply(text, "time", 0.6, [before.last.line, last.first.line], last.first.start_ns)


def how_long_at(case: Case) -> Draft | None:
    """How long a thing was at a place: its last stay there, from the first line that tells of it to the last."""
    stays = [stay for stay in case.stays(case.request.what) if stay.is_at(case.request.place)]
    if not stays:
        return case.never("duration") if not case.mentions(case.request.what) else None
    stay = stays[-1]
    length_ns = stay.span.duration_ns
    text = f"{format_duration(length_ns)} ({case.inquiry.calendar.format_span(stay.span)})."
    return case.reply(text, "duration", 0.85 if len(stay.mentions) > 1 else 0.3, [stay.first.line, stay.last.line], length_ns)


def which_day(case: Case) -> Draft | None:
    """On which day a thing was told to be at a place."""
    found = _there(case)
    days = Counter(_day(case, one) for one in found)
    if not days:
        return None
    best = days.most_common(1)[0][0]
    label = case.inquiry.calendar.day_label(best)
    return case.reply(f"{label}.", "time", 0.75 / len(days), [one.line for one in found if _day(case, one) == best], label)


def num_days(case: Case) -> Draft | None:
    """On how many days a thing was told to be at a place."""
    if not case.mentions(case.request.what):
        return case.never("count")
    found = _there(case)
    days = sorted({_day(case, one) for one in found})
    if not found:
        lines = [one.line for one in case.located(case.request.what)]
        return case.reply("On none, as far as is told.", "count", 0.4, lines, 0)
    labels = ", ".join(case.inquiry.calendar.day_label(day) for day in days)
    return case.reply(f"On {len(days)}: {labels}.", "count", 0.78, [one.line for one in found], len(days))


def num_places(case: Case) -> Draft | None:
    """At how many places a thing was told to be."""
    stays = case.stays(case.request.what)
    if not stays:
        return case.never("count")
    firm = _firm(stays)
    places = list(dict.fromkeys(stay.key for stay in firm))
    names = [worded(next(stay for stay in firm if stay.key == key).first) for key in places]
    text = f"{len(places)}: {', '.join(names)}."
    return case.reply(text, "count", 0.6, [stay.last.line for stay in firm], len(places))


def num_moves(case: Case) -> Draft | None:
    """How often a thing was told to have come to another place than before; in somebody's hand it is under way."""
    stays = [stay for stay in _firm(case.stays(case.request.what)) if stay.first.placed.relation != "with"]
    if not stays:
        return case.never("count")
    moves = sum(one.key != other.key for one, other in pairwise(stays))
    text = f"{moves} times." if moves != 1 else "Once."
    return case.reply(text, "count", 0.6, [stay.first.line for stay in stays], moves)


def _firm(stays: list[Stay]) -> list[Stay]:
    """Stays told of more than once, or by a deed; all where none is."""
    firm = [stay for stay in stays if len(stay.mentions) > 1 or stay.first.placed.how != "seen"]
    return firm or stays


def _there(case: Case) -> list[Mention]:
    return [one for one in case.located(case.request.what) if place_fit(case.request.place, one.placed.place)]


def _day(case: Case, mention: Mention) -> int:
    return case.inquiry.calendar.day_of(mention.start_ns)
