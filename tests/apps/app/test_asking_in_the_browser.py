"""What the page in the browser asks and shows; the page itself where Gradio is installed."""

import importlib.util
import io
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from apps.app.answering import Desk
from mmmem.clock import NS_PER_S, Calendar, Span
from mmmem.errors import InvalidInputError, MemoryNotFoundError
from mmmem.memory import Memory
from mmmem.types import Detections, FrameRef, Observation, StreamInfo, TimedText

RED = np.full((48, 64, 3), (200, 30, 30), np.uint8)


def jpeg(picture: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG")
    return buffer.getvalue()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("app") / "memory"
    with Memory.open(path, mode="w", create=True, calendar=Calendar("days")) as memory:
        memory.add_stream(StreamInfo("room", str(path / "gone.mp4"), memory.calendar, 0))
        said = TimedText(Span(2 * NS_PER_S, 4 * NS_PER_S), "Anna puts the red mug on the desk.")
        loud = TimedText(Span(5 * NS_PER_S, 6 * NS_PER_S), "# <b>hello</b>", "speech", speaker="Ben")
        memory.observe([Observation("room", Span(2 * NS_PER_S, 3 * NS_PER_S), FrameRef("room", 0, 2 * NS_PER_S), texts=(said,),
                                    keyframe_jpeg=jpeg(RED)), Observation.of_text("room", loud)])  # fmt: skip
    yield path
    shutil.rmtree(path)


@pytest.fixture
def desk(folder: Path) -> Iterator[Desk]:
    with Desk(folder) as opened:
        yield opened


def test_an_answer_comes_with_its_picture_and_its_steps(desk: Desk) -> None:
    told = desk.ask("Where is the red mug?")
    assert "desk" in told.words
    picture, caption = told.pictures[0]
    assert np.abs(np.asarray(picture).astype(int) - RED[0, 0]).max() < 12  # the kept one, as the video is gone
    assert "Anna puts the red mug on the desk." in caption
    assert all(len(step) == 5 for step in told.steps)


def at(*box: float) -> np.ndarray:
    return np.array([box], np.float32)


def seen_at(t_s: int, box: np.ndarray, label: str = "mug") -> Observation:
    found = Detections(box, np.array([0.9], np.float32), (label,), np.array([1]))
    span, ref = Span(t_s * NS_PER_S, (t_s + 1) * NS_PER_S), FrameRef("room", t_s, t_s * NS_PER_S)
    return Observation("room", span, ref, detections=found, keyframe_jpeg=jpeg(RED))


def yellow(picture: Image.Image) -> np.ndarray:
    """Rows and columns of what is drawn on the red picture."""
    inks = np.asarray(picture).astype(int)
    return np.argwhere((inks[..., 1] > 150) & (inks[..., 0] > 200))


@pytest.mark.parametrize("side", [1, 2])
def test_boxes_are_round_what_the_question_names(tmp_path: Path, side: int) -> None:
    """Unless they are of a picture of another size than the one that is shown."""
    with Memory.open(tmp_path / "m", mode="w", create=True, calendar=Calendar("days")) as memory:
        memory.add_stream(StreamInfo("room", str(tmp_path / "gone.mp4"), memory.calendar, 0))
        memory.observe([seen_at(3600, at(20, 16, 40, 32)), seen_at(3601, at(5, 5, 60 * side, 40 * side), "cupboard")])
    with Desk(tmp_path / "m") as desk:
        told = desk.ask("When did you last see a mug?")
        assert "from DAY1 01:00:00" in desk.summary()  # when it was first seen, not when the stream begins
    drawn = [yellow(picture) for picture, _ in told.pictures]
    if side == 2:
        assert not any(len(one) for one in drawn)
        return
    rows, columns = drawn[0].T
    assert rows.min() in range(10, 16)
    assert rows.max() in range(33, 39)
    assert columns.min() in range(14, 20)
    assert columns.max() in range(41, 47)


def test_choices_are_one_a_line(desk: Desk) -> None:
    assert "desk" in desk.ask("Where is the red mug?", "\n the sofa\nthe desk \n\n").words
    with pytest.raises(InvalidInputError, match="at least two choices"):
        desk.ask("Where is the red mug?", "the sofa")


def test_asked_earlier_nothing_later_is_known(desk: Desk) -> None:
    told = desk.ask("Where is the red mug?", asked_at="DAY1 00:00:01")
    assert "abstains" in told.words
    assert not told.pictures


def test_an_empty_question_is_refused(desk: Desk) -> None:
    with pytest.raises(InvalidInputError, match=r"Query\.text must not be empty"):
        desk.ask("   ")


def test_words_of_the_world_are_text_on_the_page(desk: Desk) -> None:
    told = desk.ask("What did Ben say?")
    assert "\\<b\\>" in told.words
    assert "<b>" not in told.words


def test_what_was_said_is_listed_and_found_by_a_word(desk: Desk) -> None:
    assert [row[2] for row in desk.lines()] == ["caption", "speech"]
    assert desk.lines("MUG") == [["DAY1 00:00:02", "room", "caption", "Anna puts the red mug on the desk."]]
    assert desk.lines("ben")[0][3].startswith("Ben: ")
    assert desk.lines("zebra") == []


def test_no_graph_no_map_and_no_memory_no_desk(desk: Desk, tmp_path: Path) -> None:
    assert desk.map() is None
    assert "**room** from DAY1" in desk.summary()
    assert desk.examples()
    with pytest.raises(MemoryNotFoundError):
        Desk(tmp_path / "none")


PAGE = """
import sys
from pathlib import Path
from apps.app.answering import Desk
from apps.app.serving import page_of
with Desk(Path(sys.argv[1])) as desk:
    page = page_of(desk)
    ask = next(function for function in page.fns.values() if function.api_name == "ask")
    assert {"map", "lines"} <= {function.api_name for function in page.fns.values()}
    asking = [function for function in page.fns.values() if function.fn is ask.fn]
    assert len(asking) == 3  # by the button, by the enter key, and by an example that is chosen
    assert all(one.inputs == ask.inputs and one.outputs == ask.outputs for one in asking)
    words, pictures, steps = ask.fn("Where is the red mug?", "", "")
    assert "desk" in words and len(pictures) >= 1 and steps
    try:
        ask.fn(" ", "", "")
    except Exception as error:
        print(type(error).__module__.partition(".")[0], error)
"""


def test_the_page_is_made_of_it(folder: Path) -> None:
    """In a process of its own: what Gradio starts it does not end."""
    if importlib.util.find_spec("gradio") is None:
        pytest.skip("the page needs the extra app")
    done = subprocess.run([sys.executable, "-c", PAGE, str(folder)], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("gradio ")
    assert "must not be empty" in done.stdout
