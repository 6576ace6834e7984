"""Plans of several homes on one sheet, to look at how much they differ: `python -m streams.house.plan_sheet FILE`."""

import sys
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from streams.house.building import build_home
from streams.house.home import Home
from streams.house.plan_picture import draw_plan
from streams.house.starting import starting_state


def plan_sheet(homes: Sequence[Home], columns: int = 3, px_per_m: int = 44) -> NDArray[np.uint8]:
    """(H, W, 3) uint8 RGB: the plans of homes at 06:30 of their first day, in rows."""
    plans = [draw_plan(home, starting_state(home), px_per_m=px_per_m) for home in homes]
    height, width = (max(plan.shape[axis] for plan in plans) for axis in (0, 1))
    sheet = np.full((-(-len(plans) // columns) * height, min(columns, len(plans)) * width, 3), 255, np.uint8)
    for number, plan in enumerate(plans):
        top, left = number // columns * height, number % columns * width
        sheet[top : top + plan.shape[0], left : left + plan.shape[1]] = plan
    return sheet


if __name__ == "__main__":
    Image.fromarray(plan_sheet([build_home(seed) for seed in range(7, 13)])).save(sys.argv[1], optimize=True)
