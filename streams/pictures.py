"""Which files of a folder of pictures show something to look at."""

import re
from collections.abc import Sequence
from pathlib import Path

from mmmem.wording import counted

_DEPTH = re.compile(r"(?:^|[._-])depth(?:[._-]|$)", re.IGNORECASE)


def without_depth(paths: Sequence[Path]) -> tuple[list[Path], list[str]]:
    """The pictures whose names do not say that they hold depth, and a sentence on the others.

    RGB-D recordings keep `frame-000005.depth.png` beside `frame-000005.color.jpg`. Where all are depth, all stay.
    """
    shown = [path for path in paths if not _DEPTH.search(path.stem)]
    if not shown or len(shown) == len(paths):
        return list(paths), []
    return shown, [f"{counted(len(paths) - len(shown), 'depth picture')} not read: distances are no colours"]
