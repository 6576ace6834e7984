"""Which back end draws, what is said of it, and scenes of other people."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mmmem.errors import InvalidInputError, SourceError
from streams.house import opening
from streams.house.home import Home, Room
from streams.house.models.contact_sheets import looking
from streams.house.opening import NoGlError, open_mjcf, open_renderer
from streams.house.rendering import Camera

HALL = Home(1, (Room("R1", "hall", "hall", 0, 0, 3, 3),), (), (), (), ())
SMALL = Camera(32, 24)
SCENE = """
<mujoco>
  <worldbody>
    <geom name="ground" type="plane" size="3 3 0.1"/>
    <body name="red crate" pos="0 0 0.2"><geom type="box" size="0.2 0.2 0.2" rgba="1 0 0 1"/></body>
    <body pos="1 0 0.2"><freejoint/><geom type="sphere" size="0.2" rgba="0 0 1 1"/></body>
    <body name="ghost" pos="0 1 0.2"><geom type="sphere" size="0.2" group="3"/></body>
  </worldbody>
</mujoco>
"""


def test_without_gl_rays_draw_and_the_note_says_why(monkeypatch) -> None:
    monkeypatch.setattr(opening, "trouble_with", lambda name: f"lib{name} is missing")
    renderer = open_renderer(HALL, SMALL)
    assert renderer.name == "rays"
    assert "no egl: libegl is missing" in renderer.note
    assert "no osmesa: libosmesa is missing" in renderer.note
    assert "apt-get install libegl1 libgl1-mesa-dri" in renderer.note
    assert renderer.render(opening.WorldState(), looking((1, 1, 1), (2, 2, 0.5))).depth_m.all()


@pytest.mark.parametrize(("backend", "package"), [("egl", "libegl1"), ("osmesa", "libosmesa6")])
def test_a_back_end_asked_for_by_name_is_not_replaced(monkeypatch, backend, package) -> None:
    monkeypatch.setattr(opening, "trouble_with", lambda name: "the library is missing")
    with pytest.raises(
        NoGlError, match=rf"cannot draw with {backend}: the library is missing\. Install it with: apt-get install .*{package}"
    ):
        open_renderer(HALL, SMALL, backend=backend)


def test_an_unknown_back_end_is_named(monkeypatch) -> None:
    with pytest.raises(InvalidInputError, match=r"'vulkan'.*auto, egl, osmesa, rays"):
        open_renderer(HALL, SMALL, backend="vulkan")


def test_a_driver_that_dies_is_no_harm(monkeypatch) -> None:
    opening.trouble_with.cache_clear()
    monkeypatch.setattr(opening, "_TRIAL", "import os; os.abort()")
    monkeypatch.setattr(opening, "sys", type("Modules", (), {"modules": {}, "executable": sys.executable}))
    assert "ended with code -6" in opening.trouble_with("egl")
    opening.trouble_with.cache_clear()


OPEN_A_HALL = """
import os, sys
from streams.house.home import Home, Room
from streams.house.opening import open_renderer
print(open_renderer(Home(1, (Room('R1', 'hall', 'hall', 0, 0, 3, 3),), (), (), (), ()), backend=sys.argv[1]).note)
print(os.environ.get("MUJOCO_GL"))
"""
HIDING = """
import ctypes, os

class Hiding(ctypes.CDLL):
    def __init__(self, name=None, *args, **options):
        if any(part in str(name) for part in os.environ["HIDDEN"].split()):
            raise OSError(f"{name}: no such file")
        super().__init__(name, *args, **options)

ctypes.CDLL, ctypes.cdll = Hiding, ctypes.LibraryLoader(Hiding)
"""


@pytest.fixture
def opened_apart(tmp_path):
    """What a process of its own, and its children, say of the renderer that they open, where some libraries are not found."""
    (tmp_path / "sitecustomize.py").write_text(HIDING)

    def opened(backend="auto", mujoco_gl=None, hidden="none"):
        told = {} if mujoco_gl is None else {"MUJOCO_GL": mujoco_gl}
        surroundings = {name: value for name, value in os.environ.items() if name not in ("MUJOCO_GL", "PYOPENGL_PLATFORM")}
        env = surroundings | told | {"HIDDEN": hidden, "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}
        call = [sys.executable, "-W", "error", "-c", OPEN_A_HALL, backend]
        return subprocess.run(call, env=env, capture_output=True, text=True, check=False)

    return opened


def test_drawing_a_house_warns_of_nothing(opened_apart) -> None:
    done = opened_apart()
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("told", "hidden", "note"),
    [
        (None, "EGL OSMesa", "rays, slow, as there is no egl: its library is not installed and no osmesa: its library is not"),
        ("osmesa", "EGL OSMesa", "rays, slow, as there is no osmesa: its library is not installed"),
        ("disable", "none", "rays, slow, as MUJOCO_GL switches GL off"),
    ],
)
def test_a_house_is_drawn_with_rays_where_there_is_no_gl(opened_apart, told, hidden, note) -> None:
    done = opened_apart(mujoco_gl=told, hidden=hidden)
    assert done.stderr == ""
    said, left = done.stdout.splitlines()
    assert said.startswith(note)
    assert left == str(told)


def test_a_value_of_mujoco_gl_that_means_nothing_is_named_with_what_does(opened_apart) -> None:
    done = opened_apart(mujoco_gl="bogus")
    assert done.stderr.splitlines()[-1] == (
        "mmmem.errors.InvalidInputError: The environment variable MUJOCO_GL is 'bogus', which is no way to draw: set it to egl, "
        "osmesa or disable (rays, which need no GL library and are slow), or unset it."
    )
    rays = opened_apart("rays", mujoco_gl="bogus")
    assert (rays.stderr, rays.stdout) == ("", "rays, as asked for\nbogus\n")


@pytest.mark.parametrize(("told", "hidden", "taken"), [("osmesa", "OSMesa", "egl"), ("egl", "EGL", "osmesa")])
def test_the_other_library_draws_where_the_one_that_was_asked_for_is_missing(opened_apart, told, hidden, taken) -> None:
    if trouble := opening.trouble_with(taken):
        pytest.skip(f"this machine has no {taken}: {trouble}")
    done = opened_apart(mujoco_gl=told, hidden=hidden)
    assert done.stderr == ""
    assert done.stdout.startswith(f"{taken}, the first that works; no {told}: its library is not installed")


def test_any_mjcf_scene_is_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "scene.xml"
    path.write_text(SCENE)
    renderer = open_mjcf(path, SMALL)
    scene = renderer.stage
    assert list(scene.instance_ids) == ["red crate", "body 2"]
    view = looking((2.5, -2.5, 2.0), (0.5, 0.2, 0.2))
    before = renderer.render(None, view)
    assert set(np.unique(before.instances)) == {0, 1, 2}
    red, green, blue = before.image[before.instances == scene.instance_ids["red crate"]].mean(0)
    assert red > 2 * max(green, blue)
    scene.data.qpos[0] = -50.0
    assert set(np.unique(renderer.render(None, view).instances)) == {0, 1}


@pytest.mark.parametrize(
    ("content", "message"), [(None, "There is no MJCF scene"), ("<scene/>", "is no MJCF scene"), ("not xml", "is no MJCF scene")]
)
def test_a_file_that_is_no_scene_is_refused(tmp_path: Path, content, message) -> None:
    path = tmp_path / "scene.xml"
    if content is not None:
        path.write_text(content)
    with pytest.raises(SourceError, match=message):
        open_mjcf(path)
