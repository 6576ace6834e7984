"""What a quoted passage came from: its stream, day, speaker, kind and time, whatever words of time stand inside the quotes."""

from collections.abc import Iterator

import pytest

from mmmem.agent.language.quoting import set_aside
from mmmem.agent.question import parse_question
from mmmem.clock import NS_PER_S, Calendar, Span
from mmmem.memory import Memory
from mmmem.types import Answer, Observation, StreamInfo, TextKind, TimedText

DAYS = Calendar("days")
LINES: tuple[tuple[str, str, str, TextKind, str | None], ...] = (
    ("porch", "DAY1 09:00:00", "I put the green suitcase beside the front door.", "caption", None),
    ("porch", "DAY1 09:05:00", "We will leave before noon tomorrow, after the plumber comes.", "speech", "Mia"),
    ("attic", "DAY1 10:00:00", "I carry the green suitcase up to the attic window.", "caption", None),
    ("attic", "DAY2 11:00:00", "The plumber said that the old boiler may burst this morning.", "speech", "Leo"),
    ("porch", "DAY2 11:30:00", "I open the red umbrella on the porch steps.", "caption", None),
    ("porch", "DAY3 08:00:00", "Was the last train yesterday really two hours late?", "speech", "Mia"),
    ("porch", "DAY3 08:10:00", "FRAGILE GLASS HANDLE WITH CARE", "ocr", None),
)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Memory]:
    with Memory.open(tmp_path_factory.mktemp("house") / "memory", mode="w", create=True, calendar=DAYS) as memory:
        for stream in ("porch", "attic"):
            memory.add_stream(StreamInfo(stream, stream, DAYS, DAYS.parse("DAY1 08:00:00")))
        for stream, at, text, kind, speaker in LINES:
            start_ns = DAYS.parse(at)
            words = TimedText(Span(start_ns, start_ns + 5 * NS_PER_S), text, kind, speaker)
            memory.observe([Observation.of_text(stream, words)])
        yield memory


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ('In which stream was "We will leave before noon tomorrow" said?', "porch"),
        ('Which camera was it when I heard "the old boiler may burst this morning"?', "attic"),
        ('Who said "We will leave before noon tomorrow"?', "Mia"),
        ('Whose words were "the old boiler may burst this morning"?', "Leo"),
        ('Was this said or seen: "the last train yesterday really two hours late"?', "said"),
        ('Was "I carry the green suitcase up to the attic" seen or said?', "seen"),
        ('Was this said, or only read: "fragile glass handle with care"?', "read"),
        ('Which came first: "I open the red umbrella" or "the green suitcase up"?', "the green suitcase up"),
        ('Which came last, "I open the red umbrella" or "the green suitcase up to the attic"?', "I open the red umbrella"),
        ("Which came last, that I open the red umbrella or that I carry the green suitcase?", "I open the red umbrella"),
        ("Who said that the old boiler may burst this morning?", "Leo"),
        ("In which stream was it said that we will leave before noon tomorrow?", "porch"),
        ("Was it said or seen that I carry the green suitcase up to the attic?", "seen"),
        ('Did "the last train yesterday" come before or after "We will leave before noon tomorrow"?', "after"),
        ('Did "We will leave before noon tomorrow" come before or after "the last train yesterday"?', "before"),
    ],
)  # fmt: skip
def test_what_is_quoted_is_traced(house: Memory, question: str, value: str) -> None:
    answer = house.ask(question)
    assert (answer.value, answer.abstained) == (value, False)


@pytest.mark.parametrize(
    ("question", "start"),
    [
        ('On which day was "We will leave before noon tomorrow" said?', "DAY1 09:05:00"),
        ('When was "the old boiler may burst this morning" said?', "DAY2 11:00:00"),
        ('When did this happen: "I carry the green suitcase"?', "DAY1 10:00:00"),
        ("When was it said that we will leave before noon tomorrow?", "DAY1 09:05:00"),
        ("On which day did it happen that I open the red umbrella?", "DAY2 11:30:00"),
        ('What day was "the last train yesterday really two hours late" asked?', "DAY3 08:00:00"),
    ],
)
def test_the_time_of_what_is_quoted_is_that_of_its_line(house: Memory, question: str, start: str) -> None:
    answer = house.ask(question)
    assert (answer.kind, answer.value) == ("time", DAYS.parse(start))
    assert answer.evidence[0].span.contains(DAYS.parse(start))


