"""A life seen along a trajectory: frames with depth, pose and masks, each with the world as it stood."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mmmem.errors import InvalidInputError
from mmmem.types import Frame, Intrinsics
from streams.house.home import Home
from streams.house.life import Life
from streams.house.rendering import Camera, Picture, Renderer
from streams.house.trajectory import Trajectory
from streams.house.world import WorldState

PERSON = "person"
"""Class name of residents, as a detector knows them."""


@dataclass(frozen=True, slots=True, eq=False)
class Watched:
    """One picture of a life, and the truth behind it.

    Args:
        frame: exact: rendered colour, metric depth, true pose, and `Home.instance_ids` as instances.
        state: the world at that instant.
        tour: number of the stretch of the trajectory that it belongs to.
    """

    frame: Frame
    state: WorldState
    tour: int


class Measured(NamedTuple):
    """What a frame of a simulator holds beside its colours."""

    depth_m: NDArray[np.float32]
    instances: NDArray[np.int32]
    pose: NDArray[np.float64]
    lens: Intrinsics


def measured(frame: Frame) -> Measured:
    """Depth, instances, pose and intrinsics of a frame.

    Raises:
        InvalidInputError: one of them is missing.
    """
    depth_m, instances, pose, lens = frame.depth_m, frame.instances, frame.pose_world_camera, frame.intrinsics
    if depth_m is None or instances is None or pose is None or lens is None:
        raise InvalidInputError(
            f"Frame {frame.index} of {frame.stream_id!r} lacks depth, instances, pose or intrinsics; a simulator gives all four."
        )
    return Measured(depth_m, instances, pose, lens)


def watch(
    life: Life,
    trajectory: Trajectory,
    renderer: Renderer,
    *,
    camera: Camera | None = None,
    stream_id: str = "robot",
    wearer: str = "",
    first_index: int = 0,
) -> Iterator[Watched]:
    """Every sample of a trajectory as a frame, in order of time.

    Args:
        camera: what the renderer was opened with; None is `Camera()`.
        wearer: id of the resident who wears the camera: nobody sees themselves. Empty for a robot.
        first_index: `Frame.index` of the first sample.

    Raises:
        InvalidInputError: a sample lies outside the life, a pose is not rigid, or pictures are not of the camera's size.
    """
    camera = camera or Camera()
    labels = instance_labels(life.home)
    states = life.states(trajectory.t_ns.tolist())
    for index, ((t_ns, pose, tour), state) in enumerate(zip(trajectory, states, strict=True), start=first_index):
        picture = _of_size(renderer.render(without(state, wearer), pose), camera)
        frame = Frame(
            stream_id,
            index,
            t_ns,
            picture.image,
            depth_m=picture.depth_m,
            pose_world_camera=pose,
            intrinsics=camera.intrinsics,
            instances=picture.instances,
            instance_labels=labels,
        )
        yield Watched(frame, state, tour)


def instance_labels(home: Home) -> Mapping[int, str]:
    """Class name of each number of `Home.instance_ids`; every resident is a person."""
    kinds = {piece.id: piece.kind for piece in home.furniture} | {thing.id: thing.kind for thing in home.things}
    return {number: kinds.get(id, PERSON) for id, number in home.instance_ids.items()}


def without(state: WorldState, person: str) -> WorldState:
    """The world with one person not in it; what they hold stays in the air, as it does before a worn camera."""
    if person not in state.people:
        return state
    return replace(state, people={other: at for other, at in state.people.items() if other != person})


def _of_size(picture: Picture, camera: Camera) -> Picture:
    wanted = (camera.height, camera.width)
    if picture.image.shape[:2] != wanted:
        raise InvalidInputError(
            f"The renderer draws {picture.image.shape[1]}x{picture.image.shape[0]} pixels, the camera has {camera.width}x"
            f"{camera.height}; open both with the same camera."
        )
    return picture
