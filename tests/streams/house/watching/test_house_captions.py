"""Captions say what was detected and witnessed; speech is what was heard."""

from dataclasses import replace

import pytest

from streams.house.captions import _standing
from streams.house.deed_words import deed_words
from streams.house.life import Life
from streams.house.noise import NONE
from streams.house.noisy_detector import NoisyDetector
from streams.house.sightings import Instant, stands_for_ns
from streams.house.witness import Persona, Witness
from streams.house.world import Event, PersonPose, Placement

S = 1_000_000_000


def told(life, trajectory, look_around, level, wearer=""):
    witness, detector = Witness(life, Persona(level, 1, wearer)), NoisyDetector(level, 1, life.home)
    texts = []
    for (one, look), stands_ns in zip(look_around, stands_for_ns(trajectory.t_ns, trajectory.tour), strict=True):
        instant = Instant(look, one.frame.pose_world_camera, one.state, one.tour, stands_ns)
        texts += witness.see(instant, detector.sense(one, look).found)
    return texts


@pytest.fixture
def texts(life, trajectory, look_around):
    return told(life, trajectory, look_around, NONE)


def test_the_first_caption_says_where_things_stand(texts, life):
    first = texts[0]
    assert first.span.start_ns == life.start_ns + 1 * S
    assert first.text.startswith("In the kitchen. Anna stands there. ")
    assert "on the kitchen counter." in first.text
    for name in ("a red mug", "a white mug", "a silver kettle"):
        assert name in first.text.lower()
    assert "milk" not in first.text  # the fridge is closed


def test_what_is_broken_is_said_to_be(life, trajectory, look_around):
    crash = Event("E00009", life.start_ns + 2 * S, "state", "O2", "P1", state="broken", value="broken")
    broken = Life(
        life.home, life.start_ns, life.end_ns, life.start_state, tuple(sorted((*life.events, crash), key=lambda e: e.t_ns))
    )
    seen = [(replace(one, state=broken.state_at(one.frame.t_ns)), look) for one, look in look_around]
    said = [text.text for text in told(broken, trajectory, seen, NONE)]
    assert "The white mug is broken." not in said[0]
    assert "Anna breaks the white mug." in said
    assert any("The white mug is broken." in text for text in said[1:])


def test_captions_come_every_five_seconds_where_something_is_new(texts, life):
    scenes = [text for text in texts if text.text.startswith("In the ")]
    seconds = [(text.span.start_ns - life.start_ns) / S for text in scenes]
    assert seconds == [1, 6, 11, 16, 140, 150, 155]  # at 145 s there is nothing new to say


def test_what_happens_in_view_is_said_when_it_happens(texts, life):
    deeds = {text.text: (text.span.start_ns - life.start_ns) / S for text in texts if not text.text.startswith("In the ")}
    assert deeds["Anna fills the red mug."] == 4
    assert deeds["Anna takes the red mug from the kitchen counter."] == 10
    assert deeds["Anna opens the fridge."] == 14
    assert not any("puts" in words for words in deeds)  # nobody was looking


def test_who_is_busy_is_said_to_be_and_who_holds_something_holds_it(texts):
    later = next(text.text for text in texts if "Anna holds" in text.text)
    assert "Anna makes coffee." in later
    assert "Anna holds a red mug." in later
    assert "The fridge is open." in next(text.text for text in texts if "is open" in text.text)


def test_speech_is_kept_with_its_speaker_where_it_was_heard(texts, life):
    (speech,) = [text for text in texts if text.kind == "speech"]
    assert (speech.text, speech.speaker) == ("The coffee is ready.", "Anna")
    assert speech.span.start_ns == life.start_ns + 5 * S


def test_texts_are_in_order_and_never_later_than_their_look(texts):
    starts = [text.span.start_ns for text in texts]
    assert starts == sorted(starts)


def test_wrong_names_get_into_the_words(life, trajectory, look_around):
    words = " ".join(text.text for text in told(life, trajectory, look_around, replace(NONE, confusion=1.0)))
    assert " mug " not in words
    assert " kettle " not in words


def test_who_is_not_recognised_is_somebody(life, trajectory, look_around):
    texts = told(life, trajectory, look_around, replace(NONE, unnamed=1.0))
    captions = " ".join(text.text for text in texts if text.kind == "caption")
    assert "Anna" not in captions
    assert "Somebody takes the red mug from the kitchen counter." in captions


