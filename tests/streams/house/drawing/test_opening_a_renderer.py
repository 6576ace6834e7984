"""Which back end draws, what is said of it, and scenes of other people."""

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


def test_drawing_a_house_warns_of_nothing() -> None:
    code = "\n".join([
        "from streams.house.home import Home, Room",
        "from streams.house.opening import open_renderer",
        "print(open_renderer(Home(1, (Room('R1', 'hall', 'hall', 0, 0, 3, 3),), (), (), (), ())).note)",
    ])  # fmt: skip
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


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
