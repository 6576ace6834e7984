"""Makes the questions of some days: what was observed and a seed in, the same questions out."""

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from mmmem.clock import NS_PER_S, Span
from streams.house.home import Furniture, Thing
from streams.house.life import Life
from streams.house.observed import Observed
from streams.house.questions import about_people, about_places, about_things, about_time
from streams.house.questions.active import Ways
from streams.house.questions.choosing import chosen
from streams.house.questions.drafting import Asker, Draft
from streams.house.questions.knowledge import Knowledge
from streams.house.questions.program import result
from streams.house.questions.question import Question, Where, write_questions
from streams.house.questions.words import accepted_of, name_of, rivals_of
from streams.house.recording_plan import Days
from streams.house.trajectory import Trajectory, heading

NUM_PER_FAMILY = 14
_MOST_EVIDENCE = 6
_SOON_NS = NS_PER_S
_MOST_TOURS = 5
_MOST_OF_A_TEMPLATE = 100
Template = Callable[[Asker], Iterator[Draft]]
TEMPLATES: tuple[Template, ...] = (
    about_places.where_now,
    about_places.room_now,
    about_places.where_then,
    about_places.never,
    about_places.before_place,
    about_places.most_often,
    about_places.tomorrow,
    about_things.seen_at,
    about_things.room_with,
    about_things.colour,
    about_things.state_last,
    about_things.state_which,
    about_things.nearest,
    about_things.together,
    about_things.useful_in,
    about_things.how_many,
    about_people.doing_then,
    about_people.doing_tomorrow,
    about_people.who_did,
    about_people.who_does,
    about_people.owner,
    about_people.who_said,
    about_people.your_room,
    about_people.on_now,
    about_time.seen_first,
    about_time.moved_last,
    about_time.when_last,
    about_time.how_long_at,
    about_time.which_day,
    about_time.how_often,
    about_time.same_place,
    about_time.changed_place,
)
"""Every template; each goes over what is known and drafts what could be asked."""


def ask_about(
    life: Life,
    observed: Sequence[Observed],
    trajectory: Trajectory,
    *,
    seed: int,
    stream_id: str = "robot",
    num_per_family: int = NUM_PER_FAMILY,
) -> list[Question]:
    """Questions about a life as it was seen along a trajectory, asked just after tours; the same arguments give the same ones.

    Args:
        observed: what could have been observed, as `streams.house.sightings` gives it.
        seed: draws what is asked about, and the words.
        num_per_family: at most so many of each family; fewer where too little happened.
    """
    rng = np.random.default_rng([seed, zlib.crc32(b"questions")])
    ways = Ways(life)
    drafts: list[Draft] = []
    finish: dict[int, Asker] = {}
    for asked_ns in times_to_ask(trajectory, life.end_ns):
        known = knowledge(life, observed, trajectory, asked_ns)
        asker = finish[asked_ns] = Asker(known, rng, pose_at(trajectory, asked_ns))
        for template in TEMPLATES:
            some = _some(list(template(asker)), rng)
            drafts += [replace(draft, asked_at_ns=asked_ns) for draft in some if sound(draft, known)]
    picked = chosen(drafts, num_per_family, rng)
    picked.sort(key=lambda draft: (draft.asked_at_ns, draft.family, draft.template, draft.subject))
    return [_question(number, draft, finish[draft.asked_at_ns], ways, stream_id) for number, draft in enumerate(picked, start=1)]


def _some(drafts: list[Draft], rng: np.random.Generator) -> list[Draft]:
    """At most so many as are worth running, drawn evenly; templates that go over pairs give thousands."""
    if len(drafts) <= _MOST_OF_A_TEMPLATE:
        return drafts
    return [drafts[number] for number in sorted(rng.permutation(len(drafts))[:_MOST_OF_A_TEMPLATE].tolist())]


def write_questions_of(days: Days, observed: list[Observed], path: Path) -> int:
    """The hook of a recording: writes its questions.jsonl, and returns how many there are."""
    questions = ask_about(days.life, observed, days.trajectory, seed=days.plan.seed, stream_id=days.plan.stream_id)
    return write_questions(questions, path)


