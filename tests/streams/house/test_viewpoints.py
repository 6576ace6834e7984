"""Looks that together show every open surface."""

import numpy as np
import pytest

from streams.house.building import build_home
from streams.house.floor import Floor
from streams.house.footprint import to_world
from streams.house.viewpoints import CAMERA_HEIGHT_M, viewpoints

SEEDS = (1, 2, 7)


@pytest.mark.parametrize("seed", SEEDS)
class TestViewpoints:
    def test_each_room_has_looks_from_its_free_floor_the_most_telling_first(self, seed):
        home = build_home(seed)
        floor = Floor(home)
        for room in home.rooms:
            looks = viewpoints(home, floor, room)
            assert looks
            gains = [look.gain for look in looks]
            assert gains == sorted(gains, reverse=True)
            for look in looks:
                x, y, yaw = look.stance
                assert room.holds(x, y)
                assert floor.is_free((x, y))
                assert np.isfinite(yaw)

    def test_every_open_surface_below_the_camera_is_before_some_look(self, seed):
        home = build_home(seed)
        floor = Floor(home)
        missed = 0
        surfaces = [one for one in home.surfaces if not one.behind and one.relation == "on"]
        surfaces = [one for one in surfaces if home.piece(one.id).position[2] + one.centre[2] < CAMERA_HEIGHT_M]
        looks = {room.id: [look.stance for look in viewpoints(home, floor, room)] for room in home.rooms}
        for surface in surfaces:
            piece = home.piece(surface.id)
            x, y, _ = to_world(piece, surface.centre)
            bearings = [
                (np.hypot(x - at[0], y - at[1]), np.angle(np.exp(1j * (np.arctan2(y - at[1], x - at[0]) - at[2]))))
                for at in looks[piece.room]
            ]
            missed += not any(0.5 < distance < 3.6 and abs(turn) < np.radians(40) for distance, turn in bearings)
        assert missed <= 0.1 * len(surfaces)

    def test_a_higher_bar_keeps_the_first_looks(self, seed):
        home = build_home(seed)
        floor = Floor(home)
        for room in home.rooms:
            many, few = viewpoints(home, floor, room), viewpoints(home, floor, room, least_gain=8)
            assert [look.stance for look in many[: len(few)]] == [look.stance for look in few]
            assert all(look.gain >= 8 for look in few[1:])
