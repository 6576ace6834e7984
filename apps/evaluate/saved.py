"""A run that was saved with `mmmem eval ... --json > RUN.json`."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from apps.evaluate.files import read_json
from apps.evaluate.report import ALL, Figure, QuestionMarks
from mmmem.errors import InvalidInputError

_SETTINGS = ("text_embedder", "chat", "budget", "policy", "without", "changes")


@dataclass(frozen=True, slots=True)
class SavedRun:
    """What a run found, read back.

    Args:
        figures: over all questions, by name.
        held_out: the same for cross-validated answers; None where nothing was fitted.
        questions: marks by id.
    """

    name: str
    dataset: str
    headline: tuple[str, ...]
    settings: Mapping[str, Any]
    figures: Mapping[str, Figure]
    held_out: Mapping[str, Figure] | None
    questions: Mapping[str, QuestionMarks]

    @property
    def label(self) -> str:
        """The settings that make a difference, in words."""
        changed = {name: self.settings.get(name) for name in _SETTINGS if self.settings.get(name)}
        embedder = changed.pop("text_embedder", None)
        return ", ".join([str(embedder or "words alone"), *(f"{name} {_words(value)}" for name, value in changed.items())])


def _words(value: Any) -> str:
    if isinstance(value, Mapping):
        return " ".join(f"{name}={_words(inner)}" for name, inner in value.items())
    return "+".join(map(str, value)) if isinstance(value, list) else str(value)


def read_run(path: Path) -> SavedRun:
    """Read a saved run.

    Raises:
        SourceError: the file is missing or cannot be read.
        InvalidInputError: it is no saved run, or one without a row for every question.
    """
    content = read_json(path)
    try:
        rows = [QuestionMarks(**row) for row in content["questions"]]
        held_out = content["held_out"]
        return SavedRun(
            name=path.stem,
            dataset=content["dataset"],
            headline=tuple(content["headline"]),
            settings=content["settings"] or {},
            figures=_figures(content["figures"]),
            held_out=None if held_out is None else _figures(held_out["figures"]),
            questions={row.id: row for row in rows},
        )
    except (KeyError, TypeError) as error:
        raise InvalidInputError(
            f"{str(path)!r} is no run of this version (missing or unknown: {error}); "
            "make it anew with 'mmmem eval DATASET DIR --json > FILE'."
        ) from error


def _figures(by_type: Mapping[str, Any]) -> dict[str, Figure]:
    return {name: Figure(**figure) for name, figure in by_type[ALL].items()}
