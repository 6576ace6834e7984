"""A home as an MJCF scene: MuJoCo's file format, with the meshes and textures it needs.

Things and people are mocap bodies named by their ids, furniture bodies stand still, and every leaf of a door or drawer is a body
on a hinge or slide, both named like `F3.door.0`. Geoms are named by the id of what they belong to, a slash and a number.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
from numpy.typing import ArrayLike

from streams.house.home import Furniture, Home, Point
from streams.house.models.boxes import patterned_box
from streams.house.models.kinds import FURNITURE_KINDS, Leaf
from streams.house.models.meshes import Mesh
from streams.house.models.pictures import PATTERNS, png
from streams.house.models.pieces import furniture_parts, resident_parts, thing_parts
from streams.house.models.shape import Part
from streams.house.models.structure import building
from streams.house.stage import EYE

STRUCTURE = "building"
_FINISHES: Mapping[str, tuple[float, float, float]] = {
    "matt": (0.05, 0.1, 0.0),
    "cloth": (0.0, 0.0, 0.0),
    "wood": (0.15, 0.2, 0.0),
    "gloss": (0.45, 0.55, 0.0),
    "metal": (0.7, 0.6, 0.0),
    "glow": (0.0, 0.0, 0.75),
}
"""Specular share, shininess and emission of each finish."""


@dataclass(frozen=True, slots=True)
class Conditional:
    """A geom that is only seen while a state of its owner has a value."""

    geom: str
    owner: str
    state: str
    value: str


@dataclass(frozen=True)
class Mjcf:
    """A scene as MuJoCo reads it.

    Args:
        xml: the MJCF document.
        assets: files that it names, by name.
        owners: id of the part of the home (or "building") by name of the geom.
        conditionals: geoms that come and go with a state.
    """

    xml: str
    assets: Mapping[str, bytes]
    owners: Mapping[str, str]
    conditionals: tuple[Conditional, ...]

    def write(self, folder: Path) -> Path:
        """Write `scene.xml` and its assets; MuJoCo's own viewer opens it."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in self.assets.items():
            (folder / name).write_bytes(content)
        path = folder / "scene.xml"
        path.write_text(self.xml, "utf-8")
        return path


def home_mjcf(home: Home) -> Mjcf:
    """The scene of a home, everything at rest and every thing at the origin until a state is shown."""
    return _Writer(home).written


