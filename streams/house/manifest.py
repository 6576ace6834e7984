"""Which folders are recordings of a house, and what lies in them."""

import json
from pathlib import Path
from typing import Any

from mmmem.errors import SourceError

FORMAT = "mmmem house recording 1"
MANIFEST, HOME, EVENTS, OBSERVED, TEXTS, QUESTIONS, TRAJECTORY = (
    "manifest.json", "home.json", "events.jsonl", "observed.jsonl", "texts.jsonl", "questions.jsonl", "trajectory.npz",
)  # fmt: skip


def is_recording(folder: Path) -> bool:
    """Whether a folder says that it is a recording of a house."""
    path = folder / MANIFEST
    try:
        return path.is_file() and str(json.loads(path.read_text("utf-8")).get("format", "")).startswith("mmmem house recording")
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, AttributeError):
        return False


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a recording.

    Raises:
        SourceError: there is none, or it is of another version.
    """
    path = folder / MANIFEST
    try:
        held = json.loads(path.read_text("utf-8"))
        found = held["format"]
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError) as error:
        raise SourceError(f"{folder} holds no recording of a house: {path.name} cannot be read ({error}).") from error
    if found != FORMAT:
        raise SourceError(f"{folder} holds {found!r}, this version reads {FORMAT!r}; record the house again.")
    return dict(held)
