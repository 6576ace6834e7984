"""From picking up and putting down to rows of the log: moves whose times are known, between places that nobody named."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mmmem.clock import Span
from mmmem.handling import Handled
from mmmem.types import Assertion
from scenegraph.kinds import layer_of
from scenegraph.world import World

_NUMBER = re.compile(r"\s*\d+$")


def handled(things: Iterable[Handled], source: str, world: World) -> Iterator[Assertion]:
    """A row for each picking up (it was still at its old place) and each putting down (it is at a new one), by time.

    What is picked up while it is in hand already, as overlapping annotations say, was seen nowhere then. The rows build on those
    before them: each must be in the world before the next is asked for.
    """
    in_hand_until: dict[str, int] = {}
    for event in sorted(_events(things), key=lambda one: (one.t_ns, not one.puts_down, one.thing.key)):
        was_in_hand = in_hand_until.get(event.thing.key, -1) > event.t_ns
        in_hand_until[event.thing.key] = max(in_hand_until.get(event.thing.key, -1), event.until_ns)
        if event.puts_down or not was_in_hand:
            yield from _rows(event, source, world)


@dataclass(frozen=True, slots=True)
class _Event:
    """A thing is picked up or put down; it stays in the hand until `until_ns`."""

    t_ns: int
    puts_down: bool
    until_ns: int
    thing: Handled


def _events(things: Iterable[Handled]) -> Iterator[_Event]:
    for thing in things:
        for picked_up_ns, put_down_ns in thing.moves:
            yield _Event(picked_up_ns, False, put_down_ns, thing)
            yield _Event(put_down_ns, True, put_down_ns, thing)


def _rows(event: _Event, source: str, world: World) -> Iterator[Assertion]:
    thing, t_ns, puts_down, key = event.thing, event.t_ns, event.puts_down, f"handled:{event.thing.key}"
    kind = _NUMBER.sub("", thing.name) or thing.name
    span, known = Span(t_ns, t_ns + 1), world.by_key.get(key)
    node = None if known is None else world.nodes[world.resolve(known)]
    layer = layer_of(kind) if node is None else node.layer
    id = world.new_id(layer) if node is None else node.id
    place = f"unnamed place {(0 if node is None else len(node.stays)) + (1 if node is None or puts_down else 0)}"
    value = {"key": key, "place": place, "count": 1, **({"layer": layer} if node is None else {})}
    yield Assertion("moved" if puts_down else "seen", id, span, kind, value, source=source, learned_ns=t_ns)
    if node is None and thing.name != kind:
        yield Assertion("named", id, span, thing.name, {"role": "alias"}, source=source, learned_ns=t_ns)