def times_to_ask(trajectory: Trajectory, end_ns: int) -> list[int]:
    """Just after tours and some hours later, before the next one; the first tour is left out where there are more than two.

    Args:
        end_ns: of the life; nothing is asked later.
    """
    spans = [trajectory.tour_span(int(number)) for number in np.unique(trajectory.tour)]
    spans = spans[1:] if len(spans) > 2 else spans
    nexts = [*(span.start_ns for span in spans[1:]), end_ns]
    times = [
        (span.end_ns + _SOON_NS, span.end_ns + (start_ns - span.end_ns) * 3 // 5)
        for span, start_ns in zip(spans, nexts, strict=True)
    ]
    picked = np.linspace(0, len(times) - 1, min(len(times), _MOST_TOURS)).round().astype(int).tolist()
    return sorted(t_ns for number in picked for t_ns in times[number] if t_ns <= end_ns)


def knowledge(life: Life, observed: Sequence[Observed], trajectory: Trajectory, asked_ns: int) -> Knowledge:
    """What is known at an instant, with the room that the camera is in."""
    x, y, _ = pose_at(trajectory, asked_ns)
    room = life.home.room_at(x, y)
    return Knowledge(life, observed, asked_ns, room.id if room else "")


def pose_at(trajectory: Trajectory, t_ns: int) -> tuple[float, float, float]:
    """x, y in metres and yaw of the camera at the last sample by an instant."""
    row = max(int(np.searchsorted(trajectory.t_ns, t_ns, side="right")) - 1, 0)
    pose = trajectory.poses_world_camera[row]
    return float(pose[0, 3]), float(pose[1, 3]), heading(pose)[0]


def sound(draft: Draft, known: Knowledge) -> bool:
    """Whether the program of a draft gives its answer; what is unknown gives nothing."""
    found = result(draft.program, known)
    if not draft.answerable or draft.stale == "gone":
        return found in ("", 0)
    return bool(found == draft.value)


def holds(question: Question, known: Knowledge) -> bool:
    """Whether the program of a question gives its stored answer."""
    found = result(question.program, known)
    if not question.answerable or question.stale == "gone":
        return found in ("", 0)
    if question.answer_type == "choice":
        offered = question.program.args[-len(question.choices) :]
        place = offered.index(found) if found in offered else question.choices.index(wording(known, found))
        return bool(place == question.value)
    return bool(found == question.value)


def wording(known: Knowledge, answer: Any) -> str:
    """What an answer that a program gave is called."""
    return name_of(known.home, answer) if answer in known.home.parts else str(answer)


def _question(number: int, draft: Draft, asker: Asker, ways: Ways, stream_id: str) -> Question:
    known = asker.known
    text = draft.phrasings[int(asker.rng.integers(len(draft.phrasings)))]
    choices = tuple(_choice(asker, id) for id in draft.choices)
    value = draft.choices.index(draft.value) if draft.answer_type == "choice" else draft.value
    accepted = _accepted(draft, known) if draft.accepted is None else draft.accepted
    if draft.answer_type == "choice":
        accepted = (choices[value],)
    ids = {draft.value} if isinstance(draft.value, str) and draft.value in known.home.parts else set()
    nodes = dict.fromkeys((*draft.nodes, *(part for part in (_first(draft), *ids) if part in known.home.parts)))
    return Question(
        f"Q{number:03d}",
        draft.family,
        draft.template,
        text,
        draft.program,
        draft.asked_at_ns,
        draft.answer_type,
        value,
        accepted,
        _rivals(draft, known, accepted),
        draft.bounds or ((draft.value, draft.value) if draft.answer_type == "count" else None),
        choices,
        tuple(Where(stream_id, one.span) for one in _spread(draft.evidence)),
        tuple(nodes),
        draft.answerable,
        draft.stale,
        draft.outdated,
        ways.active(draft, asker),
    )


def _first(draft: Draft) -> str:
    return draft.subject.partition(" ")[0]


def _choice(asker: Asker, id: str) -> str:
    part = asker.known.home.parts.get(id)
    if isinstance(part, Thing):
        return asker.reference(part).removeprefix("the ")
    return part.name if isinstance(part, Furniture) else id


def _accepted(draft: Draft, known: Knowledge) -> tuple[str, ...]:
    if not draft.answerable:
        return ()
    if isinstance(draft.value, str) and draft.value in known.home.parts:
        return accepted_of(known.home, draft.value)
    if isinstance(draft.value, bool):
        return ("yes",) if draft.value else ("no",)
    return (str(draft.value),)


_OPPOSITES: Mapping[str, tuple[str, ...]] = {
    "open": ("closed",), "closed": ("open",), "on": ("off",), "off": ("on",), "full": ("empty",), "empty": ("full",),
    "clean": ("dirty",), "dirty": ("clean",), "lit": ("unlit",), "unlit": ("lit",),
}  # fmt: skip


def _rivals(draft: Draft, known: Knowledge, accepted: tuple[str, ...]) -> tuple[str, ...]:
    if draft.template == "colour":
        return tuple(sorted({one.colour for one in known.home.things} - set(accepted)))
    if draft.answer_type == "word":
        return _OPPOSITES.get(accepted[0] if accepted else "", ())
    if draft.answer_type in ("place", "room", "thing", "person"):
        return tuple(name for name in rivals_of(known.home, draft.answer_type, ()) if name not in accepted)
    return ()


def _spread(evidence: Sequence[Observed]) -> Sequence[Observed]:
    """At most some of the records, the first and the last among them."""
    if len(evidence) <= _MOST_EVIDENCE:
        return evidence
    return [evidence[number] for number in np.linspace(0, len(evidence) - 1, _MOST_EVIDENCE).round().astype(int).tolist()]


def span_of(question: Question) -> Span | None:
    """From the first to the last of the evidence."""
    if not question.evidence:
        return None
    return Span(min(one.span.start_ns for one in question.evidence), max(one.span.end_ns for one in question.evidence))
