"""Assertions about what is followed: compact rows whose numbers are rounded to the millimetre."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from mmmem.clock import Span
from mmmem.types import Assertion
from scenegraph.absence import Case
from scenegraph.geometry import Array
from scenegraph.log import frames_value
from scenegraph.nodes import Node, Stay
from scenegraph.states import is_state
from scenegraph.tracks import Track


def seen(
    track: Track,
    node_id: str,
    source: str,
    *,
    kind: str = "seen",
    span: Span | None = None,
    more: Mapping[str, Any] | None = None,
) -> Assertion:
    """What was seen of a track since something was last written of it."""
    value: dict[str, Any] = {"count": max(track.unsaved, 1), "frames": frames_value(track.frames), **(more or {})}
    value["votes"] = {name: round(weight, 2) for name, weight in track.unsaved_votes.items()}
    if track.box is not None and track.at is not None:
        value |= {"at": metres(track.at), "box": [metres(corner) for corner in track.box]}
        value["size"] = metres(track.box[1] - track.box[0])
        if track.through:
            value["through"] = round(track.through, 2)
        if track.num_fill:
            value["fill"] = round(track.fill, 2)
    extent = track.extent.of(track.kind)
    if extent is not None and track.layer == "furniture":
        value["extent"] = [metres(corner) for corner in extent]
    if track.glimpses:
        value["glimpses"] = list(track.glimpses)
    if track.contacts:
        value["contacts"] = dict(track.contacts)
    if track.colour is not None:
        value["colour"] = [round(float(share) * 255) for share in track.colour]
    if track.vector is not None:
        value["space"] = track.space
    attributes = {name: told.most_common(1)[0] for name, told in track.attributes.items() if not is_state(name)}
    described = {
        name: [text, round(count / sum(track.attributes[name].values()), 2)] for name, (text, count) in attributes.items()
    }
    if described:
        value["attributes"] = described
        if doubted := {name: dict(track.attributes[name]) for name in described if len(track.attributes[name]) > 1}:
            value["told"] = doubted
    when = span if span is not None else Span(max(track.seen_from_ns, 0), track.last_ns + 1)
    confidence = float(np.clip(1.0 - np.exp(-track.weight), 0.0, 1.0))
    return Assertion(kind, node_id, when, track.kind, value, round(confidence, 3), source, track.vector)


def not_seen(node: Node, stay: Stay, case: Case, source: str, t_ns: int) -> Assertion:
    """Looked where a node was, and it was not there."""
    value: dict[str, Any] = {"stay_ns": stay.start_ns, "frames": frames_value(case.frames), "rays": case.rays}
    if stay.at is not None:
        value["at"] = metres(stay.at)
    confidence = round(float(1.0 / (1.0 + np.exp(-case.nats))), 3)
    return Assertion("not_seen", node.id, Span(case.first_ns, t_ns + 1), node.kind, value, confidence, source)


def state(node: Node, name: str, text: str, span: Span, *, source: str, after_ns: int | None) -> Assertion:
    """A state of a node, over a span of looks that agree."""
    value: dict[str, Any] = {"name": name} if after_ns is None else {"name": name, "after_ns": after_ns}
    return Assertion("state", node.id, span, text, value, source=source)


def same(keeps: str, goes: str, t_ns: int, source: str, *, why: str, either: Sequence[str] = ()) -> Assertion:
    """Two nodes turned out to be one; or one of several, all of which look like it."""
    doubt = {"either": list(either)} if len(either) > 1 else {}
    return Assertion("same", keeps, Span(t_ns, t_ns + 1), goes, {"why": why, **doubt}, source=source)


def split(node: str, other: str, from_ns: int, t_ns: int, source: str) -> Assertion:
    """What was taken for one node since `from_ns` is another one."""
    return Assertion("split", node, Span(t_ns, t_ns + 1), other, {"from_ns": from_ns}, source=source)


def metres(values: Array) -> list[float]:
    """Rounded to the millimetre, for the log."""
    return [round(float(value), 3) for value in values]
