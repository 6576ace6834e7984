"""A detector of stated noise: what a real one would report of a rendered picture, with every error drawn from a seed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mmmem.clock import NS_PER_S
from mmmem.perceive.appearance import DIM, SPACE, appearance_of
from mmmem.perceive.protocols import Encoder
from mmmem.types import Detections, Frame
from streams.house.home import Home, Resident, Thing
from streams.house.looks import Look, Looker
from streams.house.noise import NoiseLevel, lookalikes
from streams.house.noisy_masks import ellipse, jittered_box, resized_mask
from streams.house.noisy_sensor import RELOCALISED_NS, PoseDrift, noisy_depth
from streams.house.sightings import states_of
from streams.house.watching import Watched, measured

IDS_PER_FRAME = 128
"""Track ids that begin in frame `i` lie in `[i * 128 + 1, (i + 1) * 128]`, so that any stretch can be worked out alone."""

_SIDES = (15, 60)
_FALSE_SCORE = 0.6
_LIKE_COLOURS: Mapping[str, tuple[str, ...]] = {
    "white": ("grey", "beige"),
    "grey": ("white", "black", "silver"),
    "black": ("grey", "brown"),
    "silver": ("grey", "white"),
    "red": ("orange", "pink", "brown"),
    "orange": ("red", "yellow"),
    "yellow": ("orange", "beige"),
    "green": ("blue",),
    "blue": ("green", "purple"),
    "purple": ("blue", "pink"),
    "pink": ("red", "purple"),
    "brown": ("red", "black", "beige"),
    "beige": ("white", "brown", "yellow"),
}
_OTHER_VALUES = {"open": "closed", "closed": "open", "on": "off", "off": "on"}


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What was detected in one picture, and the truth behind it.

    Args:
        detections: in the order of their true instances, false ones last; vectors are the colours that the masks show.
        instances: (n,) int32, the true instance behind each detection, 0 for a false one.
        areas: (n,) int32 pixels of each mask.
    """

    detections: Detections
    instances: NDArray[np.int32]
    areas: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Perceived:
    """What the sensors made of one picture.

    Args:
        frame: with the depth and pose that were measured; its instances are painted from the detected masks and numbered by
            track id, its labels are the detected ones.
    """

    frame: Frame
    found: Found


