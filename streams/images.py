"""A folder of pictures as a source of frames."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from mmmem.clock import NS_PER_S, Calendar, seconds_to_ns
from mmmem.errors import InvalidInputError, SourceError
from mmmem.suggest import known_name
from mmmem.types import Frame
from streams.decoders import fit_size
from streams.placing import Placement
from streams.report import ReadReport
from streams.sampling import LUMA_SIZE, Luma, Sampler

ImageTimes = Literal["period", "stem_s", "stem_ms", "stem_us", "stem_ns", "exif"]
_STEM_SCALES_NS = {"stem_s": NS_PER_S, "stem_ms": 1_000_000, "stem_us": 1000, "stem_ns": 1}
_KINDS = ("period", *_STEM_SCALES_NS, "exif")

_DEFAULT_PERIOD_S = 1.0
FARTHEST_NS = 3 * NS_PER_S
"""Pictures farther apart show nothing of what moved in between."""
_MAX_PIXELS = 200_000_000
_NUMBER = re.compile(r"(\d+(?:\.\d+)?)(?!.*\d)")
_EXIF_IFD, _EXIF_TAKEN, _EXIF_SUBSECOND, _EXIF_ZONE = 0x8769, 0x9003, 0x9291, 0x9011
_IMAGE_ERRORS = (
    OSError,
    ValueError,
    SyntaxError,
    UnidentifiedImageError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)


class ImageFolder:
    """Pictures in natural order of their names, one after another.

    Args:
        paths: the pictures.
        stream_id: name given to the frames.
        placement: calendar and time of the first picture; for `exif` its calendar is replaced by the wall clock.
        sampler: chooses the pictures; every picture counts as a keyframe.
        size: longest side in pixels; None keeps them as they are.
        times: `period`, or where each picture's time is read from.
        period_s: seconds from picture to picture.

    Raises:
        InvalidInputError: a time cannot be read, or times do not rise with the names.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        *,
        stream_id: str,
        placement: Placement,
        sampler: Sampler,
        size: int | None,
        times: ImageTimes,
        period_s: float | None,
    ) -> None:
        known_name(times, _KINDS, "source of image times")
        self._stream_id = stream_id
        self._sampler = sampler
        self._size = size
        self.notes: list[str] = []
        self.calendar = placement.calendar
        self._assumed = times == "period" and period_s is None
        period_ns = self._period_ns(times, period_s)
        self._pictures = self._placed(list(paths), placement, times, period_ns)
        self.start_ns = self._pictures[0][0]
        self.end_ns = self._pictures[-1][0] + period_ns
        self.num_expected = sampler.num_expected(self.end_ns - self.start_ns, len(paths), period_ns) or len(paths)

    @property
    def stills(self) -> bool:
        """Whether the pictures are photos rather than a film: their times are assumed, or no two lie close together."""
        gaps_ns = (later - earlier for (earlier, _), (later, _) in pairwise(self._pictures))
        return self._assumed or all(gap_ns > FARTHEST_NS for gap_ns in gaps_ns)

    def items(self, after_ns: int | None, report: ReadReport) -> Iterator[Frame]:
        """Pictures later than `after_ns`; one that cannot be read is reported and passed over."""
        choice = self._sampler.begin()
        for index, (t_ns, path) in enumerate(self._pictures):
            local_ns = t_ns - self.start_ns
            if not choice.wants(local_ns, True):
                report.num_frames_skipped += 1
                continue
            is_later = after_ns is None or t_ns > after_ns
            if not is_later and not choice.needs_luma:
                choice.take(local_ns, None)
                continue
            image = self._read(path, t_ns, report)
            if image is None:
                continue
            if choice.take(local_ns, thumbnail(image) if choice.needs_luma else None) and is_later:
                yield Frame(self._stream_id, index, t_ns, image)
            else:
                report.num_frames_skipped += is_later

    def frame_at(self, t_ns: int, size: int | None) -> Frame:
        """The last picture at or before `t_ns`, or else the first one."""
        index = max(bisect_right([time_ns for time_ns, _ in self._pictures], t_ns) - 1, 0)
        picture_ns, path = self._pictures[index]
        return Frame(self._stream_id, index, picture_ns, read_image(path, size))

    def close(self) -> None:
        """Nothing is held open."""

    def _period_ns(self, times: ImageTimes, period_s: float | None) -> int:
        if times != "period":
            return NS_PER_S
        if period_s is None:
            self.notes.append("pictures carry no times: one per second is assumed; say period_s, or where their times stand")
        period_ns = seconds_to_ns(_DEFAULT_PERIOD_S if period_s is None else period_s)
        if period_ns <= 0:
            raise InvalidInputError(f"period_s must be positive seconds, got {period_s!r}; 15 pictures a second are 1/15.")
        return period_ns

    def _placed(self, paths: list[Path], placement: Placement, times: ImageTimes, period_ns: int) -> list[tuple[int, Path]]:
        if times == "period":
            return [(placement.start_ns + number * period_ns, path) for number, path in enumerate(paths)]
        if times == "exif":
            self.calendar = placement.calendar if placement.calendar.kind == "wall" else Calendar("wall")
            placed = [(_exif_ns(path, self.calendar), path) for path in paths]
        else:
            placed = [(placement.start_ns + _stem_ns(path, _STEM_SCALES_NS[times]), path) for path in paths]
        return sorted(placed, key=lambda pair: pair[0])

    def _read(self, path: Path, t_ns: int, report: ReadReport) -> NDArray[np.uint8] | None:
        try:
            return read_image(path, self._size)
        except SourceError as error:
            report.add_damage(t_ns, t_ns + 1, str(error))
            return None


