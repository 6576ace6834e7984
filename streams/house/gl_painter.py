"""Draws a stage with OpenGL through EGL or OSMesa: a pass for colours with shadows, a pass for ids and depth without them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mmmem.lazy import require
from streams.house.mujoco_module import load_mujoco
from streams.house.rendering import Camera, GlName
from streams.house.stage import EYE, HIDDEN_GROUP


class GlPainter:
    """One GL context and the buffers of one camera; belongs to the thread that made it.

    `samples` per pixel smooth the edges of colours: 4 cost about as much again as the picture.
    """

    def __init__(self, model: Any, data: Any, camera: Camera, backend: GlName, samples: int = 0) -> None:
        self._mujoco = mujoco = load_mujoco("Drawing a house")
        self.name: str = backend
        self._model, self._data = model, data
        gl = require(f"mujoco.{backend}", extra="house", purpose=f"Drawing with {backend}")
        self._shape = (camera.height, camera.width)
        model.vis.global_.offwidth, model.vis.global_.offheight = camera.width, camera.height
        model.vis.quality.offsamples = samples
        self._eye = model.camera(EYE).id
        model.cam_fovy[self._eye] = camera.fov_y_deg
        self._gl = gl.GLContext(camera.width, camera.height)
        self._gl.make_current()
        self._context = mujoco.MjrContext(model, mujoco.mjtFontScale.mjFONTSCALE_50)
        mujoco.mjr_setBuffer(mujoco.mjtFramebuffer.mjFB_OFFSCREEN, self._context)
        self._context.readDepthMap = mujoco.mjtDepthMap.mjDEPTH_ZEROFAR
        self._scene = mujoco.MjvScene(model, model.ngeom + 100)
        self._option, self._view = _only_geoms(mujoco), mujoco.MjvCamera()
        self._view.type, self._view.fixedcamid = mujoco.mjtCamera.mjCAMERA_FIXED, self._eye
        self._rect = mujoco.MjrRect(0, 0, camera.width, camera.height)
        self._tangents = (
            np.tan(np.radians(camera.fov_y_deg) / 2) * camera.width / camera.height,
            np.tan(np.radians(camera.fov_y_deg) / 2),
        )

    def draw(
        self, pose_world_camera: NDArray[np.float64], there: NDArray[np.bool_]
    ) -> tuple[NDArray[np.uint8], NDArray[np.float32], NDArray[np.int32]]:
        """See `streams.house.stage.Painter`."""
        self._gl.make_current()
        drawn = self._aim(pose_world_camera, there)
        image = self._colours()
        ids, depth_m = self._ids_and_depth()
        geoms = np.append(drawn, -1)[ids]
        depth_m[geoms < 0] = 0.0
        return image, depth_m, geoms

    def close(self) -> None:
        """Free the context; drawing afterwards is an error of the caller."""
        self._gl.make_current()
        self._context.free()
        self._gl.free()

    def _aim(self, pose: NDArray[np.float64], there: NDArray[np.bool_]) -> NDArray[np.int32]:
        """Point the camera and fill the scene with what may be in view; the geoms of the scene in its order."""
        seen = there & in_view(self._data.geom_xpos, self._model.geom_rbound, pose, self._tangents, rows=self._shape[0])
        self._model.geom_group[:] = np.where(seen, 0, HIDDEN_GROUP)
        self._data.cam_xpos[self._eye] = pose[:3, 3]
        self._data.cam_xmat[self._eye] = (pose[:3, :3] * (1.0, -1.0, -1.0)).ravel()
        m = self._mujoco
        m.mjv_updateScene(self._model, self._data, self._option, None, self._view, m.mjtCatBit.mjCAT_ALL, self._scene)
        return np.flatnonzero(seen & (self._model.geom_rgba[:, 3] > 0)).astype(np.int32)

    def _colours(self) -> NDArray[np.uint8]:
        image = np.empty((*self._shape, 3), np.uint8)
        self._mujoco.mjr_render(self._rect, self._scene, self._context)
        self._mujoco.mjr_readPixels(image, None, self._rect, self._context)
        return np.ascontiguousarray(image[::-1])

    def _ids_and_depth(self) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Number of the scene's geom in each pixel (-1: none) and metres along the optical axis."""
        flags, flag = self._scene.flags, self._mujoco.mjtRndFlag
        before = flags.copy()
        flags[flag.mjRND_SEGMENT], flags[flag.mjRND_IDCOLOR], flags[flag.mjRND_SHADOW], flags[flag.mjRND_SKYBOX] = 1, 1, 0, 0
        code, z = np.empty((*self._shape, 3), np.uint8), np.empty(self._shape, np.float32)
        self._mujoco.mjr_render(self._rect, self._scene, self._context)
        self._mujoco.mjr_readPixels(code, z, self._rect, self._context)
        flags[:] = before
        wide = code[::-1].astype(np.int32)
        extent, map_ = self._model.stat.extent, self._model.vis.map
        return (wide[..., 0] | wide[..., 1] << 8 | wide[..., 2] << 16) - 1, metres(
            z[::-1], map_.znear * extent, map_.zfar * extent
        )


def metres(z: NDArray[np.float32], near_m: float, far_m: float) -> NDArray[np.float32]:
    """Metres along the optical axis of a reversed depth buffer, 1 at the near plane and 0 at the far one."""
    return (near_m * far_m / (near_m + z.astype(np.float64) * (far_m - near_m))).astype(np.float32)


def in_view(
    centres: NDArray[np.float64],
    radii: NDArray[np.float64],
    pose: NDArray[np.float64],
    tangents: tuple[float, float],
    *,
    rows: int,
    spare_m: float = 0.5,
) -> NDArray[np.bool_]:
    """(n,) whether balls (n, 3), (n,) touch a camera's pyramid.

    A radius of 0 stands for a plane without bounds. `spare_m` keeps what is outside and throws a shadow into the picture; what is
    smaller than a pixel of `rows` in its height is left out.
    """
    local = (centres - pose[:3, 3]) @ pose[:3, :3]
    reach = radii + spare_m
    ahead = local[:, 2]
    inside = (ahead > -reach) & (radii * rows > tangents[1] * ahead)
    for axis, tangent in enumerate(tangents):
        inside &= np.abs(local[:, axis]) - tangent * ahead < reach * np.hypot(1.0, tangent)
    return np.asarray(inside | (radii == 0))


def _only_geoms(mujoco: Any) -> Any:
    option = mujoco.MjvOption()
    option.geomgroup[:] = 1
    option.geomgroup[HIDDEN_GROUP] = 0
    option.sitegroup[:] = 0
    return option
