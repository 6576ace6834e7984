"""Breakfast, lunch and dinner, and the dishes they leave."""

from streams.house.home import Thing
from streams.house.people import Person, Steps
from streams.house.remarks import remark

_DISHES = ("plate", "bowl", "mug", "glass", "wine glass", "pan", "pot", "knife", "fork", "spoon", "chopping board")
_SNACKS = ("apple", "banana", "orange")
_SINK = ("sink.in", "sink.on", "kitchen counter.on")
_LAST_DISH = 7


def breakfast(p: Person) -> Steps:
    """Coffee in the own mug, something to eat at the table, the mug to the sink."""
    p.does("makes coffee")
    mug = dish(p, "mug")
    got = mug is not None and (yield from p.fetch(mug))
    if got and mug is not None:
        yield from _reach_first(p, "kitchen counter.on")
        yield p.about(90, 15)
        p.set(mug.id, "fill", "full")
        if p.chance(0.3):
            yield from _use_milk(p)
        yield from p.close_up()
    p.does("has breakfast")
    if p.chance(0.25):
        yield from _snack(p)
    if got and mug is not None:
        yield from _at_table(p, mug, p.about(700, 150))
    yield from p.put_all_back()
    yield from p.close_up()


def lunch(p: Person) -> Steps:
    """Something from a plate, for one."""
    p.does("has lunch")
    plate = dish(p, "bowl", "plate")
    if plate is None or not (yield from p.fetch(plate)):
        return
    yield from _use_food(p)
    yield from _at_table(p, plate, p.about(900, 200))
    yield from p.close_up()


def drinks_water(p: Person) -> Steps:
    """A glass of water that stays where it was drunk."""
    p.does("drinks water")
    glass = dish(p, "glass")
    if glass is None or not (yield from p.fetch(glass)):
        return
    yield from _reach_first(p, "sink.on")
    yield p.about(8, 2)
    p.set(glass.id, "fill", "full")
    yield p.about(60, 20)
    p.set(glass.id, "fill", "empty")
    p.set(glass.id, "cleanliness", "dirty")
    yield from p.put(glass.id, *p.scene.surfaces("kitchen counter.on", "sink.on", "dining table.on"))
    yield from p.close_up()


def cooks_dinner(p: Person, num_diners: int) -> Steps:
    """A pan on the stove, food from the fridge, plates on the table; then everybody eats."""
    p.does("cooks dinner")
    vessel = dish(p, "pan", "pot") if p.scene.pieces("stove") else None
    if vessel is not None and (yield from p.fetch(vessel)):
        yield from p.put(vessel.id, *p.scene.surfaces("stove.on", "kitchen counter.on"))
    for stove in p.scene.pieces("stove"):
        yield from p.turn(stove, "on")
    yield from _use_food(p)
    yield from _chop(p)
    for stove in p.scene.pieces("stove"):
        yield from p.walk_to(stove.id)
        yield p.about(600, 120)
        yield from p.turn(stove, "off")
    if vessel is not None:
        p.set(vessel.id, "cleanliness", "dirty")
    yield from _lay_table(p, num_diners)
    yield from p.close_up()
    p.scene.agreed["dinner"] = p.scene.day
    p.say("Dinner is ready.")
    yield from has_dinner(p)


def joins_dinner(p: Person) -> Steps:
    """Wait at the table for dinner, not for ever, and eat."""
    p.does("waits for dinner")
    yield from p.sit("chair", "sofa", "armchair")
    patience_s = 3600.0
    while p.scene.agreed.get("dinner") != p.scene.day and patience_s > 0:
        yield 60.0
        patience_s -= 60
    if p.scene.agreed.get("dinner") == p.scene.day:
        yield from has_dinner(p)


def has_dinner(p: Person) -> Steps:
    """Eat what is on the table, talk, and mostly carry the plate to the sink."""
    p.does("has dinner")
    tables = p.scene.surfaces("dining table.on")
    if not tables or not (yield from p.sit("chair")):
        yield from _reach_first(p, "dining table.on")
    yield p.about(300, 60)
    p.say(remark(p))
    yield p.about(900, 200)
    plates = [thing for table in tables for thing in p.scene.on(table) if thing.kind in ("plate", "bowl")]
    mine = next((plate for plate in plates if p.scene.value(plate.id, "cleanliness") != "dirty"), None)
    if mine is None or not p.can_touch(mine.id):
        return
    p.set(mine.id, "cleanliness", "dirty")
    if p.chance(0.7) and (yield from p.take(mine.id)):
        yield from p.put(mine.id, *p.scene.surfaces(*_SINK))


def washes_up(p: Person) -> Steps:
    """Collect what is dirty, wash it at the sink, two pieces at a time, and put it back where it is kept."""
    p.does("washes up")
    dirty = [one for one in p.scene.here(*_DISHES) if p.scene.value(one.id, "cleanliness") == "dirty" and _in_common_room(p, one)]
    for pair in (dirty[n : n + 2] for n in range(0, min(len(dirty), _LAST_DISH), 2)):
        got = []
        for one in pair:
            if (yield from p.take(one.id)):
                got.append(one)
        yield from _reach_first(p, "sink.in")
        for one in got:
            yield p.about(40, 10)
            p.set(one.id, "cleanliness", "clean")
        for one in got:
            if not (yield from p.put(one.id, *p.habits.kept(one), *p.habits.anywhere())):
                return
    yield from p.close_up()


