"""The help is quick to load, and docs/cli.md holds the help of today."""

import json
import subprocess
import sys

import pytest
from cli_world import Cli

import mmmem
from apps.cli import docs
from apps.cli.mounting import MOUNTED, load
from apps.cli.program import EXIT_CODES
from mmmem import errors

HEAVY = ("av", "cv2", "faiss", "gradio", "numpy", "onnxruntime", "PIL", "rich", "scipy", "sqlite3", "torch", "transformers")


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import json, sys\nfrom apps.cli import run\ncode = run(['--help'])\n"
        "print(json.dumps([code, sorted({name.split('.')[0] for name in sys.modules})]), file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    code, modules = json.loads(ran.stderr)
    assert code == 0
    assert set(HEAVY).isdisjoint(modules)


def test_every_exit_code_is_in_the_help(cli: Cli) -> None:
    shown = cli("--help").stdout
    classes = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, errors.MmmemError)]
    assert {one.exit_code for one in classes} | {0, 130} == set(EXIT_CODES)
    for code, meaning in EXIT_CODES.items():
        assert f"{code:>3}  {meaning}" in shown


def test_no_command_shows_the_help_and_version_the_version(cli: Cli) -> None:
    assert cli().stdout == cli("--help").stdout
    assert cli("--version").stdout == f"mmmem {mmmem.__version__}\n"


def test_every_command_is_documented_with_the_help_of_today() -> None:
    page = docs.PAGE.read_text(encoding="utf-8")
    assert sorted(docs.documented_names(page)) == sorted(["", *docs.command_names()])
    assert docs.refreshed(page) == page, "docs/cli.md is stale; write it anew with: python -m apps.cli.docs"


@pytest.mark.parametrize("name", docs.command_names())
def test_every_command_takes_json(name: str) -> None:
    assert "--json" in docs.help_of(name)


@pytest.mark.parametrize("name", sorted(MOUNTED))
def test_a_mounted_command_says_in_the_list_what_it_says_itself(name: str) -> None:
    assert MOUNTED[name].help == load(name).help.split("\n")[0].strip()
