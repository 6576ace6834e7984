"""Saved runs as one table for a page of documentation."""

from collections.abc import Sequence
from typing import Any

from apps.evaluate.report import Figure
from apps.evaluate.saved import SavedRun
from apps.evaluate.table import number

HELD_OUT = "held out"


def rows_of(runs: Sequence[SavedRun], *, every: bool = False) -> list[dict[str, Any]]:
    """One row for each data set and figure; `values` by the label of a run, held-out figures in a column of their own."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for run in runs:
        for column, figures in _columns(run).items():
            for name, figure in figures.items():
                if every or name in run.headline:
                    new = {"dataset": run.dataset, "figure": name, "num": figure.num, "chance": figure.chance, "values": {}}
                    row = rows.setdefault((run.dataset, name), {**new, "kind": figure.kind})
                    row["values"][column] = {"value": figure.value, "low": figure.low, "high": figure.high}
    return list(rows.values())


def _columns(run: SavedRun) -> dict[str, Any]:
    if run.held_out is None:
        return {run.label: run.figures}
    return {f"{run.label}, fitted": run.figures, f"{run.label}, {HELD_OUT}": run.held_out}


def markdown(runs: Sequence[SavedRun], *, every: bool = False) -> str:
    """The rows as Markdown; a cell holds the value and its 95 % interval."""
    rows = rows_of(runs, every=every)
    columns = list(dict.fromkeys(column for row in rows for column in row["values"]))
    lines = [["data set", "figure", "questions", *columns, "chance"], ["---", "---", "---:", *["---:"] * (len(columns) + 1)]]
    for row in rows:
        cells = [_cell(row, row["values"].get(column)) for column in columns]
        lines.append([row["dataset"], row["figure"], str(row["num"]), *cells, _number(row, row["chance"])])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(row: dict[str, Any], value: dict[str, float] | None) -> str:
    if value is None:
        return ""
    return f"{_number(row, value['value'])} ({_number(row, value['low'])} to {_number(row, value['high'])})"


def _number(row: dict[str, Any], value: float | None) -> str:
    figure = Figure(row["kind"], 0.0, row["num"], 0.0, 0.0, None)
    return number(figure, value)
