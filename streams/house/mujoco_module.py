"""Imports MuJoCo whatever the environment variable MUJOCO_GL says: a house opens its own GL context, or none."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from mmmem.errors import InvalidInputError
from mmmem.lazy import require
from streams.house.rendering import GlName

VARIABLE = "MUJOCO_GL"
_NAMES: tuple[GlName, ...] = ("egl", "osmesa")
_ANY = frozenset({"", "enable", "enabled", "on", "true", "1", "glfw", "glx"})
_NONE = frozenset({"disable", "disabled", "off", "false", "0"})


def load_mujoco(purpose: str, gl: GlName | None = None) -> ModuleType:
    """MuJoCo. It refuses to be imported where MUJOCO_GL is no word of its own, or names a library that is missing.

    Args:
        gl: the library that will draw: MuJoCo binds this process to one when it is imported first. None leaves that to MUJOCO_GL.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        with _asking_for(gl or os.environ.get(VARIABLE)):
            return require("mujoco", extra="house", purpose=purpose)
    except (RuntimeError, AttributeError):
        with _asking_for("disable"):
            return require("mujoco", extra="house", purpose=purpose)


@contextmanager
def _asking_for(gl: str | None) -> Iterator[None]:
    before = os.environ.get(VARIABLE)
    if gl is not None:
        os.environ[VARIABLE] = gl
    try:
        yield
    finally:
        if before is not None:
            os.environ[VARIABLE] = before
        elif gl is not None:
            del os.environ[VARIABLE]


def gl_to_try() -> tuple[GlName, ...]:
    """GL back ends in the order in which MUJOCO_GL has them tried; none of them where it switches GL off.

    Raises:
        InvalidInputError: the variable holds something that MuJoCo does not know either.
    """
    asked = os.environ.get(VARIABLE, "").strip().lower()
    if asked in _NONE:
        return ()
    first = tuple(name for name in _NAMES if name == asked)
    if not first and asked not in _ANY:
        raise InvalidInputError(
            f"The environment variable {VARIABLE} is {asked!r}, which is no way to draw: set it to {', '.join(_NAMES)} or "
            "disable (rays, which need no GL library and are slow), or unset it."
        )
    return first + tuple(name for name in _NAMES if name not in first)
