"""The days of a resident: what is done at which hour, on weekdays and at weekends, with noise."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from mmmem.clock import NS_PER_DAY
from streams.house.agenda import Agenda, plans_of
from streams.house.chores import breaks, does_laundry, opens_parcel, tidies_up, waters_plants
from streams.house.comings import Outing, comes_home, leaves
from streams.house.home import Thing
from streams.house.leisure import PASTIMES, switches_lamp, watches_television, works_at_desk
from streams.house.meals import breakfast, cooks_dinner, joins_dinner, lunch, washes_up
from streams.house.people import Person, Steps
from streams.house.remarks import remark

Role = Literal["office", "student", "home office"]
ROLES: tuple[Role, ...] = ("office", "home office", "student")

_LATE_S = 5400.0
_IDLE_S = 1500.0


@dataclass(frozen=True, slots=True)
class Duty:
    """Something to do at an hour of the day; `if_late`: also when it is long overdue, or nobody is at home."""

    hour: float
    deed: Callable[[], Steps]
    if_late: bool = False


class Routine:
    """One resident's days, for ever."""

    def __init__(self, person: Person, role: Role, agenda: Agenda) -> None:
        self.p, self.role, self.agenda = person, role, agenda
        self.outing = Outing()
        self._last_pastime = -1
        self.tastes = person.rng.uniform(0.4, 1.6, len(PASTIMES))

    def days(self) -> Steps:
        """Live from now on."""
        p = self.p
        p.does("sleeps")
        if not p.home:
            yield max(p.scene.seconds_until(17.5), 0.0)
            yield from comes_home(p, self.outing)
        day = p.scene.day
        while True:
            for duty in sorted(self._duties(day), key=lambda duty: duty.hour):
                yield from self._until(day, duty)
            day = max(day + 1, p.scene.day)

    def _until(self, day: int, duty: Duty) -> Steps:
        left_s = self._seconds_until(day, duty.hour)
        if left_s < -_LATE_S and not duty.if_late:
            return
        if left_s > 0:
            yield from self._free_time(day, duty.hour)
        if self.p.home or duty.if_late:
            yield from duty.deed()

    def _seconds_until(self, day: int, hour: float) -> float:
        since = self.p.scene.now_ns - day * NS_PER_DAY
        return hour * 3600 - since / 1e9

    def _free_time(self, day: int, hour: float) -> Steps:
        """Fill the time with what the person likes; asleep or away it just passes."""
        p = self.p
        while (left_s := self._seconds_until(day, hour)) > 0:
            if not p.home or p.pose.posture == "lying":
                yield left_s
            elif left_s < _IDLE_S:
                p.does("rests")
                yield from _settles(p)
                yield max(self._seconds_until(day, hour), 0.0)
            else:
                yield from self._pastime(left_s)

    def _pastime(self, left_s: float) -> Steps:
        p = self.p
        parcel = _unopened(p)
        if parcel is not None:
            yield from opens_parcel(p, parcel)
            return
        if p.held:
            yield from p.put_all_back()
        weights = self.tastes * [share * (number != self._last_pastime) for number, (_, share, _) in enumerate(PASTIMES)]
        self._last_pastime = int(p.rng.choice(len(PASTIMES), p=weights / weights.sum()))
        pastime, _, usual_s = PASTIMES[self._last_pastime]
        yield from pastime(p, min(max(p.about(usual_s, usual_s / 4), 300.0), left_s - 600))

    def _duties(self, day: int) -> list[Duty]:
        weekend = (day + 3) % 7 >= 5
        self.p.plans = plans_of(self.p, self.agenda, day)
        duties = self._weekend(day) if weekend else self._weekday(day)
        return [*duties, *self._evening(day, weekend), *self._mishaps(day)]

    def _weekday(self, day: int) -> list[Duty]:
        p = self.p
        wake = p.about({"office": 6.8, "home office": 7.3, "student": 7.7}[self.role], 0.15)
        duties = [
            Duty(wake, self._gets_up, True),
            Duty(wake + 0.35, lambda: breakfast(p)),
            Duty(p.about(8.55, 0.015), self._chats),
        ]
        if self.role == "home office" and p.chance(0.7):
            p.plans.append(("I'm working from home today.", 17.0))
            return [
                *duties,
                Duty(p.about(8.9, 0.1), lambda: works_at_desk(p, p.about(11000, 900))),
                Duty(p.about(12.5, 0.2), lambda: lunch(p)),
                Duty(p.about(13.4, 0.2), lambda: works_at_desk(p, p.about(12000, 900))),
            ]
        out = p.about({"office": 8.72, "home office": 8.78, "student": 8.95}[self.role], 0.05)
        back = p.about({"office": 17.7, "home office": 17.3, "student": 15.6}[self.role], 0.35)
        return [*duties, *self._away(day, out, back, "leaves for university" if self.role == "student" else "leaves for work")]

    def _weekend(self, day: int) -> list[Duty]:
        p = self.p
        wake = p.about(8.1, 0.3)
        duties = [Duty(wake, self._gets_up, True), Duty(wake + 0.5, lambda: breakfast(p))]
        first = self.agenda.residents.index(p.id)
        chore = (does_laundry, tidies_up, waters_plants)[(day + first) % 3]
        duties.append(Duty(p.about(10.5, 0.3), lambda: chore(p)))
        if p.chance(0.55):
            out = p.about(13.5, 0.5)
            return [*duties, *self._away(day, out, out + p.about(2.8, 0.4), "goes out")]
        return [*duties, Duty(p.about(12.8, 0.2), lambda: lunch(p))]

    def _away(self, day: int, out: float, back: float, deed: str) -> list[Duty]:
        p = self.p
        words = f"I'm {deed.replace('leaves', 'leaving').replace('goes', 'going')}, back at about {_clock(back)}."
        p.plans.append((f"I'll be back at about {_clock(back)} today.", out))
        misplaces = self.agenda.misplacing.get(day) == p.id
        return [
            Duty(out, lambda: leaves(p, words, deed, self.outing)),
            Duty(back, lambda: self._comes_back(misplaces), True),
        ]

    def _comes_back(self, misplaces: bool) -> Steps:
        if not self.p.home:
            yield from comes_home(self.p, self.outing, misplaces=misplaces)

    def _evening(self, day: int, weekend: bool) -> list[Duty]:
        p, agenda = self.p, self.agenda
        bed = p.about(23.2 if weekend else 22.6, 0.3)
        duties = [Duty(p.about(18.58, 0.03), self._chats), Duty(bed, self._goes_to_bed, True)]
        if agenda.cook(day) == p.id:
            duties.append(Duty(p.about(18.7, 0.1), lambda: cooks_dinner(p, len(p.scene.state.people))))
            duties.append(Duty(p.about(17.9, 0.1), lambda: switches_lamp(p, "on")))
        else:
            duties.append(Duty(p.about(19.0, 0.1), lambda: joins_dinner(p)))
        if agenda.washer(day) == p.id:
            duties.append(Duty(20.1, lambda: washes_up(p)))
        elif p.chance(0.6):
            duties.append(Duty(20.2, lambda: watches_television(p, p.about(4200, 600))))
        if (day + agenda.residents.index(p.id)) % 3 == 0:
            duties.append(Duty(21.8, lambda: tidies_up(p)))
        if (day + 3) % 7 == 2 and agenda.cook(day) == p.id:
            duties.append(Duty(17.8, lambda: waters_plants(p)))
        return duties

    def _mishaps(self, day: int) -> list[Duty]:
        thing, who = self.agenda.breaking.get(day, ("", ""))
        if who != self.p.id:
            return []
        return [Duty(20.9, lambda: breaks(self.p, self.p.scene.home.thing(thing)))]

    def _gets_up(self) -> Steps:
        p = self.p
        if p.home and p.pose.posture == "lying":
            yield from p.stand_up()
            p.does("gets up")
            yield from _brushes_teeth(p)

    def _chats(self) -> Steps:
        if self.p.home and self.p.pose.posture != "lying" and self.p.chance(0.7):
            self.p.does("chats")
            self.p.say(remark(self.p))
        yield 5.0

    def _goes_to_bed(self) -> Steps:
        p = self.p
        if not p.home:
            yield from comes_home(p, self.outing)
        p.does("goes to bed")
        if p.held:
            yield from p.put_all_back()
        if p.chance(0.5):
            yield from _brushes_teeth(p)
        yield from _to_the_bedside(p)
        if not any(one.posture != "lying" for who, one in p.scene.state.people.items() if who != p.id):
            yield from switches_lamp(p, "off")
            p.does("goes to bed")
        yield from _lies_down(p)


