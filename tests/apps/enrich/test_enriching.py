"""A model goes over a memory: what it makes is as of its time, can be resumed, and goes with what it was made of."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from enrich_world import BEGIN, NUM_MINUTES, SECRET, Cli, fill, minute
from scripted_server import Script, breaks_off, hangs_up, make_jpeg, says, sends

from apps.enrich import Enrich
from mmmem.chat import Budget, CachedChat
from mmmem.chat.cached import CACHE
from mmmem.clock import NS_PER_MIN, NS_PER_S
from mmmem.errors import ModelError
from mmmem.memory import Memory

NUM_PERIODS = NUM_MINUTES // 5


def enriched(folder: Path, model: Script, **options):
    with Memory.open(folder, mode="w") as memory:
        return Enrich(memory, model.open(backoff_s=0.0), **options).run()


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_captions_summaries_and_facts_with_times_and_makers_of_the_store(memory_dir, model):
    report = enriched(memory_dir, model)
    assert report.made == {"caption": 3, "summary": NUM_PERIODS + 2 + 1, "facts": NUM_PERIODS}
    assert not report.left_out
    assert report.stopped == ""
    with Memory.open(memory_dir) as memory:
        captions = memory.enrichments("caption")
        assert [one.span.start_ns for one in captions] == [minute(3), minute(33), minute(63)]
        lines = memory.texts([one.line for one in captions])
        assert {line.text.text for line in lines} == {"A person stands in a purple room."}
        assert all(line.text.kind == "caption" and "tiny@" in line.text.source for line in lines)
        assert all(line.learned_ns == line.text.span.end_ns for line in lines)
        hours = memory.enrichments("summary", "hour")
        assert [(one.span.start_ns, one.learned_ns) for one in hours] == [
            (BEGIN, minute(60) + 5 * NS_PER_S),
            (minute(60), minute(90)),
        ]
        assert {one.prompt for one in hours} == {"summarise_lines@1"}
        assert all(part.kind == "enrichment" for one in hours for part in one.parts)
        assert [part.cited for part in hours[1].parts[:3]] == [True, True, False]
        assert memory.position("cam") == minute(90)
        assert memory.check().ok


def test_facts_rest_on_the_line_that_states_them(memory_dir, model):
    enriched(memory_dir, model, tasks=["facts"])
    with Memory.open(memory_dir) as memory:
        found = memory.facts(subject="Ann", predicate="likes", object="soap")
        assert len(found) == 1
        assert all("soap" in line.text.text for line in memory.texts(found[0].support))
        made = memory.enrichments("facts")
        assert {one.id for one in made if any(part.cited for part in one.parts)} == {one.id for one in made}


def test_nothing_made_is_seen_before_its_stretch_is_over(memory_dir, model):
    enriched(memory_dir, model)
    with Memory.open(memory_dir) as memory:
        for t_ns in range(minute(0), minute(95), 7 * NS_PER_MIN):
            assert all(one.span.end_ns <= t_ns for one in memory.enrichments(as_of_ns=t_ns))
            over = [k for k in range(NUM_PERIODS) if min(_heard_past(5 * k + 5), minute(90)) <= t_ns]
            assert len(memory.enrichments("facts", as_of_ns=t_ns)) == len(over)
            facts = memory.facts(predicate="likes", as_of_ns=t_ns)
            assert bool(facts) == bool(over)
            assert all(fact.learned_ns <= t_ns for fact in facts)


@pytest.mark.parametrize("until", [13, 47, 60, 61, 62.1])
def test_as_of_then_and_ending_then_are_the_same(tmp_path, memory_dir, model, until):
    short = tmp_path / "short"
    with Memory.open(short, mode="w", create=True) as memory:
        fill(memory, make_jpeg(), until=until)
    enriched(short, model)
    enriched(memory_dir, model)
    t_ns = minute(until)
    with Memory.open(short) as ended, Memory.open(memory_dir) as longer:
        seen = [
            [(e.task, e.level, e.span, e.learned_ns, e.text) for e in memory.enrichments(as_of_ns=t_ns)]
            for memory in (ended, longer)
        ]
        assert seen[0] == seen[1]
        facts = [
            [(f.subject, f.object, f.valid.start_ns, f.learned_ns) for f in memory.facts(predicate="likes", as_of_ns=t_ns)]
            for memory in (ended, longer)
        ]
        assert facts[0] == facts[1]
        found = [[(e.span, e.text) for e in memory.search("likes soap", asked_at=t_ns)] for memory in (ended, longer)]
        assert found[0] == found[1]


def test_forgetting_a_line_forgets_what_was_made_of_it_to_the_byte(memory_dir, model):
    secret = SECRET.encode()
    with Memory.open(memory_dir, mode="w") as memory:
        chat = CachedChat(model.open(), memory.path / CACHE)
        Enrich(memory, chat).run()
    told = [one for one in _made(memory_dir) if SECRET in one.text]
    assert {one.level for one in told} == {"minutes", "hour", "day"}
    assert secret in everything(memory_dir / CACHE)
    with Memory.open(memory_dir, mode="w") as memory:
        before = {one.id: one for one in memory.enrichments()}
        report = memory.forget(name=SECRET, dry_run=False)
        left = {one.id for one in memory.enrichments()}
    gone = [before[number] for number in before.keys() - left]
    assert {(one.task, one.level) for one in gone} == {
        ("summary", "minutes"), ("summary", "hour"), ("summary", "day"), ("facts", "minutes")
    }  # fmt: skip
    assert report.counts["enrichments"] == len(gone) == 4
    assert secret not in everything(memory_dir)
    with Memory.open(memory_dir) as memory:
        assert memory.check().ok


def test_forgetting_a_span_takes_captions_of_its_pictures_along(memory_dir, model):
    enriched(memory_dir, model, tasks=["caption", "summary"])
    with Memory.open(memory_dir, mode="w") as memory:
        lines = [one.line for one in memory.enrichments("caption")]
        memory.forget(span=_around(33), dry_run=False)
        assert [one.span.start_ns for one in memory.enrichments("caption")] == [minute(3), minute(63)]
        assert len(memory.texts(lines)) == 2
        assert not [one for one in memory.enrichments("summary") if one.span.contains(minute(33))]
        assert memory.check().ok


def test_a_second_pass_asks_nothing(memory_dir, model):
    first = enriched(memory_dir, model)
    num_asked = len(model.bodies)
    second = enriched(memory_dir, model)
    assert len(model.bodies) == num_asked
    assert second.kept_already == sum(first.made.values())
    assert not second.made


def test_a_pass_that_is_stopped_goes_on_where_it_was(memory_dir, model):
    with Memory.open(memory_dir, mode="w") as memory:
        stops = iter([False] * 10 + [True] * 1000)
        first = Enrich(memory, model.open()).run(stop=lambda: next(stops))
        assert first.interrupted
        assert sum(first.made.values()) == len(memory.enrichments()) == 10
    second = enriched(memory_dir, model)
    whole = 3 + NUM_PERIODS + 3 + NUM_PERIODS
    assert second.kept_already == 10
    assert sum(second.made.values()) == len(model.bodies) - 10 == whole - 10


def test_a_pass_that_is_killed_loses_nothing_that_was_told(tmp_path, memory_dir, model):
    """SIGKILL while the model is being asked: what was made before is there, and the next pass asks for the rest."""
    url = f"{model.url}#tiny"
    asked = 0

    def stall_at_the_ninth(handler, body):
        nonlocal asked
        asked += 1
        if asked == 9:
            killed.kill()
        obedient(handler, body)

    obedient, model.default = model.default, stall_at_the_ninth
    command = [sys.executable, "-m", "apps.cli", "enrich", "-m", str(memory_dir), "--chat", url, "--task", "facts", "--yes"]
    killed = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    assert killed.wait(60) == -9
    assert len(_made(memory_dir)) == 8
    model.default = obedient
    report = enriched(memory_dir, model, tasks=["facts"])
    assert (report.kept_already, report.made["facts"]) == (8, NUM_PERIODS - 8)
    with Memory.open(memory_dir) as memory:
        assert memory.check().ok


def test_a_summary_whose_lines_changed_is_made_again_and_those_above_it(memory_dir, model):
    enriched(memory_dir, model, tasks=["summary"])
    report = enriched(memory_dir, model, tasks=["caption", "summary"])
    assert report.made["caption"] == 3
    touched = 3 + 2 + 1
    assert report.made["summary"] == touched
    assert report.kept_already == NUM_PERIODS - 3
    with Memory.open(memory_dir) as memory:
        assert len(memory.enrichments("summary")) == NUM_PERIODS + 3


def test_another_model_makes_anew_only_when_told(memory_dir, model):
    enriched(memory_dir, model, tasks=["facts"])
    for again, num in ((False, 0), (True, NUM_PERIODS)):
        with Memory.open(memory_dir, mode="w") as memory:
            report = Enrich(memory, model.open(model="other"), tasks=["facts"], again=again).run()
        assert (report.made["facts"], report.replaced) == (num, num)
    assert all(one.model.startswith("other@") for one in _made(memory_dir))


@pytest.mark.parametrize(
    "lie",
    [
        says("Error generating caption"),
        says(json.dumps({"caption": "At 10:42 on Monday a man waves."})),
        says(json.dumps({"caption": "A man.", "learned_ns": 3})),
        says('{"caption": "A man stands in a ro'),
        sends(500, {"error": {"message": "boom"}}),
        sends(200, b"<html>busy</html>", Content_Type="text/html"),
        breaks_off,
        hangs_up,
    ],
)
def test_a_caption_that_cannot_be_used_is_left_out_and_counted(memory_dir, model, lie):
    model.default = lie
    report = enriched(memory_dir, model, tasks=["caption"])
    assert report.left_out["caption"] == 3
    assert sum(report.reasons.values()) == 3
    with Memory.open(memory_dir) as memory:
        assert memory.enrichments() == []
        assert b"Error generating" not in everything(memory_dir)
    assert enriched_after(memory_dir, model).made["caption"] == 3


def enriched_after(memory_dir, model):
    model.default = says(json.dumps({"caption": "A man."}))
    return enriched(memory_dir, model, tasks=["caption"])


@pytest.mark.parametrize(
    ("task", "lie", "why"),
    [
        ("summary", {"sentences": [{"text": "Ann washes.", "line_numbers": [99]}]}, "less than or equal to 3"),
        ("summary", {"sentences": [{"text": "Ann washes at 17:03.", "line_numbers": [1]}]}, "a time that stands in no line"),
        ("summary", {"sentences": [{"text": "Ann washes with Bob.", "line_numbers": [1]}]}, "holds Bob, a name"),
        ("summary", {"sentences": [{"text": "Ann washes.", "line_numbers": []}]}, "at least 1 item"),
        (
            "facts",
            {"facts": [{"line_number": 9, "subject": "Ann", "predicate": "likes", "object": "soap"}]},
            "less than or equal",
        ),
        ("facts", {"facts": [{"line_number": 1, "subject": "Ann", "predicate": "murders", "object": "soap"}]}, "Input should be"),
        ("facts", {"facts": [{"line_number": 1, "subject": "Bob", "predicate": "likes", "object": "soap"}]}, "not in the words"),
    ],
)
def test_a_model_that_lies_is_told_once_and_then_not_believed(memory_dir, model, task, lie, why):
    model.default = says(json.dumps(lie))
    with Memory.open(memory_dir, mode="w") as memory:
        report = Enrich(memory, model.open(), tasks=[task]).run()
        assert memory.enrichments() == []
    assert report.failed
    assert report.left_out[task] == 5
    assert len(model.bodies) == 2 * 5
    assert why in model.words(1)
    assert "failed one after another" in report.stopped


def test_lines_are_shown_inside_the_fence_and_nowhere_else(memory_dir, model):
    with Memory.open(memory_dir, mode="w") as memory:
        Enrich(memory, model.open(), tasks=["summary"]).run()
    rows = model.words(0).splitlines()
    begin = next(i for i, row in enumerate(rows) if row.startswith("DATA-"))
    end = rows.index(rows[begin].replace("DATA", "END"))
    told = [i for i, row in enumerate(rows) if "Ann washes" in row]
    assert told
    assert all(begin < i < end for i in told)


def test_a_budget_stops_the_pass_cleanly(memory_dir, model):
    report = enriched(memory_dir, model, budget=Budget(tokens=8000))
    assert report.stopped.startswith("the budget is spent")
    assert not report.left_out
    assert 0 < report.spent.tokens <= 8000
    assert sum(report.made.values()) == len(_made(memory_dir)) > 0


def test_the_estimate_bounds_what_is_spent(memory_dir, model):
    with Memory.open(memory_dir, mode="w") as memory:
        work = Enrich(memory, model.open())
        estimate = work.estimate()
        assert model.bodies == []
        report = work.run()
    assert estimate.calls == dict(report.made)
    assert estimate.num_calls == report.spent.calls
    assert estimate.tokens_out >= report.spent.tokens_out
    assert estimate.tokens_in >= report.spent.tokens_in


def test_what_stands_already_is_not_estimated_again(memory_dir, model):
    enriched(memory_dir, model, tasks=["summary"])
    with Memory.open(memory_dir, mode="w") as memory:
        assert Enrich(memory, model.open(), tasks=["summary"]).estimate().num_calls == 0
        work = Enrich(memory, model.open(), tasks=["caption", "summary"])
        estimate, report = work.estimate(), work.run()
    assert estimate.calls == dict(report.made)


def test_an_unfinished_stream_waits_for_its_stretch(tmp_path, model):
    folder = tmp_path / "short"
    with Memory.open(folder, mode="w", create=True) as memory:
        fill(memory, make_jpeg(), until=8)
    assert enriched(folder, model, tasks=["facts"]).made["facts"] == 1
    assert enriched(folder, model, tasks=["facts"], unfinished=True).made["facts"] == 1
    with Memory.open(folder) as memory:
        assert [one.learned_ns for one in memory.enrichments("facts")] == [minute(6) + 5 * NS_PER_S, memory.end_ns()]


def test_the_command_estimates_first_and_needs_a_bound(cli: Cli, memory_dir, model):
    url = f"{model.url}#tiny"
    ran = cli("enrich", "-m", memory_dir, "--chat", url, "--prices", "1/2")
    assert (ran.code, model.bodies) == (0, [])
    assert ran.stdout.startswith("at most: 42 calls, ")
    assert "$" in ran.stdout
    assert "--yes" in ran.stderr
    ran = cli("enrich", "-m", memory_dir, "--chat", url, "--budget", "8k tokens")
    assert ran.code == 0
    assert "stopped: the budget is spent" in ran.stderr
    assert "Go on with: mmmem enrich -m" in ran.stderr
    ran = cli("enrich", "-m", memory_dir, "--chat", url, "--yes", "--json")
    said = json.loads(ran.stdout)
    assert said["stopped"] == ""
    assert said["kept_already"] + sum(said["made"].values()) == 42
    assert "18 of 18" in ran.stderr
    shown = cli("summaries", "-m", memory_dir)
    assert len(shown.stdout.splitlines()) == 1 + 2
    assert "DAY1 09:00:00" in shown.stdout


def test_kept_answers_are_taken_again_after_a_loss_and_not_with_no_cache(cli: Cli, memory_dir, model):
    url = f"{model.url}#tiny"
    arguments = ("enrich", "-m", memory_dir, "--chat", url, "--task", "facts", "--yes")
    cli(*arguments)
    num_asked = len(model.bodies)
    with Memory.open(memory_dir, mode="w") as memory, memory._store.writer.transaction():
        for table in ("claims WHERE enrichment NOTNULL", "ingredients", "enrichments"):
            memory._store.writer.connection.execute(f"DELETE FROM {table}")
    assert "18 answers were kept from before" in cli(*arguments).stdout
    assert len(model.bodies) == num_asked
    cli(*arguments, "--again", "--no-cache")
    assert len(model.bodies) == num_asked


def test_a_model_that_is_gone_ends_the_pass_with_its_exit_code(cli: Cli, memory_dir, model):
    model.default = sends(503, {"error": {"message": "loading"}})
    ran = cli("enrich", "-m", memory_dir, "--chat", f"{model.url}#tiny", "--task", "facts", "--yes")
    assert ran.code == ModelError.exit_code
    assert "left out: 5 facts" in ran.stdout
    assert "5 items failed one after another" in ran.stderr


def test_unknown_tasks_and_prices_are_told(cli: Cli, memory_dir, model):
    url = f"{model.url}#tiny"
    assert "Did you mean 'caption'" in cli("enrich", "-m", memory_dir, "--chat", url, "--task", "captions").stderr
    assert "write 0.15/0.60" in cli("enrich", "-m", memory_dir, "--chat", url, "--prices", "cheap").stderr


def _heard_past(number):
    """The end of the first line that begins at or after a minute."""
    return minute(number + number % 2) + 5 * NS_PER_S


def _made(folder):
    with Memory.open(folder) as memory:
        return memory.enrichments()


def _around(number):
    from mmmem.clock import Span

    return Span(minute(number) - NS_PER_S, minute(number) + 2 * NS_PER_S)
