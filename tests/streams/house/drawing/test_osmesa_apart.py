"""A process draws with one GL library only, and this one may draw with EGL: OSMesa passes the renderers' suite in another."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SUITE = Path(__file__).with_name("test_renderers_contract.py")


def test_osmesa_does_what_every_renderer_must() -> None:
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    surroundings |= {"MUJOCO_GL": "osmesa", "PYOPENGL_PLATFORM": "osmesa"}
    call = [sys.executable, "-m", "pytest", str(SUITE), "-q", "-rs", "-p", "no:cacheprovider", "-p", "no:xdist"]
    done = subprocess.run(call, env=surroundings, cwd=SUITE.parents[4], capture_output=True, text=True, check=False)
    if "no osmesa here" in done.stdout:
        pytest.skip(done.stdout[done.stdout.index("no osmesa here") :].splitlines()[0])
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr
    assert "passed" in done.stdout
    assert "skipped" not in done.stdout
