"""The verbs whose repetition can be a habit, in every form, and what each is said with.

Moves of a hand or the head (look, turn, hold, pick up, put) are left out: everybody makes them all day. Where things are put
is told by claims (`mmmem.banks.semantic`).
"""

from dataclasses import dataclass
from typing import Literal

Form = Literal["base", "third", "past", "participle", "ing"]

_WITH_OBJECT = (
    "cook bake brew boil fry roast grill steam wash clean wipe mop vacuum dust scrub rinse iron fold play practice watch "
    "order prepare assemble pack unpack check film record charge use chop peel slice pour stir mix knead serve water brush comb "
    "call phone text visit study edit print scan upload download plant repair fix lock unlock open close help attend load "
    "unload paint decorate arrange polish trim mow test"
)
_ALONE = "cook bake jog exercise dance shower bathe nap study work meditate pray shop stretch smoke garden dine hike clean vacuum"
_IRREGULAR = """
make makes made made making / eat eats ate eaten eating / drink drinks drank drunk drinking / have has had had having /
do does did done doing / take takes took taken taking / read reads read read reading / write writes wrote written writing /
draw draws drew drawn drawing / buy buys bought bought buying / pay pays paid paid paying / wear wears wore worn wearing /
feed feeds fed fed feeding / cut cuts cut cut cutting / sweep sweeps swept swept sweeping / meet meets met met meeting /
teach teaches taught taught teaching / drive drives drove driven driving / ride rides rode ridden riding /
sing sings sang sung singing / swim swims swam swum swimming / run runs ran run running / sleep sleeps slept slept sleeping /
wake wakes woke woken waking / get gets got gotten getting / go goes went gone going / come comes came come coming /
leave leaves left left leaving / sit sits sat sat sitting / speak speaks spoke spoken speaking / put puts put put putting /
turn turns turned turned turning / pick picks picked picked picking / throw throws threw thrown throwing / walk walks walked
walked walking / talk talks talked talked talking / chat chats chatted chatted chatting / knit knits knitted knitted knitting /
grow grows grew grown growing / light lights lit lit lighting / arrive arrives arrived arrived arriving /
set sets set set setting / hang hangs hung hung hanging / sew sews sewed sewn sewing / shave shaves shaved shaved shaving /
jog jogs jogged jogged jogging
"""
ALONE = frozenset(_ALONE.split()) | frozenset("swim run sing sleep read draw drive ride knit sew leave shave eat paint".split())
"""Verbs that say what is done without an object."""
PARTICLES = {
    "wake": ("up",), "get": ("up", "home"), "go": ("out", "home", "to bed", "to sleep", "to work"), "come": ("home", "back"),
    "put": ("on",), "turn": ("on", "off"), "take": ("out", "off"), "pick": ("up",), "throw": ("away", "out"),
    "set": ("up",), "clean": ("up",), "hang": ("up",),
}  # fmt: skip
"""Verb and particle are one verb; without one of these, `get`, `put`, `turn`, `pick`, `throw` and `set` say too little."""
ALONE_WITH_PARTICLE = frozenset(
    ("wake up", "get up", "get home", "go out", "go home", "go to bed", "go to sleep", "go to work", "come home", "come back")
)
NEEDS_PARTICLE = frozenset(("get", "put", "turn", "pick", "throw", "wake", "come", "set", "hang"))
WITH = {"talk": ("to", "with"), "chat": ("with",), "speak": ("to", "with"), "sit": ("on", "at", "in", "by", "next to", "beside"),
        "go": ("to", "for"), "work": ("on",), "study": ("for",), "cook": ("for",), "play": ("on",)}  # fmt: skip
"""Verbs whose object follows a preposition."""
NEEDS_PREPOSITION = frozenset(("talk", "chat", "speak", "sit"))
LIGHT = {
    "have": frozenset(
        "breakfast lunch dinner supper brunch coffee tea snack meal shower bath nap meeting drink beer wine milk juice dessert "
        "oatmeal cereal toast egg porridge yogurt salad soup noodle rice pizza sandwich lesson class cake fruit bread "
        "dumpling".split()
    ),
    "take": frozenset(
        "shower bath nap walk medicine pill vitamin bus train taxi subway tram photo picture selfie break class lesson".split()
    ),
    "do": frozenset("yoga laundry homework dish exercise gardening shopping makeup hair pilates housework sport".split()),
    "get": frozenset("haircut coffee takeout".split()),
    "pick up": frozenset("takeout package parcel kid child mail delivery prescription".split()),
    "take out": frozenset("trash garbage rubbish bin recycling dog".split()),
    "walk": frozenset(("dog", "puppy")),
    "run": frozenset(("bath",)),
}
"""Verbs that say something only with one of these objects."""
_DULL = frozenset(
    "door box bag package page interface cabinet fridge refrigerator drawer lid bottle phone screen drink cup packet".split()
)
DULL = {
    "open": _DULL, "close": _DULL, "turn on": frozenset("faucet tap water phone screen flashlight".split()),
    "turn off": frozenset("faucet tap water phone screen flashlight".split()), "scan": frozenset("room ceiling table".split()),
    "wipe": frozenset("finger hand mouth face nose".split()),
}  # fmt: skip
"""Objects with which a verb is a move of the hand."""
SAME = {"talk with": "talk to", "chat with": "talk to", "speak to": "talk to", "speak with": "talk to", "clean up": "clean"}
"""Verbs that are counted as one."""


@dataclass(frozen=True, slots=True)
class Verb:
    """One written form: its verb, and which form it may be."""

    lemma: str
    forms: frozenset[Form]


def _regular(lemma: str) -> tuple[str, str, str]:
    """Third person, past, and -ing of a regular verb."""
    vowels = "aeiou"
    if lemma.endswith(("s", "sh", "ch", "x", "z")):
        third = lemma + "es"
    elif lemma.endswith("y") and lemma[-2] not in vowels:
        third = lemma[:-1] + "ies"
    else:
        third = lemma + "s"
    if lemma.endswith("e"):
        return third, lemma + "d", lemma[:-1] + "ing"
    if lemma.endswith("y") and lemma[-2] not in vowels:
        return third, lemma[:-1] + "ied", lemma + "ing"
    doubles = lemma in _DOUBLING
    stem = lemma + lemma[-1] if doubles else lemma
    return third, stem + "ed", stem + "ing"


_DOUBLING = frozenset("mop chop shop pack nap stir trim jog scan scrub".split()) - {"pack"}


def _table() -> dict[str, Verb]:
    rows: list[tuple[str, ...]] = [tuple(group.split()) for group in _IRREGULAR.split("/")]
    listed = {row[0] for row in rows}
    for lemma in dict.fromkeys(f"{_WITH_OBJECT} {_ALONE}".split()):
        if lemma not in listed:
            third, past, ing = _regular(lemma)
            rows.append((lemma, third, past, past, ing))
    kinds: tuple[Form, ...] = ("base", "third", "past", "participle", "ing")
    found: dict[str, tuple[str, set[Form]]] = {}
    for row in rows:
        for kind, form in zip(kinds, row, strict=True):
            found.setdefault(form, (row[0], set()))[1].add(kind)
    return {form: Verb(lemma, frozenset(forms)) for form, (lemma, forms) in found.items()}


VERBS = _table()
"""Every form of every verb here."""
THIRD_PERSON = {verb.lemma: form for form, verb in VERBS.items() if "third" in verb.forms}


def third_person(verb: str) -> str:
    """`gets up` of `get up`."""
    head, _, particle = verb.partition(" ")
    return " ".join(filter(None, (THIRD_PERSON.get(head, f"{head}s"), particle)))
