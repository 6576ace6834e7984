"""Textures drawn by code: floors and cloths that a colour is laid over, and faces of things (a page, a screen, a clock)."""

from collections.abc import Callable, Mapping
from functools import cache
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from mmmem.suggest import known_name

Pixels = NDArray[np.uint8]
Drawn = Callable[[ImageDraw.ImageDraw], None]


def _grain(size: int, seed: int, stretch: int) -> NDArray[np.float64]:
    """Noise from 0 to 1, `stretch` times longer across than down."""
    rng = np.random.default_rng(seed)
    rows = [
        np.repeat(np.repeat(rng.random((size // s, -(-size // (s * stretch)))), s, 0), s * stretch, 1)[:size, :size]
        for s in (1, 2, 4, 8)
    ]
    return np.asarray(sum(row * weight for row, weight in zip(rows, (0.15, 0.25, 0.3, 0.3), strict=True)))


def _grey(light: NDArray[np.float64]) -> Pixels:
    return np.repeat((np.clip(light, 0, 1) * 255).astype(np.uint8)[..., None], 3, 2)


def _wood() -> Pixels:
    return _grey(0.8 + 0.2 * _grain(128, 1, 16))


def _planks() -> Pixels:
    """One metre of floor: six boards, their ends shifted."""
    light = 0.74 + 0.22 * _grain(192, 2, 16)
    rng = np.random.default_rng(3)
    for row in range(6):
        top = row * 32
        light[top : top + 32] *= 0.88 + 0.12 * rng.random()
        light[top : top + 2] *= 0.62
        light[top : top + 32, (row * 75) % 192 : (row * 75) % 192 + 2] *= 0.62
    return _grey(light)


def _tiles() -> Pixels:
    """One metre of floor: three by three tiles with joints."""
    light = 0.9 + 0.08 * _grain(192, 4, 1)
    rng = np.random.default_rng(5)
    for row in range(3):
        for column in range(3):
            light[row * 64 : row * 64 + 64, column * 64 : column * 64 + 64] *= 0.93 + 0.07 * rng.random()
    for line in range(0, 192, 64):
        light[line : line + 3], light[:, line : line + 3] = 0.58, 0.58
    return _grey(light)


def _chequered() -> Pixels:
    light = np.kron(np.indices((4, 4)).sum(0) % 2, np.ones((32, 32)))
    return _grey(0.55 + 0.42 * light + 0.03 * _grain(128, 6, 1))


def _carpet() -> Pixels:
    return _grey(0.72 + 0.28 * np.random.default_rng(7).random((128, 128)) * _grain(128, 8, 1) ** 0.3)


def _cloth() -> Pixels:
    rows, columns = np.indices((64, 64))
    return _grey(0.86 + 0.07 * ((rows // 2 + columns // 2) % 2) + 0.07 * np.random.default_rng(9).random((64, 64)))


def _stone() -> Pixels:
    return _grey(0.78 + 0.14 * _grain(128, 10, 1) + 0.12 * np.random.default_rng(11).random((128, 128)))


def _wicker() -> Pixels:
    rows, columns = np.indices((64, 64))
    over = (rows // 8 + columns // 8) % 2
    return _grey(0.62 + 0.36 * np.where(over == 1, np.sin(np.pi * (rows % 8) / 8), np.sin(np.pi * (columns % 8) / 8)))


def _drawn(draw: Drawn, background: str, size: tuple[int, int] = (96, 128)) -> Pixels:
    image = Image.new("RGB", (size[0] * 2, size[1] * 2), background)
    draw(ImageDraw.Draw(image))
    return np.asarray(image.resize(size, Image.Resampling.LANCZOS))


def _milk(d: ImageDraw.ImageDraw) -> None:
    d.rectangle((0, 150, 192, 256), fill="#2d6fd2")
    d.ellipse((30, 40, 90, 100), fill="#1c1c20")
    d.ellipse((110, 80, 170, 140), fill="#1c1c20")
    d.polygon([(0, 150), (60, 130), (120, 155), (192, 135), (192, 170), (0, 170)], fill="#4caf50")
    for x in range(20, 180, 40):
        d.line([(x, 230), (x, 180), (x + 12, 205), (x + 24, 180), (x + 24, 230)], fill="white", width=8)


def _cereal(d: ImageDraw.ImageDraw) -> None:
    d.rectangle((0, 0, 192, 256), fill="#f2a81d")
    d.rectangle((0, 20, 192, 90), fill="#c81e1e")
    for i in range(6):
        d.rectangle((14 + 28 * i, 35, 34 + 28 * i, 75), fill="white")
        d.rectangle((20 + 28 * i, 45, 28 + 28 * i, 65), fill="#c81e1e")
    d.chord((20, 120, 172, 250), 0, 180, fill="#2d6fd2")
    for x, y in ((50, 165), (80, 150), (110, 160), (135, 150), (95, 172), (65, 178), (125, 176)):
        d.ellipse((x - 18, y - 18, x + 18, y + 18), fill="#d9882b")
        d.ellipse((x - 6, y - 6, x + 6, y + 6), fill="#f2c26b")


def _keyboard(d: ImageDraw.ImageDraw) -> None:
    for row in range(5):
        for column in range(12):
            d.rectangle((8 + column * 20, 8 + row * 20, 24 + column * 20, 24 + row * 20), fill="#1e1f24")
    d.rectangle((80, 116, 176, 164), fill="#8f949c", outline="#6d7178", width=3)


def _screen(d: ImageDraw.ImageDraw) -> None:
    d.rectangle((0, 0, 256, 160), fill="#3c7dd9")
    d.rectangle((20, 20, 150, 130), fill="white")
    d.rectangle((20, 20, 150, 36), fill="#20375e")
    for y in range(48, 124, 14):
        d.line([(30, y), (50 + (y * 37) % 90, y)], fill="#555c66", width=5)
    d.rectangle((165, 30, 240, 90), fill="#f2b53c")
    d.rectangle((0, 146, 256, 160), fill="#16233d")


def _apps(d: ImageDraw.ImageDraw) -> None:
    tones = ("#e24a3b", "#f2b53c", "#4caf50", "#ffffff", "#8e5bd0", "#2bb3c0")
    for i in range(20):
        x, y = 16 + 42 * (i % 4), 30 + 42 * (i // 4)
        d.rounded_rectangle((x, y, x + 30, y + 30), 8, fill=tones[i % 6])


def _clock(d: ImageDraw.ImageDraw) -> None:
    d.ellipse((4, 4, 252, 252), fill="white", outline="#222222", width=8)
    for hour in range(12):
        x, y = np.sin(hour * np.pi / 6), -np.cos(hour * np.pi / 6)
        d.line([(128 + 92 * x, 128 + 92 * y), (128 + 112 * x, 128 + 112 * y)], fill="#222222", width=10)
    d.line([(128, 128), (128, 44)], fill="#222222", width=9)
    d.line([(128, 128), (180, 150)], fill="#222222", width=13)


def _page(d: ImageDraw.ImageDraw) -> None:
    for y in range(24, 236, 16):
        d.line([(20, y), (172 - (y * 7) % 40, y)], fill="#77746c", width=5)


def _newspaper(d: ImageDraw.ImageDraw) -> None:
    for i, x in enumerate(range(14, 176, 18)):
        d.rectangle((x, 12, x + 12, 38), fill="#222222" if i % 4 != 3 else "#e9e6dc")
    d.line([(10, 48), (182, 48)], fill="#222222", width=4)
    d.rectangle((12, 62, 96, 130), fill="#6f7478")
    d.ellipse((38, 72, 70, 104), fill="#c9ccce")
    for x, top in ((12, 142), (72, 142), (132, 62)):
        for y in range(top, 246, 10):
            d.line([(x, y), (x + 48, y)], fill="#55534e", width=4)
    d.rectangle((104, 62, 122, 130), fill="#8b8f92")


def _envelope(d: ImageDraw.ImageDraw) -> None:
    d.rectangle((0, 0, 255, 183), outline="#b9b4a5", width=6)
    d.rectangle((204, 16, 240, 62), fill="#c81e1e", outline="white", width=4)
    for i, y in enumerate((92, 112, 132)):
        d.line([(96, y), (214 - 26 * i, y)], fill="#33415e", width=7)
    d.line([(18, 24), (76, 24)], fill="#77746c", width=5)
    d.line([(18, 38), (64, 38)], fill="#77746c", width=5)


def _address(d: ImageDraw.ImageDraw) -> None:
    for i, y in enumerate((30, 54, 78)):
        d.line([(20, y), (170 - 30 * i, y)], fill="#333333", width=9)
    for x in range(24, 220, 12):
        d.line([(x, 110), (x, 170)], fill="#222222", width=3 + x % 5)


def _photo(d: ImageDraw.ImageDraw) -> None:
    d.rectangle((0, 0, 192, 150), fill="#86c3ee")
    d.rectangle((0, 150, 192, 256), fill="#5fae57")
    for x, shirt in ((62, "#d64541"), (130, "#2b59c3")):
        d.ellipse((x - 24, 84, x + 24, 136), fill="#e3b08c")
        d.chord((x - 26, 76, x + 26, 124), 180, 360, fill="#5a3a22")
        d.pieslice((x - 44, 136, x + 44, 300), 180, 360, fill=shirt)


def _film(d: ImageDraw.ImageDraw) -> None:
    d.rectangle((0, 0, 256, 90), fill="#58a6e8")
    d.polygon([(0, 100), (70, 30), (130, 100), (190, 44), (256, 100), (256, 160), (0, 160)], fill="#3d8b4b")
    d.ellipse((190, 12, 226, 48), fill="#ffe45e")
    d.rectangle((0, 120, 256, 160), fill="#c9a15f")
    d.rectangle((96, 96, 150, 140), fill="#b8372c")
    d.polygon([(86, 98), (123, 66), (160, 98)], fill="#55372a")


def _view(d: ImageDraw.ImageDraw) -> None:
    d.rectangle((0, 0, 256, 130), fill="#bfe2fa")
    d.ellipse((30, 20, 110, 60), fill="white")
    d.ellipse((150, 40, 230, 76), fill="white")
    d.rectangle((0, 130, 256, 200), fill="#79b465")
    for x, y, r in ((50, 110, 40), (200, 105, 46), (130, 130, 26)):
        d.rectangle((x - 5, y, x + 5, y + 50), fill="#6b4a2b")
        d.ellipse((x - r, y - r, x + r, y + r), fill="#4a8f45")


def _painting(d: ImageDraw.ImageDraw) -> None:
    d.rectangle((0, 0, 256, 192), fill="#f0dcae")
    d.ellipse((150, 24, 216, 90), fill="#e0663a")
    d.polygon([(0, 130), (90, 70), (170, 140), (256, 100), (256, 192), (0, 192)], fill="#3f6f86")
    d.polygon([(0, 160), (120, 130), (256, 170), (256, 192), (0, 192)], fill="#24465a")


def _flowers(d: ImageDraw.ImageDraw) -> None:
    d.rectangle((0, 0, 192, 256), fill="#e9efe6")
    for x, y, tone in ((60, 80, "#d9486e"), (130, 60, "#f2b53c"), (100, 120, "#8e5bd0")):
        d.line([(x, y), (96, 250)], fill="#3d8b37", width=7)
        for a in np.arange(6) * np.pi / 3:
            d.ellipse(
                (x + 22 * np.cos(a) - 16, y + 22 * np.sin(a) - 16, x + 22 * np.cos(a) + 16, y + 22 * np.sin(a) + 16), fill=tone
            )
        d.ellipse((x - 10, y - 10, x + 10, y + 10), fill="#fff2b0")


def _spines(d: ImageDraw.ImageDraw) -> None:
    tones = ("#8c2f2b", "#2b4a7d", "#3f6f4b", "#c9a44b", "#5b3a66", "#77746c", "#b8562c", "#e3d9bf")
    x, i = 0, 0
    while x < 512:
        wide, tall = 22 + (i * 13) % 26, 150 + (i * 29) % 70
        d.rectangle((x, 240 - tall, x + wide - 3, 240), fill=tones[(i * 5) % 8])
        d.rectangle((x + 4, 256 - tall, x + wide - 8, 266 - tall), fill="#efe6cf")
        x, i = x + wide, i + 1


def _rug(d: ImageDraw.ImageDraw) -> None:
    d.rectangle((0, 0, 256, 192), fill="#a8352f")
    d.rectangle((12, 12, 244, 180), outline="#ecd9a8", width=6)
    d.rectangle((26, 26, 230, 166), fill="#25406b", outline="#ecd9a8", width=4)
    for x in range(60, 220, 44):
        d.polygon([(x, 60), (x + 18, 96), (x, 132), (x - 18, 96)], fill="#d9a441", outline="#ecd9a8")


_PATTERNS: Mapping[str, Callable[[], Pixels]] = {
    "wood": _wood,
    "planks": _planks,
    "tiles": _tiles,
    "chequered": _chequered,
    "carpet": _carpet,
    "cloth": _cloth,
    "stone": _stone,
    "wicker": _wicker,
}
_FACES: Mapping[str, tuple[Drawn, str, tuple[int, int]]] = {
    "milk": (_milk, "white", (96, 128)),
    "cereal": (_cereal, "white", (96, 128)),
    "keyboard": (_keyboard, "#b8bcc2", (128, 86)),
    "screen": (_screen, "#3c7dd9", (128, 80)),
    "apps": (_apps, "#20375e", (92, 128)),
    "clock": (_clock, "white", (128, 128)),
    "page": (_page, "#f6f2e6", (96, 128)),
    "newspaper": (_newspaper, "#e9e6dc", (96, 128)),
    "envelope": (_envelope, "#fbf9f1", (128, 92)),
    "address": (_address, "white", (120, 92)),
    "photo": (_photo, "white", (96, 128)),
    "film": (_film, "black", (128, 80)),
    "view": (_view, "#bfe2fa", (128, 100)),
    "painting": (_painting, "#f0dcae", (128, 96)),
    "flowers": (_flowers, "#e9efe6", (96, 128)),
    "spines": (_spines, "#3a2a1c", (256, 120)),
    "rug": (_rug, "#a8352f", (128, 96)),
}
PATTERNS = tuple(_PATTERNS)
"""Textures that repeat and that a colour is laid over; the others are faces."""


@cache
def picture(name: str) -> Pixels:
    """(H, W, 3) RGB of a texture.

    Raises:
        UnknownNameError: no such picture.
    """
    if name in _PATTERNS:
        pixels = _PATTERNS[name]()
    else:
        draw, background, size = _FACES[known_name(name, (*_PATTERNS, *_FACES), "picture")]
        pixels = _drawn(draw, background, size)
    pixels.flags.writeable = False
    return pixels


def png(name: str) -> bytes:
    """The texture as a PNG file."""
    file = BytesIO()
    Image.fromarray(picture(name)).save(file, "PNG", optimize=True)
    return file.getvalue()