def read_image(path: Path, size: int | None = None) -> NDArray[np.uint8]:
    """A picture as (H, W, 3) uint8 RGB, upright, its longest side at most `size` pixels.

    Raises:
        SourceError: it is no picture, is damaged, holds depth instead of colour, or is absurdly large.
    """
    try:
        with Image.open(path) as image:
            if image.width * image.height > _MAX_PIXELS:
                raise SourceError(
                    f"{path.name} has {image.width}x{image.height} pixels, at most {_MAX_PIXELS} are read; make it smaller."
                )
            if image.mode.startswith(("I", "F")):
                raise SourceError(f"{path.name} holds {image.mode} numbers instead of colours (a depth picture?); leave it out.")
            if size is not None:
                image.draft("RGB", (size, size))
            upright = ImageOps.exif_transpose(image).convert("RGB")
            fitted = fit_size(*upright.size, size)
            return np.asarray(upright if fitted == upright.size else upright.resize(fitted, Image.Resampling.BOX), np.uint8)
    except _IMAGE_ERRORS as error:
        raise SourceError(f"{path.name} cannot be read as a picture: {error}.") from error


def thumbnail(image: NDArray[np.uint8]) -> Luma:
    """The picture's brightness, as small as `on_change` compares it."""
    return np.asarray(Image.fromarray(image).convert("L").resize(LUMA_SIZE, Image.Resampling.BOX), np.uint8)


def _stem_ns(path: Path, scale_ns: int) -> int:
    match = _NUMBER.search(path.stem)
    if match is None:
        raise InvalidInputError(f"{path.name} carries no number to be its time; say period_s instead of image_times.")
    return round(Decimal(match[1]) * scale_ns)


def _exif_ns(path: Path, calendar: Calendar) -> int:
    try:
        with Image.open(path) as image:
            exif = image.getexif().get_ifd(_EXIF_IFD)
    except _IMAGE_ERRORS as error:
        raise SourceError(f"{path.name} cannot be read as a picture: {error}.") from error
    taken = exif.get(_EXIF_TAKEN)
    if not taken:
        raise InvalidInputError(f"{path.name} carries no EXIF time; say period_s instead of image_times='exif'.")
    try:
        moment = datetime.strptime(str(taken).strip(), "%Y:%m:%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError as error:
        raise InvalidInputError(f"{path.name} carries the EXIF time {taken!r}, which is no date.") from error
    fraction = int(str(exif.get(_EXIF_SUBSECOND, "0")).strip().ljust(9, "0")[:9] or 0)
    zone = str(exif.get(_EXIF_ZONE, "")).strip()
    return calendar.parse(moment.strftime("%Y-%m-%dT%H:%M:%S") + zone) + fraction
