"""A question about things, people and places, answered from what the lines of the memory say of scenes."""

from collections.abc import Callable

from mmmem.agent.answers.draft import Draft, Inquiry
from mmmem.agent.language.requests import Request, request_of
from mmmem.agent.scenes import replies_choices, replies_people, replies_places, replies_things, replies_times
from mmmem.agent.scenes.case import Case

Reply = Callable[[Case], Draft | None]
REPLIES: dict[str, Reply] = {
    "where": replies_places.where,
    "room": replies_places.room,
    "your room": replies_places.your_room,
    "before": replies_places.before,
    "usual": replies_places.usual,
    "most often": replies_places.usual,
    "still": replies_places.still,
    "moved since": replies_places.moved_since,
    "same place": replies_places.same_place,
    "is at": replies_places.is_at,
    "seen at": replies_places.seen_ever,
    "useful where": replies_things.useful_where,
    "useful": replies_things.useful,
    "at": replies_things.at,
    "num at": replies_things.num_at,
    "num kind": replies_things.num_kind,
    "num kind at": replies_things.num_kind,
    "colour": replies_things.colour,
    "state or": replies_things.state_or,
    "state is": replies_things.state_is,
    "when last": replies_times.when_last,
    "when first": replies_times.when_first,
    "when moved": replies_times.when_moved,
    "how long ago": replies_times.how_long_ago,
    "which day": replies_times.which_day,
    "num days": replies_times.num_days,
    "num moves": replies_times.num_moves,
    "num places": replies_times.num_places,
    "how long at": replies_times.how_long_at,
    "who in": replies_people.who_in,
    "who doing": replies_people.who_doing,
    "who moved": replies_people.who_moved,
    "doing": replies_people.doing,
    "will do": replies_people.will_do,
    "owner": replies_people.owner,
    "who said": replies_people.who_said,
}
"""By intent, see `mmmem.agent.language.requests`."""
CHOICE_REPLIES: dict[str, Reply] = {
    "at": replies_choices.at,
    "at choice": replies_choices.at,
    "state choice": replies_choices.state,
    "nearest": replies_choices.nearest,
    "together choice": replies_choices.together,
    "seen first choice": replies_choices.seen_first,
    "seen last choice": replies_choices.seen_last,
    "moved last choice": replies_choices.moved_last,
    "changed choice": replies_choices.changed,
    "doing": replies_choices.doing,
    "will do": replies_choices.will_do,
    "which day": replies_choices.which_day,
}
"""The same where the options are given."""
_OF_THE_FUTURE = frozenset(("usual", "will do"))
"""What will be is told from what usually is."""


def answer_scene(inquiry: Inquiry) -> Draft | None:
    """The reply of what is told of scenes; None where the question is none about them, or nothing bears on it."""
    request = _request(inquiry)
    choices = inquiry.question.choices
    reply = None if request is None else (CHOICE_REPLIES if choices else REPLIES).get(request.intent)
    if request is None or reply is None:
        return None
    case = Case(inquiry, inquiry.recall.account(inquiry.asked), request)
    draft = reply(case)
    if draft is None and choices and case.account.tells_scenes and request.intent.endswith("choice"):
        return replies_choices.guessed(case)
    return draft


def asks_of_scenes(inquiry: Inquiry) -> bool:
    """Whether a question has a form that is answered from scenes."""
    request = _request(inquiry)
    if request is None or (inquiry.question.constraint.outside is not None and request.intent not in _OF_THE_FUTURE):
        return False
    return request.intent in (CHOICE_REPLIES if inquiry.question.choices else REPLIES)


def _request(inquiry: Inquiry) -> Request | None:
    query = inquiry.asked.query
    return request_of(query.text, asked_at_ns=query.asked_at_ns, calendar=inquiry.calendar)


def tells_scenes(inquiry: Inquiry) -> bool:
    """Whether captions tell of what stands where, so that a question about it is answered from that first."""
    return inquiry.recall.account(inquiry.asked).tells_scenes
