"""A small house is rendered, watched, asked and graded; the second run renders nothing."""

import json
from dataclasses import replace

import pytest

import apps.bench.house
from apps.bench.run import BenchOptions, run_house
from apps.bench.table import markdown, remarks
from apps.cli.program import run
from streams.house.recording_plan import RecordingPlan
from streams.house.stretch_recording import Conduct

PLAN = RecordingPlan(seed=7, days=2, tour_s=40.0, hz=1.0, width=160, height=120, noise="moderate")
SYSTEMS = ("silent", "blind", "latest", "flat", "banks", "oracle")


def _options(cache, **more):
    return BenchOptions(seeds=(7,), plan=PLAN, cache=cache, systems=SYSTEMS, meaning=False, **more)


def _never(home, camera):
    raise AssertionError("nothing is rendered twice")


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("houses")


@pytest.fixture(scope="module")
def report(cache):
    return run_house(_options(cache))


def _score(report, name):
    return next(one for one in report.scores if one.system == name)


def test_the_oracle_is_right_and_silence_is_right_only_about_what_cannot_be_known(report):
    assert report.num_questions > 40
    assert _score(report, "oracle").overall >= 0.98
    assert _score(report, "oracle").stale == 0
    silent = _score(report, "silent")
    assert silent.abstention[1] == 1.0
    assert {family for family, (right, _) in silent.families.items() if right} <= {"unanswerable", "stale"}


def test_every_system_answers_the_same_questions(report):
    asked = {name: [one.question.id for one in given] for name, given in report.answers.items()}
    assert len({tuple(sorted(ids)) for ids in asked.values()}) == 1
    assert _score(report, "oracle").overall > _score(report, "latest").overall > _score(report, "silent").overall


def test_the_report_is_json_and_a_table(report):
    held = json.loads(json.dumps(report.to_json(), default=str))
    assert len(held["answers"]) == report.num_questions * len(SYSTEMS)
    table = markdown(report)
    assert "| typed accuracy, % |" in table
    assert table.splitlines()[0].count("|") == len(SYSTEMS) + 2
    assert "blind baseline" in remarks(report)[0]


def test_a_house_is_rendered_once(report, cache):
    again = run_house(_options(cache, conduct=Conduct(open_renderer=_never)))
    assert [(one.question, one.reply) for one in again.answers["flat"]] == [
        (one.question, one.reply) for one in report.answers["flat"]
    ]


def test_noise_changes_what_is_seen_and_not_what_is_asked(report, cache):
    perfect = run_house(replace(_options(cache), plan=replace(PLAN, noise="none"), systems=("latest", "oracle")))
    assert [one.question for one in perfect.answers["oracle"]] == [one.question for one in report.answers["oracle"]]
    assert _score(perfect, "oracle").overall == _score(report, "oracle").overall


def test_a_memory_that_two_systems_share_is_shown_depth_once(report, cache, monkeypatch):
    films = []
    read_film = apps.bench.house.read_film
    monkeypatch.setattr(apps.bench.house, "read_film", lambda path: films.append(path) or read_film(path))
    alone = run_house(replace(_options(cache), systems=("both",), num_per_family=2))
    assert len(films) == len(set(films)) > 0
    films.clear()
    together = run_house(replace(_options(cache), systems=("graph", "both"), num_per_family=2))
    assert len(films) == len(set(films)) > 0
    first, second = ([(one.question.id, one.reply.text) for one in told.answers["both"]] for told in (alone, together))
    assert first == second


@pytest.mark.slow
def test_who_may_go_and_look_takes_ways_and_pictures_and_fewer_by_value_than_everywhere(cache):
    names = ("graph", "active", "likeliest", "exhaustive")
    told = run_house(replace(_options(cache), systems=names, num_per_family=4))
    stays, active, likeliest, everywhere = (_score(told, name) for name in names)
    assert stays.spl is None
    assert all(0 <= one.spl <= one.found <= 1 for one in (active, likeliest, everywhere))
    assert stays.pictures == 0 < active.pictures < everywhere.pictures
    assert likeliest.pictures < everywhere.pictures
    # What no look can answer is answered from one memory.
    texts = [{one.question.id: one.reply.text for one in told.answers[name] if one.question.active is None} for name in names[1:]]
    assert texts[0] == texts[1] == texts[2]


def test_a_system_that_does_not_exist_is_refused_with_the_nearest(capsys):
    assert run(["bench", "house", "--systems", "orakle"]) == 2
    assert "oracle" in capsys.readouterr().err
