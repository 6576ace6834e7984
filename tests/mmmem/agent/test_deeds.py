"""Deeds read off questions and lines, verbs that mean the same or the opposite, and the times lines name."""

import pytest

from mmmem.agent.answers.features import Features, confidence_of
from mmmem.agent.answers.reading import read
from mmmem.agent.language.deeds import deed_of
from mmmem.agent.language.said_times import said_time
from mmmem.agent.language.senses import related, verb_at
from mmmem.clock import Calendar, Span
from mmmem.types import TimedText

UTC = Calendar("wall", "UTC")


@pytest.mark.parametrize(
    ("one", "other", "relation"),
    [
        ("opened", "opens", "same"),
        ("opened", "unlocks", "alike"),
        ("opened", "shuts", "opposite"),
        ("turn the radio on", "switched on", "alike"),
        ("turn the radio on", "turns off the radio", "opposite"),
        ("picks up", "puts down", "opposite"),
        ("buy", "sold", "opposite"),
        ("arrived", "goes away", "opposite"),
        ("gave back", "returned", "alike"),
        ("lent", "borrowed", "opposite"),
        ("opened", "painted", "other"),
    ],
)
def test_verbs_by_what_they_mean(one: str, other: str, relation: str) -> None:
    asked, told = verb_at(one.split(), 0), verb_at(other.split(), 0)
    assert related(asked, told) == relation
    assert related(told, asked) == relation


@pytest.mark.parametrize(
    ("clause", "subject", "verb", "object_"),
    [
        ("When was the fridge opened?", "", ("open",), ("fridg",)),
        ("When did I turn the radio off?", "I", ("turn", "off"), ("radio",)),
        ("Who fed the cat?", "", ("feed",), ("cat",)),
        ("Where did Omar and Lena pitch the tent?", "Omar and Lena", ("pitch",), ("tent",)),
        ("When did the delivery man bring the boxes?", "the delivery man", ("bring",), ("box",)),
        ("Who is learning Italian?", "", ("learn",), ("italian",)),
        ("When was Viktor promoted?", "Viktor", ("promot",), ()),
        ("Lena lent it to him", "Lena", ("lend",), ()),
        ("loading the tent", "", ("load",), ("tent",)),
        ("Where is the milk?", "", (), ("milk",)),
        ("", "", (), ()),
    ],
)
def test_the_deed_of_a_clause(clause: str, subject: str, verb: tuple[str, ...], object_: tuple[str, ...]) -> None:
    deed = deed_of(clause)
    assert (deed.subject, deed.verb, deed.object) == (subject, verb, object_)


def reading(question: str, text: str, speaker: str | None = None) -> str:
    kind = "speech" if speaker else "caption"
    deed = deed_of(question)
    read_as = read(TimedText(Span(0, 1), text, kind, speaker), deed, frozenset((*deed.object, *deed.place)))
    return read_as.against or read_as.status


@pytest.mark.parametrize(
    ("question", "text", "speaker", "as_"),
    [
        ("Did Tom open the box?", "Tom opens the box.", None, "done"),
        ("Did Tom open the box?", "The box is opened by Tom.", None, "done"),
        ("Did Tom open the box?", "Tom sits down and opens the box.", None, "done"),
        ("Did Tom open the box?", "Mia opens the box.", None, "other subject"),
        ("Did Tom open the box?", "Tom closes the box.", None, "opposite"),
        ("Did Tom open the box?", "Tom does not open the box.", None, "denied"),
        ("Did Tom open the box?", "Tom wants to open the box.", None, "not done"),
        ("Did Tom open the box?", "I opened the box.", "Tom", "done"),
        ("Did Tom open the box?", "I opened the box.", "Mia", "other subject"),
        ("Did Tom open the box?", "You opened the box.", "Tom", "other subject"),
        ("Did Tom open the box?", "I will open the box.", "Tom", "not done"),
        ("Did Tom open the box?", "Let's open the box!", "Tom", "not done"),
        ("Did Tom open the box?", "Have you opened the box?", "Mia", "not done"),
        ("Did Tom open the box?", "Mia said that Tom opened the box.", "Lars", "told"),
        ("Did I open the box?", "C opens the box.", None, "done"),
        ("Did I open the box?", "Opens the box.", None, "done"),
        ("Did I open the box?", "I opened the box.", "Mia", "other subject"),
        ("Where did Viktor's sister move?", "My sister moved to Oslo.", "Viktor", "done"),
        ("Where did Viktor's sister move?", "My sister moved to Oslo.", "Nadia", "other subject"),
    ],
)
def test_how_a_line_bears_on_a_deed(question: str, text: str, speaker: str | None, as_: str) -> None:
    assert reading(question, text, speaker) == as_


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("I went there yesterday.", "23 May 2023"),
        ("I was promoted last Friday.", "19 May 2023"),
        ("We met last week.", "the week before 24 May 2023"),
        ("We went hiking last weekend.", "the weekend before 24 May 2023"),
        ("I moved here last month.", "April 2023"),
        ("She was born in 2019.", "2019"),
        ("I went there.", None),
        ("We are going next month.", None),
    ],
)
def test_a_time_a_line_names_is_counted_from_the_line(text: str, said: str | None) -> None:
    found = said_time(text, UTC.parse("2023-05-24T13:56:00"), UTC)
    assert (found.text if found else None) == said


def test_a_calendar_without_dates_names_none() -> None:
    assert said_time("I went there yesterday.", 10**15, Calendar("days")) is None


@pytest.mark.parametrize("part", ["subject", "verb", "object", "place", "covered"])
def test_confidence_falls_with_each_part_that_is_not_covered(part: str) -> None:
    whole, lacking = Features(), Features(**{part: 0.0})
    assert confidence_of(lacking) < confidence_of(whole) <= 0.95
    assert confidence_of(Features(spoken=True)) < confidence_of(whole)
    assert confidence_of(Features(hearsay=True)) < confidence_of(whole)
    assert confidence_of(whole) < confidence_of(Features(num_lines=3))
