"""Replies about what things are and how they stand: what is where, how many, colours, states, what is near, what is of use."""

from collections.abc import Iterable

import numpy as np

from mmmem.agent.language.purposes import kinds_for
from mmmem.agent.scenes.replies_things import PLAIN_STATES
from mmmem.agent.scenes.wording import begun, listed
from mmmem.agent.typed import TypedAnswer
from mmmem.clock import Span
from scenegraph.answers import WhereIs
from scenegraph.asking import Questions
from scenegraph.naming import Reading, is_there
from scenegraph.nodes import Node
from scenegraph.replies_places import never
from scenegraph.reply import Shown, answered, shown, shown_at_last, unknown
from scenegraph.requests import Request
from scenegraph.spots import Spot
from scenegraph.wording import moment, told_where

_DOUBTFUL, _NEAR_BEST = 0.3, 0.6
_SURELY_GONE = 0.92
_BESIDE = ("next to", "near", "beside", "in front of", "behind", "left of", "right of")


def at(q: Questions, r: Request) -> TypedAnswer | None:
    """What is, or was, at a place."""
    spots = spots_at(q, r)
    if not spots:
        return unknown(f"nothing was seen {r.relation} {r.place}.", "list", 0.4, q.now_ns) if knows_place(q, r.place) else None
    names = list(dict.fromkeys(spot.name for spot in spots))
    support = [shown(spot) for spot in spots]
    return answered(f"{begun(listed(names))}.", "list", 0.7, support, names)


def spots_at(q: Questions, r: Request) -> list[Spot]:
    """The things at the place of a request, at its time or now."""
    if r.relation in _BESIDE:
        return _beside(q, r)
    return [spot for spot in q.kinds_at(place=r.place, window=r.window) if _is_on_that_side(r, spot)]


def _is_on_that_side(r: Request, spot: Spot) -> bool:
    """On and in are said of the same places; under is said of another."""
    return r.relation != "under" or spot.relation == "under"


def _beside(q: Questions, r: Request) -> list[Spot]:
    if not q.readings(r.place):
        return []
    relation = "next to" if r.relation in ("next to", "beside") else "near"
    found = q.beside(r.place, relation, layers=("object", "furniture"))
    return [one.spot for one in found if one.spot is not None]


def knows_place(q: Questions, place: str) -> bool:
    """Whether there is such a place."""
    return bool(q.readings(place)) or place.lower().removeprefix("the ") in (room.lower() for room in q.called.rooms)


def num_at(q: Questions, r: Request) -> TypedAnswer | None:
    """How many things were at a place."""
    spots = {spot.id: spot for spot in spots_at(q, r)}
    if not spots and not knows_place(q, r.place):
        return None
    names = [spot.name for spot in spots.values()]
    text = f"{len(spots)}: {listed(names)}." if names else "None."
    support = [shown(spot, when=r.window) for spot in spots.values()] or _place_shown(q, r.place)
    return answered(text, "count", 0.6, support, len(spots))


def num_kind(q: Questions, r: Request) -> TypedAnswer | None:
    """How many of a class there are, or were at a place."""
    found = q.how_many(r.what, place=r.place, window=r.window)
    if not found.count:
        where = f"{r.relation} {r.place}" if r.place else "then"
        reason = f"no {r.what} was seen {where}." if q.readings(r.what) else f"no {r.what} was ever seen."
        return _all_gone(q, r) or unknown(reason, "count", 0.5, q.now_ns)
    places = list(dict.fromkeys(spot.place for spot in found.spots))
    text = f"{found.count}: {listed(places)}."
    if found.at_least < found.count:
        text = f"{found.count} (at least {found.at_least}; some may be the same one): {listed(places)}."
    return answered(text, "count", found.confidence * 0.85, [shown(spot) for spot in found.spots], found.count)


def _all_gone(q: Questions, r: Request) -> TypedAnswer | None:
    """None, where everything of the class that was ever seen was looked for and had gone; said only of the present."""
    found = _each_where(q, r)
    if r.place or r.window is not None or not found or any(one.standing != "gone" for one in found):
        return None
    text = f"None: {_told(q, found[0])}"
    return answered(text, "count", _SURELY_GONE, [shown(one.spot, gone=True) for one in found if one.spot], 0)


def is_here(q: Questions, r: Request) -> TypedAnswer | None:
    """Whether there is such a thing now, as far as anybody has looked."""
    found = _each_where(q, r)
    if r.window is not None or not found:
        return None
    here = [one for one in found if one.standing != "gone"]
    first = (here or found)[0]
    sure = 0.8 * first.reading if here else _SURELY_GONE
    text = f"{'Yes' if here else 'No'}: {_told(q, first)}"
    return answered(text, "yes_no", sure, [shown(one.spot, gone=not here) for one in here or found if one.spot], bool(here))


