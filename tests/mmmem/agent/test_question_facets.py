"""Facets of questions other than time, labelled by hand from their meaning; a row checks the facets it lists."""

from typing import Any

import pytest

from mmmem.agent.question import parse_question
from mmmem.clock import Calendar

DAYS = Calendar("days")
ASKED = DAYS.parse("DAY3 14:00")

Row = tuple[str, dict[str, Any]]

KINDS: list[Row] = [
    ("Is the front door open?", dict(kind="yes_no", aspect="state")),
    ("Is the door open or closed?", dict(kind="choice", aspect="state")),  # alternatives, not a yes
    ("Are the whiteboards clean or not?", dict(kind="yes_no", negated=False)),  # "or not" is still a yes or no
    ("Is there any milk or juice left?", dict(kind="yes_no")),  # any X or Y
    ("Did anyone come in?", dict(kind="yes_no", aspect="event")),
    ("Isn't the light on?", dict(kind="yes_no", negated=True)),
    ("Do you know if Tasha left?", dict(kind="yes_no")),  # politeness falls away
    ("How many people came to the table?", dict(kind="count", count_of="people", answer_unit="people")),
    ("How many red cups are on the table?", dict(kind="count", count_of="red cups")),
    ("How many types of games did I play in the arcade?", dict(kind="count", count_of="types of games")),
    ("How many bottles of Wangzai milk do we need?", dict(kind="count", count_of="bottles of Wangzai milk", aspect="plan")),
    ("How many times did I wash my hands?", dict(kind="count", count_of="times")),
    ("How much milk is left?", dict(kind="count", count_of="milk")),
    ("What is the number of chairs in the room?", dict(kind="count", count_of="chairs")),
    ("How many pets does James have?", dict(kind="count", count_of="pets")),
    ("How often do I drink coffee?", dict(kind="how_often")),
    ("How many times a day do I drink coffee?", dict(kind="how_often")),
    ("When was the meat bought?", dict(kind="when", anchor=None)),
    ("What time did Alice leave?", dict(kind="when")),
    ("At what time did Alice leave?", dict(kind="when")),
    ("How long ago did Alice leave?", dict(kind="when")),  # not a duration
    ("Which year did Audrey adopt the dogs?", dict(kind="when")),
    ("When Evan did meet his future wife?", dict(kind="when", anchor=None)),  # written by a learner
    ("Can you tell me when Alice left?", dict(kind="when", anchor=None)),
    ("How long did the last visitor stay?", dict(kind="duration", ordinal=-1)),
    ("How many minutes did the cake bake?", dict(kind="duration", answer_unit="minute")),
    ("How long should the quiz session take?", dict(kind="duration", aspect="plan")),
    ("Where is my backpack?", dict(kind="where", channel="seen", mentions_self=True, aspect="state")),
    ("Which desk is the turquoise mug on?", dict(kind="where", answer_unit="desk")),
    ("In which room did I leave my keys?", dict(kind="where")),
    ("Do you remember where I put my glasses?", dict(kind="where", channel="seen")),
    ("Who took the group photo?", dict(kind="who")),
    ("Whose hometown is close to mine?", dict(kind="who", mentions_self=True)),
    ("Who am I with when cleaning up food waste?", dict(kind="who", anchor=("while", "cleaning up food waste"))),
    ("Which two people did I remind not to let their hair down?", dict(kind="who", channel="speech")),
    ("With whom did Alice dance?", dict(kind="who")),
    ("What color is the sofa?", dict(kind="what", channel="seen", answer_unit="color")),
    ("what is the material of the chairs", dict(kind="what", channel="seen", answer_unit="material")),
    ("What app did I order the takeout with?", dict(kind="what", answer_unit="app")),
    ("Which movie does Tim mention they enjoy watching?", dict(kind="what", channel="speech", answer_unit="movie")),
    ("What type of music does Katrina like?", dict(kind="what", aspect="habit", answer_unit="music")),
    ("What does Lucia like to drink?", dict(kind="what", aspect="habit")),
    ("What was the environment like?", dict(kind="what", aspect="event")),  # like is not a liking here
    ("What are the green boxes?", dict(kind="what", aspect="state")),
    ("What activities has Maria done with her church friends?", dict(kind="list")),
    ("Which US cities does John mention visiting?", dict(kind="list", mentions_self=False)),  # US is not us
    ("List the ingredients on the counter.", dict(kind="list")),
    ("Why did we put the durian back?", dict(kind="why")),
    ("What was the reason I went to the kitchen?", dict(kind="why")),
    ("How did Alice open the jar?", dict(kind="how")),
    ("How do I usually buy plane tickets?", dict(kind="how", aspect="habit")),
    ("Which did I do first, wash the cups or sweep the floor?", dict(kind="order")),
    ("Did I wash the cup before or after lunch?", dict(kind="order")),
    ("In what order did the guests arrive?", dict(kind="order")),
    ("Which is bigger, the sofa or the bed?", dict(kind="choice")),
    ("my red umbrella", dict(kind="text")),
    ("Find the clip with the dog", dict(kind="text")),
]

