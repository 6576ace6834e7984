"""What docs/house.md shows runs as it stands, and names only commands and options that there are."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from apps.cli.mounting import MOUNTED, load
from apps.cli.program import app

PAGE = Path(__file__).parents[3] / "docs" / "house.md"
SNIPPETS = re.findall(r"<!-- tested -->\n```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
COMMANDS = re.findall(r"^(mmmem [^#\n]*)", PAGE.read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("snippet", SNIPPETS, ids=["a home", "a robot", "another scene"])
def test_a_snippet_runs(
    snippet: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("mujoco", reason="the house needs the extra house")
    monkeypatch.chdir(tmp_path)
    exec(compile(snippet, str(PAGE), "exec"), {"__name__": "snippet"})
    assert capsys.readouterr().out.strip()


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_line_is_one_that_there_is(line: str) -> None:
    _, name, *words = shlex.split(line)
    group: Any = typer.main.get_command(app)
    command = load(name) if name in MOUNTED else group.commands[name]
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if word.startswith("-")} <= known


def test_every_picture_and_page_that_is_linked_is_there() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", PAGE.read_text("utf-8"))
    assert len(links) >= 7
    assert all((PAGE.parent / link).is_file() for link in links)
