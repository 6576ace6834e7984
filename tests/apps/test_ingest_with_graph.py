"""`mmmem ingest` makes a scene graph of depth, of pictures alone, of words alone; and a kill costs little of it."""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

import streams
from apps.cli import run
from apps.ingest import GroupLimits, Ingest, SourceOptions, open_source
from mmmem.clock import NS_PER_S, Calendar
from mmmem.memory import Memory
from mmmem.types import Detections, Frame, StreamInfo
from scenegraph import SceneGraph
from streams import Item, ReadReport, Stream

NUM_KILLED = int(os.environ.get("MMMEM_GRAPH_KILLS", "2"))


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A day of a small house in 80 noisy pictures with depth, and what was said of them."""
    pytest.importorskip("mujoco")
    folder = tmp_path_factory.mktemp("graph") / "house"
    options = ["--seed", "7", "--tour-s", "40", "--hz", "1", "--size", "160x120", "--workers", "1"]
    assert run(["house", "--out", str(folder), *options]) == 0
    return folder


@pytest.fixture(scope="session")
def whole(house: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The memory of an ingest that nothing interrupted."""
    memory = tmp_path_factory.mktemp("whole") / "m"
    assert run(["ingest", str(house), "-m", str(memory), "--every", "all"]) == 0
    return memory


def nodes_of(memory: Path) -> list[tuple[str, np.ndarray, bool, int]]:
    """Class, last place, whether it is gone, and the number of looks of each node."""
    with Memory.open(memory) as opened:
        nodes = SceneGraph(opened).nodes.values()
        return [
            (node.kind, node.stay.at, node.missing, sum(stay.num_seen for stay in node.stays))
            for node in nodes
            if node.stay is not None and node.stay.at is not None
        ]


