"""A simulator's masks become detections: boxes, names, ids, masks, and colours that are those of the pixels."""

import colorsys

import numpy as np
import pytest

from mmmem.errors import InvalidInputError
from mmmem.perceive.appearance import DIM, SPACE, appearance_of, appearances_of
from mmmem.perceive.instances import detections_from_instances
from mmmem.types import Frame

HEIGHT, WIDTH = 48, 64


def frame(instances: np.ndarray | None, image: np.ndarray | None = None, **labels: str) -> Frame:
    image = np.zeros((HEIGHT, WIDTH, 3), np.uint8) if image is None else image
    return Frame("s", 0, 0, image, instances=instances, instance_labels={int(k[1:]): v for k, v in labels.items()})


def painted(*rectangles: tuple[int, int, int, int, int]) -> np.ndarray:
    """(H, W) ids; each rectangle is id, x0, y0, x1, y1, later ones in front."""
    instances = np.zeros((HEIGHT, WIDTH), np.int32)
    for number, x0, y0, x1, y1 in rectangles:
        instances[y0:y1, x0:x1] = number
    return instances


@pytest.mark.parametrize("shift", [0, 1_000_000])
def test_boxes_names_ids_and_masks_are_those_of_the_picture(shift: int) -> None:
    instances = painted((7, 3, 4, 20, 14), (2, 30, 0, 64, 48), (9, 40, 10, 50, 20))
    instances[instances > 0] += shift
    found = detections_from_instances(frame(instances, **{f"i{7 + shift}": "mug", f"i{9 + shift}": "bowl"}), min_pixels=5)
    assert found.label == ("thing", "mug", "bowl")
    assert found.track_id is not None
    assert found.track_id.tolist() == [2 + shift, 7 + shift, 9 + shift]
    assert found.xyxy.tolist() == [[30, 0, 64, 48], [3, 4, 20, 14], [40, 10, 50, 20]]
    assert found.score.tolist() == [1, 1, 1]
    assert found.mask is not None
    for mask, number in zip(found.mask, found.track_id, strict=True):
        assert np.array_equal(mask, instances == number)


def test_what_shows_too_little_or_has_no_name_can_be_left_out() -> None:
    instances = painted((1, 0, 0, 3, 3), (2, 10, 10, 14, 14), (3, 20, 20, 30, 30))
    seen = frame(instances, i1="cup", i2="cup")
    assert detections_from_instances(seen, min_pixels=10).label == ("cup", "thing")
    assert detections_from_instances(seen, min_pixels=9, unnamed=None).label == ("cup", "cup")
    bare = detections_from_instances(seen, masks=False, appearance=False)
    assert (bare.mask, bare.embedding, bare.embedding_space) == (None, None, "")
    assert len(detections_from_instances(frame(np.zeros((HEIGHT, WIDTH), np.int32)))) == 0
    assert len(detections_from_instances(frame(painted((1, 0, 0, 2, 2))), min_pixels=0)) == 1


def test_bad_ids_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="has no instance ids"):
        detections_from_instances(frame(None))
    with pytest.raises(InvalidInputError, match="at least 0, got -3"):
        detections_from_instances(frame(painted((-3, 0, 0, 9, 9))))


def patch(red: float, green: float, blue: float, noise: float = 6.0) -> np.ndarray:
    """(20, 20, 3) uint8 of one colour with sensor noise."""
    rng = np.random.default_rng(int(red + 2 * green + 3 * blue))
    return np.clip(np.array([red, green, blue]) + rng.normal(0, noise, (20, 20, 3)), 0, 255).astype(np.uint8)


def colours(*values: float) -> np.ndarray:
    return appearance_of(patch(*values), np.ones((20, 20), np.bool_))


def test_colours_are_of_unit_length_and_tell_a_red_mug_from_a_blue_one() -> None:
    red, dim_red, blue, white, black = (
        colours(*c) for c in ((200, 30, 30), (150, 22, 22), (30, 40, 200), (230, 230, 230), (15, 15, 15))
    )
    for vector in (red, blue, white, black):
        assert vector.shape == (DIM,)
        assert vector.dtype == np.float32
        assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-5)
    assert red @ dim_red > 0.6
    assert max(red @ blue, red @ white, blue @ white, white @ black, red @ black) < 0.2
    assert colours(200, 30, 30) @ red == pytest.approx(1.0, abs=1e-5)


def test_hues_that_lie_close_look_alike_all_around_the_circle() -> None:
    hues = np.arange(36) / 36
    vectors = [colours(*(255 * c for c in colorsys.hsv_to_rgb(h, 0.9, 0.8))) for h in hues]
    for i in range(36):
        near, far = vectors[(i + 1) % 36], vectors[(i + 12) % 36]
        assert vectors[i] @ near > vectors[i] @ far + 0.5


def test_only_the_pixels_of_the_thing_count() -> None:
    image = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    image[:, :] = (30, 40, 200)
    image[10:30, 10:30] = patch(200, 30, 30)
    instances = painted((4, 10, 10, 30, 30), (8, 40, 0, 64, 48))
    found = detections_from_instances(frame(instances, image))
    assert found.embedding_space == SPACE
    assert found.embedding is not None
    assert found.mask is not None
    for vector, mask in zip(found.embedding, found.mask, strict=True):
        assert vector == pytest.approx(appearance_of(image, mask), abs=1e-6)
    assert found.embedding[0] @ colours(200, 30, 30) > 0.99
    assert not appearances_of(image, np.zeros((HEIGHT, WIDTH), np.intp), 2).any()
    with pytest.raises(InvalidInputError, match="a pixel in it"):
        appearance_of(image, np.zeros((HEIGHT, WIDTH), np.bool_))
    with pytest.raises(InvalidInputError, match="picture's size"):
        appearance_of(image, np.ones((3, 3), np.bool_))
