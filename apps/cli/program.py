"""The program: its commands, and the one place where an error becomes a line and an exit code."""

import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

import mmmem
from apps.cli import answering, changes, exporting, forgetting, ingesting, looking, scene_graph, showing, teaching, where
from apps.cli.mounting import MOUNTED, load
from apps.cli.option_words import in_options
from apps.cli.output import emit, tell, tell_error
from apps.cli.running import INTERRUPTED, Invocation
from mmmem.errors import MmmemError

EXIT_CODES = {
    0: "done",
    1: "something went wrong that has no code of its own",
    2: "wrong input: an option, a time, a value, an unknown name",
    3: "a package is missing; the message names the extra that brings it",
    4: "a video, folder, camera or text track cannot be read",
    5: "a model cannot be loaded, or gave something unusable",
    6: "no memory there, or one made by a newer mmmem",
    7: "another process is writing the memory",
    8: "the memory contradicts itself (also: check found problems)",
    9: "the disk is full, read-only or failing; what was acknowledged is kept",
    INTERRUPTED: "interrupted (Ctrl-C); what was acknowledged is kept",
}
HELP_COLUMNS = 100
EPILOG = "\b\nExit codes:\n" + "\n".join(f"  {code:>3}  {meaning}" for code, meaning in EXIT_CODES.items())


class CommandGroup(TyperGroup):
    """Commands in the order they were added; those of other packages are imported when they are called."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command, and import it first if it is mounted."""
        if args and args[0] in MOUNTED:
            self.commands[args[0]] = load(args[0])
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run, and turn Ctrl-C into its exit code."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            tell("interrupted; what was acknowledged is kept")
            raise typer.Exit(INTERRUPTED) from None


app = typer.Typer(
    cls=CommandGroup,
    name="mmmem",
    epilog=EPILOG,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": HELP_COLUMNS},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"mmmem {mmmem.__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def mmmem_command(
    context: typer.Context,
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """A memory you can ask: long video in, answers with evidence out.

    stdout is data, stderr is talk; every command takes --json. Times are written as the memory's calendar writes them: 0:35,
    DAY3 11:20:05 or 2024-05-03T11:20:05.
    """
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


app.command("ingest")(ingesting.ingest)
app.command("ask")(answering.ask)
app.command("search")(answering.search)
app.command("where")(where.where)
app.command("changes")(changes.changes)
app.command("graph")(scene_graph.graph)
app.command("teach")(teaching.teach)
app.command("correct")(teaching.correct)
app.command("timeline")(looking.timeline)
app.command("show")(showing.show)
app.command("facts")(looking.facts)
app.command("forget")(forgetting.forget)
app.command("check")(forgetting.check)
app.command("info")(looking.info)
app.command("export")(exporting.export)
for _name, _mounted in MOUNTED.items():
    app.command(_name, help=_mounted.help)(_mounted.listed)


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; what a user can cause ends in one line on stderr."""
    try:
        code = app(list(arguments), standalone_mode=False, obj=Invocation(tuple(arguments)), prog_name="mmmem")
    except MmmemError as error:
        return _failed(str(error), error.exit_code, arguments)
    except typer.TyperException as error:
        said = f"{error.format_message().strip().removesuffix('.')}. See {_help_of(error, arguments)}."
        return _failed(said, error.exit_code, arguments)
    except typer.Abort:
        tell("interrupted")
        return INTERRUPTED
    return code if isinstance(code, int) else 0


def _failed(message: str, code: int, arguments: Sequence[str]) -> int:
    """Say why on stderr; with --json also as an object on stdout, for the program that reads it."""
    tell_error(message)
    if "--json" in arguments:
        emit({"error": in_options(message), "exit_code": code})
    return code


def _help_of(error: typer.TyperException, arguments: Sequence[str]) -> str:
    """The help of the command that was called; some errors of the parser do not say which it was."""
    context = getattr(error, "ctx", None)
    if context is not None:
        return f"{context.command_path} --help"
    called = [one.name for one in app.registered_commands if one.name in arguments[:1]]
    return " ".join(["mmmem", *(name for name in called if name), "--help"])


def main() -> None:
    """Entry point of `mmmem`."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(run(sys.argv[1:]))
