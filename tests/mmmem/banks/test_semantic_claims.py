"""Claims by rules: what each sentence states, and what it does not."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmmem.banks.semantic import Claim, claims_of, describe
from mmmem.clock import MAX_NS, Span
from mmmem.types import Fact, TextKind, TimedText

FUNCTIONAL = {"at", "held_by", "came_from", "state", "named", "lives_in"}
STATE_WORDS = {"open", "closed", "on", "off", "locked", "unlocked", "broken", "clean"}


def told(text: str, kind: TextKind = "caption", speaker: str | None = None) -> list[str]:
    """Claims in short: `at(mug, on table)`, with a minus where they end."""
    claims = claims_of(TimedText(Span(0, 1), text, kind, speaker))
    return [f"{'-' if claim.ends else ''}{claim.predicate}({claim.subject}, {claim.object})" for claim in claims]


CAPTIONS = [
    # put
    ("I put the mug on the table.", ["at(mug, on table)", "-held_by(mug, )"], "the hand lets go"),
    ("Shure hung the coat on the rack.", ["at(coat, on rack)", "-held_by(coat, )"], "another person"),
    ("#C C puts cup on the sink counter", ["at(cup, on sink counter)", "-held_by(cup, )"], "Ego4D marker, no articles"),
    ("C places the knife next to the plate", ["at(knife, next to plate)", "-held_by(knife, )"], "C alone is the wearer"),
    ("I put the milk back into the fridge.", ["at(milk, in fridge)", "-held_by(milk, )"], "into rests as in"),
    ("She put the pot under the sink.", ["at(pot, under sink)", "-held_by(pot, )"], "who put it does not matter"),
    ("Tasha threw the box into the trash can.", ["at(box, in trash can)", "-held_by(box, )"], "can is a noun here"),
    ("I put my phone in my pocket.", ["at(phone, in pocket)", "-held_by(phone, )"], "the wearer's possessive goes"),
    ("Lucia put her phone on the table.", ["at(Lucia's phone, on table)", "-held_by(Lucia's phone, )"], "hers stays apart"),
    ("I put the blue mug carefully on the shelf again.", ["at(blue mug, on shelf)", "-held_by(blue mug, )"], "adverbs go"),
    ("Put the box on the bed.", ["at(box, on bed)", "-held_by(box, )"], "a caption without subject tells, it does not order"),
    ("I'm putting the cup in the sink.", ["at(cup, in sink)", "-held_by(cup, )"], "progressive"),
    (
        "I put the mug and the plate on the table.",
        ["at(mug, on table)", "-held_by(mug, )", "at(plate, on table)", "-held_by(plate, )"],
        "two things",
    ),
    ("I saw Tasha put the bag on the floor.", ["at(bag, on floor)", "-held_by(bag, )"], "seen to be done"),
    ("I put down the spoon.", ["-held_by(spoon, )"], "down, but where"),
    ("The power bank was placed on the chair behind him.", ["at(power bank, on chair)"], "passive"),
    ("There is a sofa behind Nicous.", ["at(sofa, behind Nicous)"], "there is"),
    ("The keys are on the counter.", ["at(keys, on counter)"], "plain statement"),
    ("The mug and the plate are on the table.", ["at(mug, on table)", "at(plate, on table)"], "two subjects"),
    ("The keys are no longer on the counter.", ["-at(keys, on counter)"], "only that place ends"),
    # take
    ("I picked up the box.", ["-at(box, )", "held_by(box, I)"], "taking ends the place"),
    ("Lucia took a knife.", ["-at(knife, )", "held_by(knife, Lucia)"], "a named hand"),
    ("They picked up the power strip.", ["-at(power strip, )"], "no name, no holder"),
    ("I'm holding a charger.", ["held_by(charger, I)"], "holding moves nothing"),
    (
        "#C C picks the cup from the counter",
        ["-at(cup, )", "held_by(cup, I)", "came_from(cup, counter)"],
        "and where it came from",
    ),
    ("I took my phone out of my pocket.", ["-at(phone, )", "held_by(phone, I)", "came_from(phone, pocket)"], "out of"),
    (
        "I picked up the blue mug and put it on the table.",
        ["-at(blue mug, )", "at(blue mug, on table)", "-held_by(blue mug, )"],
        "it has one antecedent; the short hold is overtaken",
    ),
    ("I took a bottle of milk.", ["-at(bottle of milk, )", "held_by(bottle of milk, I)"], "of stays inside"),
    ("Took out the mouse.", ["-at(mouse, )", "held_by(mouse, I)"], "past without subject"),
    ("Reached forward and picked up the pen.", ["-at(pen, )", "held_by(pen, I)"], "reached is no name"),
    ("I took the bag Violet was holding.", ["-at(bag, )", "held_by(bag, I)"], "the phrase ends before Violet"),
    (
        "I picked up an empty can and some paper.",
        ["-at(empty can, )", "held_by(empty can, I)", "-at(paper, )", "held_by(paper, I)"],
        "can",
    ),
    ("took out his phone", ["-at(phone, )"], "his: hardly the wearer"),
    # give
    ("I handed the card to Nicous.", ["-at(card, )", "held_by(card, Nicous)"], "the receiver holds"),
    ("They handed me the power bank too.", ["-at(power bank, )", "held_by(power bank, I)"], "me is the wearer"),
    (
        "Tasha took a power bank from the cart and handed it to me.",
        ["-at(power bank, )", "came_from(power bank, cart)", "held_by(power bank, I)"],
        "the last hand counts",
    ),
    # state
    ("#C C opens the fridge", ["state(fridge, open)"], "open"),
    ("#C C closes the tap.", ["state(tap, closed)"], "closed"),
    ("Tasha turned off the light.", ["state(light, off)"], "particle before"),
    ("I turned the blender on.", ["state(blender, on)"], "particle after"),
    ("The door is open.", ["state(door, open)"], "the same predicate as the act"),
    ("I shut down the computer.", ["state(computer, off)"], "shut down is off"),
    ("Jake broke the glass.", ["state(glass, broken)"], "broken"),
    ("I unlocked the gate.", ["state(gate, unlocked)"], "unlocked"),
    (
        "Threw the red packaging bag into the trash can.",
        ["at(red packaging bag, in trash can)", "-held_by(red packaging bag, )"],
        "-ing",
    ),
    # people
    ("I walked into the kitchen.", ["at(I, in kitchen)"], "a place of the wearer"),
    ("Alice entered the living room.", ["at(Alice, in living room)"], "a place of a person"),
    ("I walked out of the room.", ["-at(I, )"], "left"),
    ("I looked at Katrina's glasses.", ["owns(Katrina, glasses)"], "a possessive with a name"),
    ("Jack wants to buy some fruit.", ["wants(Jack, buy some fruit)"], "a wish is a wish, not a deed"),
    ("Operate Katrina's phone", ["owns(Katrina, phone)"], "a verb is no first name"),
    ("Tom is a doctor.", ["is(Tom, doctor)"], "a role"),
    ("The sky is very blue.", ["is(sky, blue)"], "a condition"),
]

SPEECH = [
    ("I love coffee.", "Jake", ["-dislikes(Jake, coffee)", "likes(Jake, coffee)"], "the first person is the speaker"),
    ("I don't like coffee.", "Jake", ["-likes(Jake, coffee)", "dislikes(Jake, coffee)"], "negated"),
    ("I no longer like coffee.", "Jake", ["-likes(Jake, coffee)"], "ended, which is not dislike"),
    ("I hate onions.", "Jake", ["-likes(Jake, onions)", "dislikes(Jake, onions)"], "opposites"),
    ("Jake likes steamed buns.", "Tasha", ["-dislikes(Jake, steamed buns)", "likes(Jake, steamed buns)"], "about another"),
    (
        "I love painting landscapes.",
        "Evan",
        ["-dislikes(Evan, painting landscapes)", "likes(Evan, painting landscapes)"],
        "a deed",
    ),
    ("My favorite food is sushi.", "Tim", ["likes(Tim, sushi)"], "favorite"),
    ("I want some water.", "Lucia", ["wants(Lucia, water)"], "wants"),
    ("I'd like to adopt a dog.", "Maria", ["wants(Maria, adopt a dog)"], "would like is a wish"),
    ("I'm going to buy eggs tomorrow.", "Jake", ["plans(Jake, buy eggs tomorrow)"], "going to"),
    ("We will buy eggs tomorrow.", "Jake", ["plans(Jake, buy eggs tomorrow)"], "the speaker is one of us"),
    ("I plan to visit Rome.", "Ana", ["plans(Ana, visit Rome)"], "plan to"),
    ("My sister Anna is a nurse.", "Jake", ["family(Jake, sister Anna)"], "kin with a name"),
    ("Anna is my sister.", "Jake", ["family(Jake, sister Anna)"], "the other way round"),
    ("My sister is a nurse.", "Jake", ["is(Jake's sister, nurse)"], "kin without a name"),
    ("I'm not a nurse.", "Jake", ["-is(Jake, nurse)"], "a role denied"),
    ("I'm so hungry.", "Shure", ["is(Shure, hungry)"], "a condition"),
    ("My name is Tom.", "Others", ["named(Others, Tom)"], "a name"),
    ("I have a dog named Rex.", "Tom", ["named(dog, Rex)"], "a thing's name"),
    ("The game is called Monument Valley.", "Lucia", ["named(game, Monument Valley)"], "a name of two words"),
    ('This game is called "Dungeons of the Dragon".', "John", ["named(game, Dungeons of the Dragon)"], "quoted"),
    ("I got a puppy two weeks ago!", "Maria", ["owns(Maria, puppy)"], "got, of what lasts"),
    ("I got a great omelette.", "Maria", [], "got, of what does not"),
    ("I live in New York with my dog.", "Sam", ["lives_in(Sam, New York)"], "a name keeps its case"),
    ("I moved to Berlin.", "Sam", ["lives_in(Sam, Berlin)"], "moved to"),
    ("I moved from Sweden four years ago.", "Caroline", ["came_from(Caroline, Sweden)"], "the time is not the place"),
    ("I work at a bakery.", "Sam", ["works_at(Sam, bakery)"], "an employer"),
    ("I work as a nurse.", "Sam", ["works_as(Sam, nurse)"], "an occupation"),
    ("I quit my job.", "Sam", ["-works_at(Sam, )"], "whatever it was"),
    ("This book belongs to Alice.", "Jake", ["owns(Alice, book)"], "belongs to"),
    ("That's Alice's mug.", "Jake", ["owns(Alice, mug)"], "pointing"),
    ("This bottle of water is mine.", "Lucia", ["owns(Lucia, bottle of water)"], "mine"),
    ("I bought a tablecloth.", "Alice", ["owns(Alice, tablecloth)"], "bought"),
    ("The cream is in the fridge.", "Tasha", ["at(cream, in fridge)"], "said to be there"),
    ("The remote is in my room.", "Tasha", ["at(remote, in Tasha's room)"], "my is the speaker's"),
    ("I put two bags in the fridge.", "Katrina", ["at(bags, in fridge)", "-held_by(bags, )"], "told of oneself"),
    ("Katrina, you put the mug on the table.", "Jake", ["at(mug, on table)", "-held_by(mug, )"], "addressed by name"),
    ("This lock is broken.", "Shure", ["state(lock, broken)"], "state"),
]

SILENT = [
    ("Did you put the mug on the table?", "speech", "a question"),
    ("Should I put the mug on the table", "speech", "a question without its mark"),
    ("Put it on the table.", "speech", "a command"),
    ("Put the mug on the table.", "speech", "a command with a noun"),
    ("Grandpa, give me a bottle of water.", "speech", "a command to somebody"),
    ("You put the mug on the table.", "speech", "you, not named"),
    ("If I put the mug on the table, it falls.", "caption", "a condition"),
    ("Let's put the mug on the table.", "speech", "a proposal"),
    ("I want to put the mug on the table.", "caption", "a wish"),
    ("I want to go and put the mug on the table.", "caption", "a wish carried on"),
    ("I'm about to open the door.", "caption", "not yet"),
    ("I tried to open the door.", "caption", "perhaps not"),
    ("I didn't put the mug on the table.", "caption", "denied"),
    ("Maybe I put the keys in the bag.", "speech", "not sure"),
    ("I put it on the table.", "caption", "it is nothing here"),
    ("It was placed on the bed.", "caption", "nor here"),
    ("I put something on the table.", "caption", "something is nothing definite"),
    ("I put my hand on the table.", "caption", "a hand is not put away"),
    ("I took a look at Shure.", "caption", "a look is not a thing"),
    ("I took a sip of coffee.", "caption", "nor a sip"),
    ("I opened WeChat.", "caption", "an app is no door"),
    ("Tasha is on the phone.", "caption", "no place"),
    ("I'm in a hurry.", "speech", "no place either"),
    ("#C C pours the milk into the", "caption", "broken off"),
    ("Holding a phone, he looked up.", "caption", "he holds it, whoever he is"),
    ("Looks like a pancake.", "speech", "looks is no person"),
    ("I like it.", "speech", "a pronoun"),
    ("I like how you did this.", "speech", "not a thing"),
    ("I used to live in Paris.", "speech", "over before it was said"),
    ("They give me peace.", "speech", "peace cannot be held"),
    ("I'll do it.", "speech", "nothing in it"),
    ("I want Lucia to try on these glasses.", "caption", "the wish is not for Lucia"),
    ("Katrina's hand moved.", "caption", "a hand is not owned"),
    ("把杯子放在桌子上", "caption", "another language"),
    ("I put the broom back in its place.", "caption", "in its place is no place"),
    ("If you want to eat them, we'll bake buns.", "speech", "a plan on a condition"),
    ("There's a place selling water at the entrance.", "speech", "a place is not a thing"),
    ("Hahaha.", "speech", "no words"),
]


@pytest.mark.parametrize(("text", "wanted"), [pytest.param(text, wanted, id=note) for text, wanted, note in CAPTIONS])
def test_a_caption_states(text: str, wanted: list[str]) -> None:
    assert told(text) == wanted


@pytest.mark.parametrize(
    ("text", "speaker", "wanted"), [pytest.param(text, speaker, wanted, id=note) for text, speaker, wanted, note in SPEECH]
)
def test_speech_states(text: str, speaker: str, wanted: list[str]) -> None:
    assert told(text, "speech", speaker) == wanted


@pytest.mark.parametrize(("text", "kind"), [pytest.param(text, kind, id=note) for text, kind, note in SILENT])
def test_states_nothing(text: str, kind: TextKind) -> None:
    assert told(text, kind, "Jake" if kind == "speech" else None) == []


def test_unknown_speaker_says_nothing_of_the_first_person() -> None:
    assert told("I love coffee.", "speech") == []
    assert told("The cream is in the fridge.", "speech") == ["at(cream, in fridge)"]


def test_a_sign_orders_nobody_and_is_nobody() -> None:
    assert told("Close the door. I love coffee.", "ocr") == []
    assert told("The door is closed.", "ocr") == ["state(door, closed)"]


def test_a_note_is_its_writers() -> None:
    assert told("I live in Berlin.", "note", "Mira") == ["lives_in(Mira, Berlin)"]
    assert told("I live in Berlin.", "note") == ["lives_in(I, Berlin)"]


def test_a_pronoun_does_not_reach_back_over_another_thing() -> None:
    assert "at(mug, on table)" not in told("I picked up the mug and the bowl and put it on the table.")


@pytest.mark.parametrize("text", [row[0] for row in CAPTIONS])
def test_typographic_apostrophes_change_nothing(text: str) -> None:
    assert told(text.replace("'", "’")) == told(text)


def test_one_value_at_a_time_is_a_property_of_the_predicate() -> None:
    rows = [(text, "caption", None) for text, _, _ in CAPTIONS] + [(text, "speech", who) for text, who, _, _ in SPEECH]
    for text, kind, speaker in rows:
        for claim in claims_of(TimedText(Span(0, 1), text, kind, speaker)):
            assert claim.functional == (claim.predicate in FUNCTIONAL), claim


WORDS = st.sampled_from(
    [
        "I",
        "he",
        "Tasha",
        "Jake",
        "C",
        "#C",
        "put",
        "puts",
        "took",
        "picked",
        "up",
        "open",
        "opened",
        "closed",
        "turned",
        "on",
        "off",
        "the",
        "a",
        "my",
        "her",
        "mug",
        "blue",
        "table",
        "fridge",
        "phone",
        "box",
        "in",
        "into",
        "under",
        "and",
        "then",
        "it",
        "is",
        "was",
        "not",
        "live",
        "work",
        "love",
        "want",
        "to",
        "don't",
        "if",
        "?",
        ".",
        ",",
        "'s",
        "called",
        "named",
        "sister",
        "Anna",
        "mine",
        "from",
        "of",
    ]
)
SENTENCES = st.lists(WORDS, min_size=1, max_size=14).map(" ".join)


@settings(max_examples=300, deadline=None)
@given(
    text=st.one_of(SENTENCES, st.text(min_size=1, max_size=80).filter(str.strip)),
    kind=st.sampled_from(["caption", "speech", "ocr", "note"]),
    speaker=st.sampled_from([None, "Jake", "Others", "李"]),
)
def test_any_text_gives_claims_in_its_own_words(text: str, kind: TextKind, speaker: str | None) -> None:
    timed = TimedText(Span(0, 1), text, kind, speaker)
    claims = claims_of(timed)
    assert claims == claims_of(timed)
    assert len(set(claims)) == len(claims)
    assert_own_words(timed, claims)


def assert_own_words(text: TimedText, claims: list[Claim]) -> None:
    """Subject and object are made of the text, the speaker, `I`, `in` (of `entered`) and the state words."""
    known = f"{text.text} {text.speaker or ''} I's in".replace("’", "'").lower()
    for claim in claims:
        assert claim.subject
        assert claim.object or claim.ends
        words = set(re.findall(r"\w+", f"{claim.subject} {claim.object}".lower()))
        assert all(word in known for word in words - STATE_WORDS), claim


def test_a_real_hour_gives_claims_in_its_own_words(shared_data: Path) -> None:
    hour = shared_data / "egolife" / "EgoLifeCap" / "Sync" / "A1_JAKE_DAY1_11000000.json"
    if not hour.is_file():
        pytest.skip(f"no EgoLife captions: {hour}")
    lines = [line for clip in json.loads(hour.read_text()) for line in clip["data"] if line["type"] == "caption"]
    texts = [TimedText(Span(0, 1), line["text"]) for line in lines if line["text"].strip()]
    claims = [claims_of(text) for text in texts]
    for text, found in zip(texts, claims, strict=True):
        assert_own_words(text, found)
    assert {"at", "held_by", "state"} <= {claim.predicate for found in claims for claim in found}


def fact(subject: str, predicate: str, value: str, end_ns: int = MAX_NS) -> Fact:
    return Fact(1, subject, predicate, value, Span(0, end_ns), 0, (1,))


@pytest.mark.parametrize(
    ("subject", "predicate", "value", "sentence"),
    [
        ("mug", "at", "on table", "the mug was on the table"),
        ("knife", "at", "next to plate", "the knife was next to the plate"),
        ("Lucia's phone", "at", "in Lucia's pocket", "Lucia's phone was in Lucia's pocket"),
        ("I", "at", "in kitchen", "I was in the kitchen"),
        ("sofa", "at", "behind Nicous", "the sofa was behind Nicous"),
        ("mug", "held_by", "I", "I held the mug"),
        ("mug", "held_by", "Tasha", "Tasha held the mug"),
        ("milk", "came_from", "fridge", "the milk came from the fridge"),
        ("Caroline", "came_from", "Sweden", "Caroline came from Sweden"),
        ("fridge", "state", "open", "the fridge was open"),
        ("Katrina", "owns", "glasses", "Katrina owned the glasses"),
        ("Jake", "likes", "coffee", "Jake liked coffee"),
        ("Tom", "is", "doctor", "Tom was a doctor"),
        ("Ana", "is", "engineer", "Ana was an engineer"),
        ("sky", "is", "blue", "the sky was blue"),
        ("Jake", "family", "sister Anna", "Jake's sister was Anna"),
        ("Jake", "plans", "buy eggs tomorrow", "Jake planned to buy eggs tomorrow"),
        ("Maria", "wants", "adopt a dog", "Maria wanted to adopt a dog"),
        ("Maria", "wants", "water", "Maria wanted water"),
        ("Sam", "works_as", "nurse", "Sam worked as a nurse"),
        ("I", "family", "sister Anna", "my sister was Anna"),
        ("robot", "docked_at", "charger", "the robot docked at charger"),
    ],
)
def test_a_fact_reads_as_a_sentence(subject: str, predicate: str, value: str, sentence: str) -> None:
    assert describe(fact(subject, predicate, value)) == sentence


def test_claims_are_values() -> None:
    claim = Claim("mug", "at", "on table", functional=True)
    assert {claim} == {Claim("mug", "at", "on table", True, False)}
    with pytest.raises(AttributeError, match="cannot assign"):
        claim.subject = "cup"  # type: ignore[misc]
