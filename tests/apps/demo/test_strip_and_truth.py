"""The strip of time and the words of the truth, by hand."""

import pytest

from apps.demo.timeline import Axis, Stretch
from apps.demo.truth import expected
from mmmem.clock import NS_PER_HOUR, NS_PER_MIN, Span
from streams.house.questions.program import call
from streams.house.questions.question import Question


def question(**more: object) -> Question:
    given = {
        "id": "Q1", "family": "present", "template": "where_now", "text": "Where?", "program": call("still_at", "O1"),
        "asked_at_ns": 0, "answer_type": "place", "value": "F1", "accepted": ("desk",),
    }  # fmt: skip
    return Question(**{**given, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (question(), "desk"),
        (question(answerable=False, value=None), "nobody can know, it was never seen"),
        (question(stale="gone", accepted=("sofa",)), "it is not where it was seen last or sofa"),
        (question(answer_type="choice", value=1, choices=("mug", "book")), "book"),
        (question(answer_type="time", value=NS_PER_HOUR), "1970-01-01 01:00:00"),
        (question(answer_type="duration", value=90 * 10**9), "1:30"),
        (question(answer_type="count", value=3, accepted=()), "3"),
    ],
)
def test_the_truth_in_words(asked: Question, words: str) -> None:
    assert expected(asked) == words


def test_a_pause_is_short_on_the_strip_however_long_it_was() -> None:
    first, second = Span(0, 5 * NS_PER_MIN), Span(10 * NS_PER_HOUR, 10 * NS_PER_HOUR + 5 * NS_PER_MIN)
    axis = Axis([Stretch("robot", first), Stretch("robot", second)])
    assert axis.share(0) == 0
    assert axis.share(second.end_ns) == pytest.approx(1)
    assert axis.share(second.start_ns) - axis.share(first.end_ns) == pytest.approx(0.035)
    assert axis.share(5 * NS_PER_HOUR) == pytest.approx(0.5, abs=0.001)
    shares = [axis.share(t_ns) for t_ns in range(0, second.end_ns, NS_PER_MIN)]
    assert shares == sorted(shares)
