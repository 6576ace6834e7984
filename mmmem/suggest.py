"""Did-you-mean for every look-up by name."""

from collections.abc import Iterable
from difflib import get_close_matches

from mmmem.errors import UnknownNameError


def known_name(name: str, known: Iterable[str], what: str) -> str:
    """Return `name` if it is among `known`.

    Raises:
        UnknownNameError: names the value, the nearest known names and all of them.
    """
    names = sorted(known)
    if name in names:
        return name
    near = get_close_matches(name, names, n=3, cutoff=0.5)
    hint = f" Did you mean {' or '.join(repr(n) for n in near)}?" if near else ""
    listed = ", ".join(names) if names else "none exist yet"
    raise UnknownNameError(f"Unknown {what} {name!r}.{hint} Known: {listed}.")


_SINCE_1970 = (("seconds", 10**9), ("milliseconds", 10**6), ("microseconds", 10**3))
_FIRST_S, _LAST_S = 10**9, 41 * 10**8
"""Seconds since 1970 of the years 2001 to 2099."""


def unit_since_1970(number: int) -> tuple[str, int] | None:
    """`("milliseconds", 1_000_000)` for a count that is a date of this century in that unit: its name, its nanoseconds."""
    for unit, scale_ns in _SINCE_1970:
        if _FIRST_S <= number * scale_ns // 10**9 < _LAST_S:
            return unit, scale_ns
    return None
