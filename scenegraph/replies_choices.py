"""Replies to questions that give the things to choose among: each option is looked up, and the one that fits is named."""

from collections.abc import Callable, Sequence

import numpy as np

from mmmem.agent.typed import TypedAnswer
from mmmem.clock import Span
from scenegraph.asking import Questions
from scenegraph.naming import place_fit
from scenegraph.nodes import Node, StateSpan
from scenegraph.replies_places import runs_of
from scenegraph.replies_things import nodes_named, window_of
from scenegraph.reply import Shown, answered, shown
from scenegraph.requests import Request
from scenegraph.spots import Spot
from scenegraph.states import is_state

Scored = tuple[float, list[Shown]]
_AT = 0.7


def chosen_by(q: Questions, choices: Sequence[str], score: Callable[[Node], Scored | None], *, sure: float) -> TypedAnswer | None:
    """The option whose node scores highest, if one does; how sure depends on how many options are known and how far it leads."""
    nodes = nodes_named(q, choices)
    scored = [(found, place) for place, node in enumerate(nodes) if node is not None and (found := score(node)) is not None]
    if not scored:
        return None
    ranked = sorted(scored, key=lambda one: -one[0][0])
    (best, support), place = ranked[0]
    if best <= 0.0 or (len(ranked) > 1 and ranked[1][0][0] >= best):
        return None
    known = sum(node is not None for node in nodes) / len(nodes)
    return answered(choices[place], "choice", sure * (0.5 + 0.5 * known), support, choices[place], choice=place)


def at(q: Questions, r: Request, choices: Sequence[str]) -> TypedAnswer | None:
    """Which of these was at a place."""
    window = window_of(q, r)
    recent = window is not None and window.end_ns >= q.now_ns - 60_000_000_000 and r.part is None

    def score(node: Node) -> Scored | None:
        if window is None or recent:
            spot = q.spot(node, q.now_ns)
            spots = [] if spot is None or spot.missing_ns is not None else [spot]
        else:
            spots = [spot for spot, _ in q.seen_at(node, window)]
        there = [spot for spot in spots if place_fit(r.place, spot) >= _AT]
        if not spots:
            return None
        if not there:
            return 0.0, []
        return 1.0 + 1e-3 * there[-1].last_seen_ns / 1e19, [shown(there[-1], when=window)]

    return chosen_by(q, choices, score, sure=0.85)


def state(q: Questions, r: Request, choices: Sequence[str]) -> TypedAnswer | None:
    """Which of these was open, on, dirty."""
    window, wanted = window_of(q, r), r.words.lower().removeprefix("switched ")

    def score(node: Node) -> Scored | None:
        spans = [one for one in node.states if is_state(one.name)]
        if window is not None:
            spans = [one for one in spans if one.start_ns < window.end_ns and one.last_seen_ns >= window.start_ns]
        if not spans:
            return None
        having = [one for one in spans if one.value == wanted]
        if not having:
            return 0.0, []
        spot = q.spot(node, having[-1].start_ns)
        length = sum(one.last_seen_ns - one.start_ns + 1 for one in having) / sum(
            one.last_seen_ns - one.start_ns + 1 for one in spans
        )
        return length, [] if spot is None else [shown(spot, when=window)]

    return chosen_by(q, choices, score, sure=0.8)


def _length_ns(spans: Sequence[StateSpan]) -> int:
    return sum(one.last_seen_ns - one.start_ns + 1 for one in spans)


def nearest(q: Questions, r: Request, choices: Sequence[str]) -> TypedAnswer | None:
    """Which of these stands nearest to something."""
    centres = (q.spot(one.node, q.now_ns) for one in q.readings(r.what))
    centre = next((spot for spot in centres if spot is not None and spot.at is not None), None)
    if centre is None or centre.at is None:
        return None
    middle, room = centre.at, centre.room

    def score(node: Node) -> Scored | None:
        spot = q.spot(node, q.now_ns)
        if spot is None or spot.at is None:
            return None
        other_room = bool(spot.room and room and spot.room != room)
        away = float(np.linalg.norm((spot.at - middle)[:2])) + 3.0 * other_room
        return 1.0 / (0.05 + away), [shown(spot), shown(centre)]

    return chosen_by(q, choices, score, sure=0.85)


def together(q: Questions, r: Request, choices: Sequence[str]) -> TypedAnswer | None:
    """Which of these is where something is."""
    readings = q.readings(r.what)
    here = q.spot(readings[0].node, q.now_ns) if readings else None
    if here is None:
        return None

    def score(node: Node) -> Scored | None:
        spot = q.spot(node, q.now_ns)
        if spot is None:
            return None
        same = spot.holder == here.holder and bool(spot.holder)
        close = 0.0
        if spot.at is not None and here.at is not None:
            close = 0.1 / (0.1 + float(np.linalg.norm(spot.at - here.at)))
        return (1.0 if same else 0.0) + close, [shown(spot), shown(here)]

    return chosen_by(q, choices, score, sure=0.85)


def seen_first(q: Questions, r: Request, choices: Sequence[str]) -> TypedAnswer | None:
    """Which of these came into view first."""
    return _by_sighting(q, r, choices, last=False)


def seen_last(q: Questions, r: Request, choices: Sequence[str]) -> TypedAnswer | None:
    """Which of these was seen last."""
    return _by_sighting(q, r, choices, last=True)


def _by_sighting(q: Questions, r: Request, choices: Sequence[str], *, last: bool) -> TypedAnswer | None:
    window = window_of(q, r) or Span(0, q.now_ns + 1)

    def score(node: Node) -> Scored | None:
        looks = [(spot, look) for spot, look in q.seen_at(node, window)]
        if not looks:
            return None
        spot, look = looks[-1] if last else looks[0]
        t_ns = look.span.end_ns if last else max(look.span.start_ns, window.start_ns)
        rank = (t_ns - window.start_ns) / (window.end_ns - window.start_ns)
        support = Shown(node.id, f"{spot.name} {spot.place}", look.frames[:1] or spot.frames[:1], look.span)
        return (1.0 + rank if last else 2.0 - rank), [support]

    return chosen_by(q, choices, score, sure=0.8)


def moved_last(q: Questions, r: Request, choices: Sequence[str]) -> TypedAnswer | None:
    """Which of these was last seen in a new place."""

    def score(node: Node) -> Scored | None:
        runs = runs_of(q, node)
        if len(runs) < 2:
            return 0.0, []
        return 1.0 + runs[-1][0].start_ns / 1e19, [shown(runs[-1][0]), shown(runs[-2][-1])]

    return chosen_by(q, choices, score, sure=0.75)


def changed(q: Questions, r: Request, choices: Sequence[str]) -> TypedAnswer | None:
    """Which of these is no longer where it was in a named time."""
    if not r.windows:
        return None
    window = r.windows[0]

    def score(node: Node) -> Scored | None:
        then = [spot for spot, _ in q.seen_at(node, window)]
        now = q.spot(node, q.now_ns)
        if now is None:
            return None
        before = then[-1] if then else q.spot(node, window.end_ns - 1)
        if before is None:
            return None
        if _same(before, now):
            return (0.3, [shown(now, gone=True)]) if now.missing_ns is not None else (0.0, [])
        return 1.0 if then else 0.6, [shown(before), shown(now)]

    return chosen_by(q, choices, score, sure=0.8)


def _same(one: Spot, other: Spot) -> bool:
    return one.key == other.key
