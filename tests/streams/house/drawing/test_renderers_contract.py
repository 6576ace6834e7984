"""One suite that every renderer of the house must pass: GL where this machine has it, rays everywhere."""

import os
from dataclasses import replace
from math import inf, nan, pi

import numpy as np
import pytest

from mmmem.errors import InvalidInputError
from streams.house.building import build_home
from streams.house.home import Door, Furniture, Home, Resident, Room, Thing
from streams.house.models.contact_sheets import looking
from streams.house.models.kinds import FURNITURE_KINDS, THING_KINDS
from streams.house.opening import open_renderer, trouble_with
from streams.house.rendering import Camera
from streams.house.starting import starting_state
from streams.house.world import PersonPose, Placement, WorldState, resting_states

CAMERA = Camera(96, 72)
LIBRARIES = ["osmesa"] if os.environ.get("MUJOCO_GL") == "osmesa" else ["egl"]
"""A process draws with one only; `test_osmesa_apart` runs this suite in another."""


def _piece(id: str, kind: str, x: float, y: float, yaw: float) -> Furniture:
    made = FURNITURE_KINDS[kind]
    surfaces = tuple(replace(surface, id=f"{id}.{surface.id}") for surface in made.surfaces)
    openings = tuple(opening.name for opening in made.openings)
    return Furniture(id, kind, kind, "R1", (x, y, made.base_m), yaw, made.size, surfaces, openings, made.switches)


def _thing(id: str, kind: str, colour: str) -> Thing:
    made = THING_KINDS[kind]
    return Thing(id, kind, colour, made.materials[0], made.sizes[0], states=made.states)


HOME = Home(
    seed=1,
    rooms=(Room("R1", "kitchen", "kitchen", 0, 0, 4, 4), Room("R2", "bedroom", "bedroom", 4, 0, 8, 4)),
    doors=(Door("D1", "R1", "R2", 4.0, 2.0, "y"),),
    furniture=(
        _piece("F1", "dining table", 2.0, 2.0, 0.0),
        _piece("F2", "fridge", 0.4, 0.6, 0.0),
        _piece("F3", "dresser", 0.32, 2.9, 0.0),
    ),
    things=(_thing("O1", "mug", "red"), _thing("O2", "milk carton", "white"), _thing("O3", "ball", "blue")),
    residents=(Resident("P1", "Anna", "red", "R2"),),
)
RESTING = resting_states(HOME)
ON_TABLE = Placement("on", "F1.on", (2.0, 2.0, 0.75))
IN_FRIDGE = Placement("in", "F2.shelf3", (0.45, 0.6, 0.96))
IN_DRAWER = Placement("in", "F3.drawer3", (0.32, 2.9, 0.64))
TABLE_VIEW = looking((3.4, 2.6, 1.4), (2.0, 2.0, 0.7))
FRIDGE_VIEW = looking((2.0, 1.0, 1.25), (0.5, 0.6, 1.0))
DRESSER_VIEW = looking((1.9, 2.9, 1.7), (0.7, 2.9, 0.7))


@pytest.fixture(scope="module", params=[*LIBRARIES, "rays"])
def renderer(request):
    if request.param != "rays" and (trouble := trouble_with(request.param)):
        pytest.skip(f"no {request.param} here: {trouble}")
    opened = open_renderer(HOME, CAMERA, backend=request.param)
    yield opened
    opened.close()


def _state(**placements: Placement) -> WorldState:
    return WorldState(placements, RESTING)


def _pixels(picture, id: str) -> int:
    return int((picture.instances == HOME.instance_ids[id]).sum())


def test_shapes_types_and_the_name(renderer) -> None:
    picture = renderer.render(_state(O1=ON_TABLE), TABLE_VIEW)
    assert picture.image.shape == (72, 96, 3)
    assert picture.image.dtype == np.uint8
    assert picture.depth_m.shape == picture.instances.shape == (72, 96)
    assert picture.depth_m.dtype == np.float32
    assert picture.instances.dtype == np.int32
    assert renderer.name in renderer.note
    assert set(np.unique(picture.instances)) <= {0, *HOME.instance_ids.values()}


