"""Find similar: evidence that looks like a picture."""

from pathlib import Path

from mmmem.clock import Span
from mmmem.errors import SourceError
from mmmem.memory import Memory
from mmmem.types import Evidence
from streams.images import read_image
from streams.places import existing


def like_picture(
    memory: Memory, image: Path, *, asked_at_ns: int | None, window: Span | None, stream: str | None, k: int
) -> list[Evidence]:
    """The kept pictures that look most like the one in a file, best first.

    Raises:
        SourceError: the file is no picture, or the memory has no pictures to compare with.
    """
    path = existing(str(image))
    if path.is_dir():
        raise SourceError(f"{str(path)!r} is a directory; --image takes one picture.")
    picture = read_image(path)
    if not memory.frames(keyframes=True):
        raise SourceError(f"The memory in {memory.path} keeps no pictures to compare with; ingest a video or pictures first.")
    return memory.like(picture, asked_at=asked_at_ns, window=window, stream=stream, k=k)
