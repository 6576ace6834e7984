"""The record of what could have been observed, and its JSON line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from mmmem.clock import Span
from streams.house.json_lines import read_lines, write_lines
from streams.house.looks import REFERENCE_PIXELS

ObservedKind = Literal[
    "seen",  # a thing, piece or resident showed, without a change, at one holder in one room
    "absent",  # the surface where a thing was last seen was looked over, and it was not on it
    "witnessed",  # an event happened in view
    "heard",  # somebody spoke within earshot
]


@dataclass(frozen=True, slots=True)
class Observed:
    """Something that whoever looked along a trajectory, and missed nothing, knows.

    Args:
        subject: id of the thing, piece of furniture or resident.
        span: `seen` and `absent`: from the first look to the end of the last one, each standing for the time to the next.
        holder: surface or resident that had it; for `absent`, the surface that did not.
        room: where it was, or where the empty surface is.
        states: what its states were while it was seen; of a resident `doing`, what they were busy with.
        event: id of the event that was witnessed or heard.
        num_looks: pictures that show it.
        best_ns: time of the picture that shows most of it.
        pixels: in that picture.
        picture_pixels: of that whole picture; a line leaves it out where it is `REFERENCE_PIXELS`.
        fraction: share of its projected box that shows in that picture; for `absent`, share of the surface looked over.
    """

    kind: ObservedKind
    subject: str
    span: Span
    tour: int
    holder: str = ""
    room: str = ""
    states: Mapping[str, str] = field(default_factory=dict)
    event: str = ""
    num_looks: int = 0
    best_ns: int = 0
    pixels: int = 0
    fraction: float = 0.0
    picture_pixels: int = REFERENCE_PIXELS


def write_observed(records: list[Observed], path: Path) -> None:
    """Write JSON lines; the same records give the same bytes."""
    write_lines(path, (_fields(record) for record in records))


def read_observed(path: Path) -> Iterator[Observed]:
    """What `write_observed` wrote.

    Raises:
        SourceError: the file is missing or holds something else.
    """
    return read_lines(path, _record)


def _fields(record: Observed) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "kind": record.kind,
        "subject": record.subject,
        "start_ns": record.span.start_ns,
        "end_ns": record.span.end_ns,
        "tour": record.tour,
    }
    names = ("holder", "room", "states", "event", "num_looks", "best_ns", "pixels")
    fields |= {name: getattr(record, name) for name in names if getattr(record, name)}
    if record.fraction:
        fields["fraction"] = round(record.fraction, 3)
    if record.picture_pixels != REFERENCE_PIXELS:
        fields["picture_pixels"] = record.picture_pixels
    return fields


def _record(fields: dict[str, Any]) -> Observed:
    span = Span(fields.pop("start_ns"), fields.pop("end_ns"))
    return Observed(span=span, **fields)
