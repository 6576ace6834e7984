"""The film of a story: a picture for any instant, and the file with all of them."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from apps.demo.figures import SHIRTS, Figure, draw_bubble, draw_figure, draw_name, draw_thing
from apps.demo.house import DOOR, INK, OVERSAMPLING, SEAT, SPOTS, WHITE, Easel, Point, draw_room, font
from apps.demo.story import PLACES, Event, Room, Story
from mmmem.clock import NS_PER_S, format_duration
from mmmem.errors import StorageError

WALK_SHARE = 0.4
"""Share of a deed's time spent on the way to it."""
STEPS_PER_M = 1.5
SLOT_M = 0.42
"""Between two things at one place."""
_CODECS = (("libx264", {"preset": "veryfast", "crf": "23"}), ("mpeg4", {"qscale": "4"}))


@dataclass(frozen=True, slots=True)
class Walk:
    """Where a resident is during one event: from one point to another in a room, then staying."""

    event: Event
    room: Room
    start: Point
    end: Point

    def share(self, t_ns: int) -> float:
        """How much of the way is done, 0 to 1, slow at both ends."""
        way_ns = max(self.event.span.duration_ns * (1.0 if self.event.deed == "enter" else WALK_SHARE), 1)
        done = min(max((t_ns - self.event.span.start_ns) / way_ns, 0.0), 1.0)
        return done * done * (3 - 2 * done)


