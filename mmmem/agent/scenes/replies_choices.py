"""Replies to questions that give the things to choose among: each option is looked up, and the one that is told of fits."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from mmmem.agent.answers.draft import Draft
from mmmem.agent.language.moments import Now, ranges
from mmmem.agent.language.things import phrase_of
from mmmem.agent.scenes.case import Case
from mmmem.agent.scenes.fitting import place_fit
from mmmem.agent.scenes.mentions import Mention
from mmmem.agent.scenes.replies_people import deed_fit
from mmmem.agent.scenes.replies_places import missing_since
from mmmem.agent.scenes.replies_things import PLAIN_STATES
from mmmem.agent.timeexpr import plain, scan
from mmmem.clock import NS_PER_MIN, Span

Scored = tuple[float, list[int]]
"""How well an option fits, above 0, and the lines that say so."""
_NUM_OF_OTHERS = 1
"""Lines that show what an option was held against."""
_RECENT_NS = 12 * NS_PER_MIN


def chosen(case: Case, score: Callable[[str], Scored | None], *, sure: float, by_lead: bool = True) -> Draft | None:
    """The option that scores highest; None where none scores, or two do alike.

    Args:
        score: of an option, None of one that nothing is told of.
        sure: the probability of being right if every option is known and no other scores.
        by_lead: a small lead makes less sure; where only the order counts it does not.
    """
    found = [(made, place) for place, option in enumerate(case.choices) if (made := score(option)) is not None]
    ranked = sorted(found, key=lambda one: -one[0][0])
    if not ranked or ranked[0][0][0] <= 0:
        return None
    (best, lines), place = ranked[0]
    second = max(ranked[1][0][0], 0.0) if len(ranked) > 1 else 0.0
    if second >= best:
        return None
    lead = 1 - second / best if by_lead else 1.0
    confidence = sure * (0.7 + 0.3 * len(found) / len(case.choices)) * (0.7 + 0.3 * lead)
    others = [line for (_, told), other in found if other != place for line in told[:_NUM_OF_OTHERS]]
    return case.reply(case.choices[place], "choice", confidence, [*others, *lines], case.choices[place], choice=place)


def at(case: Case) -> Draft | None:
    """Which of these was at a place."""
    window = case.window or Span(max(case.now_ns - _RECENT_NS, 0), case.now_ns + 1)

    def score(option: str) -> Scored | None:
        located = case.located(option)
        inside = [one for one in located if window.contains(one.start_ns)]
        there = [one for one in inside if _there(case, one)]
        ever = [one for one in located if _there(case, one)]
        if not inside and not ever:
            return None
        worth = len(there) / (1 + len(inside) - len(there)) if there else 0.05 * len(ever) / (len(located) + 1)
        return worth, [one.line for one in there or ever]

    return chosen(case, score, sure=0.97)


def _there(case: Case, mention: Mention) -> bool:
    under = case.request.relation == "under"
    return bool(place_fit(case.request.place, mention.placed.place)) and (not under or mention.placed.relation == "under")


def state(case: Case) -> Draft | None:
    """Which of these was told to be open, on, dirty."""
    wanted = PLAIN_STATES.get(case.request.words.lower(), case.request.words.lower())

    def score(option: str) -> Scored | None:
        told = [(line, one.state) for line, one in case.account.states(option)]
        inside = [
            (line, value) for line, value in told if case.window is None or case.window.contains(case.account.span(line).start_ns)
        ]
        fitting = [line for line, value in inside if value == wanted]
        ever = [line for line, value in told if value == wanted]
        return (len(fitting) + 0.01 * len(ever), fitting or ever) if ever else None

    return chosen(case, score, sure=0.8)


def nearest(case: Case) -> Draft | None:
    """Which of these is nearest to something: at the same place, else mostly in view together, else in the same room."""
    what = case.request.what
    centre = case.located(what)
    last = centre[-1] if centre else None
    in_view = set(case.account.naming(what)) if last is None else {one.line for one in centre if one.key == last.key}
    in_view |= set(case.account.while_seen(phrase_of(what).kind)) if last is None else set()
    room = case.room_of(last) if last else case.room_of_place(what)

    def score(option: str) -> Scored | None:
        located = case.located(option)
        if not located:
            return None
        spot = located[-1]
        here = {one.line for one in located if one.key == spot.key}
        same = bool(place_fit(what, spot.placed.place)) or (last is not None and spot.key == last.key)
        together = len(here & in_view) / len(here | in_view)
        in_room = bool(room) and bool(place_fit(room, case.room_of(spot)))
        return 2.0 * same + together + 0.3 * in_room + 1e-6, [spot.line]

    return chosen(case, score, sure=0.5)


def together(case: Case) -> Draft | None:
    """Which of these is at the place of something."""
    centre = case.located(case.request.what)
    if not centre:
        return None
    last = centre[-1]

    def score(option: str) -> Scored | None:
        located = case.located(option)
        if not located:
            return None
        there = [one for one in located if place_fit(last.placed.place, one.placed.place)]
        now = bool(place_fit(last.placed.place, located[-1].placed.place))
        return (1.0 if now else 0.1 * len(there) / len(located)), [located[-1].line, last.line]

    return chosen(case, score, sure=0.93)


def seen_first(case: Case) -> Draft | None:
    """Which of these was told of first in a named time."""
    return _by_time(case, first=True)


def seen_last(case: Case) -> Draft | None:
    """Which of these was told of last in a named time."""
    return _by_time(case, first=False)


def _by_time(case: Case, *, first: bool) -> Draft | None:
    def score(option: str) -> Scored | None:
        inside = [one for one in case.mentions(option) if case.window is None or case.window.contains(one.start_ns)]
        if not inside:
            return None
        one = inside[0 if first else -1]
        worth = (case.now_ns - one.start_ns if first else one.start_ns) / 1e18
        return worth + 1e-9, [one.line]

    return chosen(case, score, sure=0.95, by_lead=False)


def moved_last(case: Case) -> Draft | None:
    """Which of these came to another place last."""

    def score(option: str) -> Scored | None:
        stays = case.stays(option)
        if not stays:
            return None
        return (stays[-1].first.start_ns / 1e18 if len(stays) > 1 else 0.0), [stays[-1].first.line]

    return chosen(case, score, sure=0.75, by_lead=False)


def changed(case: Case) -> Draft | None:
    """Which of these is no longer where it was in a named time."""
    if not case.request.windows:
        return None
    window = case.request.windows[0]

    def score(option: str) -> Scored | None:
        located = case.located(option)
        then = [one for one in located if window.contains(one.start_ns)]
        before = then or [one for one in located if one.start_ns < window.start_ns]
        if not before:
            return None
        moved = not place_fit(before[-1].placed.place, located[-1].placed.place)
        firm = sum(one.key == located[-1].key for one in located) > 1
        missed = missing_since(case, located[-1], [one for one in located if one.key == located[-1].key]) is not None
        worth = (1.0 if then else 0.5) * (1.0 if firm else 0.6) if moved else 0.2 * missed
        return worth, [before[-1].line, located[-1].line]

    return chosen(case, score, sure=0.9)


def doing(case: Case) -> Draft | None:
    """Which of these somebody did in a named time, or does now."""
    window = case.window or Span(max(case.now_ns - _RECENT_NS, 0), case.now_ns + 1)
    told = [one for one in _deeds_of(case) if window.contains(one[1])]
    return chosen(case, lambda option: _share(option, told), sure=0.97)


def will_do(case: Case) -> Draft | None:
    """Which of these somebody does at most visits, in the part of the day that is named."""
    part = case.request.part
    told = [one for one in _deeds_of(case) if part is None or case.within_hours(one[1], part)]
    once = {(deed, case.account.visit(line)): (deed, t_ns, line) for deed, t_ns, line in told}
    return chosen(case, lambda option: _share(option, list(once.values())), sure=0.9)


def _deeds_of(case: Case) -> list[tuple[str, int, int]]:
    who = case.request.what.lower()
    deeds = case.account.deeds(case.account.holding(case.request.what))
    return [(one.does.deed, one.span.start_ns, one.line) for one in deeds if one.does.who.lower() == who and one.does.deed]


def _share(option: str, told: Sequence[tuple[str, int, int]]) -> Scored | None:
    lines = [line for deed, _, line in told if deed_fit(option, deed)]
    return (len(lines) / len(told), lines) if lines else None


def which_day(case: Case) -> Draft | None:
    """On which of these days a thing was told to be at a place."""
    now = Now(case.now_ns, case.inquiry.calendar)
    found = [one for one in case.located(case.request.what) if place_fit(case.request.place, one.placed.place)]

    def score(option: str) -> Scored | None:
        told = [piece for moment in scan(plain(f"on {option}"), now)[0] for piece in ranges(moment, now)]
        windows = [Span(max(start_ns, 0), end_ns) for start_ns, end_ns in told if max(start_ns, 0) < end_ns]
        lines = [one.line for one in found if any(window.contains(one.start_ns) for window in windows)]
        return (float(len(lines)), lines) if lines else None

    return chosen(case, score, sure=0.93)


def guessed(case: Case) -> Draft | None:
    """The option told of most, where nothing tells them apart: a guess, and no surer than one."""

    def score(option: str) -> Scored | None:
        told = [one for one in case.mentions(option) if case.window is None or case.window.contains(one.start_ns)]
        return (float(len(told)), [told[-1].line]) if told else None

    found = chosen(case, score, sure=1.0)
    return None if found is None else replace(found, confidence=1.0 / len(case.choices))
