"""Replies about when, for how long, how often, and whether something is where it was."""

from collections.abc import Callable
from itertools import pairwise

from mmmem.agent.typed import TypedAnswer
from mmmem.clock import NS_PER_S, Span
from scenegraph.asking import Questions
from scenegraph.naming import place_fit
from scenegraph.nodes import Node
from scenegraph.replies_places import never, runs_of
from scenegraph.reply import Shown, answered, shown, unknown
from scenegraph.requests import Request
from scenegraph.spots import Spot
from scenegraph.wording import duration, moment

_AT = 0.7


def when_last(q: Questions, r: Request) -> TypedAnswer | None:
    """When something was last seen."""
    return _of_node(q, r, "time", lambda node, fit: _seen(q, node, fit, last=True))


def when_first(q: Questions, r: Request) -> TypedAnswer | None:
    """When something was first seen."""
    return _of_node(q, r, "time", lambda node, fit: _seen(q, node, fit, last=False))


def how_long_ago(q: Questions, r: Request) -> TypedAnswer | None:
    """How long ago something was last seen."""

    def reply(node: Node, fit: float) -> TypedAnswer | None:
        spot = q.spot(node, q.now_ns)
        if spot is None:
            return None
        ago_ns = q.now_ns - spot.last_seen_ns
        text = f"{duration(ago_ns)} ago, {spot.place}."
        return answered(text, "duration", 0.85 * fit, [shown(spot)], ago_ns)

    return _of_node(q, r, "duration", reply)


def _seen(q: Questions, node: Node, fit: float, *, last: bool) -> TypedAnswer | None:
    spots = q.spots(node)
    if not spots:
        return None
    spot = spots[-1] if last else spots[0]
    t_ns = spot.last_seen_ns if last else spot.start_ns
    when = moment(t_ns, q.now_ns, q.calendar)
    return answered(f"{q.calendar.format(t_ns)} ({when}), {spot.place}.", "time", 0.85 * fit, [shown(spot)], t_ns)


def when_moved(q: Questions, r: Request) -> TypedAnswer | None:
    """When something was last moved, as an interval."""

    def reply(node: Node, fit: float) -> TypedAnswer | None:
        moves = [one for one in q.moves(node.id) if not r.windows or r.windows[-1].contains(one.by_ns)]
        if not moves:
            spot = q.spot(node, q.now_ns)
            name = q.called.node(node.id)
            return None if spot is None else unknown(f"nobody saw {name} move.", "time", 0.5, q.now_ns)
        last = moves[-1]
        by = moment(last.by_ns, q.now_ns, q.calendar)
        after = f"Between {moment(last.after_ns, q.now_ns, q.calendar)} and {by}" if last.after_ns is not None else f"By {by}"
        to = f": from {last.before.removeprefix('on ')} to {last.after}" if last.after else f": it was gone from {last.before}"
        support = [Shown(node.id, f"{last.name}{to}", last.frames, Span(last.by_ns, last.by_ns + 1))]
        return answered(f"{after}{to}.", "time", 0.75 * fit, support, last.by_ns)

    return _of_node(q, r, "time", reply)


def which_day(q: Questions, r: Request) -> TypedAnswer | None:
    """On which day something was at a place."""

    def reply(node: Node, fit: float) -> TypedAnswer | None:
        days = days_at(q, node, r.place)
        if not days:
            return None
        day, spot = next(iter(days.items()))
        name = _day_name(q, day)
        return answered(f"{name}.", "text", 0.75 * fit / len(days), [shown(spot)], name)

    return _of_node(q, r, "text", reply)


def num_days(q: Questions, r: Request) -> TypedAnswer | None:
    """On how many days something was seen at a place."""

    def reply(node: Node, fit: float) -> TypedAnswer | None:
        days = days_at(q, node, r.place)
        return answered(f"{len(days)}.", "count", 0.7 * fit, [shown(spot) for spot in days.values()], len(days)) if days else None

    return _of_node(q, r, "count", reply)


def days_at(q: Questions, node: Node, place: str) -> dict[int, Spot]:
    """The days on which a node was seen at a place, each with a spot."""
    found: dict[int, Spot] = {}
    for spot, look in q.seen_at(node):
        if place_fit(place, spot) >= _AT:
            found.setdefault(q.calendar.day_of(look.span.start_ns), spot)
    return found


