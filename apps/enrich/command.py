"""`mmmem enrich` and `mmmem summaries`. Importing it is cheap; a run imports what it needs."""

from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from apps.cli.options import AsJson, AskedAt, MemoryDir, NoCache, OneStream, Prices, TextEmbedder, Window
from apps.cli.output import emit, say, show_pairs, show_table, tell
from apps.cli.running import INTERRUPTED, Invocation, stop_on_interrupt
from mmmem.clock import NS_PER_S, format_duration
from mmmem.errors import ModelError
from mmmem.suggest import known_name

if TYPE_CHECKING:
    from apps.enrich import EnrichReport, Estimate
    from mmmem.chat import Budget

Chat = Annotated[
    str,
    typer.Option(
        metavar="URL#MODEL|DIR", envvar="MMMEM_CHAT", help="The language model: an OpenAI-compatible URL or a directory."
    ),
]


def enrich(
    context: typer.Context,
    *,
    memory: MemoryDir,
    chat: Chat,
    task: Annotated[
        list[str] | None, typer.Option(metavar="TASK", help="caption, summary or facts; repeatable, all three by default.")
    ] = None,
    budget: Annotated[
        str | None, typer.Option(metavar="AMOUNT", help="What it may cost in all: '200k tokens', '10 min', '$0.50'.")
    ] = None,
    prices: Prices = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Go on without a bound; without this or --budget it is only estimated.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only estimate what it would cost.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Make anew what another model or an older prompt made.")] = False,
    unfinished: Annotated[
        bool, typer.Option("--unfinished", help="Also the last stretch of a stream that may go on; made anew as it grows.")
    ] = False,
    no_cache: NoCache = False,
    text_embedder: TextEmbedder = None,
    as_json: AsJson = False,
) -> None:
    """Let a language model describe the kept pictures, sum up minutes, hours and days, and read facts off what was said.

    Every answer is kept as it comes: stop it at any time, the same command goes on. What no usable answer came for is left
    out, counted, and tried again by the next run.
    """
    options = PassOptions(tuple(task or ()), budget, prices, yes, dry_run, again, unfinished, no_cache, text_embedder)
    pass_over(memory, chat, options, context.obj, as_json=as_json)


@dataclass(frozen=True, slots=True)
class PassOptions:
    """What a pass over a memory is bounded by and makes; as the options of `mmmem enrich` say it."""

    tasks: tuple[str, ...] = ()
    budget: str | None = None
    prices: str | None = None
    yes: bool = False
    dry_run: bool = False
    again: bool = False
    unfinished: bool = False
    no_cache: bool = False
    text_embedder: str | None = None


def pass_over(memory: Path, chat: str, options: PassOptions, invocation: Invocation | None, *, as_json: bool) -> None:
    """Estimate, and where a bound or a yes was given take the model over the memory and report."""
    from apps.cli.memories import text_embedder_named
    from apps.cli.model_tier import keeping_answers
    from apps.enrich import ALL_TASKS, Enrich
    from apps.enrich.showing import progress_of
    from mmmem.chat import Budget, open_chat, parse_prices
    from mmmem.memory import Memory

    for name in options.tasks:
        known_name(name, ALL_TASKS, "task")
    bound = Budget() if options.budget is None else Budget.parse(options.budget)
    costs = None if options.prices is None else parse_prices(options.prices)
    model = open_chat(chat, prices=costs)
    asked = model if options.no_cache else keeping_answers(model, memory)
    words = text_embedder_named(options.text_embedder)
    with Memory.open(memory, mode="w", text_embedder=words) as opened:
        tasks, again, unfinished = options.tasks or ALL_TASKS, options.again, options.unfinished
        work = Enrich(opened, asked, tasks=tasks, budget=bound, prices=costs, again=again, unfinished=unfinished)
        estimate = work.estimate()
        if options.dry_run or not (options.yes or options.budget):
            _show_estimate(estimate, as_json=as_json, remedy=not options.dry_run)
            return
        _tell_estimate(estimate, bound)
        with stop_on_interrupt(lambda: None) as stop, progress_of() as progress:
            report = work.run(progress, stop)
        opened.consolidate()  # captions are lines: with a text embedder they are found by meaning too
    if as_json:
        emit(_report_json(report, estimate))
    else:
        _show_report(report)
    _tell_stopped(report, invocation)


