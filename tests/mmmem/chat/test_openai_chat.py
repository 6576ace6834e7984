"""The chat model behind a URL, through the real HTTP client, against a scripted server on loopback."""

import base64
import email.utils
import logging
import re
import sys
import time
import traceback
from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from mmmem.chat.budget import Budget, BudgetError
from mmmem.chat.estimate import estimate_tokens
from mmmem.chat.messages import ImagePart, Message, TextPart
from mmmem.chat.openai_chat import OpenAIChat, Prices
from mmmem.chat.structured import with_schema
from mmmem.errors import InvalidInputError, ModelError

ASK = (Message.of("system", "Be brief."), Message.of("user", "Where is the cup?"))


class Verdict(BaseModel):
    model_config = ConfigDict(extra="forbid")

    choice: Literal["A", "B"]
    numbers: list[int] = Field(max_length=3)


GOOD = '{"choice": "B", "numbers": [1, 2]}'


def test_an_answer_with_its_figures(script):
    done = script.open().complete(ASK, max_tokens=50)
    assert (done.text, done.parsed, done.tokens_in, done.tokens_out) == ("fine", None, 11, 7)
    assert (done.cost_usd, done.cached, done.attempts) == (None, False, 1)
    assert done.ms > 0
    body = script.bodies[0]
    assert body["messages"] == [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Where is the cup?"}]
    assert (body["model"], body["max_tokens"], body["temperature"]) == ("tiny", 50, 0.0)
    assert "response_format" not in body
    assert "stream" not in body


def test_a_schema_is_sent_both_ways_and_validated(script, behaviours):
    script.queue = [behaviours.says(GOOD)]
    done = script.open().complete(ASK, schema=Verdict)
    assert done.parsed == Verdict(choice="B", numbers=[1, 2])
    wanted = script.bodies[0]["response_format"]
    assert (wanted["type"], wanted["json_schema"]["schema"]) == ("json_schema", Verdict.model_json_schema())
    assert '"enum":["A","B"]' in script.words()


@pytest.mark.parametrize(
    "said",
    [f"```json\n{GOOD}\n```", f"```\n{GOOD}\n```\n", f"<think>A? no {{}}</think>\n{GOOD}", f"  \n{GOOD}\n"],
    ids=["json fence", "bare fence", "reasoning", "space"],
)
def test_wrapping_around_json_needs_no_repair(script, behaviours, said):
    script.queue = [behaviours.says(said)]
    done = script.open().complete(ASK, schema=Verdict)
    assert (done.parsed, done.attempts) == (Verdict(choice="B", numbers=[1, 2]), 1)


def test_pictures_follow_their_times(script, jpeg):
    first, second = jpeg(shade=10), jpeg(shade=250)
    parts = (TextPart("Look:"), ImagePart(first, 60_000_000_000, "DAY1 00:01:00"), ImagePart(second, 1_714_735_205_000_000_000))
    script.open().complete([Message("user", parts)])
    content = script.bodies[0]["messages"][0]["content"]
    assert [piece["type"] for piece in content] == ["text", "text", "image_url", "text", "image_url"]
    assert content[1]["text"] == "DAY1 00:01:00"
    assert "2024-05-03 11:20:05 UTC" in content[3]["text"]
    sent = [piece["image_url"]["url"].removeprefix("data:image/jpeg;base64,") for piece in content if "image_url" in piece]
    assert [base64.b64decode(data, validate=True) for data in sent] == [first, second]


@pytest.mark.parametrize("code", [408, 429, 500, 502, 503, 529])
def test_a_busy_server_is_asked_again_with_growing_waits(script, behaviours, code):
    script.queue = [behaviours.sends(code, {"error": {"message": "busy"}})] * 3
    done = script.open(backoff_s=0.25).complete(ASK)
    assert (done.text, done.attempts, script.waits) == ("fine", 4, [0.25, 0.5, 1.0])


def test_the_server_says_how_long_to_wait(script, behaviours):
    soon = email.utils.formatdate(time.time() + 20, usegmt=True)
    past = "Wed, 21 Oct 2015 07:28:00 GMT"
    script.queue = [behaviours.sends(429, {}, Retry_After=header) for header in ("7", soon, past, "9999", "soon")]
    script.open(max_tries=6, longest_wait_s=25.0).complete(ASK)
    assert script.waits[0] == 7.0
    assert 15.0 < script.waits[1] <= 20.0
    assert script.waits[2:] == [2.0, 25.0, 8.0]  # past: backoff; an hour is cut; nonsense: backoff


@pytest.mark.parametrize(
    ("behaviour", "timeout_s", "message"),
    [
        ("breaks_off", 5.0, "the answer broke off"),
        ("hangs_up", 5.0, "failed 2 times"),
        ("hangs", 0.1, r"no answer within 0\.1 s"),
        ("drips", 0.1, r"no (whole )?answer within 0\.1 s"),
    ],
)
def test_a_lost_answer_is_tried_again_charged_and_bounded(script, behaviours, behaviour, timeout_s, message):
    script.queue = [getattr(behaviours, behaviour)] * 2
    budget = Budget()
    with pytest.raises(ModelError, match=f"tiny@127.*{message}.*Is the server running"):
        script.open(timeout_s=timeout_s, max_tries=2).complete(ASK, budget=budget)
    assert len(script.bodies) == 2
    # The server may have charged for reading, twice.
    assert (budget.spent.tokens_in, budget.spent.tokens_out) == (2 * estimate_tokens(ASK), 0)
    script.queue = [getattr(behaviours, behaviour)]
    assert script.open(timeout_s=0.5, max_tries=6).complete(ASK).text == "fine"


def test_nobody_listens_costs_nothing():
    pytest.importorskip("openai")
    budget, waits = Budget(tokens=10_000), []
    chat = OpenAIChat("http://127.0.0.1:9/v1", "x", max_tries=3, sleep=waits.append)
    with pytest.raises(ModelError, match=r"x@127.0.0.1:9/v1 failed 3 times: .*Is the server running\?"):
        chat.complete(ASK, budget=budget)
    assert (waits, budget.spent.tokens, budget.spent.calls) == ([0.5, 1.0], 0, 3)


@pytest.mark.parametrize(
    ("payload", "shown"),
    [(b"<html>busy</html>", "<html>busy</html>"), ({"choices": []}, "choices"), ({"error": {"message": "oops"}}, "oops")],
    ids=["html", "no choices", "error with status 200"],
)
def test_a_reply_that_is_no_chat_completion(script, behaviours, payload, shown):
    script.queue = [behaviours.sends(200, payload)] * 2
    with pytest.raises(ModelError, match=f"no chat completion .*{shown}"):
        script.open(max_tries=2).complete(ASK)


def test_deep_nesting_is_refused_not_followed(script, behaviours):
    script.queue = [behaviours.sends(200, b"[" * 200_000), behaviours.says("[" * 100_000), behaviours.says(GOOD)]
    assert script.open().complete(ASK, schema=Verdict).parsed == Verdict(choice="B", numbers=[1, 2])


def test_a_huge_answer_is_not_read_to_its_end(script, behaviours):
    script.queue = [behaviours.sends(200, b" " * (6 << 20))]
    with pytest.raises(ModelError, match=r"more than 4194304 bytes; the rest was not read"):
        script.open().complete(ASK)
    assert len(script.bodies) == 1  # it would be as long again


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        (401, "Set the environment variable MMMEM_TEST_KEY"),
        (403, "Set the environment variable MMMEM_TEST_KEY"),
        (404, "usually ends in /v1"),
        (400, "Check the model and its limits"),
        (413, "Check the model and its limits"),
    ],
)
def test_a_refusal_is_not_repeated(script, behaviours, code, remedy):
    script.queue = [behaviours.sends(code, {"error": {"message": "scripted no"}})]
    with pytest.raises(ModelError, match=f"refused: HTTP {code}: .*scripted no.*{remedy}"):
        script.open().complete(ASK)
    assert (len(script.bodies), script.waits) == (1, [])


