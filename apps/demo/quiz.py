"""What the demo asks: one question of each kind, drawn by the engine that the benchmark of the house uses."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from apps.demo.day import Day, first_tours, joined
from mmmem.clock import NS_PER_S
from streams.house.observed import Observed
from streams.house.questions.asking import ask_about
from streams.house.questions.question import Question

_MANY = 60
_SOON_NS = 60 * NS_PER_S
"""Nothing is asked later than so long after the last picture."""
KINDS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "where is it": (("present", "where_now"), ("localisation", "where_now")),
    "where was it then": (("past", "where_then"),),
    "where was it before": (("past-present", "before_now"), ("multi-past", "before_then")),
    "still there?": (("past-present", "still_there"),),
    "what changed": (("past-present", "changed_place"),),
    "looked, and gone": (("stale", "where_now"),),
    "who": (("who", "who_take"), ("who", "who_put"), ("who", "who_doing"), ("who", "who_in_room")),
    "who said it": (("who", "who_said"),),
    "how many": (("counting", "num_kind"), ("counting", "num_at")),
    "when": (("past", "when_last"),),
    "open or closed": (("state", "state_door"), ("state", "state_which"), ("state", "state_power")),
    "which room": (("recognition", "room_with"), ("localisation", "room_now")),
    "what is it for": (("functional", "useful_where"), ("functional", "useful_in")),
    "never seen": (("unanswerable", "where_now"),),
}
"""Kinds of questions as the page calls them, with the families and templates that are one, best first."""
_UNSEEN = "moved, unseen"
"""What is called "looked, and gone" when nobody looked."""


def questions(day: Day, observed: Sequence[Sequence[Observed]]) -> list[tuple[str, Question]]:
    """One question of each kind that this day allows, asked as late as possible, with its kind.

    Args:
        observed: what each camera of the day could have observed.
    """
    firsts = first_tours(day.watches)
    seen = [replace(one, tour=one.tour + first) for records, first in zip(observed, firsts, strict=True) for one in records]
    way = joined(day.watches)
    drawn = ask_about(day.life, seen, way, seed=day.seed, num_per_family=_MANY)
    drawn = [question for question in drawn if question.asked_at_ns <= int(way.t_ns[-1]) + _SOON_NS]
    picked = [(kind, _latest(drawn, shapes)) for kind, shapes in KINDS.items()]
    return [(_UNSEEN if question.stale == "unseen" else kind, question) for kind, question in picked if question is not None]


def _latest(drawn: Sequence[Question], shapes: Sequence[tuple[str, str]]) -> Question | None:
    """Of the first shape there is any of: what the robot looked at and found gone, else the latest one."""
    for shape in shapes:
        of_shape = [question for question in drawn if (question.family, question.template) == shape]
        if of_shape:
            return max(of_shape, key=lambda question: (question.stale == "gone", question.asked_at_ns, question.id))
    return None
