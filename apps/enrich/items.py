"""What there is to make: one item is one answer of a model, and one transaction."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from apps.enrich.periods import Period, lines_of, lines_words, periods, thinned
from mmmem.banks.semantic import Claim
from mmmem.chat.budget import Budget
from mmmem.chat.captioning import MOST_TOKENS as CAPTION_TOKENS
from mmmem.chat.captioning import PROMPT as CAPTION
from mmmem.chat.captioning import Caption, caption_messages, caption_picture
from mmmem.chat.estimate import estimate_tokens
from mmmem.chat.fact_reading import MOST_TOKENS as FACTS_TOKENS
from mmmem.chat.fact_reading import facts_messages, facts_schema, read_facts
from mmmem.chat.messages import ChatModel, Completion
from mmmem.chat.prompting import prompt
from mmmem.chat.structured import with_schema
from mmmem.chat.summarising import MOST_TOKENS as SUMMARY_TOKENS
from mmmem.chat.summarising import summarise, summary_messages, summary_schema
from mmmem.clock import Span
from mmmem.errors import ModelError
from mmmem.memory import Memory
from mmmem.store.enrichments import Enrichment, Part, Task
from mmmem.store.records import StoredFrame, StoredText, StreamRecord
from mmmem.types import Level, TimedText

ALL_TASKS: tuple[Task, ...] = ("caption", "summary", "facts")
MOST_LINES = 300
"""Lines shown at once; of more, every so many-th is shown, and the report says how many were not."""
SUMMARY_LEVELS: tuple[Level, ...] = ("minutes", "hour", "day")


@dataclass(frozen=True, slots=True)
class Asking:
    """Whom to ask, and what that may cost."""

    chat: ChatModel
    budget: Budget | None


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to make.

    Args:
        digest: of the contents it is made of.
        prompt: name and version.
        tokens_in, tokens_out: the most it may take without a repair.
        not_shown: lines that do not fit.
        make: asks the model and stores what it said.
    """

    task: Task
    level: Level
    span: Span
    digest: str
    prompt: str
    tokens_in: int
    tokens_out: int
    not_shown: int
    make: Callable[[Asking], Completion]


def captions(memory: Memory, stream: StreamRecord) -> Iterator[Item]:
    """One item for every kept picture; of several looks that begin together, for the first."""
    tokens_in, begun, label = 0, set[int](), prompt(CAPTION).label
    for frame in memory.frames(stream=stream.stream_id, keyframes=True):
        if frame.span.start_ns in begun:
            continue
        begun.add(frame.span.start_ns)
        tokens_in = tokens_in or _caption_tokens(memory, frame)  # the pictures of a stream are of one size
        digest = _digest([frame.ref.index, frame.ref.t_ns])
        make = partial(_make_caption, memory, frame, digest)
        yield Item("caption", "clip", frame.span, digest, label, tokens_in, CAPTION_TOKENS, 0, make)


def _caption_tokens(memory: Memory, frame: StoredFrame) -> int:
    jpeg = memory.keyframe(frame.ref)
    if jpeg is None:
        return 0
    return estimate_tokens(with_schema(caption_messages(jpeg, frame.ref.t_ns, memory.calendar), Caption))


def _make_caption(memory: Memory, frame: StoredFrame, digest: str, asking: Asking) -> Completion:
    jpeg = memory.keyframe(frame.ref)
    if jpeg is None:
        raise ModelError(f"The picture at {memory.calendar.format(frame.ref.t_ns)} is gone.")
    name = asking.chat.name
    said = caption_picture(asking.chat, jpeg, frame.ref.t_ns, calendar=memory.calendar, budget=asking.budget)
    made = Enrichment(
        "caption", frame.ref.stream_id, "clip", frame.span, frame.span.end_ns, said.text, name, said.prompt, digest,
        (Part("frame", frame.id),),
    )  # fmt: skip
    memory.enrich(made, caption=TimedText(frame.span, said.text, "caption", source=f"{name} {said.prompt}"))
    return said.completion


