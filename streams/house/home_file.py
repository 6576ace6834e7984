"""A home as one JSON file, so that a recording can be read where the seed would build another home one day."""

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from mmmem.errors import SourceError
from streams.house.home import Door, Furniture, Home, Resident, Room, Surface, Thing
from streams.house.json_lines import write_text

_FORMAT = "mmmem house home 1"


def write_home(home: Home, path: Path) -> None:
    """Write a home; the same one gives the same bytes.

    Raises:
        StorageError: the disk is full or failing.
    """
    held = {"format": _FORMAT, **{one.name: _plain(getattr(home, one.name)) for one in fields(home)}}
    write_text(path, [json.dumps(held, ensure_ascii=False, indent=1), "\n"])


def read_home(path: Path) -> Home:
    """What `write_home` wrote.

    Raises:
        SourceError: the file is missing or holds something else.
    """
    try:
        held = json.loads(path.read_text("utf-8"))
        if held.pop("format") != _FORMAT:
            raise SourceError(f"{path} is no home of this version of mmmem ({_FORMAT!r} is needed).")
        return _home(held)
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        raise SourceError(f"Cannot read a home from {path}: {error}.") from error


def _plain(value: Any) -> Any:
    return [asdict(part) for part in value] if isinstance(value, tuple) else value


def _home(held: Mapping[str, Any]) -> Home:
    parts = {
        "rooms": tuple(Room(**room) for room in held["rooms"]),
        "doors": tuple(Door(**door) for door in held["doors"]),
        "furniture": tuple(_piece(piece) for piece in held["furniture"]),
        "things": tuple(_thing(thing) for thing in held["things"]),
        "residents": tuple(Resident(**resident) for resident in held["residents"]),
    }
    return Home(**{**held, **parts})


def _piece(held: dict[str, Any]) -> Furniture:
    surfaces = tuple(
        Surface(**{**surface, "centre": tuple(surface["centre"]), "size": tuple(surface["size"])}) for surface in held["surfaces"]
    )
    shape = {name: tuple(held[name]) for name in ("position", "size", "openings")}
    return Furniture(**{**held, **shape, "surfaces": surfaces})


def _thing(held: dict[str, Any]) -> Thing:
    states = {name: tuple(values) for name, values in held["states"].items()}
    return Thing(**{**held, "size": tuple(held["size"]), "states": states})
