"""Stated noise: how often and how badly a detector, a depth camera and a pose estimate err."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from mmmem.errors import InvalidInputError
from mmmem.suggest import known_name
from streams.house.looks import MIN_PIXELS


@dataclass(frozen=True, slots=True)
class NoiseLevel:
    """Rates and sizes of errors; 0 everywhere is a perfect sensor. Probabilities are for one part in one picture.

    A part of which `n` pixels, of a picture of 320x240, and the share `f` of its projected box show is found with the probability
    `(1 - drop) * n**2 / (n**2 + half_pixels**2) * f**2 / (f**2 + half_fraction**2)`, and never below `min_pixels`.

    Args:
        drop: of missing a part that shows clearly.
        confusion: of naming it as a class that looks like it.
        box_jitter: standard deviation of each side of a box, as a share of the box's size.
        mask_pixels: masks grow or shrink by up to so many pixels.
        score_noise: standard deviation of what is taken off a score.
        fragment: of a track going on under a new id.
        swap: of two parts of one class in view exchanging their ids.
        lost_after_s: a part out of view for longer comes back under a new id; 0 is never.
        false_positives: mean number of detections of nothing in a picture.
        depth_sigma: standard deviation of depth is this times the square of the depth in metres.
        depth_holes: share of pixels without depth, in patches.
        flying_pixels: share of the pixels at an edge whose depth lies between both sides.
        drift_m, drift_rad: standard deviation of a pose's position and heading after a second of walking at random.
        drift_limit_m, drift_limit_rad: how far it can walk off in each coordinate.
        jumps_per_min: how often it jumps.
        jump_m, jump_rad: standard deviation of a jump.
        wrong_state: of misreading a state (door, power, fill).
        wrong_colour: of misreading a colour.
        unnamed: of not recognising who a person is.
        missed_event: of not noticing an event in view, for one event.
        misheard: of not catching something that is said within earshot, for one sentence.
    """

    name: str
    drop: float = 0.0
    half_pixels: float = 0.0
    half_fraction: float = 0.0
    min_pixels: int = MIN_PIXELS
    confusion: float = 0.0
    box_jitter: float = 0.0
    mask_pixels: int = 0
    score_noise: float = 0.0
    fragment: float = 0.0
    swap: float = 0.0
    lost_after_s: float = 0.0
    false_positives: float = 0.0
    depth_sigma: float = 0.0
    depth_holes: float = 0.0
    flying_pixels: float = 0.0
    drift_m: float = 0.0
    drift_rad: float = 0.0
    drift_limit_m: float = 0.0
    drift_limit_rad: float = 0.0
    jumps_per_min: float = 0.0
    jump_m: float = 0.0
    jump_rad: float = 0.0
    wrong_state: float = 0.0
    wrong_colour: float = 0.0
    unnamed: float = 0.0
    missed_event: float = 0.0
    misheard: float = 0.0

    def __post_init__(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            if one.name != "name" and not (np.isfinite(value) and value >= 0):
                raise InvalidInputError(f"NoiseLevel.{one.name} must be finite and at least 0, got {value!r}.")
        for name in _PROBABILITIES:
            if getattr(self, name) > 1:
                raise InvalidInputError(f"NoiseLevel.{name} is a probability, at most 1, got {getattr(self, name)!r}.")

    def chance_found(self, pixels: NDArray[np.int32] | NDArray[np.float64], fraction: NDArray[np.float32]) -> NDArray[np.float64]:
        """(n,) probability of finding parts of which so much shows; see the class, and `Look.reference_pixels`."""
        size, share = pixels.astype(np.float64) ** 2, fraction.astype(np.float64) ** 2
        clear = size / np.maximum(size + self.half_pixels**2, 1e-12) * share / np.maximum(share + self.half_fraction**2, 1e-12)
        return np.where(pixels >= self.min_pixels, (1 - self.drop) * clear, 0.0)


_PROBABILITIES = (
    "drop", "confusion", "fragment", "swap", "depth_holes", "flying_pixels", "wrong_state", "wrong_colour", "unnamed",
    "missed_event", "misheard",
)  # fmt: skip

NONE = NoiseLevel("none")
LIGHT = NoiseLevel(
    "light",
    drop=0.03,
    half_pixels=25,
    half_fraction=0.1,
    confusion=0.02,
    box_jitter=0.01,
    mask_pixels=1,
    score_noise=0.05,
    fragment=0.002,
    swap=0.002,
    lost_after_s=4.0,
    false_positives=0.02,
    depth_sigma=0.001,
    depth_holes=0.005,
    flying_pixels=0.05,
    drift_m=0.002,
    drift_rad=0.001,
    drift_limit_m=0.03,
    drift_limit_rad=0.01,
    wrong_state=0.02,
    wrong_colour=0.01,
    unnamed=0.02,
    missed_event=0.05,
    misheard=0.02,
)
MODERATE = NoiseLevel(
    "moderate",
    drop=0.1,
    half_pixels=50,
    half_fraction=0.2,
    confusion=0.06,
    box_jitter=0.03,
    mask_pixels=2,
    score_noise=0.1,
    fragment=0.01,
    swap=0.01,
    lost_after_s=2.0,
    false_positives=0.1,
    depth_sigma=0.002,
    depth_holes=0.02,
    flying_pixels=0.15,
    drift_m=0.006,
    drift_rad=0.003,
    drift_limit_m=0.1,
    drift_limit_rad=0.04,
    jumps_per_min=0.05,
    jump_m=0.05,
    jump_rad=0.02,
    wrong_state=0.06,
    wrong_colour=0.04,
    unnamed=0.1,
    missed_event=0.15,
    misheard=0.05,
)
HEAVY = NoiseLevel(
    "heavy",
    drop=0.25,
    half_pixels=90,
    half_fraction=0.3,
    confusion=0.15,
    box_jitter=0.06,
    mask_pixels=3,
    score_noise=0.2,
    fragment=0.04,
    swap=0.04,
    lost_after_s=1.0,
    false_positives=0.4,
    depth_sigma=0.004,
    depth_holes=0.06,
    flying_pixels=0.3,
    drift_m=0.015,
    drift_rad=0.008,
    drift_limit_m=0.25,
    drift_limit_rad=0.1,
    jumps_per_min=0.2,
    jump_m=0.12,
    jump_rad=0.05,
    wrong_state=0.15,
    wrong_colour=0.12,
    unnamed=0.3,
    missed_event=0.35,
    misheard=0.15,
)
LEVELS: Mapping[str, NoiseLevel] = {level.name: level for level in (NONE, LIGHT, MODERATE, HEAVY)}


def noise_level(name: str) -> NoiseLevel:
    """The level of this name.

    Raises:
        UnknownNameError: there is none.
    """
    return LEVELS[known_name(name, LEVELS, "level of noise")]


@cache
def lookalikes() -> Mapping[str, tuple[str, ...]]:
    """For each class the classes that are taken for it, from `confusions.toml`; a class that is missing is taken for none."""
    groups = tomllib.loads(files("streams.house").joinpath("confusions.toml").read_text("utf-8"))["groups"]
    like: dict[str, set[str]] = {}
    for group in groups:
        for kind in group:
            like.setdefault(kind, set()).update(other for other in group if other != kind)
    return {kind: tuple(sorted(others)) for kind, others in like.items()}


def scaled(level: NoiseLevel, factor: float) -> NoiseLevel:
    """The level with every probability, rate and size times `factor`, probabilities at most 1: for curves over noise.

    Raises:
        InvalidInputError: the factor is negative or not finite.
    """
    kept = ("name", "min_pixels", "lost_after_s")
    names = [one.name for one in fields(level) if one.name not in kept]
    times = {name: getattr(level, name) * factor for name in names}
    times |= {name: min(times[name], 1.0) for name in _PROBABILITIES}
    times["mask_pixels"] = round(times["mask_pixels"]) if np.isfinite(factor) else factor
    return replace(level, name=f"{level.name} x{factor:g}", **times)