class NoisyDetector:
    """Looks at watched pictures in order of time; the same seed and pictures give the same detections.

    After a minute without a picture it starts anew, so that tours can be worked out apart from one another.

    Args:
        home: whose pictures these are.
    """

    def __init__(self, level: NoiseLevel, seed: int, home: Home) -> None:
        self._level, self._seed, self._home = level, seed, home
        self._ids = tuple(home.instance_ids)
        self._looker = Looker(home)
        self._drift = PoseDrift(level, seed)
        self._tracks = _Tracks(level)

    def perceive(self, watched: Watched) -> tuple[Frame, Detections]:
        """The frame as measured, and what was detected in it.

        Raises:
            InvalidInputError: the frame lacks depth, instances, pose or intrinsics.
        """
        perceived = self.sense(watched, self._looker.look(watched))
        return perceived.frame, perceived.found.detections

    def sense(self, watched: Watched, look: Look) -> Perceived:
        """As `perceive`, for a picture that was measured already; keeps the truth behind each detection."""
        frame, shown = watched.frame, measured(watched.frame)
        rng = np.random.default_rng((self._seed, frame.index))
        found = self._found(look, rng)
        numbers = look.instance[found]
        masks = [self._mask(shown.instances, number, box, rng) for number, box in zip(numbers, look.xyxy[found], strict=True)]
        tracks = self._tracks.named(numbers, frame, rng)
        labels = [self._label(frame, int(number), rng) for number in numbers]
        scores = np.clip(self._chance(look)[found] - np.abs(rng.normal(0, self._level.score_noise, len(numbers))), 0.05, 1)
        attributes = [self._attributes(watched, int(number), rng) for number in numbers]
        false = self._false(frame, rng)
        masks += [mask for mask, _ in false]
        detections = Detections(
            self._boxes(masks, len(numbers), rng),
            np.concatenate([scores, rng.uniform(0.05, _FALSE_SCORE, len(false))]).astype(np.float32),
            (*labels, *(label for _, label in false)),
            np.concatenate([tracks, self._tracks.new(len(false), frame)]),
            np.array(masks, np.bool_).reshape(-1, *shown.instances.shape),
            np.array([appearance_of(frame.image, mask) for mask in masks], np.float32).reshape(-1, DIM),
            SPACE,
            attributes=(*attributes, *({} for _ in false)),
        )
        truth = np.concatenate([numbers, np.zeros(len(false), np.int32)]).astype(np.int32)
        areas = np.array([mask.sum() for mask in masks], np.int32)
        return Perceived(self._measured_frame(frame, detections), Found(detections, truth, areas))

    def _chance(self, look: Look) -> NDArray[np.float64]:
        return self._level.chance_found(look.reference_pixels, look.fraction)

    def _found(self, look: Look, rng: np.random.Generator) -> NDArray[np.bool_]:
        return rng.random(len(look.instance)) < self._chance(look)

    def _mask(
        self, instances: NDArray[np.int32], number: np.int32, box: NDArray[np.float32], rng: np.random.Generator
    ) -> NDArray[np.bool_]:
        most = self._level.mask_pixels
        return resized_mask(instances, int(number), box, int(rng.integers(-most, most + 1)) if most else 0)

    def _boxes(self, masks: list[NDArray[np.bool_]], num_true: int, rng: np.random.Generator) -> NDArray[np.float32]:
        jitter = [self._level.box_jitter if row < num_true else 0.0 for row in range(len(masks))]
        boxes = [jittered_box(mask, share, rng) for mask, share in zip(masks, jitter, strict=True)]
        return np.array(boxes, np.float32).reshape(-1, 4)

    def _label(self, frame: Frame, number: int, rng: np.random.Generator) -> str:
        kind = frame.instance_labels[number]
        others = lookalikes().get(kind, ())
        confused = rng.random() < self._level.confusion
        return str(rng.choice(others)) if confused and others else kind

    def _attributes(self, watched: Watched, number: int, rng: np.random.Generator) -> Mapping[str, str]:
        """Colour, states, and a person's name, each misread now and then."""
        level, id = self._level, self._ids[number - 1]
        part = self._home.parts[id]
        read = {}
        colour = part.colour if isinstance(part, Thing) else part.shirt if isinstance(part, Resident) else ""
        if colour:
            wrong = rng.random() < level.wrong_colour
            read["colour"] = str(rng.choice(_LIKE_COLOURS.get(colour, (colour,)))) if wrong else colour
        if isinstance(part, Resident) and rng.random() >= level.unnamed:
            read["name"] = part.name
        for name, value in states_of(self._home, watched.state, id).items():
            read[name] = self._other(part, name, value, rng) if rng.random() < level.wrong_state else value
        return read

    @staticmethod
    def _other(part: object, name: str, value: str, rng: np.random.Generator) -> str:
        values = part.states.get(name, (value,)) if isinstance(part, Thing) else (_OTHER_VALUES.get(value, value),)
        others = [other for other in values if other != value]
        return str(rng.choice(others)) if others else value

    def _false(self, frame: Frame, rng: np.random.Generator) -> list[tuple[NDArray[np.bool_], str]]:
        """Masks and classes of detections of nothing."""
        height, width = frame.image.shape[:2]
        kinds = sorted(set(frame.instance_labels.values()))
        made = []
        for _ in range(int(rng.poisson(self._level.false_positives))):
            sides = rng.integers(*_SIDES, 2)
            centre = rng.integers(0, (height, width))
            made.append((ellipse((height, width), centre, sides), str(rng.choice(kinds))))
        return made

    def _measured_frame(self, frame: Frame, detections: Detections) -> Frame:
        shown = measured(frame)
        depth_m = noisy_depth(shown.depth_m, self._level, self._seed, frame.index)
        return as_measured(frame, depth_m, self._drift.sensed(shown.pose, frame.index, frame.t_ns), detections)


