"""What a pass over a memory may cost, before it starts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from apps.enrich.items import MOST_LINES, SUMMARY_LEVELS, Item
from apps.enrich.periods import Period, lines_of, lines_words, periods, thinned
from mmmem.chat.captioning import MOST_TOKENS as CAPTION_TOKENS
from mmmem.chat.estimate import estimate_text_tokens, estimate_tokens
from mmmem.chat.fact_reading import MOST_TOKENS as FACTS_TOKENS
from mmmem.chat.fact_reading import facts_messages, facts_schema
from mmmem.chat.openai_chat import Prices
from mmmem.chat.structured import with_schema
from mmmem.chat.summarising import MOST_TOKENS as SUMMARY_TOKENS
from mmmem.chat.summarising import summary_messages, summary_schema
from mmmem.memory import Memory
from mmmem.store.enrichments import Task
from mmmem.store.records import StreamRecord
from mmmem.types import Level

TOKENS_READ_PER_S = 1000.0
TOKENS_WRITTEN_PER_S = 50.0
"""Taken for a model whose speed has not been measured: a mid-sized one on a server."""
Stage = tuple[Task, Level]


@dataclass(frozen=True, slots=True)
class Estimate:
    """The most that some calls may take, repairs aside.

    Args:
        calls: by task.
        seconds: at 1,000 tokens read and 50 written a second, one call after the other.
        usd: None where prices are not known.
    """

    calls: Mapping[Task, int]
    tokens_in: int
    tokens_out: int
    usd: float | None

    @property
    def num_calls(self) -> int:
        """Of all tasks."""
        return sum(self.calls.values())

    @property
    def seconds(self) -> float:
        """Time, one call after the other."""
        return self.tokens_in / TOKENS_READ_PER_S + self.tokens_out / TOKENS_WRITTEN_PER_S


class Estimating:
    """Adds up what is to be made, stage by stage: what earlier stages will bring is counted as long as it may become.

    Args:
        todo: the items of a stage of a stream that are to be made.
    """

    def __init__(self, memory: Memory, todo: Callable[[StreamRecord, Stage], Sequence[Item]], *, unfinished: bool) -> None:
        self._memory, self._todo, self._unfinished = memory, todo, unfinished
        self._calls: dict[Task, int] = {}
        self._tokens_in = self._tokens_out = 0

    def of(self, stages: Sequence[Stage], prices: Prices | None) -> Estimate:
        """The sum over all streams."""
        for stream in self._memory.streams():
            self._stream(stream, stages)
        usd = None if prices is None else prices.usd(self._tokens_in, self._tokens_out)
        return Estimate(dict(self._calls), self._tokens_in, self._tokens_out, usd)

    def _stream(self, stream: StreamRecord, stages: Sequence[Stage]) -> None:
        captions: list[int] = []
        below: list[int] = []
        for task, level in stages:
            items = self._todo(stream, (task, level))
            for item in items:
                self._add(item.task, item.tokens_in, item.tokens_out)
            starts = [item.span.start_ns for item in items]
            if task == "caption":
                captions = starts
            elif level == SUMMARY_LEVELS[0]:
                below = starts + self._add_captions(stream, task, starts, captions)
            else:
                below = starts + self._add_above(stream, level, starts, below)

    def _add(self, task: Task, tokens_in: int, tokens_out: int, calls: int = 1) -> None:
        self._calls[task] = self._calls.get(task, 0) + calls
        self._tokens_in += tokens_in
        self._tokens_out += tokens_out

    def _add_captions(self, stream: StreamRecord, task: Task, planned: Sequence[int], captions: Sequence[int]) -> list[int]:
        """Captions to come make further lines, and stretches without words get some; returns where those begin."""
        begun: list[int] = []
        for period in periods(self._memory, stream, SUMMARY_LEVELS[0], unfinished=self._unfinished) if captions else ():
            coming = sum(period.span.contains(t_ns) for t_ns in captions)
            if not coming:
                continue
            most = SUMMARY_TOKENS if task == "summary" else FACTS_TOKENS
            new = period.span.start_ns not in planned
            standing = estimate_lines(self._memory, period) if new else 0
            self._add(task, coming * CAPTION_TOKENS + (frame_tokens(task) + standing if new else 0), most * new, int(new))
            begun += [period.span.start_ns] if new else []
        return begun

    def _add_above(self, stream: StreamRecord, level: Level, planned: Sequence[int], below: Sequence[int]) -> list[int]:
        """Stretches whose parts are yet to be made, each as long as it may become; returns where those begin."""
        begun: list[int] = []
        for period in periods(self._memory, stream, level, unfinished=self._unfinished) if below else ():
            coming = sum(period.span.contains(t_ns) for t_ns in below)
            if not coming or len(period.children) < 2:
                continue
            new = period.span.start_ns not in planned
            most = len(period.children) if new else coming
            self._add("summary", most * SUMMARY_TOKENS + (frame_tokens("summary") if new else 0), SUMMARY_TOKENS * new, int(new))
            begun += [period.span.start_ns] if new else []
        return begun


def estimate_lines(memory: Memory, period: Period) -> int:
    """Tokens of the lines a stretch holds already."""
    lines = thinned(lines_of(memory, period), MOST_LINES)
    return sum(estimate_text_tokens(words) + 2 for words in lines_words(lines, memory.calendar))


def frame_tokens(task: Task) -> int:
    """Tokens of a prompt around its lines."""
    words = ["x"]
    if task == "facts":
        return estimate_tokens(with_schema(facts_messages(words, "a period"), facts_schema(words)))
    return estimate_tokens(with_schema(summary_messages(words, "a period"), summary_schema(words)))
