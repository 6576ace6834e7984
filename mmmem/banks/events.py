"""Events: where a stream turns to something else, found by surprise in what is said, seen and where.

Everything counts in cells of a few seconds. A token (a word, a speaker, a place) weighs by how surprising it was when it
came, that is by the logarithm of how much had come before against how often it had; nothing later changes that weight. At
every cell the window before is compared with the window after (cosine of damped sums, as TextTiling compares blocks: Hearst,
Computational Linguistics 23(1), 1997), pictures included where there are any. A cell whose similarity lies deep below the
peaks on both sides, and deeper than its neighbours, begins a new event; so does the first cell after a silence. Surprise as
the sign of a boundary follows EM-LLM (Fountas et al., 2024), which measures it with a language model.

A boundary rests on what comes up to a bounded time after it (`Cuts.settled_ns`) and on nothing later. So events that are
closed stay what they are when the stream goes on, and what was known at a time has the same events whatever came since.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy import sparse

from mmmem.clock import NS_PER_S

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


LATE = 6
"""Cells that what is told may come after the newest of its stream, and still be in time for a boundary."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How finely a stream is cut; lengths count cells, apart from `cell_ns`.

    Args:
        cell_ns: the unit of time; cells lie at multiples of it.
        window: what is compared on each side.
        shortest, longest: of an event; a silence may end one earlier.
        reach: how far the peaks beside a dip are looked for.
        depth: how far a dip lies below both peaks together, at least.
    """

    cell_ns: int
    window: int
    shortest: int
    longest: int
    reach: int
    depth: float

    @property
    def lookahead(self) -> int:
        """Cells after a place that can have a say in whether an event begins there."""
        return self.window + self.reach + self.near + 1

    @property
    def near(self) -> int:
        """A dip is the deepest among this many cells on both sides."""
        return max(self.window // 4, 1)

    @property
    def late_ns(self) -> int:
        """What is told may come this much later than the newest of its stream and still be in time for a boundary."""
        return LATE * self.cell_ns

    @property
    def silence(self) -> int:
        """Cells without anything after which a new event begins."""
        return self.window


EVENT = Scale(cell_ns=10 * NS_PER_S, window=12, shortest=12, longest=90, reach=12, depth=0.2)
"""What one is busy with: about five minutes of a lived day, two minutes at least, fifteen at most."""
SCENE = Scale(cell_ns=NS_PER_S, window=8, shortest=5, longest=40, reach=8, depth=0.2)
"""What a short film shows in one place: five to forty seconds."""

ACT = Scale(cell_ns=NS_PER_S, window=3, shortest=3, longest=12, reach=4, depth=0.15)
"""One thing after the other, where every second is told: three to twelve seconds."""
SCALES: Mapping[str, Scale] = {"scene": SCENE, "event": EVENT}

PICTURE_SHARE = 0.5
"""Of pictures in the similarity, where both windows have some."""
_STILL_VARIANCE = 1e-3
"""Of unit vectors of a camera that does not move; what differs by less is noise."""
_EXACT_DIGITS = 9
"""Sums in another order differ beyond this, and must not decide."""


@dataclass(frozen=True, slots=True, eq=False)
class Signs:
    """What was perceived of one stream, in any order.

    Args:
        t_ns: (n,) when each token came.
        token: (n,) int64, at least 0; which word, speaker or place.
        look_t_ns: (m,) when each picture was taken.
        looks: (m, d) unit vectors of the pictures, all of one space.
    """

    t_ns: Ints
    token: Ints
    look_t_ns: Ints
    looks: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Cuts:
    """Where events begin.

    Args:
        start_ns: (n,) the first cell of each event, ascending.
        settled_ns: (n,) the instant up to which everything must be known for the start to be certain.
    """

    start_ns: Ints
    settled_ns: Ints

    def __len__(self) -> int:
        return len(self.start_ns)

    def known(self, horizon_ns: int) -> "Cuts":
        """The starts that are settled when everything before `horizon_ns` is known; the first start always is."""
        settled = self.settled_ns <= horizon_ns
        return Cuts(self.start_ns[settled], self.settled_ns[settled])


def cut(signs: Signs, scale: Scale = EVENT) -> Cuts:
    """Cut one stream into events; the last starts may still move when the stream goes on, see `Cuts.known`."""
    cells = np.unique(np.concatenate([signs.t_ns, signs.look_t_ns]) // scale.cell_ns)
    if not len(cells):
        return Cuts(np.zeros(0, np.int64), np.zeros(0, np.int64))
    place = _places(cells, scale)
    depth = _depths(_similarity(signs, cells, place, scale), scale)
    begins = np.flatnonzero(np.diff(cells, prepend=cells[0] - scale.silence - 1) > scale.silence)
    ends = np.append(begins[1:], len(cells)) - 1
    found: list[tuple[int, int]] = []
    for first, last in zip(begins.tolist(), ends.tolist(), strict=True):
        stretch = int(place[first])
        known = [(int(cells[first]), int(cells[first]) + 1)]
        for start, settled in _turns(depth, place[first : last + 1], scale):
            known.append((int(cells[first]) + start - stretch, int(cells[first]) + settled - stretch))
        found += known
    start_ns, settled_ns = np.array(found, np.int64).T * scale.cell_ns
    return Cuts(start_ns, settled_ns)


def _places(cells: Ints, scale: Scale) -> Ints:
    """(n,) cells renumbered from 0, long silences shortened to what nothing looks across: a month of them costs nothing."""
    gaps = np.diff(cells, prepend=cells[0])
    return np.cumsum(np.where(gaps > scale.silence, np.maximum(scale.lookahead, scale.silence + 1), gaps))


def _turns(depth: Floats, stretch: Ints, scale: Scale) -> Iterator[tuple[int, int]]:
    """Of the places between two silences, those where something else begins, with that up to which all must be known."""
    start, last = int(stretch[0]), int(stretch[-1])
    while last - start >= 2 * scale.shortest:
        low, high = start + scale.shortest, min(start + scale.longest, last - scale.shortest)
        dips = np.flatnonzero(depth[low : high + 1] >= scale.depth)
        if len(dips):
            start = low + int(dips[0])
            settled = start + scale.lookahead
        elif last - start > scale.longest + scale.shortest:
            middle, settled = start + scale.longest // 2, start + scale.longest + scale.lookahead
            start = middle + int(np.argmax(depth[middle : high + 1]))
        else:
            return
        start = int(stretch[np.searchsorted(stretch, start)])
        yield start, settled


def _similarity(signs: Signs, cells: Ints, place: Ints, scale: Scale) -> Floats:
    """(P,) how alike the windows before and after each place are, in [0, 1]; 0 where one of them is empty."""
    size = int(place[-1]) + 1
    told, has_told = _told_similarity(signs, cells, place, size, scale)
    seen, has_seen = _seen_similarity(signs, cells, place, size, scale)
    share = np.where(has_told & has_seen, PICTURE_SHARE, has_seen.astype(np.float64))
    return np.round((1 - share) * told + share * seen, _EXACT_DIGITS)


def _told_similarity(signs: Signs, cells: Ints, place: Ints, size: int, scale: Scale) -> tuple[Floats, NDArray[np.bool_]]:
    if not len(signs.token):
        return np.zeros(size), np.zeros(size, np.bool_)
    at = place[np.searchsorted(cells, signs.t_ns // scale.cell_ns)]
    order = np.lexsort((at, signs.token))
    token, at = signs.token[order], at[order]
    _, token = np.unique(token, return_inverse=True)
    told = sparse.csr_matrix((_surprise(token, at), (at, token)), shape=(size, int(token.max()) + 1))
    after = _ahead(size, scale.window) @ told
    after.data = np.log1p(after.data)
    norm = np.sqrt(np.asarray(after.multiply(after).sum(axis=1)).ravel())
    before = sparse.vstack([sparse.csr_matrix((scale.window, told.shape[1])), after])[:size].tocsr()
    norm_before = np.concatenate([np.zeros(scale.window), norm])[:size]
    both = (norm > 0) & (norm_before > 0)
    product = np.asarray(after.multiply(before).sum(axis=1)).ravel()
    return np.where(both, product / np.where(both, norm * norm_before, 1.0), 0.0), both


def _surprise(token: Ints, at: Ints) -> Floats:
    """(n,) how surprising each token is when it comes; both sorted by token, then place."""
    new = np.diff(token, prepend=-1) != 0
    new_here = new | (np.diff(at, prepend=-1) != 0)
    index = np.arange(len(token))
    first = np.maximum.accumulate(np.where(new, index, 0))
    first_here = np.maximum.accumulate(np.where(new_here, index, 0))
    before = first_here - first
    all_before = np.searchsorted(np.sort(at), at)
    return np.asarray(np.log1p((all_before + 1) / (before + 1)))


def _ahead(size: int, window: int) -> sparse.csr_matrix:
    """(size, size) sums of each place and the `window - 1` after it."""
    columns = np.arange(size)[:, None] + np.arange(window)
    inside = columns < size
    ends = np.concatenate([[0], np.cumsum(inside.sum(axis=1))])
    return sparse.csr_matrix((np.ones(int(ends[-1])), columns[inside], ends), shape=(size, size))


def _seen_similarity(signs: Signs, cells: Ints, place: Ints, size: int, scale: Scale) -> tuple[Floats, NDArray[np.bool_]]:
    """How near the mean pictures of both windows are, against how much pictures have varied so far: exp(-d2 / 2 variance)."""
    if not len(signs.look_t_ns):
        return np.zeros(size), np.zeros(size, np.bool_)
    at = place[np.searchsorted(cells, signs.look_t_ns // scale.cell_ns)] + 1
    total = np.zeros((size + 1, signs.looks.shape[1]))
    np.add.at(total, at, signs.looks)
    total, number = np.cumsum(total, axis=0), np.cumsum(np.bincount(at, minlength=size + 1))
    square = np.cumsum(np.bincount(at, np.sum(signs.looks**2, axis=1), minlength=size + 1))
    here = np.arange(size)
    low, high = np.maximum(here - scale.window, 0), np.minimum(here + scale.window, size)
    num_before, num_after, num_all = number[here] - number[low], number[high] - number[here], np.maximum(number[high], 1)
    before = (total[here] - total[low]) / np.maximum(num_before, 1)[:, None]
    after = (total[high] - total[here]) / np.maximum(num_after, 1)[:, None]
    variance = square[high] / num_all - np.sum((total[high] / num_all[:, None]) ** 2, axis=1)
    near = np.exp(-np.sum((before - after) ** 2, axis=1) / (2 * np.maximum(variance, _STILL_VARIANCE)))
    return near, (num_before > 0) & (num_after > 0)


def _depths(similarity: Floats, scale: Scale) -> Floats:
    """(P,) how far each place lies below the highest similarity within reach on both sides, 0 where it is no dip."""
    edged = np.pad(similarity, scale.reach, mode="edge")
    peaks = sliding_window_view(edged, scale.reach + 1).max(axis=1)
    depth = peaks[: len(similarity)] + peaks[scale.reach :] - 2 * similarity
    deepest = sliding_window_view(np.pad(depth, scale.near, mode="edge"), 2 * scale.near + 1).max(axis=1)
    return np.where(depth >= deepest, depth, 0.0)
