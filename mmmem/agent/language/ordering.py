"""Which of several events a question means, and the event it is placed by."""

import re
from typing import Literal

from mmmem.agent.language.asking import AUX, Clauses, Kind
from mmmem.agent.language.numbers import ORDINAL, ordinal

Order = Literal["first", "last", "nth"]
Relation = Literal["before", "after", "while"]

_EVENT_NOUN = (
    r"(?:thing|meeting|meal|session|call|trip|visit|party|conversation|discussion|class|game|event|action|step|activity|shopping|one\s+(?:to|who)|"
    r"(?:person|man|woman|one|people)\s+(?:to|who|that)\b)"
)
_HIS = r"(?:the|my|our|her|his|their|your)"
_NOT_ADVERB = r"(?:name|floor|aid|class|lady|person|time|day|night|week|month|year|hand|row|one|few|two|\w+s)"
_NO_DETERMINER = "".join(f"(?<!{word} )" for word in ("the", "'s", "my", "this", "his", "her", "our", "their", "your"))
_LASTED = re.compile(r"how\s+(?:long|much\s+time)\b.*\b(?:do|does|did|will|would|can|could)\b.*\blast\b", re.IGNORECASE)

_ORDER_RULES: tuple[tuple[Order, str], ...] = (
    ("nth", rf"\b(?P<nth>{ORDINAL})\s+(?P<end>(?:to|from)\s+(?:the\s+)?)?(?:last|latest)\s+time\b"),
    (
        "last",
        r"\b(?:last|latest|most\s+recent|final|previous|prior)\s+(?:\w+\s+)?times?\b|\bmost\s+recent(?:ly)?\b|\bthe\s+latest\b",
    ),
    ("first", r"\b(?:first|earliest|initial)\s+times?\b|\b(?:initially|originally|the\s+earliest)\b"),
    ("nth", rf"\b(?P<nth>{ORDINAL})\s+time\b"),
    ("last", rf"\b{_HIS}\s+last\s+(?:to\s+\w+|{_EVENT_NOUN})"),
    ("first", rf"\b{_HIS}\s+first\s+(?:to\s+\w+|{_EVENT_NOUN})"),
    ("last", r"(?<!the )(?<!at )(?<!to )\blast(?=\s*(?:[?.,]|$|(?:before|in|on|at|with|by)\b))"),
    ("first", r"(?<!the )(?<!at )\bfirst(?=\s*(?:[?.,]|$|(?:before|in|on|with|by|to)\b))"),
    ("last", rf"\b{AUX}\b[^?,]*?{_NO_DETERMINER}\blast\s+(?!{_NOT_ADVERB}\b)\w+"),
    ("first", rf"\b{AUX}\b[^?,]*?{_NO_DETERMINER}\bfirst\s+(?!{_NOT_ADVERB}\b)\w+"),
)
_RULES = tuple((order, re.compile(pattern, re.IGNORECASE)) for order, pattern in _ORDER_RULES)

_EARLIER = re.compile(
    r"\bpreviously\b|\bbeforehand\b|\b(?:previous|prior)\s+time\b|\bearlier\b(?!\s+than)|\bbefore(?=\s*(?:[?.,!]|$|(?:me|now|this|that|then)\b))",
    re.IGNORECASE,
)


def order_of(text: str) -> tuple[Order | None, int | None]:
    """First, last or n-th of the events that match, with n; a noun's place in a row is not one."""
    if _LASTED.search(text):
        return None, None
    for order, pattern in _RULES:
        match = pattern.search(text)
        if match is None:
            continue
        if order != "nth":
            return order, None
        value = ordinal(match["nth"]) or 0
        if match.groupdict().get("end") is not None or "last" in match[0].lower():
            return "nth", -abs(value)
        return ("first", None) if value == 1 else ("last", None) if value == -1 else ("nth", value)
    return None, None


def means_earlier(text: str) -> bool:
    """Whether the event lies before the one going on: `before?`, `previously`, `earlier`."""
    return bool(_EARLIER.search(text))


