"""Kept answers: asked once, never across models or prompt versions, safe against damage and other processes."""

import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, Field

from mmmem.chat.budget import Budget, BudgetError
from mmmem.chat.cached import CachedChat
from mmmem.chat.messages import Completion, ImagePart, Message, TextPart
from mmmem.errors import ModelError, StorageError

ASK = (Message.of("system", "Be brief.", prompt="judge_evidence@1"), Message.of("user", "Where?", prompt="judge_evidence@1"))


class Verdict(BaseModel):
    number: int = Field(ge=1, le=9)


class Narrower(BaseModel):
    number: int = Field(ge=1, le=3)


class ScriptedChat:
    """Answers with a number that counts its calls; fails while told to."""

    def __init__(self, name: str = "m@host", parameters: Mapping[str, object] | None = None) -> None:
        self.name, self.parameters = name, parameters or {}
        self.asked: list[Sequence[Message]] = []
        self.failing = False

    def complete(self, messages: Any, *, schema: Any = None, max_tokens: int = 512, budget: Budget | None = None) -> Completion:
        self.asked.append(messages)
        if self.failing:
            raise ModelError("scripted failure")
        text = json.dumps({"number": len(self.asked)})
        return Completion(text, schema.model_validate_json(text) if schema else None, 10, 5, 12.0, 0.25, False, 2)


def test_the_same_question_is_asked_once(tmp_path):
    chat = ScriptedChat()
    cached = CachedChat(chat, tmp_path / "answers")
    first, again = (cached.complete(ASK, schema=Verdict) for _ in range(2))
    assert (first.cached, again.cached, len(chat.asked)) == (False, True, 1)
    assert first.parsed == again.parsed == Verdict(number=1)
    assert dataclasses.replace(again, cached=False, ms=0.0) == dataclasses.replace(first, ms=0.0)
    # Another process, another day.
    assert CachedChat(ScriptedChat(), tmp_path / "answers").complete(ASK, schema=Verdict).parsed == Verdict(number=1)
    assert (cached.name, cached.parameters) == (chat.name, chat.parameters)


def changed(message: Message, **fields: Any) -> tuple[Message, ...]:
    return (ASK[0], dataclasses.replace(message, **fields))


def picture(data: bytes, t_ns: int = 1, caption: str = "noon") -> tuple[Message, ...]:
    return (Message("user", (TextPart("Where?"), ImagePart(data, t_ns, caption))),)


def test_whatever_the_answer_depends_on_asks_anew(tmp_path, jpeg):
    user = ASK[1]
    dark, light = jpeg(shade=10), jpeg(shade=200)
    calls: list[tuple[ScriptedChat, Sequence[Message], Any, int]] = [
        (ScriptedChat(), ASK, None, 512),
        (ScriptedChat("other@host"), ASK, None, 512),
        (ScriptedChat("m@elsewhere"), ASK, None, 512),
        (ScriptedChat(parameters={"temperature": 0.5}), ASK, None, 512),
        (ScriptedChat(), ASK, None, 100),
        (ScriptedChat(), ASK, Verdict, 512),
        (ScriptedChat(), ASK, Narrower, 512),
        (ScriptedChat(), changed(user, parts=(TextPart("Where? "),)), None, 512),
        (ScriptedChat(), changed(user, role="assistant"), None, 512),
        (ScriptedChat(), changed(user, prompt="judge_evidence@2"), None, 512),
        (ScriptedChat(), changed(user, parts=(TextPart("Whe"), TextPart("re?"))), None, 512),
        (ScriptedChat(), ASK[1:], None, 512),
        (ScriptedChat(), (ASK[1], ASK[0]), None, 512),
        (ScriptedChat(), picture(dark), None, 512),
        (ScriptedChat(), picture(light), None, 512),
        (ScriptedChat(), picture(dark, t_ns=2), None, 512),
        (ScriptedChat(), picture(dark, caption="night"), None, 512),
    ]
    for round_number in range(2):
        for chat, messages, schema, max_tokens in calls:
            done = CachedChat(chat, tmp_path).complete(messages, schema=schema, max_tokens=max_tokens)
            assert done.cached == (round_number == 1)
    assert all(len(chat.asked) == 1 for chat, *_ in calls)
    assert len(list(tmp_path.glob("??/*.json"))) == len(calls)


def entry_of(folder: Path) -> Path:
    (path,) = folder.glob("??/*.json")
    return path


