"""`mmmem forget` and `mmmem check`."""

from dataclasses import asdict
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from apps.cli.options import AsJson, MemoryDir, OneStream
from apps.cli.output import emit, say, shortened, show_pairs, tell
from mmmem.errors import MemoryCorruptError
from mmmem.wording import counted

if TYPE_CHECKING:
    from mmmem.memory import Memory
    from mmmem.store.records import CheckReport, ForgetReport

_SHOWN_CHARS = 120
_SHOWN_LINES = 20


def forget(
    *,
    memory: MemoryDir,
    stream: OneStream = None,
    span: Annotated[str | None, typer.Option(metavar="A..B", help="Only this span; without --stream, of every stream.")] = None,
    name: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Everything about this person or thing: words, pictures, detections, facts."),
    ] = None,
    anywhere: Annotated[
        bool, typer.Option("--anywhere", help="With --name: also where its letters stand inside another word.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without this it is only counted.")] = False,
    as_json: AsJson = False,
) -> None:
    """Remove a stream, a span or everything about a name, so that no byte of it is left. Only counts without --yes.

    A forgotten span is not shown from the original and not taken in again, unless ingest is told --restore-forgotten. A
    stream that is forgotten as a whole leaves nothing, not even its name.
    """
    from apps.cli.times import maybe_span
    from mmmem.memory import Memory

    with Memory.open(memory, mode="w" if yes else "r") as opened:
        span_meant = maybe_span(opened, span, "--span")
        report = opened.forget(stream=stream, span=span_meant, name=name, anywhere=anywhere, dry_run=not yes)
    if as_json:
        emit(asdict(report))
    else:
        _show_forgotten(report)
    for note in report.notes:
        tell(f"note: {note}")
    if not any(report.counts.values()):
        tell("nothing in the memory fits")
    elif not yes:
        tell("nothing was removed; add --yes to do it")


def _show_forgotten(report: "ForgetReport") -> None:
    say("would be removed:" if report.dry_run else "removed:")
    show_pairs({f"  {kind}": num for kind, num in report.counts.items()})
    for example in report.examples:
        say(f"  such as {shortened(example, _SHOWN_CHARS)!r}")
    for kept in report.stays:
        say(f"stays: {kept}")
    if report.unsure:
        num_unsure = counted(len(report.unsure), "text")
        say(f"stays: {num_unsure} with these letters inside another word; --anywhere takes them as well:")
        for number, words in report.unsure[:_SHOWN_LINES]:
            say(f"  text:{number} {shortened(words, _SHOWN_CHARS)!r}")
        if len(report.unsure) > _SHOWN_LINES:
            say(f"  and {len(report.unsure) - _SHOWN_LINES} more; --json lists them all")


def check(
    *,
    memory: MemoryDir,
    repair: Annotated[
        bool,
        typer.Option(
            "--repair", help="Make derived rows and indexes again from the truth, and note which pictures and vectors are lost."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check everything on disk against everything else; exit code 8 if something is wrong.

    What damage took is named. If there is a copy of a damaged file, put it back before --repair: what is still damaged then is
    noted as lost, and the memory goes on without it.
    """
    from mmmem.memory import Memory

    with Memory.open(memory, mode="w" if repair else "r", repair=repair) as opened:
        for note in opened.notes:
            tell(f"note: {note}")
        report = opened.check(repair=repair)
        lost = _lost(opened, report)
    if as_json:
        emit({"ok": report.ok, **asdict(report)})
    else:
        _show_checked(report, lost)
    if not report.ok:
        tell(_remedy(memory, repaired=repair))
        raise typer.Exit(MemoryCorruptError.exit_code)


def _lost(memory: "Memory", report: "CheckReport") -> list[str]:
    """What earlier damage took, and how to have it again."""
    from mmmem.store.losses import described

    if not report.lost:
        return []
    streams = {loss.stream_id for loss in report.lost}
    again = [
        f"  to take it in again, if the original is there: mmmem ingest {quote(record.uri)} --again --stream "
        f"{quote(record.stream_id)} -m {quote(str(memory.path))}"
        for record in memory.streams()
        if record.stream_id in streams
    ]
    return [*(f"noted: {line}" for line in described(report.lost, memory.calendar)), *again]


def _show_checked(report: "CheckReport", lost: list[str]) -> None:
    say("nothing is wrong" if report.ok else counted(len(report.problems), "problem"))
    for line in report.repaired:
        say(f"  dealt with: {line}")
    for line in report.problems:
        say(f"  {line}")
    for line in lost:
        say(line)
    checked = ", ".join(counted(num, what.removesuffix("s")) for what, num in report.checked.items())
    say(f"checked {checked}" if checked else "checked: the memory is empty")


def _remedy(memory: Path, *, repaired: bool) -> str:
    if repaired:
        return "what is left cannot be made again: restore a copy of the directory, or ingest the sources into a new one"
    return f"put damaged files back if there is a copy; then, or if there is none: mmmem check --repair -m {quote(str(memory))}"