def test_a_thing_is_seen_where_it_is_and_nowhere_when_it_is_not_there(renderer) -> None:
    assert _pixels(renderer.render(_state(O1=ON_TABLE), TABLE_VIEW), "O1") > 5
    assert _pixels(renderer.render(_state(), TABLE_VIEW), "O1") == 0


def test_the_colour_in_the_mask_is_the_colour_of_the_thing(renderer) -> None:
    picture = renderer.render(_state(O1=ON_TABLE), TABLE_VIEW)
    red, green, blue = picture.image[picture.instances == HOME.instance_ids["O1"]].mean(0)
    assert red > 1.5 * max(green, blue)


def test_depth_is_along_the_optical_axis_and_lands_on_the_ball(renderer) -> None:
    """The point under each pixel of a ball, unprojected, is its radius from its middle."""
    ball = Placement("on", "F1.on", (2.0, 2.0, 0.75))
    picture = renderer.render(_state(O3=ball), TABLE_VIEW)
    rows, columns = np.nonzero(picture.instances == HOME.instance_ids["O3"])
    inner, depth = CAMERA.intrinsics, picture.depth_m[rows, columns].astype(float)
    in_camera = np.stack([(columns - inner.cx) / inner.fx * depth, (rows - inner.cy) / inner.fy * depth, depth], 1)
    in_world = in_camera @ TABLE_VIEW[:3, :3].T + TABLE_VIEW[:3, 3]
    radius = HOME.thing("O3").size[0] / 2
    off = np.abs(np.linalg.norm(in_world - (2.0, 2.0, 0.75 + radius), axis=1) - radius)
    assert len(off) > 15
    assert np.median(off) < 0.01
    assert off.max() < 0.05


def test_nothing_is_zero_metres_away_and_no_instance(renderer) -> None:
    """Straight up there is no ceiling."""
    picture = renderer.render(_state(), looking((2.0, 1.2, 1.5), (2.1, 1.2, 4.0)))
    nothing = picture.depth_m == 0
    assert nothing.any()
    assert (picture.instances[nothing] == 0).all()


def test_a_closed_door_hides_what_an_open_one_shows(renderer) -> None:
    closed = _state(O2=IN_FRIDGE)
    opened = replace(closed, states={**RESTING, ("F2", "door"): "open"})
    assert _pixels(renderer.render(closed, FRIDGE_VIEW), "O2") == 0
    assert _pixels(renderer.render(opened, FRIDGE_VIEW), "O2") > 20
    assert _pixels(renderer.render(closed, FRIDGE_VIEW), "O2") == 0


def test_what_is_in_a_drawer_comes_out_with_it(renderer) -> None:
    closed = _state(O1=IN_DRAWER)
    opened = replace(closed, states={**RESTING, ("F3", "drawer3"): "open"})
    assert _pixels(renderer.render(closed, DRESSER_VIEW), "O1") == 0
    assert _pixels(renderer.render(opened, DRESSER_VIEW), "O1") > 5


def test_a_state_changes_the_picture_of_its_thing_only(renderer) -> None:
    empty = _state(O1=ON_TABLE)
    full = replace(empty, states={**RESTING, ("O1", "fill"): "full"})
    view = looking((2.3, 2.1, 1.3), (2.0, 2.0, 0.8))
    before, after = renderer.render(empty, view), renderer.render(full, view)
    changed = (before.image.astype(int) != after.image).any(-1)
    assert changed.any()
    assert (after.instances[changed & (after.instances > 0)] == HOME.instance_ids["O1"]).mean() > 0.8


def test_what_is_broken_looks_broken_and_what_is_whole_does_not(renderer) -> None:
    whole = renderer.render(_state(O1=ON_TABLE, O3=Placement("on", "F1.on", (2.3, 2.3, 0.75))), TABLE_VIEW)
    states = {**RESTING, ("O1", "broken"): "broken", ("O1", "fill"): "full", ("O1", "cleanliness"): "dirty"}
    placements = {"O1": ON_TABLE, "O3": Placement("on", "F1.on", (2.3, 2.3, 0.75))}
    pieces = renderer.render(WorldState(placements, states), TABLE_VIEW)
    mug = HOME.instance_ids["O1"]
    was, now = whole.instances == mug, pieces.instances == mug
    assert 0.3 * was.sum() < now.sum() < 3 * was.sum()
    assert (was & now).any()
    assert (was ^ now).sum() > 0.25 * was.sum()
    same = ~(was | now)
    assert (whole.instances[same] == pieces.instances[same]).all()
    again = renderer.render(_state(**placements), TABLE_VIEW)
    assert (again.image == whole.image).all()


