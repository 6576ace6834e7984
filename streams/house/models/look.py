"""What a shape is drawn from."""

from dataclasses import dataclass

from streams.house.home import Point
from streams.house.models.colours import Colour, colour

DARK = colour("dark grey")


@dataclass(frozen=True, slots=True)
class Look:
    """Size in metres (x, y, z) of a box and the colour of what is in it; `second` is the colour of its trim."""

    size: Point
    colour: Colour
    second: Colour = DARK
    material: str = ""

    @property
    def x(self) -> float:
        """Depth."""
        return self.size[0]

    @property
    def y(self) -> float:
        """Width."""
        return self.size[1]

    @property
    def z(self) -> float:
        """Height."""
        return self.size[2]
