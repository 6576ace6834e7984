import io
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from PIL import Image

from mmmem.clock import NS_PER_S, Span
from mmmem.errors import InvalidInputError
from mmmem.perceive import KeyframeGate, Perceiver
from mmmem.perceive.classical import ClassicalEncoder
from mmmem.types import STANDS_ALONE, Detections, Frame, Observation, TimedText

Photo = Callable[..., np.ndarray]
SPACE = ClassicalEncoder.space


class ScriptedDetector:
    """Finds a person wherever the picture's upper left pixel is pure red."""

    name = "scripted"
    labels = ("person",)

    def __init__(self) -> None:
        self.batches: list[int] = []

    def detect(self, images: Sequence[np.ndarray]) -> list[Detections]:
        self.batches.append(len(images))
        return [self._look(image) for image in images]

    def _look(self, image: np.ndarray) -> Detections:
        if image[0, 0].tolist() != [255, 0, 0]:
            return Detections.none()
        return Detections(np.array([[10, 10, 60, 90]], np.float32), np.array([0.9], np.float32), ("person",))


class ScriptedEncoder:
    """A space of two numbers."""

    space = "image:scripted"
    dim = 2

    def __init__(self, has_text_tower: bool = True) -> None:
        self.has_text_tower = has_text_tower
        self.num_images = 0

    def encode_images(self, images: Sequence[np.ndarray]) -> np.ndarray:
        self.num_images += len(images)
        return np.tile(np.array([[0.6, 0.8]], np.float32), (len(images), 1))

    def encode_texts(self, texts: Sequence[str]) -> np.ndarray:
        return self.encode_images([])


def film(photo: Photo, plan: str, *, stream_id: str = "cam", period_s: float = 1.0, start: int = 0) -> list[Frame]:
    """One frame a letter: the letter chooses the view, capital letters have a person in it."""
    frames = []
    for index, letter in enumerate(plan):
        image = photo(ord(letter.lower()))
        image[0, 0] = (255, 0, 0) if letter.isupper() else (0, 255, 0)
        frames.append(Frame(stream_id, index, start + round(index * period_s * NS_PER_S), image))
    return frames


def keyframes(observations: Sequence[Observation]) -> list[int]:
    return [index for index, one in enumerate(observations) if one.keyframe_jpeg is not None]


def test_a_frame_becomes_an_observation_without_pixels(photo: Photo) -> None:
    text = TimedText(Span(5, 6), "hello", "speech")
    frame = Frame("cam", 7, 5, photo(0), texts=(text,))
    one = Perceiver("cam", period_ns=100).observe(frame)
    assert (one.stream_id, one.span, one.ref, one.texts) == ("cam", Span(5, 105), frame.ref, (text,))
    assert one.detections is None  # nobody looked
    np.testing.assert_array_equal(one.embedding[SPACE], ClassicalEncoder().encode_images([frame.image])[0])


def test_a_keyframe_is_a_small_jpeg_of_the_picture(photo: Photo) -> None:
    picture = photo(0, 480, 640)
    jpeg = Perceiver("cam", keyframe_side=200).observe(Frame("cam", 0, 0, picture)).keyframe_jpeg
    assert jpeg is not None
    with Image.open(io.BytesIO(jpeg)) as small:
        assert (small.format, small.size) == ("JPEG", (200, 150))
        likeness = ClassicalEncoder().encode_images([np.asarray(small), picture])
    assert likeness[0] @ likeness[1] > 0.98


def test_only_new_views_are_kept(photo: Photo) -> None:
    observations = Perceiver("cam").observe_many(film(photo, "aaabbbaab"))
    assert keyframes(observations) == [0, 3]
    assert all(SPACE in one.embedding for one in observations)


def test_someone_new_makes_a_keyframe(photo: Photo) -> None:
    pytest.importorskip("trackers")
    perceiver = Perceiver("cam", detector=ScriptedDetector())
    observations = perceiver.observe_many(film(photo, "aaaAAAAaaaaaaaAAA"))
    tracked = [one.detections.track_id.tolist() for one in observations if one.detections is not None and len(one.detections)]
    assert tracked == [[-1], [0], [0], [0], [-1], [1], [1]]
    assert keyframes(observations) == [0, 4, 15]  # where each of the two visits gets its id
    assert perceiver.next_track_id == 2


def test_looked_and_found_nothing_differs_from_nobody_looked(photo: Photo) -> None:
    pytest.importorskip("trackers")
    found = Perceiver("cam", detector=ScriptedDetector()).observe(film(photo, "a")[0]).detections
    assert found is not None
    assert len(found) == 0


def test_in_photos_nothing_is_followed(photo: Photo) -> None:
    perceiver = Perceiver("cam", detector=ScriptedDetector(), stills=True)
    observations = perceiver.observe_many(film(photo, "AAbA"))
    tracks = [one.detections.track_id for one in observations if one.detections is not None]
    assert [ids.tolist() for ids in tracks if ids is not None] == [[STANDS_ALONE], [STANDS_ALONE], [], [STANDS_ALONE]]
    assert perceiver.next_track_id == 0
    assert any("too far apart" in line for line in perceiver.not_looked_at())


