"""Taking a recorded house into a memory by the way of any recording, and opening the memory to ask."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import streams
from apps.ingest import Ingest, IngestReport, SourceOptions, open_source
from mmmem.clock import NS_PER_S
from mmmem.memory import Memory
from scenegraph.attaching import attach, holds_graph
from streams.house.recording_plan import RecordingPlan


def remember(
    recording: Path, memory: Path, plan: RecordingPlan, *, progress: Callable[[int], object], stop: Callable[[], bool]
) -> IngestReport:
    """Take every picture and word of a recording into a memory; what `mmmem ingest RECORDING --every all` does.

    Args:
        progress: told how many pictures and words there are now.
    """
    options = SourceOptions(wearer=plan.worn_by)
    with (
        open_source([str(recording)], streams.all_frames(), options) as stream,
        Memory.open(memory, mode="w", create=True, calendar=stream.info.calendar) as opened,
    ):
        ingest = Ingest(opened, stream, period_ns=round(NS_PER_S / plan.hz))
        return ingest.run(lambda seen: progress(seen.num_items), stop)


@contextmanager
def asking(memory: Path) -> Iterator[Memory]:
    """The memory, open for questions."""
    with Memory.open(memory) as opened:
        if holds_graph(opened):
            attach(opened)
        yield opened
