"""Replies about where things are, were, were before, and usually are."""

from mmmem.agent.scenes.wording import begun
from mmmem.agent.typed import TypedAnswer
from mmmem.clock import Span
from mmmem.types import TimedText
from scenegraph.answers import WhereIs
from scenegraph.asking import Questions
from scenegraph.naming import is_there
from scenegraph.nodes import Node
from scenegraph.reply import Shown, answered, shown, shown_at_last, unknown
from scenegraph.requests import Request
from scenegraph.visits import by_place, history, likely_visits, usual_places, visits_of
from scenegraph.wording import told_twins, told_where

_NEVER_SURETY = 0.7


def where(q: Questions, r: Request) -> TypedAnswer | None:
    """Where something is, or was in a named time."""
    window = r.window
    if window is not None and window.end_ns < q.now_ns:
        return _where_then(q, r, window)
    if window is not None and len(r.windows) == 1 and r.part is not None:
        return _where_then(q, r, Span(window.start_ns, q.now_ns))
    return _where_now(q, r)


def _where_now(q: Questions, r: Request) -> TypedAnswer | None:
    readings = q.readings(r.what)
    if not readings:
        return never(q, r, "place")
    found = q.where_read(r.what, readings, q.now_ns)
    if found.spot is None:
        return never(q, r, "place")
    text = told_where(found, q.now_ns, q.calendar) + told_twins(found)
    gone = found.standing == "gone"
    value = None if gone else found.spot.place
    return answered(text, "place", sure_of(found), shown_at_last(q, found.spot, gone=gone), value)


def sure_of(found: WhereIs) -> float:
    """How likely the place given is the one that was seen last: by the fit of the name, the edge, and others that fit as well."""
    assert found.spot is not None
    alike = sum(one.reading > 0.9 * found.reading for one in found.twins)
    known = found.spot.confidence if found.spot.holder else 0.4
    return found.reading * (0.35 + 0.6 * known) / (1 + 0.5 * alike)


def _where_then(q: Questions, r: Request, window: Span) -> TypedAnswer | None:
    readings = q.readings(r.what, window.end_ns - 1)
    if not readings:
        return never(q, r, "place")
    node, fit = readings[0].node, readings[0].fit
    visits = likely_visits(visits_of(q, node, window))
    if visits:
        places = by_place([(one.spot, one.sure * one.num_seen) for one in visits], known=max(one.sure for one in visits))
        spot, share = max(places.values(), key=lambda place: place[1])
        sure = fit * (0.4 + 0.55 * spot.confidence) * share
        there = [one.shown() for one in visits if one.key == spot.key]
        return answered(f"{begun(spot.place)}.", "place", sure, there, spot.place)
    return _between_looks(q, node, fit, window)


def _between_looks(q: Questions, node: Node, fit: float, window: Span) -> TypedAnswer | None:
    """Nobody saw it then: it is known only if it was at the same place before and after."""
    visits = likely_visits(visits_of(q, node))
    before = [one for one in visits if one.span.end_ns <= window.start_ns]
    after = [one for one in visits if one.span.start_ns >= window.end_ns]
    name = q.called.node(node.id)
    missing_ns = before[-1].spot.missing_ns if before else None
    stayed = missing_ns is None or (bool(after) and missing_ns >= after[0].span.end_ns)
    if before and after and before[-1].key == after[0].key and stayed:
        place = before[-1].spot.place
        text = f"{begun(place)}: it was seen there before and after, though not in between."
        return answered(text, "place", 0.6 * fit, [before[-1].shown()], place)
    reason = f"nobody saw {name} then, and it was not at the same place before and after."
    return unknown(reason, "place", 0.7, q.now_ns)


def room(q: Questions, r: Request) -> TypedAnswer | None:
    """Which room something is in."""
    readings = q.readings(r.what)
    if not readings:
        return never(q, r, "place")
    found = q.where_read(r.what, readings, q.now_ns)
    if found.spot is None or not found.spot.room:
        return None
    gone = found.standing == "gone"
    name = found.spot.room
    text = f"{name}: {told_where(found, q.now_ns, q.calendar)}"
    return answered(text, "place", sure_of(found) * (0.5 if gone else 0.9), [shown(found.spot, gone=gone)], name)


def your_room(q: Questions, r: Request) -> TypedAnswer | None:
    """Which room the camera is in."""
    here = q.called.last_room(q.now_ns)
    if here is None:
        return None
    name, text = here
    return answered(f"In the {name}." if name.islower() else f"In {name}.", "place", 0.9, [spoken(q, text)], name)


def before(q: Questions, r: Request) -> TypedAnswer | None:
    """Where something was before it was where it is said to be, or is now."""
    readings = q.readings(r.what)
    if not readings:
        return never(q, r, "place")
    node, fit = readings[0].node, readings[0].fit
    runs = history(q, node)
    there = [i for i, run in enumerate(runs) if not r.place or is_there(r.place, run[0].spot)]
    at = [i for i in (there if r.place else there[-1:]) if i > 0]
    if not at and (there or not runs):
        return unknown(f"{q.called.node(node.id)} was not seen elsewhere before that.", "place", 0.35, q.now_ns)
    # Nobody saw it where it is said to have been: what was seen last is the most that is known of the time before.
    visit, after = (runs[at[-1] - 1][-1], [runs[at[-1]][0]]) if at else (runs[-1][-1], [])
    sure = fit * (0.35 + 0.5 * visit.spot.confidence) * (1.0 if at else 0.6)
    support = [visit.shown(), *(one.shown() for one in after)]
    return answered(f"{begun(visit.spot.place)}.", "place", sure, support, visit.spot.place)


def usual(q: Questions, r: Request) -> TypedAnswer | None:
    """Where something usually is, at a part of the day if one is named."""
    readings = q.readings(r.what)
    if not readings:
        return never(q, r, "place")
    node, fit = readings[0].node, readings[0].fit
    found = usual_places(q, node, r.part) or usual_places(q, node)
    if not found:
        return None
    best = found[0]
    also = f" ({best.num_occasions} of {round(best.num_occasions / best.share)} times)" if best.share < 1 else ""
    sure = fit * (0.35 + 0.5 * best.share)
    return answered(f"{begun(best.spot.place)}{also}.", "place", sure, [shown(best.spot)], best.spot.place)


def never(q: Questions, r: Request, kind: str) -> TypedAnswer:
    """Nothing fits the words: it was never seen."""
    return unknown(f"{r.what!r} was never seen.", kind, _NEVER_SURETY, q.now_ns)


def spoken(q: Questions, text: TimedText) -> Shown:
    """A line as support."""
    return Shown("text", text.text, (), text.span, q.stream_id)
