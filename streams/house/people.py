"""What a person can do: walk, reach, open, take, put, sit, lie, speak. Each takes its time and happens in the scene.

A deed is a generator that yields the seconds it waits; the household's clock goes on meanwhile. What a person knows of where
things are is what that person has seen or done; it can be wrong.
"""

from collections.abc import Generator
from math import cos, hypot, sin

import numpy as np

from streams.house.habits import Habits
from streams.house.home import Furniture, Resident, Thing
from streams.house.posture import STRIDE_S, berths, seats, strides, turned
from streams.house.scene import Scene
from streams.house.wording import is_or_are, place_words
from streams.house.world import HAND_HEIGHT_M, PersonPose, Placement

Steps = Generator[float, None, None]
Trial = Generator[float, None, bool]
"""Steps that say at the end whether it worked."""

WORN_KINDS = ("keys", "wallet", "phone", "glasses", "watch", "shoes", "slippers", "jacket", "hat", "backpack", "handbag")
"""What people carry on the body, not in their hands."""

NUM_HANDS = 2
_NEAR_M = 0.15
_LONG_ARM_M = 1.2
_NOTICES = 0.4
_FORGETS_TO_CLOSE = 0.03
_ELSEWHERE = 0.1


class Person:
    """One resident or guest in a scene.

    Attributes:
        believes: id of the surface where the person thinks each thing is.
        left: id of the surface where the person put each thing that he or she was the last to handle, as far as known.
        plans: what the person can say about today, each up to an hour of the day.
        overlooks: ids of misplaced things that the person does not notice before looking for them.
    """

    def __init__(self, resident: Resident, scene: Scene, habits: Habits, rng: np.random.Generator) -> None:
        self.resident, self.scene, self.habits, self.rng = resident, scene, habits, rng
        self.id, self.name = resident.id, resident.name
        self.believes = {thing: at.holder for thing, at in scene.state.placements.items()}
        self.left: dict[str, str] = {}
        self.overlooks: set[str] = set()
        self.plans: list[tuple[str, float]] = []
        self._opened: list[tuple[str, str]] = []

    @property
    def why(self) -> str:
        """The deed that events belong to now."""
        return self.scene.doing.get(self.id, "")

    def does(self, deed: str) -> None:
        """Turn to another deed."""
        self.scene.doing[self.id] = deed

    @property
    def pose(self) -> PersonPose:
        """Where the person is."""
        return self.scene.state.people[self.id]

    @property
    def home(self) -> bool:
        """Whether the person is in the home."""
        return self.id in self.scene.state.people

    @property
    def held(self) -> list[str]:
        """Ids of all that the person holds or wears."""
        return [thing for thing, at in self.scene.state.placements.items() if at.holder == self.id]

    @property
    def in_hands(self) -> list[str]:
        """Ids of what is in the hands."""
        return [thing for thing in self.held if self.scene.home.thing(thing).kind not in WORN_KINDS]

    def chance(self, share: float) -> bool:
        """Whether something that happens in this share of cases happens now."""
        return bool(self.rng.random() < share)

    def about(self, value: float, spread: float) -> float:
        """A value with normal noise, kept within two and a half spreads."""
        return value + spread * float(np.clip(self.rng.normal(), -2.5, 2.5))

    def go(self, pose: PersonPose, why: str = "") -> None:
        """Be at a pose from now on, as part of the present deed unless another one is named."""
        self.scene.record("go", self.id, actor=self.id, why=why or self.why, person=pose)

    def walk_to(self, place: str) -> Steps:
        """Walk to a surface, a piece, a room or a door, close what was opened, and face it."""
        yield from self.stand_up()
        x, y, yaw = self.scene.spot(place)
        here = self.pose
        if hypot(here.x_m - x, here.y_m - y) > _NEAR_M:
            yield from self.close_up()
            x, y = self.scene.room_for(self.id, x, y)
            corners = self.scene.way((here.x_m, here.y_m), (x, y))
            for stride in strides(corners):
                yield STRIDE_S
                self.go(stride)
        if abs(turned(self.pose.yaw_rad - yaw)) > 0.2:
            yield 0.5
            self.go(PersonPose(self.pose.x_m, self.pose.y_m, yaw))
        self._look_round()

    def stand_up(self) -> Steps:
        """Get up from a seat or a bed, to the free floor beside it; that is the end of what was done there."""
        if self.pose.posture == "standing":
            return
        taken = [seat for seat, who in self.scene.seats.items() if who == self.id]
        piece = taken[0][0] if taken else ""
        for seat in taken:
            del self.scene.seats[seat]
        yield 2.0
        near = self.scene.spot(piece)[:2] if piece else (self.pose.x_m, self.pose.y_m)
        x, y = self.scene.room_for(self.id, *self.scene.floor.nearest_free(near))
        self.go(PersonPose(x, y, self.pose.yaw_rad), self.scene.last_deed.get(self.id, ""))

    def sit(self, *kinds: str, room: str = "") -> Trial:
        """Sit down on the first free seat of some kinds of furniture; False if all are taken."""
        yield from self.stand_up()
        for piece in self.scene.pieces(*kinds, room=room):
            for number, pose in enumerate(seats(piece)):
                if not self._covered(piece, pose) and (yield from self._settle(piece, [number], pose)):
                    return True
        return False

    def lie_down(self, piece: Furniture) -> Trial:
        """Lie down on a bed or a sofa; False if there is no place left."""
        yield from self.stand_up()
        for number, pose in enumerate(berths(piece)):
            covered = [number] if piece.kind == "bed" else list(range(len(seats(piece))))
            if (yield from self._settle(piece, covered, pose)):
                return True
        return False

    def _settle(self, piece: Furniture, places: list[int], pose: PersonPose) -> Trial:
        wanted = [(piece.id, place) for place in places]
        if any(place in self.scene.seats for place in wanted):
            return False
        self.scene.seats.update(dict.fromkeys(wanted, self.id))
        yield from self.walk_to(piece.id)
        yield from self.close_up()
        yield 2.0
        self.go(pose)
        return True

    def _covered(self, piece: Furniture, pose: PersonPose) -> bool:
        """Whether something lies where the person would sit."""
        lying = (self.scene.state.placements[thing.id] for one in piece.surfaces for thing in self.scene.on(one.id))
        return any(hypot(at.position[0] - pose.x_m, at.position[1] - pose.y_m) < 0.3 for at in lying if at.relation == "on")

    def reach(self, surface: str) -> Steps:
        """Get within reach of a surface, and open what hides it."""
        behind = self.scene.home.surface(surface).behind
        if behind or not self.scene.within_reach(self.id, surface):
            yield from self.walk_to(surface)
        while not self.scene.is_open(self.scene.home.surface(surface)):
            yield 1.5
            self._open(self.scene.home.piece(surface), behind)

    def close_up(self) -> Steps:
        """Close what the person opened, as people mostly do."""
        for piece, opening in self._opened:
            forgotten = self.chance(_FORGETS_TO_CLOSE) and self.scene.home.piece(piece).kind != "fridge"
            if self.scene.value(piece, opening) == "open" and not forgotten:
                yield 1.0
                self.set(piece, opening, "closed")
        self._opened.clear()

    def take(self, thing: str) -> Trial:
        """Take a thing from where it stands; False if it is not there any more, held, or the hands are full."""
        holder = self.scene.holder(thing)
        if "." not in holder:
            return False
        yield from self.reach(holder)
        yield 1.5
        if (
            self.scene.holder(thing) != holder
            or not self.scene.is_open(self.scene.home.surface(holder))
            or not self.can_hold(thing)
        ):
            return False
        self.receive(thing)
        return True

    def can_hold(self, thing: str) -> bool:
        """Whether a hand is free for it, or it is worn."""
        return self.scene.home.thing(thing).kind in WORN_KINDS or len(self.in_hands) < NUM_HANDS

    def can_touch(self, part: str) -> bool:
        """Whether a thing is in the hand or within reach; pieces of furniture always are."""
        if part not in self.scene.state.placements:
            return part.startswith("F")
        holder = self.scene.holder(part)
        return holder == self.id or ("." in holder and self.scene.within_reach(self.id, holder, _LONG_ARM_M))

    def receive(self, thing: str) -> None:
        """Have a thing in the hand from now on."""
        self.believes[thing] = self.id
        self.left.pop(thing, None)
        self.overlooks.discard(thing)
        at = Placement("held", self.id, self._hand(self.scene.home.thing(thing)), self.pose.yaw_rad)
        self.scene.record("take", thing, actor=self.id, why=self.why, placement=at)

    def put(self, thing: str, *surfaces: str) -> Trial:
        """Put a held thing on the first of some surfaces with room for it; False if none has."""
        at = self.scene.first_fit(thing, surfaces, self.rng)
        while at is not None:
            yield from self.reach(at.holder)
            yield 1.5
            again = self.scene.fit(thing, at.holder, self.rng)
            if again is not None and self.scene.is_open(self.scene.home.surface(again.holder)):
                self.believes[thing] = self.left[thing] = again.holder
                self.scene.record("put", thing, actor=self.id, why=self.why, placement=again)
                return True
            surfaces = tuple(surface for surface in surfaces if surface != at.holder)
            at = self.scene.first_fit(thing, surfaces, self.rng)
        return False

    def set(self, thing: str, state: str, value: str) -> None:
        """Change a state of something, if it has that state, is not so already and, for a thing, is within reach."""
        if self.scene.value(thing, state) not in ("", value) and self.can_touch(thing):
            self._change(thing, state, value)

    def turn(self, piece: Furniture, power: str) -> Trial:
        """Walk to something that can be switched and switch it; False if it was so already."""
        if self.scene.value(piece.id, "power") in ("", power):
            return False
        yield from self.walk_to(piece.id)
        yield 1.0
        self.set(piece.id, "power", power)
        return True

    def say(self, words: str) -> None:
        """Say something aloud."""
        self.scene.record("say", self.id, actor=self.id, why=self.why, value=words)

    def lose(self, thing: str) -> None:
        """Let a held thing leave the home: carried out, eaten, thrown away."""
        self.believes.pop(thing, None)
        self.scene.record("vanish", thing, actor=self.id, why=self.why)

    def put_back(self, thing: str) -> Steps:
        """Put a held thing where it lives at this hour, now and then at one of its other places; keep it if all are full."""
        usual = self.habits.usual(self.scene.home.thing(thing), self.scene.hour)
        if len(usual) > 1 and self.chance(_ELSEWHERE):
            other = int(self.rng.integers(1, min(len(usual), 4)))
            usual = (usual[other], *usual)
        yield from self.put(thing, *dict.fromkeys((*usual, *self.habits.anywhere())))

    def put_all_back(self) -> Steps:
        """Free the hands, and put down what is worn."""
        for thing in self.held:
            yield from self.put_back(thing)

    def fetch(self, thing: Thing) -> Trial:
        """Take a thing from where the person thinks it is; if it is not there, look for it and wonder aloud."""
        if not self.can_hold(thing.id):
            return False
        believed, holder = self.believes.get(thing.id, ""), self.scene.holder(thing.id)
        if "." not in holder:
            return False
        if "." in believed and believed != holder:
            yield from self._look_in_vain(thing, believed)
        return (yield from self.take(thing.id))

    def _look_in_vain(self, thing: Thing, believed: str) -> Steps:
        whose = "my " if thing.owner == self.id else "the "
        if self.chance(0.5 if believed == self.left.get(thing.id) or thing.owner == self.id else 0.0):
            self.say(f"I left {whose}{thing.name} {place_words(self.scene.home, believed)}.")
        yield from self.reach(believed)
        yield 4.0
        room = self.scene.home.piece(believed).room
        if thing.id in self.scene.visible_in(room):
            return
        if self.chance(0.7):
            self.say(f"Where {is_or_are(thing)} {whose}{thing.name}?")
        yield from self.walk_to(room)
        yield 15.0

    def _look_round(self) -> None:
        """Notice some of what lies open in this room."""
        room = self.scene.home.room_at(self.pose.x_m, self.pose.y_m)
        seen = self.scene.visible_in(room.id) if room else []
        for thing, noticed in zip(seen, (self.rng.random(len(seen)) < _NOTICES).tolist(), strict=True):
            if noticed and thing not in self.overlooks:
                self.believes[thing] = self.scene.holder(thing)
                if self.left.get(thing) != self.believes[thing]:
                    self.left.pop(thing, None)

    def _open(self, piece: Furniture, opening: str) -> None:
        if self.scene.value(piece.id, opening) != "open":  # somebody else may have opened it a moment ago
            self._opened.append((piece.id, opening))
            self._change(piece.id, opening, "open")

    def _change(self, part: str, state: str, value: str) -> None:
        self.scene.record("state", part, actor=self.id, why=self.why, state=state, value=value)

    def _hand(self, thing: Thing) -> tuple[float, float, float]:
        """Where a thing that is taken now is held: on the body, or in the hand that is free."""
        pose = self.pose
        if thing.kind in WORN_KINDS:
            forward, left, up = (-0.18, 0.0, 0.0) if thing.size[2] > 0.3 else (0.05, 0.14, -0.1)
        else:
            used = [self._left_of(other) for other in self.in_hands]
            forward, left, up = 0.32, (-0.17 if all(side >= 0 for side in used) else 0.17), 0.0
        c, s = cos(pose.yaw_rad), sin(pose.yaw_rad)
        x, y = pose.x_m + c * forward - s * left, pose.y_m + s * forward + c * left
        return x, y, HAND_HEIGHT_M[pose.posture] + up

    def _left_of(self, thing: str) -> float:
        pose, at = self.pose, self.scene.state.placements[thing].position
        return -sin(pose.yaw_rad) * (at[0] - pose.x_m) + cos(pose.yaw_rad) * (at[1] - pose.y_m)
