"""Places by appearance: continuing, coming back, new ones."""

import numpy as np
import pytest

from mmmem.errors import InvalidInputError
from scenegraph.places import Places

S = 1_000_000_000
RNG = np.random.default_rng(4)
SCENES = np.linalg.qr(RNG.normal(size=(64, 8)))[0].T


def picture(scene: int, noise: float = 0.02) -> np.ndarray:
    vector = SCENES[scene] + RNG.normal(0.0, noise, 64)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def test_coming_back_is_a_visit_to_the_same_place():
    places = Places()
    ids = [places.see(second * S, picture(scene)).id for second, scene in enumerate([0, 0, 1, 1, 2, 0, 0, 1])]
    assert ids == ["S1", "S1", "S2", "S2", "S3", "S1", "S1", "S2"]
    assert places.places[0].visits == [[0, S], [5 * S, 6 * S]]


def test_a_long_gap_ends_a_visit_but_not_the_place():
    places = Places(gap_ns=10 * S)
    first, again = places.see(0, picture(0)), places.see(60 * S, picture(0))
    assert first is again
    assert again.visits == [[0, 0], [60 * S, 60 * S]]


def test_pictures_that_change_little_by_little_are_not_one_place():
    places, turns = Places(), np.linspace(0.0, np.pi / 2, 10)
    ids = [places.see(n * S, (np.cos(turn) * SCENES[0] + np.sin(turn) * SCENES[1])).id for n, turn in enumerate(turns)]
    assert ids[0] == ids[1] == "S1"
    assert ids[-1] == ids[-2] == "S2"


def test_a_likeness_is_no_more_than_one():
    with pytest.raises(InvalidInputError, match="got like"):
        Places(like=1.5)
