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
