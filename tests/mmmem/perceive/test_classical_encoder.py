import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from mmmem.errors import InvalidInputError, ModelError
from mmmem.perceive import Encoder, open_encoder

Photo = Callable[..., np.ndarray]


@pytest.fixture
def encoder() -> Encoder:
    return open_encoder("classical")


def jpeg(picture: np.ndarray) -> np.ndarray:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=25)
    return np.asarray(Image.open(buffer))


def brighter(picture: np.ndarray) -> np.ndarray:
    return np.asarray(ImageEnhance.Brightness(Image.fromarray(picture)).enhance(1.2))


def cropped(picture: np.ndarray) -> np.ndarray:
    return picture[6:-6, 8:-8]


def halved(picture: np.ndarray) -> np.ndarray:
    return np.asarray(Image.fromarray(picture).reduce(2))


def noisy(picture: np.ndarray) -> np.ndarray:
    noise = np.random.default_rng(0).normal(0, 8, picture.shape)
    return (picture + noise).clip(0, 255).astype(np.uint8)


def test_rows_are_unit_float32_and_the_same_alone_or_together(encoder: Encoder, photo: Photo) -> None:
    pictures = [photo(seed, 60 + 31 * seed, 90) for seed in range(5)]
    rows = encoder.encode_images(pictures)
    assert isinstance(encoder, Encoder)
    assert (rows.shape, rows.dtype) == ((5, encoder.dim), np.float32)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)
    for row, picture in zip(rows, pictures, strict=True):
        np.testing.assert_array_equal(row, encoder.encode_images([picture])[0])
    assert encoder.encode_images([]).shape == (0, encoder.dim)


@pytest.mark.parametrize("change", [jpeg, brighter, cropped, halved, noisy])
def test_near_duplicates_are_nearer_than_any_other_picture(
    change: Callable[..., np.ndarray], encoder: Encoder, photo: Photo
) -> None:
    pictures = [photo(seed) for seed in range(20)]
    rows, changed = encoder.encode_images(pictures), encoder.encode_images([change(picture) for picture in pictures])
    likeness = changed @ rows.T
    others = likeness[~np.eye(20, dtype=bool)]
    assert np.diag(likeness).min() > others.max()


def test_layout_matters(encoder: Encoder, photo: Photo) -> None:
    picture = photo(3)
    same, mirrored, turned = encoder.encode_images([picture, picture[:, ::-1], picture[::-1, ::-1]])
    assert same @ mirrored < 0.7
    assert same @ turned < 0.7


def test_colour_matters_where_shape_does_not_differ(encoder: Encoder) -> None:
    pictures = [np.full((40, 40, 3), colour, np.uint8) for colour in [(200, 30, 30), (30, 30, 200), (190, 40, 40)]]
    red, blue, other_red = encoder.encode_images(pictures)
    assert red @ other_red > 0.9 > 0.5 > red @ blue


def test_dark_pictures_are_alike_despite_their_noise(encoder: Encoder) -> None:
    rng = np.random.default_rng(0)
    dark = [(8 + rng.normal(0, 4, (120, 160, 3))).clip(0, 255).astype(np.uint8) for _ in range(2)]
    white = np.full((120, 160, 3), 255, np.uint8)
    first, second, bright, black = encoder.encode_images([*dark, white, np.zeros_like(white)])
    assert first @ second > 0.9
    assert first @ black > 0.95
    assert black @ bright < 0.1


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 500, 3), (700, 2, 3), (65, 64, 3)])
def test_any_size_has_a_vector(shape: tuple[int, ...], encoder: Encoder) -> None:
    picture = np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)
    assert np.linalg.norm(encoder.encode_images([picture])[0]) == pytest.approx(1, abs=1e-6)


def test_a_view_of_a_bigger_picture_is_read_right(encoder: Encoder, photo: Photo) -> None:
    flipped = photo(1)[::-1, ::2]
    np.testing.assert_array_equal(encoder.encode_images([flipped]), encoder.encode_images([flipped.copy()]))


@pytest.mark.parametrize("image", [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 4), np.uint8), np.zeros((4, 4, 3), np.float32)])
def test_what_is_no_picture(image: np.ndarray, encoder: Encoder) -> None:
    with pytest.raises(InvalidInputError, match=r"A picture must be \(H, W, 3\) uint8 RGB"):
        encoder.encode_images([image])


def test_it_knows_no_words(encoder: Encoder) -> None:
    assert not encoder.has_text_tower
    with pytest.raises(ModelError, match="open an encoder with a text tower"):
        encoder.encode_texts(["cat"])