CLAUSES: list[Row] = [
    ("Now Shure is playing the guitar, what was he doing the last time I saw him?", dict(kind="what", order="last")),  # context in the sentence
    ("I put the pot aside, what was in the pot before?", dict(kind="what", earlier=True)),
    ("We are discussing the puzzle. When was this discussed before?", dict(kind="when", context="We are discussing the puzzle.", channel="speech")),
    ('Now Lucia asks, "Is this a hedgehog?" What were we discussing the last time she asked a question?', dict(kind="what", order="last", channel="speech")),
    ("Shure noticed who didn't wash the mixer, and then who helped wash it?", dict(kind="who")),
    ("Before I took out the handle, when was the last time this knife was used?", dict(kind="when", order="last", anchor=("before", "I took out the handle"))),
    ("Besides me, Katrina, and Shure, who else joined in?", dict(kind="who", mentions_self=True)),
    ("During group discussions, who usually speaks the least?", dict(kind="who", aspect="habit", anchor=("while", "group discussions"))),
    ("Who bought the vegetables, and when were they bought?", dict(kind="who", anchor=None)),  # the second question is no anchor
    ("There are two doors in the scene. Is either of the doors open or closed?", dict(kind="choice")),
]

CHANNELS: list[Row] = [
    ("Who mentioned something related to durian before?", dict(channel="speech")),
    ("What did Tasha say when she saw the cake?", dict(channel="speech")),  # the main verb comes first
    ("What did I see when Tasha mentioned the cake?", dict(channel="seen")),
    ("What were we talking about on the stairs?", dict(channel="speech")),
    ("What was Alice holding?", dict(channel="seen")),
    ("What is the man wearing?", dict(channel="seen")),
    ("Who bought the eggs?", dict(channel=None)),
    ("What did I hear in the yard?", dict(channel="speech")),
]

POLARITY_AND_PLACE_IN_A_ROW: list[Row] = [
    ("Who among us hasn't eaten century eggs?", dict(negated=True)),
    ("What doesn’t Shure eat?", dict(negated=True)),  # a typographic apostrophe
    ("Which shopping app do I usually not choose？", dict(negated=True, aspect="habit")),  # a full-width mark
    ("Who eats dumplings without vinegar?", dict(negated=True)),
    ("Who knows the way?", dict(negated=False)),
    ("Which nota is on the table?", dict(negated=False)),
    ("When did the third person leave?", dict(ordinal=3, kind="when", order=None)),
    ("When did the 3rd person leave?", dict(ordinal=3)),
    ("What is the first ingredient in the cart?", dict(ordinal=1)),
    ("Who sat in the second chair?", dict(ordinal=2, order=None)),
    ("Who ate the last egg?", dict(ordinal=-1, order=None)),
    ("Who was the second to last guest?", dict(ordinal=-2)),
    ("Who sleeps on the second floor?", dict(ordinal=None)),
    ("What is her last name?", dict(ordinal=None)),
    ("When was the last time I ate?", dict(ordinal=None, order="last")),
    ("What do we do next?", dict(aspect="plan")),
    ("What is Katrina planning to buy tomorrow?", dict(aspect="plan", outside="future")),
    ("What should I buy?", dict(aspect="plan", mentions_self=True)),
    ("Who usually pays when going out?", dict(aspect="habit")),
]