@pytest.mark.parametrize(("words", "start"), [("up", "DAY1 10:00:00"), ("beside", "DAY1 09:00:00")])
def test_of_two_lines_that_share_words_the_one_that_runs_the_same_is_meant(house: Memory, words: str, start: str) -> None:
    assert house.ask(f'When did this happen: "the green suitcase {words}"?').value == DAYS.parse(start)


def test_the_evidence_of_an_order_is_both_events_in_time(house: Memory) -> None:
    answer = house.ask('Which came first: "I open the red umbrella" or "the green suitcase up to the attic"?')
    starts = [evidence.span.start_ns for evidence in answer.evidence[:2]]
    assert starts == [DAYS.parse("DAY1 10:00:00"), DAYS.parse("DAY2 11:30:00")]


def test_a_stream_is_named_without_a_quotation_too(house: Memory) -> None:
    assert house.ask("In which stream did I open the red umbrella?").value == "porch"
    assert house.ask("Was the red umbrella seen or mentioned?").value == "seen"


def test_a_conversation_that_is_asked_for_is_not_a_stream(house: Memory) -> None:
    assert house.ask("What conversation did Mia have about the plumber?").value not in ("porch", "attic")


def test_a_passage_that_was_never_heard_has_no_origin(house: Memory) -> None:
    answer = house.ask('In which stream was "the purple elephant dances tango" said?')
    assert answer.abstained


def test_what_was_learned_later_is_no_origin(house: Memory) -> None:
    answer = house.ask('Who said "the last train yesterday really two hours late"?', asked_at="DAY3 07:00:00")
    assert answer.abstained or answer.value != "Mia"


def test_with_choices_the_origin_is_one_of_them(house: Memory) -> None:
    answer: Answer = house.ask('Who said "We will leave before noon tomorrow"?', choices=["Leo", "Mia", "Tom"])
    assert (answer.kind, answer.choice) == ("choice", 1)


def test_times_inside_quotes_are_not_the_question_s() -> None:
    question = parse_question(
        'What did Leo do after "we will leave before noon tomorrow, the first time"?',
        asked_at_ns=DAYS.parse("DAY3 08:00:00"),
        calendar=DAYS,
    )
    assert question.constraint.windows == ()
    assert question.constraint.outside is None
    assert question.quoted == ("we will leave before noon tomorrow, the first time",)
    assert "noon" in question.content


@pytest.mark.parametrize(
    ("text", "passages", "rest"),
    [
        ('Who said "see you all tomorrow"?', ("see you all tomorrow",), "Who said this?"),
        ("Who said “see  you all”?", ("see you all",), "Who said this?"),
        ('Who likes "Star Wars"?', (), 'Who likes "Star Wars"?'),  # a title of two words stays
        ("Who's the man in Tom's hat?", (), "Who's the man in Tom's hat?"),
        ('A "one two three" B "four five six" C', ("one two three", "four five six"), "A this B this C"),
        ('An open " quote', (), 'An open " quote'),
        ("Who said that the party is tomorrow?", ("the party is tomorrow",), "Who said that this?"),
        ("On which day did it happen that I lost it?", ("I lost it",), "On which day did it happen that this?"),
        ("Was it seen or said that he has left?", ("he has left",), "Was it seen or said that this?"),
        (
            "Which came first, that I ate it or that I hid it?",
            ("I ate it", "I hid it"),
            "Which came first, that this or that this?",
        ),
        ('Who said "谢斌竹帮我"?', ("谢斌竹帮我",), "Who said this?"),  # no spaces between words
        ("Who said that?", (), "Who said that?"),
        ("Who is that man in the room?", (), "Who is that man in the room?"),
        ("When did I see that man in the park?", (), "When did I see that man in the park?"),  # a man, not a report
        ("Did Ann say that she comes tomorrow?", (), "Did Ann say that she comes tomorrow?"),  # not of where it is from
        ("What did Ann say that made Bob laugh?", (), "What did Ann say that made Bob laugh?"),
    ],
)
def test_passages_are_set_aside(text: str, passages: tuple[str, ...], rest: str) -> None:
    assert set_aside(text) == (passages, rest)
