"""Stays as rows tell them: begun, gone on with, and woven together when two nodes turn out to be one."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np

from mmmem.types import Assertion
from scenegraph.geometry import overlap
from scenegraph.log import frames_of
from scenegraph.nodes import Stay

MAX_FRAMES = 6
"""Looks that are kept as evidence of a stay: the first half of them and the latest."""
_SAME_PLACE = 0.3
"""Share of the smaller box that two boxes have in common where they are of one stay."""
_NEAR_M = 0.3


def stay_of(said: Assertion, after_ns: int | None) -> Stay:
    """The stay that a row begins, last known to be elsewhere at `after_ns`."""
    stay = Stay(said.span.start_ns, said.span.end_ns - 1, after_ns, source=said.source, confidence=said.confidence)
    stay.either = tuple(said.value.get("either", ()))
    stay.supposed = bool(said.value.get("supposed"))
    continue_stay(stay, said)
    return stay


def continue_stay(stay: Stay, said: Assertion) -> None:
    """Sightings of what is still there; the row's position is the best known so far."""
    value: Mapping[str, Any] = said.value
    stay.last_seen_ns = max(stay.last_seen_ns, said.span.end_ns - 1)
    if stay.missing_ns is not None and stay.last_seen_ns >= stay.missing_ns:
        stay.missing_ns, stay.missing_frames = None, ()
    stay.num_seen += int(value.get("count", 1))
    stay.place = str(value.get("place", stay.place))
    if "at" in value:
        stay.at = np.asarray(value["at"], np.float64)
    if "box" in value:
        stay.box = np.asarray(value["box"], np.float64)
    if "extent" in value:
        stay.extent = np.asarray(value["extent"], np.float64)
    stay.through = float(value.get("through", stay.through))
    stay.fill = float(value.get("fill", stay.fill))
    for id, count in value.get("contacts", {}).items():
        stay.contacts[id] = stay.contacts.get(id, 0.0) + float(count)
    frames = tuple(frame for frame in frames_of(value) if frame not in stay.frames)
    first, last = stay.frames[: MAX_FRAMES // 2], (*stay.frames[MAX_FRAMES // 2 :], *frames)
    stay.frames = (*first, *last[-(MAX_FRAMES - len(first)) :])


def is_same_place(stay: Stay, said: Assertion) -> bool:
    """Whether a row tells of the place of a stay: measured within 30 cm of it, or called the same."""
    if stay.at is None or "at" not in said.value:
        return stay.at is None and stay.place == said.value.get("place", "")
    return float(np.linalg.norm(stay.at - np.asarray(said.value["at"]))) < _NEAR_M


def woven(one: list[Stay], other: list[Stay], *, anyhow: bool = False) -> list[Stay]:
    """The stays of what turned out to be one thing, in order of time; what began later ends what was supposed before."""
    stays: list[Stay] = []
    for stay in sorted([*one, *other], key=lambda stay: (stay.start_ns, stay.last_seen_ns)):
        if stays and _one_stay(stays[-1], stay, anyhow):
            stays[-1] = _fused(stays[-1], stay)
        else:
            stays.append(stay)
    for before, after in pairwise(stays):
        if after.after_ns is None:
            after.after_ns = before.last_seen_ns
    return stays


def _one_stay(before: Stay, after: Stay, anyhow: bool) -> bool:
    """Whether two stays of one thing are in one place, with nothing known of its having been away between them."""
    if before.box is None or after.box is None or before.missing_ns is not None or after.either:
        return False
    return overlap(before.box, after.box) > (0.0 if anyhow else _SAME_PLACE)


def _fused(before: Stay, after: Stay) -> Stay:
    """One stay of two; where it is says the one that was seen more often."""
    more, less = (after, before) if after.num_seen >= before.num_seen else (before, after)
    contacts = {id: before.contacts.get(id, 0.0) + after.contacts.get(id, 0.0) for id in before.contacts | after.contacts}
    extents = [stay.extent for stay in (before, after) if stay.extent is not None]
    extent = (
        np.stack([np.min([box[0] for box in extents], axis=0), np.max([box[1] for box in extents], axis=0)]) if extents else None
    )
    frames = tuple(dict.fromkeys((*before.frames[: MAX_FRAMES // 2], *after.frames[-(MAX_FRAMES - MAX_FRAMES // 2) :])))
    return replace(
        more, start_ns=before.start_ns, after_ns=before.after_ns, last_seen_ns=max(before.last_seen_ns, after.last_seen_ns),
        missing_ns=after.missing_ns, looked_ns=after.looked_ns, missing_frames=after.missing_frames, emptiness=after.emptiness,
        num_seen=more.num_seen + less.num_seen, contacts=contacts, extent=extent, frames=frames, supposed=before.supposed,
        either=before.either, place=more.place or less.place,
    )  # fmt: skip
