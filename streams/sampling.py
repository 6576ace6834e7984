"""Which frames of a stream are looked at.

A sampler is a small immutable description; `begin` makes the state of one reading. Times are nanoseconds from the start of the
stream. A choice must depend on times alone, or a stream that is resumed would not choose as it did before; `on_change` looks at
pictures and says so.
"""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from mmmem.clock import NS_PER_S, seconds_to_ns
from mmmem.errors import InvalidInputError

Luma = NDArray[np.uint8]
"""(h, w) uint8: a thumbnail of the picture's brightness."""

LUMA_SIZE = (48, 27)
"""Width and height of the thumbnail that `on_change` compares."""

# Keyframes of 29.97 frames/s video lie 1.001 s apart; a period of 1 s is no reason to decode everything else as well.
_SPACING_SLACK = 0.9


class Choice(Protocol):
    """The state of one reading."""

    needs_luma: bool

    def wants(self, t_ns: int, is_keyframe: bool) -> bool:
        """Whether the frame may be taken; asked before it is decoded, changes nothing."""
        ...

    def cannot_wait(self, t_ns: int, next_keyframe_ns: int | None) -> bool:
        """Whether a frame that is no keyframe must be taken because the next keyframe (None: there is none) comes too late."""
        ...

    def take(self, t_ns: int, luma: Luma | None) -> bool:
        """Decide, and remember the decision; `luma` is given where `needs_luma`."""
        ...


@runtime_checkable
class Sampler(Protocol):
    """What `streams.open` takes as `sampler`."""

    def reads_keyframes(self, spacing_ns: int | None) -> bool:
        """Whether keyframes suffice in a file whose keyframes lie so far apart (None: unknown)."""
        ...

    def begin(self) -> Choice:
        """Start a reading."""
        ...

    def resume_ns(self, after_ns: int) -> int:
        """From where times must be seen again to go on after `after_ns` with the same choices."""
        ...

    def num_expected(self, duration_ns: int, num_frames: int | None, spacing_ns: int | None) -> int | None:
        """How many frames a stream will give; None where that cannot be known."""
        ...


