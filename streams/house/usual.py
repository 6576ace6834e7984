"""Where a thing usually is at some hours of the day, told from a life: the truth for questions about habits."""

from collections.abc import Mapping

from mmmem.clock import NS_PER_DAY, NS_PER_HOUR, Span
from mmmem.errors import InvalidInputError
from streams.house.life import Life


def usual_places(life: Life, thing: str, from_hour: float = 0.0, to_hour: float = 24.0) -> Mapping[str, float]:
    """Share of the time between two hours of the day that each surface or person had a thing, the largest first.

    Args:
        thing: id of a thing; the time it is not in the home does not count.
        from_hour, to_hour: hours of the day (UTC); a band over midnight has its end before its start (22 to 6).

    Returns:
        Shares that sum to 1, by id of a surface or a resident; empty if the thing was never in the home at these hours.

    Raises:
        UnknownNameError: there is no such thing.
        InvalidInputError: an hour outside [0, 24], or two that are the same.
    """
    life.home.thing(thing)
    if not (0 <= from_hour <= 24 and 0 <= to_hour <= 24) or from_hour == to_hour:
        raise InvalidInputError(f"Hours of a day lie in [0, 24] and differ, got {from_hour} to {to_hour}.")
    bands = hour_bands(life.span, from_hour, to_hour)
    spent_ns: dict[str, int] = {}
    for span, holder in life.whereabouts(thing):
        inside_ns = sum(part.duration_ns for band in bands if (part := band.intersect(span)) is not None)
        if holder and inside_ns:
            spent_ns[holder] = spent_ns.get(holder, 0) + inside_ns
    total_ns = sum(spent_ns.values())
    return {holder: ns / total_ns for holder, ns in sorted(spent_ns.items(), key=lambda item: (-item[1], item[0]))}


def hour_bands(span: Span, from_hour: float, to_hour: float) -> list[Span]:
    """The parts of a span between two hours of the day (UTC), one for each day."""
    end_hour = to_hour if to_hour > from_hour else to_hour + 24
    days = range(span.start_ns // NS_PER_DAY - 1, span.end_ns // NS_PER_DAY + 1)
    bands = [
        (day * NS_PER_DAY + round(from_hour * NS_PER_HOUR), day * NS_PER_DAY + round(end_hour * NS_PER_HOUR)) for day in days
    ]
    whole = [Span(start, end) for start, end in bands if start >= 0]
    return [part for band in whole if (part := band.intersect(span)) is not None]
