"""Times and spans as a person writes them, on the memory's calendar."""

from mmmem.clock import MAX_NS, NS_PER_S, Calendar, Span
from mmmem.errors import InvalidInputError
from mmmem.memory import Memory

_FIRST_PLAUSIBLE_WALL_NS = 10**17
"""Nanoseconds since 1970 are more than this; seconds, milliseconds and microseconds are less."""
_LEAST_RELATIVE_NS = 1_000_000


def instant(memory: Memory, text: str, *, reference_ns: int | None = None) -> int:
    """Read one time; a clock time without a day is on the day of `reference_ns`, by default the memory's last day.

    Raises:
        InvalidInputError: not a time, or milliseconds where seconds are meant.
    """
    end_ns = memory.end_ns()
    t_ns = memory.calendar.parse(text, reference_ns=end_ns if reference_ns is None else reference_ns)
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
        raise InvalidInputError(f"asked_at must be nanoseconds (a whole number) or a time as text, got {value!r}.")
    least = _FIRST_PLAUSIBLE_WALL_NS if memory.calendar.kind == "wall" else _LEAST_RELATIVE_NS
    if not (value == 0 and memory.calendar.kind != "wall") and not least <= value <= MAX_NS:
        raise InvalidInputError(
            f"asked_at={value} is not nanoseconds on this memory's calendar (from {least} to 2**63): it looks like another unit. "
            f"Multiply it to nanoseconds, or write it as {memory.calendar.format(memory.end_ns())!r}."
        )
    return value


def _example(calendar: Calendar) -> str:
    examples = {"wall": "2024-05-03T11:00..2024-05-03T11:30", "days": "'DAY3 11:00..11:30'", "offset": "0:20..0:35"}
    return examples[calendar.kind]