def _told(q: Questions, found: WhereIs) -> str:
    """Where it is, as it goes on after a colon."""
    told = told_where(found, q.now_ns, q.calendar)
    return told[:1].lower() + told[1:]


def _each_where(q: Questions, r: Request) -> list[WhereIs]:
    """Where each thing that words may mean is, best first."""
    readings = q.readings(r.what)
    if not readings:
        return []
    first = q.where_read(r.what, readings, q.now_ns)
    return [one for one in (first, *first.twins) if one.spot is not None]


def colour(q: Questions, r: Request) -> TypedAnswer | None:
    """What colour something is."""
    readings = [one for one in q.readings(r.what) if "colour" in one.node.attributes]
    if not readings:
        return never(q, r, "text")
    best = readings[0]
    value, share = best.node.attributes["colour"]
    others = {one.node.attributes["colour"][0] for one in readings[1:] if one.fit > 0.9 * best.fit} - {value}
    spot = q.spot(best.node, q.now_ns)
    if spot is None:
        return never(q, r, "text")
    return answered(f"{begun(value)}.", "text", best.fit * (0.4 + 0.5 * share) / (1 + len(others)), [shown(spot)], value)


def state_or(q: Questions, r: Request) -> TypedAnswer | None:
    """Which of two values a state had when it was last seen, or at a named time."""
    found = _state(q, r, {r.relation.lower(), r.place.lower()})
    if isinstance(found, TypedAnswer) or found is None:
        return found
    value, sure, support, when_ns = found
    when = moment(when_ns, q.now_ns, q.calendar)
    said = r.relation if plain_state(r.relation.lower()) == plain_state(value) else r.place
    return answered(f"{begun(said)} (seen {when}).", "text", sure, support, said)


def state_is(q: Questions, r: Request) -> TypedAnswer | None:
    """Whether something is open, on, clean."""
    asked = plain_state(r.relation.lower())
    found = _state(q, r, {asked, opposite_of(asked)})
    if isinstance(found, TypedAnswer) or found is None:
        return found
    value, sure, support, when_ns = found
    said, when = plain_state(value) == asked, moment(when_ns, q.now_ns, q.calendar)
    return answered(f"{'Yes' if said else 'No'}: it was {value} when last seen, {when}.", "yes_no", sure * 0.9, support, said)


def _state(q: Questions, r: Request, values: set[str]) -> tuple[str, float, list[Shown], int] | TypedAnswer | None:
    window = r.window
    at_ns = q.now_ns if window is None else window.end_ns - 1
    readings = q.readings(r.what, at_ns)
    if not readings:
        return never(q, r, "text")
    for one in readings:
        fitting = [state for state in q.states_of(one.node, at_ns) if _fits_state(state.state, state.value, values, r.words)]
        if fitting:
            state = max(fitting, key=lambda s: s.seen_ns)
            spot = q.spot(one.node, at_ns)
            support = [
                Shown(
                    one.node.id,
                    f"{state.name}: {state.state} {state.value}",
                    state.frames,
                    Span(state.seen_ns, state.seen_ns + 1),
                )
            ]
            if not state.frames and spot is not None:
                support = [shown(spot)]
            return state.value, one.fit * 0.85, support, state.seen_ns
    return None


def _fits_state(name: str, value: str, values: set[str], word: str) -> bool:
    plain = {plain_state(one) for one in values}
    return plain_state(value) in plain and (not word or word in name or name == "state")


_OPPOSITES = (("open", "closed"), ("on", "off"), ("full", "empty"), ("clean", "dirty"), ("lit", "unlit"), ("broken", "whole"))


def opposite_of(value: str) -> str:
    """`closed` for `open`; empty where there is none."""
    pairs = dict(_OPPOSITES) | {other: one for one, other in _OPPOSITES}
    return pairs.get(value, "")


def plain_state(value: str) -> str:
    """`closed` for `shut`: the word that states are kept by."""
    return PLAIN_STATES.get(value, value)


def nearest(q: Questions, r: Request) -> TypedAnswer | None:
    """What stands nearest to something, among all things."""
    centre = next((spot for one in q.readings(r.what) if (spot := q.spot(one.node, q.now_ns)) and spot.at is not None), None)
    if centre is None or centre.at is None:
        return never(q, r, "entity")
    others = []
    for node in q.things():
        spot = q.spot(node, q.now_ns) if node.layer == "object" and node.id != centre.id else None
        if spot is not None and spot.at is not None and not spot.is_over:
            others.append((float(np.linalg.norm(spot.at - centre.at)), spot))
    if not others:
        return None
    _, best = min(others, key=lambda one: one[0])
    return answered(f"The {best.name}.", "entity", 0.6, [shown(best), shown(centre)], best.name)


