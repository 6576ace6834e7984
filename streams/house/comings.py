"""Leaving and coming home, with what people carry; parcels that arrive; a guest."""

from collections.abc import Iterable
from math import pi

import numpy as np

from streams.house.home import Thing
from streams.house.people import Person, Steps
from streams.house.remarks import remark
from streams.house.scene import Scene
from streams.house.world import PersonPose

_POCKETED = ("keys", "phone", "wallet", "handbag", "backpack")
_SOMETIMES = ("jacket", "shoes", "umbrella", "hat", "glasses")
_WHEREVER = ("fridge.shelf3", "bathroom sink.on", "bookshelf.shelf2", "bed.on", "washing machine.on", "armchair.on")


class Outing:
    """What somebody has along while away."""

    def __init__(self) -> None:
        self.carried: list[str] = []


def leaves(p: Person, words: str, deed: str, outing: Outing) -> Steps:
    """Collect keys, phone and the rest, say something, and go; everything held leaves the home."""
    p.does(deed)
    for thing in _to_take_along(p):
        yield from p.fetch(thing)
    yield from p.walk_to(p.scene.front_door)
    if p.chance(0.8) and len(p.scene.state.people) > 1:
        p.say(words)
    yield 3.0
    outing.carried = p.held
    for thing_id in outing.carried:
        p.lose(thing_id)
    p.scene.record("leave", p.id, actor=p.id, why=p.why)


def comes_home(p: Person, outing: Outing, *, misplaces: bool = False, deed: str = "comes home") -> Steps:
    """Come in with all that was carried out and what was bought, and put it where it belongs.

    Args:
        misplaces: the keys end up where nobody would look, and the owner does not notice.
    """
    p.does(deed)
    _enter(p)
    bought = [thing for thing, day in p.scene.shopping.items() if day <= p.scene.day][:2] if p.resident.bedroom else []
    hands = [thing for thing in outing.carried if p.scene.home.thing(thing).kind not in ("keys", "phone")]
    for thing_id in [*outing.carried, *(bought if len(hands) < 3 else [])]:
        yield 1.0
        if p.can_hold(thing_id):
            p.receive(thing_id)
            _as_new(p, thing_id)
    outing.carried = []
    if p.chance(0.5) and len(p.scene.state.people) > 1:
        p.say("I'm home.")
    for thing_id in p.held:
        thing = p.scene.home.thing(thing_id)
        if thing.kind == "keys" and misplaces:
            yield from _misplace(p, thing)
        else:
            yield from p.put_back(thing_id)
    yield from p.close_up()
    if p.chance(0.6):
        p.say(remark(p))


def delivers(scene: Scene, parcel: Thing, surfaces: Iterable[str], rng: np.random.Generator) -> bool:
    """A parcel is set down in the hall; False if there is no room for it."""
    at = scene.first_fit(parcel.id, surfaces, rng)
    if at is None:
        return False
    scene.record("put", parcel.id, why="a delivery", placement=at)
    scene.agreed[f"parcel {parcel.id}"] = scene.day
    return True


def hall_surfaces(scene: Scene) -> list[str]:
    """Where a parcel can be set down: in the room behind the front door, low things first; else anywhere."""
    room = next(door.room_a for door in scene.home.doors if not door.room_b)
    hall = [
        surface.id for piece in scene.home.furniture if piece.room == room for surface in piece.surfaces if not surface.behind
    ]
    return [
        *sorted(hall, key=lambda one: scene.home.surface(one).centre[2]),
        *scene.surfaces("coffee table.on", "dining table.on"),
    ]


def _enter(p: Person) -> None:
    x, y, yaw = p.scene.spot(p.scene.front_door)
    x, y = p.scene.room_for(p.id, x, y)
    p.go(PersonPose(x, y, yaw + pi))


def _to_take_along(p: Person) -> list[Thing]:
    """The own things for outside, one of a kind; some only now and then, two hands at most."""
    taken: dict[str, Thing] = {}
    for thing in p.scene.here(*_POCKETED, *_SOMETIMES, owner=p.id):
        wanted = thing.kind in ("keys", "phone") or p.chance(0.7 if thing.kind in _POCKETED else 0.15)
        if wanted and thing.kind not in taken and not ({"backpack", "handbag"} <= {thing.kind, *taken}):
            taken[thing.kind] = thing
    return list(taken.values())


def _as_new(p: Person, thing: str) -> None:
    """What was bought is whole and full."""
    if thing not in p.scene.shopping:
        return
    del p.scene.shopping[thing]
    for name, values in p.scene.home.thing(thing).states.items():
        p.set(thing, name, values[0])


def _misplace(p: Person, thing: Thing) -> Steps:
    usual = p.habits.usual(thing, p.scene.hour)
    odd = [surface for surface in p.scene.surfaces(*_WHEREVER) if surface not in usual]
    turn = int(p.rng.integers(max(len(odd), 1)))
    yield from p.put(thing.id, *odd[turn:], *odd[:turn], *usual, *p.habits.anywhere())
    p.overlooks.add(thing.id)
    if usual:
        p.believes[thing.id] = p.left[thing.id] = usual[0]
