"""`mmmem house` from end to end: writes, goes on, refuses, says how far it is; and what it writes can be ingested and asked."""

import json

import numpy as np
import pytest

from apps.cli import run
from apps.house.progress import Pace
from mmmem.clock import NS_PER_S
from streams.house import recording, stretch_recording
from streams.house.recording_plan import Days, RecordingPlan, lived
from streams.house.rendering import Picture

PLAN = RecordingPlan(seed=5, tour_s=20.0, width=32, height=24, noise="none")
NAMED = ["--seed", "5", "--tour-s", "20", "--size", "32x24", "--noise", "none", "--workers", "1"]


class FlatRenderer:
    """Everything that is in the home stands in one row, a column of pixels for each, two metres away."""

    name = "flat"

    def __init__(self, home, camera):
        self.home, self.shape = home, (camera.height, camera.width)

    def render(self, state, pose_world_camera):
        there = sorted(self.home.instance_ids[id] for id in (*state.placements, *state.people))
        instances = np.zeros(self.shape, np.int32)
        shown = there[: self.shape[1]]
        instances[:, : len(shown)] = shown
        image = np.stack([instances % 251] * 3, -1).astype(np.uint8)
        return Picture(image, np.full(self.shape, 2.0, np.float32), instances)

    def close(self):
        pass


@pytest.fixture(scope="module")
def days():
    return lived(PLAN)


@pytest.fixture(autouse=True)
def drawn_by_a_fake(monkeypatch, days):
    monkeypatch.setattr(stretch_recording, "default_renderer", FlatRenderer)
    monkeypatch.setattr(recording, "lived", lambda plan: Days(plan, days.life, days.trajectory))


@pytest.fixture
def house(capsys, tmp_path):
    """Runs `mmmem house` into one folder; exit code, stdout and stderr."""

    def call(*arguments):
        capsys.readouterr()
        code = run(["house", "--out", str(tmp_path / "h o"), *NAMED, *arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def test_a_house_is_recorded_and_what_to_do_next_is_said(house, days, tmp_path):
    code, out, err = house()
    assert code == 0
    assert "Go on with: mmmem ingest" in out
    assert f"{len(days.trajectory):,} (" in out
    assert "seed 5" in err
    assert (tmp_path / "h o" / "manifest.json").is_file()


def test_json_says_everything_once(house, days):
    code, out, _ = house("--json")
    told = json.loads(out)
    assert code == 0
    assert told["num_frames"] == told["num_recorded"] == len(days.trajectory)
    assert told["num_events"] == len(days.life.events)
    assert told["plan"]["noise"] == "none"
    again = json.loads(house("--json")[1])
    assert (again["num_recorded"], again["num_observed"]) == (0, told["num_observed"])


def test_what_is_recorded_is_ingested_and_asked(house, tmp_path, capsys):
    house()
    memory = str(tmp_path / "memory")
    assert run(["ingest", str(tmp_path / "h o"), "-m", memory, "--every", "1", "--text-embedder", "none", "--json"]) == 0
    report = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert report["stream"] == "robot"
    assert report["read"]["num_texts"] > 0
    assert report["read"]["num_frames"] > 0
    assert run(["timeline", "-m", memory, "--json"]) == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--noise", "loud"], "Unknown level of noise 'loud'"),
        (["--size", "big"], "--size is a width and a height"),
        (["--size", "33x24"], "even width and height"),
        (["--hz", "nan"], "hz must lie in"),
        (["--tour-s", "0"], "tour_s must lie in"),
        (["--days", "0"], "--days"),
        (["--start", "some day"], "some day"),
    ],
)
def test_bad_options_are_one_line_and_code_2(house, arguments, says):
    code, _, err = house(*arguments)
    assert code == 2
    assert says in err.splitlines()[-1]


def test_another_seed_in_the_same_folder_is_refused(house):
    assert house()[0] == 0
    code, _, err = house("--seed", "6")
    assert code == 2
    assert "seed 5 and not 6" in err


def test_a_full_disk_has_its_own_code(house, monkeypatch):
    def full(self, watched):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(stretch_recording._Films, "write", full)
        code, _, err = house()
        assert code == 9
        assert "Make room, then run the same command" in err
    assert house()[0] == 0


def test_pace_counts_what_was_there_as_done_before():
    now_s = [0.0]
    pace = Pace(lambda: now_s[0])
    assert pace.words(100, 400) == "100 of 400 pictures"
    now_s[0] = 10.0
    assert pace.words(200, 400) == "200 of 400 pictures, 10.0/s, 0:20 left"


def test_start_says_when_the_days_begin(house, monkeypatch):
    plans = []

    def stop(plan, folder):
        plans.append(plan)
        raise KeyboardInterrupt

    monkeypatch.setattr(recording, "_check_free", stop)
    assert house("--start", "2025-01-01T06:30:00")[0] == 130
    assert plans[0].start_ns == 1735713000 * NS_PER_S
