"""Two streams that arrive together but tell different times: noticed, and named with the offset that would put it right."""

from collections import deque

_APART_NS = 30_000_000_000
_STEADY_NS = 2_000_000_000
_PAIRS = 6


class Clocks:
    """Compares the times of streams whose pictures arrive in turn. `notes` says which clocks differ, each pair once."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self._last: tuple[str, int] | None = None
        self._apart: dict[tuple[str, str], deque[int]] = {}

    def arrived(self, stream_id: str, t_ns: int) -> None:
        """A picture of a stream has come."""
        last, self._last = self._last, (stream_id, t_ns)
        if last is None or last[0] == stream_id:
            return
        one, other = sorted(((stream_id, t_ns), last))
        pair = (one[0], other[0])
        apart = self._apart.setdefault(pair, deque(maxlen=_PAIRS))
        apart.append(other[1] - one[1])
        steady = len(apart) == _PAIRS and max(apart) - min(apart) < _STEADY_NS and min(map(abs, apart)) > _APART_NS
        told = f"Streams {pair[0]!r} and {pair[1]!r} arrive in turn"
        if steady and not any(note.startswith(told) for note in self.notes):
            off_ns = sorted(apart)[_PAIRS // 2]
            self.notes.append(
                f"{told}, but their times are {abs(off_ns) / 1e9:.1f} s apart; if one clock is wrong, open the graph with "
                f"clock_offset_ns={{{pair[1]!r}: {-off_ns}}}."
            )
