"""The graph as a source of the agent: questions in words are read, looked up, and answered with evidence and confidence."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from mmmem.agent.sources import Asked, Hit
from mmmem.agent.typed import TypedAnswer
from mmmem.agent.view import View
from scenegraph import replies_choices, replies_people, replies_places, replies_space, replies_things, replies_times
from scenegraph.asking import Questions
from scenegraph.called import CameraPath
from scenegraph.graph import SceneGraph
from scenegraph.reply import SOURCE
from scenegraph.requests import Request, request_of
from scenegraph.surety import weighed

if TYPE_CHECKING:
    from mmmem.memory import Memory

Reply = Callable[[Questions, Request], TypedAnswer | None]
ChoiceReply = Callable[[Questions, Request, Sequence[str]], TypedAnswer | None]
REPLIES: dict[str, Reply] = {
    "where": replies_places.where,
    "room": replies_places.room,
    "your room": replies_places.your_room,
    "before": replies_places.before,
    "usual": replies_places.usual,
    "most often": replies_places.usual,
    "useful where": replies_things.useful_where,
    "useful": replies_things.useful,
    "at": replies_things.at,
    "at choice": replies_things.at,
    "nearest": replies_things.nearest,
    "num at": replies_things.num_at,
    "num kind": replies_things.num_kind,
    "num kind at": replies_things.num_kind,
    "colour": replies_things.colour,
    "state or": replies_things.state_or,
    "state is": replies_things.state_is,
    "is at": replies_things.is_at,
    "is here": replies_things.is_here,
    "seen at": replies_things.seen_ever,
    "when last": replies_times.when_last,
    "when first": replies_times.when_first,
    "when moved": replies_times.when_moved,
    "how long ago": replies_times.how_long_ago,
    "which day": replies_times.which_day,
    "num days": replies_times.num_days,
    "num moves": replies_times.num_moves,
    "num places": replies_times.num_places,
    "how long at": replies_times.how_long_at,
    "same place": replies_times.same_place,
    "still": replies_times.still,
    "moved since": replies_times.moved_since,
    "who in": replies_people.who_in,
    "who doing": replies_people.who_doing,
    "who said": replies_people.who_said,
    "doing": replies_people.doing,
    "will do": replies_people.will_do,
    "owner": replies_people.owner,
    "side of": replies_space.side_of_it,
    "side is": replies_space.side_of_it,
    "side at": replies_space.at_side,
    "between": replies_space.between,
    "between is": replies_space.between_is,
    "between what": replies_space.between_what,
    "way": replies_space.way,
    "how far": replies_space.how_far,
    "unseen": replies_space.unseen,
}
"""By intent."""
CHOICE_REPLIES: dict[str, ChoiceReply] = {
    "at": replies_choices.at,
    "at choice": replies_choices.at,
    "state choice": replies_choices.state,
    "nearest": replies_choices.nearest,
    "together choice": replies_choices.together,
    "seen first choice": replies_choices.seen_first,
    "seen last choice": replies_choices.seen_last,
    "moved last choice": replies_choices.moved_last,
    "changed choice": replies_choices.changed,
}
"""By intent, where the things to choose among are given."""
_KEPT = 4


class GraphSource:
    """Answers questions from a scene graph whose log is a memory's; also finds the clips that show what is asked about.

    While nobody has looked and the graph was only read to, it leaves the answer to the banks, which read words better: that a
    graph never heard of something is no sign that it was not there.
    """

    def __init__(self, graph: SceneGraph, memory: "Memory") -> None:
        self.graph = graph
        self._memory = memory
        self._questions: dict[tuple[object, int, str], Questions] = {}

    @property
    def name(self) -> str:
        """What `sources=` calls it."""
        return SOURCE

    def answers(self, asked: Asked) -> list[TypedAnswer]:
        """The graph's answer, or its abstention; empty if the question is none for a graph."""
        request = self._request(asked)
        if request is None:
            return []
        q = self.questions(asked)
        if q.world.only_read:
            return []
        reply = replied(q, request, asked.query.choices)
        return [] if reply is None else [weighed(request, reply)]

    def find(self, asked: Asked, k: int) -> list[Hit]:
        """Clips in which the thing that is asked about was seen, the last first."""
        request = self._request(asked)
        if request is None or not (request.what or request.place):
            return []
        q = self.questions(asked)
        if q.world.only_read:
            return []
        hits: dict[int, Hit] = {}
        allowed = asked.allowed()
        for one in q.readings(request.what or request.place)[:2]:
            for look in reversed(q.looks(one.node)):
                for frame in look.frames:
                    clip = _clip_at(asked.view, self._memory, frame.stream_id, frame.t_ns)
                    if clip >= 0 and allowed[clip]:
                        hits.setdefault(clip, Hit(clip, one.fit, f"node:{one.node.id}", (frame,)))
                if len(hits) >= k:
                    break
        return list(hits.values())[:k]

    def _request(self, asked: Asked) -> Request | None:
        if self.graph.world.only_read:
            return None
        return request_of(asked.query.text, asked_at_ns=asked.query.asked_at_ns, calendar=self._memory.calendar)

    def questions(self, asked: Asked) -> Questions:
        """The graph as it may be asked: nothing learned after the question is known."""
        key = (self._memory.version(), asked.query.asked_at_ns, asked.wearer)
        if key not in self._questions:
            while len(self._questions) >= _KEPT:
                self._questions.pop(next(iter(self._questions)))
            self._questions[key] = questions_of(self.graph, self._memory, asked.query.asked_at_ns, asker=asked.wearer)
        return self._questions[key]


def replied(q: Questions, request: Request, choices: Sequence[str] = ()) -> TypedAnswer | None:
    """The reply to a request; with choices the one that fits."""
    if choices and request.intent in CHOICE_REPLIES:
        return CHOICE_REPLIES[request.intent](q, request, choices)
    reply = REPLIES.get(request.intent)
    return None if reply is None else reply(q, request)


def questions_of(graph: SceneGraph, memory: "Memory", known_at: int, *, asker: str = "") -> Questions:
    """What a graph and the words in its memory can be asked, as known at an instant."""
    texts = [stored for stored in memory.texts(as_of_ns=known_at) if stored.text.kind != "ocr"]
    ways = [memory.poses(record.stream_id, as_of_ns=known_at) for record in memory.streams()]
    t_ns = np.concatenate([way.t_ns for way in ways]) if ways else np.zeros(0, np.int64)
    at = np.concatenate([way.pose_world_camera[:, :3, 3].reshape(-1, 3) for way in ways]) if ways else np.zeros((0, 3))
    order = np.argsort(t_ns, kind="stable")
    return Questions(
        graph,
        calendar=memory.calendar,
        texts=[stored.text for stored in texts],
        way=CameraPath(t_ns[order], at[order]),
        asker=asker,
        known_at=known_at,
        stream_id=texts[0].stream_id if texts else "",
    )


def _clip_at(view: View, memory: "Memory", stream_id: str, t_ns: int) -> int:
    return view.clip_at(memory.stream_number(stream_id), t_ns)
