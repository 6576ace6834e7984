"""One pass of a language model over a memory: each answer is kept as it comes, so it can stop and go on anywhere."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from apps.enrich.estimating import Estimate, Estimating, Stage
from apps.enrich.items import ALL_TASKS, SUMMARY_LEVELS, Asking, Item, captions, facts, summaries
from mmmem.chat.budget import Budget, BudgetError, Spent
from mmmem.chat.messages import ChatModel
from mmmem.chat.openai_chat import Prices
from mmmem.chat.structured import shortened
from mmmem.errors import ModelError
from mmmem.memory import Memory
from mmmem.store.enrichments import Enrichment, Task
from mmmem.store.records import StreamRecord
from mmmem.suggest import known_name

FAILURES_IN_A_ROW = 5
"""So many failures one after another mean that the model is gone, and not that one answer was bad."""
_REASON_CHARS = 160


@dataclass(frozen=True, slots=True)
class EnrichProgress:
    """How far a pass is, after an item.

    Args:
        done: items tried in this stage, `num` of them all.
        elapsed_s: since the stage began.
    """

    task: Task
    level: str
    done: int
    num: int
    elapsed_s: float
    tokens: int


@dataclass(slots=True)
class EnrichReport:
    """What one pass did.

    Args:
        made: items kept, by task.
        kept_already: items that were there and still stand.
        replaced: enrichments removed because what they were made of has changed, or was to be made again.
        left_out: items for which no usable answer came, by task; they are tried again by the next pass.
        reasons: why, shortened, and how often.
        not_shown: lines left out of prompts because a stretch held too many.
        stopped: why it ended early, in words; empty if it did not.
        interrupted, failed: it ended early because it was asked to, or because the model is gone.
        notes: what was not tried at all, in words.
    """

    made: Counter[Task] = field(default_factory=Counter)
    kept_already: int = 0
    replaced: int = 0
    left_out: Counter[Task] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    not_shown: int = 0
    stopped: str = ""
    interrupted: bool = False
    failed: bool = False
    notes: list[str] = field(default_factory=list)
    spent: Spent = field(default_factory=Spent)
    cached: int = 0
    wall_s: float = 0.0


ShowProgress = Callable[[EnrichProgress], object]
ShouldStop = Callable[[], bool]


class Enrich:
    """Takes a model over one memory that is open for writing.

    Args:
        tasks: `caption`, `summary`, `facts`; all by default.
        again: make anew what another model or an older prompt made.
        unfinished: also the last stretch of a stream that may go on; it is made anew once it has grown.

    Raises:
        UnknownNameError: an unknown task.
    """

    def __init__(
        self,
        memory: Memory,
        chat: ChatModel,
        *,
        tasks: Sequence[str] = ALL_TASKS,
        budget: Budget | None = None,
        prices: Prices | None = None,
        again: bool = False,
        unfinished: bool = False,
    ) -> None:
        self._memory, self._chat = memory, chat
        self._budget = budget or Budget()
        self._prices, self._again, self._unfinished = prices, again, unfinished
        wanted = {known_name(task, ALL_TASKS, "task") for task in tasks}
        self._report = EnrichReport()
        if "caption" in wanted and getattr(chat, "takes_pictures", True) is False:
            wanted.discard("caption")
            self._report.notes.append(f"no captions: {chat.name} reads words only")
        self._stages = [stage for stage in _stages() if stage[0] in wanted]
        self._failures = 0

    def estimate(self) -> Estimate:
        """What the pass may cost at most, repairs aside; asks nothing."""
        return Estimating(self._memory, self._todo, unfinished=self._unfinished).of(self._stages, self._prices)

    def run(self, progress: ShowProgress | None = None, stop: ShouldStop = lambda: False) -> EnrichReport:
        """Make what is missing, until all is made, the budget is spent, the model fails for good or `stop` says so.

        Raises:
            StorageError: the disk is full or failing; what was made before is kept.
        """
        started_s = time.monotonic()
        for stage in self._stages:
            if not self._report.stopped:
                self._run_stage(stage, progress, stop)
        self._report.spent = self._budget.spent
        self._report.wall_s = time.monotonic() - started_s
        return self._report

    def _run_stage(self, stage: Stage, progress: ShowProgress | None, stop: ShouldStop) -> None:
        todo = [item for stream in self._memory.streams() for item in self._prepared(stream, stage)]
        begun_s = time.monotonic()
        for done, item in enumerate(todo, 1):
            if stop():
                self._report.stopped, self._report.interrupted = "it was interrupted.", True
            if self._report.stopped:
                return
            self._try(item)
            if progress is not None:
                elapsed_s = time.monotonic() - begun_s
                progress(EnrichProgress(*stage, done, len(todo), elapsed_s, self._budget.spent.tokens))

    def _try(self, item: Item) -> None:
        try:
            completion = item.make(Asking(self._chat, self._budget))
        except BudgetError as error:
            self._report.stopped = f"the budget is spent: {error}"
        except ModelError as error:
            self._failures += 1
            self._report.left_out[item.task] += 1
            self._report.reasons[shortened(str(error), _REASON_CHARS)] += 1
            if self._failures == FAILURES_IN_A_ROW:
                self._report.failed = True
                self._report.stopped = f"{self._failures} items failed one after another, the last because: {error}"
        else:
            self._failures = 0
            self._report.made[item.task] += 1
            self._report.not_shown += item.not_shown
            self._report.cached += completion.cached

    def _prepared(self, stream: StreamRecord, stage: Stage) -> list[Item]:
        """What is to be made, after what no longer stands was removed."""
        stored = self._stored(stream, stage)
        todo, stale = [], []
        for item in self._planned(stream, stage):
            there = stored.get(item.span.start_ns)
            if there is None or not self._stands(there, item):
                todo.append(item)
                stale += [] if there is None else [there.id]
            else:
                self._report.kept_already += 1
        if stale:
            self._report.replaced += self._memory.drop_enrichments(stale)
        return todo

    def _todo(self, stream: StreamRecord, stage: Stage) -> list[Item]:
        stored = self._stored(stream, stage)
        planned = self._planned(stream, stage)
        return [i for i in planned if i.span.start_ns not in stored or not self._stands(stored[i.span.start_ns], i)]

    def _stored(self, stream: StreamRecord, stage: Stage) -> dict[int, Enrichment]:
        return {one.span.start_ns: one for one in self._memory.enrichments(*stage, stream=stream.stream_id)}

    def _stands(self, there: Enrichment, item: Item) -> bool:
        same_maker = there.model == self._chat.name and there.prompt == item.prompt
        return there.digest == item.digest and (same_maker or not self._again)

    def _planned(self, stream: StreamRecord, stage: Stage) -> Iterator[Item]:
        task, level = stage
        if task == "caption":
            return captions(self._memory, stream)
        if task == "facts":
            return facts(self._memory, stream, unfinished=self._unfinished)
        return summaries(self._memory, stream, level, unfinished=self._unfinished)


def _stages() -> list[Stage]:
    """Captions become lines, lines summaries, summaries longer ones."""
    return [("caption", "clip"), *(("summary", level) for level in SUMMARY_LEVELS), ("facts", "minutes")]
