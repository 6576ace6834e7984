"""What holds for any text, whatever it says."""

import itertools
import string

from hypothesis import example, given, settings
from hypothesis import strategies as st

from mmmem.agent.language.answers import parse_count_answer, parse_duration_answer, parse_time_answer
from mmmem.agent.question import Question, parse_question
from mmmem.clock import MAX_NS, NS_PER_DAY, NS_PER_HOUR, Calendar, Span

CALENDARS = st.sampled_from([Calendar("days"), Calendar("wall"), Calendar("offset"), Calendar("wall", "America/New_York")])
INSTANTS = st.one_of(st.integers(0, 40 * NS_PER_DAY), st.integers(0, MAX_NS))
FRAGMENTS = """
    what who when where how many often long did was is the a I Tasha cup on in at to from between and after before while
    yesterday today tonight last first second time week night morning noon ago hours days 2 11 11:20 99:99 am pm 9 12 May 31
    DAY3 day 2024-05-01 2023 Monday minutes half an since until next recently now just , . ? ' \" \x00 三 0:35 1000000 ago? of
    weekend month two weeks few couple around about third start middle end video not never or
"""
PIECES = FRAGMENTS.split(" ")
SENTENCES = st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join)
TEXTS = st.one_of(st.text(), SENTENCES, st.text(string.digits + ":-. apm", max_size=30))

RELATIVE = [
    "What did I do yesterday?",
    "What did I do two days ago?",
    "What did I do last night?",
    "What did I do this morning?",
    "Who came in two hours ago?",
    "Who came in between 11 and 12?",
    "Who came in in the last ten minutes?",
    "Who came in over the last three days?",
    "Who came in after 9:30 yesterday?",
    "Who cooked the afternoon before yesterday?",
    "Who cooked a couple of days ago in the evening?",
    "What happened just now?",
]
FAR_ENOUGH_NS = 10 * NS_PER_DAY


def ask(text: str, asked_at_ns: int, calendar: Calendar) -> Question:
    return parse_question(text, asked_at_ns=asked_at_ns, calendar=calendar)


@given(TEXTS, INSTANTS, CALENDARS)
@example("9" * 400 + " days ago", NS_PER_DAY, Calendar("days"))
@example("999999 years ago", NS_PER_DAY, Calendar("wall"))
@example("on day 99999 at 25:61", NS_PER_DAY, Calendar("days"))
@example("\ud800 what?", 0, Calendar("offset"))
@example("in the last 0 minutes", 0, Calendar("offset"))
@settings(max_examples=400, deadline=None)
def test_any_text_is_a_question_whose_windows_lie_between_start_and_asking(
    text: str, asked_at_ns: int, calendar: Calendar
) -> None:
    question = ask(text, asked_at_ns, calendar)
    windows = question.constraint.windows
    assert question.text == text
    assert all(0 <= window.start_ns < window.end_ns <= asked_at_ns for window in windows)
    assert all(a.end_ns < b.start_ns for a, b in itertools.pairwise(windows))
    assert question.constraint.soft_center_ns is None or 0 <= question.constraint.soft_center_ns <= asked_at_ns
    assert windows or not question.constraint.strict
    assert not (windows and question.constraint.outside)
    assert question == ask(text, asked_at_ns, calendar)


@given(TEXTS, INSTANTS, CALENDARS)
@settings(max_examples=200, deadline=None)
def test_any_text_is_an_option(text: str, asked_at_ns: int, calendar: Calendar) -> None:
    spans = parse_time_answer(text, asked_at_ns, calendar) or ()
    assert all(0 <= span.start_ns < span.end_ns <= asked_at_ns for span in spans)
    low, high = parse_duration_answer(text) or (0, 1)
    assert 0 <= low <= high
    assert (parse_count_answer(text) or 0) >= 0


@given(
    st.sampled_from(RELATIVE),
    st.integers(FAR_ENOUGH_NS, FAR_ENOUGH_NS + NS_PER_DAY),
    st.integers(1, 400),
    st.sampled_from([Calendar("days"), Calendar("wall")]),
)
def test_asking_some_days_later_moves_relative_windows_by_as_much(
    text: str, asked_at_ns: int, days: int, calendar: Calendar
) -> None:
    moved_ns = days * NS_PER_DAY
    before = ask(text, asked_at_ns, calendar).constraint.windows
    after = ask(text, asked_at_ns + moved_ns, calendar).constraint.windows
    assert after == tuple(Span(w.start_ns + moved_ns, w.end_ns + moved_ns) for w in before)


@given(st.integers(1, 23), st.integers(2 * NS_PER_DAY, 9 * NS_PER_DAY))
def test_the_window_of_hours_ago_holds_that_instant(hours: int, asked_at_ns: int) -> None:
    (window,) = ask(f"Who came in {hours} hours ago?", asked_at_ns, Calendar("days")).constraint.windows
    assert window.contains(asked_at_ns - hours * NS_PER_HOUR)


@given(st.sampled_from(RELATIVE), st.integers(FAR_ENOUGH_NS, 2 * FAR_ENOUGH_NS))
def test_an_apostrophe_or_a_full_width_mark_changes_nothing(text: str, asked_at_ns: int) -> None:
    plain_form, fancy = ask(text, asked_at_ns, Calendar("days")), ask(text.replace("?", "？"), asked_at_ns, Calendar("days"))
    assert (plain_form.kind, plain_form.constraint, plain_form.content) == (fancy.kind, fancy.constraint, fancy.content)