def test_what_is_not_noticed_is_not_said(life, trajectory, look_around):
    texts = told(life, trajectory, look_around, replace(NONE, missed_event=1.0, misheard=1.0))
    assert all(text.text.startswith("In the ") for text in texts)


def test_several_alike_are_counted():
    assert (
        _standing("on the desk", ["white mug", "white mug", "orange bowl"])
        == "Two white mugs and an orange bowl are on the desk."
    )
    assert _standing("", ["silver keys"]) == "There are silver keys."
    assert _standing("Anna", ["glass"]) == "Anna holds a glass."


def test_what_is_not_sure_is_not_spoken_of(life, trajectory, look_around):
    """False detections have low scores, and a captioner that trusted them would see things everywhere."""
    texts = told(life, trajectory, look_around, replace(NONE, false_positives=3.0))
    unplaced = [text.text for text in texts if "There " in text.text]
    assert 0 < len(unplaced) <= 8
    assert all(sentence.count(" and ") + sentence.count(", ") < 12 for sentence in unplaced)


def test_the_same_words_are_said_again_after_a_minute(life, look_around):
    """Four minutes of one view."""
    witness, detector = Witness(life, Persona(NONE, 1)), NoisyDetector(NONE, 1, life.home)
    one, look = look_around[-21]
    starts = []
    for index in range(480):
        t_ns = one.frame.t_ns + index * S // 2
        still = replace(one, frame=replace(one.frame, index=index, t_ns=t_ns))
        now = replace(look, index=index, t_ns=t_ns)
        texts = witness.see(Instant(now, still.frame.pose_world_camera, one.state, 1, S // 2), detector.sense(still, now).found)
        starts += [(text.span.start_ns - one.frame.t_ns) // S for text in texts]
    assert starts == [0, 60, 120, 180]


def test_what_was_before_a_noticed_event_is_not_said_after_it(texts, life):
    """The fridge was seen shut and the mug on the counter moments before the caption that tells of both."""
    after = [
        text.text for text in texts if text.span.start_ns > life.start_ns + 14 * S and text.text.startswith("In the kitchen")
    ]
    assert after
    assert all("The fridge is open." in words for words in after)
    counter = [sentence for words in after for sentence in words.split(". ") if "on the kitchen counter" in sentence]
    assert counter
    assert not any("red mug" in sentence for sentence in counter)


def test_a_wearer_is_known_and_is_said_to_do_what_they_do(life, trajectory, look_around):
    captions = " ".join(text.text for text in told(life, trajectory, look_around, replace(NONE, unnamed=1.0), wearer="P1"))
    assert "Anna makes coffee." in captions


NOWHERE = (0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (Event("E", 0, "put", "O1", "P1", Placement("on", "F3.on", NOWHERE)), "Anna puts the red mug on the coffee table."),
        (Event("E", 0, "put", "O1", "", Placement("in", "F2.in", NOWHERE)), "The red mug is in the fridge."),
        (Event("E", 0, "take", "O1", "P2", Placement("held", "P2", NOWHERE)), "Ben takes the red mug from the kitchen counter."),
        (Event("E", 0, "take", "O9", "", Placement("held", "P2", NOWHERE)), ""),
        (Event("E", 0, "state", "F4", "P1", state="power", value="on"), "Anna turns on the television."),
        (Event("E", 0, "state", "F4", "", state="power", value="off"), "The television is off."),
        (Event("E", 0, "state", "O1", "P1", state="fill", value="empty"), "Anna empties the red mug."),
        (Event("E", 0, "go", "P1", "P1", person=PersonPose(6, 2, 0)), "Anna walks into the living room."),
        (Event("E", 0, "go", "P1", "P1", person=PersonPose(1, 2, 0)), ""),  # within the kitchen
        (Event("E", 0, "leave", "P2", "P2"), "Ben leaves the home."),
        (Event("E", 0, "vanish", "O1", "P1"), "Anna takes the red mug away."),
        (Event("E", 0, "vanish", "O1"), ""),
    ],
)  # fmt: skip
def test_one_sentence_for_each_event(life, event, words):
    assert deed_words(life.home, event, life.start_state, {}) == words