def useful(q: Questions, r: Request) -> TypedAnswer | None:
    """What there is at a place, or in a room, for a purpose."""
    spots = [spot for spot in _useful(q, r.words) if is_there(r.place, spot)]
    if not spots:
        return unknown(f"nothing to {r.words} was seen {r.relation} {r.place}.", "entity", 0.4, q.now_ns)
    names = list(dict.fromkeys(spot.name for spot in spots))
    return answered(f"{begun(listed(names))}.", "entity", 0.75 / len(names) + 0.1, [shown(spot) for spot in spots], names[0])


def useful_where(q: Questions, r: Request) -> TypedAnswer | None:
    """Where something for a purpose is."""
    spots = _useful(q, r.words)
    if not spots:
        return unknown(f"nothing to {r.words} was seen.", "place", 0.5, q.now_ns)
    best = max(spots, key=lambda spot: (not spot.is_over, spot.last_seen_ns))
    text = f"{begun(best.place)}: the {best.name}."
    return answered(text, "place", 0.8 / len({spot.key for spot in spots}), [shown(best)], best.place)


def _useful(q: Questions, purpose: str) -> list[Spot]:
    """The last places of what serves a purpose; what is only doubtfully of such a class where nothing plainly is."""
    kinds = kinds_for(purpose)
    fits = {node.id: max((q.naming.kind_fit(kind, node) for kind in kinds), default=0.0) for node in q.things()}
    best = max(fits.values(), default=0.0)
    nodes = [node for node in q.things() if fits[node.id] >= max(_NEAR_BEST * best, _DOUBTFUL)]
    return [spot for node in nodes if (spot := q.spot(node, q.now_ns)) is not None and spot.missing_ns is None]


def is_at(q: Questions, r: Request) -> TypedAnswer | None:
    """Whether something is, or was, at a place."""
    window = r.window
    at_ns = q.now_ns if window is None else window.end_ns - 1
    readings = q.readings(r.what, at_ns)
    if not readings:
        return never(q, r, "yes_no")
    if not knows_place(q, r.place):
        return None
    spots = [(one, spot) for one in readings[:4] for spot in _spots_then(q, one, window)]
    beside = {spot.id for spot in _beside(q, r)} if r.relation in _BESIDE else None
    there = [
        (one, spot)
        for one, spot in spots
        if (window or spot.missing_ns is None)
        and (is_there(r.place, spot) and _is_on_that_side(r, spot) if beside is None else spot.id in beside)
    ]
    if not spots:
        return None
    one, spot = (there or spots)[0]
    when = moment(spot.last_seen_ns, q.now_ns, q.calendar)
    text = f"Yes, seen there {when}." if there else f"No: last seen {spot.place} {when}."
    return answered(text, "yes_no", 0.8 * one.fit, shown_at_last(q, spot, gone=not there), bool(there))


def _spots_then(q: Questions, one: Reading, window: Span | None) -> list[Spot]:
    if window is not None:
        return [spot for spot, _ in q.seen_at(one.node, window)]
    spot = q.spot(one.node, q.now_ns)
    return [] if spot is None else [spot]


def seen_ever(q: Questions, r: Request) -> TypedAnswer | None:
    """Whether something was ever seen, at a place or in a time if they are named."""
    readings = q.readings(r.what)
    if not readings:
        return unknown(f"{r.what!r} was never seen.", "yes_no", 0.5, q.now_ns)
    window = r.window
    for one in readings:
        spots = [spot for spot, _ in q.seen_at(one.node, window) if not r.place or is_there(r.place, spot)]
        if spots:
            when = moment(spots[-1].last_seen_ns, q.now_ns, q.calendar)
            return answered(f"Yes, {spots[-1].place} {when}.", "yes_no", 0.8 * one.fit, [shown(spots[-1])], True)
    return None


def _place_shown(q: Questions, place: str) -> list[Shown]:
    spots = [q.spot(one.node, q.now_ns) for one in q.readings(place)]
    return [shown(spot) for spot in spots if spot is not None]


def nodes_named(q: Questions, names: Iterable[str]) -> list[Node | None]:
    """The best node for each name; None where nothing fits."""
    found = []
    for name in names:
        readings = q.readings(name)
        found.append(readings[0].node if readings else None)
    return found
