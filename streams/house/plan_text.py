"""Short texts on a plan: broken into lines, turned and sized until they fit."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise

from PIL import Image, ImageDraw, ImageFont

_LEADING = 1.15


@dataclass(frozen=True, slots=True)
class Block:
    """Centred lines of text; `turned` lines run upwards."""

    lines: tuple[str, ...]
    letters_px: float
    turned: bool = False

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in pixels as it is drawn."""
        width = max(_font(self.letters_px).getlength(line) for line in self.lines)
        height = _LEADING * self.letters_px * len(self.lines)
        return (height, width) if self.turned else (width, height)


def fitted_block(words: str, room_px: tuple[float, float], largest_px: float, smallest_px: float) -> Block | None:
    """The words as large as fits into a width and height, at most `largest_px`; None if they do not fit at `smallest_px`."""
    letters = largest_px
    while letters >= smallest_px:
        for turned in (False, True):
            for lines in _broken(words):
                block = Block(lines, letters, turned)
                if block.size[0] <= 0.94 * room_px[0] and block.size[1] <= 0.94 * room_px[1]:
                    return block
        letters -= 1
    return None


def draw_block(image: Image.Image, block: Block, middle: tuple[float, float], ink: str, halo: str = "") -> None:
    """Draw it around its middle, letters edged with `halo` if it is given."""
    width, height = block.size if not block.turned else block.size[::-1]
    size = int(width) + 12, int(height) + 12
    for colour, edge in ((halo, 5), (ink, 0)):
        if colour:
            stencil = _stencil(block, size, edge)
            corner = round(middle[0] - stencil.width / 2), round(middle[1] - stencil.height / 2)
            image.paste(Image.new("RGB", stencil.size, colour), corner, stencil)


def _stencil(block: Block, size: tuple[int, int], edge_px: int) -> Image.Image:
    stencil = Image.new("L", size, 0)
    pen = ImageDraw.Draw(stencil)
    for number, line in enumerate(block.lines):
        at = (stencil.width / 2, 6 + (number + 0.5) * _LEADING * block.letters_px)
        pen.text(at, line, fill=255, font=_font(block.letters_px), anchor="mm", stroke_width=edge_px)
    return stencil.transpose(Image.Transpose.ROTATE_90) if block.turned else stencil


def _broken(words: str) -> list[tuple[str, ...]]:
    """All ways to break the words into lines, the fewest lines first."""
    parts = words.split()
    ways = []
    for breaks in range(len(parts)):
        for cuts in combinations(range(1, len(parts)), breaks):
            edges = (0, *cuts, len(parts))
            ways.append(tuple(" ".join(parts[low:high]) for low, high in pairwise(edges)))
    return ways


@lru_cache(maxsize=64)
def _font(letters_px: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(letters_px)
