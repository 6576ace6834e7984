"""What has not been looked at since a time: rooms by how much of their floor was in view, furniture by when it was last seen."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from scenegraph.atlas import Atlas
from scenegraph.world import World

_LOOKED = 0.5


@dataclass(frozen=True, slots=True)
class Unseen:
    """Something that has not been in view since a time.

    Args:
        what: "room" or "furniture", whose surfaces were not seen either.
        last_ns: when it was last in view; None if it never was.
        room: id of the room it is in.
    """

    id: str
    name: str
    what: Literal["room", "furniture"]
    last_ns: int | None
    room: str = ""


def unseen_since(world: World, atlas: Atlas, t_ns: int) -> list[Unseen]:
    """Rooms of which little, and furniture of which nothing was in view since a time; what waits longest comes first."""
    found = []
    rooms = atlas.rooms
    for room in rooms.values():
        last_ns = _looked_ns(atlas, room.id, world)
        if last_ns is None or last_ns < t_ns:
            found.append(Unseen(room.id, room.name, "room", last_ns, room.id))
    for room in rooms.values():
        for id in room.contents:
            node = world.nodes[id]
            stay = node.stay
            assert stay is not None
            last_ns = max(stay.last_seen_ns, stay.looked_ns or 0)
            if last_ns < t_ns:
                found.append(Unseen(id, node.name, "furniture", last_ns, room.id))
    return sorted(found, key=lambda one: (-1 if one.last_ns is None else one.last_ns, one.id))


def _looked_ns(atlas: Atlas, room_id: str, world: World) -> int | None:
    """The latest time by which a good part of a room was in view within one look round."""
    ground, shape = atlas.ground, world.rooms[room_id]
    cells = np.argwhere(shape.cells) + shape.origin - ground.origin
    cells = cells[ground.inside(cells)]
    seen = ground.seen_ns[cells[:, 0], cells[:, 1]]
    seen = np.sort(seen[seen >= 0])[::-1]
    if not len(seen):
        return None
    return int(seen[round(_LOOKED * (len(seen) - 1))])
