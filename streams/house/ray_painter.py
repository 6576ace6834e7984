"""Draws a stage by casting a ray through every pixel on the CPU: needs no GL library, knows no shadows and no textures."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from streams.house.gl_painter import in_view
from streams.house.mujoco_module import load_mujoco
from streams.house.rendering import Camera
from streams.house.stage import EYE, HIDDEN_GROUP

_SKY = np.array([0.93, 0.94, 0.95])


class RayPainter:
    """Colours are Lambert's law over the same lamps as in GL, with the mean colour of a texture."""

    name: str = "rays"

    def __init__(self, model: Any, data: Any, camera: Camera) -> None:
        self._mujoco = load_mujoco("Drawing a house")
        self._model, self._data, self._shape = model, data, (camera.height, camera.width)
        self._colours = geom_colours(model)
        self._glow = _emission(model)
        self._sun, self._sun_light = _sun(model)
        self._groups = np.ones(6, np.uint8)
        self._groups[HIDDEN_GROUP] = 0
        inner = camera.intrinsics
        columns, rows = np.meshgrid(np.arange(camera.width), np.arange(camera.height))
        self._rays = np.stack([(columns - inner.cx) / inner.fx, (rows - inner.cy) / inner.fy, np.ones(self._shape)], -1).reshape(
            -1, 3
        )
        self._tangents = (0.5 * camera.width / inner.fx, 0.5 * camera.height / inner.fy)
        model.cam_fovy[model.camera(EYE).id] = camera.fov_y_deg

    def draw(
        self, pose_world_camera: NDArray[np.float64], there: NDArray[np.bool_]
    ) -> tuple[NDArray[np.uint8], NDArray[np.float32], NDArray[np.int32]]:
        """See `streams.house.stage.Painter`."""
        seen = there & in_view(
            self._data.geom_xpos, self._model.geom_rbound, pose_world_camera, self._tangents, rows=self._shape[0], spare_m=0.05
        )
        self._model.geom_group[:] = np.where(seen, 0, HIDDEN_GROUP)
        ways = self._rays @ pose_world_camera[:3, :3].T
        count = len(ways)
        geoms, depth_m, normals = np.empty(count, np.int32), np.empty(count), np.zeros(3 * count)
        start = pose_world_camera[:3, 3] + 0.0
        self._mujoco.mj_multiRay(
            self._model, self._data, start, ways.ravel(), self._groups, True, -1, geoms, depth_m, normals, count, 1e3
        )
        hit = geoms >= 0
        image = self._shaded(geoms, ways, normals.reshape(-1, 3))
        depth = np.where(hit, depth_m, 0.0).astype(np.float32)
        return image.reshape(*self._shape, 3), depth.reshape(self._shape), geoms.reshape(self._shape)

    def close(self) -> None:
        """Nothing is held."""

    def _shaded(self, geoms: NDArray[np.int32], ways: NDArray[np.float64], normals: NDArray[np.float64]) -> NDArray[np.uint8]:
        head = self._model.vis.headlight
        unit = ways / np.linalg.norm(ways, axis=1, keepdims=True)
        facing = np.abs(np.einsum("ij,ij->i", normals, unit))
        towards = np.where((np.einsum("ij,ij->i", normals, ways) > 0)[:, None], -normals, normals)
        sunny = np.clip(-towards @ self._sun, 0, None)
        light = head.ambient + facing[:, None] * head.diffuse + sunny[:, None] * self._sun_light + self._glow[geoms][:, None]
        colours = np.where((geoms < 0)[:, None], _SKY, self._colours[geoms] * light)
        return (np.clip(colours, 0, 1) * 255 + 0.5).astype(np.uint8)


def geom_colours(model: Any) -> NDArray[np.float64]:
    """(ngeom, 3) the mean colour of each geom: its own, its material's, times its texture's."""
    materials = model.geom_matid
    own = model.geom_rgba[:, :3].astype(np.float64)
    plain = (materials >= 0) & np.isclose(model.geom_rgba, 0.5, atol=1e-6)[:, :3].all(1)
    own[plain] = model.mat_rgba[materials[plain], :3]
    textures = [_mean_texture(model, int(material)) for material in materials]
    return np.asarray(own * np.stack(textures) if textures else own)


def _mean_texture(model: Any, material: int) -> NDArray[np.float64]:
    used = [int(texture) for texture in np.atleast_1d(model.mat_texid[material]).ravel() if texture >= 0] if material >= 0 else []
    if not used:
        return np.ones(3)
    texture = used[0]
    channels, start = int(model.tex_nchannel[texture]), int(model.tex_adr[texture])
    pixels = model.tex_data[start : start + int(model.tex_height[texture]) * int(model.tex_width[texture]) * channels]
    return np.asarray(pixels.reshape(-1, channels)[:, :3].mean(0) / 255)


def _emission(model: Any) -> NDArray[np.float64]:
    glow = np.zeros(model.ngeom + 1)
    lit = model.geom_matid >= 0
    glow[:-1][lit] = model.mat_emission[model.geom_matid[lit]]
    return glow


def _sun(model: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Direction and diffuse colour of the first lamp; straight down if there is none."""
    if model.nlight == 0:
        return np.array([0.0, 0.0, -1.0]), np.full(3, 0.4)
    way = np.asarray(model.light_dir[0], np.float64)
    return way / np.linalg.norm(way), np.asarray(model.light_diffuse[0], np.float64)
