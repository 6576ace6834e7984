"""The URL embedder against a scripted server on loopback."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest

from mmmem.errors import InvalidInputError, ModelError
from mmmem.perceive.embedding_url import EmbeddingUrl

Reply = tuple[int, Any, dict[str, str]]


def vectors(body: dict[str, Any], dim: int = 3) -> Reply:
    """The true answer: the text's length, then ones."""
    data = [{"index": i, "embedding": [float(len(text)), *[1.0] * (dim - 1)]} for i, text in enumerate(body["input"])]
    return 200, {"data": data}, {}


def refuse(code: int, **headers: str) -> Callable[[dict[str, Any]], Reply]:
    return lambda body: (code, {"error": {"message": f"scripted {code}"}}, headers)


@dataclass
class Script:
    """What the server answers, one function a request; `vectors` once the queue is empty."""

    queue: list[Callable[[dict[str, Any]], Reply]] = field(default_factory=list)
    models: list[str] = field(default_factory=lambda: ["tiny"])
    bodies: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    url: str = ""

    def open(self, **options: Any) -> EmbeddingUrl:
        return EmbeddingUrl(self.url, **{"model": "tiny", "api_key": "", "sleep": self.waits.append, "timeout_s": 5.0} | options)

    def texts(self) -> list[list[str]]:
        return [body["input"] for body in self.bodies]


@pytest.fixture
def script() -> Iterator[Script]:
    state = Script()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send(200, {"data": [{"id": name} for name in state.models]}, {})

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            state.bodies.append(body)
            state.keys.append(self.headers["Authorization"])
            answer = state.queue.pop(0) if state.queue else vectors
            self._send(*answer(body))

        def _send(self, code: int, payload: Any, headers: dict[str, str]) -> None:
            data = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
            self.send_response(code)
            for name, value in {"Content-Length": str(len(data)), **headers}.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_port}/v1"
    yield state
    server.shutdown()
    thread.join()
    server.server_close()


def test_opening_asks_once_and_learns_the_length(script: Script) -> None:
    embedder = script.open()
    assert (embedder.dim, embedder.space, script.texts()) == (3, "text:tiny:3", [["a"]])
    assert script.bodies[0]["model"] == "tiny"


def test_batches_are_split_and_equal_texts_sent_once(script: Script) -> None:
    embedder = script.open(batch_texts=2)
    rows = embedder.embed(["x", "yy", "x", "zzz", ""])
    assert script.texts()[1:] == [["x", "yy"], ["zzz", " "]]
    lengths = np.array([1, 2, 1, 3, 1.0])
    np.testing.assert_allclose(rows[:, 0] / rows[:, 1], lengths, rtol=1e-6)


@pytest.mark.parametrize("code", [429, 500, 502, 503, 504])
def test_a_busy_server_is_asked_again_with_growing_waits(script: Script, code: int) -> None:
    embedder = script.open()
    script.queue = [refuse(code), refuse(code), refuse(code)]
    assert embedder.embed(["x"]).shape == (1, 3)
    assert script.waits == [0.5, 1.0, 2.0]


def test_the_server_says_how_long_to_wait(script: Script) -> None:
    embedder = script.open()
    script.queue = [
        refuse(429, Retry_After="7"),
        refuse(429, Retry_After="Wed, 21 Oct 2026 07:28:00 GMT"),
        refuse(429, Retry_After="9999"),
    ]
    embedder.embed(["x"])
    assert script.waits == [7.0, 1.0, 30.0]  # a date is ignored, an hour is cut


def test_giving_up_says_how_often_and_why(script: Script) -> None:
    script.queue = [refuse(503)] * 3
    with pytest.raises(ModelError, match=r"/v1/embeddings failed 3 times: HTTP 503 .*scripted 503.*Is the server running\?"):
        script.open(max_tries=3)
    assert len(script.waits) == 2  # no wait after the last try


@pytest.mark.parametrize(
    ("code", "remedy"),
    [(401, "Set OPENAI_API_KEY"), (404, "usually ends in /v1"), (400, "Check the model and its limits")],
)
def test_a_refusal_is_not_repeated(script: Script, code: int, remedy: str) -> None:
    script.queue = [refuse(code)]
    with pytest.raises(ModelError, match=f"refused: HTTP {code} .*scripted {code}.*{remedy}"):
        script.open()
    assert (len(script.bodies), script.waits) == (1, [])