def test_without_a_tracker_detections_have_no_identity(photo: Photo) -> None:
    found = Perceiver("cam", detector=ScriptedDetector(), tracker=False).observe(film(photo, "A")[0]).detections
    assert found is not None
    assert found.track_id is None


@pytest.mark.parametrize("sizes", [[1] * 17, [5, 1, 11], [17]])
def test_batches_make_no_difference(sizes: list[int], photo: Photo) -> None:
    pytest.importorskip("trackers")
    frames = film(photo, "aabAAbcCCcaadDDde")
    whole = Perceiver("cam", detector=ScriptedDetector(), encoder=ScriptedEncoder()).observe_many(frames)
    perceiver = Perceiver("cam", detector=ScriptedDetector(), encoder=ScriptedEncoder())
    parts: list[Observation] = []
    for size in sizes:
        parts += perceiver.observe_many(frames[len(parts) : len(parts) + size])
    assert [_content(one) for one in parts] == [_content(one) for one in whole]


def _content(one: Observation) -> tuple[object, ...]:
    vectors = {space: vector.tobytes() for space, vector in one.embedding.items()}
    track_id = None if one.detections is None or one.detections.track_id is None else one.detections.track_id.tolist()
    return one.span, one.ref, vectors, track_id, one.keyframe_jpeg


def test_a_perceiver_goes_on_where_the_one_before_it_stopped(photo: Photo) -> None:
    pytest.importorskip("trackers")
    frames = film(photo, "aaAAbbaacABBcc")
    whole = Perceiver("cam", detector=ScriptedDetector()).observe_many(frames)
    first = Perceiver("cam", detector=ScriptedDetector())
    head = first.observe_many(frames[:6])
    gate = KeyframeGate(recent=first.gate.recent)
    second = Perceiver("cam", detector=ScriptedDetector(), gate=gate, first_track_id=first.next_track_id)
    tail = second.observe_many(frames[6:])
    assert keyframes([*head, *tail]) == keyframes(whole)
    assert second.next_track_id >= first.next_track_id


def test_the_encoder_sees_keyframes_only_unless_asked(photo: Photo) -> None:
    few, every = ScriptedEncoder(), ScriptedEncoder()
    observations = Perceiver("cam", encoder=few).observe_many(film(photo, "aaabbb"))
    assert [i for i, one in enumerate(observations) if few.space in one.embedding] == keyframes(observations) == [0, 3]
    Perceiver("cam", encoder=every, encode_all=True).observe_many(film(photo, "aaabbb"))
    assert (few.num_images, every.num_images) == (2, 6)


def test_models_are_fed_in_batches(photo: Photo) -> None:
    detector = ScriptedDetector()
    Perceiver("cam", detector=detector, tracker=False).observe_many(film(photo, "abcde"))
    assert detector.batches == [5]


def test_a_damaged_picture_is_not_looked_at(photo: Photo) -> None:
    frames = film(photo, "AbA")
    frames[1] = Frame("cam", 1, frames[1].t_ns, frames[1].image, damaged=True)
    perceiver = Perceiver("cam", detector=ScriptedDetector(), tracker=False)
    observations = perceiver.observe_many(frames)
    assert (dict(observations[1].embedding), observations[1].detections, observations[1].keyframe_jpeg) == ({}, None, None)
    assert (perceiver.counts.frames, perceiver.counts.damaged, perceiver.counts.keyframes, perceiver.counts.detections) == (
        3,
        1,
        1,
        2,
    )
    assert "1 damaged picture(s)" in perceiver.not_looked_at()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, ["objects and people", "what pictures mean", "speech and captions"]),
        ({"detector": ScriptedDetector(), "tracker": False}, ["who is who", "what pictures mean", "speech and captions"]),
        ({"encoder": ScriptedEncoder()}, ["objects and people", "speech and captions"]),
        ({"encoder": ScriptedEncoder(has_text_tower=False)}, ["objects and people", "pictures by words", "speech and captions"]),
        ({"encoder": ClassicalEncoder()}, ["objects and people", "what pictures mean", "speech and captions"]),
    ],
)
def test_what_was_not_looked_at_is_said(options: dict[str, object], words: list[str], photo: Photo) -> None:
    perceiver = Perceiver("cam", **options)
    perceiver.observe_many(film(photo, "ab"))
    missing = perceiver.not_looked_at()
    assert len(missing) == len(words)
    assert all(text.startswith(word) for text, word in zip(missing, words, strict=True))
    assert perceiver.not_looked_at(texts_seen=True) == missing[:-1]


def test_frames_of_another_stream_or_out_of_order_are_refused(photo: Photo) -> None:
    perceiver = Perceiver("cam")
    with pytest.raises(InvalidInputError, match="sees stream 'cam', got a frame of 'door'"):
        perceiver.observe_many(film(photo, "a", stream_id="door"))
    frames = film(photo, "ab")
    perceiver.observe(frames[1])
    with pytest.raises(InvalidInputError, match="Frames need rising times, got t_ns=0 after 1000000000"):
        perceiver.observe(frames[0])


@pytest.mark.parametrize("option", [{"keyframe_side": 4}, {"jpeg_quality": 0}, {"jpeg_quality": 100}, {"period_ns": -1}])
def test_settings_that_make_no_sense(option: dict[str, int]) -> None:
    with pytest.raises(InvalidInputError):
        Perceiver("cam", **option)
