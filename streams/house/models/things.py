"""The kinds of things, read from `things.toml`."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from streams.house.models.kind import ThingKind


def _kind(name: str, row: Mapping[str, Any]) -> ThingKind:
    sizes = tuple(tuple(size) for size in row["sizes"])
    states = {state: tuple(values) for state, values in row.get("states", {}).items()}
    flags = {flag: row[flag] for flag in ("personal", "held", "heavy", "breaks") if flag in row}
    words = row["category"], row["used_to"]
    return ThingKind(name, sizes, tuple(row["colours"]), tuple(row["materials"]), *words, states=states, **flags)


def _read() -> dict[str, ThingKind]:
    text = files("streams.house.models").joinpath("things.toml").read_text("utf-8")
    return {name: _kind(name, row) for name, row in tomllib.loads(text).items()}


THING_KINDS: Mapping[str, ThingKind] = _read()
