"""How people say where something is, and whose it is."""

from collections.abc import Sequence

from streams.house.home import Home, Thing

_DRAWERS = {1: ("",), 2: ("bottom ", "top "), 3: ("bottom ", "middle ", "top ")}


def place_words(home: Home, holder: str) -> str:
    """ "on the coffee table", "in the top drawer of the dresser", "with Anna"."""
    if "." not in holder:
        return f"with {home.resident(holder).name}"
    piece, surface = home.piece(holder), home.surface(holder)
    if not surface.behind.startswith("drawer"):
        return f"{surface.relation} {with_article(piece.name)}"
    drawers = [opening for opening in piece.openings if opening.startswith("drawer")]
    which = _DRAWERS.get(len(drawers), ("",) * len(drawers))[drawers.index(surface.behind)]
    return f"in the {which}drawer of {with_article(piece.name)}"


def with_article(name: str) -> str:
    """ "the desk", but "Anna's desk"."""
    return name if "'s " in name else f"the {name}"


def is_or_are(thing: Thing) -> str:
    """The verb for a thing: keys are, a mug is."""
    return "are" if thing.kind in PLURALS else "is"


def names_of(names: Sequence[str]) -> str:
    """ "Anna", "Anna and Ben", "Anna, Ben and Chloe"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


PLURALS = ("keys", "glasses", "scissors", "headphones", "shoes", "slippers")
"""Kinds that are spoken of as many."""
