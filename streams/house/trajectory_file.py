"""A trajectory as one `.npz`."""

from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from mmmem.errors import InvalidInputError, SourceError
from streams.house.trajectory import Trajectory


def write_trajectory(trajectory: Trajectory, path: Path) -> None:
    """Write a trajectory; the same one gives the same bytes.

    Raises:
        OSError: the disk is full or failing.
    """
    with path.open("wb") as file:
        np.savez_compressed(file, t_ns=trajectory.t_ns, poses_world_camera=trajectory.poses_world_camera, tour=trajectory.tour)


def read_trajectory(path: Path) -> Trajectory:
    """What `write_trajectory` wrote.

    Raises:
        SourceError: the file is missing or damaged.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as held:
            return Trajectory(held["t_ns"], held["poses_world_camera"], held["tour"])
    except (OSError, ValueError, KeyError, EOFError, BadZipFile, InvalidInputError) as error:
        raise SourceError(f"Cannot read the trajectory in {path}: {error}.") from error
