"""What an answer option denotes: a time, a duration, a count. None where it denotes something else."""

import re

from mmmem.agent.language.agowords import ago
from mmmem.agent.language.moments import Moment, Now, ranges
from mmmem.agent.language.numbers import DURATION, first_number, is_vague, number, quantities, rounding_ns, total_ns
from mmmem.agent.timeexpr import MASK, merged, plain, scan
from mmmem.clock import MAX_NS, NS_PER_S, Calendar, Span, check_ns

_DAYS_FOR_A_BARE_PART = 31
_FILLER = re.compile(
    r"\b(?:about|around|approximately|roughly|maybe|probably|at|on|in|the|of|it|was|were|and|from|between|to|just|only|during|half\s+a\s+day)\b|[^\w\x00]",
    re.IGNORECASE,
)
_BARE_PART = re.compile(
    r"^\W*(?:in\s+the\s+|at\s+)?(?P<part>(?:early\s+|late\s+)?(?:morning|noon|midday|afternoon|evening|night|midnight))\W*$",
    re.IGNORECASE,
)
_AGO = re.compile(
    rf"^\W*(?:(?:about|around|approximately|roughly|almost|nearly)\s+)?(?P<d>{DURATION}|half\s+a\s+day)\s+ago\W*$", re.IGNORECASE
)
_BARE_OFFSET = re.compile(r"^\W*(?:at\s+)?(\d{1,5})(?:\.\d+)?\s*(?:s|secs?|seconds?)\W*$", re.IGNORECASE)


def parse_time_answer(choice_text: str, asked_at_ns: int, calendar: Calendar) -> tuple[Span, ...] | None:
    """Spans an option such as `Yesterday afternoon` or `About 2 hours ago` denotes, as wide as such words are meant.

    The spans lie in `[0, asked_at_ns)`; a bare part of the day (`Noon`) is that part of each of the last 31 days. `2 hours ago`
    reaches half an hour either side, as neighbouring options count in hours. Empty: a time at which nothing was observed.

    Returns:
        None where the option holds anything besides a time.

    Raises:
        InvalidInputError: `asked_at_ns` is not a time.
    """
    now = Now(check_ns(asked_at_ns, "asked_at_ns"), calendar)
    text = plain(choice_text)
    moments = _moments(text, now)
    if moments is None:
        return None
    pieces = [piece for moment in moments for piece in ranges(moment, now)]
    return merged([(max(a, 0), min(b, now.t_ns)) for a, b in pieces])


def _moments(text: str, now: Now) -> list[Moment] | None:
    exact = _AGO.match(text)
    if exact:
        moment = ago(exact["d"], now, slack=0.0)
        return [moment] if moment else None
    if now.calendar.kind == "offset" and (seconds := _BARE_OFFSET.match(text)):
        start = int(seconds[1]) * NS_PER_S
        return [Moment(range_ns=(start, start + NS_PER_S))]
    part = _BARE_PART.match(text)
    moments, masked = scan(f"in the {part['part']}" if part else text, now)
    if _FILLER.sub("", masked.replace(MASK, " ")).strip():
        return None
    moments = [_on_recent_days(moment, now) for moment in moments]
    said = [moment for moment in moments if moment.future or moment.days or moment.faces or moment.range_ns]
    return said or None


def _on_recent_days(moment: Moment, now: Now) -> Moment:
    if not moment.faces or moment.days or moment.clock:
        return moment
    return Moment(days=(now.day - _DAYS_FOR_A_BARE_PART + 1, now.day), faces=moment.faces)


_LESS = re.compile(r"\b(?:less|shorter|under|fewer|not\s+even|within|up\s+to|at\s+most)\b", re.IGNORECASE)
_MORE = re.compile(r"\b(?:more|longer|over|at\s+least)\b", re.IGNORECASE)
_TWO_NUMBERS = re.compile(r"(?P<a>\d{1,6}|\w+)\s*(?:-|–|to|and|or)\s*(?=\w)", re.IGNORECASE)
_CLOCK_LIKE = re.compile(r"^\W*(?:(\d{1,2}):)?(\d{1,3}):(\d{2})\W*$")


def parse_duration_answer(text: str) -> tuple[int, int] | None:
    """Shortest and longest length in nanoseconds that an option such as `about two minutes` denotes; None for no length.

    `ten minutes` reaches to where people would name another number: 5 minutes either side.
    """
    text = plain(text)
    clock = _CLOCK_LIKE.match(text)
    if clock:
        exact = (int(clock[1] or 0) * 3600 + int(clock[2]) * 60 + int(clock[3])) * NS_PER_S
        return exact, exact + NS_PER_S
    parts = quantities(text)
    if not parts:
        return None
    span = _two_ended(text, parts[-1][1])
    if span:
        return span
    total, margin = total_ns(parts), rounding_ns(parts)
    if _LESS.search(text):
        return 0, total
    if _MORE.search(text):
        return total, MAX_NS
    return max(total - margin, 0), total + margin


def _two_ended(text: str, unit: str) -> tuple[int, int] | None:
    match = _TWO_NUMBERS.search(text)
    low = number(match["a"]) if match else None
    if match is None or low is None or low in (0.0, 0.5):
        return None
    high = quantities(text[match.end() :])
    if not high:
        return None
    start, end = total_ns(quantities(f"{match['a']} {unit}")), total_ns(high[:1])
    return (start, end) if start < end else None


_COUNT_WORDS = {
    "once": 1,
    "twice": 2,
    "thrice": 3,
    "never": 0,
    "none": 0,
    "nobody": 0,
    "nothing": 0,
    "zero": 0,
    "no": 0,
    "both": 2,
    "single": 1,
}
_COUNT_WORD = re.compile(rf"\b(?:{'|'.join(_COUNT_WORDS)})\b", re.IGNORECASE)
_HUNDREDS = re.compile(r"\b(?P<n>a|one|two|three|four|five|six|seven|eight|nine)\s+hundred\b", re.IGNORECASE)
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")


def parse_count_answer(text: str) -> int | None:
    """The whole number an option such as `Three times`, `twice` or `6 types` denotes; None for no or a vague number."""
    words = _THOUSANDS.sub("", plain(text))
    hundreds = _HUNDREDS.search(words)
    if hundreds:
        return int(number(hundreds["n"]) or 1) * 100
    value = None if is_vague(words) else first_number(words)
    if value is not None:
        return int(value) if value == int(value) else None
    word = _COUNT_WORD.search(words)
    if word:
        return _COUNT_WORDS[word[0].lower()]
    return 1 if re.match(r"\W*(?:just\s+|only\s+)?an?\s+\w", words, re.IGNORECASE) and not is_vague(words) else None
