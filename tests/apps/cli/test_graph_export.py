"""`mmmem graph --export`: a memory's graph for other programs, from a recording on disk to a file."""

import json

import numpy as np
import pytest
from PIL import Image

from mmmem.errors import InvalidInputError


@pytest.fixture(scope="module")
def kitchen(tmp_path_factory):
    """A simulator's folder: a camera that turns a little before a wall with a mug in front of it."""
    folder = tmp_path_factory.mktemp("recorded") / "kitchen"
    for name in ("rgb", "depth", "instances"):
        (folder / name).mkdir(parents=True)
    rows, (v, u) = [], np.mgrid[:60, :80]
    for number in range(12):
        yaw = 0.02 * number
        column = 40 - 80 * np.tan(yaw)  # the mug stands straight ahead of the first picture
        shown = (abs(u - column) < 6) & (v > 25) & (v < 40)
        image = np.where(shown[..., None], (200, 30, 30), (180, 180, 170)).astype(np.uint8)
        Image.fromarray(image).save(folder / "rgb" / f"{number}.png")
        Image.fromarray(np.where(shown, 1500, 2500).astype(np.uint16)).save(folder / "depth" / f"{number}.png")
        Image.fromarray(np.where(shown, 3, 0).astype(np.uint8)).save(folder / "instances" / f"{number}.png")
        pose = np.eye(4)
        pose[:3, :3] = np.array([[np.cos(yaw), 0, np.sin(yaw)], [-np.sin(yaw), 0, np.cos(yaw)], [0, -1, 0]])
        pose[2, 3] = 1.2
        rows.append(pose.ravel())
    np.savetxt(folder / "poses.txt", rows)
    (folder / "labels.json").write_text('{"3": "mug"}')
    (folder / "intrinsics.json").write_text('{"fx": 80, "fy": 80, "cx": 40, "cy": 30}')
    (folder / "times.txt").write_text("\n".join(f"{number * 0.5}" for number in range(12)))
    return folder


@pytest.fixture
def memory(kitchen, tmp_path, cli):
    ran = cli("ingest", kitchen, "-m", tmp_path / "m", "--every", "all")
    assert ran.code == 0, ran.stderr
    return tmp_path / "m"


def test_a_recording_becomes_a_graph_and_a_file(memory, tmp_path, cli):
    ran = cli("graph", "-m", memory, "--export", tmp_path / "home.json")
    assert ran.code == 0, ran.stderr
    assert ran.stdout.startswith(str(tmp_path / "home.json"))
    held = json.loads((tmp_path / "home.json").read_text())
    nodes = [node for room in held["rooms"] for node in room["nodes"]] + held["in_no_known_room"]
    (mug,) = [node for node in nodes if node["kind"] == "mug"]
    assert mug["position_m"][1] == pytest.approx(1.5, abs=0.15)
    made = json.loads(cli("graph", "-m", memory, "--export", tmp_path / "home.bin", "--format", "graphml", "--json").stdout)
    assert made["nodes"] == len(nodes)
    assert "<graphml" in (tmp_path / "home.bin").read_text()


def test_a_name_that_says_no_format_is_refused(memory, tmp_path, cli):
    ran = cli("graph", "-m", memory, "--export", tmp_path / "home.txt")
    assert ran.code == InvalidInputError.exit_code
    assert "does not say which format it is to have" in ran.stderr
    assert not (tmp_path / "home.txt").exists()
