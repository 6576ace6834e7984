"""What a question asks of things and people and where they are, read off its form: an intent, and the phrases and times in it.

No memory, no model: the scene graph answers such requests from what it saw, the banks from what was said.
"""

import re
from dataclasses import dataclass

from mmmem.agent.language.moments import Moment, Now, ranges
from mmmem.agent.language.scene_requests import SCENE_RULES
from mmmem.agent.language.space_requests import SPACE_RULES
from mmmem.agent.timeexpr import MASK, plain, scan
from mmmem.clock import NS_PER_HOUR, Calendar, Span


@dataclass(frozen=True, slots=True)
class Request:
    """A question about where things are, or about who did what where.

    Args:
        intent: what is asked; a key of `scenegraph.source.REPLIES` and of `mmmem.agent.scenes.answering.REPLIES`.
        what: the thing asked about, as said.
        relation, place: where it is said to be.
        words: other words that the intent needs: a state, a purpose, a class.
        windows: times that are named, in the order of time.
        part: hours of the day `(from, to)` where a part of the day is named.
    """

    intent: str
    what: str = ""
    relation: str = ""
    place: str = ""
    words: str = ""
    windows: tuple[Span, ...] = ()
    part: tuple[float, float] | None = None

    @property
    def window(self) -> Span | None:
        """The time that is meant: the last one if several are named; "at 9:00", of either half of a day, is as written."""
        if len(self.windows) == 2 and self.windows[1].start_ns - self.windows[0].start_ns == 12 * NS_PER_HOUR:
            return self.windows[0]
        return self.windows[-1] if self.windows else None


_PART_HOURS = {
    "morning": (6.0, 12.0), "noon": (11.0, 14.0), "afternoon": (12.0, 17.0), "evening": (17.0, 24.0), "night": (22.0, 30.0),
}  # fmt: skip
RULES = tuple((intent, re.compile(rf"^(?:{rule})\W*$", re.IGNORECASE)) for intent, rule in (*SPACE_RULES, *SCENE_RULES))
_LEAD = re.compile(
    r"^(?:as far as (?:you|I|we) (?:saw|see|know|can tell|remember),?|please,?|so far,?|until now,?|in all,?"
    r"|(?:can|could) you tell me,?|tell me,?|do you (?:know|remember),?)\s+(?=\w)",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r",?\s+(?:as far as (?:you|I|we) (?:saw|see|know|can tell|remember)|so far|until now|in all|please|to your knowledge)"
    r"(?=\W*$)",
    re.IGNORECASE,
)
_QUOTED = re.compile(
    r"^who (?:was it (?:that|who) |is it (?:that|who) |has )?(?:said|says?|told (?:you|us|me)|mentioned|asked)(?: that)?:? ?"
    r"[\"'](?P<words>.+?)[\"']?\W*$",
    re.IGNORECASE,
)
_PART = re.compile(r"\b(morning|noon|afternoon|evening|night)s?\b", re.IGNORECASE)
_CHOPPED = re.compile(rf"\s*(?P<before>\b(?:on|in|at|during|of)\s*)?(?:the\s*)?(?P<time>{MASK}+)\s*", re.IGNORECASE)
_OWN_WORD = re.compile(r"(?:on|in|at|during|of|since|after|before|until|till)\b", re.IGNORECASE)
_PARTICLE = re.compile(r"\b(?:switched|turned|left)\s*$", re.IGNORECASE)
_HOUR = re.compile(r"\bat this (?:hour|time)(?: of (?:the )?day)?\b", re.IGNORECASE)


def request_of(text: str, *, asked_at_ns: int, calendar: Calendar) -> Request | None:
    """What a question asks; None if it has none of these forms."""
    now = Now(asked_at_ns, calendar)
    if quoted := _QUOTED.match(_trimmed(plain(text))):
        return Request("who said", words=_what(quoted["words"]))
    moments, masked = scan(plain(text), now)
    bare = _trimmed(_untimed(plain(text), masked))
    for intent, rule in RULES:
        match = rule.match(bare)
        if match:
            return _request(intent, match.groupdict(), text, now, moments)
    return None


def _untimed(text: str, masked: str) -> str:
    """A question without its times, and without the words that lead to them; `switched on on Monday` keeps one `on`."""

    def left(match: re.Match[str]) -> str:
        own, before = _OWN_WORD.match(text, *match.span("time")), match["before"] or ""
        if own is None:
            return " "
        switched = own[0].lower() == "on" and _PARTICLE.search(text[: match.start("time")])
        return " on " if switched and not before else f" {before} "

    return _HOUR.sub(" ", _CHOPPED.sub(left, masked))


def _trimmed(text: str) -> str:
    """Without what people say around a question, and with one blank between words."""
    bare = re.sub(r"\s+(?=[?.!,])", "", " ".join(text.split())).strip(" ,")
    while match := _LEAD.match(bare) or _TAIL.search(bare):
        bare = f"{bare[: match.start()]}{bare[match.end() :]}".strip(" ,")
    return bare


def _request(intent: str, found: dict[str, str | None], text: str, now: Now, moments: list[Moment]) -> Request:
    windows = [
        _as_people_mean(Span(max(start, 0), end), text, now.calendar)
        for moment in moments
        for start, end in ranges(moment, now)
        if max(start, 0) < end
    ]
    what = found.get("what") or found.get("what2") or ""
    relation = (found.get("relation") or "").lower().removeprefix("to the ")
    part = _PART.search(text)
    hours = _PART_HOURS[part[1].lower()] if part else None
    if _HOUR.search(text):
        hour = now.calendar.time_of_day_ns(now.t_ns) / 3.6e12
        hours = (hour - 2.0, hour + 2.0)
    return Request(
        intent,
        _what(what),
        relation,
        _what(found.get("place") or ""),
        _what(found.get("words") or ""),
        tuple(sorted(windows)),
        hours,
    )


def _as_people_mean(window: Span, text: str, calendar: Calendar) -> Span:
    """A part of a day without the hours that it shares with its neighbours, so that every hour has one name."""
    day = calendar.day_span(calendar.day_of(window.start_ns))
    for name in {match[1].lower() for match in _PART.finditer(text)}:
        low, high = _PART_HOURS[name]
        same_start = abs(window.start_ns - day.start_ns - low * NS_PER_HOUR) <= 1.01 * NS_PER_HOUR
        same_end = abs(window.end_ns - day.start_ns - high * NS_PER_HOUR) <= 1.01 * NS_PER_HOUR
        if same_start and (same_end or window.end_ns < day.start_ns + high * NS_PER_HOUR):
            end_ns = day.start_ns + round(high * NS_PER_HOUR)
            return Span(day.start_ns + round(low * NS_PER_HOUR), end_ns if same_end else max(window.end_ns, window.start_ns + 1))
    return window


def _what(words: str) -> str:
    return words.strip(" ,.?!:;")
