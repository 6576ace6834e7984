"""Who wears the camera is one person, whether asked for as I or by name."""

from pathlib import Path

import pytest

from mmmem.agent.language.deeds import WEARER, Deed
from mmmem.agent.wearer import deed_told_by, names_wearer
from mmmem.clock import Calendar, Span
from mmmem.memory import Memory
from mmmem.types import Observation, StreamInfo, TimedText

S = 10**9
MINUTE = 60 * S

Line = tuple[str, str, str | None]
JAKES: tuple[Line, ...] = (
    ("I buy a watermelon at the market.", "caption", None),
    ("Lucia paints the fence.", "caption", None),
    ("I repaired the bicycle yesterday.", "speech", "Jake"),
    ("I repaired the radio yesterday.", "speech", "Lucia"),
    ("Alice gives me a lantern.", "caption", None),
    ("I think the soup needs ginger.", "speech", "Jake"),
    ("I think the soup needs vinegar.", "speech", "Lucia"),
)
ALICES: tuple[Line, ...] = (
    ("Jake carries a ladder into the barn.", "caption", None),
    ("I feed the rabbits.", "caption", None),
)


def memory_of(folder: Path, streams: dict[str, tuple[str, tuple[Line, ...]]]) -> Memory:
    with Memory.open(folder, mode="w", create=True) as made:
        for name, (wearer, lines) in streams.items():
            made.add_stream(StreamInfo(name, "test", Calendar("offset"), 0, wearer=wearer))
            texts = [
                TimedText(Span(n * MINUTE, n * MINUTE + 5 * S), text, kind, speaker)  # type: ignore[arg-type]  # of TextKind
                for n, (text, kind, speaker) in enumerate(lines)
            ]
            made.observe([Observation.of_text(name, text) for text in texts])
    return Memory.open(folder)


@pytest.fixture
def jakes(tmp_path: Path) -> Memory:
    return memory_of(tmp_path / "m", {"a1": ("Jake", JAKES)})


@pytest.fixture
def both(tmp_path: Path) -> Memory:
    return memory_of(tmp_path / "m", {"a1": ("Jake", JAKES), "a2": ("Alice", ALICES)})


@pytest.mark.parametrize(
    ("by_name", "by_i", "said"),
    [
        ("What did Jake buy at the market?", "What did I buy at the market?", "watermelon"),
        ("What did Jake repair?", "What did I repair?", "bicycle"),  # and not what Lucia says of herself
        ("Who gave Jake a lantern?", "Who gave me a lantern?", "Alice"),
        ("What did Jake say about the soup?", "What did I say about the soup?", "ginger"),
    ],
)
def test_asked_by_name_or_as_i_it_is_one_person(jakes: Memory, by_name: str, by_i: str, said: str) -> None:
    named, first = jakes.ask(by_name, asked_at=20 * MINUTE), jakes.ask(by_i, asked_at=20 * MINUTE)
    assert said in named.text
    assert said in first.text
    assert named.evidence[0].id == first.evidence[0].id


def test_a_wearer_is_told_by_name_where_it_is_asked_who(jakes: Memory) -> None:
    assert jakes.ask("Who bought the watermelon?", asked_at=20 * MINUTE).text == "Jake"


def test_without_a_name_the_wearer_stays_unknown(tmp_path: Path) -> None:
    nameless = memory_of(tmp_path / "m", {"a1": ("", JAKES[:2])})
    assert nameless.ask("What did Jake buy at the market?", asked_at=20 * MINUTE).abstained
    assert nameless.recall.view(20 * MINUTE) is not None
    assert "Jake" not in nameless.ask("Who bought the watermelon?", asked_at=20 * MINUTE).text


def test_options_may_name_the_wearer(jakes: Memory) -> None:
    me, jake = (
        jakes.ask("Who bought the watermelon?", asked_at=20 * MINUTE, choices=("Lucia", named)) for named in ("Me", "Jake")
    )
    assert me.choice == jake.choice


def test_each_wearer_is_i_in_their_own_stream_and_named_in_the_others(both: Memory) -> None:
    assert "watermelon" in both.ask("What did Jake buy at the market?", asked_at=20 * MINUTE).text
    assert "ladder" in both.ask("What did Jake carry into the barn?", asked_at=20 * MINUTE).text
    assert "rabbits" in both.ask("What did Alice feed?", asked_at=20 * MINUTE).text
    assert both.ask("What did Jake feed?", asked_at=20 * MINUTE).abstained


def test_a_wearer_is_kept_and_forgotten(tmp_path: Path) -> None:
    memory_of(tmp_path / "m", {"a1": ("Jake", JAKES[:2]), "a2": ("Alice", ALICES[1:])}).close()
    with Memory.open(tmp_path / "m", mode="w") as memory:
        memory.add_stream(StreamInfo("a1", "elsewhere", Calendar("offset"), 0))  # said nothing of who wears it
        assert [one.wearer for one in memory.streams()] == ["Jake", "Alice"]
        assert memory.forget(name="Jake", dry_run=True).counts["wearers"] == 1
        memory.forget(name="Jake", dry_run=False)
        assert [one.wearer for one in memory.streams()] == ["", "Alice"]
        memory.forget(stream="a2", dry_run=False)
    held = b"".join(file.read_bytes() for file in (tmp_path / "m").rglob("*") if file.is_file())
    assert b"Jake" not in held
    assert b"Alice" not in held


@pytest.mark.parametrize(
    ("deed", "wearer", "asker", "subject"),
    [
        (Deed("Jake", ("buy",)), "Jake", "Jake", WEARER),
        (Deed("Jake", ("buy",)), "Alice", "", "Jake"),
        (Deed(WEARER, ("buy",)), "Jake", "Jake", WEARER),
        (Deed(WEARER, ("buy",)), "Alice", "Jake", "Jake"),  # who asks is somebody with a name to who wears another camera
        (Deed(WEARER, ("buy",)), "", "Jake", WEARER),
        (Deed("Jake and Lucia", ("buy",)), "Jake", "Jake", "Jake and Lucia"),
    ],
)
def test_a_deed_in_the_words_of_a_stream(deed: Deed, wearer: str, asker: str, subject: str) -> None:
    assert deed_told_by(deed, wearer, asker).subject == subject


def test_a_name_is_a_word_of_its_own() -> None:
    assert names_wearer("What did Jake's dog eat?", "Jake Miller")
    assert names_wearer("Where is Miller?", "Jake Miller")
    assert not names_wearer("Who is Jakeson?", "Jake")
    assert not names_wearer("Who is Jake?", "")