def test_with_depth_things_have_places_and_stand_in_rooms(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Memory.open(whole) as memory:
        graph = SceneGraph(memory)
        assert len(graph.rooms()) >= 4
        placed = [node for node in graph.nodes.values() if node.layer in ("object", "furniture")]
        assert len(placed) > 15
        assert all(node.stay is not None and node.stay.at is not None for node in placed)
        assert sum(graph.room_of(node.id) is not None for node in placed) > 0.8 * len(placed)
        assert memory.check().problems == ()
    assert run(["where", "bed", "-m", str(whole), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["found"][0]["room"].endswith("bedroom")


def test_the_command_line_shows_all_layers(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["graph", "-m", str(whole)]) == 0
    building, camera, *_ = capsys.readouterr().out.splitlines()
    assert building.startswith("B1 building, L1 ground floor: 6 rooms, ")
    assert "pieces of furniture" in building
    assert camera.startswith("A1 camera robot, last in R")
    assert run(["graph", "-m", str(whole), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {"building", "floor", "room", "place", "furniture", "object", "robot"} <= told["layers"].keys()
    assert {one["kind"] for one in told["ways"]} == {"door", "beside"}
    assert {one["parent"] for one in told["layers"]["room"]} == {"L1"}


def test_captions_of_pictures_that_the_graph_saw_make_nothing_twice(house: Path, whole: Path, tmp_path: Path) -> None:
    with (
        open_source([str(house)], streams.all_frames(), SourceOptions(tracks=None)) as stream,
        Memory.open(tmp_path / "m", mode="w", create=True, calendar=stream.info.calendar) as silent,
    ):
        Ingest(silent, stream, period_ns=NS_PER_S).run()
        assert not silent.texts()
    with Memory.open(whole) as memory:
        assert len(memory.texts()) > 10
        assert not memory.assertions(kinds=["placed"])
    assert [one[0] for one in nodes_of(whole)] == [one[0] for one in nodes_of(tmp_path / "m")]


def test_ingest_again_at_the_end_adds_nothing_to_the_graph(house: Path, whole: Path) -> None:
    with Memory.open(whole) as memory:
        before = len(memory.assertions())
    assert run(["ingest", str(house), "-m", str(whole), "--every", "all"]) == 0
    with Memory.open(whole) as memory:
        assert len(memory.assertions()) == before


# Words alone


def test_words_alone_make_nodes_that_are_somewhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [
        (10, "A red mug is on the kitchen counter."),
        (60, "There is a laptop on the desk."),
        (300, "The red mug is on the desk."),
        (400, "Somebody is laughing."),
    ]
    notes = tmp_path / "notes.srt"
    notes.write_text(
        "".join(f"{n}\n{_stamp(t)} --> {_stamp(t + 5)}\n{text}\n\n" for n, (t, text) in enumerate(lines, 1)), "utf-8"
    )
    memory = tmp_path / "m"
    assert run(["ingest", str(notes), "-m", str(memory)]) == 0
    capsys.readouterr()
    assert run(["where", "red mug", "-m", str(memory), "--trail", "--json"]) == 0
    (mug,) = json.loads(capsys.readouterr().out)["found"]
    with Memory.open(memory) as opened:
        graph = SceneGraph(opened)
        node = graph.node("red mug")
        assert [stay.place for stay in node.stays] == ["on kitchen counter", "on desk"]
        assert {one.kind for one in graph.nodes.values() if one.layer == "object"} == {"mug", "laptop"}
        assert graph.where("red mug").source == "text"
    assert mug["id"] == node.id
    assert "desk" in mug["place"]


def _stamp(seconds: int) -> str:
    return f"00:{seconds // 60:02d}:{seconds % 60:02d},000"


# Pictures alone


class Walk:
    """Pictures without depth or pose: a mug and a book on a wall of stripes; the mug is away for a while."""

    def items(self, after_ns: int | None, report: ReadReport) -> Iterator[Item]:
        for number in range(60):
            t_ns = number * NS_PER_S // 5
            if after_ns is None or t_ns > after_ns:
                image = np.full((96, 128, 3), 120, np.uint8)
                image[40:70, 20 + number // 2 : 50 + number // 2] = (200, 30, 30)
                image[30:60, 90:110] = (30, 60, 190)
                image[0, 0] = (0, number, 0)
                yield Frame("walk", number, t_ns, image)

    def close(self) -> None:
        """Nothing is held open."""


class Finds:
    """Finds the mug and the book where they are."""

    name = "finds"
    labels = ("mug", "book")

    def detect(self, images: Sequence[np.ndarray]) -> list[Detections]:
        return [self._look(int(image[0, 0, 1])) for image in images]

    def _look(self, number: int) -> Detections:
        left = 20 + number // 2
        boxes = np.array([[left, 40, left + 30, 70], [90, 30, 110, 60]], np.float32)
        return Detections(boxes, np.array([0.9, 0.8], np.float32), ("mug", "book"))


def test_pictures_alone_make_nodes_without_places(tmp_path: Path) -> None:
    pytest.importorskip("trackers")
    info = StreamInfo("walk", "made", Calendar(), 0, 12 * NS_PER_S)
    with Memory.open(tmp_path / "m", mode="w", create=True) as memory:
        report = Ingest(memory, Stream(info, [Walk()]), period_ns=NS_PER_S // 5, detector=Finds()).run()
        assert any("no depth" in line for line in report.not_looked_at)
        graph = SceneGraph(memory)
        assert sorted(node.kind for node in graph.nodes.values()) == ["book", "mug"]
        mug = graph.where("mug")
        assert mug.position is None
        assert mug.since_ns is not None
        assert mug.since_ns <= 1 * NS_PER_S
        assert mug.last_seen_ns == 59 * NS_PER_S // 5
        assert {frame.stream_id for frame in mug.frames} == {"walk"}
        assert not any(node.missing for node in graph.nodes.values())


# Killed


CHILD = """
import sys
import streams
from apps.ingest import GroupLimits, Ingest, SourceOptions, open_source
from mmmem.clock import NS_PER_S
from mmmem.memory import Memory

with (
    open_source([sys.argv[1]], streams.all_frames(), SourceOptions()) as stream,
    Memory.open(sys.argv[2], mode="w", create=True, calendar=stream.info.calendar) as memory,
):
    Ingest(memory, stream, period_ns=NS_PER_S, limits=GroupLimits(frames=6)).run(lambda seen: print(seen.num_items, flush=True))
"""


def killed(house: Path, memory: Path, rng: random.Random) -> bool:
    """Run an ingest in a process of its own, and kill it at a random instant; False if it came to its end before."""
    with subprocess.Popen([sys.executable, "-c", CHILD, str(house), str(memory)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        groups = rng.randint(1, 12)
        for number, _ in enumerate(process.stdout, start=1):
            if number == groups:
                time.sleep(rng.random() * 0.2)
                process.kill()
                break
        process.communicate()
        assert process.returncode in (0, -9)
        return process.returncode != 0


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
@pytest.mark.parametrize("seed", range(NUM_KILLED))
def test_killed_at_any_instant_the_graph_is_whole_and_ends_as_without(
    house: Path, whole: Path, tmp_path: Path, seed: int
) -> None:
    """Stated difference: looks at what was no node yet, and of the last ten seconds, may be lost with each kill."""
    memory, rng, num_kills = tmp_path / "m", random.Random(seed), 0
    while killed(house, memory, rng):
        num_kills += 1
        with Memory.open(memory, mode="w") as opened:
            assert opened.check().problems == ()
            graph = SceneGraph(opened)
            assert all(node.stays for node in graph.nodes.values())
        assert num_kills < 40
    assert num_kills > 0
    there, known = nodes_of(memory), nodes_of(whole)
    unmatched = [one for one in there if not taken(one, known)]
    assert unmatched == []  # nothing is invented
    assert len(known) <= 2 * num_kills
    assert all(num_seen <= 6 for *_, num_seen in known)
    with Memory.open(memory) as opened, Memory.open(whole) as other:
        rooms, all_rooms = SceneGraph(opened).rooms(), SceneGraph(other).rooms()
        assert [room.name for room in rooms.values()] == [room.name for room in all_rooms.values()]
        assert [room.area_m2 for room in rooms.values()] == pytest.approx([room.area_m2 for room in all_rooms.values()], rel=0.1)
        assert [one.ref for one in opened.frames()] == [one.ref for one in other.frames()]
        assert opened.check().problems == ()


def taken(one: tuple[str, np.ndarray, bool, int], known: list[tuple[str, np.ndarray, bool, int]]) -> bool:
    """Take the node of the same class, at the same place and as much gone, out of a list."""
    for place, (kind, at, gone, _) in enumerate(known):
        if kind == one[0] and gone == one[2] and float(np.linalg.norm(at - one[1])) < 0.5:
            del known[place]
            return True
    return False


def test_a_kill_before_the_graph_has_said_its_last_is_made_good(
    house: Path, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything is stored but what the graph says at the end: the next ingest says it."""
    monkeypatch.setattr(SceneGraph, "flush", lambda self, stream_id: ())
    with (
        open_source([str(house)], streams.all_frames(), SourceOptions()) as stream,
        Memory.open(tmp_path / "m", mode="w", create=True, calendar=stream.info.calendar) as memory,
    ):
        ingest = Ingest(memory, stream, period_ns=NS_PER_S, limits=GroupLimits(frames=1000, seconds=1e9))
        ingest.run()
        assert len(SceneGraph(memory).rooms()) < 6
    monkeypatch.undo()
    assert run(["ingest", str(house), "-m", str(tmp_path / "m"), "--every", "all"]) == 0
    with Memory.open(tmp_path / "m") as memory, Memory.open(whole) as other:
        assert SceneGraph(memory).rooms().keys() == SceneGraph(other).rooms().keys()