def summaries(
    *,
    memory: MemoryDir,
    level: Annotated[str, typer.Option(metavar="LEVEL", help="minutes, hour or day.")] = "hour",
    stream: OneStream = None,
    window: Window = None,
    asked_at: AskedAt = None,
    as_json: AsJson = False,
) -> None:
    """Show what a language model made of minutes, hours or days."""
    from apps.cli.times import asked_at_ns, maybe_span
    from apps.enrich.items import SUMMARY_LEVELS
    from mmmem.clock import MAX_NS
    from mmmem.memory import Memory
    from mmmem.types import LEVELS

    known_name(level, SUMMARY_LEVELS, "level")
    with Memory.open(memory) as opened:
        asked = asked_at_ns(opened, asked_at)
        found = opened.enrichments(
            "summary",
            next(one for one in LEVELS if one == level),
            stream=stream,
            window=maybe_span(opened, window),
            as_of_ns=MAX_NS if asked is None else asked,
        )
        if as_json:
            emit({"summaries": [asdict(one) for one in found]})
        elif found:
            rows = [(opened.calendar.format_span(one.span), one.stream_id, one.model, one.text) for one in found]
            show_table(("time", "stream", "model", "summary"), rows)
        else:
            tell(f"no summary of this level; make some with: mmmem enrich -m {memory} --chat URL#MODEL")


def estimate_json(estimate: "Estimate") -> dict[str, Any]:
    """The figures of an estimate."""
    return {
        "calls": dict(estimate.calls),
        "tokens_in": estimate.tokens_in,
        "tokens_out": estimate.tokens_out,
        "seconds": round(estimate.seconds, 1),
        "usd": estimate.usd,
    }


def _show_estimate(estimate: "Estimate", *, as_json: bool, remedy: bool) -> None:
    if as_json:
        emit({"estimate": estimate_json(estimate)})
    else:
        say(f"at most: {_words(estimate)}")
        if estimate.calls:
            show_pairs({f"  {task}": f"{num} calls" for task, num in estimate.calls.items()})
    if remedy and estimate.num_calls:
        tell("nothing was asked; bound it with --budget, or add --yes")


def _tell_estimate(estimate: "Estimate", budget: "Budget") -> None:
    tell(f"at most: {_words(estimate)}")
    needed = {
        "tokens": (budget.tokens, estimate.tokens_in + estimate.tokens_out),
        "seconds": (budget.seconds, estimate.seconds),
        "usd": (budget.usd, estimate.usd),
    }
    short = [name for name, (bound, most) in needed.items() if bound is not None and most is not None and most > bound]
    if short:
        tell(f"note: the budget may not suffice ({', '.join(short)}); what is made until then is kept")


def _words(estimate: "Estimate") -> str:
    time = format_duration(round(estimate.seconds * NS_PER_S))
    money = "price not known" if estimate.usd is None else f"${estimate.usd:.4g}"
    return (
        f"{estimate.num_calls} calls, {estimate.tokens_in} tokens in, {estimate.tokens_out} out, {money}, "
        f"about {time} at 1000 tokens read and 50 written a second"
    )


def _report_json(report: "EnrichReport", estimate: "Estimate") -> dict[str, Any]:
    said = {field.name: getattr(report, field.name) for field in fields(report)}
    return {**said, "spent": asdict(report.spent), "estimate": estimate_json(estimate)}


def _show_report(report: "EnrichReport") -> None:
    made = ", ".join(f"{num} {task}" for task, num in report.made.items()) or "nothing new"
    spent = report.spent
    say(f"made: {made}; {report.kept_already} stand already, {report.replaced} made anew")
    say(
        f"spent: {spent.calls} calls, {spent.tokens_in} tokens in, {spent.tokens_out} out, ${spent.usd:.4g}, "
        f"{spent.seconds:.1f} s of {report.wall_s:.1f} s; {report.cached} answers were kept from before"
    )
    for task, num in report.left_out.items():
        say(f"left out: {num} {task}; the next run tries again")
    for reason, num in report.reasons.most_common(5):
        say(f"  {num} x {reason}")
    if report.not_shown:
        say(f"not shown to the model: {report.not_shown} lines of stretches that hold too many")
    for note in report.notes:
        say(f"not tried: {note}")


def _tell_stopped(report: "EnrichReport", invocation: Invocation | None) -> None:
    if not report.stopped:
        return
    again = invocation.command_line() if invocation else "the same command"
    tell(f"stopped: {report.stopped} What was made is kept. Go on with: {again}")
    if report.interrupted:
        raise typer.Exit(INTERRUPTED)
    if report.failed:
        raise typer.Exit(ModelError.exit_code)
