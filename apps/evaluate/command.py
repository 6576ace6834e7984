"""`mmmem eval`: the command line of the benchmarks. Importing it is cheap; a run imports what it needs."""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from mmmem.errors import InvalidInputError
from mmmem.suggest import known_name

if TYPE_CHECKING:
    from rich.console import Console

    from apps.evaluate.cases import Dataset
    from apps.evaluate.report import Report
    from apps.evaluate.runs import RunOptions

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""
PIPED_WIDTH = 110
"""Columns of the tables where there is no terminal to ask."""

Directory = Annotated[Path, typer.Argument(metavar="DIR", help="The data set as it was published.")]
Kept = Annotated[
    Path | None,
    typer.Option("--memory", "-m", metavar="DIR", help="Keep the memories here; the next run asks them again."),
]
TextEmbedder = Annotated[
    str | None, typer.Option(metavar="MODEL", help="Text embedder by name or directory; words alone without.")
]
Limit = Annotated[int | None, typer.Option(min=1, help="Ask only the first so many questions.")]
Out = Annotated[Path | None, typer.Option(metavar="FILE", help="One line of JSON for every question.")]
PolicyName = Annotated[
    str | None,
    typer.Option(
        "--policy", metavar="NAME|FILE", help="worldmm for that paper's loop, worldmm:3min for one length of window, or a file."
    ),
]
Without = Annotated[
    str | None,
    typer.Option(metavar="PART,...", help="Switch parts off, as in recency,neighbours; an unknown name lists them all."),
]
Set = Annotated[list[str] | None, typer.Option("--set", metavar="NAME=NUMBER", help="Change one number of the policy.")]
Sweep = Annotated[str | None, typer.Option(metavar="NAME=A,B,...", help="One run for each value of a number of the policy.")]
Folds = Annotated[int | None, typer.Option(min=2, help="Fit the policy, and report what held-out questions get.")]
SavePolicy = Annotated[
    Path | None, typer.Option("--save-policy", metavar="FILE", help="With --folds: write what was fitted on all questions.")
]
Chat = Annotated[str | None, typer.Option(metavar="URL#MODEL|DIR", help="A language model to ask; nothing is asked without.")]
Budget = Annotated[str | None, typer.Option(metavar="AMOUNT", help="What it may use in all: '20k tokens', '30s', '$0.50'.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object with every number and a row for every question.")]


class EvalGroup(TyperGroup):
    """The commands of `mmmem eval`; a wrong name is met with the nearest one."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command.

        Raises:
            UnknownNameError: did you mean.
        """
        if args and not args[0].startswith("-"):
            known_name(args[0], self.commands, "data set or command of eval")
        return super().resolve_command(ctx, args)


app = typer.Typer(cls=EvalGroup, add_completion=False, rich_markup_mode=None, no_args_is_help=True)


@app.callback()
def evaluate() -> None:
    """Measure what a memory finds and answers, against chance and with confidence intervals.

    A run with --json > RUN.json can be compared with another (eval compare) and put into a table (eval table). Every command
    takes --json.
    """


