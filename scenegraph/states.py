"""States of things (open, on, full) as intervals, from what detections say of them; one look that differs changes nothing."""

from collections.abc import Iterator, Mapping

from mmmem.clock import NS_PER_S, Span
from scenegraph.nodes import Node

STATE_NAMES = frozenset(
    (
        "door",
        "power",
        "fill",
        "state",
        "lid",
        "light",
        "locked",
        "clean",
        "cleanliness",
        "broken",
        "posture",
        "pages",
        "seal",
        "flame",
        "doing",
    )
)
_EXTEND_NS = 60 * NS_PER_S


def is_state(name: str) -> bool:
    """Whether an attribute is one that changes (a door) rather than one that stays (a colour)."""
    return name in STATE_NAMES or name.startswith(("door", "drawer", "power", "state"))


class States:
    """Turns what single pictures say into changes of state.

    Args:
        num_frames: sightings in a row that must agree on a new value.
    """

    def __init__(self, num_frames: int) -> None:
        self._num_frames = num_frames
        self._runs: dict[tuple[str, str], tuple[str, int, int]] = {}
        self._last_ns: dict[tuple[str, str], int] = {}

    def see(self, node: Node, attributes: Mapping[str, str], t_ns: int) -> Iterator[tuple[str, str, Span, int | None]]:
        """States to write: name, value, the span of the looks that agree, and when the value before was last seen."""
        for name, value in attributes.items():
            if not is_state(name):
                continue
            known, key = node.state(name), (node.id, name)
            if known is not None and known.value == value:
                self._runs.pop(key, None)
                self._last_ns[key] = t_ns
                if t_ns - known.last_seen_ns >= _EXTEND_NS:
                    yield name, value, _span(t_ns, t_ns), None
                continue
            run_value, first_ns, count = self._runs.get(key, (value, t_ns, 0))
            run = (value, first_ns, count + 1) if run_value == value else (value, t_ns, 1)
            self._runs[key] = run
            if run[2] >= self._num_frames:
                del self._runs[key]
                after_ns = None if known is None else max(known.last_seen_ns, self._last_ns.get(key, 0))
                yield name, value, _span(run[1], t_ns), after_ns


def _span(start_ns: int, last_ns: int) -> Span:
    return Span(start_ns, last_ns + 1)
