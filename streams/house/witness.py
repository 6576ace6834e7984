"""Who rides along with the camera: tells what could have been observed, and what a captioner says of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from mmmem.types import TimedText
from streams.house.captions import Captioner
from streams.house.life import Life
from streams.house.noise import NoiseLevel
from streams.house.noisy_detector import Found
from streams.house.observed import Observed
from streams.house.sightings import Instant, Sightings


@dataclass(frozen=True, slots=True)
class Persona:
    """How a camera perceives.

    Args:
        level: noise of what it reports.
        seed: of that noise.
        wearer: id of the resident who wears the camera; empty for a robot.
        source: provenance of the captions.
    """

    level: NoiseLevel
    seed: int
    wearer: str = ""
    source: str = "house"


class Witness:
    """Takes looks in order of time over all tours."""

    def __init__(self, life: Life, persona: Persona) -> None:
        self._life, self._persona = life, persona
        self._sightings = Sightings(life, persona.wearer)
        self._captioner = self._fresh()
        self._tour = -1

    def see(self, instant: Instant, found: Found) -> Sequence[TimedText]:
        """What is said at this look, in order of time."""
        noticed = self._sightings.add(instant)
        if instant.tour != self._tour:
            self._captioner, self._tour = self._fresh(), instant.tour
        return sorted(self._captioner.texts(instant, found, noticed), key=lambda text: text.span.start_ns)

    def observed(self) -> list[Observed]:
        """Everything that could have been observed; ends the seeing."""
        return self._sightings.finished()

    def _fresh(self) -> Captioner:
        persona = self._persona
        return Captioner(self._life, persona.level, persona.seed, persona.source, persona.wearer)
