"""What each sighting of a picture shows: the known thing, or the one being followed, that it fits best."""

from collections.abc import Iterable, Sequence

from scenegraph.association import associate, reach_m
from scenegraph.grid import Grid
from scenegraph.look import Look
from scenegraph.missing import FORMER
from scenegraph.settings import Settings
from scenegraph.sightings import Sighting
from scenegraph.tracks import Track, track_of
from scenegraph.world import World


class Matching:
    """Finds the track behind each sighting.

    Args:
        tracks: what is followed, by key; a node that may be in view is followed from here on.
        grid: where nodes and tracks are.
        trusted: ids of detections name the same thing for ever.
    """

    def __init__(self, world: World, settings: Settings, tracks: dict[str, Track], grid: Grid, *, trusted: bool) -> None:
        self._world, self._settings, self._tracks, self._grid, self._trusted = world, settings, tracks, grid, trusted

    def match(self, look: Look) -> None:
        """Fill `look.matched`: by a simulator's ids, by place and looks, by a tracker's ids."""
        left = list(range(len(look.sightings)))
        if self._trusted:
            left = [place for place in left if not self._match_key(look, place)]
        placed = [place for place in left if look.sightings[place].at is not None]
        self._assign(look, placed, self._near([look.sightings[place] for place in placed]))
        flat = [place for place in left if look.sightings[place].at is None]
        self._match_hints(look, flat)

    def _match_key(self, look: Look, place: int) -> bool:
        """By the id that a simulator gave it."""
        one = look.sightings[place]
        if one.track_id < 0:
            return False
        id = self._world.by_key.get(key_of(one))
        if id is None:
            return True
        look.matched[place] = self._follow(self._world.resolve(id))
        return True

    def _near(self, sightings: Sequence[Sighting]) -> list[Track]:
        keys: set[str] = set()
        for one in sightings:
            if one.box is None:
                continue
            reach = reach_m(one, one.layer, self._settings)
            keys |= self._grid.within(one.box[0] - reach, one.box[1] + reach)
        keys = {key for key in keys if not key.endswith(FORMER)}
        return [self._follow(key) for key in sorted(keys)]

    def _assign(self, look: Look, places: list[int], tracks: Sequence[Track]) -> None:
        sightings = [look.sightings[place] for place in places]
        for number, track in associate(sightings, tracks, look.ref.stream_id, look.t_ns, self._settings).items():
            look.matched[places[number]] = track

    def _match_hints(self, look: Look, places: Iterable[int]) -> None:
        """Without depth or pose: the tracker's id says which is which, while it lasts."""
        taken = look.keys
        for place in places:
            one = look.sightings[place]
            fitting = (
                track
                for track in self._tracks.values()
                if track.key not in taken and track.layer == one.layer and track.hinted(look.ref.stream_id, one, look.t_ns)
            )
            track = next(fitting, None)
            if track is not None:
                look.matched[place] = track
                taken.add(track.key)

    def _follow(self, key: str) -> Track:
        """The track of a node or of something tentative."""
        if key not in self._tracks:
            self._tracks[key] = track_of(self._world.nodes[key])
        return self._tracks[key]


def key_of(one: Sighting) -> str:
    """The name in the world of the id that a simulator gave it."""
    return f"sim:{one.track_id}"
