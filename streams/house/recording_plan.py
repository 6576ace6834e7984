"""What a recording of a house is made of; the same plan gives the same home, days, looks and words."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from mmmem.clock import NS_PER_DAY, NS_PER_HOUR, Calendar, Span, check_ns
from mmmem.errors import InvalidInputError
from streams.house.home import Home
from streams.house.life import Life
from streams.house.noise import NoiseLevel, noise_level
from streams.house.rendering import Camera, Renderer
from streams.house.trajectory import Trajectory
from streams.house.witness import Persona

CALENDAR = Calendar("wall", "UTC")
MONDAY_NS = CALENDAR.parse("2024-05-06T06:30:00")
"""When a life starts unless it is said: before anybody is up."""
MOST_DAYS = 366
MOST_HZ = 60.0
MOST_FRAMES = 5_000_000
_START_HOURS = (8.5, 18.5)
_FIRST_HOUR, _LAST_HOUR = 7.5, 21.5

OpenRenderer = Callable[[Home, Camera], Renderer]


@dataclass(frozen=True, slots=True)
class RecordingPlan:
    """A seed and everything that changes what is recorded.

    Args:
        residents: how many live there, 1 to 3.
        worn_by: name of the resident who wears the camera; empty for a robot that patrols.
        worn_h: how many hours of each day it is worn, from when its wearer gets up.
        noise: name of the level.

    Raises:
        InvalidInputError: a value out of range.
        UnknownNameError: no such level of noise.
    """

    seed: int = 7
    days: int = 1
    tours: int = 2
    tour_s: float = 600.0
    hz: float = 2.0
    noise: str = "moderate"
    start_ns: int = MONDAY_NS
    residents: int = 3
    width: int = 320
    height: int = 240
    fov_y_deg: float = 60.0
    worn_by: str = ""
    worn_h: float = 4.0

    def __post_init__(self) -> None:
        noise_level(self.noise)
        check_ns(self.start_ns, "RecordingPlan.start_ns")
        if self.seed < 0:
            raise InvalidInputError(f"A seed is a whole number from 0, got {self.seed}.")
        for name, low, high in (
            ("days", 1, MOST_DAYS),
            ("tours", 1, 24),
            ("tour_s", 1.0, 86_400.0),
            ("hz", 0.01, MOST_HZ),
            ("width", 16, 4096),
            ("height", 16, 4096),
            ("fov_y_deg", 10.0, 150.0),
            ("worn_h", 0.01, 24.0),
        ):
            value = getattr(self, name)
            if not low <= value <= high:  # NaN is in no range
                raise InvalidInputError(f"{name} must lie in [{low}, {high}], got {value}.")
        if self.width % 2 or self.height % 2:
            raise InvalidInputError(f"Video needs an even width and height, got {self.width}x{self.height}.")
        if self.num_frames_about > MOST_FRAMES:
            raise InvalidInputError(
                f"{self.num_frames_about:,.0f} frames are more than {MOST_FRAMES:,}; ask for fewer days, tours or pictures."
            )

    @property
    def num_frames_about(self) -> float:
        """How many frames it gives, about."""
        looking_s = self.worn_h * 3600 if self.worn_by else self.tours * self.tour_s
        return self.days * looking_s * self.hz

    @property
    def camera(self) -> Camera:
        """What the pictures are taken with."""
        return Camera(self.width, self.height, self.fov_y_deg)

    @property
    def level(self) -> NoiseLevel:
        """The noise of what is reported."""
        return noise_level(self.noise)

    @property
    def stream_id(self) -> str:
        """What the stream is called unless it is said."""
        return self.worn_by.lower() or "robot"

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, held: Mapping[str, Any]) -> "RecordingPlan":
        """What `to_json` gave; what a later version added is taken by its default."""
        known = {one.name for one in fields(cls)}
        return cls(**{name: value for name, value in held.items() if name in known})


@dataclass(frozen=True, slots=True)
class Days:
    """The home of a plan, its life, and the way of the camera through it."""

    plan: RecordingPlan
    life: Life
    trajectory: Trajectory

    @property
    def persona(self) -> Persona:
        """How the camera of this plan perceives."""
        return Persona(self.plan.level, self.plan.seed, _resident_id(self.life.home, self.plan.worn_by))


def lived(plan: RecordingPlan) -> Days:
    """Build the home, let it be lived in, and lead the camera through it.

    Raises:
        InvalidInputError: nothing would be recorded, or as the house says.
        UnknownNameError: as the house says.
    """
    from streams.house.building import build_home
    from streams.house.living import live

    home = build_home(plan.seed, num_residents=plan.residents)
    life = live(home, days=plan.days, seed=plan.seed, start_ns=plan.start_ns)
    way = _way(plan, life)
    if not len(way):
        who = f"{plan.worn_by} is not here" if plan.worn_by else "there is no tour"
        raise InvalidInputError(f"Nothing would be recorded: {who} in these {plan.days} day(s); ask for more or another wearer.")
    return Days(plan, life, way)


def _way(plan: RecordingPlan, life: Life) -> Trajectory:
    if plan.worn_by:
        return _worn(plan, life)
    from streams.house.patrol import patrol

    hours = start_hours(plan.tours)
    return patrol(life, tours_per_day=plan.tours, tour_s=plan.tour_s, hz=plan.hz, seed=plan.seed, start_hours=hours)


def start_hours(tours: int) -> tuple[float, ...]:
    """Hours of the day at which so many tours start: in the morning and in the evening, or more of them spread over the day."""
    if tours <= len(_START_HOURS):
        return _START_HOURS[:tours]
    gap_h = (_LAST_HOUR - _FIRST_HOUR) / (tours - 1)
    return tuple(_FIRST_HOUR + number * gap_h for number in range(tours))


def _worn(plan: RecordingPlan, life: Life) -> Trajectory:
    """A camera that is put on each day once its wearer is up; every stretch at home is a tour of its own."""
    import numpy as np

    from streams.house.worn import worn_by

    resident = _resident_id(life.home, plan.worn_by)
    worn_ns = round(plan.worn_h * NS_PER_HOUR)
    starts = [_up_ns(life, resident, plan.start_ns + day * NS_PER_DAY) for day in range(plan.days)]
    spans = [Span(start_ns, min(start_ns + worn_ns, life.end_ns)) for start_ns in starts]
    days = [worn_by(life, resident, span, plan.hz) for span in spans]
    before = np.cumsum([0, *(day.num_tours for day in days[:-1])])
    return Trajectory(
        np.concatenate([day.t_ns for day in days]),
        np.concatenate([day.poses_world_camera for day in days]),
        np.concatenate([day.tour + first for day, first in zip(days, before.tolist(), strict=True)]),
    )


def _up_ns(life: Life, resident: str, since_ns: int) -> int:
    """When somebody who may be in bed is on their feet."""
    pose = life.state_at(since_ns).people.get(resident)
    if pose is None or pose.posture != "lying":
        return since_ns
    later = (event for event in life.by_subject(resident) if event.t_ns > since_ns and event.kind in ("go", "leave"))
    return next((event.t_ns for event in later if event.person is None or event.person.posture != "lying"), since_ns)


def _resident_id(home: Home, name: str) -> str:
    from mmmem.suggest import known_name

    if not name:
        return ""
    ids = {resident.name: resident.id for resident in home.residents}
    return ids[known_name(name, ids, "resident")]
