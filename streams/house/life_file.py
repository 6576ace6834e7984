"""A life as JSON lines: a line for how it starts, then a line for each event, without the fields that are empty."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mmmem.errors import SourceError
from streams.house.home import Home
from streams.house.life import Life
from streams.house.world import Event, PersonPose, Placement, WorldState

_FORMAT = "mmmem house life 1"


def write_life(life: Life, path: Path) -> None:
    """Write a life; the same one gives the same bytes."""
    head = {
        "format": _FORMAT,
        "seed": life.home.seed,
        "start_ns": life.start_ns,
        "end_ns": life.end_ns,
        "start_state": _state_fields(life.start_state),
    }
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(_line(head))
        file.writelines(_line(event_fields(event)) for event in life.events)


def read_life(path: Path, home: Home) -> Life:
    """Read what `write_life` wrote.

    Raises:
        SourceError: the file is missing, is no such file, is cut short inside a line, or tells of another home.
    """
    lines = _records(path)
    head = next(lines, {})
    if head.get("format") != _FORMAT:
        raise SourceError(f"{path} is no life of a house: its first line says {head.get('format')!r}, not {_FORMAT!r}.")
    if head["seed"] != home.seed:
        raise SourceError(f"{path} tells of the home of seed {head['seed']}, got the home of seed {home.seed}; build that one.")
    try:
        events = tuple(event_from(fields) for fields in lines)
        return Life(home, head["start_ns"], head["end_ns"], _state_from(head["start_state"]), events)
    except (KeyError, TypeError) as error:
        raise SourceError(f"{path} is a life with a line that is no event ({error}); write it again.") from error


def event_fields(event: Event) -> dict[str, Any]:
    """An event as JSON values, without the fields that are empty."""
    fields: dict[str, Any] = {"id": event.id, "t_ns": event.t_ns, "kind": event.kind, "subject": event.subject}
    fields |= {name: getattr(event, name) for name in ("actor", "state", "value", "why") if getattr(event, name)}
    if event.placement is not None:
        fields["placement"] = _placement_fields(event.placement)
    if event.person is not None:
        fields["person"] = _person_fields(event.person)
    return fields


def event_from(fields: Mapping[str, Any]) -> Event:
    """The event that `event_fields` gave."""
    plain = {name: value for name, value in fields.items() if name not in ("placement", "person")}
    placement, person = fields.get("placement"), fields.get("person")
    return Event(
        **plain,
        placement=_placement_from(placement) if placement else None,
        person=PersonPose(*person) if person else None,
    )


def _placement_fields(at: Placement) -> list[Any]:
    return [at.relation, at.holder, *at.position, at.yaw_rad]


def _placement_from(fields: list[Any]) -> Placement:
    relation, holder, x, y, z, yaw = fields
    return Placement(relation, holder, (x, y, z), yaw)


def _person_fields(at: PersonPose) -> list[Any]:
    return [at.x_m, at.y_m, at.yaw_rad, at.posture]


def _state_fields(state: WorldState) -> dict[str, Any]:
    return {
        "placements": {thing: _placement_fields(at) for thing, at in sorted(state.placements.items())},
        "states": [[part, name, value] for (part, name), value in sorted(state.states.items())],
        "people": {person: _person_fields(at) for person, at in sorted(state.people.items())},
    }


def _state_from(fields: Mapping[str, Any]) -> WorldState:
    return WorldState(
        {thing: _placement_from(at) for thing, at in fields["placements"].items()},
        {(part, name): value for part, name, value in fields["states"]},
        {person: PersonPose(*at) for person, at in fields["people"].items()},
    )


def _line(fields: Mapping[str, Any]) -> str:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")) + "\n"


def _records(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                yield _record(path, number, line)
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"Cannot read the life in {path}: {error}.") from error


def _record(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        fields = json.loads(line)
    except json.JSONDecodeError as error:
        raise SourceError(f"Line {number} of {path} is not JSON ({error.msg}); the file was cut short or edited.") from error
    if not isinstance(fields, dict):
        raise SourceError(f"Line {number} of {path} is not a record but {type(fields).__name__}; the file was edited.")
    return fields
