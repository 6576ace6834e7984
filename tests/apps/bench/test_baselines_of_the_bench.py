"""Baselines on a few lines written by hand: each does what its name says, and no more."""

import numpy as np
import pytest

from apps.bench.baselines import Blind, FlatRetrieval, LatestMention, Silent
from apps.bench.command import seeds_of
from apps.bench.lexical import Lexical
from apps.bench.memories import Remembering, View, _hashed
from apps.bench.reader import Line, read
from apps.bench.scoring import Answered, score
from apps.bench.subject import SILENCE, Said, Source
from apps.bench.systems import SYSTEMS
from mmmem.clock import NS_PER_HOUR, NS_PER_S, Span
from mmmem.errors import InvalidInputError
from mmmem.types import Detections, Frame, TimedText
from streams.house.questions.program import call
from streams.house.questions.question import Question, Where

START_NS = 1_714_986_000 * 10**9
CAPTIONS = (
    "In the kitchen. A red mug is on the kitchen counter.",
    "In the study. Anna reads. A black pen is on the desk.",
    "In the living room. Ben holds a blue book. The floor lamp is on.",
    "In the kitchen. A red mug is in the sink.",
)


def _shown(subject, captions=CAPTIONS):
    black = np.zeros((4, 4, 3), np.uint8)
    for number, words in enumerate(captions):
        t_ns = START_NS + number * NS_PER_HOUR
        text = TimedText(Span(t_ns, t_ns + NS_PER_S), words)
        subject.observe(Frame("robot", number, t_ns, black, pose_world_camera=np.eye(4)), Detections.none(), (text,))
    return subject


ASKED_NS = START_NS + 10 * NS_PER_HOUR


def _question(number, template="where_now", accepted=("sink",), value="F1", **more):
    program = call("still_at", "O1")
    given = {"answer_type": "place", "rivals": ("desk",), **more}
    return Question(
        f"Q{number}", "localisation", template, f"Where is {number}?", program, ASKED_NS, value=value, accepted=accepted, **given
    )


def test_the_latest_mention_wins():
    said = _shown(LatestMention()).ask("Where is the red mug?", ASKED_NS, ())
    assert "sink" in said.text
    assert said.evidence == (Source("robot", Span(START_NS + 3 * NS_PER_HOUR, START_NS + 3 * NS_PER_HOUR + NS_PER_S)),)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Where is the black pen?", "desk"),
        ("Who was reading?", "Anna"),
        ("What colour is the pen?", "black"),
        ("Which room is the black pen in?", "study"),
        ("Where is the blue book?", "Ben"),
    ],
)
def test_flat_retrieval_reads_the_answer_off_the_best_line(question, said):
    assert _shown(FlatRetrieval()).ask(question, ASKED_NS, ()).text == said


def test_nothing_is_said_of_what_no_line_speaks_of():
    for subject in (LatestMention(), FlatRetrieval()):
        assert _shown(subject).ask("Where is the umbrella?", ASKED_NS, ()).abstained
    assert Silent().ask("Where is the red mug?", ASKED_NS, ()) is SILENCE


def test_times_and_lengths_are_read_off_the_lines():
    lines = [
        Line(CAPTIONS[0], Span(START_NS, START_NS + 1)),
        Line(CAPTIONS[3], Span(START_NS + NS_PER_HOUR, START_NS + NS_PER_HOUR + 1)),
    ]
    assert read("When did you last see the red mug?", (), lines, ASKED_NS).value == START_NS + NS_PER_HOUR + 1
    assert read("How long ago did you last see the red mug?", (), lines, ASKED_NS).value == 9 * NS_PER_HOUR - 1
    assert read("Which of these was in the sink?", ("blue book", "red mug"), lines, ASKED_NS).choice == 1


