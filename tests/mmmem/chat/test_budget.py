"""Budgets: read from words, refused before the call, shared by threads."""

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmmem.chat.budget import Budget, BudgetError
from mmmem.chat.estimate import estimate_text_tokens, estimate_tokens
from mmmem.chat.messages import ImagePart, Message, TextPart
from mmmem.errors import InvalidInputError, ModelError


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("20k tokens", (20_000, None, None)),
        ("1.5M tokens", (1_500_000, None, None)),
        ("500 tok", (500, None, None)),
        ("30s", (None, 30.0, None)),
        ("2 min", (None, 120.0, None)),
        ("1.5h", (None, 5400.0, None)),
        ("250 ms", (None, 0.25, None)),
        ("$0.50", (None, None, 0.5)),
        ("$.5", (None, None, 0.5)),
        ("3 USD", (None, None, 3.0)),
        ("0.1$", (None, None, 0.1)),
        ("20k tokens, 30s,$0.50", (20_000, 30.0, 0.5)),
        ("0 tokens", (0, None, None)),
    ],
)
def test_reading_what_people_write(text, bounds):
    budget = Budget.parse(text)
    assert (budget.tokens, budget.seconds, budget.usd) == bounds


@pytest.mark.parametrize(
    "text", ["", "20", "20k", "tokens", "-3 tokens", "30 s 20 tokens", "€3", "1e9 tokens", "$", "nan s", "30s,"]
)
def test_what_cannot_be_read(text):
    with pytest.raises(InvalidInputError, match=r"Cannot read the budget .*write 20k tokens, 30s or"):
        Budget.parse(text)


def test_a_bound_given_twice():
    with pytest.raises(InvalidInputError, match="bounds seconds twice"):
        Budget.parse("30s, 1 min")


@pytest.mark.parametrize("bound", [{"tokens": -1}, {"seconds": float("nan")}, {"usd": float("inf")}], ids=str)
def test_bounds_that_make_no_sense(bound):
    with pytest.raises(InvalidInputError, match="must be 0 or more"):
        Budget(**bound)


def test_reserved_and_settled():
    budget = Budget(tokens=100, usd=1.0)
    with budget.reserve(60, 0.6) as reservation:
        with pytest.raises(BudgetError, match="it may take 41 tokens and 40 of 100 are left"), budget.reserve(41, 0.0):
            pass
        with pytest.raises(BudgetError, match=r"it may cost \$0\.5 and \$0\.4 of \$1 are left"), budget.reserve(1, 0.5):
            pass
        reservation.settle(30, 5, 0.2)
    spent = budget.spent
    assert (spent.tokens_in, spent.tokens_out, spent.tokens, spent.usd) == (30, 5, 35, 0.2)
    assert (spent.calls, spent.refused) == (1, 2)
    with budget.reserve(65, 0.8):  # exactly what is left
        pass
    assert budget.spent.tokens == 35  # nothing was settled, all is given back


def test_a_refusal_is_a_model_error_of_one_line():
    with pytest.raises(ModelError, match="Raise the budget or ask for less") as caught, Budget(tokens=0).reserve(1, None):
        pass
    assert "\n" not in str(caught.value)


def test_a_failure_inside_gives_back_what_was_held():
    budget = Budget(tokens=10)
    with pytest.raises(ZeroDivisionError), budget.reserve(10, None):
        raise ZeroDivisionError
    with budget.reserve(10, None):
        pass


def test_money_needs_known_prices():
    with pytest.raises(BudgetError, match="prices are not known"), Budget(usd=5.0).reserve(1, None):
        pass
    with Budget(tokens=5).reserve(1, None):
        pass


def test_seconds_run_while_a_call_runs_and_overlaps_count_once():
    clock = Clock()
    budget = Budget(seconds=10.0, clock=clock)
    clock.now += 50  # nothing runs
    with budget.running():
        clock.now += 2
        with budget.running():
            clock.now += 3
            assert budget.seconds_left == pytest.approx(5.0)
        clock.now += 1
    clock.now += 50
    assert budget.spent.seconds == pytest.approx(6.0)
    with budget.running():
        clock.now += 4
        assert budget.seconds_left == 0.0
        with pytest.raises(BudgetError, match="no time is left of 10 s"), budget.reserve(1, None):
            pass


@settings(deadline=None)
@given(st.lists(st.integers(1, 40), min_size=1, max_size=40), st.integers(0, 200))
def test_threads_together_never_pass_the_bound(sizes, bound):
    budget = Budget(tokens=bound)
    made: list[int] = []

    def call(size: int) -> None:
        try:
            with budget.reserve(size, None) as reservation:
                reservation.settle(size, 0, None)
                made.append(size)
        except BudgetError:
            pass

    threads = [threading.Thread(target=lambda part=sizes[i::3]: [call(size) for size in part]) for i in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent = budget.spent
    assert spent.tokens == sum(made) <= bound
    assert spent.calls + spent.refused == len(sizes)


def test_the_rule_of_estimation(jpeg):
    assert estimate_text_tokens("") == 0
    assert estimate_text_tokens("abcd") == 2
    assert estimate_text_tokens("红色的杯子") == 5  # three bytes each
    words = Message.of("user", "x" * 30)
    assert estimate_tokens([words]) == 14
    assert estimate_tokens([words, words]) == 28
    caption = estimate_text_tokens("noon")

    def picture(width: int, height: int) -> int:
        return estimate_tokens([Message("user", (ImagePart(jpeg(width, height), 0, "noon"),))]) - caption - 4

    assert picture(32, 24) == picture(512, 512) == 85 + 170
    assert picture(513, 512) == 85 + 2 * 170
    assert picture(4096, 4096) == picture(2048, 2048) == 85 + 16 * 170


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"], ids=str)
def test_what_is_no_jpeg(data):
    with pytest.raises(InvalidInputError, match="is not a JPEG picture"):
        ImagePart(data, 0)


def test_messages_check_themselves():
    with pytest.raises(InvalidInputError, match="must be one of system, user, assistant, got 'tool'"):
        Message.of("tool", "x")
    with pytest.raises(InvalidInputError, match="at least one part"):
        Message("user", ())
    with pytest.raises(InvalidInputError, match="not valid Unicode"):
        TextPart("\ud800")
