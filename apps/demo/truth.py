"""The truth of the house in words, for who reads what a memory answered; `apps.bench.grading` judges."""

from mmmem.clock import format_duration
from streams.house.questions.question import Question
from streams.house.recording_plan import CALENDAR


def expected(question: Question) -> str:
    """What the right answer is."""
    if not question.answerable:
        return "nobody can know, it was never seen"
    if question.stale == "gone":
        return " or ".join(("it is not where it was seen last", *question.accepted))
    if question.choices:
        return str(question.choices[question.value])
    if question.answer_type == "time":
        return CALENDAR.format(question.value)
    if question.answer_type == "duration":
        return format_duration(question.value)
    if question.answer_type == "list":
        return ", ".join(question.accepted)
    return question.accepted[0] if question.accepted else str(question.value)
