"""Rooms that are left out as out of sight are really out of sight."""

import numpy as np
import pytest

from streams.house.building import build_home
from streams.house.home import Door, Home, Room
from streams.house.models.contact_sheets import looking
from streams.house.opening import open_renderer
from streams.house.rendering import Camera
from streams.house.sight import RoomsInSight
from streams.house.starting import starting_state

ROW = Home(
    1,
    tuple(Room(f"R{i + 1}", "hall", f"hall {i + 1}", 4.0 * i, 0.0, 4.0 * i + 4.0, 4.0) for i in range(3)),
    (Door("D1", "R1", "R2", 4.0, 1.0, "y"), Door("D2", "R2", "R3", 8.0, 3.0, "y")),
    (),
    (),
    (),
)


@pytest.mark.parametrize(
    ("eye", "seen"),
    [
        ((1.0, 1.0), [True, True, False]),  # the second door lies aside of the first
        ((2.9, 0.55), [True, True, True]),  # from here a line passes both doors
        ((6.0, 2.0), [True, True, True]),
        ((3.9, 2.0), [True, True, True]),  # so near the wall that both its sides count as around
        ((20.0, 2.0), [True, True, True]),  # from outside everything may be seen
    ],
)
def test_sight_goes_through_doors_in_line(eye, seen) -> None:
    assert RoomsInSight(ROW).rooms_seen_from(*eye).tolist() == [*seen, True]


def test_leaving_rooms_out_changes_no_mask_and_no_depth(monkeypatch) -> None:
    home = build_home(11)
    state = starting_state(home)
    renderer = open_renderer(home, Camera(64, 48))
    rng = np.random.default_rng(5)
    views = []
    for room in home.rooms:
        for _ in range(3):
            x, y = rng.uniform(room.x0_m + 0.2, room.x1_m - 0.2), rng.uniform(room.y0_m + 0.2, room.y1_m - 0.2)
            turn = rng.uniform(-np.pi, np.pi)
            views.append(looking((x, y, 1.3), (x + np.cos(turn), y + np.sin(turn), 1.1)))
    with_sight = [renderer.render(state, view) for view in views]
    everything = np.ones(len(home.rooms) + 1, bool)
    monkeypatch.setattr(RoomsInSight, "rooms_seen_from", lambda self, x, y: everything)
    for view, picture in zip(views, with_sight, strict=True):
        full = renderer.render(state, view)
        assert np.array_equal(full.instances, picture.instances)
        assert np.array_equal(full.depth_m, picture.depth_m)
    renderer.close()
