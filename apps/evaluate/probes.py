"""Questions about what a memory stored, made of the memory itself: what came first, where it came from, when it was.

After the probes of M3Eval and SORT: order, source and interference, retention. The truth is the store's (time, stream, speaker,
kind of a line) and is kept apart from the question as in every data set here; a question quotes the beginning of a line.

A line can be asked about if it can be told from all others: what is quoted holds at least three different content words, and
no other line holds more than 60 % of them, weighted by rarity. A rival is a line from elsewhere (another stream, day, speaker
or kind) that holds 30 % or more: what interferes.
"""

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from apps.evaluate.cases import AskedQuestion, Case, Dataset, Mark, Prediction, Recording, Scored
from mmmem.errors import InvalidInputError
from mmmem.text.terms import terms

if TYPE_CHECKING:
    from mmmem.agent.view import View
    from mmmem.clock import Calendar
    from mmmem.memory import Memory
    from mmmem.store.records import StoredText
    from mmmem.types import Answer

LEAST_WORDS = 3
MOST_SHARED = 0.6
RIVAL_FROM = 0.3
MOST_QUOTED = 12
"""Words of a line that are quoted."""
EVENTS_PER_PROBE = 8
"""How many events are drawn for each probe of a kind, so that rivals and both halves of a choice can be found."""
RIGHT, BESIDE_RIVAL = "right", "right beside a rival"
CHANCE = "one of the two events, streams, days, speakers or kinds there are; for a time, one of the lines"
SAID = {"speech": "said", "caption": "seen"}
_END = " \t\n.,;:!?-"


@dataclass(frozen=True, slots=True)
class Event:
    """A line that can be told from all others.

    Args:
        quote: how it begins; no quotation mark is in it.
        place: its position among all lines in order of time, from 0 to 1.
        rival: the line that comes nearest in words, if it shares enough.
    """

    stored: "StoredText"
    quote: str
    place: float
    rival: "StoredText | None"

    @property
    def start_ns(self) -> int:
        """When it began."""
        return self.stored.text.span.start_ns


@dataclass(frozen=True, slots=True)
class Truth:
    """What the store says, what chance would get, and whether a line from elsewhere interferes.

    Args:
        value: what the answer's value must be; a time is right inside `span_ns`.
    """

    value: str | None
    chance: float
    span_ns: tuple[int, int] | None = None
    rivalled: bool = False


@dataclass(frozen=True, slots=True)
class Drawn:
    """Events of a memory, and how many lines were left out for what reason."""

    events: tuple[Event, ...]
    num_lines: int
    num_looked_at: int
    left_out: Mapping[str, int]


def draw(memory: "Memory", num_events: int, rng: random.Random) -> Drawn:
    """Lines that can be told from all others, in random order, until there are enough."""
    view = memory.recall.view(memory.end_ns())
    order = np.argsort(view.lines.start_ns, kind="stable")
    place = np.empty(len(order))
    place[order] = np.arange(len(order)) / max(len(order), 1)
    shuffled = rng.sample(range(len(order)), len(order))
    events: list[Event] = []
    left_out = {"say too little": 0, "are too like another line": 0, "hold a quotation mark": 0}
    looked_at = 0
    for line in shuffled:
        if len(events) == num_events:
            break
        looked_at += 1
        (stored,) = memory.texts([int(view.lines.id[line])])
        quote = _quote(stored.text.text)
        words = set(terms(quote))
        if '"' in stored.text.text:
            left_out["hold a quotation mark"] += 1
        elif len(words) < LEAST_WORDS:
            left_out["say too little"] += 1
        else:
            other, shared = nearest(view, line, words)
            if shared > MOST_SHARED:
                left_out["are too like another line"] += 1
                continue
            rival = memory.texts([int(view.lines.id[other])])[0] if shared >= RIVAL_FROM else None
            events.append(Event(stored, quote, float(place[line]), rival))
    return Drawn(tuple(events), len(order), looked_at, {reason: num for reason, num in left_out.items() if num})


def _quote(text: str) -> str:
    return " ".join(text.split()[:MOST_QUOTED]).strip(_END)


def nearest(view: "View", line: int, words: set[str]) -> tuple[int, float]:
    """The other line that holds most of some words, and the share it holds, weighted by rarity."""
    held = np.zeros(len(view.lines))
    total = 0.0
    for word in sorted(words):
        weight = max(view.line_bm25.idf(word), 1e-9)
        held[view.postings(word)[0]] += weight
        total += weight
    held[line] = 0.0
    other = int(np.argmax(held))
    return other, float(held[other]) / total