UNUSABLE = {
    "not json": ("The answer is B.", "Invalid JSON"),
    "wrong type": ('{"choice": "B", "numbers": "many"}', "numbers: Input should be a valid array .got 'many'."),
    "wrong value": ('{"choice": "C", "numbers": []}', "choice: Input should be 'A' or 'B' .got 'C'."),
    "missing": ('{"numbers": []}', "choice: Field required"),
    "extra": ('{"choice": "B", "numbers": [], "time": "09:40"}', "time: Extra inputs are not permitted .got '09:40'."),
    "code": ("__import__('os').abort()", "Invalid JSON"),
    "empty": ("", "it was empty"),
    "only reasoning": ("<think>hm</think>", "it was empty"),
    "no content": (None, "it was empty"),
}


@pytest.mark.parametrize(("said", "why"), UNUSABLE.values(), ids=UNUSABLE)
def test_an_unusable_answer_is_repaired_once(script, behaviours, said, why):
    script.queue = [behaviours.says(said), behaviours.says(GOOD)]
    budget = Budget()
    done = script.open().complete(ASK, schema=Verdict, budget=budget)
    assert done.parsed == Verdict(choice="B", numbers=[1, 2])
    assert (done.attempts, done.tokens_in, done.tokens_out) == (2, 22, 14)
    assert budget.spent.tokens == 36
    again = script.bodies[1]["messages"]
    assert [message["role"] for message in again] == ["system", "user", "assistant", "user"]
    assert again[2]["content"] == (said or "(nothing)")
    assert re.search(why, again[3]["content"])


