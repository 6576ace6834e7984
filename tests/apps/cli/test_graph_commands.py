"""The scene graph at the command line: where, changes, graph, teach, correct; and what a memory without one is told."""

import json
from pathlib import Path

import pytest

from apps.cli.program import run
from mmmem.clock import Calendar, Span
from mmmem.memory import Memory
from mmmem.types import Assertion, FrameRef, Observation, StreamInfo, TimedText

S, HOUR = 10**9, 3600 * 10**9
CALENDAR = Calendar("days")


def seen(id: str, kind: str, t_ns: int, at: tuple[float, float, float], size: float, **more) -> Observation:
    x, y, z = at
    half = size / 2
    value = {
        "at": list(at), "box": [[x - half, y - half, z - half], [x + half, y + half, z + half]], "count": 5,
        "size": [size] * 3, "frames": [["cam", t_ns // S, t_ns]], **more,
    }  # fmt: skip
    span = Span(t_ns, t_ns + S)
    said = Assertion(more.pop("row", "seen"), id, span, kind, value, learned_ns=t_ns + S)
    return Observation("cam", span, FrameRef("cam", t_ns // S, t_ns), assertions=(said,))


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    path = tmp_path / "m"
    rows = [
        seen("F1", "table", 0, (0, 0, 0.4), 0.8, layer="furniture"),
        seen("F2", "shelf", 0, (3, 0, 0.4), 0.8, layer="furniture"),
        seen("O1", "mug", S, (0, 0, 0.85), 0.1, layer="object", attributes={"colour": ["red", 0.9]}),
        seen("O2", "mug", S, (0.2, 0.2, 0.85), 0.1, layer="object", attributes={"colour": ["blue", 0.9]}),
        seen("O1", "mug", 2 * HOUR, (3, 0, 0.85), 0.1, row="moved", opens=True),
    ]
    with Memory.open(path, mode="w", create=True, calendar=CALENDAR) as opened:
        opened.add_stream(StreamInfo("cam", "scripted", CALENDAR, 0))
        opened.observe(rows)
        opened.observe([Observation.of_text("cam", TimedText(Span(0, S), "A quiet morning."))])
    return path


def test_where_says_it_in_a_sentence_and_as_json(memory, capsys):
    assert run(["where", "red mug", "-m", str(memory)]) == 0
    assert "on the shelf" in capsys.readouterr().out.lower()
    assert run(["where", "mug", "-m", str(memory), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["found"]
    assert {one["id"] for one in found} == {"O1", "O2"}
    assert all(one["frames"] for one in found)


def test_where_at_an_earlier_time_is_where_it_was(memory, capsys):
    assert run(["where", "red mug", "-m", str(memory), "--at", "DAY1 00:10", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["found"][0]["holder"] == "F1"
    assert run(["where", "red mug", "-m", str(memory), "--known-at", "DAY1 00:10", "--trail"]) == 0
    assert "shelf" not in capsys.readouterr().out


def test_changes_since_a_time_in_figures_or_words(memory, capsys):
    assert run(["changes", "-m", str(memory), "--since", "DAY1 01:00", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [(one["kind"], one["id"]) for one in found] == [("moved", "O1")]
    assert run(["changes", "-m", str(memory), "--since", "1 hour ago"]) == 0
    assert "red mug: on the table -> on the shelf" in capsys.readouterr().out


def test_graph_lists_furniture_with_what_it_bears_and_draws_maps(memory, capsys, tmp_path):
    assert run(["graph", "-m", str(memory), "--json"]) == 0
    rooms = json.loads(capsys.readouterr().out)["rooms"]
    things = {one["id"]: one for room in rooms for one in room["things"]}
    assert things["O1"]["holder"] == "F2"
    assert run(["graph", "-m", str(memory), "-o", str(tmp_path / "map.png")]) == 0
    assert (tmp_path / "map.png").read_bytes().startswith(b"\x89PNG")
    assert run(["graph", "-m", str(memory), "--frames", "2", "-o", str(tmp_path / "maps")]) == 0
    assert len(list((tmp_path / "maps").glob("*.png"))) == 2


def test_what_is_taught_and_corrected_is_kept(memory, capsys):
    assert run(["teach", "O1", "dax", "-m", str(memory)]) == 0
    assert run(["correct", "O2", "--owner", "Alex", "--gone", "-m", str(memory)]) == 0
    capsys.readouterr()
    assert run(["where", "dax", "-m", str(memory)]) == 0
    assert "shelf" in capsys.readouterr().out
    assert run(["where", "Alex's mug", "-m", str(memory), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["found"][0]["standing"] == "gone"


def test_ask_uses_the_graph(memory, capsys):
    assert run(["ask", "Where is the red mug?", "-m", str(memory), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert not answer["abstained"]
    assert answer["evidence"][0]["source"] == "graph"
    assert run(["ask", "Where is the red mug?", "-m", str(memory), "--source", "graph"]) == 0


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["where", "mugg"], "Unknown thing 'mugg'"),
        (["changes", "--since", "whenever"], "Cannot read 'whenever'"),
        (["graph", "--frames", "3"], "needs a folder"),
        (["correct", "O1"], "Nothing was said of"),
    ],
)
def test_what_cannot_be_done_says_why(memory, capsys, command, said):
    assert run([*command, "-m", str(memory)]) == 2
    assert said in capsys.readouterr().err


def test_a_memory_without_a_graph_says_why_and_what_to_do(tmp_path, capsys):
    with Memory.open(tmp_path / "words", mode="w", create=True, calendar=CALENDAR) as opened:
        opened.add_stream(StreamInfo("cam", "scripted", CALENDAR, 0))
        opened.observe([Observation.of_text("cam", TimedText(Span(0, S), "A quiet morning."))])
    for command in (["where", "mug"], ["changes"], ["graph"], ["teach", "O1", "dax"]):
        assert run([*command, "-m", str(tmp_path / "words")]) == 2
        assert "holds no scene graph" in capsys.readouterr().err