class Film:
    """Pictures of a story, `height` pixels high and four by three; a pure function of story, height and time."""

    def __init__(self, story: Story, *, height: int = 360, fps: int = 8) -> None:
        self.story = story
        self.height_px, self.width_px, self.fps = height, height * 4 // 3, fps
        self._walks = {name: walks_of(story, name) for name in story.residents}

    @property
    def num_frames(self) -> int:
        """How many pictures the file has."""
        return self.story.duration_ns * self.fps // NS_PER_S

    def picture(self, t_ns: int) -> NDArray[np.uint8]:
        """(H, W, 3) uint8 RGB at one instant."""
        event = self.story.event_at(t_ns)
        easel = self._title() if event is None else self._scene(event, t_ns)
        return np.asarray(easel.picture.reduce(OVERSAMPLING))

    def pictures(self) -> Iterator[NDArray[np.uint8]]:
        """All pictures in order."""
        return (self.picture(index * NS_PER_S // self.fps) for index in range(self.num_frames))

    def figures(self, room: Room, t_ns: int) -> list[Figure]:
        """Who is in a room, farthest first."""
        where = self.story.whereabouts(t_ns)
        found = []
        for number, name in enumerate(self.story.residents):
            walk = current_walk(self._walks[name], t_ns)
            if walk is not None and walk.room == room:
                holds = next((thing for thing, at in where.items() if at == name), None)
                found.append(_figure(walk, t_ns, Figure(name, SHIRTS[number], walk.start, 1, holds=holds), self.story))
        return sorted(found, key=lambda figure: -figure.feet[2])

    def _scene(self, event: Event, t_ns: int) -> Easel:
        easel = Easel(self.height_px, _empty_room(event.room, self.height_px).copy())
        _open_doors(easel, self.story, event, t_ns)
        for thing, at in self.story.whereabouts(t_ns).items():
            if PLACES.get(at) == event.room and at != "fridge":
                draw_thing(easel, thing, spot_of(thing, at, self.story))
        figures = self.figures(event.room, t_ns)
        for figure in figures:
            draw_figure(easel, figure)
        for figure in figures:
            draw_name(easel, figure)
        self._speak(easel, figures, t_ns)
        if event.deed == "ring":
            _ring(easel, t_ns)
        _corner(easel, event.room, t_ns)
        return easel

    def _speak(self, easel: Easel, figures: list[Figure], t_ns: int) -> None:
        line = self.story.line_at(t_ns)
        speaker = next((figure for figure in figures if line is not None and figure.name == line.who), None)
        if line is not None and speaker is not None:
            draw_bubble(easel, speaker, line.text)

    def _title(self) -> Easel:
        easel = Easel(self.height_px, _empty_room("living room", self.height_px).copy())
        easel.picture = Image.blend(easel.picture, Image.new("RGB", easel.picture.size, INK), 0.72)
        easel = Easel(self.height_px, easel.picture)
        x, y, unit = easel.width_px / 2, easel.height_px, easel.height_px
        first, second = self.story.residents
        easel.draw.text((x, y * 0.4), "A morning at home", font=font(round(unit * 0.1)), fill=WHITE, anchor="mm")
        easel.draw.line((x - unit * 0.2, y * 0.49, x + unit * 0.2, y * 0.49), fill=SHIRTS[0], width=round(unit * 0.008))
        with_whom = f"with {first} and {second}"
        easel.draw.text((x, y * 0.565), with_whom, font=font(round(unit * 0.055)), fill=(232, 222, 214), anchor="mm")
        return easel

    def write(self, path: Path) -> None:
        """Encode the film: H.264 where PyAV has an encoder for it, else MPEG-4.

        Raises:
            StorageError: it cannot be written.
        """
        import av
        from av.error import FFmpegError

        name, options = _codec()
        try:
            with av.open(str(path), "w") as container:
                stream = cast(Any, container.add_stream(name, rate=self.fps, options=options))
                stream.width, stream.height, stream.pix_fmt = self.width_px, self.height_px, "yuv420p"
                stream.time_base = Fraction(1, self.fps)
                stream.gop_size = self.fps * 2
                for picture in self.pictures():
                    container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
                container.mux(stream.encode())
        except (OSError, FFmpegError) as error:
            raise StorageError(f"Cannot write the film {str(path)!r}: {error}; give another folder with -o.") from error


def _codec() -> tuple[str, dict[str, str]]:
    import av

    return next(((name, options) for name, options in _CODECS if name in av.codecs_available), _CODECS[-1])


@lru_cache(maxsize=16)
def _empty_room(room: Room, height: int) -> Image.Image:
    easel = Easel(height)
    draw_room(easel, room)
    return easel.picture


def spot_of(thing: str, place: str, story: Story) -> Point:
    """Where a thing lies at a place; things that come to the same place have spots of their own, so that none hides another."""
    moved = {event.thing for event in story.events if event.place == place}
    sharing = [name for name, at in story.things.items() if name in moved or at == place]
    x, y, z = SPOTS[place].at
    return x + (sharing.index(thing) - (len(sharing) - 1) / 2) * SLOT_M, y, z


def walks_of(story: Story, name: str) -> list[Walk]:
    """One walk for each deed of a resident, in order of time."""
    walks: list[Walk] = []
    for event in story.events:
        if event.who != name:
            continue
        here = walks[-1].end if walks and walks[-1].room == event.room else DOOR
        walks.append(Walk(event, event.room, here, _goal(event, here, story)))
    return walks


def _goal(event: Event, here: Point, story: Story) -> Point:
    if event.deed == "enter":
        return (DOOR[0] + 1.0 + 0.3 * (event.who == story.residents[1]), 0.0, DOOR[2] - 0.5)
    if event.deed == "read":
        return SEAT
    return SPOTS[event.place].stand if event.place is not None else here


def current_walk(walks: list[Walk], t_ns: int) -> Walk | None:
    """The last walk begun by then; None before the first, and after somebody has left."""
    begun = [walk for walk in walks if walk.event.span.start_ns <= t_ns]
    gone = begun and begun[-1].event.deed == "leave" and t_ns >= begun[-1].event.span.end_ns
    return None if not begun or gone else begun[-1]


def _target(event: Event, story: Story) -> Point | None:
    if event.place is None:
        return None
    return SPOTS[event.place].at if event.thing is None else spot_of(event.thing, event.place, story)


def _figure(walk: Walk, t_ns: int, figure: Figure, story: Story) -> Figure:
    share = walk.share(t_ns)
    x, y, z = (a + (b - a) * share for a, b in zip(walk.start, walk.end, strict=True))
    length_m = math.dist(walk.start, walk.end)
    event = walk.event
    target = _target(event, story)
    ahead = walk.end[0] - walk.start[0] if share < 1 and length_m > 0.05 else (target[0] - x if target else 1.0)
    facing = 1 if ahead >= 0 else -1
    if event.deed == "read" and share >= 1:
        return replace(figure, feet=(x, y, z), facing=1, pose="sit")
    reaching = share >= 1 and target is not None and event.span.contains(t_ns) and event.deed not in ("read", "leave")
    return replace(
        figure,
        feet=(x, y, z),
        facing=facing,
        pose="walk" if 0 < share < 1 and length_m > 0.05 else "stand",
        stride=share * length_m * STEPS_PER_M,
        reach=target if reaching else None,
    )


def _open_doors(easel: Easel, story: Story, event: Event, t_ns: int) -> None:
    if event.room == "kitchen" and _is_open(story, "fridge", t_ns):
        easel.panel((1.36, 1.34, 2.35), (2.3, 1.9, 2.35), (206, 226, 236))
        easel.panel((1.36, 0.06, 2.35), (2.3, 1.26, 2.35), (222, 238, 246))
        for y in (0.45, 0.85):
            easel.line([(1.36, y, 2.35), (2.3, y, 2.35)], (170, 190, 204), 0.02)
        easel.face([(2.35, 0.0, 2.35), (2.55, 0.0, 1.5), (2.55, 1.95, 1.5), (2.35, 1.95, 2.35)], (206, 216, 222))
        if story.whereabouts(t_ns)["milk"] == "fridge":
            draw_thing(easel, "milk", SPOTS["fridge"].at)
    if event.room == "hallway" and (_is_open(story, "front door", t_ns) or (event.deed == "leave" and t_ns >= event.done_ns)):
        easel.panel((1.0, 0.0, 3.15), (2.05, 2.15, 3.15), (176, 216, 240))
        easel.panel((1.0, 0.0, 3.15), (2.05, 0.7, 3.15), (150, 190, 128))
        easel.face([(1.0, 0.0, 3.1), (0.75, 0.0, 2.2), (0.75, 2.15, 2.2), (1.0, 2.15, 3.1)], (134, 80, 66))


def _is_open(story: Story, place: str, t_ns: int) -> bool:
    done = [e.deed for e in story.events if e.place == place and e.deed in ("open", "close") and e.done_ns <= t_ns]
    return bool(done) and done[-1] == "open"


def _ring(easel: Easel, t_ns: int) -> None:
    x, y = easel.px((0.62, 2.3, 3.2))
    unit = easel.height_px * 0.03
    beat = t_ns * 3 // NS_PER_S % 2
    for radius in (1.2, 2.2, 3.2)[: 2 + beat]:
        r = radius * unit
        easel.draw.arc((x - r, y - r, x + r, y + r), 200, 340, fill=SHIRTS[0], width=round(unit * 0.3))
    easel.draw.ellipse((x - unit * 0.6, y - unit * 0.6, x + unit * 0.6, y + unit * 0.6), fill=(240, 204, 110))


def _corner(easel: Easel, room: Room, t_ns: int) -> None:
    """The room and the time of the film, in the lower left."""
    unit = easel.height_px * 0.036
    words = f"{room}   {format_duration(t_ns)}"
    x, y = unit, easel.height_px - unit * 2.2
    right = easel.draw.textbbox((x, y), words, font=font(round(unit)), anchor="lm")[2]
    easel.draw.rounded_rectangle((x - unit * 0.5, y - unit * 0.9, right + unit * 0.5, y + unit * 0.9), unit * 0.5, fill=INK)
    easel.draw.text((x, y), words, font=font(round(unit)), fill=WHITE, anchor="lm")
