"""Facets of questions other than time, labelled by hand from their meaning; a row checks the facets it lists."""

from typing import Any

import pytest

from mmmem.agent.question import parse_question
from mmmem.clock import Calendar

DAYS = Calendar("days")
ASKED = DAYS.parse("DAY3 14:00")

Row = tuple[str, dict[str, Any]]

KINDS: list[Row] = [
    ("Is the front door open?", {"kind": "yes_no", "aspect": "state"}),
    ("Is the door open or closed?", {"kind": "choice", "aspect": "state"}),  # alternatives, not a yes
    ("Are the whiteboards clean or not?", {"kind": "yes_no", "negated": False}),  # "or not" is still a yes or no
    ("Is there any milk or juice left?", {"kind": "yes_no"}),  # any X or Y
    ("Whats across from the mirrors?", {"kind": "what"}),  # typed in haste
    ("Wheres my cup", {"kind": "where", "channel": "seen"}),
    ("Has Tim been to Ohio and/or Utah?", {"kind": "yes_no"}),  # and/or offers nothing
    ("What is on the dining table?", {"kind": "what", "aspect": "state"}),  # dining is not going on
    ("why is the lady in black moving her hands", {"kind": "why", "aspect": "event"}),
    ("Did anyone come in?", {"kind": "yes_no", "aspect": "event"}),
    ("Isn't the light on?", {"kind": "yes_no", "negated": True}),
    ("Do you know if Tasha left?", {"kind": "yes_no"}),  # politeness falls away
    ("How many people came to the table?", {"kind": "count", "count_of": "people", "answer_unit": "people"}),
    ("How many red cups are on the table?", {"kind": "count", "count_of": "red cups"}),
    ("How many types of games did I play in the arcade?", {"kind": "count", "count_of": "types of games"}),
    ("How many bottles of Wangzai milk do we need?", {"kind": "count", "count_of": "bottles of Wangzai milk", "aspect": "plan"}),
    ("How many times did I wash my hands?", {"kind": "count", "count_of": "times"}),
    ("How much milk is left?", {"kind": "count", "count_of": "milk"}),
    ("What is the number of chairs in the room?", {"kind": "count", "count_of": "chairs"}),
    ("How many pets does James have?", {"kind": "count", "count_of": "pets"}),
    ("How often do I drink coffee?", {"kind": "how_often"}),
    ("How many times a day do I drink coffee?", {"kind": "how_often"}),
    ("When was the meat bought?", {"kind": "when", "anchor": None}),
    ("What time did Alice leave?", {"kind": "when"}),
    ("At what time did Alice leave?", {"kind": "when"}),
    ("How long ago did Alice leave?", {"kind": "when"}),  # not a duration
    ("Which year did Audrey adopt the dogs?", {"kind": "when"}),
    ("When Evan did meet his future wife?", {"kind": "when", "anchor": None}),  # written by a learner
    ("Can you tell me when Alice left?", {"kind": "when", "anchor": None}),
    ("How long did the last visitor stay?", {"kind": "duration", "ordinal": -1}),
    ("How many minutes did the cake bake?", {"kind": "duration", "answer_unit": "minute"}),
    ("How long should the quiz session take?", {"kind": "duration", "aspect": "plan"}),
    ("Where is my backpack?", {"kind": "where", "channel": "seen", "mentions_self": True, "aspect": "state"}),
    ("Which desk is the turquoise mug on?", {"kind": "where", "answer_unit": "desk"}),
    ("In which room did I leave my keys?", {"kind": "where"}),
    ("Do you remember where I put my glasses?", {"kind": "where", "channel": "seen"}),
    ("Who took the group photo?", {"kind": "who"}),
    ("Whose hometown is close to mine?", {"kind": "who", "mentions_self": True}),
    ("Who am I with when cleaning up food waste?", {"kind": "who", "anchor": ("while", "cleaning up food waste")}),
    ("Which two people did I remind not to let their hair down?", {"kind": "who", "channel": "speech"}),
    ("With whom did Alice dance?", {"kind": "who"}),
    ("What color is the sofa?", {"kind": "what", "channel": "seen", "answer_unit": "color"}),
    ("what is the material of the chairs", {"kind": "what", "channel": "seen", "answer_unit": "material"}),
    ("What app did I order the takeout with?", {"kind": "what", "answer_unit": "app"}),
    ("Which movie does Tim mention they enjoy watching?", {"kind": "what", "channel": "speech", "answer_unit": "movie"}),
    ("What type of music does Katrina like?", {"kind": "what", "aspect": "habit", "answer_unit": "music"}),
    ("What does Lucia like to drink?", {"kind": "what", "aspect": "habit"}),
    ("What was the environment like?", {"kind": "what", "aspect": "event"}),  # like is not a liking here
    ("What are the green boxes?", {"kind": "what", "aspect": "state"}),
    ("What activities has Maria done with her church friends?", {"kind": "list"}),
    ("Which US cities does John mention visiting?", {"kind": "list", "mentions_self": False}),  # US is not us
    ("List the ingredients on the counter.", {"kind": "list"}),
    ("What are the options for dinner?", {"kind": "list"}),
    ("What were the three places we passed?", {"kind": "list"}),
    ("What are the two girls in red doing?", {"kind": "what"}),  # one doing, of two girls
    ("What are the two colors of the dining room?", {"kind": "list"}),  # dining is not going on
    ("What are those two?", {"kind": "what"}),  # what they are, not which of a class
    ("My bag is gone. Could you help me find it?", {"kind": "where"}),
    ("Can you lift the box?", {"kind": "yes_no"}),
    ("Why did we put the durian back?", {"kind": "why"}),
    ("What was the reason I went to the kitchen?", {"kind": "why"}),
    ("How did Alice open the jar?", {"kind": "how"}),
    ("How do I usually buy plane tickets?", {"kind": "how", "aspect": "habit"}),
    ("Which did I do first, wash the cups or sweep the floor?", {"kind": "order"}),
    ("Did I wash the cup before or after lunch?", {"kind": "order"}),
    ("In what order did the guests arrive?", {"kind": "order"}),
    ("Which is bigger, the sofa or the bed?", {"kind": "choice"}),
    ("my red umbrella", {"kind": "text"}),
    ("Find the clip with the dog", {"kind": "text"}),
]

