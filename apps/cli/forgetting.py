"""`mmmem forget` and `mmmem check`."""

from dataclasses import asdict
from typing import Annotated

import typer

from apps.cli.options import AsJson, MemoryDir, OneStream
from apps.cli.output import emit, say, shortened, show_pairs, tell
from mmmem.errors import MemoryCorruptError

_SHOWN_CHARS = 120


def forget(
    *,
    memory: MemoryDir,
    stream: OneStream = None,
    span: Annotated[str | None, typer.Option(metavar="A..B", help="Only this span; without --stream, of every stream.")] = None,
    name: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Everything about this person or thing: words, pictures, detections, facts."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without this it is only counted.")] = False,
    as_json: AsJson = False,
) -> None:
    """Remove a stream, a span or everything about a name, so that no byte of it is left. Only counts without --yes."""
    from apps.cli.times import maybe_span
    from mmmem.memory import Memory

    with Memory.open(memory, mode="w") as opened:
        report = opened.forget(stream=stream, span=maybe_span(opened, span, "--span"), name=name, dry_run=not yes)
    if as_json:
        emit(asdict(report))
    else:
        say("removed:" if yes else "would be removed:")
        show_pairs({f"  {kind}": num for kind, num in report.counts.items()})
        for example in report.examples:
            say(f"  such as {shortened(example, _SHOWN_CHARS)!r}")
    for note in report.notes:
        tell(f"note: {note}")
    if not any(report.counts.values()):
        tell("nothing in the memory fits")
    elif not yes:
        tell("nothing was removed; add --yes to do it")


def check(
    *,
    memory: MemoryDir,
    repair: Annotated[bool, typer.Option("--repair", help="Make derived rows and indexes again from the truth.")] = False,
    as_json: AsJson = False,
) -> None:
    """Check everything on disk against everything else; exit code 8 if something is wrong."""
    from mmmem.memory import Memory

    with Memory.open(memory, mode="w" if repair else "r") as opened:
        for note in opened.notes:
            tell(f"note: {note}")
        report = opened.check(repair=repair)
    if as_json:
        emit({"ok": report.ok, **asdict(report)})
    else:
        say("nothing is wrong" if report.ok else f"{len(report.problems)} problems")
        for line in report.repaired:
            say(f"  repaired: {line}")
        for line in report.problems:
            say(f"  {line}")
        say("checked " + ", ".join(f"{num} {what}" for what, num in report.checked.items()))
    if not report.ok:
        raise typer.Exit(MemoryCorruptError.exit_code)
