"""Cutting many texts of different length into batches that waste little on padding."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray


def token_batches(
    token_ids: Sequence[Sequence[int]], *, max_tokens: int, pad_id: int = 0
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]]:
    """Batches of texts of similar length, longest first so that a memory limit shows at once.

    Args:
        token_ids: token ids of each text, at least one per text.
        max_tokens: bound on rows times padded length; a single longer text is a batch of its own.
        pad_id: fills rows behind their text.

    Yields:
        (rows (b,) indices into `token_ids`, ids (b, n), lengths (b,)).
    """
    lengths = np.array([len(ids) for ids in token_ids], np.int64)
    order = np.argsort(-lengths, kind="stable")
    start = 0
    while start < len(order):
        width = int(lengths[order[start]])
        rows = order[start : start + max(1, max_tokens // max(width, 1))]
        ids = np.full((len(rows), width), pad_id, np.int64)
        for row, text in enumerate(rows):
            ids[row, : lengths[text]] = token_ids[text]
        yield rows, ids, lengths[rows]
        start += len(rows)
