from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from mmmem.errors import ModelError
from mmmem.perceive import open_text_embedder
from mmmem.perceive.static_words import StaticWords

WORDS = {
    word: number
    for number, word in enumerate(["<pad>", "<unk>", "<bos>", "<eos>", "a", "cat", "dog", "red", "cup", "the", "on", "table"])
}


def test_a_text_is_the_weighted_mean_of_its_known_words(make_static_words: Callable[..., Path], tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    table, weights = rng.normal(size=(4, 6)).astype(np.float32), rng.uniform(0.1, 2, len(WORDS))
    mapping = rng.integers(0, 4, len(WORDS)).astype(np.int32)
    model = StaticWords(make_static_words(tmp_path / "m", embeddings=table, mapping=mapping, weights=weights))
    ids = [WORDS[word] for word in ("the", "red", "cup")]
    wanted = np.mean([weights[i] * table[mapping[i]] for i in ids], axis=0)
    got = model.embed(["the red unheard-of cup"])[0]  # unknown words and frame tokens do not count
    np.testing.assert_allclose(got, wanted / np.linalg.norm(wanted), atol=1e-6)


def test_a_text_without_a_known_word_has_no_direction(static_words_dir: Path) -> None:
    rows = StaticWords(static_words_dir).embed(["", "xyzzy", "cat"])
    assert np.linalg.norm(rows, axis=1).tolist() == pytest.approx([0, 0, 1], abs=1e-6)


@pytest.mark.parametrize(
    ("tensors", "message"),
    [
        ({"vectors": np.zeros((12, 4), np.float32)}, "holds no table 'embeddings'"),
        ({"embeddings": np.zeros((5, 4), np.float32)}, "12 tokens, 5 mapped rows"),
        ({"embeddings": np.zeros((5, 4), np.float32), "mapping": np.full(12, 5)}, "outside its table of 5 rows"),
        ({"embeddings": np.zeros((12, 4), np.float32), "weights": np.ones(3)}, "3 weights"),
    ],
)
def test_tables_that_do_not_fit(
    tensors: dict[str, np.ndarray], message: str, make_static_words: Callable[..., Path], tmp_path: Path
) -> None:
    with pytest.raises(ModelError, match=message):
        StaticWords(make_static_words(tmp_path / "m", **tensors))


def test_the_shared_model_separates_topics(shared_data: Path) -> None:
    embedder = open_text_embedder(shared_data / "models" / "model2vec-bge64-tiny")
    rows = embedder.embed(["boil the pasta with salt", "cook noodles in the kitchen", "the stock market fell sharply"])
    assert embedder.dim == 64
    assert rows[0] @ rows[1] > rows[0] @ rows[2] + 0.2