def test_a_batch_called_too_large_is_halved(script: Script) -> None:
    embedder = script.open()
    script.queue = [refuse(413), vectors, refuse(413), vectors, vectors]
    rows = embedder.embed(["a", "bb", "ccc", "dddd"])
    assert script.texts()[1:] == [["a", "bb", "ccc", "dddd"], ["a", "bb"], ["ccc", "dddd"], ["ccc"], ["dddd"]]
    np.testing.assert_allclose(rows[:, 0] / rows[:, 1], [1, 2, 3, 4], rtol=1e-6)
    script.queue = [refuse(413)]
    with pytest.raises(ModelError, match="a single text too large"):
        embedder.embed(["e"])


def test_another_length_means_another_model(script: Script) -> None:
    embedder = script.open()
    script.queue = [lambda body: vectors(body, dim=4)]
    with pytest.raises(ModelError, match="changed its vectors from 3 to 4 numbers"):
        embedder.embed(["x"])


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        (b"<html>", "not JSON"),
        ({"object": "list"}, "OpenAI-compatible"),
        ({"data": [{"index": 0, "embedding": "AAAA"}]}, "OpenAI-compatible"),
        ({"data": []}, "answered 0 vectors for 1 texts"),
        ({"data": [{"index": 1, "embedding": [1.0]}]}, "answered 1 vectors for 1 texts"),
        ({"data": [{"index": 0, "embedding": [float("nan"), 1.0]}]}, "gave NaN or infinity"),
    ],
)
def test_unusable_answers(script: Script, payload: Any, message: str) -> None:
    script.queue = [lambda body: (200, payload, {})]
    with pytest.raises(ModelError, match=message):
        script.open()


def test_a_slow_server_times_out(script: Script) -> None:
    def slow(body: dict[str, Any]) -> Reply:
        time.sleep(0.3)
        return vectors(body)

    script.queue = [slow]
    with pytest.raises(ModelError, match=r"failed 1 times: .*timed out"):
        script.open(max_tries=1, timeout_s=0.05)


def test_nobody_listens() -> None:
    waits: list[float] = []
    with pytest.raises(ModelError, match=r"failed 2 times: .*Is the server running"):
        EmbeddingUrl("http://127.0.0.1:9/v1", model="x", max_tries=2, sleep=waits.append)
    assert waits == [0.5]


def test_the_key_is_sent_as_a_bearer_token(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "from-environment")
    script.open(api_key=None)
    script.open(api_key="given")
    script.open(api_key="")
    assert script.keys == ["Bearer from-environment", "Bearer given", None]


def test_the_only_model_is_taken(script: Script) -> None:
    assert script.open(model=None).space == "text:tiny:3"
    script.models = ["b", "a"]
    with pytest.raises(ModelError, match=r"serves 2 models \(a, b\); name one: http://.*/v1#MODEL"):
        script.open(model=None)


def test_the_address_may_name_the_model_and_the_endpoint(script: Script) -> None:
    embedder = EmbeddingUrl(f"{script.url}/embeddings#other", api_key="")
    assert embedder.space == "text:other:3"
    assert EmbeddingUrl(script.url.removesuffix("/v1") + "#bare", api_key="").dim == 3


def test_a_query_gets_its_prefix(script: Script) -> None:
    script.open(query_prefix="query: ").embed_queries(["cup"])
    assert script.texts()[-1] == ["query: cup"]


@pytest.mark.parametrize("url", ["ftp://host/v1", "http://", "localhost:8080"])
def test_what_is_not_an_address(url: str) -> None:
    with pytest.raises(InvalidInputError, match="is not an address; write http://localhost:8080/v1"):
        EmbeddingUrl(url)


@pytest.mark.parametrize("option", [{"timeout_s": 0}, {"max_tries": 0}, {"batch_texts": 0}])
def test_bounds_that_make_no_sense(option: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError, match="timeout_s must be above 0"):
        EmbeddingUrl("http://127.0.0.1:9/v1", **option)
