"""Every threshold of the scene graph in one place, with its unit and what it trades."""

from dataclasses import dataclass

from mmmem.errors import InvalidInputError


@dataclass(frozen=True, slots=True)
class Settings:
    """How sightings become nodes, stays and absences.

    Args:
        max_depth_m: measured depth beyond is unknown (a sensor's invalid value, the far plane of a renderer).
        max_range_m: things are placed, and missed, up to this distance.
        min_pixels: detections with fewer pixels of depth have no position.
        min_side_px: detections with a shorter side are weak: they extend what is known and start nothing.
        depth_noise_m, depth_noise_per_m2: standard deviation of depth at z is the first plus the second times z squared.
        place_sigma_m: standard deviation of where poses and boxes put a thing.
        confirm_frames, confirm_weight: a thing becomes a node after so many frames and so much summed score.
        sure_score: one sighting must score so high, or there must be twice as many.
        tentative_ns: what was not confirmed for that long is left as a glimpse; glimpses of one thing within `glimpse_ns` add up.
        accept: association score (nats) from which a sighting is a known thing.
        min_likeness: score of looks, size and class from which a thing that turned up is one seen before.
        twin_margin: candidates this close to the best (nats) are named together as an ambiguous set.
        move_m: shift from which a thing has moved, beyond half its size.
        extend_ns: while a thing stays in view its stay is written again this often at most.
        leave_ns: a thing unseen for longer has left the view; its stay is written.
        absent_share: share of voting rays that must see through (Khronos, Schmid et al. 2024, uses 0.6).
        absent_evidence: summed evidence (nats) from which a thing is missing.
        absent_frames, absent_views: pictures, and pictures from different viewpoints, needed for that; twice the pictures
            may stand for the viewpoints.
        furniture_evidence: as `absent_evidence`, for furniture.
        state_frames: a state has changed when so many sightings in a row say so.
        maps: scans and rooms are made from depth; the world's z axis must point up and its floor lie at 0.
        person_speed_m_s: how fast people, and what they carry, may move between two pictures.
    """

    max_depth_m: float = 20.0
    max_range_m: float = 6.0
    min_pixels: int = 12
    min_side_px: float = 4.0
    depth_noise_m: float = 0.02
    depth_noise_per_m2: float = 0.004
    place_sigma_m: float = 0.06
    confirm_frames: int = 2
    confirm_weight: float = 1.2
    sure_score: float = 0.5
    tentative_ns: int = 20_000_000_000
    glimpse_ns: int = 7 * 24 * 3600 * 1_000_000_000
    accept: float = -3.0
    min_likeness: float = 0.0
    twin_margin: float = 0.7
    move_m: float = 0.15
    extend_ns: int = 10_000_000_000
    leave_ns: int = 3_000_000_000
    absent_share: float = 0.6
    absent_evidence: float = 4.0
    absent_frames: int = 2
    absent_views: int = 2
    furniture_evidence: float = 9.0
    state_frames: int = 2
    maps: bool = True
    person_speed_m_s: float = 1.8

    def __post_init__(self) -> None:
        for name in ("max_depth_m", "max_range_m", "move_m", "confirm_frames", "absent_frames", "state_frames", "extend_ns"):
            if not getattr(self, name) > 0:
                raise InvalidInputError(f"Settings.{name} must be positive, got {getattr(self, name)}.")
        if not 0 < self.absent_share < 1:
            raise InvalidInputError(f"Settings.absent_share must lie in (0, 1), got {self.absent_share}.")

    def depth_sigma_m(self, z_m: float) -> float:
        """Standard deviation of a position measured at distance `z_m`."""
        return self.depth_noise_m + self.depth_noise_per_m2 * z_m * z_m


def trusting() -> Settings:
    """For perfect perception (a simulator's masks): one sighting makes a node, one clear look shows that it is gone."""
    return Settings(
        confirm_frames=1, confirm_weight=0.5, absent_frames=1, absent_views=1, absent_evidence=1.5, furniture_evidence=4.0
    )
