"""What must hold in every life, checked event by event against the state in front of it."""

from collections.abc import Iterator
from math import hypot

import numpy as np

from streams.house.floor import Floor
from streams.house.footprint import footprint, overlaps_any
from streams.house.life import Life
from streams.house.people import NUM_HANDS, WORN_KINDS
from streams.house.placing import stood
from streams.house.world import Event, WorldState

ARM_M = 1.6
FASTEST_M_S = 2.5


def violations(life: Life) -> list[str]:
    """Every event that could not have happened, with why; empty for a sound life."""
    found, state, floor = [], life.start_state, Floor(life.home)
    seen_ids, last_ns = set(), life.start_ns
    for event in life.events:
        problems = [f"{event.id} is used twice"] if event.id in seen_ids else []
        problems += ["time goes back"] if event.t_ns < last_ns else []
        problems += CHECKS[event.kind](life, floor, state, event)
        found.extend(f"{event.id} {event.kind} {event.subject} by {event.actor} ({event.why}): {one}" for one in problems)
        seen_ids.add(event.id)
        state, last_ns = state.after(event), event.t_ns
    return found + list(walks_too_fast(life))


def _open(life: Life, state: WorldState, surface_id: str) -> list[str]:
    behind = life.home.surface(surface_id).behind
    piece = life.home.piece(surface_id).id
    return [f"{behind} of {piece} is not open"] if behind and state.states[piece, behind] != "open" else []


def _near(life: Life, state: WorldState, event: Event, part: str) -> list[str]:
    if not event.actor:
        return []
    if event.actor not in state.people:
        return ["the actor is not at home"]
    at, piece = state.people[event.actor], life.home.piece(part)
    away = float(footprint(piece).distance_m(np.array([at.x_m, at.y_m])))
    return [f"{away:.2f} m away from {piece.name}"] if away > ARM_M else []


def taken(life: Life, floor: Floor, state: WorldState, event: Event) -> list[str]:
    thing, placement = event.subject, event.placement
    if placement is None or placement.relation != "held" or placement.holder != event.actor:
        return ["a taken thing is held by the actor"]
    if event.actor not in state.people:
        return ["the actor is not at home"]
    in_hands = [o for o, at in state.placements.items() if at.holder == event.actor and life.home.thing(o).kind not in WORN_KINDS]
    problems = []
    if life.home.thing(thing).kind not in WORN_KINDS and len(in_hands) >= NUM_HANDS:
        problems.append("both hands are full")
    reach = hypot(placement.position[0] - state.people[event.actor].x_m, placement.position[1] - state.people[event.actor].y_m)
    if reach > 0.7:
        problems.append("the hand is far from the body")
    holder = state.holder_of(thing)
    if not holder:
        arriving = event.why.startswith(("comes", "opens a parcel"))
        return problems + ([] if arriving else ["it was not in the home"])
    if "." not in holder:
        return [*problems, f"{holder} held it"]
    return problems + _open(life, state, holder) + _near(life, state, event, holder)


def put(life: Life, floor: Floor, state: WorldState, event: Event) -> list[str]:
    at, thing = event.placement, event.subject
    if at is None or "." not in at.holder:
        return ["a put thing stands on a surface"]
    surface = life.home.surface(at.holder)
    others = [
        stood(life.home, other, where)
        for other, where in state.placements.items()
        if where.holder == at.holder and other != thing
    ]
    problems = ["it touches what stands there"] if overlaps_any(stood(life.home, thing, at), others) else []
    problems += ["it is too tall"] if life.home.thing(thing).size[2] > surface.clearance_m else []
    problems += [] if at.relation == surface.relation else ["the relation is not the surface's"]
    if not event.actor:
        return problems + ([] if event.why == "a delivery" and not state.holder_of(thing) else ["nobody put it"])
    if state.holder_of(thing) != event.actor:
        problems.append("the actor did not hold it")
    return problems + _open(life, state, at.holder) + _near(life, state, event, at.holder)


def vanished(life: Life, floor: Floor, state: WorldState, event: Event) -> list[str]:
    return [] if event.actor and state.holder_of(event.subject) == event.actor else ["the actor did not hold it"]


def changed(life: Life, floor: Floor, state: WorldState, event: Event) -> list[str]:
    problems = [f"it was {event.value} already"] if state.states.get((event.subject, event.state)) == event.value else []
    part = life.home.parts[event.subject]
    allowed = {"open", "closed", "on", "off", "broken"} if "." in event.subject or part in life.home.furniture else None
    if allowed is None:
        thing = life.home.thing(event.subject)
        allowed = {value for values in thing.states.values() for value in values} | {"broken"}
        holder = state.holder_of(event.subject)
        if not holder:
            problems.append("it is not in the home")
        elif holder != event.actor:
            problems += _near(life, state, event, holder) if "." in holder else [f"{holder} holds it"]
    elif not (part.kind == "television" and event.state == "power"):
        problems += _near(life, state, event, event.subject)
    return problems + ([] if event.value in allowed else [f"{event.value} is no value of it"])


def went(life: Life, floor: Floor, state: WorldState, event: Event) -> list[str]:
    at = event.person
    if at is None or event.subject != event.actor:
        return ["only a person goes, to a pose"]
    problems = ["outside of every room"] if life.home.room_at(at.x_m, at.y_m) is None else []
    if at.posture == "standing" and not floor.open[floor.cell((at.x_m, at.y_m))]:
        problems.append(f"stands in a wall or a piece of furniture at ({at.x_m:.2f}, {at.y_m:.2f})")
    twins = [
        who for who, other in state.people.items() if who != event.subject and hypot(other.x_m - at.x_m, other.y_m - at.y_m) < 0.1
    ]
    if twins and at.posture != "standing":
        problems.append(f"sits or lies on {twins}")
    return problems


def left(life: Life, floor: Floor, state: WorldState, event: Event) -> list[str]:
    problems = [] if event.subject in state.people else ["was not at home"]
    return problems + [f"{thing} stays in the air" for thing, at in state.placements.items() if at.holder == event.subject]


def said(life: Life, floor: Floor, state: WorldState, event: Event) -> list[str]:
    return [] if event.value and event.actor in state.people else ["nobody said anything"]


CHECKS = {"take": taken, "put": put, "vanish": vanished, "state": changed, "go": went, "leave": left, "say": said}


def walks_too_fast(life: Life) -> Iterator[str]:
    """Steps between two places that nobody can do in the time."""
    last = {who: (life.start_ns, at) for who, at in life.start_state.people.items()}
    for event in life.events:
        if event.kind == "leave":
            last.pop(event.subject, None)
        if event.kind == "go" and event.person is not None:
            if event.subject in last:
                t_ns, at = last[event.subject]
                length = hypot(event.person.x_m - at.x_m, event.person.y_m - at.y_m)
                if length > FASTEST_M_S * max((event.t_ns - t_ns) / 1e9, 0.4):
                    yield f"{event.id}: {event.subject} goes {length:.2f} m in {(event.t_ns - t_ns) / 1e9:.2f} s"
            last[event.subject] = event.t_ns, event.person
