"""The script is the truth: what is drawn and what is written say the same as it does."""

import json
from itertools import pairwise

import numpy as np
import pytest

import streams
from apps.demo.exam import Exam
from apps.demo.figures import colour_of
from apps.demo.film import Film, spot_of
from apps.demo.house import OVERSAMPLING, Easel
from apps.demo.quiz import questions
from apps.demo.story import PLACES, TITLE_NS, Story, shots, write_story
from apps.demo.tracks import captions_json, dialogue_vtt
from mmmem.banks.semantic import claims_of
from mmmem.types import Frame, TimedText

SEEDS = range(12)
HEIGHT = 240


@pytest.fixture(params=SEEDS, ids=lambda seed: f"seed{seed}")
def story(request: pytest.FixtureRequest) -> Story:
    return write_story(request.param)


def test_events_follow_one_another_without_a_gap(story: Story) -> None:
    assert story.events[0].span.start_ns == TITLE_NS
    assert all(a.span.end_ns == b.span.start_ns for a, b in pairwise(story.events))
    assert story.events[-1].span.end_ns == story.duration_ns
    assert 80e9 < story.duration_ns < 130e9


def test_nobody_takes_what_is_not_there_and_puts_what_they_do_not_hold(story: Story) -> None:
    for event in story.events:
        before = story.whereabouts(event.done_ns - 1)
        if event.deed == "take":
            assert before[event.thing] == event.place
        if event.deed == "put":
            assert before[event.thing] == event.who
            assert story.whereabouts(event.done_ns)[event.thing] == event.place


def test_deeds_happen_in_the_room_of_their_place_with_the_actor_in_the_picture(story: Story) -> None:
    film = Film(story)
    for event in story.events:
        assert event.place is None or PLACES[event.place] == event.room
        if event.who is not None:
            assert event.who in [figure.name for figure in film.figures(event.room, event.done_ns)]


def test_shots_tile_the_film_after_the_title(story: Story) -> None:
    spans = [span for _, span in shots(story)]
    assert spans[0].start_ns == TITLE_NS
    assert spans[-1].end_ns == story.duration_ns
    assert all(a.end_ns == b.start_ns for a, b in pairwise(spans))


def test_captions_claim_what_the_script_moves(story: Story) -> None:
    """Reading the captions back with the memory's own rules gives the script's moves."""
    for event in story.events:
        if event.deed == "put":
            claims = claims_of(TimedText(event.span, event.caption))
            assert [c.object for c in claims if c.subject == event.thing and c.predicate == "at"] == [f"on {event.place}"]


def test_a_thing_is_seen_where_the_script_says_and_not_where_it_is_not(story: Story) -> None:
    film = Film(story, height=HEIGHT)
    for event in story.find("put"):
        shown = [t for t in range(TITLE_NS, story.duration_ns, 10**9) if _room_at(story, t) == event.room]
        where = {t: story.whereabouts(t)[event.thing] for t in [*shown, event.span.end_ns - 1]}
        there = [_colour_near(film, event.thing, event.place, t) for t, at in where.items() if at == event.place]
        elsewhere = [_colour_near(film, event.thing, event.place, t) for t, at in where.items() if at != event.place]
        assert max(there) >= 15  # pixels; somebody may stand before it at other times
        assert not elsewhere or np.median(elsewhere) < max(there) / 4


def _room_at(story: Story, t_ns: int) -> str | None:
    event = story.event_at(t_ns)
    return None if event is None else event.room


def _colour_near(film: Film, thing: str, place: str, t_ns: int) -> int:
    x, y = (round(value / OVERSAMPLING) for value in Easel(HEIGHT).px(spot_of(thing, place, film.story)))
    picture = film.picture(t_ns)[max(y - 16, 0) : y + 6, x - 9 : x + 9].astype(int)
    return int((np.abs(picture - colour_of(thing)).max(axis=2) < 40).sum())


def test_captions_and_lines_are_the_script_word_for_word(small_exam: Exam) -> None:
    story = small_exam.story
    with streams.open(small_exam.film) as stream:
        texts = [item for item in stream if not isinstance(item, Frame)]
    captions = [(t.span, t.text) for t in texts if t.kind == "caption"]
    said = [(t.span, t.speaker, t.text) for t in texts if t.kind == "speech"]
    assert captions == [(e.span, e.caption) for e in story.events if e.caption]
    assert said == [(line.span, line.who, line.text) for line in story.lines]
    assert stream.report.is_complete


def test_the_file_holds_every_picture_at_its_time(small_exam: Exam) -> None:
    film = Film(small_exam.story, height=120, fps=2)
    with streams.open(small_exam.film, sampler=streams.all_frames(), tracks=None) as stream:
        frames = [item for item in stream if isinstance(item, Frame)]
    assert [frame.t_ns for frame in frames] == [index * 10**9 // 2 for index in range(film.num_frames)]
    drawn = film.picture(frames[40].t_ns).astype(int)
    assert np.abs(frames[40].image.astype(int) - drawn).mean() < 6  # encoding loses a little


def test_one_seed_gives_one_story_and_another_seed_another() -> None:
    assert write_story(5) == write_story(5)
    assert captions_json(write_story(5)).encode() == captions_json(write_story(5)).encode()
    assert dialogue_vtt(write_story(5)) == dialogue_vtt(write_story(5))
    assert len({captions_json(write_story(seed)) for seed in SEEDS}) == len(SEEDS)


def test_one_seed_gives_the_same_pictures_before_encoding() -> None:
    first, again = Film(write_story(5), height=60, fps=1), Film(write_story(5), height=60, fps=1)
    assert all(np.array_equal(a, b) for a, b in zip(first.pictures(), again.pictures(), strict=True))
    other = Film(write_story(6), height=60, fps=1)
    assert not np.array_equal(first.picture(10 * 10**9), other.picture(10 * 10**9))


def test_questions_expect_what_the_script_ends_with(story: Story) -> None:
    asked = {question.kind: question for question in questions(story)}
    assert asked["where, asked earlier"].asked_at_ns is not None
    assert story.whereabouts(asked["where, asked earlier"].asked_at_ns)["keys"] == "bench"
    assert story.whereabouts(story.duration_ns)["keys"] in PLACES
    opened = [e for e in json.loads(captions_json(story)) if "opens the fridge" in e["text"]]
    assert asked["how many times"].expected == str(len(opened))
    assert not any("repair" in e.caption for e in story.events)
    assert not any("repair" in line.text for line in story.lines)