def facts(memory: Memory, stream: StreamRecord, *, unfinished: bool) -> Iterator[Item]:
    """One item for every few minutes with words."""
    for period in periods(memory, stream, "minutes", unfinished=unfinished):
        every = lines_of(memory, period)
        if not every:
            continue
        lines = thinned(every, MOST_LINES)
        words = lines_words(lines, memory.calendar)
        asked = with_schema(facts_messages(words, memory.calendar.format_span(period.span)), facts_schema(words))
        digest = _digest(words)
        make = partial(_make_facts, memory, period, lines, digest)
        sizes = (estimate_tokens(asked), FACTS_TOKENS, len(every) - len(lines))
        yield Item("facts", "minutes", period.span, digest, asked[0].prompt, *sizes, make)


def _make_facts(memory: Memory, period: Period, lines: Sequence[StoredText], digest: str, asking: Asking) -> Completion:
    words = lines_words(lines, memory.calendar)
    said = read_facts(asking.chat, words, period=memory.calendar.format_span(period.span), budget=asking.budget)
    claims = [(lines[f.line].id, Claim(f.subject, f.predicate, f.object, f.functional, f.ends)) for f in said.facts]
    named = {f.line for f in said.facts}
    made = Enrichment(
        "facts", period.stream_id, period.level, period.span, period.over_ns, "", asking.chat.name, said.prompt, digest,
        tuple(Part("text", line.id, place in named) for place, line in enumerate(lines)),
    )  # fmt: skip
    memory.enrich(made, claims=claims)
    return said.completion


def summaries(memory: Memory, stream: StreamRecord, level: Level, *, unfinished: bool) -> Iterator[Item]:
    """One item for every stretch of `level` with at least two things in it: lines, or summaries of lower levels."""
    for period in periods(memory, stream, level, unfinished=unfinished):
        shown, not_shown = _of_lines(memory, period) if level == SUMMARY_LEVELS[0] else (_of_summaries(memory, period), 0)
        if len(shown) < 2:
            continue
        words = [line for _, line in shown]
        asked = with_schema(summary_messages(words, memory.calendar.format_span(period.span)), summary_schema(words))
        digest = _digest(words)
        make = partial(_make_summary, memory, period, shown, digest)
        sizes = (estimate_tokens(asked), SUMMARY_TOKENS, not_shown)
        yield Item("summary", level, period.span, digest, asked[0].prompt, *sizes, make)


Shown = Sequence[tuple[Part, str]]


def _of_lines(memory: Memory, period: Period) -> tuple[Shown, int]:
    every = lines_of(memory, period)
    lines = thinned(every, MOST_LINES)
    words = lines_words(lines, memory.calendar)
    shown = [(Part("text", line.id), word) for line, word in zip(lines, words, strict=True)]
    return shown, len(every) - len(lines)


def _of_summaries(memory: Memory, period: Period) -> Shown:
    """The summaries inside a period: of the level below, and of lower levels where that has none."""
    found: list[Enrichment] = []
    for below in reversed(SUMMARY_LEVELS[: SUMMARY_LEVELS.index(period.level)]):
        made = memory.enrichments("summary", below, stream=period.stream_id, window=period.span, as_of_ns=period.over_ns)
        inside = [one for one in made if period.span.contains(one.span.start_ns)]
        found += [one for one in inside if not any(above.span.contains(one.span.start_ns) for above in found)]
    found.sort(key=lambda one: one.span)
    return [(Part("enrichment", one.id), f"{memory.calendar.format_span(one.span)} | {one.text}") for one in found]


def _make_summary(memory: Memory, period: Period, shown: Shown, digest: str, asking: Asking) -> Completion:
    words = [line for _, line in shown]
    said = summarise(asking.chat, words, period=memory.calendar.format_span(period.span), budget=asking.budget)
    named = {place for places in said.lines for place in places}
    made = Enrichment(
        "summary", period.stream_id, period.level, period.span, period.over_ns, said.text, asking.chat.name, said.prompt, digest,
        tuple(replace(part, cited=place in named) for place, (part, _) in enumerate(shown)),
    )  # fmt: skip
    memory.enrich(made)
    return said.completion


def _digest(content: object) -> str:
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:32]
