"""Fetch tasks: plan from memory, go, look, verify, pick, hand over; correct the memory when it was wrong, and learn from it."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import pi

import numpy as np

from apps.robot.belief import Match, WhereBelief
from apps.robot.critic import Budget, Critic
from apps.robot.deciding import by_finding
from apps.robot.driving import Deed
from apps.robot.experience import Tried
from apps.robot.hands import Hands
from apps.robot.keeping import RobotMemory
from apps.robot.searching import Found, Search
from apps.robot.seeing import Glance, Wanted, matches
from apps.robot.viewpoints import Viewpoint
from mmmem.clock import NS_PER_S

SURE_ODDS = 20.0
"""A match with such odds is gone to."""
_SAME_M = 0.35
_SECOND_LOOKS, _LOOKS_AT_A_PERSON = 2, 3
_ROOMS_FOR_A_PERSON, _LOOKS_AFTER_IT = 3, 4
_STEPPED_M = 1.2


@dataclass(frozen=True, slots=True)
class Errand:
    """What a person asks for.

    Args:
        person: their name.
        room: id of the room in which they asked.
    """

    wanted: Wanted
    person: str
    room: str


@dataclass(slots=True)
class Done:
    """What came of an errand; `why` says why it was not brought.

    Args:
        brought: the person has it.
        left: the person was not to be found, and it was put down in the room in which they asked.
    """

    why: str = ""
    brought: bool = False
    left: bool = False
    log: list[str] = field(default_factory=list)


class Fetcher:
    """Runs errands; every loop in it ends by its critic's budget.

    Args:
        views: viewpoints of the home, as the search has them.
        rounds: looks round each room, by its id.
        accepts: whether the person takes what is handed to them for what they meant.
    """

    def __init__(
        self,
        hands: Hands,
        memory: RobotMemory,
        search: Search,
        views: Sequence[Viewpoint],
        *,
        rounds: Mapping[str, Sequence[Viewpoint]],
        accepts: Callable[[Errand], bool],
        budget: Budget | None = None,
    ) -> None:
        self.hands, self.memory, self._search, self._views, self._rounds = hands, memory, search, views, rounds
        self._accepts, self._budget = accepts, budget or Budget()
        self._places = memory.places
        self._taken: Counter[int] = Counter()
        self._last_ns = 0

    def run(self, errand: Errand) -> Done:
        """Bring it, or say why not."""
        done, critic = Done(), Critic(self._budget)
        self._taken, self._last_ns = Counter[int](), self.hands.now_ns
        belief = WhereBelief(self.memory.remembered.where(errand.wanted, self.hands.now_ns))
        self._tell_plan(errand, belief, done)
        while critic.plan():
            match = self._find(errand.wanted, belief, critic, done)
            if match is None:
                done.why = f"{errand.wanted.name} was not found"
                nowhere = Tried(self.hands.now_ns, "find", errand.wanted.name, errand.wanted.kind, "", False, done.why)
                self.memory.tried(nowhere)
                break
            if not self._get(errand.wanted, match, belief, critic, done):
                continue
            if self._bring(errand, belief, critic, done) or done.why:
                break
        if done.brought:
            return done
        done.why = done.why or critic.why_stop() or "it did not work out"
        done.log.append(f"gave up: {done.why}")
        return done

    # Finding

    def _find(self, wanted: Wanted, belief: WhereBelief, critic: Critic, done: Done) -> Match | None:
        """Look until something is seen that is worth going to; what was looked for in vain is corrected."""
        while not critic.why_stop():
            shut = self.memory.experience.stuck(self._places, self.hands.now_ns)
            found = self._search.run(wanted, belief, self.hands, by_finding, most_looks=1, taken=self._taken, shut=shut)
            if not found.gave_up:  # no look is worth it any more
                return None
            critic.did("look", "anywhere", ok=bool(found.steps), seconds=self._seconds())
            self._note_found(wanted, found, done)
            match = self._best(wanted, found.glances[-1], critic) if found.glances else None
            if match is not None:
                return match
        return None

    def _best(self, wanted: Wanted, glance: Glance, critic: Critic) -> Match | None:
        good = [one for one in matches(glance, wanted, self._places) if one.odds >= SURE_ODDS and one.place >= 0]
        good = [one for one in good if not critic.is_hopeless("get", _spot(one))]
        return max(good, key=lambda one: one.odds, default=None)

    def _note_found(self, wanted: Wanted, found: Found, done: Done) -> None:
        for number in found.refused:
            done.log.append(f"the {self._places[number].name} did not open")
            self._note_opened(number, ok=False)
        for number in {number for glance in found.glances for number in glance.opened}:
            self._note_opened(number, ok=True)
        for step in found.steps:
            before = self._places[step.before.value].name if step.before.value >= 0 else "nowhere it knows"
            done.log.append(
                f"looked from ({step.at[0]:.1f}, {step.at[1]:.1f}): {step.num_matches or 'nothing'} like it;"
                f" believed {before} {step.before.confidence:.2f}"
            )

    # Getting

    def _get(self, wanted: Wanted, match: Match, belief: WhereBelief, critic: Critic, done: Done) -> bool:
        """Go to it, look again, and take it."""
        place, spot = self._places[match.place], _spot(match)
        opened = frozenset({match.place} if place.behind else ())
        if opened and not self._open(match.place, critic, done):
            belief.not_at(match.place)
            return False
        deed = self._take(wanted, match, opened, done)
        if opened and not self.hands.swing(match.place, self._view_of(match.place), open=False):
            done.log.append(f"the {place.name} stays open")
        t_ns, here = self.hands.now_ns, self.hands.here
        self.memory.tried(Tried(t_ns, "pick", wanted.name, wanted.kind, place.id, deed.ok, deed.why, here))
        if deed.ok:
            self.memory.tried(Tried(t_ns, "find", wanted.name, wanted.kind, place.id, True, "", here))
            done.log.append(f"took it from the {place.name}")
            return True
        done.log.append(f"could not take it from the {place.name}: {deed.why}")
        if critic.did("get", spot, ok=False, seconds=self._seconds()) != "go on":
            belief.not_at(match.place)
            self.memory.tried(Tried(t_ns, "find", wanted.name, wanted.kind, place.id, False, deed.why, here))
        return False

    def _open(self, place: int, critic: Critic, done: Done) -> bool:
        name = self._places[place].name
        while not critic.is_hopeless("open", name):
            ok = self.hands.swing(place, self._view_of(place), open=True)
            critic.did("open", name, ok=ok)
            if ok:
                return True
            if critic.why_stop():
                break
        done.log.append(f"the {name} does not open")
        return False

    def _take(self, wanted: Wanted, match: Match, opened: frozenset[int], done: Done) -> Deed:
        stance = self.memory.experience.stance(self._places[match.place].id)
        deed = self.hands.approach(match.at, stance)
        if not deed.ok:
            return deed
        near: list[Match] = []
        for _ in range(_SECOND_LOOKS):
            glance = self.hands.glance(opened)
            alike = [one for one in matches(glance, wanted, self._places) if one.odds > 1]
            near = [one for one in alike if _apart_m(one.at, match.at) < _SAME_M]
            if near:
                break
        else:
            gone = self.memory.not_there(wanted, self.hands.now_ns)
            done.log.append("it is not there after all" + (f"; corrected {', '.join(gone)}" if gone else ""))
            return Deed("it was not there on a second look")
        return self.hands.pick(max(near, key=lambda one: one.odds), glance)

    def _view_of(self, place: int) -> Viewpoint:
        return max((view for view in self._views if view.opens == place), key=lambda view: float(view.share[place]))

    # Bringing

    def _bring(self, errand: Errand, belief: WhereBelief, critic: Critic, done: Done) -> bool:
        """To the person; where they do not turn up it is left, and that is said."""
        place = int(np.argmax(belief.p[:-1]))
        met = self._meet(errand, critic, done)
        t_ns = self.hands.now_ns
        if met is None:
            self._leave(errand, done)
            return False
        if self._accepts(errand):
            self.memory.given_to(errand.wanted, t_ns, f"{errand.person} has it", owner=errand.person)
            done.brought = True
            done.log.append(f"gave it to {errand.person}")
            self._watch_put_down(errand.wanted, done)
            return True
        label = self.memory.refused(errand.wanted, t_ns, (*self.hands.here, 1.0))
        done.log.append(f"{errand.person}: no, not {errand.wanted.name}" + (f"; corrected {label}" if label else ""))
        belief.not_at(place, 0.3)
        critic.did("bring", errand.wanted.name, ok=False)
        return False

    def _watch_put_down(self, wanted: Wanted, done: Done) -> None:
        """Look round for where it was put, and keep that."""
        for turn in range(_LOOKS_AFTER_IT):
            glance = self.hands.glance(frozenset(), turned_rad=turn and pi / 3)
            seen = [one for one in matches(glance, wanted, self._places) if one.odds >= SURE_ODDS and one.place >= 0]
            if seen:
                place = self._places[seen[0].place]
                self.memory.tried(Tried(self.hands.now_ns, "left", wanted.name, wanted.kind, place.id, True, "", self.hands.here))
                done.log.append(f"it is now at the {place.name}")
                return

    def _leave(self, errand: Errand, done: Done) -> None:
        """Put it down in the room in which it was asked for, and look where it is."""
        room = self._places.home.room(errand.room)
        there = self.hands.look(self._rounds[errand.room][0], frozenset()) is not None
        put = self.hands.put_down()
        self.memory.given_to(
            errand.wanted, self.hands.now_ns, f"the robot left it in the {room.name}" if there else "the robot left it"
        )
        self._watch_put_down(errand.wanted, done)
        done.left = there and put.ok
        done.why = f"{errand.person} was not found; it was put down" + (f" in the {room.name}" if done.left else "")

    def _meet(self, errand: Errand, critic: Critic, done: Done) -> Match | None:
        """Look for them where they asked, where they were met before at such hours, and where they asked again; hand over."""
        met_in = self.memory.experience.rooms_of(errand.person, self.hands.now_ns)
        rooms = (*list(dict.fromkeys([errand.room, *met_in]))[: _ROOMS_FOR_A_PERSON - 1], errand.room)
        for room in rooms:
            for view in self._rounds[room]:
                if critic.why_stop():
                    return None
                glance = self.hands.look(view, frozenset())
                critic.did("look for", errand.person, ok=glance is not None, seconds=self._seconds())
                person = None if glance is None else _person(glance, errand.person)
                if person is not None and self._hand_over(person, errand, critic, done):
                    where = self._places.home.room_at(*self.hands.here)
                    self._note_met(errand, where.id if where else room, ok=True)
                    return person
            self._note_met(errand, room, ok=False)
        return None

    def _hand_over(self, person: Match, errand: Errand, critic: Critic, done: Done) -> bool:
        deed = self.hands.approach(person.at)
        if deed.ok:
            deed = Deed("they have gone")
            for _ in range(_LOOKS_AT_A_PERSON):
                glance = self.hands.glance(frozenset())
                there = _person(glance, errand.person, person.at)
                if there is not None:
                    deed = self.hands.hand_over(there, glance)
                    break
        if not deed.ok:
            done.log.append(f"could not hand it to {errand.person}: {deed.why}")
        return critic.did("hand over", errand.person, ok=deed.ok) == "go on" and deed.ok

    def _note_opened(self, place: int, *, ok: bool) -> None:
        id = self._places[place].id
        self.memory.tried(Tried(self.hands.now_ns, "open", id, self._places[place].piece.kind, id, ok, "", self.hands.here))

    def _note_met(self, errand: Errand, room: str, *, ok: bool) -> None:
        self.memory.tried(Tried(self.hands.now_ns, "meet", errand.person, "person", room, ok, "", self.hands.here))

    def _seconds(self) -> float:
        """Of the world's time since it was asked last."""
        before_ns, self._last_ns = self._last_ns, self.hands.now_ns
        return (self._last_ns - before_ns) / NS_PER_S

    def _tell_plan(self, errand: Errand, belief: WhereBelief, done: Done) -> None:
        likely = np.argsort(-belief.p[:-1])[:3]
        words = ", ".join(f"{self._places[int(n)].name} {belief.p[n]:.2f}" for n in likely)
        done.log.append(f"{errand.person} asks for {errand.wanted.name}; it may be at: {words}")


def _person(glance: Glance, name: str, near: tuple[float, float, float] | None = None) -> Match | None:
    """Somebody in a picture who has a name, or was not recognised; close to a point if there is one."""
    people = [one for one in glance.sightings if one.layer == "person" and one.at is not None]
    found = [
        Match(-1, one.score, (float(one.at[0]), float(one.at[1]), float(one.at[2])), one.row)
        for one in people
        if one.at is not None and one.attributes.get("name", name) == name
    ]
    if near is not None:
        found = [one for one in found if _apart_m(one.at, near) < _STEPPED_M]
    return max(found, key=lambda one: one.odds, default=None)


def _spot(match: Match) -> str:
    """A name of where something is, to half a metre."""
    return ", ".join(f"{round(2 * value) / 2:.1f}" for value in match.at)


def _apart_m(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    return float(np.linalg.norm(np.array(one) - other))
