"""A scripted chat server on loopback, and pictures made by code."""

import contextlib
import io
import json
import threading
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from PIL import Image

from mmmem.chat.openai_chat import OpenAIChat

KEY = "sk-very-secret-0123456789"
Behaviour = Callable[["Handler", dict[str, Any]], None]


def says(text: Any, *, finish: str = "stop", usage: Any = (11, 7), **message: Any) -> Behaviour:
    """Answers in the protocol's form."""
    counts = {"prompt_tokens": usage[0], "completion_tokens": usage[1]} if isinstance(usage, tuple) else usage
    payload = {
        "choices": [{"message": {"role": "assistant", "content": text, **message}, "finish_reason": finish}],
        "usage": counts,
    }
    return sends(200, payload)


def sends(code: int, payload: Any, **headers: str) -> Behaviour:
    """Answers with `payload`, JSON unless it is bytes; `Retry_After="7"` is a header."""
    return lambda handler, body: handler.send(code, payload, headers)


def breaks_off(handler: "Handler", body: dict[str, Any]) -> None:
    """Promises more than it sends, and closes."""
    handler.send(200, b'{"choices": [{"message": {"con', {"Content_Length": "500"})
    handler.close_connection = True


def hangs(handler: "Handler", body: dict[str, Any]) -> None:
    """Says nothing until the test ends."""
    handler.script.released.wait(5.0)


def hangs_up(handler: "Handler", body: dict[str, Any]) -> None:
    """Closes without a word."""
    handler.close_connection = True


def drips(handler: "Handler", body: dict[str, Any]) -> None:
    """A byte each 20 ms: each read is quick, the whole is not."""
    handler.send(200, b"", {"Content_Length": "100000"})
    with contextlib.suppress(OSError):
        while not handler.script.released.wait(0.02):
            handler.wfile.write(b" ")
            handler.wfile.flush()


@dataclass
class Script:
    """What the server does, one behaviour a request; it says `default` once the queue is empty."""

    queue: list[Behaviour] = field(default_factory=list)
    default: Behaviour = field(default_factory=lambda: says("fine"))
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)
    url: str = ""

    def open(self, **options: Any) -> OpenAIChat:
        settings = {"api_key_env": "MMMEM_TEST_KEY", "sleep": self.waits.append, "timeout_s": 5.0}
        return OpenAIChat(self.url, options.pop("model", "tiny"), **settings | options)

    def words(self, request: int = -1) -> str:
        """Every word of one request, in order."""
        contents = [message["content"] for message in self.bodies[request]["messages"]]
        pieces = [content if isinstance(content, str) else "\n".join(p.get("text", "") for p in content) for content in contents]
        return "\n".join(pieces)


class Handler(BaseHTTPRequestHandler):
    script: Script

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.script.bodies.append(body)
        self.script.headers.append({name.lower(): value for name, value in self.headers.items()})
        behaviour = self.script.queue.pop(0) if self.script.queue else self.script.default
        behaviour(self, body)

    def send(self, code: int, payload: Any, headers: dict[str, str]) -> None:
        data = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        self.send_response(code)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        for name, value in {"Content-Length": str(len(data)), **named}.items():
            self.send_header(name, value)
        self.end_headers()
        with contextlib.suppress(OSError):  # the client may have seen enough
            self.wfile.write(data)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Iterator[Script]:
    pytest.importorskip("openai")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("MMMEM_TEST_KEY", KEY)
    state = Script()
    handler = type("ScriptedHandler", (Handler,), {"script": state})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_port}/v1"
    yield state
    state.released.set()
    server.shutdown()
    thread.join()
    server.server_close()


def make_jpeg(width: int = 32, height: int = 24, shade: int = 90) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), (shade, 40, 200)).save(buffer, "JPEG")
    return buffer.getvalue()


@pytest.fixture(scope="session")
def jpeg() -> Callable[..., bytes]:
    return make_jpeg


@pytest.fixture(scope="session")
def behaviours() -> Any:
    """The behaviours of the scripted server by name: `says`, `sends`, `breaks_off`, `hangs`, `hangs_up`, `drips`."""
    return types.SimpleNamespace(says=says, sends=sends, breaks_off=breaks_off, hangs=hangs, hangs_up=hangs_up, drips=drips)
