"""What people do when nothing has to be done: television, books, games, work at a desk, rest."""

from collections.abc import Callable

from streams.house.home import Thing
from streams.house.meals import drinks_water, not_broken
from streams.house.people import Person, Steps, Trial
from streams.house.remarks import borrowed

Pastime = Callable[[Person, float], Steps]

_PLAYED = ("guitar", "game controller", "toy car", "ball", "teddy bear", "camera")
_LENT = ("headphones", "charger", "bottle", "tablet", "game controller", "umbrella", "camera", "notebook")


def watches_television(p: Person, seconds: float) -> Steps:
    """Switch it on with the remote control, or join who watches; the last one switches it off."""
    p.does("watches television")
    televisions = p.scene.pieces("television")
    if not televisions:
        yield from reads(p, seconds)
        return
    screen = televisions[0].id
    if p.scene.value(screen, "power") != "on":
        yield from _with_remote(p, screen, "on")
    yield from p.sit("sofa", "armchair", "chair", room=televisions[0].room)
    yield seconds
    others = [who for who, deed in p.scene.doing.items() if deed == p.why and who != p.id and who in p.scene.state.people]
    if not others and p.scene.value(screen, "power") == "on":
        yield from _with_remote(p, screen, "off")


def reads(p: Person, seconds: float) -> Steps:
    """A book from wherever it lies to a seat, and afterwards to where books live at this hour."""
    p.does("reads")
    book = current_book(p)
    if book is None or not (yield from p.fetch(book)):
        yield from rests(p, seconds)
        return
    yield from p.sit("armchair", "sofa", "chair")
    p.set(book.id, "pages", "open")
    yield seconds
    p.set(book.id, "pages", "closed")
    yield from p.put_back(book.id)
    yield from p.close_up()


def works_at_desk(p: Person, seconds: float) -> Steps:
    """The laptop on a desk, open for a while; a desk of the own bedroom, else any."""
    p.does("works at the desk")
    desks = p.habits.own(p.resident.bedroom, "desk.on", "dining table.on")
    laptop = next(iter(p.scene.here("laptop", owner=p.id) or p.scene.here("laptop", owner="")), None)
    if laptop is None or not desks:
        yield from rests(p, seconds)
        return
    if p.scene.holder(laptop.id) not in desks[:1] and (yield from p.fetch(laptop)):
        yield from p.put(laptop.id, *desks, *p.habits.anywhere())
    if "." not in p.scene.holder(laptop.id):
        return
    yield from p.reach(p.scene.holder(laptop.id))
    p.set(laptop.id, "lid", "open")
    yield from p.sit("office chair", "chair", room=p.scene.home.piece(p.scene.holder(laptop.id)).room)
    yield seconds
    if "." in p.scene.holder(laptop.id) and not p.can_touch(laptop.id):
        yield from p.reach(p.scene.holder(laptop.id))
    p.set(laptop.id, "lid", "closed")


def uses_tablet(p: Person, seconds: float) -> Steps:
    """Read the news on a tablet or in a newspaper."""
    p.does("reads the news")
    paper = next(iter([*p.scene.here("tablet", owner=p.id), *p.scene.here("tablet", owner=""), *p.scene.here("newspaper")]), None)
    yield from _use_sitting(p, paper, seconds)


def plays(p: Person, seconds: float) -> Steps:
    """A guitar, a game, a toy, a camera: the own or nobody's."""
    p.does("plays")
    toys = [one for one in p.scene.here(*_PLAYED) if one.owner in ("", p.id) and not_broken(p, one)]
    toy = toys[int(p.rng.integers(len(toys)))] if toys else None
    if toy is not None:
        p.does(f"plays with the {toy.kind}")
    yield from _use_sitting(p, toy, seconds)


def borrows(p: Person, seconds: float) -> Steps:
    """Another resident's thing, used in the own room and left there."""
    things = [one for one in p.scene.here(*_LENT) if one.owner not in ("", p.id) and not_broken(p, one)]
    if not things:
        yield from rests(p, seconds)
        return
    thing = things[int(p.rng.integers(len(things)))]
    p.does(f"borrows the {thing.name}")
    if not (yield from p.fetch(thing)):
        return
    if p.chance(0.6):
        p.say(borrowed(p, thing))
    yield from p.put(thing.id, *p.habits.own(p.resident.bedroom, "desk.on", "bed.on", "bedside table.on"), *p.habits.anywhere())
    yield from p.close_up()
    yield from p.sit("office chair", "chair", "sofa")
    yield seconds


def rests(p: Person, seconds: float) -> Steps:
    """Sit somewhere, or stand about if every seat is taken."""
    p.does("rests")
    kinds = ("sofa", "armchair", "chair") if p.chance(0.7) else ("armchair", "sofa", "chair")
    if p.pose.posture != "sitting":
        yield from p.sit(*kinds)
    yield seconds


def has_a_drink(p: Person, seconds: float) -> Steps:
    """Water, then rest."""
    yield from drinks_water(p)
    yield from rests(p, seconds)


def switches_lamp(p: Person, power: str, room: str = "") -> Steps:
    """The floor lamps of one room, or of the living rooms."""
    p.does(f"switches the lamp {power}")
    for lamp in p.scene.pieces("floor lamp", room=room):
        if room or p.scene.home.room(lamp.room).kind == "living room":
            yield from p.turn(lamp, power)


def current_book(p: Person) -> Thing | None:
    """The book that this person reads these days; another one every four days."""
    books = p.scene.here("book")
    turn = sum(map(ord, p.id)) + p.scene.day // 4
    return books[turn % len(books)] if books else None


PASTIMES: tuple[tuple[Pastime, float, float], ...] = (
    (watches_television, 1.0, 5400.0),
    (reads, 1.0, 4500.0),
    (works_at_desk, 1.0, 5400.0),
    (uses_tablet, 0.7, 2700.0),
    (plays, 0.8, 3600.0),
    (borrows, 0.25, 3000.0),
    (rests, 1.9, 3600.0),
    (has_a_drink, 0.3, 2400.0),
)
"""Pastimes with how often they are chosen and how many seconds they take."""


def _with_remote(p: Person, screen: str, power: str) -> Steps:
    """Take the remote control, switch, and put it back; without one, walk to the screen."""
    remote = next(iter(p.scene.here("remote control")), None)
    if remote is None or not (yield from p.fetch(remote)):
        yield from p.turn(p.scene.home.piece(screen), power)
        return
    room = p.scene.home.piece(screen).room
    here = p.scene.home.room_at(p.pose.x_m, p.pose.y_m)
    if here is None or here.id != room:
        yield from p.walk_to(screen)
    yield 2.0
    p.set(screen, "power", power)
    yield from p.put_back(remote.id)
    yield from p.close_up()


def _use_sitting(p: Person, thing: Thing | None, seconds: float) -> Trial:
    if thing is None or not (yield from p.fetch(thing)):
        yield from rests(p, seconds)
        return False
    yield from p.sit("sofa", "armchair", "chair")
    yield seconds
    yield from p.put_back(thing.id)
    yield from p.close_up()
    return True