_WHICH_TIME = rf"(?:{ORDINAL}(?:\s+(?:to|from)\s+(?:the\s+)?last)?|most\s+recent|previous)"
_NTH_TIME = rf"(?:(?:the|my|our)\s+)?(?:very\s+)?{_WHICH_TIME}\s+time(?:\s+(?:when|that))?"
_WORD_RELATION: dict[str, Relation] = {"after": "after", "since": "after", "once": "after", "before": "before", "until": "before"}
_AS = r"(?<!same )(?<!such )(?<!well )(?<!much )(?<!used )as(?=\s+(?:i|we|he|she|it|they|the)\b)"
_LINK = rf"(?:as\s+soon\s+as|{_AS}|after|before|while|when(?:ever)?|during|until|since)"
_LEADING = re.compile(
    rf"(?:(?:right|just|shortly|immediately)\s+)?(?:(?P<link>{_LINK}|once)\s+)?(?P<nth>{_NTH_TIME}\s+)?(?P<event>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
# `look after`, `a while`, `and when`, `the day after`: the word before takes the link for itself.
_NOT_A_LINK = "".join(
    rf"(?<!\b{word} )"
    for word in (
        "look",
        "looks",
        "looked",
        "looking",
        "named",
        "run",
        "runs",
        "running",
        "chase",
        "take",
        "takes",
        "a",
        "and",
        "day",
    )
)
_SOON = r"(?:(?:right|just|shortly|immediately|long)\s+)?"
_TRAILING = re.compile(
    rf"{_NOT_A_LINK}\b{_SOON}(?:(?P<link>{_LINK})\s+(?:(?P<nth>{_NTH_TIME})\s+)?|(?P<time>{_NTH_TIME})\s+)"
    rf"(?P<event>(?!{AUX}\b)[^\s?.,!].*)$",
    re.IGNORECASE | re.DOTALL,
)
_NO_EVENT = re.compile(
    r"(?:all|another|each\s+other|me|him|her|us|them|you|now|then|and\s+after|in|on|at|or)\b[\s?.!]*(?:after\b.*)?$",
    re.IGNORECASE,
)
_SAW_IT = re.compile(
    r"(?:i|we|you|anyone|anybody)\s+(?:last\s+|first\s+|just\s+)?(?:saw|see|noticed|looked\s+at)\s+(?:it|them|him|her|one)$", re.I
)
"""Seeing what is asked about places nothing: `open or closed when you last saw it`."""
_POINTS_BACK = re.compile(r"(?:that|this|it)[\s?.!]*$", re.IGNORECASE)
_TIME_IS_ASKED = re.compile(rf"(?:when|how\s+long\s+ago|what\s+time)\s+{AUX}\s+$", re.IGNORECASE)


_TIME_AT_THE_END = re.compile(r"\s(?:the\s+)?(?:last|first|previous)\s+time$", re.IGNORECASE)
_NEXT_CLAUSE = re.compile(r",\s+(?=(?:i|we|he|she|they|it)\b)", re.IGNORECASE)
_EDGES = " \t\n?.!,;:\"'"


def anchor_of(parts: Clauses, kind: Kind) -> tuple[Relation, str] | None:
    """The event that places the asked one, and how; a leading clause comes before a trailing one."""
    return _leading_anchor(parts) or _trailing_anchor(parts, kind)


def _leading_anchor(parts: Clauses) -> tuple[Relation, str] | None:
    match = _LEADING.match(parts.lead)
    if match is None or not (match["link"] or match["nth"]):
        return None
    return _anchor(match["link"], match["event"], parts.context)


def _trailing_anchor(parts: Clauses, kind: Kind) -> tuple[Relation, str] | None:
    match = _TRAILING.search(parts.head)
    if match is None or match.start() == 0:
        return None
    if match["time"] and (kind == "when" or _TIME_IS_ASKED.match(parts.head[: match.start()])):
        return None
    if match["link"] is not None and match["link"].lower() == "since" and kind == "why":
        return None
    return _anchor(match["link"], match["event"], parts.context)


def _anchor(link: str | None, event: str, context: str) -> tuple[Relation, str] | None:
    words = _TIME_AT_THE_END.sub("", event.strip(_EDGES)).strip(_EDGES)
    if _POINTS_BACK.match(words):
        words = context.strip(_EDGES)
    if not words or _NO_EVENT.match(words) or _SAW_IT.match(words):
        return None
    first = (link or "").lower().split(" ")[0]
    if first == "during":
        words = _NEXT_CLAUSE.split(words)[0]
    relation = "after" if " " in (link or "") else _WORD_RELATION.get(first, "while")
    return relation, re.sub(r"\s+", " ", words)
