"""A house as a live stream: rendered while it is read, with the same frames and words that a recording of it holds."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Any
from urllib.parse import parse_qsl

from mmmem.clock import NS_PER_S
from mmmem.errors import InvalidInputError
from mmmem.suggest import known_name
from mmmem.types import Frame, StreamInfo
from streams.house.looks import Looker
from streams.house.noisy_detector import NoisyDetector, Perceived
from streams.house.recording_plan import CALENDAR, Days, OpenRenderer, RecordingPlan, lived
from streams.house.rendering import Renderer
from streams.house.sightings import Instant, stands_for_ns
from streams.house.stretch_recording import default_renderer
from streams.house.stretches import Stretch, holding, part_of, stretches_of
from streams.house.watching import watch, without
from streams.house.witness import Witness
from streams.images import thumbnail
from streams.report import ReadReport
from streams.resizing import resized
from streams.sampling import Choice, Sampler
from streams.stream import Item, Stream

_LONGEST_WAIT_S = 5.0


class HouseSource:
    """Frames, captions and speech of a house while it is lived in.

    Args:
        sampler: chooses the frames; words come from all of them.
        size: longest side in pixels; None keeps them as they are.
        speed: how many seconds of the house pass in a second; None renders as fast as it is read. Nights are not waited for.
        wait: waits so many seconds.
    """

    def __init__(
        self,
        days: Days,
        *,
        stream_id: str,
        sampler: Sampler,
        size: int | None = None,
        open_renderer: OpenRenderer = default_renderer,
        speed: float | None = None,
        wait: Callable[[float], object] = time.sleep,
    ) -> None:
        if speed is not None and not speed > 0:
            raise InvalidInputError(f"speed is how many seconds pass in one, above 0, got {speed!r}.")
        self._days, self._stream_id, self._sampler, self._size = days, stream_id, sampler, size
        self._open_renderer, self._speed, self._wait = open_renderer, speed, wait
        self._renderer: Renderer | None = None

    @property
    def start_ns(self) -> int:
        """When the life starts."""
        return self._days.life.start_ns

    def items(self, after_ns: int | None, report: ReadReport) -> Iterator[Item]:
        """Words and frames later than `after_ns`; the stretch that holds it is looked at again, so that all goes on as it was."""
        choice, witness, before_ns = self._sampler.begin(), Witness(self._days.life, self._days.persona), None
        for stretch in holding(stretches_of(self._days.trajectory), after_ns):
            for instant, perceived in self._seen(stretch):
                t_ns = perceived.frame.t_ns
                said = witness.see(instant, perceived.found)
                frame = self._chosen(perceived.frame, choice)
                if after_ns is not None and t_ns <= after_ns:
                    continue
                self._keep_pace(before_ns, t_ns)
                before_ns = t_ns
                yield from (text for text in said if after_ns is None or text.span.start_ns > after_ns)
                if frame is None:
                    report.num_frames_skipped += 1
                else:
                    yield frame

    def frame_at(self, t_ns: int, size: int | None) -> Frame:
        """The picture of the last sample at or before `t_ns`, or else of the first one, drawn anew; colours alone."""
        way = self._days.trajectory
        row = max(int(way.t_ns.searchsorted(t_ns, side="right")) - 1, 0)
        sample_ns = int(way.t_ns[row])
        state = without(self._days.life.state_at(sample_ns), self._days.persona.wearer)
        picture = self._drawing().render(state, way.poses_world_camera[row])
        return resized(Frame(self._stream_id, row, sample_ns, picture.image), size)

    def close(self) -> None:
        """Let go of the renderer."""
        if self._renderer is not None:
            self._renderer.close()
            self._renderer = None

    def _seen(self, stretch: Stretch) -> Iterator[tuple[Instant, Perceived]]:
        days, persona = self._days, self._days.persona
        looker, detector = Looker(days.life.home), NoisyDetector(persona.level, persona.seed, days.life.home)
        part = part_of(days.trajectory, stretch)
        stands = stands_for_ns(part.t_ns, part.tour)
        watched = watch(
            days.life,
            part,
            self._drawing(),
            camera=days.plan.camera,
            stream_id=self._stream_id,
            wearer=persona.wearer,
            first_index=stretch.first_index,
        )
        for one, pose, stands_ns in zip(watched, part.poses_world_camera, stands, strict=True):
            look = looker.look(one)
            yield Instant(look, pose, one.state, one.tour, stands_ns), detector.sense(one, look)

    def _chosen(self, frame: Frame, choice: Choice) -> Frame | None:
        local_ns = frame.t_ns - self.start_ns
        luma = thumbnail(frame.image) if choice.needs_luma else None
        return resized(frame, self._size) if choice.wants(local_ns, True) and choice.take(local_ns, luma) else None

    def _keep_pace(self, before_ns: int | None, t_ns: int) -> None:
        if self._speed is not None and before_ns is not None:
            self._wait(min((t_ns - before_ns) / NS_PER_S / self._speed, _LONGEST_WAIT_S))

    def _drawing(self) -> Renderer:
        if self._renderer is None:
            self._renderer = self._open_renderer(self._days.life.home, self._days.plan.camera)
        return self._renderer


def house_stream(
    days: Days,
    *,
    sampler: Sampler,
    stream_id: str | None = None,
    uri: str = "",
    size: int | None = None,
    open_renderer: OpenRenderer = default_renderer,
    speed: float | None = None,
) -> Stream:
    """A house as a stream, rendered while it is read; see `HouseSource`."""
    name = stream_id or days.plan.stream_id
    source = HouseSource(days, stream_id=name, sampler=sampler, size=size, open_renderer=open_renderer, speed=speed)
    life = days.life
    info = StreamInfo(name, uri or f"house:{days.plan.seed}", CALENDAR, life.start_ns, life.end_ns)
    return Stream(info, [source], len(days.trajectory))


def open_house(uri: str, *, stream_id: str | None, sampler: Sampler, size: int | None) -> Stream:
    """The stream of `house:7` or `house:7?days=2&noise=light&speed=1`: a seed, and the fields of a `RecordingPlan`.

    Raises:
        InvalidInputError: no seed, or a value that does not fit.
        UnknownNameError: no such field.
    """
    plan, speed = _read_uri(uri)
    return house_stream(lived(plan), sampler=sampler, stream_id=stream_id, uri=uri, size=size, speed=speed)


def _read_uri(uri: str) -> tuple[RecordingPlan, float | None]:
    seed, _, query = uri.partition(":")[2].lstrip("/").partition("?")
    types: dict[str, Any] = {one.name: type(one.default) for one in fields(RecordingPlan)} | {"speed": float}
    given = [("seed", seed), *parse_qsl(query, keep_blank_values=True)][not seed :]
    wanted = {"seed": "7"} | dict(given)
    twice = sorted(name for name, times in Counter(name for name, _ in given).items() if times > 1)
    if twice:
        raise InvalidInputError(f"{uri}: {twice[0]} is said more than once; say it once.")
    values = {known_name(name, types, "option of a house"): _value(uri, name, text, types[name]) for name, text in wanted.items()}
    speed = values.pop("speed", None)
    try:
        return RecordingPlan(**values), speed
    except InvalidInputError as error:
        raise InvalidInputError(f"{uri}: {error}") from error


def _value(uri: str, name: str, text: str, kind: Callable[[str], Any]) -> Any:
    try:
        return kind(text)
    except ValueError as error:
        raise InvalidInputError(f"{uri}: {name} must be a number, got {text!r}.") from error
