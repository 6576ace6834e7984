"""What a simulator says is in the picture, as detections: its masks, names and ids, and what each thing looks like."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from mmmem.errors import InvalidInputError
from mmmem.perceive.appearance import SPACE, appearances_of
from mmmem.types import Detections, Frame

_TABLE_IDS = 1 << 16
"""Ids up to here are counted in a table; sorting the pixels of larger ones costs more."""


def detections_from_instances(
    frame: Frame, *, min_pixels: int = 20, masks: bool = True, appearance: bool = True, unnamed: str | None = "thing"
) -> Detections:
    """Everything with an instance id, in order of the ids: score 1, the id as track.

    Boxes are (x of the first column, y of the first row, x after the last column, y after the last row). With `appearance`,
    embeddings are those of `mmmem.perceive.appearance`, in its space.

    Args:
        min_pixels: what shows fewer is left out.
        masks: whether to make (n, H, W) bool masks.
        unnamed: label of instances that `frame.instance_labels` does not name; None leaves them out.

    Raises:
        InvalidInputError: the frame has no instances, or an id is negative.
    """
    if frame.instances is None:
        raise InvalidInputError(f"Frame {frame.index} of {frame.stream_id!r} has no instance ids; give Frame.instances.")
    shown = _shown(frame.instances, max(min_pixels, 1))
    ids = np.array([i for i in shown.tolist() if unnamed is not None or i in frame.instance_labels], np.int64)
    if not len(ids):
        return Detections.none()
    ranks = _ranks(frame.instances, ids)
    boxes = ndimage.find_objects(ranks, len(ids))
    return Detections(
        np.array([(x.start, y.start, x.stop, y.stop) for y, x in boxes], np.float32),
        np.ones(len(ids), np.float32),
        tuple(_named(frame.instance_labels, i, unnamed or "") for i in ids.tolist()),
        ids,
        _masks(ranks, boxes) if masks else None,
        appearances_of(frame.image, ranks, len(ids)) if appearance else None,
        SPACE if appearance else "",
    )


def _shown(instances: NDArray[np.int32], min_pixels: int) -> NDArray[np.int64]:
    """(n,) ids above 0 with enough pixels, ascending."""
    if not instances.size:
        return np.zeros(0, np.int64)
    if instances.min() < 0:
        raise InvalidInputError(f"Instance ids must be at least 0, got {instances.min()}; 0 is background.")
    if instances.max() < _TABLE_IDS:
        counts = np.bincount(instances.ravel())
        ids = np.arange(len(counts))
    else:
        ids, counts = np.unique(instances, return_counts=True)
    found: NDArray[np.int64] = ids[(counts >= min_pixels) & (ids > 0)].astype(np.int64)
    return found


def _ranks(instances: NDArray[np.int32], ids: NDArray[np.int64]) -> NDArray[np.intp]:
    """(H, W) place of each pixel's id among `ids`, from 1; 0 for all other ids."""
    last = int(ids[-1])
    if last < _TABLE_IDS:
        table = np.zeros(last + 2, np.intp)
        table[ids] = np.arange(1, len(ids) + 1)
        return table[np.minimum(instances, last + 1)]
    places = np.minimum(np.searchsorted(ids, instances), len(ids) - 1)
    return np.where(ids[places] == instances, places + 1, 0)


def _masks(ranks: NDArray[np.intp], boxes: Sequence[tuple[slice, ...]]) -> NDArray[np.bool_]:
    masks = np.zeros((len(boxes), *ranks.shape), np.bool_)
    for number, box in enumerate(boxes):
        masks[number][box] = ranks[box] == number + 1
    return masks


def _named(labels: Mapping[int, str], number: int, unnamed: str) -> str:
    return labels.get(number, unnamed)
