"""Boxes with identities, and when things were picked up and put down."""

import json

import numpy as np
import pytest

import streams
from mmmem.errors import InvalidInputError, SourceError
from streams import all_frames
from streams.datasets.box_tracks import read_box_tracks
from streams.datasets.handled_things import carried, read_handled, taken_ns

S = 10**9


def written(path, held):
    path.write_text(json.dumps(held))
    return path


def in_frames(frames, names):
    """Frames of {number: {id: (cx, cy, w, h)}}."""
    listed = {
        str(number): [{"id": id, "label": names[id], "cxcywh": list(box)} for id, box in boxes.items()]
        for number, boxes in frames.items()
    }
    return {"fps": 15, "video": "film.mp4", "objects": {str(id): name for id, name in names.items()}, "frames": listed}


def coco(frames, names):
    """The same in COCO's words."""
    images = [{"id": 100 + number, "frame_id": number, "file_name": f"{number:06d}.jpg"} for number in frames]
    kinds = {name: place for place, name in enumerate(sorted(set(names.values())))}
    annotations = [
        {"image_id": 100 + number, "track_id": id, "category_id": kinds[names[id]], "bbox": [cx - w / 2, cy - h / 2, w, h]}
        for number, boxes in frames.items()
        for id, (cx, cy, w, h) in boxes.items()
    ]
    categories = [{"id": place, "name": name} for name, place in kinds.items()]
    return {"images": images, "annotations": annotations, "categories": categories, "fps": 15}


NAMES = {0: "sink", 1: "cup", 2: "cup"}


def scene():
    """A camera that pans by 4 px a frame past a sink; the first cup is carried in frames 20 to 32, the second stays."""
    frames = {}
    for number in range(60):
        pan = 4.0 * number
        carry = 12.0 * float(np.clip(number - 20, 0, 12))
        frames[number] = {0: (500 - pan, 300, 200, 100), 1: (200 - pan, 200 - carry, 20, 20), 2: (400 - pan, 220, 20, 20)}
    return frames


@pytest.mark.parametrize("layout", [in_frames, coco])
def test_boxes_become_detections_with_identities(tmp_path, layout):
    tracks = read_box_tracks(written(tmp_path / "tracks.json", layout(scene(), NAMES)))
    assert tracks.fps == 15
    assert tracks.names == NAMES
    found = tracks.at(0)
    by_id = dict(zip(found.track_id.tolist(), found.xyxy.tolist(), strict=True))
    assert by_id == {0: [400, 250, 600, 350], 1: [190, 190, 210, 210], 2: [390, 210, 410, 230]}
    assert sorted(found.label) == ["cup", "cup", "sink"]
    assert len(tracks.at(1000)) == 0
    assert tracks.t_ns(15) == S


def test_what_is_carried_moves_against_what_stays(tmp_path):
    things = carried(read_box_tracks(written(tmp_path / "tracks.json", in_frames(scene(), NAMES))))
    assert [(thing.key, thing.name, len(thing.moves)) for thing in things] == [("0", "sink", 0), ("1", "cup", 1), ("2", "cup", 0)]
    ((picked_up_ns, put_down_ns),) = things[1].moves
    assert 15 / 15 * S <= picked_up_ns <= 22 / 15 * S
    assert 32 / 15 * S <= put_down_ns <= 37 / 15 * S


def test_nothing_is_told_of_moves_where_nothing_static_is_in_view(tmp_path):
    frames = {number: {id: box for id, box in boxes.items() if id} for number, boxes in scene().items()}
    things = carried(read_box_tracks(written(tmp_path / "tracks.json", in_frames(frames, {1: "cup", 2: "cup"}))))
    assert all(thing.moves == () for thing in things)


@pytest.mark.parametrize(
    ("held", "error", "says"),
    [
        ([1, 2], InvalidInputError, "neither COCO annotations nor frames"),
        ({"frames": {"0": [{"id": 0}]}}, InvalidInputError, "not laid out as tracks"),
        ({"frames": {"0": [{"id": 0, "label": "cup", "xyxy": [5, 5, 1, 9]}]}}, InvalidInputError, "right and bottom larger"),
        ({"frames": {"0": [{"id": 0, "label": "cup", "bbox": [5, 5, 1, 9], "score": 7}]}}, InvalidInputError, r"lie in \[0, 1\]"),
    ],
)
def test_what_is_no_track_says_so(tmp_path, held, error, says):
    with pytest.raises(error, match=says):
        read_box_tracks(written(tmp_path / "tracks.json", held))
    (tmp_path / "broken.json").write_text('{"frames": {')
    with pytest.raises(SourceError, match="cannot be read as JSON"):
        read_box_tracks(tmp_path / "broken.json")


def test_annotated_tracks_are_moves_in_exact_time(tmp_path):
    bowl = {"name": "bowl", "tracks": [{"time_segment": [12.1, 15.55555]}, {"time_segment": [3, 4.25]}]}
    path = written(tmp_path / "assoc_info.json", {"P01-20240202-161948": {"a": bowl}, "other": {"b": bowl}})
    things = read_handled(path)
    start_ns = taken_ns("P01-20240202-161948")
    moves = ((3 * S, 4_250_000_000), (12_100_000_000, 15_555_550_000))
    assert things["other"][0].moves == moves
    assert things["P01-20240202-161948"][0].moves == tuple((start_ns + a, start_ns + b) for a, b in moves)
    assert start_ns % (86_400 * S) == (16 * 3600 + 19 * 60 + 48) * S


def test_a_track_that_ends_before_it_begins_is_refused(tmp_path):
    path = written(tmp_path / "assoc_info.json", {"v": {"a": {"name": "bowl", "tracks": [{"time_segment": [5.0, 4.0]}]}}})
    with pytest.raises(InvalidInputError, match="'bowl' would be put down at 4000000000, not after"):
        read_handled(path)
    with pytest.raises(InvalidInputError, match="not laid out as HD-EPIC"):
        read_handled(written(tmp_path / "b.json", {"v": {"a": {"tracks": []}}}))


def test_tracks_of_the_kitchen_lie_on_its_frames(shared_data):
    tracks = read_box_tracks(shared_data / "videos" / "kitchen_tracks.json")
    assert len(tracks.names) == 38
    assert tracks.video is not None
    stream = streams.open(tracks.video, sampler=all_frames())
    for number, (frame, found) in enumerate(tracks.detected(stream)):
        assert frame.index == number
        assert len(found) == len(tracks.frames[number])
        if number == 20:
            break


def test_opening_tracks_as_a_stream_says_what_to_do(tmp_path):
    written(tmp_path / "boxes.json", in_frames(scene(), NAMES))
    written(tmp_path / "moves.json", {"v": {"a": {"name": "bowl", "tracks": [{"time_segment": [1, 2]}]}}})
    with pytest.raises(InvalidInputError, match=r"boxes.json holds tracks of boxes; open its video"):
        streams.open(tmp_path / "boxes.json")
    with pytest.raises(InvalidInputError, match=r"moves.json says when things were picked up"):
        streams.open(tmp_path / "moves.json")
