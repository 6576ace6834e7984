"""What changed about a thing: where it was seen, whether it was seen at all, and the states it was in."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from mmmem.types import FrameRef
from scenegraph.answers import Change, StateWas
from scenegraph.nodes import Node, StateSpan, Stay
from scenegraph.spots import Spot

_SAME_M = 0.5
"""What stands on nothing known has not moved by less."""


def moves_of(spots: Sequence[Spot], name: str) -> list[Change]:
    """When a thing was seen elsewhere than before, and when it was last found gone, by its spots in order of time."""
    found = []
    for before, after in pairwise(spots):
        if _far(before, after):
            known_ns = before.last_seen_ns
            by_ns = after.start_ns if before.missing_ns is None else min(before.missing_ns, after.start_ns)
            frames = (*before.frames[-1:], *before.missing_frames[:1], *after.frames[:1])
            found.append(Change("moved", after.id, name, known_ns, by_ns, before.place, after.place, frames, after.confidence))
    last = spots[-1] if spots else None
    if last is not None and last.missing_ns is not None:
        frames = (*last.frames[-1:], *last.missing_frames)
        found.append(Change("gone", last.id, name, last.last_seen_ns, last.missing_ns, last.place, "", frames, 0.9))
    return found


def appearance(spot: Spot, name: str) -> Change:
    """A thing was seen for the first time."""
    return Change("appeared", spot.id, name, spot.after_ns, spot.start_ns, "", spot.place, spot.frames, 0.7)


def state_changes(node: Node, name: str) -> list[Change]:
    """When a state of a node was seen to differ from before."""
    by_name: dict[str, list[StateSpan]] = defaultdict(list)
    for state in node.states:
        by_name[state.name].append(state)
    return [
        Change("state", node.id, name, one.last_seen_ns, other.start_ns, one.value, other.value, (), other.confidence, key)
        for key, states in by_name.items()
        for one, other in pairwise(states)
        if one.value != other.value
    ]


def states_of(node: Node, name: str, at_ns: int) -> list[StateWas]:
    """The states of a node, which is called `name`, at an instant."""
    names = dict.fromkeys(state.name for state in node.states)
    known = [state for one in names if (state := node.state(one, at_ns)) is not None]
    return [
        StateWas(
            node.id, name, one.name, one.value, one.start_ns, one.after_ns,
            min(max(one.last_seen_ns, _state_seen(node, one.name, at_ns)), at_ns), one.confidence,
            _frames_near(node, one.last_seen_ns),
        )
        for one in known
    ]  # fmt: skip


def _far(before: Spot, after: Spot) -> bool:
    """Whether two spots of one thing are different places: another holder, or without one somewhere else."""
    if before.holder and after.holder:
        return before.holder != after.holder
    if before.at is None or after.at is None:
        return before.key != after.key
    return float(((before.at - after.at) ** 2).sum()) > _SAME_M**2


def _state_seen(node: Node, name: str, at_ns: int) -> int:
    seen = [state.last_seen_ns for state in node.states if state.name == name and state.start_ns <= at_ns]
    return max(seen, default=0)


def _frames_near(node: Node, t_ns: int) -> tuple[FrameRef, ...]:
    stay: Stay | None = node.stay_at(t_ns)
    if stay is None:
        return ()
    return tuple(sorted(stay.frames, key=lambda frame: abs(frame.t_ns - t_ns))[:2])