@dataclass(frozen=True, slots=True)
class _Every:
    period_ns: int

    def reads_keyframes(self, spacing_ns: int | None) -> bool:
        return spacing_ns is not None and self.period_ns >= spacing_ns * _SPACING_SLACK

    def begin(self) -> "_EveryChoice":
        return _EveryChoice(self.period_ns)

    def resume_ns(self, after_ns: int) -> int:
        return after_ns // self.period_ns * self.period_ns

    def num_expected(self, duration_ns: int, num_frames: int | None, spacing_ns: int | None) -> int | None:
        periods = -(-duration_ns // self.period_ns)
        return periods if num_frames is None else min(periods, num_frames)


class _EveryChoice:
    needs_luma = False

    def __init__(self, period_ns: int) -> None:
        self._period_ns = period_ns
        self._taken: int | None = None

    def wants(self, t_ns: int, is_keyframe: bool) -> bool:
        return self._taken is None or t_ns // self._period_ns > self._taken

    def cannot_wait(self, t_ns: int, next_keyframe_ns: int | None) -> bool:
        if next_keyframe_ns is not None and next_keyframe_ns // self._period_ns == t_ns // self._period_ns:
            return False
        return self.wants(t_ns, False)

    def take(self, t_ns: int, luma: Luma | None) -> bool:
        self._taken = t_ns // self._period_ns
        return True


@dataclass(frozen=True, slots=True)
class _Keyframes:
    def reads_keyframes(self, spacing_ns: int | None) -> bool:
        return True

    def begin(self) -> "_KeyframeChoice":
        return _KeyframeChoice()

    def resume_ns(self, after_ns: int) -> int:
        return after_ns

    def num_expected(self, duration_ns: int, num_frames: int | None, spacing_ns: int | None) -> int | None:
        return -(-duration_ns // spacing_ns) if spacing_ns else None


class _KeyframeChoice:
    needs_luma = False

    def wants(self, t_ns: int, is_keyframe: bool) -> bool:
        return is_keyframe

    def cannot_wait(self, t_ns: int, next_keyframe_ns: int | None) -> bool:
        return False

    def take(self, t_ns: int, luma: Luma | None) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class _AllFrames:
    def reads_keyframes(self, spacing_ns: int | None) -> bool:
        return False

    def begin(self) -> "_AllChoice":
        return _AllChoice()

    def resume_ns(self, after_ns: int) -> int:
        return after_ns

    def num_expected(self, duration_ns: int, num_frames: int | None, spacing_ns: int | None) -> int | None:
        return num_frames


class _AllChoice:
    needs_luma = False

    def wants(self, t_ns: int, is_keyframe: bool) -> bool:
        return True

    def cannot_wait(self, t_ns: int, next_keyframe_ns: int | None) -> bool:
        return True

    def take(self, t_ns: int, luma: Luma | None) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class _OnChange:
    threshold: float
    max_gap_ns: int
    look_every_ns: int

    def reads_keyframes(self, spacing_ns: int | None) -> bool:
        return spacing_ns is not None and self.look_every_ns >= spacing_ns

    def begin(self) -> "_ChangeChoice":
        return _ChangeChoice(self)

    def resume_ns(self, after_ns: int) -> int:
        return after_ns

    def num_expected(self, duration_ns: int, num_frames: int | None, spacing_ns: int | None) -> int | None:
        return None


class _ChangeChoice:
    needs_luma = True

    def __init__(self, sampler: _OnChange) -> None:
        self._sampler = sampler
        self._looked_ns: int | None = None
        self._taken_ns = 0
        self._taken_luma: Luma | None = None

    def wants(self, t_ns: int, is_keyframe: bool) -> bool:
        return self._looked_ns is None or t_ns - self._looked_ns >= self._sampler.look_every_ns

    def cannot_wait(self, t_ns: int, next_keyframe_ns: int | None) -> bool:
        return False

    def take(self, t_ns: int, luma: Luma | None) -> bool:
        self._looked_ns = t_ns
        changed = luma is None or self._taken_luma is None or luma_difference(luma, self._taken_luma) >= self._sampler.threshold
        if not changed and t_ns - self._taken_ns < self._sampler.max_gap_ns:
            return False
        self._taken_ns, self._taken_luma = t_ns, luma
        return True


def luma_difference(a: Luma, b: Luma) -> float:
    """Mean absolute difference of two thumbnails of one shape, from 0 (equal) to 1 (black against white)."""
    return float(np.abs(a.astype(np.int16) - b.astype(np.int16)).mean()) / 255.0


def every(period_s: float) -> Sampler:
    """One frame in every period of `period_s` seconds in which there is one, counted from the start of the stream.

    Where keyframes are not farther apart than the period, it is the period's first keyframe, and only keyframes are decoded;
    a period without a keyframe, and any finer period, gives its first frame.

    Raises:
        InvalidInputError: the period is not positive.
    """
    return _Every(_positive_ns(period_s, "period_s"))


def keyframes() -> Sampler:
    """Every keyframe, and nothing else is decoded."""
    return _Keyframes()


def all_frames() -> Sampler:
    """Every frame."""
    return _AllFrames()


def on_change(threshold: float = 0.06, max_gap_s: float = 10.0, *, look_every_s: float = 0.2) -> Sampler:
    """A frame when the picture has changed since the last one taken, and at least one in `max_gap_s` seconds.

    The change is the mean absolute difference of two small luma thumbnails as a share of full scale. A resumed stream
    compares with the first picture it sees after the resume point, so it may take one frame more.

    Args:
        threshold: share of full scale, above 0 and at most 1.
        max_gap_s: longest time without a frame, in seconds.
        look_every_s: pictures nearer than this to the last one compared are not compared, in seconds; 0 compares all.

    Raises:
        InvalidInputError: a value is out of its range.
    """
    if not 0 < threshold <= 1:
        raise InvalidInputError(f"threshold is a share of full scale, above 0 and at most 1, got {threshold!r}.")
    look_ns = seconds_to_ns(look_every_s)
    if look_ns < 0:
        raise InvalidInputError(f"look_every_s must not be negative, got {look_every_s!r}.")
    return _OnChange(threshold, _positive_ns(max_gap_s, "max_gap_s"), look_ns)


def _positive_ns(seconds: float, name: str) -> int:
    period_ns = seconds_to_ns(seconds)
    if period_ns <= 0:
        raise InvalidInputError(f"{name} must be positive seconds, got {seconds!r}; all_frames() takes every frame.")
    if period_ns > 366 * 86_400 * NS_PER_S:
        raise InvalidInputError(f"{name}={seconds!r} is more than a year; it is given in seconds, not in milliseconds.")
    return period_ns
