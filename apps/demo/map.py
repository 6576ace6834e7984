"""The house from above: its plan, the ways of the cameras, and where the memory believes things to be and to have been."""

from collections.abc import Iterator
from html import escape
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from apps.demo.belief import Belief, Believed
from apps.demo.pictures import png
from mmmem.clock import Calendar
from streams.house.home import Home
from streams.house.plan_picture import draw_plan

PX_PER_M = 80
_TRAILS = ("#d6336c", "#1c7ed6", "#e8590c", "#2b8a3e")
_INKS = {
    "clear": "#cfe6f2", "silver": "#bfc4cb", "golden": "#d9ac3b", "dark green": "#1f5b35", "beige": "#d8c8a8", "grey": "#8c9097",
    "white": "#ffffff", "black": "#26282c", "red": "#d63a2f", "blue": "#2f6fd6", "green": "#3a9d4b", "yellow": "#f2c81e",
    "orange": "#f08a24", "purple": "#8b54c4", "pink": "#ee82ad", "brown": "#8a5a34",
}  # fmt: skip
_UNKNOWN = "#b9bcc2"
_NEAR_M = 0.4


class HouseMap:
    """Draws over the plan of a home.

    Args:
        home: its rooms and furniture are drawn as they are; everything else is what the memory believes.
    """

    def __init__(self, home: Home, belief: Belief, calendar: Calendar) -> None:
        self._belief, self._calendar = belief, calendar
        self._plan = draw_plan(home, px_per_m=PX_PER_M)
        rooms = home.rooms
        middle_x = (min(room.x0_m for room in rooms) + max(room.x1_m for room in rooms)) / 2
        middle_y = (min(room.y0_m for room in rooms) + max(room.y1_m for room in rooms)) / 2
        height, width = self._plan.shape[:2]
        self._left_m, self._top_m = middle_x - width / PX_PER_M / 2, middle_y + height / PX_PER_M / 2

    @property
    def numbered(self) -> list[Believed]:
        """The things that moved, by their number on the map, from 1."""
        return [thing for thing in self._belief.things if thing.moved and _stretch_m(thing) > _NEAR_M]

    def svg(self) -> str:
        """The map as one element."""
        height, width = self._plan.shape[:2]
        moved = self.numbered
        parts = [
            *self._trails(),
            *(self._dot(thing) for thing in self._belief.things if thing not in moved and thing.last.at is not None),
            *(mark for number, thing in enumerate(moved, start=1) for mark in self._move(number, thing)),
        ]
        return (
            f'<svg class="map" viewBox="0 0 {width} {height}" role="img" aria-label="map of the house"><defs>'
            '<marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
            f'<path d="M0 0L8 4L0 8z" fill="#30343b"/></marker></defs><image href="{png(self._plan)}" width="{width}" '
            f'height="{height}"/>{"".join(parts)}</svg>'
        )

    def legend(self) -> str:
        """Whose trail has which colour, and what the numbers are, as HTML."""
        trails = "".join(
            f'<span><i style="background:{_colour(number)}"></i>{escape(stream)}</span>'
            for number, stream in enumerate(self._belief.trails)
        )
        rows = "".join(f"<li><b>{escape(thing.name)}</b> {escape(self._story(thing))}</li>" for thing in self.numbered)
        return f'<div class="trails">{trails}</div><ol class="moves">{rows}</ol>'

    def _story(self, thing: Believed) -> str:
        """Where it was, in order, and whether it is gone."""
        said = [f"{spot.place} ({self._clock(spot.last_seen_ns)})" for spot in thing.spots]
        missing_ns = thing.last.missing_ns
        if missing_ns is not None:
            said.append(f"not there any more ({self._clock(missing_ns)})")
        return ", then ".join(said)

    def _clock(self, t_ns: int) -> str:
        return self._calendar.format(t_ns, day=False)[:5]

    def _trails(self) -> Iterator[str]:
        for number, parts in enumerate(self._belief.trails.values()):
            for part in parts:
                points = " ".join(f"{x:.1f},{y:.1f}" for x, y in (self._px(point) for point in part))
                yield f'<polyline class="trail" points="{points}" stroke="{_colour(number)}"/>'

    def _dot(self, thing: Believed) -> str:
        assert thing.last.at is not None
        x, y = self._px(thing.last.at)
        return (
            f'<circle class="thing" cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{_ink(thing)}">'
            f"<title>{escape(thing.name)}: {escape(thing.last.place)}</title></circle>"
        )

    def _move(self, number: int, thing: Believed) -> Iterator[str]:
        """From place to place; the number stands where it is now, crossed out if it is gone from there."""
        points = [self._px(spot.at) for spot in thing.spots if spot.at is not None]
        for (x0, y0), (x1, y1) in pairwise(points):
            middle = (x0 + x1) / 2 - (y1 - y0) * 0.14, (y0 + y1) / 2 + (x1 - x0) * 0.14
            yield (
                f'<path class="move" marker-end="url(#tip)" d="M{x0:.1f} {y0:.1f}Q{middle[0]:.1f} {middle[1]:.1f} '
                f'{x1:.1f} {y1:.1f}"/><circle class="was" cx="{x0:.1f}" cy="{y0:.1f}" r="6" stroke="{_ink(thing)}"/>'
            )
        if points:
            x, y = points[-1]
            gone = " gone" if thing.gone else ""
            title = f"<title>{number}. {escape(thing.name)}: {escape(self._story(thing))}</title>"
            yield (
                f'<g class="number{gone}"><circle cx="{x:.1f}" cy="{y:.1f}" r="11" stroke="{_ink(thing)}"/>'
                f'<text x="{x:.1f}" y="{y + 4.5:.1f}">{number}</text>{title}</g>'
            )

    def _px(self, at: NDArray[np.float64]) -> tuple[float, float]:
        return (float(at[0]) - self._left_m) * PX_PER_M, (self._top_m - float(at[1])) * PX_PER_M


def _stretch_m(thing: Believed) -> float:
    """The longest way between two of its places; endless for what is gone, as it is anywhere."""
    points = [spot.at[:2] for spot in thing.spots if spot.at is not None]
    if thing.gone:
        return float("inf")
    return max((float(np.linalg.norm(a - b)) for a in points for b in points), default=0.0)


def _ink(thing: Believed) -> str:
    return _INKS.get(thing.colour, _UNKNOWN)


def _colour(number: int) -> str:
    return _TRAILS[number % len(_TRAILS)]
