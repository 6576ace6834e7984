"""Opens the best renderer that this machine can run, and says which and why."""

import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, TypeVar, get_args

from mmmem.errors import InvalidInputError, MmmemError
from streams.house.gl_painter import GlName, GlPainter
from streams.house.home import Home
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
State = TypeVar("State")


class NoGlError(MmmemError, OSError):
    """A back end was asked for by name and this machine cannot run it; the message says what to install."""

    exit_code = 3


def open_renderer(
    home: Home, camera: Camera | None = None, *, backend: Backend = "auto", samples: int = 0
) -> PaintedStage[WorldState]:
    """A renderer of a home; its `note` says which back end draws and why.

    Args:
        backend: "auto" takes egl, else osmesa, else rays, which needs no GL library and is slow.
        samples: of anti-aliasing per pixel in colours (0 or 4), GL only; masks and depth have sharp edges always.

    Raises:
        InvalidInputError: `backend` is none of the four.
        NoGlError: the named back end cannot run here.
        MissingExtraError: MuJoCo is not installed.
    """
    return _painted(PosedHome(home), _chosen(backend), camera or Camera(), samples)


def open_mjcf(
    path: str | Path, camera: Camera | None = None, *, backend: Backend = "auto", samples: int = 0
) -> PaintedStage[None]:
    """A renderer of somebody else's MJCF scene: `render(None, pose)`; `stage.instance_ids` and `stage.names` say what is what.

    Raises:
        SourceError: the file is missing or is no MJCF scene.
        InvalidInputError, NoGlError, MissingExtraError: as for `open_renderer`.
    """
    return _painted(MjcfScene(Path(path)), _chosen(backend), camera or Camera(), samples)


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


def _chosen(backend: Backend) -> _Choice:
    if backend not in get_args(Backend):
        raise InvalidInputError(f"Unknown back end {backend!r}: a house is drawn by {', '.join(get_args(Backend))}.")
    if backend == "rays":
        return _Choice("rays", "rays, as asked for")
    if backend != "auto":
        if trouble := trouble_with(backend):
            remedy = f"Install it with: {_REMEDY[backend]}; or take backend='auto'."
            raise NoGlError(f"This machine cannot draw with {backend}: {trouble}. {remedy}")
        return _Choice(backend, f"{backend}, as asked for")
    failures: list[str] = []
    names: tuple[GlName, ...] = ("egl", "osmesa")
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
    return said[-1] if said else f"it ended with code {trial.returncode}"
