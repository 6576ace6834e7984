"""What is missed: things that are not where they were last seen, told once that place has been looked over without them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mmmem.clock import NS_PER_S, Span
from streams.house.home import Home
from streams.house.looks import NUM_POINTS, Look
from streams.house.observed import Observed
from streams.house.world import WorldState

LONGEST_GAP_NS = 3 * NS_PER_S
"""What is out of view for longer is seen anew."""
MIN_LOOKED_OVER = 0.6
"""Share of a surface that must have shown before something can be said not to be on it."""


@dataclass(slots=True)
class _LookedOver:
    """How much of a surface some looks in a row have shown."""

    start_ns: int = 0
    last_ns: int = 0
    end_ns: int = 0
    bits: int = 0
    num_looks: int = 0

    @property
    def share(self) -> float:
        return self.bits.bit_count() / NUM_POINTS

    def add(self, span: Span, bits: int) -> None:
        if not self.num_looks:
            self.start_ns = span.start_ns
        self.last_ns, self.end_ns = span.start_ns, span.end_ns
        self.bits |= bits
        self.num_looks += 1


@dataclass(slots=True)
class _Visit:
    """One surface under the eye, while what stands on it stays the same.

    Args:
        without: of each thing that showed meanwhile, be it one pixel of it, how much the looks after that have shown.
    """

    contents: frozenset[str]
    all: _LookedOver = field(default_factory=_LookedOver)
    without: dict[str, _LookedOver] = field(default_factory=dict)

    def add(self, span: Span, bits: int, shown: frozenset[str]) -> None:
        for looked_over in (self.all, *self.without.values()):
            looked_over.add(span, bits)
        self.without |= {thing: _LookedOver() for thing in shown - self.contents}


@dataclass(slots=True)
class Missing:
    """Gathers which places were seen to be empty of what was last seen there, look by look."""

    home: Home
    _visits: dict[str, _Visit] = field(default_factory=dict)
    _found: dict[tuple[str, str], Observed] = field(default_factory=dict)
    _done: list[Observed] = field(default_factory=list)

    def look(self, look: Look, span: Span, state: WorldState, tour: int, last_holder: Mapping[str, str]) -> None:
        """Take in one look.

        Args:
            span: the time it stands for.
            last_holder: surface or resident that each thing was last seen with.
        """
        surfaces, ids = self.home.surfaces, tuple(self.home.instance_ids)
        shown = frozenset(ids[number - 1] for number in look.instance.tolist()) & last_holder.keys()
        on: dict[str, set[str]] = {}
        for thing, at in state.placements.items():
            on.setdefault(at.holder, set()).add(thing)
        for place, bits in zip(look.surface.tolist(), look.bits.tolist(), strict=True):
            id = surfaces[place].id
            visit = self._visit(id, on.get(id, set()), look.t_ns)
            visit.add(span, bits, shown)
            if visit.all.share < MIN_LOOKED_OVER:
                continue
            for thing, holder in last_holder.items():
                if holder == id and thing not in visit.contents:
                    self._miss(thing, id, visit.without.get(thing, visit.all), tour)

    def finished(self) -> list[Observed]:
        """What was missed in the tour that ends here; the next one starts afresh."""
        done = [*self._done, *self._found.values()]
        self._visits, self._found, self._done = {}, {}, []
        return done

    def _visit(self, surface: str, contents: set[str], t_ns: int) -> _Visit:
        visit = self._visits.get(surface)
        if visit is None or t_ns - visit.all.end_ns > LONGEST_GAP_NS or visit.contents != contents:
            visit = self._visits[surface] = _Visit(frozenset(contents))
        return visit

    def _miss(self, thing: str, surface: str, looked_over: _LookedOver, tour: int) -> None:
        if looked_over.share < MIN_LOOKED_OVER:
            return
        before = self._found.get((thing, surface))
        if before is not None and before.span.start_ns != looked_over.start_ns:
            self._done.append(before)
        self._found[thing, surface] = Observed(
            "absent",
            thing,
            Span(looked_over.start_ns, looked_over.end_ns),
            tour,
            surface,
            self.home.piece(surface).room,
            num_looks=looked_over.num_looks,
            best_ns=looked_over.last_ns,
            fraction=looked_over.share,
        )