def test_a_person_is_there_in_each_posture_and_away_otherwise(renderer) -> None:
    view = looking((3.5, 3.5, 1.6), (2.9, 1.2, 0.6))
    tall = {}
    for posture in ("standing", "sitting", "lying"):
        state = replace(_state(), people={"P1": PersonPose(2.9, 1.0, pi / 2, posture)})
        picture = renderer.render(state, view)
        rows = np.nonzero((picture.instances == HOME.instance_ids["P1"]).any(1))[0]
        tall[posture] = rows[-1] - rows[0]
    assert tall["standing"] > tall["sitting"]
    assert _pixels(renderer.render(_state(), view), "P1") == 0


def test_walls_hide_and_doors_show_the_next_room(renderer) -> None:
    """From the kitchen, a person in the bedroom is seen through the door and not through the wall."""
    eye = (2.6, 0.5, 1.4)
    through_door = replace(_state(), people={"P1": PersonPose(5.3, 3.2, 0.0)})
    behind_wall = replace(_state(), people={"P1": PersonPose(5.3, 0.5, 0.0)})
    assert _pixels(renderer.render(through_door, looking(eye, (5.3, 3.2, 1.0))), "P1") > 20
    assert _pixels(renderer.render(behind_wall, looking(eye, (5.3, 0.5, 1.0))), "P1") == 0


def test_the_same_state_is_the_same_picture_bit_for_bit(renderer) -> None:
    state = _state(O1=ON_TABLE, O2=IN_FRIDGE, O3=IN_DRAWER)
    first = renderer.render(state, TABLE_VIEW)
    renderer.render(_state(), FRIDGE_VIEW)
    again = renderer.render(_state(O1=ON_TABLE, O2=IN_FRIDGE, O3=IN_DRAWER), TABLE_VIEW)
    assert np.array_equal(first.image, again.image)
    assert np.array_equal(first.depth_m, again.depth_m)
    assert np.array_equal(first.instances, again.instances)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda pose: pose[:3], r"\(4, 4\) matrix, not \(3, 4\)"),
        (lambda pose: np.where(pose == 1.0, nan, pose), "must be finite"),
        (lambda pose: pose * 2, "must hold a rotation"),
        (lambda pose: pose @ np.diag([1.0, -1.0, 1.0, 1.0]), "must hold a rotation"),
    ],
)
def test_a_pose_that_is_none_is_refused(renderer, spoil, message) -> None:
    with pytest.raises(InvalidInputError, match=message):
        renderer.render(_state(), spoil(TABLE_VIEW))


@pytest.mark.parametrize("where", [(nan, 2.0, 0.75), (2.0, inf, 0.75)])
def test_a_place_that_is_none_is_refused(renderer, where) -> None:
    with pytest.raises(InvalidInputError, match="O1 cannot be shown"):
        renderer.render(_state(O1=Placement("on", "F1.on", where)), TABLE_VIEW)


@pytest.mark.parametrize("library", LIBRARIES)
def test_gl_and_rays_agree_on_masks_and_depth(library) -> None:
    if trouble := trouble_with(library):
        pytest.skip(f"no {library} here: {trouble}")
    home = build_home(7)
    state = starting_state(home)
    gl, rays = (open_renderer(home, CAMERA, backend=backend) for backend in (library, "rays"))
    for room in home.rooms[:4]:
        view = looking((room.x0_m + 0.5, room.y0_m + 0.5, 1.5), (*room.centre, 0.7))
        drawn, cast = gl.render(state, view), rays.render(state, view)
        same = drawn.instances == cast.instances
        assert same.mean() > 0.97
        assert np.median(np.abs(drawn.depth_m - cast.depth_m)[same]) < 0.002
        assert (np.abs(drawn.depth_m - cast.depth_m)[same] < 0.03).mean() > 0.97
    gl.close()
