"""Opens the best renderer that this machine can run, and says which and why."""

import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, TypeVar, get_args

from mmmem.errors import InvalidInputError, MmmemError
from streams.house.gl_painter import GlPainter
from streams.house.home import Home
from streams.house.mujoco_module import VARIABLE, gl_to_try, load_mujoco
from streams.house.painted import PaintedStage
from streams.house.posed_home import PosedHome
from streams.house.ray_painter import RayPainter
from streams.house.rendering import Camera
from streams.house.scene_file import MjcfScene
from streams.house.stage import Painter, Stage
from streams.house.world import WorldState

Backend = Literal["auto", "egl", "osmesa", "rays"]
_REMEDY = {"egl": "apt-get install libegl1 libgl1-mesa-dri", "osmesa": "apt-get install libosmesa6"}
_TRIAL = """
import sys
from importlib import import_module
import mujoco
gl = import_module("mujoco." + sys.argv[1]).GLContext(16, 16)
gl.make_current()
model = mujoco.MjModel.from_xml_string("<mujoco/>")
mujoco.MjrContext(model, mujoco.mjtFontScale.mjFONTSCALE_50).free()
"""
_NO_LIBRARY = "AttributeError: 'NoneType' object has no attribute"
State = TypeVar("State")


class NoGlError(MmmemError, OSError):
    """A back end was asked for by name and this machine cannot run it; the message says what to install."""

    exit_code = 3


def open_renderer(
    home: Home, camera: Camera | None = None, *, backend: Backend = "auto", samples: int = 0
) -> PaintedStage[WorldState]:
    """A renderer of a home; its `note` says which back end draws and why.

    Args:
        backend: "auto" takes egl, else osmesa, else rays, which needs no GL library and is slow; MUJOCO_GL=osmesa has osmesa
            tried first, MUJOCO_GL=disable takes rays.
        samples: of anti-aliasing per pixel in colours (0 or 4), GL only; masks and depth have sharp edges always.

    Raises:
        InvalidInputError: `backend` is none of the four, or "auto" and MUJOCO_GL is no word that MuJoCo knows.
        NoGlError: the named back end cannot run here.
        MissingExtraError: MuJoCo is not installed.
    """
    choice = _chosen(backend)
    return _painted(PosedHome(home), choice, camera or Camera(), samples)


def open_mjcf(
    path: str | Path, camera: Camera | None = None, *, backend: Backend = "auto", samples: int = 0
) -> PaintedStage[None]:
    """A renderer of somebody else's MJCF scene: `render(None, pose)`; `stage.instance_ids` and `stage.names` say what is what.

    Raises:
        SourceError: the file is missing or is no MJCF scene.
        InvalidInputError, NoGlError, MissingExtraError: as for `open_renderer`.
    """
    choice = _chosen(backend)
    return _painted(MjcfScene(Path(path)), choice, camera or Camera(), samples)


def _painted(stage: Stage[State], choice: "_Choice", camera: Camera, samples: int) -> PaintedStage[State]:
    if choice.backend == "rays":
        painter: Painter = RayPainter(stage.model, stage.data, camera)
    else:
        painter = GlPainter(stage.model, stage.data, camera, choice.backend, samples)
    return PaintedStage(stage, painter, choice.note)


@dataclass(frozen=True, slots=True)
class _Choice:
    backend: Literal["egl", "osmesa", "rays"]
    note: str


def what_draws() -> tuple[Literal["egl", "osmesa", "rays"], str]:
    """The back end that "auto" takes on this machine, and why.

    Raises:
        InvalidInputError: MUJOCO_GL is no word that MuJoCo knows.
    """
    choice = _choice("auto")
    return choice.backend, choice.note


def _chosen(backend: Backend) -> _Choice:
    """The choice, with MuJoCo imported for it."""
    choice = _choice(backend)
    load_mujoco("Drawing a house", None if choice.backend == "rays" else choice.backend)
    return choice


def _choice(backend: Backend) -> _Choice:
    if backend not in get_args(Backend):
        raise InvalidInputError(f"Unknown back end {backend!r}: a house is drawn by {', '.join(get_args(Backend))}.")
    if backend == "rays":
        return _Choice("rays", "rays, as asked for")
    if backend != "auto":
        if trouble := trouble_with(backend):
            remedy = f"Install it with: {_REMEDY[backend]}; or take backend='auto'."
            raise NoGlError(f"This machine cannot draw with {backend}: {trouble}. {remedy}")
        return _Choice(backend, f"{backend}, as asked for")
    names = gl_to_try()
    failures: list[str] = []
    if not names:
        return _Choice("rays", f"rays, slow, as {VARIABLE} switches GL off")
    for name in names:
        trouble = trouble_with(name)
        if not trouble:
            return _Choice(name, "; ".join([f"{name}, the first that works", *failures]))
        failures.append(f"no {name}: {trouble}")
    why = " and ".join(failures)
    return _Choice("rays", f"rays, slow, as there is {why}. Faster after: {_REMEDY['egl']}")


@cache
def trouble_with(name: Literal["egl", "osmesa"]) -> str:
    """Why a GL back end cannot be used in this process; empty if it can.

    Tried in a child process, as a driver that fails may take its process along and PyOpenGL can be bound to one platform only.
    """
    bound = os.environ.get("PYOPENGL_PLATFORM", name)
    if "OpenGL" in sys.modules and bound != name:
        return f"this process already draws with {bound}"
    surroundings = {**os.environ, "PYOPENGL_PLATFORM": name, "MUJOCO_GL": name}
    try:
        trial = subprocess.run(
            [sys.executable, "-c", _TRIAL, name], env=surroundings, capture_output=True, text=True, timeout=60, check=False
        )
    except subprocess.TimeoutExpired:
        return "it did not answer within 60 seconds"
    if trial.returncode == 0:
        return ""
    said = trial.stderr.strip().splitlines()
    if said and said[-1].startswith(_NO_LIBRARY):  # PyOpenGL's way of saying so
        return "its library is not installed"
    return said[-1] if said else f"it ended with code {trial.returncode}"