def _settles(p: Person) -> Steps:
    if p.pose.posture == "standing" and p.chance(0.7):
        yield from p.sit("chair", "sofa", "armchair")


def _unopened(p: Person) -> Thing | None:
    parcels = (one for one in p.scene.here("parcel") if one.owner in ("", p.id))
    return next(iter(parcels), None)


def _brushes_teeth(p: Person) -> Steps:
    brush = next(iter(p.scene.here("toothbrush", owner=p.id)), None)
    if brush is None or not p.chance(0.6):
        return
    deed = p.why
    p.does("brushes teeth")
    if (yield from p.fetch(brush)):
        yield p.about(120, 20)
        yield from p.put(brush.id, *p.habits.kept(brush), *p.habits.anywhere())
    yield from p.close_up()
    p.does(deed)


def _to_the_bedside(p: Person) -> Steps:
    """Phone and glasses are at hand at night; a book too, now and then."""
    wanted = [*p.scene.here("phone", "glasses", "watch", owner=p.id)]
    for thing in wanted:
        if p.scene.holder(thing.id) not in p.habits.usual(thing, 23.0) and p.chance(0.85) and (yield from p.fetch(thing)):
            yield from p.put_back(thing.id)


def _lies_down(p: Person) -> Steps:
    for bed in (*p.scene.pieces("bed", room=p.resident.bedroom), *p.scene.pieces("bed"), *p.scene.pieces("sofa")):
        p.does("sleeps")
        if (yield from p.lie_down(bed)):
            return


def _clock(hour: float) -> str:
    half = round(hour * 2) / 2
    return f"{int(half):02d}:{30 if half % 1 else 0:02d}"