ENTITIES: list[tuple[str, set[str]]] = [
    ("Who just helped Katrina put the flowers on the table", {"Katrina", "flowers", "table"}),
    ("Where was the small clapperboard on the table placed?", {"small clapperboard", "table"}),
    ("When Tasha, Lucia and I made a cake, who else joined?", {"Tasha", "Lucia", "cake"}),
    ("What were we doing when I took something from Shure's hand?", {"Shure"}),  # without the possessive
    ('How did "The Alchemist" impact John?', {"The Alchemist", "John"}),
    ("When was Jay Chou mentioned?", {"Jay Chou"}),
    ("Lucia is now suggesting small pillows. Who agreed?", {"Lucia"}),  # a name may begin a sentence
]
NEVER_ENTITIES = {"what", "who", "when", "i", "yesterday", "last time", "time", "how", "monday", "did"}

CONTENTS: list[tuple[str, str, str]] = [  # (text, words that stay, words that go)
    ("When was the last time I cut a mango yesterday afternoon?", "cut mango", "when last time yesterday afternoon"),
    ("How many people came to the table?", "people came table", "how many"),
    ("Who used the kitchen knife on the counter last time?", "kitchen knife counter", "who last time"),
    ("Can you tell me where my keys are?", "keys", "tell where can"),
    ("What did I buy on DAY2 at 11:20?", "buy", "DAY2 11:20 what"),
    ("After Lucia said she wanted fruit, what fruit did Katrina mention?", "Lucia wanted fruit Katrina mention", "after what"),
    ("Now Shure is playing the guitar, what was he eating the last time?", "Shure guitar eating", "now last time"),
    ("What is Tasha's last name?", "Tasha's last name", "what"),  # this last is not a time
]


def facets(text: str) -> dict[str, Any]:
    question = parse_question(text, asked_at_ns=ASKED, calendar=DAYS)
    found = {name: getattr(question, name) for name in question.__dataclass_fields__}
    found |= {name: getattr(question.constraint, name) for name in question.constraint.__dataclass_fields__}
    anchor = question.constraint.anchor
    return found | {"anchor": (anchor.relation, anchor.event) if anchor else None}


ROWS = [*KINDS, *CLAUSES, *CHANNELS, *POLARITY_AND_PLACE_IN_A_ROW]


@pytest.mark.parametrize(("text", "expected"), ROWS, ids=[row[0][:70] for row in ROWS])
def test_facets_of_a_question(text: str, expected: dict[str, Any]) -> None:
    found = facets(text)
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize(("text", "expected"), ENTITIES, ids=[row[0][:70] for row in ENTITIES])
def test_entities_hold_names_and_noun_phrases(text: str, expected: set[str]) -> None:
    entities = set(facets(text)["entities"])
    assert expected <= entities
    assert not {entity.lower() for entity in entities} & NEVER_ENTITIES


@pytest.mark.parametrize(("text", "stays", "goes"), CONTENTS, ids=[row[0][:70] for row in CONTENTS])
def test_content_keeps_the_subject_and_drops_the_rest(text: str, stays: str, goes: str) -> None:
    words = facets(text)["content"].replace("?", "").replace(",", "").split()
    assert [word for word in stays.split() if word not in words] == []
    assert [word for word in goes.split() if word in {w.lower() for w in words}] == []


def test_choices_are_kept_and_do_not_change_what_is_asked() -> None:
    alone = parse_question("Who cooked?", asked_at_ns=ASKED, calendar=DAYS)
    offered = parse_question("Who cooked?", asked_at_ns=ASKED, calendar=DAYS, choices=("Alice", "Lucia"))
    assert offered.choices == ("Alice", "Lucia")
    assert (offered.kind, offered.constraint, offered.content) == (alone.kind, alone.constraint, alone.content)
