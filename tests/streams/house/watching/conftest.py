"""Two rooms made by hand, a life of a few minutes, and a renderer that draws every part as a plain box."""

import shutil
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from streams.house.home import Door, Furniture, Home, Resident, Room, Surface, Thing
from streams.house.life import Life
from streams.house.looks import corners_of
from streams.house.recording_plan import MONDAY_NS, Days, RecordingPlan
from streams.house.rendering import Camera, Picture
from streams.house.trajectory import Trajectory, look_pose
from streams.house.world import Event, PersonPose, Placement, WorldState, resting_states

S = 1_000_000_000
CAMERA = Camera(96, 72, 60.0)
START_NS = MONDAY_NS


_DRAWN = {}


@dataclass
class BoxRenderer:
    """Every part is a box that does not turn, seen by one ray a pixel; walls are not drawn. `fails_at` is a call that breaks."""

    home: Home
    camera: Camera = CAMERA
    name: str = "boxes"
    fails_at: int = -1
    num_calls: int = 0
    closed: bool = field(default=False)

    def render(self, state, pose_world_camera):
        self.num_calls += 1
        if self.num_calls == self.fails_at:
            raise OSError(28, "No space left on device")
        boxes = list(self._boxes(state))
        key = (self.camera, pose_world_camera.tobytes(), *((id, *low, *high) for id, low, high in boxes))
        if key not in _DRAWN:
            _DRAWN[key] = self._draw(boxes, pose_world_camera)
        return _DRAWN[key]

    def _draw(self, boxes, pose_world_camera):
        lens = self.camera.intrinsics
        u, v = np.meshgrid(np.arange(self.camera.width), np.arange(self.camera.height))
        rays = np.stack([(u - lens.cx) / lens.fx, (v - lens.cy) / lens.fy, np.ones_like(u, float)], -1)
        world = rays @ pose_world_camera[:3, :3].T
        depth = np.full(u.shape, np.inf)
        instances = np.zeros(u.shape, np.int32)
        for id, low, high in boxes:
            with np.errstate(divide="ignore", invalid="ignore"):
                a = (low - pose_world_camera[:3, 3]) / world
                b = (high - pose_world_camera[:3, 3]) / world
            near = np.minimum(a, b).max(-1)
            hit = (near <= np.maximum(a, b).min(-1)) & (near > 0) & (near < depth)
            depth[hit], instances[hit] = near[hit], self.home.instance_ids[id]
        shade = (instances * 37 % 200 + 30).astype(np.uint8)
        image = np.stack([shade, (shade // 2), 255 - shade], -1)
        return Picture(image, np.where(np.isinf(depth), 0, depth).astype(np.float32), instances)

    def _boxes(self, state):
        for piece in self.home.furniture:
            low, high = _ends(corners_of(piece.position, piece.yaw_rad, piece.size))
            if any(surface.behind and state.states[piece.id, surface.behind] == "open" for surface in piece.surfaces):
                high = high.copy()
                high[2] = low[2] + 0.3  # what stands open is drawn without its upper part
            yield piece.id, low, high
        for id, at in state.placements.items():
            if "." in at.holder and not self._shows(state, at.holder):
                continue
            yield id, *_ends(corners_of(at.position, at.yaw_rad, self.home.thing(id).size))
        for id, at in state.people.items():
            yield id, *_ends(corners_of((at.x_m, at.y_m, 0.0), 0.0, (0.4, 0.4, 1.7)))

    def _shows(self, state, surface):
        behind = self.home.surface(surface).behind
        return not behind or state.states[self.home.piece(surface).id, behind] == "open"

    def close(self):
        self.closed = True


def _ends(corners):
    return corners.min(0), corners.max(0)


def top(id, size, height):
    return Surface(id, "on", (0.0, 0.0, height), (size[0] - 0.1, size[1] - 0.1), 0.5)


@pytest.fixture(scope="session")
def home():
    rooms = (
        Room("R1", "kitchen", "kitchen", 0.0, 0.0, 4.0, 4.0),
        Room("R2", "living room", "living room", 4.0, 0.0, 9.0, 4.0),
        Room("R3", "study", "study", 9.0, 0.0, 12.0, 4.0),
    )
    doors = (Door("D1", "R1", "R2", 4.0, 2.0, "y"), Door("D2", "R2", "R3", 9.0, 2.0, "y"))
    counter, fridge, table = (0.6, 1.6, 0.9), (0.6, 0.6, 0.9), (0.8, 1.2, 0.5)
    furniture = (
        Furniture("F1", "kitchen counter", "kitchen counter", "R1", (0.5, 2.0, 0.0), 0.0, counter, (top("F1.on", counter, 0.9),)),
        Furniture(
            "F2",
            "fridge",
            "fridge",
            "R1",
            (0.5, 3.4, 0.0),
            0.0,
            fridge,
            (Surface("F2.in", "in", (0.0, 0.0, 0.3), (0.5, 0.5), 0.4, "door"),),
            ("door",),
        ),
        Furniture("F3", "coffee table", "coffee table", "R2", (7.0, 2.0, 0.0), 0.0, table, (top("F3.on", table, 0.5),)),
        Furniture("F4", "television", "television", "R2", (8.6, 0.5, 0.0), 0.0, (0.2, 0.8, 1.0), switches=True),
    )
    fill = {"fill": ("empty", "full")}
    things = (
        Thing("O1", "mug", "red", "clay", (0.12, 0.12, 0.14), "P1", states=fill),
        Thing("O2", "mug", "white", "clay", (0.12, 0.12, 0.14), twin_of="O3"),
        Thing("O3", "mug", "white", "clay", (0.12, 0.12, 0.14), twin_of="O2"),
        Thing("O4", "kettle", "silver", "steel", (0.2, 0.2, 0.25)),
        Thing("O5", "milk carton", "blue", "paper", (0.12, 0.12, 0.24)),
    )
    people = (Resident("P1", "Anna", "red", "R3"), Resident("P2", "Ben", "blue", "R3"))
    return Home(3, rooms, doors, furniture, things, people)


def on_counter(y_m):
    return Placement("on", "F1.on", (0.5, y_m, 0.9))


@pytest.fixture(scope="session")
def life(home):
    """Anna fills the red mug at 4 s, takes it at 10 s and puts it on the coffee table at 31 s, opens the fridge at 14 s."""
    placements = {
        "O1": on_counter(1.7),
        "O2": on_counter(2.0),
        "O4": on_counter(2.4),
        "O5": Placement("in", "F2.in", (0.5, 3.4, 0.3)),
        "O3": Placement("on", "F3.on", (7.0, 1.8, 0.5)),
    }
    people = {"P1": PersonPose(0.6, 1.0, 0.0), "P2": PersonPose(11.0, 2.0, 0.0)}
    start = WorldState(placements, resting_states(home), people)
    in_hand = Placement("held", "P1", (0.9, 1.0, 1.0))
    on_table = Placement("on", "F3.on", (7.0, 2.2, 0.5))
    events = (
        Event("E00001", START_NS + 4 * S, "state", "O1", "P1", state="fill", value="full", why="makes coffee"),
        Event("E00002", START_NS + 5 * S, "say", "P1", "P1", value="The coffee is ready."),
        Event("E00003", START_NS + 6 * S, "say", "P2", "P2", value="I am far away."),
        Event("E00004", START_NS + 10 * S, "take", "O1", "P1", in_hand, why="makes coffee"),
        Event("E00005", START_NS + 14 * S, "state", "F2", "P1", state="door", value="open", why="makes coffee"),
        Event("E00006", START_NS + 30 * S, "go", "P1", "P1", person=PersonPose(7.0, 3.4, 0.0)),
        Event("E00007", START_NS + 31 * S, "put", "O1", "P1", on_table, why="drinks coffee"),
    )
    return Life(home, START_NS, START_NS + 200 * S, start, events)


def standing(num_frames, start_s, pose, tour, hz=2.0):
    times = START_NS + (start_s * S + np.arange(num_frames) * round(S / hz)).astype(np.int64)
    return times, np.repeat(pose[None], num_frames, 0), np.full(num_frames, tour, np.int64)


KITCHEN_VIEW = look_pose(2.6, 2.2, 1.5, np.pi, -0.35)
LIVING_VIEW = look_pose(5.2, 2.0, 1.5, 0.0, -0.45)


@pytest.fixture(scope="session")
def trajectory():
    """Twenty seconds before the counter; then, after two minutes, ten seconds there and ten before the coffee table."""
    parts = (
        standing(40, 1, KITCHEN_VIEW, 0),
        standing(20, 140, KITCHEN_VIEW, 1),
        standing(20, 150, LIVING_VIEW, 1),
    )
    return Trajectory(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))


@pytest.fixture(scope="session")
def days(life, trajectory):
    plan = RecordingPlan(seed=3, days=1, noise="none", width=CAMERA.width, height=CAMERA.height)
    return Days(plan, life, trajectory)


class Opener:
    """Opens scripted renderers and remembers them."""

    def __init__(self):
        self.opened, self.fails_at = [], -1

    def __call__(self, home, camera):
        self.opened.append(BoxRenderer(home, camera, fails_at=self.fails_at))
        return self.opened[-1]


@pytest.fixture
def draw():
    return Opener()


@pytest.fixture(scope="session")
def camera():
    return CAMERA


@pytest.fixture(scope="session")
def look_around(life, trajectory, camera):
    """Everything seen along the trajectory: (watched, look) of each frame."""
    from streams.house.looks import Looker
    from streams.house.watching import watch

    looker = Looker(life.home)
    watched = list(watch(life, trajectory, BoxRenderer(life.home, camera), camera=camera))
    return [(one, looker.look(one)) for one in watched]


@pytest.fixture(scope="session")
def noisy_days(days):
    return replace(days, plan=replace(days.plan, noise="moderate"))


@pytest.fixture(scope="session")
def _recorded_once(noisy_days, tmp_path_factory):
    from streams.house.recording import record_house
    from streams.house.stretch_recording import Conduct

    folder = tmp_path_factory.mktemp("recorded") / "house"
    record_house(noisy_days.plan, folder, days=noisy_days, conduct=Conduct(open_renderer=Opener()))
    return folder


@pytest.fixture
def folder(_recorded_once, tmp_path):
    """A recording of one's own, with moderate noise."""
    return shutil.copytree(_recorded_once, tmp_path / "house")
