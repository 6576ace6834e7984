"""Words of questions and lines that decide how an answer is looked for."""

import re

from mmmem.agent.language.numbers import NUMBER, number
from mmmem.text.terms import terms, tokens
from mmmem.types import TimedText

GENERIC = frozenset(
    terms("happen happened thing event go going say said tell told talk mention speak spoke spoken something anything everything")
)
"""Terms that say that something happened or was said, not what."""
ORDERING = frozenset(terms("first last second third latest earliest final recent time"))
"""Terms that say which of several events is meant."""
CALENDAR = frozenset(
    terms(
        "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August September "
        "October November December"
    )
)
"""Names of days and months, which are nobody's."""
_PRONOUNS = frozenset("i me my we us our you your he him his she her it its they them their a an the".split())
_FORMS = {"gets": "get", "getting": "get", "got": "get", "gotten": "get"}
_FUTURE = re.compile(r"\b(?:will|going to|tomorrow|next|plan\w*|soon|later|shall|would like)\b|'ll\b", re.IGNORECASE)


_SAYING = r"(?:say|tell|mention|suggest|propose|ask|answer|promise|explain|recommend|talk|speak|announce|complain|remind)"
_SPEAKER = re.compile(
    rf"\b(?i:what|where|when|how|which|why)\b.*?\b(?:did|does|has)\s+(?:the\s+)?(?P<name>(?<=the\s)\w+|[^\W\d_a-z]\w+)\s+(?i:{_SAYING})\b"
)
_I_SAID = re.compile(rf"\b(?i:what|where|when|how|which|why)\b.*?\b(?:did|have|do)\s+I\s+(?i:{_SAYING})\b")
_TELLS = re.compile(
    r"\b(?:sa(?:y|ys|id|ying)|t(?:ell|ells|old|elling)|ask\w*|mention\w*|suggest\w*|propos\w*|answer\w*|promis\w*|explain\w*|"
    r"recommend\w*|talk\w*|sp(?:eaks?|oke|eaking)|announc\w*|complain\w*|remind\w*|repl\w+|shout\w*)\b|[\"“]",
    re.IGNORECASE,
)
_WHERE_IT_WAS = re.compile(r"^\W*where(?:'s|\s+(?:is|are|was|were))\b(?!.*\b(?!morning|evening)\w{2,}ing\b)", re.IGNORECASE)
_SCHEDULED = re.compile(
    r"^\W*(?:when|what time|(?:on )?(?:what|which) day)\s+(?:will|does|do|is|are|shall|should)\b", re.IGNORECASE
)


def speaker_asked(text: str) -> str | None:
    """Whose words the question asks for: `What did Mia say about it?`."""
    match = _SPEAKER.search(text)
    return match["name"] if match else None


def asks_what_i_said(text: str) -> bool:
    """Whether the question asks for words of whoever asks: `What did I say about it?`."""
    return _I_SAID.search(text) is not None


def tells_of_saying(text: TimedText) -> bool:
    """Whether a caption tells that somebody said something."""
    return text.kind != "speech" and _TELLS.search(text.text) is not None


def said_by(text: TimedText, speaker: str) -> bool:
    """Whether a line holds words of somebody: a remark of theirs, or a caption that tells that they said something."""
    if text.kind == "speech":
        return text.speaker is None or bool(set(terms(text.speaker)) & set(terms(speaker)))
    return _TELLS.search(text.text) is not None and bool(set(terms(text.text)) & set(terms(speaker)))


def asks_where_it_was(text: str) -> bool:
    """Whether the question asks for a place that lasts: what was put there before is there still."""
    return _WHERE_IT_WAS.match(text) is not None


def asks_for_a_schedule(text: str) -> bool:
    """Whether the question asks for a time that somebody named, not for the time at which something was seen or said."""
    return _SCHEDULED.match(text) is not None


def speaks_of_the_future(text: str) -> bool:
    """Whether a line tells of what is to come."""
    return _FUTURE.search(text) is not None


def function_words(content: str) -> tuple[str, ...]:
    """The words of a question that no index holds, pronouns left out; empty unless there are two or more (`get up`)."""
    words = tuple(_FORMS.get(word, word) for word in tokens(content) if word not in _PRONOUNS)
    return words if len(words) > 1 else ()


def holds_run(text: str, run: tuple[str, ...]) -> bool:
    """Whether the words of `run` stand side by side in a line."""
    words = [_FORMS.get(word, word) for word in tokens(text)]
    return any(tuple(words[i : i + len(run)]) == run for i in range(len(words) - len(run) + 1))


_NUMBER = re.compile(NUMBER, re.IGNORECASE)
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
_SCALE = re.compile(rf"\s+({'|'.join(_SCALES)})\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_NEGATIONS = frozenset(("not", "never", "no", "without", "nobody", "nothing", "none"))
_ANSWER_WORD = re.compile(r"^\s*(?:no|yes|yeah|okay|ok|well)\b\s*[,.!]\s*", re.IGNORECASE)
NUM_WORDS_BETWEEN = 3


def number_beside(text: str, counted: set[str]) -> int | None:
    """The whole number that stands nearest before the thing counted, at most three words away; else the only one after it.

    Without a thing to count (`how much`), the only number there is.
    """
    found = _numbers(text)
    if not counted:
        return found[0][1] if len(found) == 1 else None
    places = [m for m in _WORD.finditer(text) if counted & set(terms(m[0]))]
    for place in places:
        before = [(end, value) for end, value in found if end <= place.start()]
        if before and len(_WORD.findall(text[before[-1][0] : place.start()])) <= NUM_WORDS_BETWEEN:
            return before[-1][1]
    after = [value for end, value in found if places and end > places[0].end()]
    return after[0] if len(after) == 1 else None


def _numbers(text: str) -> list[tuple[int, int]]:
    """Whole numbers other than articles: where each ends, and its value with `thousand` or `million` behind it."""
    found: list[tuple[int, int]] = []
    for match in _NUMBER.finditer(text):
        value = None if match[0].lower() in ("a", "an") else number(match[0])
        if value is None or value != int(value) or (found and match.start() < found[-1][0]):
            continue
        scale = _SCALE.match(text, match.end())
        found.append((scale.end(), int(value) * _SCALES[scale[1].lower()]) if scale else (match.end(), int(value)))
    return found


def is_denied(text: str, wanted: set[str]) -> bool:
    """Whether a negation stands within three words before something wanted: `does not want it`, `there is no milk`."""
    words = tokens(_ANSWER_WORD.sub("", text))
    for place, word in enumerate(words):
        if word in _NEGATIONS:
            following = words[place + 1 : place + 2 + NUM_WORDS_BETWEEN]
            if any(set(terms(w)) & wanted for w in following):
                return True
    return False
