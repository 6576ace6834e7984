"""`mmmem timeline`, `facts` and `info`: what a memory holds."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from apps.cli.options import AsJson, MemoryDir, OneStream, Window
from apps.cli.output import emit, say, shortened, show_pairs, show_table, tell
from mmmem.wording import counted

if TYPE_CHECKING:
    from mmmem.clock import Calendar
    from mmmem.types import Fact

_AUTOMATIC = "auto"
_SHOWN_CHARS = 100
_BYTES_PER_MB = 1e6


def timeline(
    *,
    memory: MemoryDir,
    level: Annotated[
        str,
        typer.Option(
            metavar="clip|scene|event|minutes|hour|day|auto",
            help="How fine; auto is the finest with at most 40 rows; scenes and events end where something else begins.",
        ),
    ] = _AUTOMATIC,
    window: Window = None,
    stream: OneStream = None,
    as_json: AsJson = False,
) -> None:
    """Show what lies where in time, clip by clip or as coarse as a day."""
    from apps.cli.memories import reading
    from apps.cli.timelines import rows_of
    from apps.cli.times import maybe_span

    with reading(memory) as opened:
        chosen, rows = rows_of(opened, level, maybe_span(opened, window), stream)
        if as_json:
            emit({"level": chosen, "clips": [row.to_json() for row in rows]})
            return
        if not rows:
            tell(f"nothing there: the memory ends at {opened.calendar.format(opened.end_ns())}")
            return
        named = any(row.files for row in rows)
        cells = [
            (
                opened.calendar.format_span(row.clip.span),
                row.clip.stream_id,
                *([_first_of(row.files)] if named else []),
                str(row.num_texts),
                str(row.num_pictures),
                row.clip.level if row.clip.id is None else f"{row.clip.level}:{row.clip.id}",
                shortened(row.words, _SHOWN_CHARS),
            )
            for row in rows
        ]
        columns = ("time", "stream", *(["file"] if named else []), "texts", "pictures", "id", "words")
        show_table(columns, cells, right=("texts", "pictures"))


def _first_of(files: tuple[str, ...]) -> str:
    """The file that a clip begins in, and how many it goes on into."""
    return files[0] + (f" +{len(files) - 1}" if len(files) > 1 else "") if files else ""


def facts(
    *,
    memory: MemoryDir,
    subject: Annotated[str | None, typer.Option(metavar="NAME", help="Only facts about this.")] = None,
    predicate: Annotated[str | None, typer.Option(metavar="NAME", help="Only facts of this kind.")] = None,
    object_: Annotated[str | None, typer.Option("--object", metavar="NAME", help="Only facts that end in this.")] = None,
    at: Annotated[str | None, typer.Option(metavar="TIME", help="Only what held at this time.")] = None,
    as_of: Annotated[str | None, typer.Option(metavar="TIME", help="Only what could be known by then.")] = None,
    habits: Annotated[
        bool, typer.Option("--habits", help="What repeats instead: habits, usual places, tastes and owners, with counts.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show what is held to be true, since when, until when, and the texts it rests on."""
    from apps.cli.habits import show_habits
    from apps.cli.memories import reading
    from apps.cli.times import instant
    from mmmem.clock import MAX_NS

    if habits and (predicate or object_ or at):
        raise typer.BadParameter("--habits goes with --subject and --as-of only; leave out --predicate, --object and --at.")
    with reading(memory) as opened:
        if habits:
            show_habits(opened, None if as_of is None else instant(opened, as_of), subject, as_json=as_json)
            return
        found = opened.facts(
            subject=subject,
            predicate=predicate,
            object=object_,
            at_ns=None if at is None else instant(opened, at),
            as_of_ns=MAX_NS if as_of is None else instant(opened, as_of),
        )
        if as_json:
            emit([_fact_json(fact) for fact in found])
        elif not found:
            tell(_why_no_facts(len(opened.facts()), subject, predicate, object_))
        else:
            rows = [_fact_row(fact, opened.calendar) for fact in found]
            show_table(("subject", "predicate", "object", "since", "until", "learned", "texts"), rows)


def info(*, memory: MemoryDir, as_json: AsJson = False) -> None:
    """Show what a memory holds, in numbers: streams, counts, vector spaces, bytes."""
    from apps.cli.memories import reading

    with reading(memory) as opened:
        described = opened.info()
    if as_json:
        emit(described)
    else:
        _show_info(described)


def _fact_json(fact: "Fact") -> dict[str, Any]:
    from mmmem.clock import MAX_NS

    return {
        "id": fact.id,
        "subject": fact.subject,
        "predicate": fact.predicate,
        "object": fact.object,
        "start_ns": fact.valid.start_ns,
        "end_ns": None if fact.valid.end_ns == MAX_NS else fact.valid.end_ns,
        "learned_ns": fact.learned_ns,
        "support": [f"text:{number}" for number in fact.support],
    }


def _fact_row(fact: "Fact", calendar: "Calendar") -> tuple[str, ...]:
    from mmmem.clock import MAX_NS

    until = "" if fact.valid.end_ns == MAX_NS else calendar.format(fact.valid.end_ns)
    support = ", ".join(f"text:{number}" for number in fact.support)
    return (
        fact.subject,
        fact.predicate,
        shortened(fact.object, _SHOWN_CHARS),
        calendar.format(fact.valid.start_ns),
        until,
        calendar.format(fact.learned_ns),
        support,
    )


def _why_no_facts(num_facts: int, *wanted: str | None) -> str:
    if num_facts == 0:
        return "no facts: nothing that was said or captioned states one"
    named = ", ".join(repr(word) for word in wanted if word is not None)
    return (
        f"no facts{f' with {named}' if named else ''} among the {num_facts} of this memory; names are matched as they are written"
    )


def _show_info(described: dict[str, Any]) -> None:
    calendar = described["calendar"]
    num_bytes = sum(described["bytes"].values())
    show_pairs(
        {
            "memory": described["path"],
            "format": described["format"],
            "calendar": "none yet" if calendar is None else f"{calendar['kind']} {calendar['timezone']}",
            "size": f"{num_bytes / _BYTES_PER_MB:.1f} MB",
            **described["counts"],
            "clips": ", ".join(f"{num} {level}" for level, num in described["clips"].items()),
            "forgotten": counted(described["num_forgotten_spans"], "span"),
        }
    )
    for line in described["lost"]:
        say(f"noted: {line}")
    if described["streams"]:
        say()
        rows = [(one["id"], one["span"] or "nothing yet", one["uri"]) for one in described["streams"]]
        show_table(("stream", "time", "source"), rows)
    if described["spaces"]:
        rows = [(name, str(space["dim"]), str(space["num_rows"])) for name, space in described["spaces"].items()]
        show_table(("vector space", "dim", "rows"), rows, right=("dim", "rows"))
