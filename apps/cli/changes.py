"""`mmmem changes`: what moved, appeared, went away or changed its state."""

from typing import Annotated

import typer

from apps.cli.options import AsJson, MemoryDir
from apps.cli.output import emit, say, tell
from apps.cli.scene import KnownAt, asking, frames_json, time_of


def changes(
    memory: MemoryDir,
    *,
    since: Annotated[
        str, typer.Option(metavar="TIME", help="From then on: a time, or words as yesterday, 'Tuesday morning', '2 hours ago'.")
    ] = "yesterday",
    until: Annotated[str | None, typer.Option(metavar="TIME", help="Up to then; the end of the memory by default.")] = None,
    states: Annotated[bool, typer.Option("--states", help="Also doors, switches and other states.")] = False,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """List what was seen to have changed, each with the times between which it happened."""
    from mmmem.clock import MAX_NS
    from scenegraph.wording import told_change

    with asking(memory, known_at) as (opened, q):
        since_ns = time_of(opened, since)
        until_ns = MAX_NS if until is None else time_of(opened, until)
        found = [one for one in q.changes(since_ns, until_ns) if states or one.kind != "state"]
        if as_json:
            emit(
                [
                    {
                        "kind": one.kind,
                        "id": one.id,
                        "name": one.name,
                        "state": one.state,
                        "before": one.before,
                        "after": one.after,
                        "after_ns": one.after_ns,
                        "by_ns": one.by_ns,
                        "confidence": round(one.confidence, 3),
                        "frames": frames_json(one.frames),
                    }
                    for one in found
                ]
            )
            return
        for one in found:
            say(told_change(one, q.now_ns, q.calendar))
        if not found:
            tell(f"nothing was seen to change since {q.calendar.format(since_ns)}")
