"""A report for people: tables of figures, then what is not in them."""

from collections.abc import Iterable, Mapping

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from apps.evaluate.calibration import lines_of
from apps.evaluate.comparing import Comparison, Difference
from apps.evaluate.report import ALL, Figure, HeldOut, Report


def show(report: Report, console: Console) -> None:
    """Print a report."""
    console.print(_overall(report))
    console.print(_by_type(report))
    for line in [] if report.calibration is None else lines_of(report.calibration):
        console.print(line, highlight=False, soft_wrap=True, markup=False)
    for line in remarks(report):
        console.print(escape(line), highlight=False, soft_wrap=True)


def _overall(report: Report) -> Table:
    table = Table(title=f"{report.dataset}: {report.num_scored} of {report.num_read} questions", title_justify="left")
    held_out = None if report.held_out is None else report.held_out.figures[ALL]
    folded = ("held out", "95 %") if held_out else ()
    for name in ("figure", "questions", "fitted" if folded else "value", "95 %", *folded, "chance"):
        table.add_column(name, justify="left" if name == "figure" else "right")
    for name, figure in report.figures[ALL].items():
        apart = () if held_out is None else (number(held_out[name], held_out[name].value), _interval(held_out[name]))
        cells = (str(figure.num), number(figure, figure.value), _interval(figure), *apart, number(figure, figure.chance))
        table.add_row(name, *cells)
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


def show_sweep(name: str, reports: Mapping[float, Report], console: Console) -> None:
    """Print the headline figures of one run for each value of a number."""
    first = next(iter(reports.values()))
    table = Table(title=f"{first.dataset}: {name}", title_justify="left")
    table.add_column("figure")
    for value in reports:
        table.add_column(f"{value:g}", justify="right")
    for figure in first.headline:
        found = [report.figures[ALL].get(figure) for report in reports.values()]
        table.add_row(figure, *(number(one, one.value) if one else "-" for one in found))
    console.print(table)
    for line in remarks(first):
        console.print(escape(line), highlight=False, soft_wrap=True)


def show_comparison(comparison: Comparison, console: Console) -> None:
    """Print what the second of two runs gains on the first."""
    console.print(f"A: {escape(comparison.first)}", highlight=False, soft_wrap=True)
    console.print(f"B: {escape(comparison.second)}", highlight=False, soft_wrap=True)
    table = Table(title=f"{comparison.dataset}: {comparison.num_questions} questions", title_justify="left")
    for name in ("figure", "A", "B", "B - A", "95 %", "only A", "only B", "p"):
        table.add_column(name, justify="left" if name == "figure" else "right")
    for one in comparison.differences:
        table.add_row(one.figure, *_difference(one), style="bold" if one.figure in comparison.headline else "")
    console.print(table)
    console.print("p: McNemar's exact test, two-sided, not corrected for the number of figures.", soft_wrap=True)


def _difference(one: Difference) -> tuple[str, ...]:
    def shown(value: float, sign: str = "+") -> str:
        return f"{100 * value:{sign}.1f}" if one.kind == "proportion" else f"{value:{sign}.3f}"

    interval = f"{shown(one.low)} to {shown(one.high)}"
    found = (shown(one.first, ""), shown(one.second, ""), shown(one.difference), interval)
    if one.p is None:
        return *found, "", "", ""
    return *found, str(one.num_only_first), str(one.num_only_second), f"{one.p:.2g}"


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
    if report.held_out is not None:
        yield from _folds(report.held_out)


def _folds(held_out: HeldOut) -> Iterable[str]:
    yield f"held out: {held_out.num_folds} folds; questions about one minute are held out together"
    *folds, every = held_out.policies
    for number_, policy in enumerate(folds, start=1):
        yield f"fitted without fold {number_}: {policy}"
    yield f"fitted on all: {every}"
