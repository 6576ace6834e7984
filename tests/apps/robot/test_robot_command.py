"""`mmmem robot` from the command line, with everything real: house, environment, renderer, eyes, memory."""

import json

import pytest

from apps.cli.program import run
from mmmem.memory import Memory

pytest.importorskip("mujoco", reason="the house extra draws")
pytest.importorskip("gymnasium", reason="the house extra is the environment")


@pytest.mark.slow
def test_a_day_of_errands_is_told_drawn_and_kept(tmp_path, capsys):
    picture, folder = tmp_path / "ways.png", tmp_path / "memory"
    asked = ["robot", "--seed", "1", "--days", "1", "--errands", "2", "-m", str(folder), "-o", str(picture), "--json"]
    assert run(asked) == 0
    told = json.loads(capsys.readouterr().out)
    assert len(told["days"]) == 1
    assert told["days"][0]["errands"] == len(told["errands"]) > 0
    assert all(one["brought"] or one["why"] for one in told["errands"])
    assert picture.stat().st_size > 1000
    with Memory.open(folder) as memory:
        assert len(memory.poses("robot").t_ns) > 0
        assert memory.assertions(kinds=["tried"])


def test_a_house_without_a_day_is_refused(capsys):
    assert run(["robot", "--days", "0"]) == 2
    assert "days" in capsys.readouterr().err
