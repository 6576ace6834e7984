"""Noun phrases as data: `Anna's red mug on the desk` is an owner, a colour, a class and a place."""

import re
from dataclasses import dataclass, replace

COLOURS = frozenset(
    "white grey gray silver black red orange yellow gold golden green blue purple violet pink brown beige turquoise".split()
)
_SAME_COLOURS = {"gray": "grey", "gold": "golden", "violet": "purple"}
SYNONYMS = {
    "tv": "television", "telly": "television", "tvmonitor": "television", "couch": "sofa", "settee": "sofa", "cup": "mug",
    "refrigerator": "fridge", "icebox": "fridge", "cell phone": "phone", "mobile": "phone", "smartphone": "phone",
    "mobile phone": "phone", "remote": "remote control", "spectacles": "glasses", "key": "keys", "sneakers": "shoes",
    "trash can": "dustbin", "garbage bin": "dustbin", "bin": "dustbin", "cooker": "stove", "hob": "stove",
    "plant": "house plant", "potted plant": "house plant", "closet": "wardrobe", "nightstand": "bedside table",
    "worktop": "kitchen counter", "counter": "kitchen counter", "lamp": "floor lamp", "cupboard": "kitchen cupboard",
    "bath": "bathtub", "washer": "washing machine", "bookcase": "bookshelf", "milk": "milk carton", "cereal": "cereal box",
    "glasses": "glass",
}  # fmt: skip
"""Other words for a class; a class that is known by such a word itself is meant first."""
PLURALS = frozenset(("keys", "glasses", "scissors", "headphones", "shoes", "slippers", "jeans", "trousers", "pyjamas", "dishes"))
"""Classes that are spoken of as many."""
_NOT_OWNERS = frozenset(("it", "that", "there", "he", "she", "what", "where", "who", "here", "let"))
_ARTICLE = re.compile(r"^(?:the|a|an|that|this|these|those|some|any|one|our|your|its|their|his|her)\s+", re.IGNORECASE)
_OWNER = re.compile(r"^(?P<who>(?:[A-Z]\w+|whoever)(?=['’]s\s)|[Mm]y)(?:['’]s)?\s+(?P<rest>.+)$")
_PLACE = re.compile(
    r"\s+(?:(?:that|which)\s+)?(?P<ever>(?:you|I|we)\s+(?:saw|have\s+seen|noticed)\s+)?"
    r"(?:(?:is|are|was|were|lying|standing|sitting)\s+)?"
    r"(?P<relation>on top of|next to|in front of|on|in|inside|under|underneath|beneath|near|beside|by|behind)\s+(?P<place>.+)$",
    re.IGNORECASE,
)
_NUMBERS = re.compile(r"^(?:one|two|three|four|five|six|seven|eight|nine|ten|\d+)\s+", re.IGNORECASE)
RELATION_OF = {"on top of": "on", "inside": "in", "underneath": "under", "beneath": "under", "beside": "next to", "by": "near"}


@dataclass(frozen=True, slots=True)
class Phrase:
    """What is said of a thing.

    Args:
        text: the words without an article.
        kind: its class in the singular, lower case; with everything before it that is neither owner nor colour.
        colour: as said, or empty.
        owner: whose it is said to be; "my" for whoever asks.
        relation, place: where it is said to be ("on", "desk").
        ever: it was seen there at some time, and need not be there any more.
    """

    text: str
    kind: str
    colour: str = ""
    owner: str = ""
    relation: str = ""
    place: str = ""
    ever: bool = False


def phrase_of(text: str) -> Phrase:
    """Read a noun phrase; any text gives one."""
    words = " ".join(text.strip(" .,?!").split())
    words = _NUMBERS.sub("", _ARTICLE.sub("", words))
    place = _PLACE.search(words)
    if place and place.start() > 0:
        inner = phrase_of(words[: place.start()])
        relation = place["relation"].lower()
        where = _ARTICLE.sub("", place["place"].strip())
        return replace(inner, relation=RELATION_OF.get(relation, relation), place=where, ever=place["ever"] is not None)
    match = _OWNER.match(words)
    owned = match if match and match["who"].lower() not in _NOT_OWNERS else None
    owner, words_left = (owned["who"].replace("My", "my"), owned["rest"]) if owned else ("", words)
    parts = words_left.lower().split()
    colour = next((part for part in parts[:-1] if part in COLOURS), "")
    if colour:
        parts.remove(colour)
    return Phrase(words, singular(" ".join(parts)), _SAME_COLOURS.get(colour, colour), owner)


def singular(kind: str) -> str:
    """A class in the singular: `mugs` is `mug`; keys and shoes stay."""
    head, _, last = kind.rpartition(" ")
    if last in PLURALS or len(last) < 4 or not last.endswith("s") or last.endswith("ss"):
        return kind
    if last.endswith("ies") and len(last) > 4:
        last = f"{last[:-3]}y"
    elif last.endswith(("ches", "shes", "xes", "sses")):
        last = last[:-2]
    elif last.endswith("ves"):
        last = {"knives": "knife", "shelves": "shelf", "loaves": "loaf"}.get(last, last[:-1])
    else:
        last = last[:-1]
    return f"{head} {last}".strip()


def plural(kind: str) -> str:
    """A class in the plural."""
    if kind in PLURALS or kind.rsplit(" ", 1)[-1] in PLURALS:
        return kind
    if kind.endswith("knife") or kind.endswith("shelf"):
        return f"{kind[:-2].removesuffix('l')}{'lves' if kind.endswith('shelf') else 'ves'}"
    if kind.endswith("y") and kind[-2:-1] not in "aeiou":
        return f"{kind[:-1]}ies"
    return f"{kind}es" if kind.endswith(("s", "sh", "ch", "x")) else f"{kind}s"