@app.command("egolife")
def egolife(
    directory: Directory,
    *,
    memory: Kept = None,
    text_embedder: TextEmbedder = None,
    with_trigger: Annotated[bool, typer.Option("--with-trigger", help="Also tell what happens while asking.")] = False,
    policy: PolicyName = None,
    without: Without = None,
    changes: Set = None,
    sweep: Sweep = None,
    folds: Folds = None,
    save: SavePolicy = None,
    chat: Chat = None,
    budget: Budget = None,
    limit: Limit = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """EgoLifeQA: multiple choice, and whether evidence contains the annotated time."""
    from apps.evaluate.egolife import read

    options = _options(memory, text_embedder, limit, out, steered=(policy, without, changes), model=(chat, budget))
    dataset, settings = read(directory, with_trigger=with_trigger), {"with_trigger": with_trigger}
    _measure(dataset, directory, options, settings=settings, sweep=sweep, folds=folds, save=save, as_json=as_json)


@app.command("nextgqa")
def nextgqa(
    directory: Directory,
    *,
    memory: Kept = None,
    text_embedder: TextEmbedder = None,
    policy: PolicyName = None,
    without: Without = None,
    changes: Set = None,
    sweep: Sweep = None,
    folds: Folds = None,
    save: SavePolicy = None,
    chat: Chat = None,
    budget: Budget = None,
    limit: Limit = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """NExT-GQA: multiple choice, and how well the first evidence agrees with the annotated spans."""
    from apps.evaluate.nextgqa import read

    options = _options(memory, text_embedder, limit, out, steered=(policy, without, changes), model=(chat, budget))
    _measure(read(directory), directory, options, settings={}, sweep=sweep, folds=folds, save=save, as_json=as_json)


@app.command("locomo")
def locomo(
    directory: Directory,
    *,
    memory: Kept = None,
    text_embedder: TextEmbedder = None,
    policy: PolicyName = None,
    without: Without = None,
    changes: Set = None,
    sweep: Sweep = None,
    folds: Folds = None,
    save: SavePolicy = None,
    chat: Chat = None,
    budget: Budget = None,
    limit: Limit = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """LoCoMo: recall of the evidence turns, F1 of the answers, abstention."""
    from apps.evaluate.locomo import read

    options = _options(memory, text_embedder, limit, out, steered=(policy, without, changes), model=(chat, budget))
    _measure(read(directory), directory, options, settings={}, sweep=sweep, folds=folds, save=save, as_json=as_json)


@app.command("compare")
def compare(
    first: Annotated[Path, typer.Argument(metavar="A.json", help="A run that was saved with --json.")],
    second: Annotated[Path, typer.Argument(metavar="B.json", help="Another over the same questions.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Say what run B gains on run A: McNemar's exact test for what is right or wrong, a bootstrap interval for means."""
    from apps.evaluate.comparing import compare as compared
    from apps.evaluate.saved import read_run

    comparison = compared(read_run(first), read_run(second))
    if as_json:
        typer.echo(json.dumps(comparison.to_json(), ensure_ascii=False))
        return
    from apps.evaluate.table import show_comparison

    show_comparison(comparison, _console())


@app.command("table")
def table(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN.json...", help="Runs that were saved with --json.")],
    *,
    every: Annotated[bool, typer.Option("--every", help="Every figure; by default those that matter most.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write saved runs as one Markdown table: a row for each figure, a column for each way of running."""
    from apps.evaluate.markdown import markdown, rows_of
    from apps.evaluate.saved import read_run

    read = [read_run(path) for path in runs]
    typer.echo(json.dumps(rows_of(read, every=every), ensure_ascii=False) if as_json else markdown(read, every=every))


@app.command("probes")
def probes(
    *,
    memory: Annotated[Path, typer.Option("--memory", "-m", metavar="DIR", envvar="MMMEM_MEMORY", help="The memory to ask.")],
    num: Annotated[int, typer.Option(min=1, metavar="N", help="At most so many questions of each kind.")] = 50,
    seed: Annotated[int, typer.Option(help="Another seed draws other lines.")] = 0,
    reported: Annotated[bool, typer.Option("--reported", help="Without quotation marks: who said that ...?")] = False,
    text_embedder: TextEmbedder = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Ask a memory about itself: what came first, which stream, day and speaker it was, said or seen, and when."""
    from apps.cli.memories import reading
    from apps.evaluate.probing import run_probes
    from apps.evaluate.progress import shown

    with reading(memory, text_embedder=text_embedder or "none") as opened:
        _show(run_probes(opened, num=num, seed=seed, reported=reported, out=out, progress=shown), as_json)


def _options(
    memory: Path | None,
    text_embedder: str | None,
    limit: int | None,
    out: Path | None,
    *,
    steered: tuple[str | None, str | None, list[str] | None],
    model: tuple[str | None, str | None],
) -> "RunOptions":
    from apps.evaluate.policies import steering
    from apps.evaluate.progress import shown
    from apps.evaluate.runs import RunOptions

    policy, without, changes = steered
    how = steering(policy, without, changes or ())
    return RunOptions(memory, text_embedder, limit, out, steering=how, chat=model[0], budget=model[1], progress=shown)


def _measure(
    dataset: "Dataset[Any]",
    directory: Path,
    options: "RunOptions",
    *,
    settings: dict[str, Any],
    sweep: str | None,
    folds: int | None,
    save: Path | None,
    as_json: bool,
) -> None:
    from apps.evaluate.runs import run

    if sweep is not None and folds is not None:
        raise InvalidInputError("--sweep tries numbers that are given, --folds fits them; give one of the two.")
    if save is not None and folds is None:
        raise InvalidInputError("--save-policy keeps what --folds fits; give --folds 5 as well.")
    if sweep is not None:
        _show_sweep(lambda steered: run(dataset, directory, steered, settings), options, sweep, as_json)
        return
    if folds is not None:
        from apps.evaluate.crossvalidation import run_folds
        from apps.evaluate.fitting import fit, write_policy

        keep = None if save is None else partial(write_policy, path=save, command=_command_of(dataset.name, options, folds))
        report = run_folds(dataset, directory, options, settings, fit=fit, num_folds=folds, keep=keep)
    else:
        report = run(dataset, directory, options, settings)
    _show(report, as_json)


def _command_of(dataset: str, options: "RunOptions", folds: int) -> str:
    embedded = f" --text-embedder {options.text_embedder}" if options.text_embedder else ""
    return f"mmmem eval {dataset} DIR{embedded} --folds {folds} --save-policy FILE"


def _show_sweep(run: "Callable[[RunOptions], Report]", options: "RunOptions", text: str, as_json: bool) -> None:
    from apps.evaluate.policies import sweep
    from apps.evaluate.table import show_sweep

    name, values = sweep(text)
    reports = [run(replace(options, steering=options.steering.changed(name, value))) for value in values]
    if as_json:
        typer.echo(json.dumps([report.to_json() for report in reports], ensure_ascii=False))
    else:
        show_sweep(name, dict(zip(values, reports, strict=True)), _console())
    if any(report.interrupted for report in reports):
        raise typer.Exit(INTERRUPTED)


def _show(report: "Report", as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(report.to_json(), ensure_ascii=False))
    else:
        from apps.evaluate.table import show

        show(report, _console())
    if report.interrupted:
        raise typer.Exit(INTERRUPTED)


def _console() -> "Console":
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else PIPED_WIDTH)
