"""The tables of kinds and their shapes agree with each other and with what a home needs."""

import numpy as np
import pytest

from streams.house.models import meshes
from streams.house.models.boxes import patterned_box
from streams.house.models.broken import broken
from streams.house.models.colours import colour
from streams.house.models.kinds import FURNITURE_KINDS, THING_KINDS
from streams.house.models.look import Look
from streams.house.models.pictures import PATTERNS, picture
from streams.house.models.pieces import FURNITURE_SHAPES, THING_SHAPES

MESHES = {
    "cup": meshes.lathe([(0, 0), (1, 0), (1, 2), (0.9, 2), (0.9, 0.1), (0, 0.1)]),
    "ring": meshes.tube([(np.cos(t), np.sin(t), 0) for t in np.arange(8) * np.pi / 4], 0.1, closed=True),
    "rod": meshes.tube([(0, 0, 0), (0, 0, 1), (0, 0.5, 1.5)], 0.1),
    "plate": meshes.extruded([(-1, -1), (1, -1), (1, 1), (-1, 1)], 0.1),
    "cushion": meshes.stuffed((1, 2, 0.5)),
    "panel": meshes.panel((0.1, 1, 2)),
    "sheet": meshes.sheet((1, 2)),
    "box": patterned_box((0.5, 1.0, 2.0)),
}


def test_there_are_forty_kinds_of_things_and_a_shape_of_every_kind() -> None:
    assert len(THING_KINDS) >= 45
    assert set(THING_SHAPES) == set(THING_KINDS)
    assert set(FURNITURE_SHAPES) == set(FURNITURE_KINDS)


@pytest.mark.parametrize("name", sorted(THING_KINDS))
def test_every_kind_of_thing_can_be_told_of(name) -> None:
    kind = THING_KINDS[name]
    assert kind.used_to.startswith("to ")
    assert all(0.01 < side < 1.0 for size in kind.sizes for side in size)
    assert all(len(set(values)) == len(values) > 1 for values in kind.states.values())
    assert all(colour(one)[3] > 0 for one in kind.colours)


@pytest.mark.parametrize("name", sorted(THING_KINDS))
def test_a_thing_fills_its_box_and_shows_each_state(name) -> None:
    kind = THING_KINDS[name]
    for size in kind.sizes:
        parts = THING_SHAPES[name](Look(size, colour(kind.colours[0])))
        middles = np.array([part.at for part in parts])
        assert (np.abs(middles[:, :2]) <= np.array(size[:2]) * 0.75 + 0.02).all()
        assert middles[:, 2].max() <= size[2] * 1.1 + 0.02
        assert middles[:, 2].min() >= -0.02
    shown = {part.when[0] for part in parts if part.when}
    assert shown == set(kind.states)
    assert all(part.when[1] in kind.states[part.when[0]] for part in parts if part.when)


@pytest.mark.parametrize("name", sorted(name for name, kind in THING_KINDS.items() if kind.breaks))
def test_what_can_break_lies_in_pieces_about_its_place_when_it_did(name) -> None:
    kind = THING_KINDS[name]
    whole = THING_SHAPES[name](Look(kind.sizes[0], colour(kind.colours[0])))
    parts = broken(whole, kind.sizes[0])
    assert {part.when for part in parts} == {("broken", "broken")}
    assert len(parts) > sum(part.when is None for part in whole)  # cut, and splinters
    middles = np.array([part.at for part in parts])
    assert (np.abs(middles[:, :2]) <= max(kind.sizes[0][:2]) * 0.9 + 0.02).all()
    along = int(np.ptp(middles[:, 1]) > np.ptp(middles[:, 0]))
    assert middles[:, along].min() < 0 < middles[:, along].max()
    for part in parts:
        if part.mesh is not None:
            assert np.unique(part.mesh.faces).tolist() == list(range(len(part.mesh.vertices)))
            assert np.allclose(np.linalg.norm(part.mesh.normals, axis=1), 1.0)


@pytest.mark.parametrize("name", sorted(FURNITURE_KINDS))
def test_surfaces_lie_within_their_piece_and_behind_what_opens(name) -> None:
    kind = FURNITURE_KINDS[name]
    openings = {opening.name for opening in kind.openings}
    assert len({surface.id for surface in kind.surfaces}) == len(kind.surfaces)
    for surface in kind.surfaces:
        assert surface.behind in {"", *openings}
        assert 0 <= surface.centre[2] <= kind.size[2] + 1e-9
        for axis in (0, 1):
            assert abs(surface.centre[axis]) + surface.size[axis] / 2 <= kind.size[axis] / 2 + 1e-9
    moving = {part.leaf[0] for part in FURNITURE_SHAPES[name](Look(kind.size, colour("wood"))) if part.leaf}
    assert moving == openings


@pytest.mark.parametrize("name", sorted(MESHES))
def test_normals_point_the_way_the_triangles_face(name) -> None:
    mesh = MESHES[name]
    a, b, c = (mesh.vertices[mesh.faces[:, i]] for i in range(3))
    facing = np.cross(b - a, c - a)
    assert (np.linalg.norm(facing, axis=1) > 0).all()
    assert np.allclose(np.linalg.norm(mesh.normals, axis=1), 1.0)
    mean = sum(mesh.normals[mesh.faces[:, i]] for i in range(3))
    assert (np.einsum("ij,ij->i", facing, mean) > 0).all()
    assert np.unique(mesh.faces).tolist() == list(range(len(mesh.vertices)))


@pytest.mark.parametrize("name", ["plate", "cushion", "panel", "sheet", "box", "rod", "ring"])
def test_a_closed_mesh_has_the_volume_of_its_form(name) -> None:
    """By the divergence theorem; a mesh with a hole or a flipped face would miss it."""
    mesh = MESHES[name]
    a, b, c = (mesh.vertices[mesh.faces[:, i]] for i in range(3))
    volume = np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6
    assert volume > 0
    shifted = np.einsum("ij,ij->i", a + 5, np.cross(b + 5, c + 5)).sum() / 6
    assert shifted == pytest.approx(volume, abs=1e-6)
    if name in ("panel", "box"):
        assert volume == pytest.approx(np.prod(np.ptp(mesh.vertices, axis=0)))


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_leaves_its_colour_recognisable(name) -> None:
    pixels = picture(name)
    assert pixels.mean() > 125
    assert (pixels[..., 0] == pixels[..., 2]).all()