@pytest.mark.parametrize(("said", "why"), UNUSABLE.values(), ids=UNUSABLE)
def test_an_answer_unusable_twice_is_an_error_that_shows_it(script, behaviours, said, why):
    script.queue = [behaviours.says(said), behaviours.says(said)]
    with pytest.raises(ModelError, match=f"no usable answer, also after one repair: .*{why}") as caught:
        script.open().complete(ASK, schema=Verdict)
    assert f"It said: {said or ''!r}" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(script.bodies) == 2


def test_a_cut_answer_is_asked_for_in_fewer_words(script, behaviours):
    script.queue = [behaviours.says('{"choice": "B", "num', finish="length", usage=(11, 50)), behaviours.says(GOOD)]
    assert script.open().complete(ASK, schema=Verdict, max_tokens=50).attempts == 2
    assert "cut after 50 tokens" in script.words()
    script.queue = [behaviours.says("words " * 500, finish="length")] * 2
    with pytest.raises(ModelError, match=r"cut after 7 tokens.*words \.\.\. \(2999 characters\)") as caught:
        script.open().complete(ASK, max_tokens=7)
    assert len(str(caught.value)) < 700


@pytest.mark.parametrize("message", [{"refusal": "I will not."}, {"finish": "content_filter"}], ids=str)
def test_a_refusing_model_is_not_asked_again(script, behaviours, message):
    script.queue = [behaviours.says(None, **message)]
    with pytest.raises(ModelError, match=r"declined to answer: '(I will not\.|filtered)'"):
        script.open().complete(ASK)
    assert len(script.bodies) == 1


def test_a_server_of_another_dialect_is_learned_once(script, behaviours):
    complaints = ["'response_format' json_schema is unavailable", "Use 'max_completion_tokens' instead", "temperature must be 1"]
    script.queue = [behaviours.sends(400, {"error": {"message": said}}) for said in complaints]
    script.queue += [behaviours.says(GOOD), behaviours.says(GOOD)]
    chat = script.open(max_tries=1)
    assert chat.complete(ASK, schema=Verdict, max_tokens=9).attempts == 4
    chat.complete(ASK, schema=Verdict, max_tokens=9)
    assert len(script.bodies) == 5
    assert script.bodies[3].keys() == script.bodies[4].keys() == {"model", "messages", "max_completion_tokens"}
    assert script.waits == []
    script.queue = [behaviours.sends(400, {"error": {"message": complaints[0]}})]
    with pytest.raises(ModelError, match="refused: HTTP 400"):  # the same complaint again cannot be mended
        chat.complete(ASK, schema=Verdict)


def test_content_in_pieces_and_further_options(script, behaviours):
    script.queue = [behaviours.says([{"type": "text", "text": "on the "}, {"type": "text", "text": "table"}])]
    chat = script.open(temperature=None, options={"seed": 3})
    assert chat.complete(ASK).text == "on the table"
    assert script.bodies[0]["seed"] == 3
    assert "temperature" not in script.bodies[0]
    assert chat.parameters == {"temperature": None, "seed": 3}


@pytest.mark.parametrize("usage", [None, {}, {"prompt_tokens": -5, "completion_tokens": "7"}, {"prompt_tokens": True}, "free"])
def test_counts_that_make_no_sense_are_estimated(script, behaviours, usage):
    script.queue = [behaviours.says("four", usage=usage)]
    done = script.open().complete(ASK)
    assert (done.tokens_in, done.tokens_out) == (estimate_tokens(ASK), 2)


def test_money_is_counted_and_bounded(script):
    chat = script.open(prices=Prices(2.0, 10.0))
    budget = Budget(usd=0.01)
    done = chat.complete(ASK, budget=budget)
    assert done.cost_usd == budget.spent.usd == pytest.approx((11 * 2 + 7 * 10) / 1e6)
    with pytest.raises(BudgetError, match=r"it may cost \$0\.0100.* of \$0\.01 are left"):
        chat.complete(ASK, max_tokens=1000, budget=budget)
    with pytest.raises(BudgetError, match="prices are not known"):
        script.open().complete(ASK, budget=budget)
    assert len(script.bodies) == 1