@dataclass
class _Writer:
    home: Home
    owners: dict[str, str] = field(default_factory=dict)
    conditionals: list[Conditional] = field(default_factory=list)
    meshes: dict[bytes, str] = field(default_factory=dict)
    materials: set[tuple[str, str]] = field(default_factory=set)

    @cached_property
    def written(self) -> Mjcf:
        root = ET.Element("mujoco", model=f"home {self.home.seed}")
        self._settings(root)
        asset, world = ET.SubElement(root, "asset"), ET.SubElement(root, "worldbody")
        self.asset = asset
        ET.SubElement(asset, "texture", name="sky", type="skybox", builtin="flat", rgb1="0.93 0.94 0.95", width="8", height="48")
        ET.SubElement(
            world,
            "light",
            name="sun",
            directional="true",
            dir="0.22 0.3 -1",
            diffuse="0.42 0.41 0.38",
            specular="0.3 0.3 0.3",
            ambient="0 0 0",
        )
        ET.SubElement(world, "camera", name=EYE)
        self._fill(world)
        for finish, picture in sorted(self.materials):
            self._material(finish, picture)
        ET.indent(root)
        files = {f"{picture}.png": png(picture) for picture in sorted({picture for _, picture in self.materials if picture})}
        return Mjcf(ET.tostring(root, "unicode"), files, self.owners, tuple(self.conditionals))

    def _fill(self, world: ET.Element) -> None:
        self._geoms(world, STRUCTURE, building(self.home))
        for piece in self.home.furniture:
            self._furniture(world, piece)
        movable = [(thing.id, thing_parts(thing)) for thing in self.home.things]
        movable += [(resident.id, resident_parts(self.home, resident)) for resident in self.home.residents]
        for id, parts in movable:
            self._geoms(ET.SubElement(world, "body", name=id, mocap="true"), id, parts)

    def _settings(self, root: ET.Element) -> None:
        rooms = self.home.rooms
        low = (min(room.x0_m for room in rooms), min(room.y0_m for room in rooms))
        high = (max(room.x1_m for room in rooms), max(room.y1_m for room in rooms))
        extent = max(high[0] - low[0], high[1] - low[1])
        ET.SubElement(root, "compiler", angle="radian", eulerseq="XYZ")
        ET.SubElement(
            root, "statistic", extent=_text(extent), center=_text(((low[0] + high[0]) / 2, (low[1] + high[1]) / 2, 1.0))
        )
        visual = ET.SubElement(root, "visual")
        ET.SubElement(visual, "headlight", ambient="0.52 0.52 0.53", diffuse="0.3 0.3 0.3", specular="0.05 0.05 0.05")
        ET.SubElement(visual, "map", znear=_text(0.04 / extent), zfar=_text(60 / extent), shadowclip="0.75")
        ET.SubElement(visual, "quality", shadowsize="1024", numslices="14", numstacks="8", numquads="1", offsamples="4")
        default = ET.SubElement(root, "default")
        ET.SubElement(default, "geom", contype="0", conaffinity="0", group="0", mass="0")

    def _furniture(self, world: ET.Element, piece: Furniture) -> None:
        body = ET.SubElement(world, "body", name=piece.id, pos=_text(piece.position), euler=_text((0, 0, piece.yaw_rad)))
        parts = furniture_parts(self.home, piece)
        self._geoms(body, piece.id, [part for part in parts if part.leaf is None])
        for name, number, leaf in piece_leaves(piece):
            pivot = leaf.pivot
            joint = f"{piece.id}.{name}.{number}"
            child = ET.SubElement(body, "body", name=joint, pos=_text(pivot))
            ET.SubElement(child, "inertial", pos="0 0 0", mass="1", diaginertia="1 1 1")
            kind, axis = ("hinge", "0 0 1") if leaf.motion == "hinge" else ("slide", "1 0 0")
            span = sorted((0.0, leaf.opens_by))
            ET.SubElement(child, "joint", name=joint, type=kind, axis=axis, range=_text(span))
            self._geoms(child, piece.id, [part for part in parts if part.leaf == (name, number)], pivot)

    def _geoms(self, body: ET.Element, owner: str, parts: Iterable[Part], origin: Point = (0.0, 0.0, 0.0)) -> None:
        for part in parts:
            name = f"{owner}/{len(self.owners)}"
            self.owners[name] = STRUCTURE if part.structure else owner
            if part.when is not None:
                self.conditionals.append(Conditional(name, owner, *part.when))
            at = tuple(a - b for a, b in zip(part.at, origin, strict=True))
            self.materials.add((part.finish, part.picture))
            ET.SubElement(
                body,
                "geom",
                {
                    "name": name,
                    "pos": _text(at),
                    "rgba": _text(part.colour),
                    "material": _material_name(part.finish, part.picture),
                    **self._form(part),
                },
            )

    def _form(self, part: Part) -> dict[str, str]:
        turned = {"euler": _text(part.turn)} if any(part.turn) else {}
        x, y, z = part.size
        if part.form == "box" and part.picture in PATTERNS:
            return {"type": "mesh", "mesh": self._mesh(patterned_box(part.size)), **turned}
        if part.mesh is not None:
            return {"type": "mesh", "mesh": self._mesh(part.mesh), **turned}
        if part.form in ("cylinder", "capsule"):
            half = max(z / 2 - (x / 2 if part.form == "capsule" else 0.0), 1e-4)
            return {"type": part.form, "size": _text((x / 2, half)), **turned}
        return {"type": part.form, "size": _text((x / 2, y / 2, z / 2)), **turned}

    def _mesh(self, mesh: Mesh) -> str:
        key = mesh.vertices.tobytes() + mesh.uv.tobytes()
        if key not in self.meshes:
            name = self.meshes[key] = f"m{len(self.meshes)}"
            ET.SubElement(
                self.asset,
                "mesh",
                name=name,
                inertia="shell",
                vertex=_text(mesh.vertices),
                normal=_text(mesh.normals),
                texcoord=_text((0, 1) + mesh.uv * (1, -1)),
                face=" ".join(map(str, mesh.faces.ravel())),
            )
        return self.meshes[key]

    def _material(self, finish: str, picture: str) -> None:
        specular, shininess, emission = _FINISHES[finish]
        textured: dict[str, str] = {}
        if picture:
            if self.asset.find(f"texture[@name='{picture}']") is None:
                ET.SubElement(self.asset, "texture", name=picture, type="2d", file=f"{picture}.png")
            textured = {"texture": picture}
        look = {"specular": _text(specular), "shininess": _text(shininess), "emission": _text(emission)}
        ET.SubElement(self.asset, "material", {"name": _material_name(finish, picture), **look, **textured})


def piece_leaves(piece: Furniture) -> list[tuple[str, int, Leaf]]:
    """Each leaf of the doors and drawers of a piece, scaled to its size: name of the opening, number of the leaf, the leaf."""
    kind = FURNITURE_KINDS.get(piece.kind)
    if kind is None:
        return []
    scale = tuple(a / b for a, b in zip(piece.size, kind.size, strict=True))
    found = [
        (opening.name, number, leaf)
        for opening in kind.openings
        if opening.name in piece.openings
        for number, leaf in enumerate(opening.leaves)
    ]
    return [(name, number, _scaled(leaf, scale)) for name, number, leaf in found]


def _scaled(leaf: Leaf, scale: tuple[float, ...]) -> Leaf:
    pivot = tuple(a * b for a, b in zip(leaf.pivot, scale, strict=True))
    by = leaf.opens_by if leaf.motion == "hinge" else leaf.opens_by * scale[0]
    return Leaf(leaf.motion, pivot, by, leaf.size, leaf.side)  # type: ignore[arg-type]


def _material_name(finish: str, picture: str) -> str:
    return f"{finish} {picture}" if picture else finish


def _text(values: ArrayLike) -> str:
    return " ".join(f"{value:.6g}" for value in np.asarray(values, np.float64).ravel())
