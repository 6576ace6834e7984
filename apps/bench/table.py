"""The benchmark's table: one column a system."""

from collections.abc import Callable

from rich.console import Console
from rich.table import Table

from apps.bench.run import BenchReport
from apps.bench.scoring import Score
from streams.house.questions.question import FAMILIES

MOST_GUESSED = 0.40
"""What the blind baseline may get of a family."""


def show(report: BenchReport, console: Console) -> None:
    """Print families, then figures, and whether anything can be guessed."""
    console.print(_table(report))
    for line in remarks(report):
        console.print(line, highlight=False, soft_wrap=True, markup=False)


def markdown(report: BenchReport) -> str:
    """The same table for a page."""
    names = [one.system for one in report.scores]
    rows = [["figure", *names], ["---"] * (len(names) + 1), *_rows(report)]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows) + "\n"


def remarks(report: BenchReport) -> list[str]:
    """What the blind baseline can guess."""
    blind = next((one for one in report.scores if one.system == "blind"), None)
    if blind is None:
        return []
    worst = max(blind.families, key=lambda family: blind.families[family][0])
    guessed = [family for family, (right, _) in blind.families.items() if right > MOST_GUESSED]
    found = f"too much of {', '.join(guessed)}" if guessed else "no family can be guessed"
    return [f"blind baseline: at most {blind.families[worst][0]:.1%} of a family ({worst}); {found} (limit {MOST_GUESSED:.0%})"]


def _table(report: BenchReport) -> Table:
    title = (
        f"house: {report.num_questions} questions about {len(report.houses)} houses (seeds {', '.join(report.houses)}), "
        f"{report.hours:.1f} h of footage, noise {report.settings['noise']}"
    )
    table = Table(title=title, title_justify="left")
    table.add_column("figure")
    for one in report.scores:
        table.add_column(one.system, justify="right")
    rows = _rows(report)
    for number, row in enumerate(rows):
        table.add_row(*row, end_section=number in (1, 1 + len(_families(report))))
    return table


def _families(report: BenchReport) -> list[str]:
    return [family for family in FAMILIES if any(family in one.families for one in report.scores)]


def _rows(report: BenchReport) -> list[list[str]]:
    scores = report.scores
    rows = [[name, *(how(one) for one in scores)] for name, how in _FIRST]
    for family in _families(report):
        num = next(one.families[family][1] for one in scores if family in one.families)
        rows.append([f"{family} ({num})", *(_percent(one.families.get(family, (None, 0))[0]) for one in scores)])
    return rows + [[name, *(how(one) for one in scores)] for name, how in _LAST]


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.1f}"


def _two(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


_Rows = tuple[tuple[str, Callable[[Score], str]], ...]
_FIRST: _Rows = (
    ("typed accuracy, %", lambda one: _percent(one.overall)),
    ("answerable, %", lambda one: _percent(one.answerable)),
)
_LAST: _Rows = (
    ("evidence recall, %", lambda one: _percent(one.evidence_recall)),
    ("interval overlap", lambda one: _two(one.overlap)),
    ("stale answers, %", lambda one: _percent(one.stale)),
    ("abstention precision", lambda one: _two(one.abstention[0])),
    ("abstention recall", lambda one: _two(one.abstention[1])),
    ("abstention F1", lambda one: _two(one.abstention[2])),
    ("calibration error", lambda one: _two(one.calibration_error)),
    ("where it is now, %", lambda one: _percent(one.found)),
    ("by path length (SPL)", lambda one: _two(one.spl)),
    ("pictures for that", lambda one: "-" if one.pictures is None else f"{one.pictures:.1f}"),
    ("kB per hour", lambda one: f"{one.bytes_per_hour / 1000:,.0f}"),
    ("latency p50, ms", lambda one: f"{one.ms_p50:.1f}"),
    ("latency p95, ms", lambda one: f"{one.ms_p95:.1f}"),
)
