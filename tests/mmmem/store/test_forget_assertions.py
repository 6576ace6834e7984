"""What is forgotten is gone from the log as well: nodes, what others say of them, looks at them, and it stays so."""

from pathlib import Path
from typing import Any

import pytest
from store_world import S, boxes, correction, everything, look, open_world, pose, said, told, unit

from mmmem.clock import MAX_NS, Span
from mmmem.memory import Memory
from mmmem.types import Assertion, Observation

LOOKS = unit(0.321, 0.654, 0.987)
PLACE = pose(0.1234567)
ZEBULON = "Zebulon Quixley"


def bytes_of(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


def a_day(stream: str = "left") -> list[Observation]:
    """A mug at every look; from 40 s to 50 s Zebulon is there, holds it, and it is his."""
    world: list[Observation] = []
    for n in range(20):
        at_s, here = 5 * n, n in (8, 9)
        entries = [told("seen", "O1", at_s, 5, object="mug", value={"at": [n, 0.5, 1], "room": "kitchen"}, vector=unit(1, n))]
        found = [("mug", 1, 0.9)]
        if here:
            entries += [
                told("seen", "P1", at_s, 5, object="person", value={"frames": [[stream, at_s, at_s * S]]}, vector=LOOKS),
                told("held", "O1", at_s, 5, object="P1"),
                told("near", "P2", at_s, 5, value={"who": ["P1", "P3"]}),
            ]
            found.append(("person", 2, 0.8))
        content: dict[str, Any] = {"pose_world_camera": PLACE if here else pose(n), "keyframe_jpeg": b"picture %d." % n}
        world.append(look(stream, at_s, 5, assertions=tuple(entries), detections=boxes(*found, dim=4), **content))
    world.append(correction(stream, 101, told("named", "P1", 40, 60, object=ZEBULON, source="person")))
    mine = told("named", "O1", 0, 101, object=ZEBULON, value={"role": "owner"}, source="person")
    world.append(correction(stream, 102, mine, told("state", "O1", 45, value={"held by": "ZEBULON_QUIXLEY"})))
    return world


def kinds_of(memory: Memory, subject: str) -> list[str]:
    return [stored.assertion.kind for stored in memory.assertions(subject=subject)]


@pytest.mark.parametrize("criteria", [{"span": Span(40 * S, 50 * S)}, {"stream": "left", "span": Span(41 * S, 49 * S)}])
def test_a_span_takes_what_overlaps_it_and_the_poses_of_its_looks(tmp_path: Path, criteria: dict[str, Any]) -> None:
    folder = tmp_path / "m"
    with open_world(folder) as memory:
        memory.observe(a_day())
        assert LOOKS.tobytes() in bytes_of(folder)
        promised, before = memory.forget(**criteria), everything(memory)
        assert everything(memory) == before
        done = memory.forget(**criteria, dry_run=False)
        assert done.counts == promised.counts
        assert (done.counts["assertions"], done.counts["poses"], done.counts["frames"]) == (8 + 3, 2, 2)
        assert kinds_of(memory, "O1") == ["seen"] * 18
        assert kinds_of(memory, "P1") == kinds_of(memory, "P2") == []
        assert len(memory.poses("left").t_ns) == 18
        raw = bytes_of(folder)
        for gone in (LOOKS.tobytes(), LOOKS.tobytes()[:8], PLACE[:3].tobytes(), b"Quixley", b"QUIXLEY", b"P1"):
            assert gone not in raw
        assert unit(1, 3).tobytes() in raw
        assert memory.check().ok
        left = everything(memory)
        again = memory.observe(a_day())
        assert (again.num_forgotten_assertions, again.num_assertions, again.num_poses) == (8 + 3, 0, 0)
        assert everything(memory) == left
    with open_world(folder) as memory:
        memory.lift_forgotten("left")
        memory.observe(a_day())
        assert everything(memory)["assertions"] == before["assertions"]
        assert everything(memory)["poses"] == before["poses"]
        assert memory.check().ok


def test_a_stream_takes_its_part_of_the_log_and_every_reference_to_it(tmp_path: Path) -> None:
    folder = tmp_path / "m"
    with open_world(folder, streams=("hidden camera", "right")) as memory:
        memory.observe(a_day("hidden camera"))
        seen_by_both = told("seen", "O1", 500, value={"frames": [["right", 500, 500 * S], ["hidden camera", 5, 5 * S]]})
        named_alike = told("seen", "O1", 510, value={"room": "hidden camera"})
        memory.observe([look("right", 500, assertions=(seen_by_both,)), look("right", 510, assertions=(named_alike,))])
        report = memory.forget(stream="hidden camera", dry_run=False)
        assert report.counts["assertions"] == 20 + 6 + 3 + 1
        assert [stored.assertion.value for stored in memory.assertions()] == [{"room": "hidden camera"}]
        assert memory.poses("right").t_ns.tolist() == []
        assert memory.check().ok
        assert LOOKS.tobytes() not in bytes_of(folder)
        told_again = memory.observe([look("right", 500, assertions=(seen_by_both,))])
        assert (told_again.num_assertions, told_again.num_forgotten_assertions) == (0, 1)


def test_evidence_that_goes_takes_what_rests_on_it(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        memory.observe([look("left", t) for t in (1, 5)] + [look("right", 1)])
        rests = [told("seen", "O1", 9, object=name, value={"frames": [[s, t, t * S]]}) for name, s, t in (
            ("gone", "left", 1), ("kept", "left", 5), ("other", "right", 1),
        )]  # fmt: skip
        world = [look("left", 9, assertions=tuple(rests))]
        memory.observe(world)
        assert memory.forget(stream="left", span=Span(0, 2 * S), dry_run=False).counts["assertions"] == 1
        assert [stored.assertion.object for stored in memory.assertions()] == ["kept", "other"]
        memory.observe(world)
        assert [stored.assertion.object for stored in memory.assertions()] == ["kept", "other"]


def test_a_person_goes_with_every_entry_about_them_and_every_entry_that_speaks_of_them(tmp_path: Path) -> None:
    folder = tmp_path / "m"
    with open_world(folder) as memory:
        memory.observe(a_day())
        before = everything(memory)
        promised = memory.forget(name="zebulon quixley")
        assert everything(memory) == before
        done = memory.forget(name="zebulon quixley", dry_run=False)
        assert (done.counts, done.stays) == (promised.counts, promised.stays)
        assert done.counts["assertions"] == 2 + 2 + 2 + 1 + 2
        assert kinds_of(memory, "P1") == kinds_of(memory, "P2") == []
        assert kinds_of(memory, "O1") == ["seen"] * 20  # it is not the mug that bears the name
        assert (done.counts["keyframes"], done.counts["detections"]) == (2, 2)  # the looks at them
        assert {d.label for d in memory.detections()} == {"mug"}
        assert len(memory.poses("left").t_ns) == 20
        raw = bytes_of(folder)
        for gone in (b"uixley", b"UIXLEY", b"ebulon", LOOKS.tobytes(), b"picture 8.", b"picture 9.", b"P1"):
            assert gone not in raw, gone
        assert b"picture 7." in raw
        assert memory.check().ok
        left = everything(memory)
        again = memory.observe(a_day())
        assert again.num_assertions == again.num_keyframes == again.num_detections == 0
        assert again.num_forgotten_assertions >= done.counts["assertions"]
        assert everything(memory) == left
        assert "Zebulon" not in str(memory.forgotten())
        assert {tomb.what for tomb in memory.forgotten()} == {"sight", "assertions"}
    with open_world(folder) as memory:
        assert memory.observe(a_day()).num_assertions == 0


@pytest.mark.parametrize(
    ("entry", "name", "goes"),
    [
        ({"kind": "named", "subject": "O5", "object": "the dax"}, "dax", True),
        ({"kind": "seen", "subject": "O5", "object": "dax"}, "dax", True),
        ({"kind": "seen", "subject": "O5", "value": {"label": "dax"}}, "dax", True),
        ({"kind": "seen", "subject": "O5 dax"}, "dax", True),
        ({"kind": "seen", "subject": "O5"}, "O5", True),
        ({"kind": "named", "subject": "O5", "object": "Alex's mug"}, "Alex", False),
        ({"kind": "named", "subject": "O5", "object": "Alex's mug"}, "mug", True),
        ({"kind": "named", "subject": "O5", "object": "Alex", "value": {"role": "owner"}}, "Alex", False),
        ({"kind": "held by", "subject": "O5", "object": "Alex"}, "Alex", False),
        ({"kind": "seen", "subject": "O5", "object": "mug", "value": {"on": "table"}}, "table", False),
        ({"kind": "state", "subject": "O5", "object": "on", "value": {"name": "Alex"}}, "Alex", False),
        ({"kind": "named", "subject": "O5", "object": "Alexander"}, "Alex", None),
    ],
)
def test_the_node_goes_whose_name_it_is_and_only_the_entry_where_it_is_another_s(
    tmp_path: Path, entry: dict[str, Any], name: str, goes: bool | None
) -> None:
    """None: the letters stand inside another word, which is said and stays."""
    with open_world(tmp_path / "m") as memory:
        speaks = Assertion(span=Span(S, 2 * S), **entry)
        memory.observe([correction("left", 1, speaks, Assertion("placed", entry["subject"], Span(3 * S, 4 * S)))])
        report = memory.forget(name=name, dry_run=False)
        assert len(memory.assertions()) == {True: 0, False: 1, None: 2}[goes]
        assert any("Alexander" in note for note in report.notes) == (goes is None)
        if goes is None:
            assert memory.forget(name=name, anywhere=True, dry_run=False).counts["assertions"] == 2
            assert b"lexander" not in bytes_of(tmp_path / "m")


def test_what_turned_out_to_be_the_same_goes_with_it(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        for node in ("O1", "O2", "O3", "O4"):
            memory.observe([correction("left", 1, told("seen", node, 1, object="thing"))])
        memory.observe([correction("left", 2, told("same", "O1", 2, object="O2"), told("same", "O3", 2, object="O2"))])
        memory.observe([correction("left", 3, told("named", "O3", 3, object="dax"))])
        memory.forget(name="dax", dry_run=False)
        assert [stored.assertion.subject for stored in memory.assertions()] == ["O4"]


def test_a_name_in_a_span_leaves_the_rest_of_the_log(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        memory.observe(a_day())
        report = memory.forget(name="Zebulon", span=Span(40 * S, 45 * S), dry_run=False)
        assert report.counts["keyframes"] == 1
        assert kinds_of(memory, "P1") == ["seen"]  # that of 45 s; his name was said to hold from 40 s on
        assert memory.check().ok


def test_an_entry_about_a_time_no_stream_reached_stays_forgotten_too(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        always = Assertion("named", "O1", Span(5 * S, MAX_NS), "dax", source="person")
        later = Assertion("named", "O1", Span(900 * S, 901 * S), "tove", source="person")
        world = [said("left", 1, "hello"), correction("left", 5, always, later)]
        memory.observe(world)
        assert memory.forget(span=Span(800 * S, MAX_NS), dry_run=False).counts["assertions"] == 2
        assert memory.observe(world).num_forgotten_assertions == 2
        assert memory.assertions() == []
        new = [told("seen", "O1", t, object="cup") for t in (10, 850, 950)]
        assert memory.observe([look("left", 850, assertions=tuple(new))]).num_assertions == 3  # what comes was not meant


def test_a_look_that_was_forgotten_brings_no_entry_back_under_other_words(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        memory.observe(a_day())
        memory.forget(name="Zebulon", dry_run=False)
        renumbered = told("seen", "P9", 41, object=ZEBULON)
        receipt = memory.observe([look("left", 40, 5, assertions=(renumbered,), keyframe_jpeg=b"again")])
        assert (receipt.num_assertions, receipt.num_forgotten_assertions, receipt.num_keyframes) == (0, 1, 0)
        assert memory.check().ok


def test_a_stream_that_bears_the_name_is_not_what_an_entry_speaks_of(tmp_path: Path) -> None:
    with open_world(tmp_path / "m", streams=("Ann at work",)) as memory:
        rests = told("seen", "O1", 5, object="cup", value={"frames": [["Ann at work", 5, 5 * S]]})
        speaks = told("seen", "O2", 5, object="cup", value={"frames": [["Ann at work", 5, 5 * S], "of Ann"]})
        memory.observe([look("Ann at work", 5, assertions=(rests, speaks))])
        report = memory.forget(name="Ann", dry_run=False)
        assert "bears the name itself" in report.notes[0]
        assert [stored.assertion.subject for stored in memory.assertions()] == ["O1"]


def test_what_was_glimpsed_of_somebody_goes_with_them_and_so_do_its_looks(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        earlier, other = ({"frames": [["left", t, t * S]], "count": 2} for t in (5, 10))
        memory.observe([look("left", t, detections=boxes(("person", 1, 0.4), dim=4)) for t in (5, 10)])
        glimpsed = [
            told("glimpsed", id, 5 * n, object="person", value=one) for n, id, one in ((1, "G1", earlier), (2, "G2", other))
        ]
        later = told("glimpsed", "G3", 20, object="person", value={"glimpses": ["G1"]})
        seen = told("seen", "P1", 30, object="person", value={"glimpses": ["G3"]})
        named = told("named", "P1", 31, object="Zebulon", source="person")
        memory.observe([correction("left", 40, *glimpsed, later, seen, named)])
        memory.forget(name="Zebulon", dry_run=False)
        assert [stored.assertion.subject for stored in memory.assertions()] == ["G2"]
        assert [one.ref.t_ns for one in memory.detections()] == [10 * S]
        assert memory.check().ok


def test_a_map_made_by_a_camera_that_bears_the_name_stays(tmp_path: Path) -> None:
    with open_world(tmp_path / "m", streams=("Ann at work",)) as memory:
        of_camera = {"stream": "Ann at work"}
        rows = [
            told("scan", "L1", 1, value={**of_camera, "at": [0, 0, 1.5]}),
            told("visited", "S1", 1, value=of_camera, vector=unit(1, 2)),
            told("pose", "L1", 1, value={**of_camera, "moved": []}),
            told("learned", "L1", 1, value={"anchor": {"num": 1, "corrections": {"Ann at work": [1]}}, "recall": {}}),
        ]
        speaks = [told("room", "R1", 1, value={"of": "Ann"}), told("named", "R2", 1, object="Ann's room", source="person")]
        memory.observe([correction("Ann at work", 2, *rows, *speaks)])
        memory.forget(name="Ann", dry_run=False)
        assert {stored.assertion.kind for stored in memory.assertions()} == {"scan", "visited", "pose", "learned"}


def test_a_class_that_was_only_glimpsed_goes_with_its_looks(tmp_path: Path) -> None:
    with open_world(tmp_path / "m") as memory:
        memory.observe([look("left", 5, detections=boxes(("mug", 1, 0.2), ("cup", 2, 0.9), dim=4))])
        value = {"frames": [["left", 5, 5 * S]]}
        rows = [
            told("glimpsed", "G1", 5, object="mug", value=value),
            told("seen", "O1", 9, object="cup", value={"glimpses": ["G1"]}),
        ]
        memory.observe([correction("left", 9, *rows, told("place", "S1", 9, value={"room": "R1"}))])
        memory.forget(name="mug", dry_run=False)
        assert [stored.assertion.subject for stored in memory.assertions()] == ["S1"]
        assert [one.label for one in memory.detections()] == ["cup"]