def described(detections: Detections, image: NDArray[np.uint8], encoder: Encoder) -> Detections:
    """The detections with an encoder's vector of what each box shows of a picture, instead of the colours in each mask."""
    crops = [_crop(image, box) for box in detections.xyxy]
    return replace(detections, embedding=encoder.encode_images(crops), embedding_space=encoder.space)


def as_measured(frame: Frame, depth_m: NDArray[np.float32], pose: NDArray[np.float64], detections: Detections) -> Frame:
    """The frame with what was measured and detected instead of what is true."""
    assert frame.depth_m is not None
    return replace(
        frame,
        depth_m=depth_m,
        pose_world_camera=pose,
        instances=painted(detections, frame.depth_m.shape),
        instance_labels=painted_labels(detections),
    )


def painted(detections: Detections, shape: tuple[int, ...]) -> NDArray[np.int32]:
    """(H, W) int32 track ids, smaller masks over larger ones; 0 where nothing was detected."""
    picture = np.zeros(shape, np.int32)
    assert detections.mask is not None
    assert detections.track_id is not None
    for row in np.argsort(-detections.mask.sum(axis=(1, 2)), kind="stable").tolist():
        picture[detections.mask[row]] = detections.track_id[row]
    return picture


def painted_labels(detections: Detections) -> Mapping[int, str]:
    """Class name of each track id."""
    assert detections.track_id is not None
    return dict(zip(detections.track_id.tolist(), detections.label, strict=True))


def _crop(image: NDArray[np.uint8], box: NDArray[np.float32]) -> NDArray[np.uint8]:
    x0, y0 = np.floor(box[:2]).astype(int)
    x1, y1 = np.ceil(box[2:]).astype(int)
    return image[y0 : max(y1, y0 + 1), x0 : max(x1, x0 + 1)]


class _Tracks:
    """Ids of what is in view, with fragments and exchanges."""

    def __init__(self, level: NoiseLevel) -> None:
        self._level = level
        self._ids: dict[int, int] = {}
        self._seen_ns: dict[int, int] = {}
        self._last_ns = 0
        self._next = (-1, 0)

    def named(self, numbers: NDArray[np.int32], frame: Frame, rng: np.random.Generator) -> NDArray[np.int64]:
        """(n,) int64 ids of true instances."""
        self._forget(frame.t_ns)
        fresh = rng.random(len(numbers)) < self._level.fragment
        for number, cut in zip(numbers.tolist(), fresh.tolist(), strict=True):
            if cut or number not in self._ids:
                self._ids[number] = int(self.new(1, frame)[0]) if self._level.lost_after_s else number
            self._seen_ns[number] = frame.t_ns
        self._exchange(numbers.tolist(), frame.instance_labels, rng)
        return np.array([self._ids[number] for number in numbers.tolist()], np.int64)

    def new(self, num: int, frame: Frame) -> NDArray[np.int64]:
        """(num,) int64 ids that nothing has had."""
        index, used = self._next
        used = used if index == frame.index else 0
        self._next = (frame.index, used + num)
        return frame.index * IDS_PER_FRAME + used + 1 + np.arange(num, dtype=np.int64)

    def _forget(self, t_ns: int) -> None:
        longest_ns = self._level.lost_after_s * NS_PER_S
        if longest_ns and t_ns - self._last_ns > RELOCALISED_NS:
            self._ids.clear()
        lost = [number for number in self._ids if longest_ns and t_ns - self._seen_ns[number] > longest_ns]
        for number in lost:
            del self._ids[number]
        self._last_ns = t_ns

    def _exchange(self, numbers: list[int], labels: Mapping[int, str], rng: np.random.Generator) -> None:
        """Two of one class in view take each other's ids; each part is asked once, so a pair is exchanged at twice the rate."""
        for number, roll in zip(numbers, rng.random(len(numbers)).tolist(), strict=True):
            alike = [other for other in numbers if other != number and labels[other] == labels[number]]
            if roll < self._level.swap / 2 and alike:
                other = alike[int(rng.integers(len(alike)))]
                self._ids[number], self._ids[other] = self._ids[other], self._ids[number]