def num_moves(q: Questions, r: Request) -> TypedAnswer | None:
    """How often something was seen in another place than before."""

    def reply(node: Node, fit: float) -> TypedAnswer | None:
        runs = [run for run in runs_of(q, node) if run[-1].relation != "held by"]
        merged = sum(a[-1].key != b[0].key for a, b in pairwise(runs))
        return answered(f"{merged}.", "count", 0.6 * fit, [shown(run[-1]) for run in runs], merged) if runs else None

    return _of_node(q, r, "count", reply)


def num_places(q: Questions, r: Request) -> TypedAnswer | None:
    """At how many places something was seen."""

    def reply(node: Node, fit: float) -> TypedAnswer | None:
        places = {spot.key: spot for spot in q.spots(node) if spot.key}
        return (
            answered(f"{len(places)}.", "count", 0.6 * fit, [shown(s) for s in places.values()], len(places)) if places else None
        )

    return _of_node(q, r, "count", reply)


def how_long_at(q: Questions, r: Request) -> TypedAnswer | None:
    """For how long something was at a place: at least from the first to the last sighting there."""

    def reply(node: Node, fit: float) -> TypedAnswer | None:
        runs = [run for run in runs_of(q, node) if place_fit(r.place, run[0]) >= _AT]
        if not runs:
            return None
        run = runs[-1]
        least_ns = run[-1].last_seen_ns - run[0].start_ns
        ends = [t for t in (run[-1].missing_ns, run[-1].next_ns) if t is not None]
        until_ns = min(ends) if ends else None
        most = "" if until_ns is None or run[0].after_ns is None else f", at most {duration(until_ns - run[0].after_ns)}"
        text = f"At least {duration(least_ns)}{most}."
        return answered(text, "duration", 0.7 * fit, [shown(run[0]), shown(run[-1])], max(least_ns, NS_PER_S))

    return _of_node(q, r, "duration", reply)


def same_place(q: Questions, r: Request) -> TypedAnswer | None:
    """Whether something was at one place in two named times."""
    if len(r.windows) < 2:
        return None

    def reply(node: Node, fit: float) -> TypedAnswer | None:
        spots = [_then(q, node, window) for window in r.windows[:2]]
        if spots[0] is None or spots[1] is None:
            return unknown(f"nobody saw {q.called.node(node.id)} at both times.", "yes_no", 0.4, q.now_ns)
        return _alike(spots[0], spots[1], fit)

    return _of_node(q, r, "yes_no", reply)


def still(q: Questions, r: Request) -> TypedAnswer | None:
    """Whether something is where it was in a named time."""
    if not r.windows:
        return None

    def reply(node: Node, fit: float) -> TypedAnswer | None:
        then, now = _then(q, node, r.windows[0]), q.spot(node, q.now_ns)
        if then is None or now is None:
            return unknown(f"nobody saw {q.called.node(node.id)} then.", "yes_no", 0.4, q.now_ns)
        if now.missing_ns is not None and then.key == now.key:
            return answered("No, it is gone.", "yes_no", 0.8 * fit, [shown(now, gone=True)], False)
        return _alike(then, now, fit)

    return _of_node(q, r, "yes_no", reply)


def _then(q: Questions, node: Node, window: Span) -> Spot | None:
    """Where a node was in a window: where it was seen in it, else where it was seen before and after."""
    seen = q.seen_at(node, window)
    if seen:
        return seen[-1][0]
    spot = q.spot(node, window.start_ns)
    return spot if spot is not None and spot.last_seen_ns >= window.end_ns else None


def _alike(one: Spot, other: Spot, fit: float) -> TypedAnswer | None:
    same = one.key == other.key
    text = f"Yes, {one.place} both times." if same else f"No: first {one.place}, then {other.place}."
    return answered(text, "yes_no", fit * (0.5 + 0.35 * min(one.confidence, other.confidence)), [shown(one), shown(other)], same)


def _of_node(q: Questions, r: Request, kind: str, reply: Callable[[Node, float], TypedAnswer | None]) -> TypedAnswer | None:
    readings = q.readings(r.what)
    return reply(readings[0].node, readings[0].fit) if readings else never(q, r, kind)


def _day_name(q: Questions, day: int) -> str:
    from datetime import date

    if q.calendar.kind != "wall":
        return q.calendar.day_label(day)
    return ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")[date.fromordinal(day).weekday()]
