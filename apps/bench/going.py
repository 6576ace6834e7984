"""Systems that may go and look before they answer where something is: by the value of a look, likeliest first, or everywhere.

They share our memory and the home as it stands when a question is asked; nothing moves while they look. Other questions are
answered from memory. A robot starts where `Question.active` says that it stands, or else where its camera was last.
"""

import re
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from apps.bench.subject import Said
from apps.robot.belief import Said as Believed
from apps.robot.belief import WhereBelief
from apps.robot.body import StillBody, StillHouse
from apps.robot.deciding import policy
from apps.robot.remembered import LooksTaken, Remembered
from apps.robot.searching import Search
from apps.robot.seeing import Expectation, Wanted
from apps.robot.viewpoints import Ways, home_sight, viewpoints_of
from mmmem.agent.language.requests import Request, request_of
from mmmem.agent.language.things import phrase_of
from mmmem.types import Answer, Detections, Frame, TimedText
from scenegraph import SceneGraph
from scenegraph.log import ListLog, MemoryLog
from streams.house.home import Home
from streams.house.models.kinds import THING_KINDS
from streams.house.noise import noise_level
from streams.house.opening import open_renderer
from streams.house.recording_plan import CALENDAR
from streams.house.rendering import Renderer

if TYPE_CHECKING:
    from apps.bench.systems import Exam

_EVERY_NS = 1_000_000_000
_PAST = re.compile(r"\b(was|were|did|had|last|before)\b", re.IGNORECASE)
NOWHERE = "somebody has it, or it is not at home"


class Outing:
    """What all who go and look share: the plan of the home, our memory of it, and the home as it stands at an instant."""

    def __init__(self, exam: "Exam") -> None:
        self._exam, house = exam, exam.house.house
        self.home, self._life, self._camera = house.home, house.life, house.plan.camera
        self.places, self.floor, self._sight = home_sight(self.home, self._camera)
        self.views = viewpoints_of(self.places, self.floor, self._sight)
        self.search = Search(self.views, Ways(self.floor, self.views), self.places, Expectation())
        self._starts = {(one.text, one.asked_at_ns): one.active.start for one in exam.questions if one.active is not None}
        self._remembered: dict[int, Remembered] = {}
        self._still: dict[int, StillHouse] = {}

    def remembered(self, asked_at_ns: int) -> Remembered:
        """What was known by an instant, as probabilities."""
        if asked_at_ns not in self._remembered:
            rows = MemoryLog(self._exam.remembering.memory).read(known_at_ns=asked_at_ns)
            looks = LooksTaken(len(self.places))
            for t_ns, share, distance_m in self._looks:
                if t_ns < asked_at_ns:
                    looks.note(t_ns, share, distance_m)
            self._remembered[asked_at_ns] = Remembered(self.places, SceneGraph(ListLog(rows)), looks)
        return self._remembered[asked_at_ns]

    def body(self, text: str, asked_at_ns: int) -> StillBody:
        """The robot where it is when it is asked, in the home as it stands."""
        if asked_at_ns not in self._still:
            state, seed = self._life.state_at(asked_at_ns), self.home.seed * 1000 + len(self._still)
            level = noise_level(self._exam.house.noise)
            self._still[asked_at_ns] = StillHouse(
                self.home, state, asked_at_ns, renderer=self._renderer, level=level, noise_seed=seed, camera=self._camera
            )
        x_m, y_m = self._starts.get((text, asked_at_ns), self._last_at(asked_at_ns))[:2]
        return StillBody(self._still[asked_at_ns], (x_m, y_m), views=self.views, places=self.places, floor=self.floor)

    def close(self) -> None:
        """Let go of what draws, if anything was drawn."""
        if "_renderer" in self.__dict__:
            self._renderer.close()

    @cached_property
    def _renderer(self) -> Renderer:
        return open_renderer(self.home, self._camera)

    @cached_property
    def _looks(self) -> list[tuple[int, np.ndarray, np.ndarray]]:
        """Which places were in view when, about once a second."""
        poses = self._exam.remembering.memory.poses(self._exam.house.house.stream_id)
        found, last_ns = [], -_EVERY_NS
        for t_ns, pose in zip(poses.t_ns.tolist(), poses.pose_world_camera, strict=True):
            if t_ns - last_ns >= _EVERY_NS:
                found.append((t_ns, *self._sight.shown(pose)))
                last_ns = t_ns
        return found

    def _last_at(self, asked_at_ns: int) -> tuple[float, ...]:
        path = self._exam.house.house.trajectory
        row = max(int(np.searchsorted(path.t_ns, asked_at_ns)) - 1, 0)
        return tuple(path.poses_world_camera[row, :2, 3].tolist())


class Going:
    """Our memory on a robot that decides, question by question, whether to go and look.

    Args:
        policy_name: of `apps.robot.deciding`.
    """

    def __init__(self, exam: "Exam", policy_name: str) -> None:
        self._exam, self._policy = exam, policy(policy_name)

    def observe(self, frame: Frame, found: Detections, texts: Sequence[TimedText]) -> None:
        """Pass it on to the memory."""
        self._exam.remembering.observe(frame, found, texts)

    def ask(self, text: str, asked_at_ns: int, choices: tuple[str, ...]) -> Said:
        """From memory, or by going there where the question is where something is now."""
        recalled = self._exam.remembering.ask(text, asked_at_ns, choices, None)
        request = request_of(text, asked_at_ns=asked_at_ns, calendar=CALENDAR)
        wanted = None if choices or request is None or _PAST.search(text) else wanted_of(request, self._exam.house.house.home)
        if wanted is None or request is None:
            return _recalled(recalled)
        outing = self._exam.outing
        memory, body = outing.remembered(asked_at_ns), outing.body(text, asked_at_ns)
        if not memory.nodes(wanted):  # of what nobody has ever seen there is nothing to look for
            return _recalled(recalled)
        belief = WhereBelief(memory.where(wanted, asked_at_ns))
        found = outing.search.run(wanted, belief, body, self._policy)
        words = _in_words(found.said, request, outing)
        return Said(
            words, confidence=found.said.confidence, evidence=tuple(recalled.evidence), path_m=body.spent.path_m,
            num_pictures=body.spent.pictures,
        )  # fmt: skip

    @property
    def num_bytes(self) -> int:
        """All of the memory."""
        return self._exam.remembering.num_bytes

    def close(self) -> None:
        """Others may look at the memory still."""


def wanted_of(request: Request, home: Home) -> Wanted | None:
    """What a question looks for, if it asks where a thing of a known class is now; None if it asks something else."""
    if request.intent not in ("where", "room") or request.windows:
        return None
    phrase = phrase_of(request.what)
    if phrase.kind not in THING_KINDS or phrase.ever:
        return None
    owner = next((one for one in home.residents if one.name == phrase.owner), None)
    return Wanted(phrase.kind, phrase.colour, phrase.text, owner.bedroom if owner else "")


def _in_words(said: Believed, request: Request, outing: Outing) -> str:
    if said.value < 0:
        return NOWHERE
    place = outing.places[said.value]
    return outing.home.room(place.room).name if request.intent == "room" else place.piece.name


def _recalled(answer: Answer) -> Said:
    """A reply from memory, for which nobody went anywhere."""
    return Said(answer.text, answer.value, answer.choice, answer.confidence, answer.abstained, tuple(answer.evidence), path_m=0.0)
