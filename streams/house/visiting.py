"""A guest: dinner, talk and television, now and then a night."""

from mmmem.clock import NS_PER_DAY, NS_PER_S
from streams.house.agenda import Agenda
from streams.house.comings import Outing, comes_home, leaves
from streams.house.leisure import rests, watches_television
from streams.house.meals import breakfast, joins_dinner
from streams.house.people import Person, Steps


def visits(p: Person, agenda: Agenda) -> Steps:
    """The days of a guest: away but for the visits; dinner, talk and television, now and then a night on the sofa."""
    outing = Outing()
    outing.carried = [thing.id for thing in p.scene.home.things if thing.owner == p.id and thing.outside]
    for day, (start, end) in sorted(agenda.visits.items()):
        at_s = (day * NS_PER_DAY - p.scene.now_ns) / 1e9 + start * 3600
        if at_s < 0 or p.home:
            continue
        yield at_s
        if not p.scene.state.people:
            continue
        yield from comes_home(p, outing, deed="comes to visit")
        yield from joins_dinner(p)
        yield from watches_television(p, p.about(3000, 300))
        if end > 24:
            yield from rests(p, max(p.scene.seconds_until(22.9), 60))
            yield from _stays_overnight(p, (day * NS_PER_DAY - p.scene.now_ns) / 1e9 + end * 3600)
        else:
            yield from rests(p, max(p.scene.seconds_until(end), 60))
        yield from leaves(p, "Thank you, see you soon.", "goes home after a visit", outing)


def _stays_overnight(p: Person, until_s: float) -> Steps:
    """In the guest room's bed if there is one, else on the sofa as soon as it is free; breakfast in the morning."""
    owned = {one.bedroom for one in p.scene.home.residents}
    places = [*(bed for bed in p.scene.pieces("bed") if bed.room not in owned), *p.scene.pieces("sofa")]
    end_ns = p.scene.now_ns + round(until_s * NS_PER_S)
    while p.pose.posture != "lying" and p.scene.now_ns < end_ns:
        p.does("stays overnight")
        for place in places:
            if (yield from p.lie_down(place)):
                break
        else:
            yield from rests(p, 600.0)
    yield max((end_ns - p.scene.now_ns) / NS_PER_S - p.about(1800, 300), 60.0)
    yield from p.stand_up()
    yield from breakfast(p)
