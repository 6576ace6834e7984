"""From a stream into a memory: groups, cursors, resuming, and what a second pass adds."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from apps.ingest import GroupLimits, Ingest, IngestProgress, SourceOptions, open_source, sampling
from apps.ingest.sources import resolved
from mmmem.clock import NS_PER_S, Calendar, Span
from mmmem.errors import InvalidInputError, SourceError, UnknownNameError
from mmmem.memory import Memory
from mmmem.store.records import Receipt
from mmmem.types import Detections, Frame, Observation, StreamInfo, TimedText
from streams import Item, ReadReport, Stream
from streams.stream import TextSource

NO_TIME = GroupLimits(frames=3, texts=4, seconds=1e9)


class Listed:
    """A source that gives the items it was made with."""

    def __init__(self, items: Sequence[Item]) -> None:
        self._items = items
        self.num_given = 0

    def items(self, after_ns: int | None, report: ReadReport) -> Iterator[Item]:
        for item in self._items:
            t_ns = item.t_ns if isinstance(item, Frame) else item.span.start_ns
            if after_ns is None or t_ns > after_ns:
                self.num_given += 1
                yield item

    def close(self) -> None:
        """Nothing is held open."""


class Redness:
    """A detector that finds one thing wherever a picture is red."""

    name = "redness"
    labels = ("red",)

    def detect(self, images: Sequence[np.ndarray]) -> list[Detections]:
        box = np.array([[0, 0, 8, 8]], np.float32)
        score = np.array([0.9], np.float32)
        return [
            Detections(box, score, ("red",)) if image[..., 0].mean() > image[..., 1].mean() else Detections.none()
            for image in images
        ]


def frame(t_s: float, red: int = 0, index: int | None = None) -> Frame:
    image = np.full((32, 32, 3), 60, np.uint8)
    image[..., 0] = 200 if red else 60
    image[: int(t_s) % 32, :, 2] = 250
    return Frame("s", round(t_s * 10) if index is None else index, round(t_s * NS_PER_S), image)


def text(t_s: float, words: str) -> TimedText:
    start = round(t_s * NS_PER_S)
    return TimedText(Span(start, start + NS_PER_S), words)


def stream_of(items: Sequence[Item], uri: str = "made", end_s: int | None = 100) -> Stream:
    info = StreamInfo("s", uri, Calendar(), 0, None if end_s is None else end_s * NS_PER_S)
    return Stream(info, [Listed(items)])


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    with Memory.open(tmp_path / "m", mode="w", create=True) as opened:
        yield opened


@dataclass
class Transactions:
    """How many observations each transaction had, and the cursor it left."""

    sizes: list[int] = field(default_factory=list)
    cursors: list[dict[str, int]] = field(default_factory=list)


@pytest.fixture
def transactions(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> Transactions:
    seen, store = Transactions(), memory.observe

    def observe(observations: Sequence[Observation], *, cursor: dict[str, int]) -> Receipt:
        seen.sizes.append(len(observations))
        seen.cursors.append(cursor)
        return store(observations, cursor=cursor)

    monkeypatch.setattr(memory, "observe", observe)
    return seen


def test_a_group_ends_at_its_limit_of_frames_or_of_texts(memory: Memory, transactions: Transactions) -> None:
    Ingest(memory, stream_of([frame(t) for t in range(7)]), period_ns=1, limits=NO_TIME).run()
    assert transactions.sizes == [3, 3, 1]
    transactions.sizes.clear()
    Ingest(memory, stream_of([text(t, f"word {t}") for t in range(10, 19)]), period_ns=1, limits=NO_TIME).run()
    assert transactions.sizes == [4, 4, 1]


def test_a_group_never_ends_between_items_of_one_time(memory: Memory, transactions: Transactions) -> None:
    items = [text(1, "a"), text(1, "b"), text(1, "c"), text(1, "d"), text(1, "e"), frame(1), text(2, "f")]
    Ingest(memory, stream_of(items), period_ns=1, limits=NO_TIME).run()
    assert transactions.sizes == [6, 1]
    assert transactions.cursors == [{"s": NS_PER_S}, {"s": 2 * NS_PER_S}]


def test_a_group_ends_after_its_time_on_the_wall(memory: Memory, transactions: Transactions) -> None:
    Ingest(memory, stream_of([frame(t) for t in range(4)]), period_ns=1, limits=GroupLimits(seconds=0.0)).run()
    assert transactions.sizes == [1, 1, 1, 1]


def test_the_position_is_the_time_of_the_last_item_whatever_its_length(memory: Memory) -> None:
    report = Ingest(memory, stream_of([text(5, "a"), frame(5.5)]), period_ns=NS_PER_S).run()
    assert report.position_ns == memory.position("s") == 5_500_000_000
    assert report.resumed_ns is None


def words_of(*texts: TimedText) -> Stream:
    return Stream(StreamInfo("s", "made", Calendar(), 0, 100 * NS_PER_S), [TextSource(texts)])


def test_words_of_before_the_place_where_reading_goes_on_are_not_lost_silently(memory: Memory) -> None:
    known = [text(3, "Anna reads."), text(9, "Ben sleeps.")]
    Ingest(memory, words_of(*known), period_ns=1).run()
    unchanged = Ingest(memory, words_of(*known, text(20, "Chloe sings.")), period_ns=1).run()
    assert (unchanged.stored.num_texts, unchanged.read.notes) == (1, [])
    grown = words_of(text(1, "Anna sits."), *known, text(9, "Ben snores."))
    (note,) = Ingest(memory, grown, period_ns=1).run().read.notes
    assert note.startswith("not in the memory: 2 texts from 0:01 on, before the place where reading went on")
    assert "--again" in note
    again = Ingest(memory, grown, period_ns=1, again=True).run()
    assert (again.stored.num_texts, again.stored.num_duplicate_texts, again.read.notes) == (2, 2, [])
    assert Ingest(memory, grown, period_ns=1).run().read.notes == []


def test_words_out_of_order_are_put_in_order_before_they_are_read(memory: Memory) -> None:
    mixed = words_of(text(9, "Ben sleeps."), text(1, "Anna sits."), text(3, "Anna reads."))
    assert [item.text for item in mixed] == ["Anna sits.", "Anna reads.", "Ben sleeps."]
    assert Ingest(memory, mixed, period_ns=1, limits=GroupLimits(texts=1)).run().position_ns == 9 * NS_PER_S
    assert memory.position("s") == 9 * NS_PER_S


def test_stop_finishes_the_group_and_a_second_ingest_reads_only_the_rest(memory: Memory) -> None:
    items = [frame(t) for t in range(10)]
    seen: list[IngestProgress] = []
    first = Ingest(memory, stream_of(items), period_ns=1, limits=NO_TIME).run(seen.append, stop=lambda: len(seen) >= 2)
    assert first.interrupted
    assert first.position_ns == memory.position("s") == seen[-1].t_ns
    rest = stream_of(items)
    second = Ingest(memory, rest, period_ns=1, limits=NO_TIME).run()
    assert second.resumed_ns == first.position_ns
    assert rest.sources[0].num_given == len(items) - first.stored.num_frames
    assert first.stored.num_frames + second.stored.num_frames == len(items)
    assert second.stored.num_duplicate_frames == 0


def test_keyframes_are_those_of_an_ingest_that_never_stopped(memory: Memory, tmp_path: Path) -> None:
    items = [frame(t, red=t // 5 % 2) for t in range(60)]
    with Memory.open(tmp_path / "whole", mode="w", create=True) as whole:
        Ingest(whole, stream_of(items), period_ns=1).run()
        expected = [one.ref for one in whole.frames(keyframes=True)]
    for stop_after in (17, 20, 41):
        Ingest(memory, stream_of(items[:stop_after]), period_ns=1).run()
    Ingest(memory, stream_of(items), period_ns=1).run()
    assert [one.ref for one in memory.frames(keyframes=True)] == expected


def test_progress_grows_to_the_whole(memory: Memory) -> None:
    seen: list[IngestProgress] = []
    Ingest(memory, stream_of([frame(t) for t in range(8)]), period_ns=1, limits=NO_TIME).run(seen.append)
    assert [one.num_items for one in seen] == [3, 6, 8]
    assert [one.covered_ns for one in seen] == [2 * NS_PER_S, 5 * NS_PER_S, 7 * NS_PER_S]


def test_a_second_pass_with_a_detector_adds_what_was_not_looked_at(memory: Memory) -> None:
    items = [frame(t, red=t % 2) for t in range(6)]
    blind = Ingest(memory, stream_of(items), period_ns=1).run()
    assert any("no detector" in line for line in blind.not_looked_at)
    assert memory.detections() == []
    seeing = Ingest(memory, stream_of(items), period_ns=1, detector=Redness(), tracker=False, again=True).run()
    assert seeing.stored.num_frames == 0
    assert seeing.stored.num_duplicate_frames == 6
    assert [one.ref.t_ns // NS_PER_S for one in memory.detections()] == [1, 3, 5]
    assert len(memory.looked()) == 6


def test_a_source_that_gives_nothing_is_an_error_and_makes_no_stream(memory: Memory) -> None:
    with pytest.raises(SourceError, match="neither a picture nor a word"):
        Ingest(memory, stream_of([]), period_ns=1).run()
    assert memory.streams() == []


def test_a_stream_of_that_name_from_another_place_is_refused_unless_it_moved(memory: Memory) -> None:
    Ingest(memory, stream_of([frame(1)], uri="here"), period_ns=1).run()
    with pytest.raises(InvalidInputError, match=r"'s' from 'here'.*--stream.*--moved"):
        Ingest(memory, stream_of([frame(1), frame(2)], uri="there"), period_ns=1)
    moved = Ingest(memory, stream_of([frame(1), frame(2)], uri="there"), period_ns=1, moved=True).run()
    assert moved.stored.num_frames == 1
    assert memory.streams()[0].uri == "there"


def test_two_frames_of_one_instant_are_one_and_the_report_says_so(memory: Memory) -> None:
    report = Ingest(memory, stream_of([frame(1), frame(1, index=99), frame(2)]), period_ns=1).run()
    assert [one.ref.t_ns for one in memory.frames()] == [NS_PER_S, 2 * NS_PER_S]
    assert any("same instant" in note for note in report.read.notes)


def test_identities_that_can_be_trusted_are_trusted_though_words_came_long_before(memory: Memory) -> None:
    instances = np.zeros((32, 32), np.int32)
    instances[8:20, 8:20] = 7
    frames = [replace(frame(t), instances=instances, instance_labels={7: "mug"}) for t in range(20, 30)]
    early = [text(t, "a red cup on the table") for t in range(6)]
    Ingest(memory, stream_of([*early, *frames]), period_ns=NS_PER_S, limits=NO_TIME).run()
    sources = {row.assertion.source for row in memory.assertions(kinds=["seen"]) if row.assertion.object == "mug"}
    assert sources == {"simulator"}


def test_a_stream_without_an_end_is_taken_in_too(memory: Memory) -> None:
    report = Ingest(memory, stream_of([frame(1), text(2, "a")], end_s=None), period_ns=1).run()
    assert (report.stored.num_frames, report.stored.num_texts) == (1, 1)
    assert not any("no text track" in line for line in report.not_looked_at)


# Sources


def test_a_folder_of_pictures_becomes_one_picture_a_second(memory: Memory, tmp_path: Path) -> None:
    folder = tmp_path / "Bilder vom Sommer"
    folder.mkdir()
    for number in range(5):
        Image.new("RGB", (40, 30), (50 * number, 90, 10)).save(folder / f"{number}.png")
    with open_source([str(folder)], sampling(None, looking=False).sampler, SourceOptions()) as stream:
        report = Ingest(memory, stream, period_ns=NS_PER_S).run()
    assert report.stream_id == folder.name
    assert report.uri == str(folder)
    assert [one.ref.t_ns for one in memory.frames()] == [t * NS_PER_S for t in range(5)]


def test_text_tracks_alone_are_a_stream_and_beside_a_video_they_are_tracks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    track = tmp_path / "said.json"
    track.write_text(json.dumps([{"start": 1, "end": 2, "text": "hello"}]), encoding="utf-8")
    with open_source([str(track)], sampling(None, looking=False).sampler, SourceOptions()) as stream:
        assert [item.text for item in stream] == ["hello"]
    given: dict[str, object] = {}

    def opened(source: str, **rest: object) -> Stream:
        given.update(source=source, **rest)
        return stream_of([])

    monkeypatch.setattr("streams.open", opened)
    named = ["/a/walk.mp4", str(track)]
    stream = open_source(named, sampling(None, looking=False).sampler, SourceOptions(tracks=("x.srt",), wearer="Jake"))
    assert stream.info.wearer == "Jake"
    assert given["source"] == "/a/walk.mp4"
    assert given["tracks"] == ["x.srt", str(track)]


def test_names_are_made_absolute_and_numbers_are_cameras(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert resolved("a/../walk.mp4") == str(tmp_path / "walk.mp4")
    assert resolved("0") == "camera:0"
    assert resolved("rtsp://door/stream") == "rtsp://door/stream"
    (tmp_path / "7").touch()
    assert resolved("7") == str(tmp_path / "7")


@pytest.mark.parametrize(
    ("every", "looking", "period_s"),
    [(None, False, 1.0), (None, True, 0.2), ("0.5", True, 0.5), ("keyframes", True, 1.0), ("change", False, 1.0)],
)
def test_sampling_by_default_is_finer_where_a_detector_looks(every: str | None, looking: bool, period_s: float) -> None:
    assert sampling(every, looking=looking).period_ns == round(period_s * NS_PER_S)


def test_an_unknown_way_to_sample_suggests_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'change'"):
        sampling("changes", looking=False)
    with pytest.raises(InvalidInputError, match="positive"):
        sampling("0", looking=False)