Probe = tuple[str, Truth]
"""The words of a question, and what is right."""


def order_probes(events: Sequence[Event]) -> Iterator[Probe]:
    """Which of two events came first or last, or whether one came before the other; every other pair is close in time."""
    far = list(zip(events[::2], events[1::2], strict=False))
    by_time = sorted(events, key=lambda event: event.start_ns)
    near = list(zip(by_time[::2], by_time[1::2], strict=False))
    for number, pair in enumerate(pair for both in zip(far, near, strict=False) for pair in both):
        one, other = pair if number % 4 < 2 else pair[::-1]
        if one.start_ns == other.start_ns:
            continue
        first, last = (one, other) if one.start_ns < other.start_ns else (other, one)
        form = number % 3
        if form == 0:
            yield f'Which came first: "{one.quote}" or "{other.quote}"?', Truth(first.quote, 0.5)
        elif form == 1:
            yield f'Which came last, "{one.quote}" or "{other.quote}"?', Truth(last.quote, 0.5)
        else:
            yield f'Did "{one.quote}" come before or after "{other.quote}"?', Truth("before" if first is one else "after", 0.5)


def stream_probes(events: Sequence[Event], streams: Sequence[str]) -> Iterator[Probe]:
    """Which stream a line is from; none where there is one stream."""
    for event in events if len(streams) > 1 else ():
        mine = event.stored.stream_id
        rivalled = event.rival is not None and event.rival.stream_id != mine
        how = SAID.get(event.stored.text.kind, "noted")
        yield f'In which stream was "{event.quote}" {how}?', Truth(mine, 1 / len(streams), rivalled=rivalled)


def day_probes(events: Sequence[Event], calendar: "Calendar") -> Iterator[Probe]:
    """On which day it was; none where everything was on one day."""
    days = {calendar.day_of(event.start_ns) for event in events}
    for event in events if len(days) > 1 else ():
        day = calendar.day_of(event.start_ns)
        span = calendar.day_span(day)
        rivalled = event.rival is not None and calendar.day_of(event.rival.text.span.start_ns) != day
        form = (
            f'On which day was "{event.quote}" said?' if _is_speech(event) else f'On which day did this happen: "{event.quote}"?'
        )
        yield form, Truth(None, 1 / len(days), (span.start_ns, span.end_ns - 1), rivalled)


def speaker_probes(events: Sequence[Event]) -> Iterator[Probe]:
    """Who said it; none where fewer than two speakers are known."""
    speakers = {event.stored.text.speaker for event in events if event.stored.text.speaker}
    for event in events if len(speakers) > 1 else ():
        speaker = event.stored.text.speaker
        if speaker and _is_speech(event):
            rivalled = event.rival is not None and event.rival.text.speaker != speaker
            yield f'Who said "{event.quote}"?', Truth(speaker, 1 / len(speakers), rivalled=rivalled)


def channel_probes(events: Sequence[Event]) -> Iterator[Probe]:
    """Whether it was said or seen, as many of the one as of the other; none where only one of them is stored."""
    by_kind = [[event for event in events if event.stored.text.kind == kind] for kind in SAID]
    for pair in zip(*by_kind, strict=False):
        for event in pair:
            kind = event.stored.text.kind
            rivalled = event.rival is not None and event.rival.text.kind != kind
            yield f'Was this said or seen: "{event.quote}"?', Truth(SAID[kind], 0.5, rivalled=rivalled)


def time_probes(events: Sequence[Event], num_lines: int) -> Iterator[Probe]:
    """When it was, to the span of the line."""
    for event in events:
        span = event.stored.text.span
        form = f'When was "{event.quote}" said?' if _is_speech(event) else f'When did this happen: "{event.quote}"?'
        yield form, Truth(None, 1 / num_lines, (span.start_ns, span.end_ns))


def _is_speech(event: Event) -> bool:
    return event.stored.text.kind == "speech"


