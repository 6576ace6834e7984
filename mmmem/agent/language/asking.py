"""What a question asks for, read off its form: a table of patterns, the first that matches decides."""

import re
from dataclasses import dataclass
from typing import Literal

from mmmem.agent.language.numbers import ORDINAL, UNIT, ordinal, unit_of

Kind = Literal[
    "choice",
    "yes_no",
    "count",
    "how_often",
    "when",
    "duration",
    "where",
    "who",
    "what",
    "order",
    "list",
    "why",
    "how",
    "text",
]
Aspect = Literal["event", "habit", "plan", "state"]
Channel = Literal["speech", "seen"]

_BE = r"is|are|was|were|am|be|been"
AUX = rf"(?:(?:{_BE}|do|does|did|has|have|had|can|could|will|would|shall|should|might|must|may)(?:n't)?|won't|can't|cannot)"
_PREP = r"(?:in|on|at|from|to|into|for|with|by|of|about|under|near|since|until|during|among|around|through)"
WH = r"(?:whom|whose|(?:who|what|where|when|how)s?|which|why)"  # whats, wheres: the apostrophe is often left out
ASK = rf"(?:{_PREP}\s+)?{WH}\b"

_PLACE = (
    r"(?:room|place|location|spot|city|country|town|state|store|shop|floor|street|shelf|drawer|cabinet|cupboard|area|section|corner|"
    r"side|desk|countertop|building|hallway)s?"
)
_PERSON = r"(?:person|people|man|men|woman|women|boy|girl|friend|friends|guy|colleague|visitor|guest|speaker)"
_TIME_NOUN = r"(?:time|day|date|year|month|week|weekday|hour|season|part\s+of\s+the\s+day)"
_PLURAL = r"[a-z-]+(?<!s)(?<!u)(?<!i)s|people|men|women|children"
_THING_IN_ING = (
    r"dining|living|ceiling|building|painting|clothing|washing|swimming|string|ring|\w*thing|morning|evening|heating|"
    r"railing|spring"
)
_HOW_MANY = r"(?:two|three|four|five|six|seven|eight|nine|ten|\d+)"
_CLASS_NOUNS = (  # what are the options: several things to name; what are the red boxes: what those things are
    r"(?:options|choices|alternatives|possibilities|ingredients|activities|steps|functions|purposes|features|colou?rs|names|"
    r"tasks|topics|items|members|contents|differences|similarities|rules)"
)

_KIND_RULES: tuple[tuple[Kind, str], ...] = (
    ("order", r"(?:in\s+)?(?:what|which)\s+(?:was\s+the\s+)?(?:order|sequence)\b|what\s+(?:is|was)\s+the\s+(?:order|sequence)\b"),
    ("order", rf"(?:which|what|who|{AUX})\b.*\b(?:first|earlier|sooner|later|last)\b.*\bor\b"),
    ("order", rf"{AUX}\b.*\bbefore\s+or\s+after\b|{AUX}\b.*\bor\b.*\b(?:first|earlier|later)\b"),
    ("how_often", r"how\s+(?:often|frequently|regularly)\b|how\s+many\s+times\s+(?:a|an|per|each|every)\b"),
    ("how_often", r"how\s+many\s+times\b.*\b(?:a|per|each|every)\s+(?:day|week|month|year|hour|morning|evening)\b"),
    ("when", rf"how\s+(?:long\s+ago|recently)\b|how\s+many\s+{UNIT}\s+ago\b"),
    ("duration", rf"(?:for\s+)?how\s+(?:long\b|much\s+(?:time|longer)\b|many\s+(?:more\s+)?{UNIT}\b)"),
    ("count", r"how\s+(?:many|much)\b|what\s+(?:is|was|are)\s+the\s+(?:total\s+)?(?:number|count|amount)\s+of\b|count\b"),
    ("when", rf"(?:{_PREP}\s+)?(?:whens?\b|(?:what|which)\s+{_TIME_NOUN}\b(?!\s+of\s+(?:year's|day's)))"),
    ("where", r"(?:can|could|would|will)\s+(?:you|someone|anyone)\s+(?:please\s+)?(?:help\s+me\s+)?(?:find|locate)\b"),
    (
        "where",
        rf"(?:{_PREP}\s+)?(?:wheres?\b|(?:what|which)\s+(?:\w+\s+)?{_PLACE}\s+{AUX}\b)|{_PREP}\s+(?:what|which)\s+{_PLACE}\b",
    ),
    ("why", r"why\b|how\s+come\b|(?:for\s+)?what(?:'s|\s+(?:is|was|were))?\s+(?:the\s+)?reasons?\b"),
    ("who", rf"(?:{_PREP}\s+)?(?:whos?|whom|whose)\b|(?:{_PREP}\s+)?(?:what|which)\s+(?:\w+\s+)?{_PERSON}\b"),
    (
        "list",
        r"(?:list|enumerate)\b|name\s+(?:all|the|every|each|some|\w+\s+of)\b|what\s+(?:all\b|are\s+all\b)|what\s+else\s+all\b",
    ),
    (
        "list",
        rf"(?:{_PREP}\s+)?(?:what|which)\s+(?:[\w-]+\s+){{0,2}}?(?!is\b|does\b|was\b|has\b)(?:{_PLURAL})\s+(?:{AUX}|of\s+\w+\s+{AUX})\b",
    ),
    (
        "list",
        rf"(?:what|which)\s+(?:are|were)\s+(?!.*\b(?!(?:{_THING_IN_ING})s?\b)\w{{2,}}ing\b)(?:the\s+)?(?:\w+\s+)?"
        rf"(?:{_HOW_MANY}\s+(?:[\w-]+\s+){{0,3}}?(?:{_PLURAL})|(?:[\w-]+\s+){{0,2}}?{_CLASS_NOUNS})\b",
    ),
    ("choice", r"(?:which|what|where|who)\b.*[,:]\s*[^,]+(?:,[^,]+)*,?\s+or\s+(?!not\b)"),
    ("choice", rf"(?!.*\bany\b.*\bor\b){AUX}\b.*(?<!/)\bor\s+(?!not\b|no\b|any|some(?:thing|one)\b|more\b|so\b)"),
    ("yes_no", rf"{AUX}\b|if\b|whether\b"),
    ("what", rf"(?:{_PREP}\s+)?(?:whats?|which)\b"),
    ("how", r"how\b"),
)
KIND_RULES: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple((kind, re.compile(p, re.IGNORECASE)) for kind, p in _KIND_RULES)

