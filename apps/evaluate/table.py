"""A report for people: tables of figures, then what is not in them."""

from collections.abc import Iterable

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from apps.evaluate.report import ALL, Figure, Report


def show(report: Report, console: Console) -> None:
    """Print a report."""
    console.print(_overall(report))
    console.print(_by_type(report))
    for line in remarks(report):
        console.print(escape(line), highlight=False, soft_wrap=True)


def _overall(report: Report) -> Table:
    table = Table(title=f"{report.dataset}: {report.num_scored} of {report.num_read} questions", title_justify="left")
    for name in ("figure", "questions", "value", "95 %", "chance"):
        table.add_column(name, justify="left" if name == "figure" else "right")
    for name, figure in report.figures[ALL].items():
        table.add_row(name, str(figure.num), number(figure, figure.value), _interval(figure), number(figure, figure.chance))
    return table


def _by_type(report: Report) -> Table:
    table = Table(title="by type of question", title_justify="left")
    for name in ("type", "figure", "questions", "value", "95 %", "chance"):
        table.add_column(name, justify="left" if name in ("type", "figure") else "right")
    for group, figures in report.figures.items():
        if group == ALL:
            continue
        shown = [(name, figures[name]) for name in report.headline if name in figures]
        for i, (name, f) in enumerate(shown):
            label = escape(group) if i == 0 else ""
            last = i == len(shown) - 1
            table.add_row(label, name, str(f.num), number(f, f.value), _interval(f), number(f, f.chance), end_section=last)
    return table


def number(figure: Figure, value: float | None) -> str:
    """A proportion in percent with one decimal, a mean with three; a dash for nothing."""
    if value is None:
        return "-"
    return f"{100 * value:.1f} %" if figure.kind == "proportion" else f"{value:.3f}"


def _interval(figure: Figure) -> str:
    if figure.kind == "proportion":
        return f"{100 * figure.low:.1f} - {100 * figure.high:.1f}"
    return f"{figure.low:.3f} - {figure.high:.3f}"


def remarks(report: Report) -> Iterable[str]:
    """What a reader has to know besides the figures, one line each."""
    if report.interrupted:
        yield "Interrupted: the figures are those of the questions asked so far."
    for left in report.left_out:
        yield f"left out: {left.num} questions: {left.reason}"
    for fault, num in report.faults.items():
        yield f"{num} x {fault}"
    for error, num in report.errors.items():
        yield f"{num} x a call failed and counts as wrong: {error}"
    yield from report.notes
    for name, taken in report.latency.items():
        yield f"{name}: p50 {taken.p50_ms:.1f} ms, p95 {taken.p95_ms:.1f} ms over {taken.num} calls"
    for memory in report.memories:
        made = "made by an earlier run in" if memory.reused else "made in"
        yield f"memory of {memory.recording}: {memory.num_texts} texts, {made} {memory.build_s:.1f} s"
    yield f"chance: {report.chance}"
