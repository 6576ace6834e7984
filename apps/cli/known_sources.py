"""What `mmmem ingest` says of a source that the memory knows already."""

from collections.abc import Sequence
from pathlib import Path

from apps.cli.output import tell
from apps.cli.running import Invocation
from apps.ingest.identity import known_recording
from apps.ingest.sources import source_uri
from mmmem.clock import format_duration
from mmmem.errors import MemoryNotFoundError
from mmmem.memory import Memory
from streams import Stream

_AGAIN = "--again"


def known_twin(memory: Path, names: Sequence[str], stream: str | None) -> str | None:
    """The stream that was read from the same place or the same bytes under another address; None where there is none.

    With a name of its own (`stream`) a recording is taken in a second time.
    """
    try:
        with Memory.open(memory) as opened:
            records = opened.streams()
    except MemoryNotFoundError:
        return None
    uri = source_uri(names)
    if any(record.uri == uri for record in records):
        return None
    twin = known_recording(records, uri)
    if twin is None or stream not in (None, twin.stream_id):
        return None
    tell(
        f"note: {uri} is the recording that {twin.stream_id!r} was read from at {twin.uri}, so it goes on there; give it a name "
        "of its own with --stream to take it in a second time"
    )
    return twin.stream_id


def tell_missing(lacking: Sequence[str], stream: Stream, invocation: Invocation | None) -> None:
    """Say what was asked for and is not read, because what it is about was read before; and what gets it at which cost."""
    if not lacking:
        return
    again = f"{invocation.command_line()} {_AGAIN}" if invocation else _AGAIN
    duration_ns = stream.duration_ns
    cost = "reads all of it again" if duration_ns is None else f"reads all {format_duration(duration_ns)} of it again"
    if stream.num_items_estimate:
        cost += f", about {stream.num_items_estimate} frames and lines"
    tell(f"note: the memory lacks {', and '.join(lacking)}: that part was read before. To add it: {again} ({cost})")
