"""`mmmem robot` from the command line, with everything real: house, environment, renderer, eyes, memory."""

import json

import pytest

from apps.cli.program import run
from mmmem.clock import Calendar
from mmmem.memory import Memory
from mmmem.types import StreamInfo

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


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (["--noise", "heavvy"], "Did you mean 'heavy'"),
        (["-o", "ways.xyz"], "end its name in .png"),
        (["-o", "nowhere/ways.png"], "its folder is not there"),
    ],
)
def test_what_cannot_work_is_refused_before_a_day_is_lived(wrong, said, capsys):
    assert run(["robot", "--days", "1", "--errands", "1", *wrong]) == 2
    out, err = capsys.readouterr()
    assert said in err
    assert out == ""


def test_a_memory_of_something_else_is_left_as_it_is(tmp_path, capsys):
    with Memory.open(tmp_path / "m", mode="w", create=True, calendar=Calendar("wall")) as memory:
        memory.add_stream(StreamInfo("robot", "robot:2", memory.calendar, 0))
    assert run(["robot", "--seed", "1", "--days", "1", "--errands", "1", "-m", str(tmp_path / "m")]) == 2
    assert "remembers 'robot:2'" in capsys.readouterr().err
    with Memory.open(tmp_path / "m") as memory:
        assert [record.uri for record in memory.streams()] == ["robot:2"]
        assert not memory.frames()
