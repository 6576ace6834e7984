"""What keeps a home in order: tidying, laundry, watering plants, opening parcels, throwing away what broke."""

from streams.house.home import Thing
from streams.house.meals import buy, throw_away
from streams.house.people import WORN_KINDS, Person, Steps
from streams.house.remarks import where_i_put

_MOST_TIDIED = 4
_WASHED = ("towel", "jacket")


def tidies_up(p: Person) -> Steps:
    """Put some things of the common rooms, and of the own bedroom, back where they are kept, and close what stands open."""
    p.does("tidies up")
    for thing in _out_of_place(p)[:_MOST_TIDIED]:
        if (yield from p.fetch(thing)):
            yield from p.put(thing.id, *p.habits.kept(thing), *p.habits.anywhere())
            if thing.id in p.left and p.chance(0.15):
                p.say(where_i_put(p, thing))
    yield from p.close_up()
    for piece in p.scene.home.furniture:
        for opening in piece.openings:
            if p.scene.value(piece.id, opening) == "open" and not _is_anothers(p, piece.room):
                yield from p.walk_to(piece.id)
                p.set(piece.id, opening, "closed")


def waters_plants(p: Person) -> Steps:
    """Fill the watering can at the sink and go round the plants."""
    p.does("waters the plants")
    can = next(iter(p.scene.here("watering can")), None)
    sinks = p.scene.surfaces("sink.on")
    if can is None or not sinks or not (yield from p.fetch(can)):
        return
    yield from p.reach(sinks[0])
    yield p.about(20, 5)
    p.set(can.id, "fill", "full")
    places = [plant.id for plant in p.scene.pieces("house plant")]
    places += [p.scene.holder(flower.id) for flower in p.scene.here("potted flower")]
    for place in places:
        yield from p.walk_to(place)
        yield p.about(20, 5)
    p.set(can.id, "fill", "empty")
    yield from p.put_back(can.id)
    yield from p.close_up()


def does_laundry(p: Person) -> Steps:
    """Dirty cloth into the machine, an hour later out of it, clean, and back to its place."""
    p.does("does the laundry")
    machine = next(iter(p.scene.pieces("washing machine")), None)
    drums = p.scene.surfaces("washing machine.in")
    cloth = [one for one in p.scene.here(*_WASHED) if one.kind == "towel" or one.owner == p.id][:2]
    if machine is None or not drums or not cloth:
        return
    for one in cloth:
        if (yield from p.fetch(one)):
            p.set(one.id, "cleanliness", "dirty")
            yield from p.put(one.id, *drums, *p.scene.surfaces("laundry basket.in"), *p.habits.anywhere())
    yield from p.close_up()
    yield from p.turn(machine, "on")
    p.does("rests")
    yield from p.sit("sofa", "armchair", "chair")
    yield p.about(2400, 200)
    p.does("does the laundry")
    yield from p.turn(machine, "off")
    for one in p.scene.on(drums[0]):
        if (yield from p.take(one.id)):
            p.set(one.id, "cleanliness", "clean")
            yield from p.put(one.id, *p.habits.kept(one), *p.habits.anywhere())
    yield from p.close_up()


def opens_parcel(p: Person, parcel: Thing) -> Steps:
    """Carry it to a table, cut it open, take out what is inside and throw the box away."""
    p.does("opens a parcel")
    tables = p.scene.surfaces("dining table.on", "coffee table.on", "kitchen counter.on", "desk.on", "bed.on")
    if not (yield from p.fetch(parcel)) or not (yield from p.put(parcel.id, *tables, *p.habits.anywhere())):
        return
    scissors = next(iter(p.scene.here("scissors")), None)
    if scissors is not None:
        yield from p.fetch(scissors)
    yield from p.reach(p.scene.holder(parcel.id))
    yield p.about(40, 10)
    p.set(parcel.id, "seal", "open")
    for content in unpacked(p):
        yield p.about(15, 3)
        p.receive(content.id)
        p.say(f"Look, a {content.name}.")
        yield from p.put(content.id, *p.habits.usual(content, p.scene.hour), *p.habits.anywhere())
    if scissors is not None and scissors.id in p.held:
        left = p.chance(0.4)
        yield from p.put(scissors.id, *(tables if left else p.habits.kept(scissors)), *p.habits.anywhere())
        if p.chance(0.7) and scissors.id in p.left:
            p.say(where_i_put(p, scissors))
    if (yield from p.take(parcel.id)):
        yield from throw_away(p, parcel)
    yield from p.close_up()


def unpacked(p: Person) -> list[Thing]:
    """What comes out of the next parcel: a replacement that is awaited, else the first thing from outside that is new here."""
    awaited = [thing for thing in p.scene.home.things if thing.id in p.scene.shopping and thing.outside]
    visitors = {one.id for one in p.scene.home.residents if not one.bedroom}
    new = [thing for thing in p.scene.home.things if thing.outside and thing.kind != "parcel" and thing.owner not in visitors]
    fitting = [thing for thing in (*awaited, *new) if not p.habits.is_food(thing) and thing.id not in p.scene.state.placements]
    for thing in fitting[:1]:
        p.scene.shopping.pop(thing.id, None)
    return fitting[:1]


def breaks(p: Person, thing: Thing) -> Steps:
    """Drop a thing; it is broken, thrown away, and a twin of it will be bought."""
    p.does(f"breaks the {thing.name}")
    if not (yield from p.fetch(thing)):
        return
    yield 5.0
    p.scene.record("state", thing.id, actor=p.id, why=p.why, state="broken", value="broken")
    p.say(f"Oh no, I broke the {thing.name}. I'll buy a new one.")
    yield p.about(60, 20)
    yield from throw_away(p, thing)
    yield from p.close_up()
    buy(p, thing)


def _out_of_place(p: Person) -> list[Thing]:
    """Things that lie neither where they are kept nor where they usually are at this hour."""
    found = []
    for thing in p.scene.home.things:
        holder = p.scene.holder(thing.id)
        if "." not in holder or thing.kind in WORN_KINDS or p.scene.value(thing.id, "cleanliness") == "dirty":
            continue
        if (
            not _is_anothers(p, p.scene.home.piece(holder).room)
            and holder not in p.habits.kept(thing)
            and holder not in p.habits.usual(thing, p.scene.hour)[:1]
        ):
            found.append(thing)
    return found


def _is_anothers(p: Person, room: str) -> bool:
    """Whether a room is the bedroom of somebody else."""
    return p.scene.home.room(room).kind == "bedroom" and room != p.resident.bedroom
