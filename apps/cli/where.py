"""`mmmem where`: where something is, or was, and since when that is known."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from apps.cli.options import AsJson, MemoryDir
from apps.cli.output import emit, say
from apps.cli.scene import At, KnownAt, asking, spot_json, time_of

if TYPE_CHECKING:
    from scenegraph.answers import WhereIs
    from scenegraph.asking import Questions


def where(
    what: Annotated[
        str, typer.Argument(metavar="WHAT", help="A thing: mug, 'red mug', \"Anna's mug\", 'the mug on the desk', O17.")
    ],
    memory: MemoryDir,
    *,
    at: At = None,
    known_at: KnownAt = None,
    trail: Annotated[bool, typer.Option("--trail", help="Also every place it was at, with how well its ends are known.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say where something is, when it was seen there last, and whether anybody has looked since.

    What fits the words as well is listed too; nothing is guessed among twins.
    """
    with asking(memory, known_at) as (opened, q):
        found = q.where(what, at=None if at is None else time_of(opened, at))
        every = [found, *found.twins]
        if as_json:
            emit(
                {
                    "asked": what,
                    "at_ns": found.at_ns,
                    "known_at_ns": q.now_ns,
                    "found": [_found_json(q, one, trail) for one in every],
                }
            )
            return
        for one in every:
            _show(q, one, trail=trail, many=len(every) > 1)


def _found_json(q: "Questions", found: "WhereIs", trail: bool) -> dict[str, Any]:
    known = {"standing": found.standing, "confidence": round(found.confidence, 3), "fit": round(found.reading, 3)}
    spot = {} if found.spot is None else spot_json(found.spot)
    earlier = [spot_json(one) for one in q.whereabouts(found.spot.id)] if trail and found.spot is not None else None
    return {**known, **spot, **({"trail": earlier} if earlier is not None else {})}


def _show(q: "Questions", found: "WhereIs", *, trail: bool, many: bool) -> None:
    from scenegraph.wording import moment, told_where

    said = told_where(found, q.now_ns, q.calendar)
    name = "" if found.spot is None else f"{found.spot.id} {found.spot.name}: "
    say(f"{name if many or trail else ''}{said}")
    if trail and found.spot is not None:
        for spot in q.whereabouts(found.spot.id):
            span = f"{moment(spot.start_ns, q.now_ns, q.calendar)} - {moment(spot.last_seen_ns, q.now_ns, q.calendar)}"
            missing = "" if spot.missing_ns is None else f", found missing {moment(spot.missing_ns, q.now_ns, q.calendar)}"
            say(f"  {span}  {spot.place}{missing}")
