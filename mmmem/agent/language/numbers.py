"""Numbers and amounts of time as people write them: `two`, `a couple of`, `an hour and a half`, `30min`."""

import re
from typing import Literal

from mmmem.agent.language.wordlists import words
from mmmem.clock import NS_PER_DAY, NS_PER_HOUR, NS_PER_MIN, NS_PER_S

Unit = Literal["second", "minute", "hour", "day", "week", "month", "year"]

UNIT_NS: dict[Unit, int] = {
    "second": NS_PER_S,
    "minute": NS_PER_MIN,
    "hour": NS_PER_HOUR,
    "day": NS_PER_DAY,
    "week": 7 * NS_PER_DAY,
    "month": 30 * NS_PER_DAY,
    "year": 365 * NS_PER_DAY,
}

_UNITS = words(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen"
)
_TENS = words("twenty thirty forty fifty sixty seventy eighty ninety")
_CARDINALS = {word: n for n, word in enumerate(_UNITS)} | {word: 20 + 10 * n for n, word in enumerate(_TENS)} | {"hundred": 100}
_VAGUE = {"a couple of": 2, "a couple": 2, "couple of": 2, "a few": 4, "few": 4, "several": 5, "some": 5}
_WORDS: dict[str, float] = {**_CARDINALS, **_VAGUE, "a": 1, "an": 1, "a dozen": 12, "dozen": 12, "half a": 0.5, "half an": 0.5}
_ORDINAL_WORDS = words(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth "
    "seventeenth eighteenth nineteenth twentieth"
)
_ORDINALS = {word: n + 1 for n, word in enumerate(_ORDINAL_WORDS)} | {"last": -1, "final": -1}

_FIXED = "|".join(sorted((w.replace(" ", r"\s+") for w in _WORDS if w not in _TENS), key=len, reverse=True))
_TENS_AND_UNITS = rf"\b(?:{'|'.join(_TENS)})(?:[\s-](?:{'|'.join(_UNITS[1:10])}))?\b"
NUMBER = rf"(?:(?<![\d.:])[0-9]{{1,6}}(?:\.[0-9]{{1,3}})?|{_TENS_AND_UNITS}|\b(?:{_FIXED})\b)"
ORDINAL = rf"(?:\b(?:{'|'.join(_ORDINALS)})\b|\b[0-9]{{1,4}}(?:st|nd|rd|th)\b)"
UNIT = r"(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?)"
QUANTITY = rf"{NUMBER}(?:\s+and\s+a\s+half)?[\s-]*{UNIT}\b(?:\s+and\s+a\s+half)?"
DURATION = rf"{QUANTITY}(?:(?:\s*,)?(?:\s+and)?\s+{QUANTITY}){{0,3}}"

_QUANTITY = re.compile(rf"({NUMBER})(\s+and\s+a\s+half)?[\s-]*({UNIT})\b(\s+and\s+a\s+half)?", re.IGNORECASE)
_NUMBER = re.compile(NUMBER, re.IGNORECASE)
_ABBREVIATED: dict[str, Unit] = {"sec": "second", "min": "minute", "hr": "hour"}


def number(text: str) -> float | None:
    """The value of one number, `None` if it is not one; vague ones get a middle (`a few` is 4)."""
    said = re.sub(r"[\s-]+", " ", text.strip().lower())
    if said in _WORDS:
        return _WORDS[said]
    if re.fullmatch(r"[0-9]{1,6}(?:\.[0-9]{1,3})?", said):
        return float(said)
    tens, _, unit = said.partition(" ")
    if tens in _TENS and unit in _UNITS[1:10]:
        return _CARDINALS[tens] + _CARDINALS[unit]
    return None


def first_number(text: str) -> float | None:
    """The first number in `text` other than an article."""
    found = (number(match[0]) for match in _NUMBER.finditer(text) if match[0].lower() not in ("a", "an"))
    return next((value for value in found if value is not None), None)


def is_vague(text: str) -> bool:
    """Whether an amount is only roughly named: `a few hours`, `a couple of days`."""
    return bool(re.search(r"\b(?:couple|few|several|some)\b", text, re.IGNORECASE))


def ordinal(text: str) -> int | None:
    """`third` and `3rd` are 3, `last` is -1, anything else None."""
    word = text.strip().lower()
    digits = re.match(r"[0-9]{1,4}(?=st|nd|rd|th)", word)
    return int(digits[0]) if digits else _ORDINALS.get(word)


def unit_of(text: str) -> Unit:
    """The unit a word such as `mins` names."""
    word = text.lower().removesuffix("s")
    if word in _ABBREVIATED:
        return _ABBREVIATED[word]
    return next(unit for unit in UNIT_NS if unit == word)


def quantities(text: str) -> list[tuple[float, Unit]]:
    """Every amount of time in `text`, in order."""
    found: list[tuple[float, Unit]] = []
    for match in _QUANTITY.finditer(text):
        value = number(match[1])
        if value is not None:
            found.append((value + (0.5 if match[2] or match[4] else 0.0), unit_of(match[3])))
    return found


def amounts(text: str) -> list[tuple[float, Unit]]:
    """As `quantities`; a unit without a number is one of it (`the last hour`)."""
    return quantities(text) or quantities(f"one {text.strip()}")


def total_ns(parts: list[tuple[float, Unit]]) -> int:
    """Sum of the parts, in nanoseconds."""
    return sum(round(value * UNIT_NS[unit]) for value, unit in parts)


def rounding_ns(parts: list[tuple[float, Unit]]) -> int:
    """Half the step people round such an amount to: 5 minutes for `ten minutes`, half an hour for `two hours`."""
    value, unit = parts[-1]
    step = 1.0 if value == int(value) else 0.5
    if unit in ("second", "minute") and value >= 5:
        step = next((s for s in (10.0, 5.0) if value % s == 0), 1.0)
    return round(step * UNIT_NS[unit] / 2)