def test_the_blind_baseline_gives_the_answer_that_is_most_frequent_elsewhere():
    here = [_question(1), _question(2, accepted=("desk",))]
    others = [_question(3, accepted=("sofa",)), _question(4, accepted=("sofa",)), _question(5, accepted=("bed",))]
    said = Blind(here, others).ask(here[0].text, ASKED_NS, ())
    assert (said.text, said.abstained) == ("sofa", False)


def test_the_blind_baseline_of_one_house_never_uses_the_question_itself():
    here = [_question(1, accepted=("sink",)), _question(2, accepted=("desk",))]
    assert Blind(here, []).ask(here[0].text, ASKED_NS, ()).text == "desk"
    assert Blind(here[:1], []).ask(here[0].text, ASKED_NS, ()).abstained


def test_bm25_prefers_rare_words_and_later_lines():
    lexical = Lexical()
    for words in ("red mug counter", "red pen desk", "red mug counter"):
        lexical.add(words)
    assert lexical.best("pen", 5) == [1]
    assert lexical.best("mug", 5) == [2, 0]
    assert lexical.best("umbrella", 5) == []


def test_hashed_words_are_nearer_to_each_other_than_to_other_words():
    same, other = _hashed("red mug") @ _hashed("the red mug"), _hashed("red mug") @ _hashed("blue sofa")
    assert same > 0.99 > abs(other)


def test_the_banks_answer_from_what_they_were_shown():
    held = Remembering(None, period_ns=NS_PER_S, with_graph=False, trusted_ids=True)
    view = _shown(View(held, ("episodic", "semantic", "visual")))
    answer = view.ask("Where is the red mug?", ASKED_NS, ())
    assert answer.abstained or "sink" in answer.text or "counter" in answer.text
    assert view.num_bytes > 0
    held.close()


def test_scores_count_evidence_abstention_and_stale_places():
    gold = (Where("robot", Span(START_NS, START_NS + 10 * NS_PER_S)),)
    question = _question(1, evidence=gold, outdated=("desk",))
    never = _question(2, answerable=False, accepted=(), value=None)
    replies = [
        Answered(0, question, Said("in the sink", confidence=1.0, evidence=(Source("robot", gold[0].span),)), 1.0),
        Answered(0, question, Said("on the desk", confidence=0.0), 3.0),
        Answered(0, never, SILENCE, 2.0),
    ]
    got = score("some", replies, num_bytes=5000, hours=2)
    assert got.overall == pytest.approx(2 / 3)
    assert got.answerable == 0.5
    assert got.evidence_recall == 0.5
    assert got.overlap == 0.5
    assert got.stale == 0.5
    assert got.abstention == (1.0, 1.0, 1.0)
    assert got.calibration_error == 0
    assert got.bytes_per_hour == 2500
    assert got.spl is None


def test_who_goes_to_look_is_scored_by_the_length_of_the_way():
    from streams.house.questions.question import Active

    question = _question(1, active=Active((0, 0, 0), "F1", (3, 4), 5.0, "F1", ("sink",)))
    half = score("some", [Answered(0, question, Said("sink", path_m=10.0, num_pictures=4), 1.0)], 0, 1)
    assert (half.spl, half.pictures) == (0.5, 4)
    wrong = score("some", [Answered(0, question, Said("desk", path_m=5.0), 1.0)], 0, 1)
    assert wrong.spl == 0


def test_systems_are_a_registry_of_functions():
    assert {"blind", "latest", "flat", "emem", "banks", "graph", "both", "oracle"} <= set(SYSTEMS)


@pytest.mark.parametrize(("text", "seeds"), [("11..13", (11, 12, 13)), ("7", (7,)), ("3,5,3", (3, 5))])
def test_seeds_are_ranges_or_lists(text, seeds):
    assert seeds_of(text) == seeds


@pytest.mark.parametrize("text", ["", "a", "5..3", "1.."])
def test_seeds_that_are_none_are_refused(text):
    with pytest.raises(InvalidInputError, match="--seeds"):
        seeds_of(text)
