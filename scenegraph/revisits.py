"""Where a camera without depth or pose was: places by what they look like, and each visit to them, as rows of the log."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mmmem.clock import Span
from mmmem.types import Assertion
from scenegraph.places import Place, Places
from scenegraph.world import World

LIKE: Mapping[str, float] = {"image:classical-1": 0.7}
"""By encoder, the cosine from which two pictures are of one place; others are not asked."""


@dataclass(slots=True)
class _Stream:
    places: Places
    here: Place | None = None
    told_ns: int = -1
    known: set[str] = field(default_factory=set)


class Revisits:
    """Recognises places of each stream by its pictures; a place that two streams see is two places.

    Args:
        write: puts an assertion into the log and the world.
    """

    def __init__(self, world: World, write: Callable[[Assertion], None], source: str) -> None:
        self._world, self._write, self._source = world, write, source
        self._streams: dict[str, _Stream] = defaultdict(lambda: _Stream(Places(new_id=lambda: world.new_id("place"))))
        for place in world.visited.values():
            self._know_again(place.stream_id, place.id, place.first, place.visits)

    def look(self, stream_id: str, t_ns: int, vectors: Mapping[str, NDArray[np.float32]]) -> None:
        """Take in a picture by its vectors."""
        space = next((space for space in vectors if space in LIKE), None)
        if space is None:
            return
        stream = self._streams[stream_id]
        place = stream.places.see(t_ns, vectors[space])
        if place is stream.here and place.visits[-1][0] != t_ns:
            return
        self._leave(stream_id, stream)
        stream.here = place
        self._tell(stream_id, stream, place, new=len(place.visits) == 1 and place.visits[0][0] == t_ns)

    def flush(self) -> None:
        """Write how long the present visits have lasted."""
        for stream_id, stream in self._streams.items():
            self._leave(stream_id, stream)

    def _leave(self, stream_id: str, stream: _Stream) -> None:
        here = stream.here
        if here is not None and stream.told_ns < max(visit[1] for visit in here.visits):
            self._tell(stream_id, stream, here, new=False)

    def _tell(self, stream_id: str, stream: _Stream, place: Place, *, new: bool) -> None:
        # Told when the next visit has begun, it is the one before that has lasted.
        start_ns, last_ns = place.visits[-1]
        value = {"stream": stream_id}
        vector = place.first if new else None
        self._write(Assertion("visited", place.id, Span(start_ns, last_ns + 1), "", value, source=self._source, vector=vector))
        stream.told_ns = last_ns

    def _know_again(self, stream_id: str, id: str, first: NDArray[np.float32], visits: list[list[int]]) -> None:
        stream = self._streams[stream_id]
        stream.places.places.append(Place(id, first, [list(visit) for visit in visits]))
