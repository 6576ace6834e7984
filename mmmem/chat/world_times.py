"""Times come from the store and never from a model: finding words that state a time or date no record holds."""

import re
from collections.abc import Iterable

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_HOUR = r"(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_ORDINAL = r"\d{1,2}(?:st|nd|rd|th)?"
_TIME = re.compile(
    rf"\b\d{{1,3}}:\d{{2}}(?::\d{{2}})?(?:\s*[ap]\.?m\b)?|\b{_HOUR}\s*[ap]\.?m\b|\b{_HOUR}\s+o['’]clock\b"
    rf"|\b(?:half\s+past|(?:a\s+)?quarter\s+(?:past|to))\s+{_HOUR}\b"
    r"|\bday\s*\d+\b|\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b"
    rf"|\b{_MONTH}\s+{_ORDINAL}\b|\b{_ORDINAL}\s+(?:of\s+)?{_MONTH}\b"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b",
    re.IGNORECASE,
)


def stated_times(text: str) -> tuple[str, ...]:
    """The parts of a text that state a clock time, a date, a weekday or a numbered day; not `yesterday` or `two hours ago`."""
    return tuple(match[0] for match in _TIME.finditer(text))


def invented_times(text: str, records: Iterable[str]) -> tuple[str, ...]:
    """Times stated in `text` that stand, as written, in none of `records`."""
    known = {_folded(time) for record in records for time in stated_times(record)}
    # A record's 11:20:05 also covers a text's 11:20.
    known |= {time.rpartition(":")[0] for time in known if time.count(":") == 2}
    return tuple(time for time in stated_times(text) if _folded(time) not in known)


def _folded(time: str) -> str:
    return re.sub(r"(?<!\d)0+(?=\d)", "", "".join(time.split()).casefold().replace(".", ""))
