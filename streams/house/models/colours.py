"""What the names of colours look like; red, green, blue and opacity from 0 to 1."""

from collections.abc import Mapping

from mmmem.suggest import known_name

Colour = tuple[float, float, float, float]

COLOURS: Mapping[str, Colour] = {
    name: (*(int(code[i : i + 2], 16) / 255 for i in (0, 2, 4)), 1.0)  # type: ignore[misc]
    for name, code in {
        "white": "f2f2ee",
        "black": "1c1c20",
        "grey": "8a8d91",
        "silver": "c3c7cc",
        "red": "cc1f1f",
        "orange": "f07d14",
        "yellow": "f5cf1e",
        "green": "2f9e44",
        "dark green": "1d4d2b",
        "light green": "8fce7f",
        "blue": "1f4fd8",
        "light blue": "7fbfe8",
        "dark blue": "1b2a5c",
        "purple": "7a35b0",
        "pink": "f087b4",
        "brown": "7a4a26",
        "beige": "dcc7a0",
        "golden": "d8a52c",
        "wood": "b5824d",
        "pale wood": "d9b482",
        "dark wood": "6b4226",
        "skin": "e3b08c",
        "cream": "f1e6cd",
        "leaf": "3d8b37",
        "steel": "a9aeb4",
        "glass": "cfe6f2",
        "coffee": "3b2314",
        "water": "8fc4e6",
        "milk": "fbfaf4",
        "soil": "4b3222",
        "paper": "f4f0e4",
        "cardboard": "c79a63",
        "flame": "ffb52e",
        "rose": "d9486e",
        "dark grey": "45484d",
        "teal": "2a7f86",
        "stone": "b9b4aa",
        "crust": "b06a2a",
        "ochre": "c98a2b",
    }.items()
}
_CLEAR = (0.72, 0.86, 0.93, 0.45)


def colour(name: str) -> Colour:
    """The colour of a name; "clear" is see-through.

    Raises:
        UnknownNameError: no such colour.
    """
    return _CLEAR if name == "clear" else COLOURS[known_name(name, COLOURS, "colour")]


def shade(of: Colour, by: float) -> Colour:
    """Darker for `by` below 1, lighter above it, as opaque as before."""
    if by <= 1:
        return of[0] * by, of[1] * by, of[2] * by, of[3]
    rest = 2 - by
    return 1 - (1 - of[0]) * rest, 1 - (1 - of[1]) * rest, 1 - (1 - of[2]) * rest, of[3]