def probes(memory: "Memory", *, num: int, seed: int, reported: bool = False) -> Dataset[Truth]:
    """At most `num` questions of each kind about a memory, with the truth apart; `reported` for those without quotation marks.

    Raises:
        InvalidInputError: the memory holds no line that can be told from all others.
    """
    rng = random.Random(seed)
    drawn = draw(memory, num * EVENTS_PER_PROBE, rng)
    if not drawn.events:
        raise InvalidInputError(f"{str(memory.path)!r} holds {drawn.num_lines} lines, none of which can be told from the others.")
    kinds = _kinds(memory, drawn)
    key = memory.path.name
    asked_at_ns = memory.end_ns()
    words = told if reported else str
    cases = [
        Case(
            AskedQuestion(f"{kind} {number}", words(text), asked_at_ns, key, type=kind),
            partial(_same, truth),
        )
        for kind, found in kinds.items()
        for number, (text, truth) in enumerate(_chosen(found, num))
    ]
    recording = Recording(key, memory.calendar, {})
    return Dataset("probes", (recording,), tuple(cases), (), score, (RIGHT, BESIDE_RIVAL), CHANCE, notes=_notes(drawn, kinds))


def _kinds(memory: "Memory", drawn: Drawn) -> dict[str, list[Probe]]:
    events = drawn.events
    streams = [record.stream_id for record in memory.streams()]
    return {
        "order": list(order_probes(events)),
        "which stream": list(stream_probes(events, streams)),
        "which day": list(day_probes(events, memory.calendar)),
        "who said it": list(speaker_probes(events)),
        "said or seen": list(channel_probes(events)),
        "retention, old": list(time_probes([one for one in events if one.place < 1 / 3], drawn.num_lines)),
        "retention, recent": list(time_probes([one for one in events if one.place >= 2 / 3], drawn.num_lines)),
    }


def _chosen(found: Sequence[Probe], num: int) -> list[Probe]:
    """At most `num`, half of them with a rival as far as there are any, in the order they were drawn."""
    rivalled = [probe for probe in found if probe[1].rivalled][: num // 2]
    rest = [probe for probe in found if probe not in rivalled][: num - len(rivalled)]
    chosen = {id(probe) for probe in (*rivalled, *rest)}
    return [probe for probe in found if id(probe) in chosen]


TOLD = (
    (r'^Which came (first:|last,) "(.+)" or "(.+)"\?$', r"Which came \1 that \2 or that \3?"),
    (r'^In which stream was "(.+)" (\w+)\?$', r"In which stream was it \2 that \1?"),
    (r'^On which day was "(.+)" said\?$', r"On which day was it said that \1?"),
    (r'^On which day did this happen: "(.+)"\?$', r"On which day did it happen that \1?"),
    (r'^Who said "(.+)"\?$', r"Who said that \1?"),
    (r'^Was this said or seen: "(.+)"\?$', r"Was it said or seen that \1?"),
    (r'^When was "(.+)" said\?$', r"When was it said that \1?"),
    (r'^When did this happen: "(.+)"\?$', r"When did it happen that \1?"),
)
"""The same questions without quotation marks, as somebody reports what was said; `before or after` stays quoted."""


def told(text: str) -> str:
    """A question of this module in reported speech."""
    for quoted, reported in TOLD:
        if re.match(quoted, text):
            return re.sub(quoted, reported, text)
    return text


def _same(truth: Truth) -> Truth:
    return truth


def _notes(drawn: Drawn, kinds: Mapping[str, Sequence[Probe]]) -> tuple[str, ...]:
    reasons = "; ".join(f"{num} {reason}" for reason, num in drawn.left_out.items()) or "none left out"
    looked_at = f"{len(drawn.events)} events drawn from {drawn.num_looked_at} of {drawn.num_lines} lines: {reasons}"
    without = [kind for kind, found in kinds.items() if not found]
    return (looked_at, *([f"nothing to ask in this memory: {', '.join(without)}"] if without else []))


def score(prediction: Prediction, truth: Truth) -> Scored:
    """Whether the answer's value is what the store says; an abstention is wrong."""
    right = prediction.answer is not None and not prediction.answer.abstained and is_right(prediction.answer, truth)
    marks = {RIGHT: Mark(right, truth.chance)}
    if truth.rivalled:
        marks[BESIDE_RIVAL] = Mark(right, truth.chance)
    abstained = {"questions that were not answered": 1} if prediction.answer is None or prediction.answer.abstained else {}
    return Scored(marks, abstained, right)


def is_right(answer: "Answer", truth: Truth) -> bool:
    """Whether an answer's value says what is true."""
    if truth.span_ns is not None:
        value = answer.value
        return isinstance(value, int) and not isinstance(value, bool) and truth.span_ns[0] <= value <= truth.span_ns[1]
    return _plain(str(answer.value)) == _plain(truth.value or "")


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().casefold()