def test_a_call_that_may_not_fit_is_not_made(script):
    needed = estimate_tokens(ASK) + 20
    with pytest.raises(BudgetError, match=f"it may take {needed} tokens and {needed - 1} of {needed - 1} are left"):
        script.open().complete(ASK, max_tokens=20, budget=Budget(tokens=needed - 1))
    assert script.bodies == []
    assert script.open().complete(ASK, max_tokens=20, budget=Budget(tokens=needed)).text == "fine"


def test_a_repair_must_fit_too(script, behaviours):
    script.queue = [behaviours.says("no json", usage=(200, 20))]
    budget = Budget(tokens=estimate_tokens(with_schema(ASK, Verdict)) + 21)
    with pytest.raises(BudgetError, match="The call was not made"):
        script.open().complete(ASK, schema=Verdict, max_tokens=20, budget=budget)
    assert (len(script.bodies), budget.spent.tokens, budget.spent.refused) == (1, 220, 1)


def test_waits_must_fit_the_seconds(script, behaviours):
    script.queue = [behaviours.sends(429, {}, Retry_After="20")]
    with pytest.raises(BudgetError, match=r"HTTP 429.*wants 20 s before another try, but .* of 10 are left"):
        script.open().complete(ASK, budget=Budget(seconds=10))
    assert script.waits == []


def test_seconds_cut_the_time_out(script, behaviours):
    script.queue = [behaviours.hangs] * 3
    with pytest.raises(ModelError, match=r"no answer within 0\.1|no time is left|are left"):
        script.open(timeout_s=30.0, backoff_s=0.0).complete(ASK, budget=Budget(seconds=0.1))
    assert len(script.bodies) <= 2


def test_the_key_stays_in_its_header(script, behaviours, caplog, monkeypatch):
    caplog.set_level(logging.DEBUG)
    key = script.open()._server._key
    echoes = {"error": {"message": f"Incorrect key {key}"}}
    chat = script.open(max_tries=2)
    script.queue = [behaviours.sends(401, echoes), behaviours.sends(500, echoes), behaviours.sends(500, echoes)]
    script.queue += [behaviours.sends(200, key.encode()), behaviours.sends(200, key.encode()), behaviours.says(f"Bearer {key}")]
    for _ in range(3):
        with pytest.raises(ModelError, match=r"\[key\]") as caught:
            chat.complete(ASK)
        assert key not in "".join(traceback.format_exception(caught.value))
    assert chat.complete(ASK).text == "Bearer [key]"
    assert {headers["authorization"] for headers in script.headers} == {f"Bearer {key}"}
    assert key not in caplog.text + repr(chat) + repr(vars(chat)) + str(script.bodies)


def test_no_key_sends_no_header(script, monkeypatch):
    monkeypatch.delenv("MMMEM_TEST_KEY")
    monkeypatch.setenv("OPENAI_API_KEY", "of-another-service")
    script.open().complete(ASK)
    assert "authorization" not in script.headers[0]
    assert "of-another-service" not in str(script.headers)


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("http://host:8080", "http://host:8080/v1"),
        ("https://host/v1/", "https://host/v1"),
        ("https://host/api/v1/chat/completions", "https://host/api/v1"),
    ],
)
def test_the_address_is_taken_as_people_write_it(base, url):
    pytest.importorskip("openai")
    assert OpenAIChat(base, "m").name == "m@" + url.partition("://")[2]


@pytest.mark.parametrize("url", ["ftp://host/v1", "http://", "localhost:8080", ""])
def test_what_is_not_an_address(url):
    with pytest.raises(InvalidInputError, match="is not an address; write http://localhost:8080/v1"):
        OpenAIChat(url, "m")


def test_a_password_in_the_address_is_refused_and_not_shown():
    with pytest.raises(InvalidInputError, match="holds a password; put the key into an environment variable") as caught:
        OpenAIChat("https://me:hunter2@host/v1", "m")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("option", [{"timeout_s": 0}, {"max_tries": 0}, {"backoff_s": -1}, {"longest_wait_s": -1}], ids=str)
def test_bounds_that_make_no_sense(option: dict[str, Any]):
    with pytest.raises(InvalidInputError, match="timeout_s must be above 0"):
        OpenAIChat("http://host/v1", "m", **option)


def test_without_the_package_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "openai", None)
    with pytest.raises(ImportError, match=r"pip install 'mmmem\[chat\]'"):
        OpenAIChat("http://host/v1", "m")
