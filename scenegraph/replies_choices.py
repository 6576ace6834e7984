"""Replies to questions that give the things to choose among: each option is looked up, and the one that fits is named."""

from collections.abc import Sequence

import numpy as np

from mmmem.agent.typed import TypedAnswer
from mmmem.clock import MAX_NS, NS_PER_MIN, NS_PER_S, Span
from scenegraph.asking import Questions
from scenegraph.choosing import Scored, fitting, foremost
from scenegraph.naming import is_there
from scenegraph.nodes import Node, StateSpan
from scenegraph.replies_things import opposite_of, plain_state
from scenegraph.reply import Shown, shown
from scenegraph.requests import Request
from scenegraph.visits import Visit, history, last_spot, places_then, visits_of

_SEEN_ELSEWHERE = 0.03
_GUESS = 0.25
"""Probability of what was not seen then, by what was seen before and after."""
_NOW_NS = NS_PER_MIN
_BURST_NS = 30 * NS_PER_S
_OTHER_ROOM_M = 3.0


def at(q: Questions, r: Request, choices: Sequence[str]) -> TypedAnswer | None:
    """Which of these was at a place."""
    window = r.window
    recent = window is not None and window.end_ns >= q.now_ns - _NOW_NS and r.part is None

    def score(node: Node) -> Scored | None:
        if window is None or recent:
            return _stands_at(q, node, r.place)
        visits = visits_of(q, node, window)
        there = [visit for visit in visits if is_there(r.place, visit.spot)]
        if not visits:
            return None
        return _share(there, visits) if there else _SEEN_ELSEWHERE, [one.shown() for one in there or visits]

    return fitting(q, choices, score, sure=0.95)


def _stands_at(q: Questions, node: Node, place: str) -> Scored | None:
    spot = q.spot(node, q.now_ns)
    if spot is None:
        return None
    there = spot.missing_ns is None and is_there(place, spot)
    return 0.5 + 0.45 * spot.confidence if there else _SEEN_ELSEWHERE, [shown(spot)]


def _share(some: Sequence[Visit], every: Sequence[Visit]) -> float:
    """Share of some visits, by how likely each happened; no visit is quite certain to have been at its place."""
    whole = sum(one.sure for one in every)
    return max((one.sure for one in some), default=0.0) * sum(one.sure for one in some) / whole if whole else 0.0


def state(q: Questions, r: Request, choices: Sequence[str]) -> TypedAnswer | None:
    """Which of these was open, on, dirty."""
    window = r.window
    wanted = plain_state(r.words.lower())

    def score(node: Node) -> Scored | None:
        spans = [one for one in node.states if one.value in (wanted, opposite_of(wanted))]
        during = [one for one in spans if window is None or _meets(one, window)]
        if window is not None and not during:
            # Nobody looked at it then: a state is as it was before, more likely than not.
            before = [one for one in spans if one.start_ns < window.end_ns][-1:] or spans[:1]
            return (
                None if not before else (0.5 + (_GUESS if before[0].value == wanted else -_GUESS), _state_shown(q, node, before))
            )
        if not during:
            return None
        having = [one for one in during if one.value == wanted]
        share = (_length_ns(having, window) + NS_PER_S) / (_length_ns(during, window) + 2 * NS_PER_S)
        return (share if having else _SEEN_ELSEWHERE), _state_shown(q, node, having or during)

    return fitting(q, choices, score, sure=0.92)


def _meets(one: StateSpan, window: Span) -> bool:
    return one.start_ns < window.end_ns and one.last_seen_ns >= window.start_ns


def _length_ns(spans: Sequence[StateSpan], window: Span | None) -> int:
    low, high = (0, MAX_NS) if window is None else (window.start_ns, window.end_ns)
    return sum(max(min(one.last_seen_ns, high) - max(one.start_ns, low), 0) + 1 for one in spans)


def _state_shown(q: Questions, node: Node, spans: Sequence[StateSpan]) -> list[Shown]:
    spots = ((q.spot(node, one.start_ns), one) for one in spans[-2:])
    return [shown(spot, when=Span(one.start_ns, one.last_seen_ns + 1)) for spot, one in spots if spot is not None]


