"""The help of every command inside docs/cli.md: `python -m apps.cli.docs` writes it anew, a test tells when it is stale."""

import io
import os
import re
from contextlib import redirect_stdout
from pathlib import Path

import typer

from apps.cli.mounting import MOUNTED, load
from apps.cli.output import tell
from apps.cli.program import HELP_COLUMNS, app, run

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"
_BLOCK = re.compile(r"<!-- help:(?P<name>[a-z ]*) -->\n.*?<!-- /help -->", re.DOTALL)


def command_names() -> list[str]:
    """Every command, and every command of a group as `group command`."""
    group = typer.main.get_group(app)
    inner = {
        name: getattr(load(name) if name in MOUNTED else command, "commands", {}) for name, command in group.commands.items()
    }
    return [one for name in group.commands for one in (name, *(f"{name} {part}" for part in inner[name]))]


def help_of(name: str) -> str:
    """What `mmmem NAME --help` prints; of the program itself for an empty name."""
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = str(HELP_COLUMNS + 2)
    written = io.StringIO()
    try:
        with redirect_stdout(written):
            run([*name.split(), "--help"])
    finally:
        if before is None:
            del os.environ["COLUMNS"]
        else:
            os.environ["COLUMNS"] = before
    return "\n".join(line.rstrip() for line in written.getvalue().strip().splitlines())


def documented_names(page: str) -> list[str]:
    """Commands whose help a page holds."""
    return [match["name"] for match in _BLOCK.finditer(page)]


def refreshed(page: str) -> str:
    """The page with the help of today between its markers."""

    def block(match: re.Match[str]) -> str:
        name = match["name"]
        return f"<!-- help:{name} -->\n```text\n{help_of(name)}\n```\n<!-- /help -->"

    return _BLOCK.sub(block, page)


if __name__ == "__main__":
    PAGE.write_text(refreshed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    tell(f"wrote {PAGE}")
