"""Writes the days of a house into a folder, part by part: what is whole is kept, and the same call goes on from there."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import mmmem
from mmmem.errors import InvalidInputError
from mmmem.types import TimedText
from streams.house.home_file import read_home, write_home
from streams.house.json_lines import storage_error, write_lines, write_text
from streams.house.looks import MIN_FRACTION, enough_pixels
from streams.house.manifest import (
    EVENTS,
    FORMAT,
    HOME,
    MANIFEST,
    OBSERVED,
    QUESTIONS,
    TEXTS,
    TRAJECTORY,
    is_recording,
    read_manifest,
)
from streams.house.missing import MIN_LOOKED_OVER
from streams.house.observed import Observed, write_observed
from streams.house.recording_plan import CALENDAR, Days, RecordingPlan, lived
from streams.house.sightings import Instant, stands_for_ns
from streams.house.stretch_recording import Conduct, record_stretches
from streams.house.stretches import Stretch, stretches_of
from streams.house.tables import Tables
from streams.house.trajectory_file import read_trajectory, write_trajectory
from streams.house.witness import Witness


@dataclass(frozen=True, slots=True)
class RecordingReport:
    """What one call recorded.

    Args:
        num_frames: in the whole recording.
        num_recorded: by this call; the others were there.
        interrupted: it was asked to stop; the same call goes on.
        renderer: which back end drew; empty where nothing was left to draw.
        num_bytes: of the folder.
    """

    folder: str
    num_frames: int
    num_recorded: int
    num_events: int
    num_observed: int
    num_texts: int
    interrupted: bool
    renderer: str
    num_bytes: int


AskQuestions = Callable[[Days, list[Observed], Path], int]
"""Writes the questions of a recording to a path, and returns how many."""


def record_house(
    plan: RecordingPlan,
    folder: Path,
    *,
    conduct: Conduct | None = None,
    days: Days | None = None,
    ask: AskQuestions | None = None,
) -> RecordingReport:
    """Record a plan into a folder, or go on with it.

    Args:
        days: the life to record instead of the one that the plan's seed gives.
        ask: writes questions.jsonl at the end.

    Raises:
        InvalidInputError: the folder holds another recording, or something else.
        StorageError: the disk is full or failing; the same call goes on from what is whole.
    """
    _check_free(plan, folder)
    days = days or lived(plan)
    _make(folder)
    stretches = stretches_of(days.trajectory)
    _check_same_world(days, folder)
    # first, for without it a folder that is left here is nobody's recording and cannot be gone on with
    _write_manifest(days, stretches, folder, {"complete": False})
    _write_truth(days, folder)
    todo = [stretch for stretch in stretches if not stretch.files(folder).are_whole]
    done = record_stretches(days, todo, folder, conduct or Conduct())
    whole = all(stretch.files(folder).are_whole for stretch in stretches)
    observed, texts = _write_witnessed(days, stretches, folder) if whole else ([], [])
    num_questions = ask(days, observed, folder / QUESTIONS) if whole and ask else 0
    counts = {"observed": len(observed), "texts": len(texts), "questions": num_questions}
    _write_manifest(days, stretches, folder, {"complete": whole, "counts": counts})
    return RecordingReport(
        str(folder),
        len(days.trajectory),
        done.num_frames,
        len(days.life.events),
        len(observed),
        len(texts),
        not whole,
        done.renderer,
        sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()),
    )


def _check_free(plan: RecordingPlan, folder: Path) -> None:
    """See that the folder is empty, missing, or holds this very recording."""
    try:
        others = [path.name for path in folder.iterdir() if path.name != "parts"] if folder.exists() else []
    except OSError as error:
        raise storage_error(folder, error) from error
    if not is_recording(folder):
        if others:
            raise InvalidInputError(f"{folder} holds other things ({', '.join(sorted(others)[:3])}); give an empty folder.")
        return
    held, wanted = read_manifest(folder)["plan"], plan.to_json()
    unlike = [f"{name} {held.get(name)!r} and not {value!r}" for name, value in wanted.items() if held.get(name) != value]
    if unlike:
        raise InvalidInputError(f"{folder} holds a recording with {', '.join(unlike)}; give another folder, or the same options.")


def _make(folder: Path) -> None:
    try:
        (folder / "parts").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise storage_error(folder, error) from error


def _write_truth(days: Days, folder: Path) -> None:
    """Home, events and way."""
    write_home(days.life.home, folder / HOME)
    try:
        days.life.to_jsonl(folder / EVENTS)
        write_trajectory(days.trajectory, folder / TRAJECTORY)
    except OSError as error:
        raise storage_error(folder, error) from error


def _check_same_world(days: Days, folder: Path) -> None:
    """Where home and way are there, they must be the same, or parts of two worlds would be mixed."""
    if not ((folder / TRAJECTORY).is_file() and any((folder / "parts").iterdir())):
        return
    held = read_trajectory(folder / TRAJECTORY)
    same_way = np.array_equal(held.t_ns, days.trajectory.t_ns) and np.array_equal(
        held.poses_world_camera, days.trajectory.poses_world_camera
    )
    if not same_way or read_home(folder / HOME) != days.life.home:
        raise InvalidInputError(
            f"{folder} was begun by another version of mmmem, whose house of this seed is another one; give a new folder."
        )


def _write_manifest(days: Days, stretches: list[Stretch], folder: Path, more: Mapping[str, Any]) -> None:
    enough = enough_pixels(days.plan.width * days.plan.height)
    held = {
        "format": FORMAT,
        "mmmem": mmmem.__version__,
        "plan": days.plan.to_json(),
        "calendar": {"kind": CALENDAR.kind, "timezone": CALENDAR.timezone},
        "stream_id": days.plan.stream_id,
        "num_frames": len(days.trajectory),
        "noise": {name: getattr(days.plan.level, name) for name in days.plan.level.__slots__},
        "observed_from": {"pixels": enough, "fraction": MIN_FRACTION, "surface_share": MIN_LOOKED_OVER},
        "parts": [{name: getattr(stretch, name) for name in (*stretch.__slots__, "name")} for stretch in stretches],
        **more,
    }
    write_text(folder / MANIFEST, [json.dumps(held, ensure_ascii=False, indent=1), "\n"])


def _write_witnessed(days: Days, stretches: list[Stretch], folder: Path) -> tuple[list[Observed], list[TimedText]]:
    """One walk over everything seen, in order of time: what could be observed, and what is said of it."""
    way = days.trajectory
    witness = Witness(days.life, days.persona)
    texts: list[TimedText] = []
    states = days.life.states(way.t_ns.tolist())
    stands = iter(stands_for_ns(way.t_ns, way.tour))
    for stretch in stretches:
        tables = Tables(stretch.files(folder).tables, (days.plan.height, days.plan.width))
        for row in range(len(tables)):
            pose = way.poses_world_camera[stretch.first_index + row]
            instant = Instant(tables.look(row), pose, next(states), stretch.tour, next(stands))
            texts += witness.see(instant, tables.found(row, masks=False))
    observed = witness.observed()
    write_observed(observed, folder / OBSERVED)
    write_lines(folder / TEXTS, (text_fields(text) for text in texts))
    return observed, texts


def text_fields(text: TimedText) -> dict[str, Any]:
    """A caption or a sentence as texts.jsonl has it; `streams.house.recorded.text_of` reads it."""
    said = {"speaker": text.speaker} if text.speaker else {}
    return {"start_ns": text.span.start_ns, "end_ns": text.span.end_ns, "kind": text.kind, **said, "text": text.text}
