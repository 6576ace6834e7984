"""Replies about when, for how long, how often, and whether something is where it was."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import prod

from mmmem.agent.typed import TypedAnswer
from mmmem.clock import NS_PER_S
from scenegraph.asking import Questions
from scenegraph.naming import is_there
from scenegraph.nodes import Node
from scenegraph.replies_places import never
from scenegraph.reply import answered, shown, unknown
from scenegraph.requests import Request
from scenegraph.spots import Spot
from scenegraph.visits import (
    LIKELY,
    Visit,
    history,
    last_spot,
    likely_visits,
    num_changes,
    places_then,
    runs_of_visits,
    visits_of,
)
from scenegraph.wording import day_name, duration, moment

_SURE_MOVE = 0.93
"""Probability that a move that is counted happened, and none beside it was missed."""
_EVEN = 0.05


def when_last(q: Questions, r: Request) -> TypedAnswer | None:
    """When something was last seen."""
    return _of_node(q, r, "time", lambda node, fit: _seen(q, node, fit, last=True))


def when_first(q: Questions, r: Request) -> TypedAnswer | None:
    """When something was first seen."""
    return _of_node(q, r, "time", lambda node, fit: _seen(q, node, fit, last=False))


def how_long_ago(q: Questions, r: Request) -> TypedAnswer | None:
    """How long ago something was last seen."""

    def reply(node: Node, fit: float) -> TypedAnswer | None:
        visits = likely_visits(visits_of(q, node))
        if not visits:
            return None
        ago_ns = max(q.now_ns - visits[-1].span.end_ns, 0)
        text = f"{duration(ago_ns)} ago, {visits[-1].spot.place}."
        return answered(text, "duration", 0.9 * fit * visits[-1].sure, [visits[-1].shown()], ago_ns)

    return _of_node(q, r, "duration", reply)


def _seen(q: Questions, node: Node, fit: float, *, last: bool) -> TypedAnswer | None:
    visits = likely_visits(visits_of(q, node))
    if not visits:
        return None
    visit = visits[-1] if last else visits[0]
    t_ns = visit.span.end_ns - 1 if last else visit.span.start_ns
    text = f"{q.calendar.format(t_ns)} ({moment(t_ns, q.now_ns, q.calendar)}), {visit.spot.place}."
    return answered(text, "time", 0.9 * fit * visit.sure, [visit.shown()], t_ns)


def when_moved(q: Questions, r: Request) -> TypedAnswer | None:
    """When something was last moved, as an interval."""

    def reply(node: Node, fit: float) -> TypedAnswer | None:
        runs, window, last = history(q, node), r.window, last_spot(q, node)
        moves = [
            (one[-1], other[0]) for one, other in pairwise(runs) if window is None or window.contains(other[0].span.start_ns)
        ]
        if last is not None and last.missing_ns is not None and (window is None or window.contains(last.missing_ns)):
            after, by, to = last.last_seen_ns, last.missing_ns, f"it was gone from {last.place}"
            support = [shown(last, gone=True)]
        elif moves:
            before, there = moves[-1]
            after, by = before.span.end_ns - 1, there.span.start_ns
            to, support = f"from {before.spot.place.removeprefix('on ')} to {there.spot.place}", [before.shown(), there.shown()]
        else:
            name = q.called.node(node.id)
            return unknown(f"nobody saw {name} move.", "time", 0.5, q.now_ns) if runs else None
        when = f"Between {moment(after, q.now_ns, q.calendar)} and {moment(by, q.now_ns, q.calendar)}"
        return answered(f"{when}: {to}.", "time", 0.75 * fit, support, by)

    return _of_node(q, r, "time", reply)


def which_day(q: Questions, r: Request) -> TypedAnswer | None:
    """On which day something was at a place."""

    def reply(node: Node, fit: float) -> TypedAnswer | None:
        days = days_at(q, node, r.place)
        if not days:
            return None
        day = max(days, key=lambda day: _any_of(days[day]))
        name = day_name(day, q.calendar)
        share = _any_of(days[day]) / sum(map(_any_of, days.values()))
        return answered(f"{name}.", "text", 0.85 * fit * share, [one.shown() for one in days[day]], name)

    return _of_node(q, r, "text", reply)


def num_days(q: Questions, r: Request) -> TypedAnswer | None:
    """On how many days something was seen at a place."""

    def reply(node: Node, fit: float) -> TypedAnswer | None:
        days = {day: visits for day, visits in days_at(q, node, r.place).items() if _any_of(visits) >= LIKELY}
        if not days:
            return _nowhere(q, node, r, fit)
        doubt = min(map(_any_of, days.values()))
        support = [visits[0].shown() for visits in days.values()]
        return answered(f"{len(days)}.", "count", fit * (0.45 + 0.4 * doubt), support, len(days))

    return _of_node(q, r, "count", reply)


def _nowhere(q: Questions, node: Node, r: Request, fit: float) -> TypedAnswer | None:
    """Nobody saw it at the place that is named: on no day, as far as is known."""
    seen = visits_of(q, node)
    if not seen or not q.readings(r.place):
        return None
    text = f"None: {q.called.node(node.id)} was not seen {r.relation} {r.place}."
    return answered(text, "count", 0.35 * fit, [seen[-1].shown()], 0)


def days_at(q: Questions, node: Node, place: str) -> dict[int, list[Visit]]:
    """The days on which a node was seen at a place, each with its visits there."""
    found: dict[int, list[Visit]] = {}
    for visit in visits_of(q, node):
        if is_there(place, visit.spot):
            found.setdefault(q.calendar.day_of(visit.span.start_ns), []).append(visit)
    return found


def _any_of(visits: Sequence[Visit]) -> float:
    """Probability that one of some visits happened."""
    return 1.0 - prod(1.0 - visit.sure for visit in visits)


def num_moves(q: Questions, r: Request) -> TypedAnswer | None:
    """How often something was seen in another place than before; while somebody holds it, it is in none."""

    def reply(node: Node, fit: float) -> TypedAnswer | None:
        visits = [visit for visit in visits_of(q, node, r.window) if visit.spot.relation != "held by"]
        runs = runs_of_visits(likely_visits(visits))
        moves = num_changes(runs)
        sure = 0.8 * _SURE_MOVE**moves
        return answered(f"{moves}.", "count", fit * sure, [run[-1].shown() for run in runs], moves) if runs else None

    return _of_node(q, r, "count", reply)


def num_places(q: Questions, r: Request) -> TypedAnswer | None:
    """At how many places something was seen."""

    def reply(node: Node, fit: float) -> TypedAnswer | None:
        visits = likely_visits(visits_of(q, node, r.window))
        places = {visit.key: visit for visit in visits if visit.key}
        sure = 0.8 * _SURE_MOVE ** max(len(places) - 1, 0)
        support = [visit.shown() for visit in places.values()]
        return answered(f"{len(places)}.", "count", fit * sure, support, len(places)) if places else None

    return _of_node(q, r, "count", reply)


def how_long_at(q: Questions, r: Request) -> TypedAnswer | None:
    """For how long something was at a place: at least from the first to the last sighting there."""

    def reply(node: Node, fit: float) -> TypedAnswer | None:
        runs = history(q, node)
        at = [place for place, run in enumerate(runs) if is_there(r.place, run[0].spot)]
        if not at:
            return None
        place = max(at, key=lambda i: _length_ns(runs[i]))
        run, least_ns = runs[place], _length_ns(runs[place])
        before = runs[place - 1][-1].span.end_ns if place else None
        ends = [runs[place + 1][0].span.start_ns] if place + 1 < len(runs) else []
        ends += [run[-1].spot.missing_ns] if run[-1].spot.missing_ns is not None else []
        most = "" if before is None or not ends else f", at most {duration(min(ends) - before)}"
        support = [run[0].shown(), run[-1].shown()]
        text = f"At least {duration(least_ns)}{most}."
        return answered(text, "duration", 0.8 * fit / len(at), support, max(least_ns, NS_PER_S))

    return _of_node(q, r, "duration", reply)


def _length_ns(run: Sequence[Visit]) -> int:
    return run[-1].span.end_ns - run[0].span.start_ns


def same_place(q: Questions, r: Request) -> TypedAnswer | None:
    """Whether something was at one place in two named times."""
    if len(r.windows) < 2:
        return None

    def reply(node: Node, fit: float) -> TypedAnswer | None:
        places = [places_then(q, node, window) for window in r.windows[:2]]
        if not places[0] or not places[1]:
            return unknown(f"nobody saw {q.called.node(node.id)} at both times.", "yes_no", 0.4, q.now_ns)
        return _alike(places[0], places[1], fit)

    return _of_node(q, r, "yes_no", reply)


def still(q: Questions, r: Request) -> TypedAnswer | None:
    """Whether something is where it was in a named time."""
    return _still(q, r, same=True)


def moved_since(q: Questions, r: Request) -> TypedAnswer | None:
    """Whether something has moved since a named time."""
    return _still(q, r, same=False)


def _still(q: Questions, r: Request, *, same: bool) -> TypedAnswer | None:
    if not r.windows:
        return None

    def reply(node: Node, fit: float) -> TypedAnswer | None:
        then, now = places_then(q, node, r.windows[0]), last_spot(q, node)
        if not then or now is None:
            return unknown(f"nobody saw {q.called.node(node.id)} then.", "yes_no", 0.4, q.now_ns)
        if now.missing_ns is not None and set(then) == {now.key}:
            text = "No, it is gone." if same else "Yes, it is gone."
            return answered(text, "yes_no", 0.8 * fit, [shown(now, gone=True)], not same)
        return _alike(then, {now.key: (now, 0.95)}, fit, same=same)

    return _of_node(q, r, "yes_no", reply)


def _alike(
    one: dict[str, tuple[Spot, float]], other: dict[str, tuple[Spot, float]], fit: float, *, same: bool = True
) -> TypedAnswer | None:
    """Whether two times have one place, by the probabilities of places; `same` is what yes means."""
    first, second = (max(each.values(), key=lambda pair: pair[1]) for each in (one, other))
    chance = sum(share * other[key][1] for key, (_, share) in one.items() if key in other)
    # Of what nobody saw, most of the rest lay elsewhere.
    known = sum(share for _, share in one.values()) * sum(share for _, share in other.values())
    chance += 0.3 * (1.0 - known)
    alike = first[0].key == second[0].key if abs(chance - 0.5) < _EVEN else chance > 0.5
    where = f"{first[0].place} both times" if alike else f"first {first[0].place}, then {second[0].place}"
    text = f"{'Yes' if alike == same else 'No'}: {where}."
    return answered(text, "yes_no", fit * 0.95 * max(chance, 1.0 - chance), [shown(first[0]), shown(second[0])], alike == same)


def _of_node(q: Questions, r: Request, kind: str, reply: Callable[[Node, float], TypedAnswer | None]) -> TypedAnswer | None:
    readings = q.readings(r.what)
    return reply(readings[0].node, readings[0].fit) if readings else never(q, r, kind)
