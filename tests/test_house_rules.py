"""The tree keeps its own rules: arrows between packages, types, lint, no heavy import in the core, README and CI in step."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "command",
    [
        ("ruff", "check", "."),
        ("ruff", "format", "--check", "."),
        ("mypy",),
    ],
    ids=" ".join,
)
def test_tools_find_nothing(command):
    result = run(*command)
    assert result.returncode == 0, result.stdout + result.stderr


def test_arrows_between_packages_hold():
    result = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "0 broken" in result.stdout


HEAVY = ("torch", "cv2", "av", "gradio", "transformers", "onnxruntime", "PIL", "faiss", "scipy")


@pytest.mark.parametrize(
    ("module", "forbidden"),
    [
        ("mmmem", HEAVY),  # the top package is free
        ("mmmem.types", tuple(m for m in HEAVY if m != "scipy")),
        ("mmmem.memory", ("torch", "cv2", "av", "gradio", "transformers", "onnxruntime")),  # the core runs without extras
        ("mmmem.perceive", ("torch", "cv2", "av", "transformers", "onnxruntime")),  # adapters import when used
        ("apps.cli", ("torch", "cv2", "av", "faiss", "numpy")),  # so that --help is instant
    ],
)
def test_importing_loads_nothing_heavy(module, forbidden):
    program = f"import sys, {module}; print(' '.join(m for m in {forbidden!r} if m in sys.modules))"
    result = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout.split() == []


def test_top_level_holds_what_was_agreed():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split("\n")
    if tracked == [""]:
        pytest.skip("not a git checkout")
    folders = {path.split("/")[0] for path in tracked if "/" in path}
    assert {"mmmem", "streams", "scenegraph", "apps", "tests", "docs", "benchmarks", ".ci"} == folders


def test_ci_runs_the_readme_command():
    readme = (ROOT / "README.md").read_text()
    block = re.search(r"<!-- tests -->\n```\w*\n(.*?)```", readme, re.DOTALL)
    assert block
    assert "tests/run.sh" in block[1]
    assert "README.md" in (ROOT / ".ci" / "run").read_text()


def test_library_never_prints():
    printing = [
        f"{path.relative_to(ROOT)}:{number}"
        for package in ("mmmem", "streams", "scenegraph")
        for path in (ROOT / package).rglob("*.py")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.match(r"\s*print\(", line)
    ]
    assert printing == []
