"""A memory of an hour and a half with pictures and words, and a scripted chat server that answers by what it is asked."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "mmmem" / "chat"))
sys.path.insert(0, str(Path(__file__).parent))

from enrich_world import SECRET, Cli, Ran, fill
from scripted_server import Handler, Script, make_jpeg, says, script

from apps.cli import run
from mmmem.memory import Memory

__all__ = ["script"]


def obedient(handler: Handler, body: dict[str, Any]) -> None:
    """A usable answer of the kind that is asked for, made of the line with the secret, else the first one it is shown."""
    says(json.dumps(usable(body)), usage=None)(handler, body)


def usable(body: dict[str, Any]) -> dict[str, Any]:
    """What an honest model may answer."""
    contents = [message["content"] for message in body["messages"]]
    words = "\n".join(c if isinstance(c, str) else "\n".join(p.get("text", "") for p in c) for c in contents)
    if "Describe this picture" in words:
        return {"caption": "A person stands in a purple room."}
    lines = [line for line in words.splitlines() if line.startswith("[")]
    number, line = next(((n, one) for n, one in enumerate(lines, 1) if SECRET in one), (1, lines[0]))
    line = line.rpartition(" | ")[2]
    if "subject, predicate, object" in words:
        first, *_, last = line.strip(".").split()
        return {"facts": [{"line_number": number, "subject": first, "predicate": "likes", "object": last}]}
    return {"sentences": [{"text": f"Recorded was: {line}", "line_numbers": [number, 2]}]}


@pytest.fixture
def model(script: Script, monkeypatch: pytest.MonkeyPatch) -> Script:
    """The server, obedient unless a test queues something else."""
    monkeypatch.setenv("OPENAI_API_KEY", "")
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    script.default = obedient
    return script


@pytest.fixture
def memory_dir(tmp_path: Path) -> Path:
    """Where the memory lies."""
    folder = tmp_path / "memory"
    with Memory.open(folder, mode="w", create=True) as memory:
        fill(memory, make_jpeg())
    return folder


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    """Runs the program with arguments, in this process."""

    def call(*arguments: Any) -> Ran:
        capsys.readouterr()
        code = run([str(one) for one in arguments])
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return call