def nearest(q: Questions, r: Request, choices: Sequence[str]) -> TypedAnswer | None:
    """Which of these stands nearest to something."""
    centres = (q.spot(one.node, q.now_ns) for one in q.readings(r.what))
    centre = next((spot for spot in centres if spot is not None and spot.at is not None), None)
    if centre is None or centre.at is None:
        return None
    middle, room = centre.at, centre.room

    def rank(node: Node) -> Scored | None:
        spot = q.spot(node, q.now_ns)
        if spot is None or spot.at is None:
            return None
        other_room = bool(spot.room and room and spot.room != room)
        away = float(np.linalg.norm((spot.at - middle)[:2])) + _OTHER_ROOM_M * other_room
        return 1.0 / (0.05 + away), [shown(spot), shown(centre)]

    return foremost(q, choices, rank, sure=0.85)


def together(q: Questions, r: Request, choices: Sequence[str]) -> TypedAnswer | None:
    """Which of these is where something is."""
    readings = q.readings(r.what)
    here = q.spot(readings[0].node, q.now_ns) if readings else None
    if here is None:
        return None

    def rank(node: Node) -> Scored | None:
        spot = q.spot(node, q.now_ns)
        if spot is None:
            return None
        same = spot.holder == here.holder and bool(spot.holder)
        close = 0.0
        if spot.at is not None and here.at is not None:
            close = 0.1 / (0.1 + float(np.linalg.norm(spot.at - here.at)))
        return (1.0 if same else 0.0) + close, [shown(spot), shown(here)]

    return foremost(q, choices, rank, sure=0.85)


def seen_first(q: Questions, r: Request, choices: Sequence[str]) -> TypedAnswer | None:
    """Which of these came into view first."""
    return _by_sighting(q, r, choices, last=False)


def seen_last(q: Questions, r: Request, choices: Sequence[str]) -> TypedAnswer | None:
    """Which of these was seen last."""
    return _by_sighting(q, r, choices, last=True)


def _by_sighting(q: Questions, r: Request, choices: Sequence[str], *, last: bool) -> TypedAnswer | None:
    window = r.window or Span(0, q.now_ns + 1)

    def rank(node: Node) -> Scored | None:
        # Each time it came into view by itself: one picture of a detector may show something else.
        bursts = visits_of(q, node, window, apart_ns=_BURST_NS)
        bursts = [one for one in bursts if one.likely] or bursts
        if not bursts:
            return None
        burst = bursts[-1] if last else bursts[0]
        t_ns = burst.span.end_ns if last else max(burst.span.start_ns, window.start_ns)
        share = (t_ns - window.start_ns) / (window.end_ns - window.start_ns)
        return (1.0 + share if last else 2.0 - share), [burst.shown()]

    return foremost(q, choices, rank, sure=0.85)


def moved_last(q: Questions, r: Request, choices: Sequence[str]) -> TypedAnswer | None:
    """Which of these was last seen in a new place."""

    def rank(node: Node) -> Scored | None:
        runs = history(q, node)
        if not runs:
            return None
        if len(runs) < 2:
            return 0.0, [runs[0][-1].shown()]
        return 1.0 + runs[-1][0].span.start_ns / 1e19, [runs[-1][0].shown(), runs[-2][-1].shown()]

    return foremost(q, choices, rank, sure=0.8)


def changed(q: Questions, r: Request, choices: Sequence[str]) -> TypedAnswer | None:
    """Which of these is no longer where it was in a named time."""
    if not r.windows:
        return None
    window = r.windows[0]

    def score(node: Node) -> Scored | None:
        now = last_spot(q, node)
        then = places_then(q, node, window)
        if now is None or not then:
            return None
        same = sum(share for spot, share in then.values() if spot.key == now.key)
        support = [shown(spot, when=window) for spot, _ in then.values()]
        if now.missing_ns is not None:
            return max(1.0 - same, _GUESS), [*support, shown(now, gone=True)]
        return 1.0 - same, [*support, shown(now)]

    return fitting(q, choices, score, sure=0.9)
