"""What a question asks about the presence of something a detector names, read off its words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mmmem.agent.language.asking import ordinal_in
from mmmem.agent.language.numbers import DURATION, NUMBER, ORDINAL, first_number, ordinal, quantities, total_ns
from mmmem.agent.language.wordlists import PERSON_WORDS
from mmmem.agent.question import Question
from mmmem.agent.visual import names
from mmmem.text.terms import terms

Moment = Literal["come", "leave", "there"]

LEAVING = frozenset(
    terms(
        "walk leave left leaves go goes gone went exit exited depart departed disappear disappeared away "
        "end ended finish finished"
    )
)
COMING = frozenset(
    terms("come comes came coming arrive arrived enter entered appear appeared show up join joined begin began start")
)
PRESENCE = (
    LEAVING
    | COMING
    | frozenset(
        terms(
            "visit visited visits pass passed stay stayed present see saw seen spot spotted stop stopped return returned remain "
            "remained wait waited stand stood be been back again there here many much time times long total first second third "
            "fourth fifth sixth seventh eighth ninth tenth last different ever still already take took "
            "find found detect detected occur view picture pictures photo photos image images frame frames film video recording "
            "contain contains hold show shown shows"
        )
    )
)
"""Terms a question may hold besides the thing and the place when it asks whether, when and how long something was there."""
_MEASURES = frozenset(
    terms(
        "longest shortest longer shorter briefest brief empty deserted occupied free same once most maximum max largest highest "
        "greatest biggest number average mean usually altogether combined simultaneously together all least half two three four "
        "five six seven eight nine ten eleven twelve one person than more gap break pause period interval stretch visitor least"
    )
)
_PLACED = (
    r"\b(?:at|to|in|into|on|by|near|from|through|past|behind|around|inside|outside|of)\s+(?:(?:the|a|an|my|our|this|that)\s+)?"
)
_EMPTY = re.compile(
    r"\b(?:the|this|that|my|our)\s+(?P<place>(?:\w+\s+)?(?:table|room|house|hall|hallway|corridor|kitchen|office|street|doorway|"
    r"entrance|shop|store|desk|seat|chair|bench|place|picture|frame|view|scene|lobby|garden|yard|parking|platform|stairs?|"
    r"bedroom|bathroom|living room|square|path|road|counter|door))\b[^?.,]*?"
    r"\b(?P<state>empty|deserted|vacant|unoccupied|occupied)\b"
    r"|\b(?:(?:was|is|were)\s+it|it\s+(?:was|is))\b[^?.,]*?\b(?P<bare>empty|deserted|vacant|unoccupied|occupied)\b",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"\b(?:nobody|no\s+one|no-one|none|not\s+any(?:body|one)|no\s+\w+|without\s+any(?:body|one))\b", re.IGNORECASE
)
_VISITS = re.compile(
    rf"\b(?:many|longest|shortest|number\s+of|average|total|{ORDINAL})\s+(?:\w+\s+)?visits?\b(?!\s+(?:to|of)\b)|\bvisit\b.*\blongest\b",
    re.IGNORECASE,
)
_APART = re.compile(r"^\W*how\s+(?:long|much\s+(?:time|later))\s+(?:after|before|until|since|between|passed)\b", re.IGNORECASE)
_LOOKS = re.compile(
    r"\b(?:in|with|wearing|without)\s+(?:an?\s+|the\s+)?(?:\w+\s+)?(?:red|blue|green|yellow|black|white|brown|grey|gray|pink|orange|purple|"
    r"dark|light|shirts?|t-shirts?|hats?|caps?|jackets?|coats?|dress(?:es)?|skirts?|glasses|uniforms?|suits?|hoods?|shoes|hair|beards?|bags?)\b",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    rf"\bbetween\s+(?:the\s+)?(?P<a>{ORDINAL})(?:\s+(?P<who>[\w-]+))?\s+and\s+(?:the\s+)?(?P<b>{ORDINAL})(?:\s+(?P<whom>[\w-]+))?",
    re.IGNORECASE,
)
_LONGEST = re.compile(r"\b(?P<long>longest|most\s+time)\b|\b(?:shortest|briefest|least\s+time)\b", re.IGNORECASE)
_AT_ONCE = re.compile(
    r"\b(?:at\s+(?:the\s+)?(?:very\s+)?same\s+(?:time|moment)|at\s+once|at\s+(?:any\s+)?(?:one|a)\s+(?:time|moment)|simultaneously|"
    r"together|at\s+most|in\s+one\s+(?:picture|photo|image))\b|"
    r"\b(?:most|maximum|max|largest|highest|greatest|biggest)\s+(?:number\s+of\s+)?(?=\w)(?!time)",
    re.IGNORECASE,
)
_HOW_MANY_AT_ONCE = re.compile(
    r"\b(?:more\s+than|over)\s+(?P<over>NUMBER)|(?:at\s+least\s+)?(?P<n>NUMBER)(?=\s)".replace("NUMBER", NUMBER), re.IGNORECASE
)
_SAME_ONE = re.compile(
    r"\b(?:same|identical)\s+(?!time|moment)\w+|\b(?:back|again|twice|re-?turn(?:s|ed|ing)?|re-?enter\w*|re-?appear\w*)\b",
    re.IGNORECASE,
)
_PICTURES = re.compile(
    r"\b(?:how\s+many|number\s+of)\s+(?:\w+\s+)?(?:pictures|photos|images|frames|photographs|pics)\b", re.IGNORECASE
)
_TOTAL = re.compile(r"\b(?:in\s+total|altogether|in\s+all|combined|total\s+time|overall)\b", re.IGNORECASE)
_AVERAGE = re.compile(r"\b(?:average|on\s+average|mean)\b", re.IGNORECASE)
_LONGER = re.compile(rf"\b(?P<how>longer|more|shorter|less)\s+than\s+(?:about\s+)?(?P<d>{DURATION})", re.IGNORECASE)
_ANCHOR = re.compile(rf"^\W*(?:the\s+)?(?P<nth>{ORDINAL})\s+(?P<who>[\w-]+)\b(?P<rest>.*)$", re.IGNORECASE)
_ANY = re.compile(
    r"\b(?:somebody|someone|anybody|anyone|any|some|people|visitors|guests|persons|occupied|visits|nobody)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class AnchorVisit:
    """A visit that places the one asked about: before or after it came, left, or while it was there."""

    relation: Literal["before", "after", "while"]
    nth: int
    moment: Moment


@dataclass(frozen=True, slots=True)
class PresenceAsked:
    """What is asked about things of one label.

    Args:
        moment: which moment of a visit has to lie in the time asked about, and is asked for.
        nth: place of the visit in order of its `moment`; negative counts from the end.
        longest: the longest visit (True) or the shortest (False).
        absent: asks about the time in which nothing of the label was there.
        at_once: how many there were at the same time.
        number: how many have to be there at once.
        identity: asks whether it was the same one.
        pictures: counts pictures rather than visits.
        total, average: of lengths.
        least_ns, most_ns: only visits of such a length, exclusive.
        whichever: no particular visit is meant.
        between: asks about the time from the end of one visit to the start of another, by their places in the row.
    """

    label: str
    moment: Moment = "there"
    nth: int | None = None
    longest: bool | None = None
    absent: bool = False
    at_once: bool = False
    number: int | None = None
    identity: bool = False
    pictures: bool = False
    total: bool = False
    average: bool = False
    least_ns: int | None = None
    most_ns: int | None = None
    whichever: bool = False
    between: tuple[int, int] | None = None
    anchor: AnchorVisit | None = None


def presence_asked(question: Question, labels: Sequence[str]) -> PresenceAsked | None:
    """What `question` asks about one of the `labels`; None if it asks about nothing of theirs, or for more than presence."""
    if any(entity[:1].isupper() for entity in question.entities) or question.channel == "speech":
        return None
    if _APART.match(question.text) or _LOOKS.search(question.text):
        return None
    label = _label(question, labels)
    if label is None:
        return None
    anchor = _anchor(question, label)
    if question.constraint.anchor is not None and anchor is None:
        return None
    head = question.text if question.constraint.anchor is None else question.text.replace(question.constraint.anchor.event, " ")
    if other_terms(question, label) or _denies_a_deed(question, head):
        return None
    return _read(question, label, head, anchor)


def _denies_a_deed(question: Question, head: str) -> bool:
    """Whether it asks who or how many did not come or leave: that is not about absence."""
    if not question.negated or question.kind == "yes_no" or _EMPTY.search(head):
        return False
    return question.kind == "who" or not _NOBODY.search(head)


def _label(question: Question, labels: Sequence[str]) -> str | None:
    asked = f"{question.content} {question.count_of or ''}"
    named = {label for label in labels if names(asked, label)}
    if "person" in labels and (question.kind == "who" or _EMPTY.search(question.text) or _VISITS.search(question.text)):
        named.add("person")
    others = named - {"person"}
    return min(others) if others and not PERSON_WORDS & set(asked.lower().split()) else "person" if "person" in named else None


def other_terms(question: Question, label: str) -> set[str]:
    """What the question speaks of besides the thing, its coming and going, how long and how many, and where."""
    content = question.content
    empty = _EMPTY.search(content)
    if empty and empty["place"]:
        content = content.replace(empty["place"], " ")
    content = _LONGER.sub(" ", content)
    content = _BETWEEN.sub(" ", content)
    people = {term for word in PERSON_WORDS for term in terms(word)} if label == "person" else set()
    for entity in question.entities:
        if not set(terms(entity)) & (people | set(terms(label))):
            content = re.sub(_PLACED + re.escape(entity), " ", content, flags=re.IGNORECASE)
    return set(terms(content)) - people - set(terms(label)) - PRESENCE - _MEASURES


def _anchor(question: Question, label: str) -> AnchorVisit | None:
    anchor = question.constraint.anchor
    match = _ANCHOR.match(anchor.event) if anchor else None
    if anchor is None or match is None:
        return None
    who = match["who"].lower()
    if who not in PERSON_WORDS and who != "one" and not names(who, label):
        return None
    nth = ordinal(match["nth"])
    return AnchorVisit(anchor.relation, nth, _moment(match["rest"])) if nth else None


def _moment(text: str) -> Moment:
    said = set(terms(text))
    return "leave" if said & LEAVING else "come" if said & COMING else "there"


def _read(question: Question, label: str, head: str, anchor: AnchorVisit | None) -> PresenceAsked:
    empty = _EMPTY.search(head)
    state = (empty["state"] or empty["bare"]).lower() if empty else None
    longest, between = _LONGEST.search(head), _BETWEEN.search(head)
    limit = _LONGER.search(head)
    limit_ns = total_ns(quantities(limit["d"])) if limit else None
    longer = limit is not None and limit["how"].lower() in ("longer", "more")
    counted = _LONGER.sub(" ", head)
    at_once = bool(_AT_ONCE.search(counted)) and not longest
    return PresenceAsked(
        label=label,
        moment=_moment(head),
        nth=_nth(question, _BETWEEN.sub(" ", head)),
        longest=bool(longest["long"]) if longest else None,
        absent=(state is not None and state != "occupied") != (question.negated or bool(_NOBODY.search(head))),
        at_once=at_once,
        number=_number(question, counted),
        identity=bool(_SAME_ONE.search(_AT_ONCE.sub(" ", counted))),
        pictures=bool(_PICTURES.search(head)),
        total=bool(_TOTAL.search(head)),
        average=bool(_AVERAGE.search(head)),
        least_ns=limit_ns if longer else None,
        most_ns=None if longer else limit_ns,
        whichever=bool(_ANY.search(head)) or state is not None,
        between=(ordinal(between["a"]) or 1, ordinal(between["b"]) or 1) if between else None,
        anchor=anchor,
    )


def _nth(question: Question, head: str) -> int | None:
    constraint = question.constraint
    if ordinal_in(question.text) and not ordinal_in(head):
        return None  # it belongs to the visit that places the question
    by_order = {"first": 1, "last": -1, "nth": constraint.n}.get(constraint.order or "")
    return ordinal_in(head) or _bare_ordinal(head) or by_order


def _bare_ordinal(head: str) -> int | None:
    """`a second person`, `second visitor` at the start; a number of things is none."""
    match = re.search(rf"\b(?:a|an|any)\s+({ORDINAL})\s+\w", head, re.IGNORECASE)
    return ordinal(match[1]) if match else None


def _number(question: Question, head: str) -> int | None:
    """Of `two people`, `more than one person`: how many at least; None where no number of things is named."""
    if question.kind not in ("yes_no", "when", "duration", "list"):
        return None
    for match in _HOW_MANY_AT_ONCE.finditer(head):
        value = first_number(match["over"] or match["n"])
        if value is not None and match["over"]:
            return int(value) + 1
        if value is not None and value >= 2 and not re.match(rf"\s*{ORDINAL}", head[match.end() :]):
            return int(value)
    return None
