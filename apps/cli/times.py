"""Times and spans as a person writes them, on the memory's calendar."""

from mmmem.clock import MAX_NS, NS_PER_S, Calendar, Span
from mmmem.errors import InvalidInputError
from mmmem.memory import Memory
from mmmem.suggest import unit_since_1970

_FIRST_PLAUSIBLE_WALL_NS = 10**17
"""Nanoseconds since 1970 are more than this; seconds, milliseconds and microseconds are less."""
NS_PER_MS = 1_000_000


def instant(memory: Memory, text: str, *, reference_ns: int | None = None) -> int:
    """Read one time; a clock time without a day is on the day of `reference_ns`, by default the memory's last day.

    Raises:
        InvalidInputError: not a time, or milliseconds where seconds are meant.
    """
    end_ns = memory.end_ns()
    t_ns = memory.calendar.parse(text, reference_ns=end_ns if reference_ns is None else reference_ns)
    if t_ns > MAX_NS:
        raise InvalidInputError(
            f"{text!r} is centuries after the memory ends at {memory.calendar.format(end_ns)}; write a nearer time."
        )
    in_milliseconds = memory.calendar.kind == "offset" and text.strip().isdigit() and t_ns // 1000 <= end_ns < t_ns
    if in_milliseconds and t_ns >= 1000 * NS_PER_S:
        raise InvalidInputError(
            f"{text!r} is {memory.calendar.format(t_ns)}, but the memory ends at {memory.calendar.format(end_ns)}: it looks like "
            f"milliseconds given as seconds. Write {memory.calendar.format(t_ns // 1000)} or {t_ns // 1000 / NS_PER_S:g}s."
        )
    return t_ns


def span_of(memory: Memory, text: str, option: str) -> Span:
    """Read `A..B`, `A..` or `..B`.

    Raises:
        InvalidInputError: no `..`, an end that is no time, or an end that is not after the start.
    """
    start, dots, end = text.partition("..")
    if not dots:
        raise InvalidInputError(f"{option} {text!r} is no span; write A..B, as in {_example(memory.calendar)}.")
    start_ns = instant(memory, start) if start.strip() else 0
    end_ns = instant(memory, end, reference_ns=start_ns if start.strip() else None) if end.strip() else MAX_NS
    if end_ns <= start_ns:
        raise InvalidInputError(
            f"{option} {text!r} ends at {memory.calendar.format(end_ns)}, which is not after its start "
            f"{memory.calendar.format(start_ns)}; write the earlier time first, as in {_example(memory.calendar)}."
        )
    return Span(start_ns, end_ns)


def maybe_span(memory: Memory, text: str | None, option: str = "--window") -> Span | None:
    """The span, if one was given."""
    return None if text is None else span_of(memory, text, option)


def asked_at_ns(memory: Memory, value: object) -> int | None:
    """When a question is asked: nanoseconds, or text as the calendar writes times; None is the end of the memory.

    Raises:
        InvalidInputError: neither, or a number in another unit than nanoseconds.
    """
    if value is None:
        return None
    if isinstance(value, str):
        return instant(memory, value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidInputError(
            f"asked_at of a line must be nanoseconds (a whole number) or a time as text, got {value!r}; write it as "
            f"{memory.calendar.format(memory.end_ns())!r}."
        )
    in_text = f"write it as text, as in {memory.calendar.format(memory.end_ns())!r}"
    if not 0 <= value <= MAX_NS:
        raise InvalidInputError(f"asked_at {value} is outside [0, 2**63) nanoseconds; {in_text}.")
    if memory.calendar.kind == "wall" and value < _FIRST_PLAUSIBLE_WALL_NS:
        since = unit_since_1970(value)
        likely = f"it looks like {since[0]}, so multiply it by {since[1]:,}" if since else "it looks like another unit"
        raise InvalidInputError(f"asked_at {value} is not nanoseconds since 1970: {likely}, or {in_text}.")
    return value


def doubt_about(memory: Memory, asked_at: object) -> str:
    """Why a whole number may not be the nanoseconds it is taken for; empty where nothing speaks against it.

    Where time counts from a start, any number is a time. One that is within the first millisecond, or a date of this century
    in another unit, was most likely meant otherwise.
    """
    if isinstance(asked_at, bool) or not isinstance(asked_at, int) or memory.calendar.kind == "wall":
        return ""
    taken = f"asked_at {asked_at} is taken for nanoseconds, {memory.calendar.format(max(asked_at, 0))}"
    since = unit_since_1970(asked_at)
    if since is not None and asked_at % NS_PER_MS:
        return f"{taken}; it looks like {since[0]} since 1970, but this memory counts from a start"
    if 0 < asked_at < NS_PER_MS:
        return f"{taken}, the very beginning; seconds times 1,000,000,000 are nanoseconds, milliseconds times 1,000,000"
    return ""


def _example(calendar: Calendar) -> str:
    examples = {"wall": "2024-05-03T11:00..2024-05-03T11:30", "days": "'DAY3 11:00..11:30'", "offset": "0:20..0:35"}
    return examples[calendar.kind]