_POLITE = re.compile(
    r"(?:please,?\s+|hey,?\s+|so,?\s+|ok(?:ay)?,?\s+)*(?:"
    r"(?:can|could|would)\s+you\s+(?:please\s+)?(?:tell|remind|show)\s+me\s+|do\s+you\s+(?:know|remember|recall)\s+"
    r"|(?:please\s+)?(?:tell|remind)\s+me\s+|i(?:'d|\s+would)?\s+(?:want|like)\s+to\s+know\s+|i\s+(?:wonder|forgot|forget)\s+"
    rf"|i(?:'m|\s+am)\s+wondering\s+)(?:about\s+)?(?={ASK}|if\b|whether\b)|please,?\s+",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.?!])[\"')\]]*\s+")
_MAIN_AFTER_COMMA = re.compile(
    rf"[,;]\s*(?:and\s+)?(?:then\s+)?(?=(?:{ASK}|{AUX}\s+(?:i|we|you|he|she|it|they|the|there|any)\b))", re.IGNORECASE
)
_FRAGMENT = re.compile(r"(?:if\s+so|and|or)\b(?:\W*\w+){0,3}\W*$", re.IGNORECASE)
# A question put to the one who answers, about the answer itself, is no question to the memory.
_ASKS_FOR_GROUNDS = re.compile(
    r"(?:and\s+)?(?:why\s+(?:do|did|would)\s+you\b|how\s+(?:do|did|can|could)\s+you\s+(?:know|tell|infer|conclude)\b|what\s+makes\s+you\b)",
    re.IGNORECASE,
)
_STARTS_ASKING = re.compile(rf"{ASK}|{AUX}\b|if\b|whether\b", re.IGNORECASE)
_SIDE_CLAUSE = re.compile(rf"(?:when(?:ever)?|if)\s+(?!{AUX}\b)", re.IGNORECASE)
_ANY_ASK = re.compile(rf"\b{ASK}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Clauses:
    """A question in parts: sentences before it, what leads into it, and the part that asks."""

    context: str
    lead: str
    head: str


def clauses(text: str) -> Clauses:
    """Split `text` (times masked out) into context, leading clause and asking clause; the asking clause is never lost."""
    sentences = [s.strip() for s in _SENTENCE.split(text) if s.strip()]
    if not sentences:
        return Clauses("", "", "")
    asking = [i for i, s in enumerate(sentences) if s.rstrip("\"')").endswith("?") and not _follows_up(s)]
    asking = asking or [i for i, s in enumerate(sentences) if _STARTS_ASKING.match(s)]
    at = asking[-1] if asking else len(sentences) - 1
    sentence = _POLITE.sub("", sentences[at].lstrip(" ,;"), count=1)
    lead, head = _lead_and_head(sentence)
    context = " ".join(sentences[:at] + sentences[at + 1 :])
    return Clauses(context, lead, head)


def _follows_up(sentence: str) -> bool:
    return bool(_FRAGMENT.match(sentence) or _ASKS_FOR_GROUNDS.match(sentence))


def _lead_and_head(sentence: str) -> tuple[str, str]:
    side_clause = _SIDE_CLAUSE.match(sentence)
    if _STARTS_ASKING.match(sentence) and not side_clause:
        return "", sentence
    comma = _MAIN_AFTER_COMMA.search(sentence)
    if comma:
        return sentence[: comma.start()].strip(), sentence[comma.end() :].strip()
    if side_clause:
        return "", sentence
    inside = _ANY_ASK.search(sentence)
    return (sentence[: inside.start()].strip(), sentence[inside.start() :]) if inside else ("", sentence)


def kind_of(head: str) -> Kind:
    """What the asking clause asks for; `text` where no pattern knows it."""
    return next((kind for kind, pattern in KIND_RULES if pattern.match(head)), "text")


_HABIT = re.compile(
    r"\b(?:usually|often|always|habitually|habits?|normally|typically|generally|frequently|regularly|mostly|tends?\s+to|favou?rite|"
    r"every\s+(?:day|morning|evening|night|afternoon|week|time)|most\s+of\s+the\s+time|prefers?|especially\s+(?:love|like)|used\s+to)\b"
    r"|\b(?:do|does|don't|doesn't)\b[^?]*?\b(?:like|love|hate|enjoy|dislike)\b(?!\s+(?:this|that)\b)"
    r"|\b(?:likes|loves|hates|enjoys)\b",
    re.IGNORECASE,
)
_PLAN = re.compile(
    r"\b(?:plan(?:s|ning|ned)?\s+(?:to|for|on)|(?:is|are|am)\s+(?:\w+\s+)?(?:going|planning|about|supposed)\s+to|should|shall|will|"
    r"might\s+(?:i|we|he|she|they)|(?:still\s+)?needs?\s+to|need\s+to|(?:do|does)\s+\w+\s+(?:plan|want|intend|need)|tomorrow)\b"
    r"|\bnext\W*$|\bwhat\s+to\b|\boptions\b",
    re.IGNORECASE,
)
_GOING_ON = rf"(?!\s+(?!{_PREP}\b|next\b)(?:\w+\s+){{0,6}}?(?!(?:{_THING_IN_ING})s?\b)\w{{2,}}ing\b)"
_STATE = re.compile(
    rf"(?:{ASK}\s+(?:(?!{AUX}\b)\w+\s+){{0,3}}?(?:is|are|isn't|aren't)|(?:is|are|isn't|aren't)|\w+'s)\b{_GOING_ON}", re.IGNORECASE
)
_PRESENT = re.compile(
    rf"(?:{ASK}\s+(?:(?!{AUX}\b)\w+\s+){{0,3}}?)?(?:do|does|is|are|am|don't|doesn't|isn't|aren't)\b|who\s+(?:\w+ly\s+)?(?!was\b|has\b)\w+s\b",
    re.IGNORECASE,
)


def aspect_of(head: str, *, placed_in_time: bool) -> Aspect:
    """Habit, plan, present state, or one event; `placed_in_time` (an order, an anchor) speaks for an event."""
    if _HABIT.search(head):
        return "habit"
    if _PLAN.search(head) and not placed_in_time:
        return "plan"
    if not placed_in_time and _STATE.match(head):
        return "state"
    return "event"


def is_present(head: str) -> bool:
    """Whether the asking clause is in the present tense: its answer may rest on what was seen or said long before."""
    return bool(_PRESENT.match(head))


_SPEECH = re.compile(
    r"\b(?:sa(?:y|ys|id|ying)|mention(?:s|ed|ing)?|talk(?:s|ed|ing)?|discuss(?:es|ed|ing|ions?)?|t(?:ell|ells|old|elling)(?!\s+(?:the\s+)?time)|"
    r"ask(?:s|ed|ing)?|suggest(?:s|ed|ing|ions?)?|propos(?:e|es|ed|ing)|chat(?:s|ted|ting)?|conversations?|remind(?:s|ed|ing)?|"
    r"h(?:ear|eard|earing)|promis(?:e|es|ed)|explain(?:s|ed|ing)?|sp(?:eak|eaks|oke|oken|eaking)|recommend(?:s|ed|ing)?|"
    r"answer(?:s|ed)?\s+(?:him|her|me)|announc(?:e|ed|es)|complain(?:s|ed|ing)?|jok(?:e|ed|ing))\b",
    re.IGNORECASE,
)
_SEEN = re.compile(
    r"\b(?:(?<!to )see|sees|saw|seen|look(?:s|ed|ing)?(?!\s+(?:after|for)\b)|watch(?:es|ed|ing)|"
    r"h(?:old|olds|eld|olding)|w(?:ear|ears|ore|earing|orn)|"
    r"colou?rs?|visible|shape|material|in\s+the\s+(?:picture|photo|image)|"
    r"where\s+(?:is|are|was|were|can|could|(?:did\s+|do\s+)?i\s+(?:put|leave|left|place|placed|keep))|where'?s)\b",
    re.IGNORECASE,
)


def channel_of(head: str) -> Channel | None:
    """Spoken or seen, by whichever word for it comes first, which is the main verb's; None where nothing says."""
    found = [
        (match.start(), channel) for channel, match in (("speech", _SPEECH.search(head)), ("seen", _SEEN.search(head))) if match
    ]
    return "speech" if found and min(found)[1] == "speech" else "seen" if found else None


_NEGATION = re.compile(
    r"\b(?:not(?!\s+only)|never|no\s+(?:longer|one|more)|nobody|none|nothing|neither|without|except)\b|n't\b", re.IGNORECASE
)
_OR_NOT = re.compile(r"\bor\s+not\b", re.IGNORECASE)
_ASKS_NEGATIVELY = re.compile(
    r"(?:isn't|aren't|wasn't|weren't|didn't|doesn't|don't|haven't|hasn't)\s+(?:it|there|that)\b.*\bright\b", re.IGNORECASE
)


def is_negated(head: str) -> bool:
    """Whether the question is about what is or was not so."""
    return bool(_NEGATION.search(_OR_NOT.sub("", head))) and not _ASKS_NEGATIVELY.match(head)


_AFTER_NOUN = (
    rf"(?:{AUX}|there|i|we|you|he|she|it|they|in|on|at|to|with|from|by|the|my|our|his|her|their|came|went|sat|left|took|ate|got|made|"
    r"stood|drank|bought|saw|stay|sit|come|go|leave|visit|enter|use|per|a|who|that|which|total|altogether|and|or|for|during|so|\w{3,}ed|\w{3,}ing)"
)
_COUNTED = re.compile(
    rf"(?:for\s+)?(?:how\s+(?:many|much)|what\s+(?:is|was|are)\s+the\s+(?:total\s+)?(?:number|count|amount)\s+of|count)\s+"
    rf"(?:(?:other|more|different|total|the)\s+)*((?!{_AFTER_NOUN}\b)[\w'-]+(?:\s+(?!{_AFTER_NOUN}\b)[\w'-]+){{0,5}})",
    re.IGNORECASE,
)
_FIRST_PLURAL = re.compile(rf"^((?:[\w'-]+\s+)*?(?:{_PLURAL})\b(?:\s+of\s+[\w'-]+(?:\s+[\w'-]+)*)?)", re.IGNORECASE)
_ASKED_NOUN = re.compile(
    rf"(?:{_PREP}\s+)?(?:what|which)\s+(?:(?:kinds?|types?|sorts?|other)\s+(?:of\s+)?)*(?!{AUX}\b|else\b|to\b|happen)([\w-]+(?:\s+(?!{AUX}\b)[\w-]+){{0,2}}?)"
    rf"\s+(?:{AUX}|on|in|i|we|you)\b",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"what(?:'s|\s+(?:is|are|was|were))\s+the\s+([\w-]+)\s+of\b", re.IGNORECASE)


def counted_noun(head: str) -> str | None:
    """`people` of `How many people came to the table?`; None where nothing is counted."""
    match = _COUNTED.match(head)
    if match is None:
        return None
    plural = _FIRST_PLURAL.match(match[1])
    return (plural[1] if plural else match[1]).strip()


def answer_unit(head: str, kind: Kind) -> str | None:
    """The noun or unit an answer is given in: `color`, `app`, `minute`; None where the question names none."""
    if kind == "duration":
        unit = re.search(rf"\bmany\s+(?:more\s+)?({UNIT})\b", head, re.IGNORECASE)
        return unit_of(unit[1]) if unit else None
    if kind in ("count", "how_often"):
        return counted_noun(head)
    match = _ASKED_NOUN.match(head) or _ATTRIBUTE.match(head)
    return match[1].strip().lower() if match else None


# An ordinal before these names a thing, not its place in a row.
_NOT_IN_A_ROW = (
    r"(?!\s*-)\s+(?!(?:names?|floors?|aid|class|lady|hand|person\s+view|times?|days?|nights?|weeks?|thing|gear|degree)\b)"
)
_IN_A_ROW = re.compile(
    rf"\b(?:the|my|our|her|his|their|its|a|this|that|\w+'s)\s+(?:very\s+)?(?P<nth>{ORDINAL})(?P<end>\s+(?:to|from)\s+(?:the\s+)?last|\s+last)?{_NOT_IN_A_ROW}\w",
    re.IGNORECASE,
)


def ordinal_in(text: str) -> int | None:
    """Place in a row that a noun is given: `the third person` 3, `the last visitor` -1, `the second to last` -2."""
    match = _IN_A_ROW.search(text)
    value = ordinal(match["nth"]) if match else None
    return -value if match and value and match["end"] else value