def with_field(name: str, value: Any) -> Any:
    return lambda path: path.write_text(json.dumps(json.loads(path.read_text()) | {name: value}))


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:-9]),
        lambda path: path.write_bytes(b"\xff\x00" * 50),
        lambda path: path.write_bytes(path.read_bytes().replace(b"number", b"numbre")),
        lambda path: path.write_text("[]"),
        with_field("text", '{"number": 7}'),
        with_field("key", "0" * 64),
        with_field("tokens_in", -1),
        with_field("more", 1),
        lambda path: (path.unlink(), path.symlink_to(path.name)),
    ],
    ids=["empty", "cut", "bytes", "flipped", "list", "text", "key", "negative", "field", "loop"],
)
def test_a_damaged_entry_is_ignored_and_written_again(tmp_path, damage):
    chat = ScriptedChat()
    cached = CachedChat(chat, tmp_path)
    cached.complete(ASK, schema=Verdict)
    damage(entry_of(tmp_path))
    repaired = cached.complete(ASK, schema=Verdict)
    assert (repaired.cached, repaired.parsed) == (False, Verdict(number=2))
    assert cached.complete(ASK, schema=Verdict) == dataclasses.replace(
        repaired, cached=True, ms=pytest.approx(0.0, abs=1e9)
    )  # whatever time it took
    assert not list(tmp_path.glob("??/*.part"))


def test_failures_are_not_kept(tmp_path):
    chat = ScriptedChat()
    chat.failing = True
    cached = CachedChat(chat, tmp_path)
    for _ in range(2):
        with pytest.raises(ModelError, match="scripted failure"):
            cached.complete(ASK)
    chat.failing = False
    assert cached.complete(ASK).text == '{"number": 3}'


def test_a_kept_answer_charges_no_budget(script, tmp_path):
    cached = CachedChat(script.open(), tmp_path)
    budget = Budget()
    cached.complete(ASK, budget=budget)
    spent = budget.spent
    assert spent.tokens == 18
    assert cached.complete(ASK, budget=budget).cached
    assert budget.spent == spent
    assert cached.complete(ASK, budget=Budget(tokens=0)).cached
    with pytest.raises(BudgetError):
        cached.complete(ASK[1:], budget=Budget(tokens=0))


def test_the_folder_holds_neither_question_nor_key(script, tmp_path, jpeg):
    secret = script.open()._server._key
    CachedChat(script.open(), tmp_path).complete([*ASK, *picture(jpeg())])
    kept = entry_of(tmp_path).read_text()
    assert "fine" in kept
    assert secret not in kept
    assert "Where?" not in kept
    if os.name == "posix":
        assert entry_of(tmp_path).stat().st_mode & 0o077 == 0  # answers speak of what was seen: the owner's alone


def test_clear_leaves_nothing_and_counts(tmp_path):
    cached = CachedChat(ScriptedChat(), tmp_path)
    assert cached.clear() == 0
    for number in range(5):
        cached.complete([Message.of("user", str(number))])
    (tmp_path / "notes.txt").write_text("not an answer")
    leftover = next(tmp_path.glob("??")) / "dead.part"
    leftover.write_text("half")
    assert cached.clear() == 6
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["notes.txt"]
    assert not cached.complete([Message.of("user", "0")]).cached


def test_a_folder_that_cannot_be_made_is_told_before_asking(tmp_path):
    (tmp_path / "file").write_text("")
    chat = ScriptedChat()
    with pytest.raises(StorageError, match=r"Cannot keep answers in .*Make it writable, or ask without a cache"):
        CachedChat(chat, tmp_path / "file").complete(ASK)
    assert chat.asked == []


def test_a_failed_write_leaves_no_half_file(tmp_path, monkeypatch):
    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(StorageError, match="No space left on device"):
        CachedChat(ScriptedChat(), tmp_path).complete(ASK)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


SHARING = """
import json, sys
from pathlib import Path
from mmmem.chat.cached import CachedChat
from mmmem.chat.messages import Completion, Message

class ScriptedChat:
    name, parameters = "m@host", {}
    def complete(self, messages, *, schema=None, max_tokens=512, budget=None):
        return Completion("an answer " * 2000, None, 10, 5, 12.0, None, False, 1)

folder = Path(sys.argv[1])
sys.stdin.readline()
for round_number in range(40):
    for question in "abc":
        done = CachedChat(ScriptedChat(), folder).complete([Message.of("user", question)])
        assert done.text == "an answer " * 2000
    for path in folder.glob("??/*.json"):
        try:
            assert json.loads(path.read_text())["text"] == done.text  # whole at any instant
        except FileNotFoundError:
            pass
        if sys.argv[2] == "deletes":
            path.unlink(missing_ok=True)  # so that both go on writing
print("done")
"""


def test_several_processes_share_a_folder(tmp_path):
    command = [sys.executable, "-c", SHARING, str(tmp_path)]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    workers = [subprocess.Popen([*command, role], **pipes) for role in ("deletes", "keeps")]
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    said = [worker.communicate(timeout=60) for worker in workers]
    assert [out for out, _ in said] == ["done\n"] * 2, said
    assert not list(tmp_path.glob("??/*.part"))