def dish(p: Person, *kinds: str) -> Thing | None:
    """A clean one: the own first, then nobody's, then another person's."""
    clean = [one for one in p.scene.here(*kinds) if p.scene.value(one.id, "cleanliness") != "dirty" and not_broken(p, one)]
    ranked = sorted(clean, key=lambda one: (one.owner != p.id, one.owner != "", kinds.index(one.kind)))
    return ranked[0] if ranked else None


def not_broken(p: Person, thing: Thing) -> bool:
    """Whether a thing still works."""
    return p.scene.value(thing.id, "broken") != "broken"


def _at_table(p: Person, thing: Thing, seconds: float) -> Steps:
    """Carry a filled dish to the table, empty it there, take it to the sink or leave it."""
    if not (yield from p.put(thing.id, *p.scene.surfaces("dining table.on", "coffee table.on", "kitchen counter.on"))):
        return
    table = p.scene.holder(thing.id)
    yield from p.sit("chair", "sofa")
    yield seconds
    if p.scene.holder(thing.id) != table:
        return
    if not p.can_touch(thing.id):
        yield from p.reach(table)
    p.set(thing.id, "fill", "empty")
    p.set(thing.id, "cleanliness", "dirty")
    if p.chance(0.75) and (yield from p.take(thing.id)):
        yield from p.put(thing.id, *p.scene.surfaces(*_SINK), table)


def _use_milk(p: Person) -> Steps:
    """Milk from the fridge and back; an empty carton is thrown away and comes onto the shopping list."""
    carton = next(iter(p.scene.here("milk carton")), None)
    if carton is None or not (yield from p.fetch(carton)):
        return
    yield p.about(10, 3)
    if p.chance(0.15):
        p.set(carton.id, "fill", "empty")
        yield from throw_away(p, carton)
        buy(p, carton)
        return
    yield from p.put(carton.id, *p.habits.kept(carton), *p.habits.anywhere())


def throw_away(p: Person, thing: Thing) -> Steps:
    """Carry a held thing to the dustbin, or out of the house where there is none."""
    bins = p.scene.pieces("dustbin")
    yield from p.walk_to(bins[0].id if bins else p.scene.front_door)
    yield 2.0
    p.lose(thing.id)


def buy(p: Person, thing: Thing) -> None:
    """Put a thing that is gone onto the shopping list: its twin if one is outside; food else under its own id."""
    outside = [other for other in p.scene.home.things if other.outside and other.id not in p.scene.state.placements]
    twin = next((other.id for other in outside if thing.id in (other.twin_of, other.id) and other.id != thing.id), "")
    if p.habits.is_food(thing):
        p.scene.shopping[twin or thing.id] = p.scene.day
    elif twin:
        p.scene.shopping[twin] = p.scene.day + int(p.rng.integers(1, 4))


def _snack(p: Person) -> Steps:
    snack = next(iter(p.scene.here(*_SNACKS)), None)
    if snack is not None and (yield from p.fetch(snack)):
        yield p.about(120, 30)
        p.lose(snack.id)
        buy(p, snack)


def _use_food(p: Person) -> Steps:
    """Something out of the fridge or cupboard and back."""
    foods = p.scene.here("egg carton", "bread", "jam jar", "cereal box")
    if not foods or p.chance(0.3):
        return
    food = foods[int(p.rng.integers(len(foods)))]
    if (yield from p.fetch(food)) and (yield from p.put(food.id, *p.scene.surfaces("kitchen counter.on", "dining table.on"))):
        yield p.about(120, 30)
        if (yield from p.take(food.id)):
            yield from p.put(food.id, *p.habits.kept(food), *p.habits.anywhere())


def _chop(p: Person) -> Steps:
    for kind in ("knife", "chopping board"):
        tool = dish(p, kind)
        if tool is not None and p.chance(0.5) and (yield from p.fetch(tool)):
            yield from p.put(tool.id, *p.scene.surfaces("kitchen counter.on"), *p.habits.anywhere())
            yield p.about(90, 20)
            p.set(tool.id, "cleanliness", "dirty")


def _lay_table(p: Person, num_diners: int) -> Steps:
    laid = 0
    while laid < num_diners:
        carried = []
        for _ in range(min(2, num_diners - laid)):
            plate = _unlaid(p)
            if plate is not None and (yield from p.fetch(plate)):
                carried.append(plate)
        if not carried:
            return
        for plate in carried:
            yield from p.put(plate.id, *p.scene.surfaces("dining table.on", "kitchen counter.on"), *p.habits.anywhere())
        laid += 2


def _unlaid(p: Person) -> Thing | None:
    """A clean plate or bowl that is not on the table yet."""
    tables = p.scene.surfaces("dining table.on")
    clean = [one for one in p.scene.here("plate", "bowl") if p.scene.value(one.id, "cleanliness") == "clean"]
    return next((one for one in clean if p.scene.holder(one.id) not in tables), None)


def _in_common_room(p: Person, thing: Thing) -> bool:
    room = p.scene.home.room(p.scene.home.piece(p.scene.holder(thing.id)).room)
    return room.kind != "bedroom" or room.id == p.resident.bedroom


def _reach_first(p: Person, *wanted: str) -> Steps:
    for surface in p.scene.surfaces(*wanted)[:1]:
        yield from p.reach(surface)