CLAUSES: list[Row] = [
    (
        "Now Shure is playing the guitar, what was he doing the last time I saw him?",
        {"kind": "what", "order": "last"},
    ),  # context in the sentence
    ("I put the pot aside, what was in the pot before?", {"kind": "what", "earlier": True}),
    (
        "We are discussing the puzzle. When was this discussed before?",
        {"kind": "when", "context": "We are discussing the puzzle.", "channel": "speech"},
    ),
    (
        'Now Lucia asks, "Is this a hedgehog?" What were we discussing the last time she asked a question?',
        {"kind": "what", "order": "last", "channel": "speech"},
    ),
    ("Shure noticed who didn't wash the mixer, and then who helped wash it?", {"kind": "who"}),
    (
        "Before I took out the handle, when was the last time this knife was used?",
        {"kind": "when", "order": "last", "anchor": ("before", "I took out the handle")},
    ),
    ("Besides me, Katrina, and Shure, who else joined in?", {"kind": "who", "mentions_self": True}),
    (
        "During group discussions, who usually speaks the least?",
        {"kind": "who", "aspect": "habit", "anchor": ("while", "group discussions")},
    ),
    (
        "Who bought the vegetables, and when were they bought?",
        {"kind": "who", "anchor": None},
    ),  # the second question is no anchor
    ("Is there something alive in here? If so, what?", {"kind": "yes_no", "context": "If so, what?"}),  # a fragment does not lead
    ("The last time I saw Lucia drawing, what did she draw?", {"kind": "what", "order": "last", "channel": "seen"}),
    ("Is this an office? How can you tell?", {"kind": "yes_no", "context": "How can you tell?"}),  # grounds of the answer
    ("I got locked out. Why did you close the door?", {"kind": "why"}),  # the only question is no follow-up
    ("If I sit at the desk, where is the lamp?", {"kind": "where", "anchor": None}),
    ("If it rained, did anyone bring an umbrella?", {"kind": "yes_no"}),
    ("There are two doors in the scene. Is either of the doors open or closed?", {"kind": "choice"}),
]

CHANNELS: list[Row] = [
    ("Who mentioned something related to durian before?", {"channel": "speech"}),
    ("What did Tasha say when she saw the cake?", {"channel": "speech"}),  # the main verb comes first
    ("What did I see when Tasha mentioned the cake?", {"channel": "seen"}),
    ("What were we talking about on the stairs?", {"channel": "speech"}),
    ("What was Alice holding?", {"channel": "seen"}),
    ("What is the man wearing?", {"channel": "seen"}),
    ("Who bought the eggs?", {"channel": None}),
    ("What did I hear in the yard?", {"channel": "speech"}),
    ("What can tell the time here?", {"channel": None}),  # a clock does not speak
]

POLARITY_AND_PLACE_IN_A_ROW: list[Row] = [
    ("Who among us hasn't eaten century eggs?", {"negated": True}),
    ("What doesn’t Shure eat?", {"negated": True}),  # a typographic apostrophe
    ("Which shopping app do I usually not choose？", {"negated": True, "aspect": "habit"}),  # a full-width mark
    ("Who eats dumplings without vinegar?", {"negated": True}),
    ("Who knows the way?", {"negated": False}),
    ("Which nota is on the table?", {"negated": False}),
    ("When did the third person leave?", {"ordinal": 3, "kind": "when", "order": None}),
    ("When did the 3rd person leave?", {"ordinal": 3}),
    ("What is the first ingredient in the cart?", {"ordinal": 1}),
    ("Who sat in the second chair?", {"ordinal": 2, "order": None}),
    ("Who ate the last egg?", {"ordinal": -1, "order": None}),
    ("Who was the second to last guest?", {"ordinal": -2}),
    ("Who sleeps on the second floor?", {"ordinal": None}),
    ("What is her last name?", {"ordinal": None}),
    ("When was the last time I ate?", {"ordinal": None, "order": "last"}),
    ("What do we do next?", {"aspect": "plan"}),
    ("What is Katrina planning to buy tomorrow?", {"aspect": "plan", "outside": "future"}),
    ("What should I buy?", {"aspect": "plan", "mentions_self": True}),
    ("Who usually pays when going out?", {"aspect": "habit"}),
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
