"""The maps of a world: the ground by its scans, the rooms with their names, and the room of everything."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from scenegraph.free_space import Ground
from scenegraph.geometry import Array
from scenegraph.nodes import Node
from scenegraph.room_names import kind_of_room, unique_names
from scenegraph.rooms import RoomShape
from scenegraph.world import World

_STEPS = (np.arange(5) + 0.5) / 5
_GRID = np.stack(np.meshgrid(_STEPS, _STEPS), axis=-1).reshape(-1, 2)


@dataclass(frozen=True, slots=True, eq=False)
class Room:
    """A room as it is known.

    Args:
        kind: by what stands in it ("kitchen"), or "room".
        name: unique; what a person called it, else its kind.
        contents: ids of the furniture in it.
    """

    id: str
    kind: str
    name: str
    shape: RoomShape
    contents: tuple[str, ...]

    @property
    def area_m2(self) -> float:
        """Square metres."""
        return self.shape.area_m2

    @property
    def middle(self) -> Array:
        """(2,) metres."""
        return self.shape.middle

    @property
    def beyond(self) -> tuple[str, ...]:
        """Ids of the rooms that its doors lead to."""
        return tuple(id for _, id in self.shape.doors)


class Atlas:
    """Ground and rooms of one world, worked out when asked for and kept until the world's scans or rooms change."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._ground = Ground()
        self._poses = world.num_pose_rows
        self._rooms: tuple[object, dict[str, Room]] | None = None
        self._room_of: dict[tuple[str, bytes], str] = {}
        self._shapes: tuple[RoomShape, ...] = ()

    @property
    def ground(self) -> Ground:
        """Free space by all scans, with poses as they are known now."""
        if self._poses != self._world.num_pose_rows:
            self._ground, self._poses = Ground(), self._world.num_pose_rows
        return self._ground.add(self._world.scans[self._ground.num_scans :])

    @property
    def rooms(self) -> dict[str, Room]:
        """Rooms by id."""
        key = (self._world.last_row, len(self._world.nodes))
        if self._rooms is None or self._rooms[0] != key:
            self._rooms = (key, self._named_rooms())
        return self._rooms[1]

    def room_at(self, points: Array) -> str:
        """Id of the room in which most of (n, 2) points lie; empty if they lie in none."""
        counts = {id: int(shape.holds(points).sum()) for id, shape in self._world.rooms.items()}
        best = max(counts, key=lambda id: (counts[id], id), default="")
        return best if counts.get(best, 0) else ""

    def room_of(self, id: str, box: Array) -> str:
        """Id of the room in which a node has its (2, 3) box; empty if it is in none."""
        shapes = tuple(self._world.rooms.values())
        if shapes != self._shapes:
            self._shapes = shapes
            self._room_of.clear()
        key = (id, box.tobytes())
        if key not in self._room_of:
            self._room_of[key] = self.room_at(box[0, :2] + _GRID * (box[1, :2] - box[0, :2]))
        return self._room_of[key]

    def _named_rooms(self) -> dict[str, Room]:
        shapes = {id: shape for id, shape in self._world.rooms.items() if shape.cells.any()}
        contents: dict[str, list[Node]] = {id: [] for id in shapes}
        for node, box in _standing(self._world.living()):
            room = self.room_of(node.id, box)
            if room in contents:
                contents[room].append(node)
        kinds = {id: kind_of_room(node.kind for node in nodes) for id, nodes in contents.items()}
        names = unique_names(kinds, self._world.room_names)
        return {
            id: Room(id, kinds[id], names[id], shape, tuple(node.id for node in contents[id])) for id, shape in shapes.items()
        }


def _standing(nodes: Iterable[Node]) -> Iterator[tuple[Node, Array]]:
    """Furniture that is where it was seen, with its box."""
    for node in nodes:
        stay = node.stay
        if node.layer == "furniture" and stay is not None and stay.box is not None and stay.missing_ns is None:
            yield node, stay.box
