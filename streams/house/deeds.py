"""What people did and where, told from events: a deed is a run of one person's events with one `why`."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mmmem.clock import Span
from streams.house.home import Home
from streams.house.world import Event, PersonPose, WorldState


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing a person did.

    Args:
        actor: id of the resident.
        deed: the `why` of its events ("makes coffee").
        span: from its first event to just after its last.
        room: id of the room where most of it happened; empty if nobody saw the actor in one.
        events: ids of its events, in order.
        things: ids of the things and pieces of furniture that were handled, in order.
    """

    actor: str
    deed: str
    span: Span
    room: str
    events: tuple[str, ...]
    things: tuple[str, ...]


def deeds_of(home: Home, start: WorldState, events: Iterable[Event]) -> tuple[Deed, ...]:
    """Every deed in order of its start; events without an actor or without a `why` belong to none."""
    runs: dict[str, list[Event]] = {}
    poses = dict(start.people)
    deeds: list[Deed] = []
    for event in events:
        run = runs.get(event.actor)
        if run and run[-1].why != event.why:
            deeds.append(_deed(home, poses.get(event.actor), runs.pop(event.actor)))
            poses.update(_last_pose(run))
        if event.actor and event.why:
            runs.setdefault(event.actor, []).append(event)
    deeds.extend(_deed(home, poses.get(actor), run) for actor, run in runs.items())
    return tuple(sorted(deeds, key=lambda deed: (deed.span.start_ns, deed.actor)))


def _deed(home: Home, before: PersonPose | None, run: list[Event]) -> Deed:
    first, last = run[0], run[-1]
    things = dict.fromkeys(event.subject for event in run if event.kind in ("put", "take", "vanish", "state"))
    return Deed(
        first.actor,
        first.why,
        Span(first.t_ns, last.t_ns + 1),
        _where_mostly(home, before, run),
        tuple(event.id for event in run),
        tuple(things),
    )


def _where_mostly(home: Home, pose: PersonPose | None, run: list[Event]) -> str:
    spent_ns: dict[str, int] = {}
    for event, until_ns in zip(run, [*(event.t_ns for event in run[1:]), run[-1].t_ns + 1], strict=True):
        pose = event.person if event.kind == "go" else pose
        room = home.room_at(pose.x_m, pose.y_m) if pose else None
        if room is not None:
            spent_ns[room.id] = spent_ns.get(room.id, 0) + until_ns - event.t_ns
    return max(spent_ns, key=lambda room: spent_ns[room]) if spent_ns else ""


def _last_pose(run: list[Event]) -> Iterator[tuple[str, PersonPose]]:
    for event in reversed(run):
        if event.kind == "go" and event.person is not None:
            yield event.actor, event.person
            return
