"""`mmmem doctor`: what is installed, what works, what is missing, and the command that mends it."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from apps.cli.output import emit, say, show_table
from apps.doctor.installed import Installed, declared
from apps.doctor.machine import device_rows, disk_row, model_rows, part_rows
from apps.doctor.packages import core_rows, extra_rows, owner_rows, python_rows
from apps.doctor.probes import PROBES, probe
from apps.doctor.row import Row
from mmmem.errors import MissingExtraError


def examine() -> list[Row]:
    """Every finding about this machine and this Python."""
    probed = probe(PROBES)
    installed = Installed()
    needed = declared(installed)
    return [
        *python_rows(installed),
        *core_rows(installed, needed),
        *part_rows(installed, probed),
        disk_row(Path.cwd()),
        *owner_rows(installed),
        *device_rows(installed, probed),
        *extra_rows(installed, needed),
        *model_rows(installed),
    ]


def doctor(*, as_json: Annotated[bool, typer.Option("--json", help="One JSON object with every finding.")] = False) -> None:
    """Say what is installed, what is missing and what it would be for.

    Exits with 0, or with 3 if a part that everything needs is broken.
    """
    rows = examine()
    broken = [row.name for row in rows if row.state == "problem"]
    if as_json:
        emit({"healthy": not broken, "rows": [asdict(row) for row in rows]})
    else:
        show(rows)
    if broken:
        raise typer.Exit(MissingExtraError.exit_code)


def show(rows: Sequence[Row]) -> None:
    """A table, then what to do about each finding."""
    show_table(("part", "name", "state", "detail"), [(row.part, row.name, row.state, row.detail) for row in rows])
    mending = [row for row in rows if row.remedy and row.state != "ok"]
    if mending:
        say()
        say("What would mend it (missing parts are optional):")
    for row in mending:
        say(f"  {row.name}: {row.remedy}")
