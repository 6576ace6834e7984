"""Questions on the graph: where, since when, what is beside what, how many, what changed, and how sure that is.

Every question takes `at`, the time asked about; `known_at` of `Questions` says what was known then. Both are the present by
default. Answers are typed, with evidence frames and confidence, and three-valued: seen there, looked and gone, not looked.
"""

from collections.abc import Iterable, Iterator, Sequence

from mmmem.clock import MAX_NS, NS_PER_HOUR, NS_PER_MIN, Calendar, Span
from mmmem.suggest import known_name
from mmmem.types import TimedText
from scenegraph.answers import Beside, Change, Counted, Present, Standing, StateWas, WhereIs
from scenegraph.called import Called, CameraPath
from scenegraph.changes import appearance, moves_of, state_changes, states_of
from scenegraph.doings import doings_in
from scenegraph.edges import Edge
from scenegraph.graph import SceneGraph
from scenegraph.kinds import is_shifted
from scenegraph.looks import Look, looks_by_node
from scenegraph.misreadings import Likely
from scenegraph.naming import Naming, Reading, is_there
from scenegraph.nodes import Node
from scenegraph.phrases import phrase_of
from scenegraph.spots import Spot, spot_of
from scenegraph.spots_over_time import may_touch, seen_in, spot_of_look, woven
from scenegraph.told import Told
from scenegraph.whereabouts import whereabouts
from scenegraph.world import World

COUNTED = 0.7
"""What words or glimpses alone tell of counts as one more thing where they tell of it so surely."""


class Questions:
    """What a graph can be asked, as believed at one time.

    Args:
        graph: the graph; what it says is read anew with each question.
        calendar: names the times; days of the wall clock by default.
        texts: captions and speech, which name furniture, rooms and owners.
        way: where the camera was when.
        asker: who "my" is.
        known_at: nothing learned later is used; the present by default.
        stream_id: of the texts.
    """

    def __init__(
        self,
        graph: SceneGraph,
        *,
        calendar: Calendar | None = None,
        texts: Iterable[TimedText] = (),
        way: CameraPath | None = None,
        asker: str = "",
        known_at: int | None = None,
        stream_id: str = "",
    ) -> None:
        self.graph = graph
        self.stream_id = stream_id
        self.calendar = calendar or Calendar("wall")
        self.world: World = graph._known(known_at)
        self._known_at = known_at
        self._looks: dict[str, list[Look]] | None = None
        self.now_ns = graph._now_ns if known_at is None else known_at
        self.relations = graph._relations_of(self.world)
        self.likely = Likely(self.world.living())
        atlas = graph._atlas_of(self.world)
        self.called = Called(self.world, self.relations, texts, way, atlas=atlas, likely=self.likely)
        self._pieces = [node for node in self.world.living() if node.layer == "furniture"]
        self.doings = doings_in(self.called.texts)
        self.naming = Naming(self.world, self.called, self, self.likely, asker)
        self._spots: dict[str, tuple[int, list[Spot]]] = {}
        nodes = list(self.world.living())
        glimpses = self.world.glimpses
        self.told = Told(
            nodes, self._seen_spots, self.looks, self.called, self.likely, glimpses=glimpses, stream_id=stream_id
        )  # fmt: skip
        self.naming.told = self.told.nodes

    @property
    def known_at_ns(self) -> int | None:
        """Nothing learned later is used; None for the present."""
        return self._known_at

    # Places of one thing

    def readings(self, which: str, at: int | None = None, *, layers: Sequence[str] = ()) -> list[Reading]:
        """The nodes that words may mean, best first; empty if there is none."""
        return self.naming.read(which, self.now_ns if at is None else at, layers=layers)

    def nodes(self, which: str, at: int | None = None, *, layers: Sequence[str] = ()) -> list[Node]:
        """The nodes that words mean.

        Raises:
            UnknownNameError: there is none; the message names the nearest.
        """
        return [one.node for one in self._meant(which, at, layers=layers)]

    def _meant(self, which: str, at: int | None = None, *, layers: Sequence[str] = ()) -> list[Reading]:
        found = self.readings(which, at, layers=layers)
        if not found:
            names = {self.called.node(node.id) for node in self.world.living()} | set(self.world.nodes)
            known_name(which, sorted(names), "thing")
            return [Reading(node, 1.0) for node in self.world.living() if which in (node.id, self.called.node(node.id))]
        return found

    def things(self) -> Iterator[Node]:
        """Every node that did not turn out to be another, and what only words tell of."""
        yield from self.world.living()
        yield from self.told.nodes

    def spots(self, node: Node) -> list[Spot]:
        """Every place a node was at, in order of time, as pictures show and words tell."""
        told = self.told.spots.get(node.id, [])
        if node.id not in self.world.nodes:
            return told
        seen = [self.told.corrected(spot) for spot in self._seen_spots(node)]
        return woven(seen, told) if told else seen

    def _seen_spots(self, node: Node) -> list[Spot]:
        kept = self._spots.get(node.id)
        if kept is None or kept[0] != self.world.last_row:
            edges: Sequence[Edge] = self.relations.of(node.id)
            places = range(len(node.stays))
            kept = (self.world.last_row, [spot_of(node, place, edges, self.called, self._pieces) for place in places])
            self._spots[node.id] = kept
        return kept[1]

    def spot(self, node: Node, at_ns: int) -> Spot | None:
        """The last spot of a node that had begun by an instant."""
        begun = [spot for spot in self.spots(node) if spot.start_ns <= at_ns]
        return begun[-1] if begun else None

    def where(self, which: str, *, at: int | None = None) -> WhereIs:
        """Where something is, or was at an instant; others that fit the words are its `twins`.

        Raises:
            UnknownNameError: nothing fits; the message names the nearest.
        """
        return self.where_read(which, self._meant(which, at), self.now_ns if at is None else at)

    def where_read(self, which: str, readings: Sequence[Reading], at_ns: int) -> WhereIs:
        """As `where`, of nodes that were found already."""
        found = [self._where(which, one, at_ns) for one in readings]
        found.sort(key=lambda one: (-one.reading, one.spot is None, -(one.spot.last_seen_ns if one.spot else 0)))
        first, *rest = found
        return WhereIs(which, at_ns, first.standing, first.spot, first.confidence, tuple(rest), first.reading)

    def _where(self, which: str, one: Reading, at_ns: int) -> WhereIs:
        spot = self.spot(one.node, at_ns)
        if spot is None:
            return WhereIs(which, at_ns, "never seen", None, 0.0, (), one.fit)
        if spot.stream_id:
            recent = at_ns - spot.last_seen_ns <= NS_PER_MIN
            return WhereIs(which, at_ns, "there" if recent else "not looked since", spot, spot.confidence, (), one.fit)
        known = whereabouts(one.node, at_ns, self.world.persistence)
        if known.presence == "not there":
            return WhereIs(which, at_ns, "gone", spot, 0.95, (), one.fit)
        standing: Standing = (
            "there" if known.presence == "seen there" or at_ns - spot.last_seen_ns <= NS_PER_MIN else "not looked since"
        )
        return WhereIs(which, at_ns, standing, spot, known.confidence, (), one.fit)

    def looks(self, node: Node, window: Span | None = None) -> list[Look]:
        """Every run of pictures that shows a node, in order of time; those that touch a window, if one is given."""
        if self._looks is None:
            self._looks = looks_by_node(self.world, self.graph.log.read(known_at_ns=self._known_at))
        found = self._looks.get(node.id, [])
        return found if window is None else [one for one in found if one.span.overlaps(window)]

    def seen_at(self, node: Node, window: Span | None = None) -> list[tuple[Spot, Look]]:
        """Where each run of pictures shows a node, in order of time; and where words tell of it."""
        found = []
        seen = [self.told.corrected(spot) for spot in self._seen_spots(node)]
        for look in self.looks(node, window):
            spot = spot_of_look(seen, look)
            if spot is not None:
                found.append((spot, look))
        for spot in self.told.spots.get(node.id, ()):
            if window is None or seen_in(spot, window):
                found.append((spot, Look(Span(spot.start_ns, spot.last_seen_ns + 1), spot.num_seen, ())))
        return sorted(found, key=lambda one: one[1].span)

    def whereabouts(self, which: str, window: Span | None = None) -> list[Spot]:
        """All the places something was at, in order of time; those that a window touches, if one is given.

        Raises:
            UnknownNameError: nothing fits.
        """
        node = self.nodes(which)[0]
        return [spot for spot in self.spots(node) if window is None or may_touch(spot, window)]

    def moves(self, which: str, window: Span | None = None) -> list[Change]:
        """When something was seen to have moved, or to be gone.

        Raises:
            UnknownNameError: nothing fits.
        """
        node = self.nodes(which)[0]
        changes = moves_of(self.spots(node), self.called.node(node.id))
        return [one for one in changes if window is None or window.contains(one.by_ns)]

    # What is beside what

    def beside(
        self, which: str, relation: str = "", *, at: int | None = None, layers: Sequence[str] = ("object",)
    ) -> list[Beside]:
        """What is on, in, under, near or next to something (all of these by default), the surest first.

        Raises:
            UnknownNameError: nothing fits the words.
        """
        at_ns = self.now_ns if at is None else at
        wanted = {node.id for node in self.nodes(which, at)}
        found: list[Beside] = []
        for node in self.world.living():
            if node.layer not in layers or node.id in wanted:
                continue
            for edge in self.relations.of(node.id):
                meant = self.world.resolve(edge.object) in wanted and relation in ("", edge.relation)
                if meant and edge.holds_at(at_ns):
                    spot = self.spot(node, at_ns)
                    still = whereabouts(node, at_ns, self.world.persistence).confidence
                    found.append(Beside(node.id, self.called.node(node.id), edge, spot, edge.confidence * still))
        return sorted(found, key=lambda one: (-one.confidence, one.id))

    def kinds_at(self, kind: str = "", *, place: str = "", at: int | None = None, window: Span | None = None) -> list[Spot]:
        """Spots of things of a class, at a piece of furniture or in a room: those that hold at an instant, or touch a window."""
        at_ns = self.now_ns if at is None else at
        phrase, found = phrase_of(kind) if kind else None, list[Spot]()
        for node in self.things():
            fits = phrase is None or self.naming.fit(phrase, node, at_ns) >= 0.45
            if node.layer != "object" or not fits or self.naming.made_sure(node) < COUNTED:
                continue
            meant = [spot for spot, _ in self.seen_at(node, window)] if window else self._standing(node, at_ns)
            found += [spot for spot in meant if not place or is_there(place, spot)]
        return found

    def _standing(self, node: Node, at_ns: int) -> list[Spot]:
        """The spot at which a node is believed to stand at an instant, if it is not known to be gone."""
        spot = self.spot(node, at_ns)
        return [] if spot is None or (spot.missing_ns is not None and spot.missing_ns <= at_ns) else [spot]

    def how_many(self, kind: str, *, place: str = "", at: int | None = None, window: Span | None = None) -> Counted:
        """How many of a class there are, at a place if one is given."""
        spots = self.kinds_at(kind, place=place, at=at, window=window)
        by_id = {spot.id: spot for spot in spots}
        doubtful = [spot for spot in by_id.values() if spot.either]
        groups = {tuple(sorted(spot.either)) for spot in doubtful}
        at_least = len(by_id) - max(len(doubtful) - len(groups), 0)
        stable = [spot.num_seen >= 3 for spot in by_id.values()]
        confidence = 0.85 if all(stable) else 0.65
        return Counted(kind, len(by_id), tuple(by_id.values()), confidence if at_least == len(by_id) else 0.5, at_least)

    # Over time

    def changes(self, since_ns: int, until_ns: int = MAX_NS) -> list[Change]:
        """What appeared, moved, went away or changed its state between two instants, in order of time."""
        window = Span(since_ns, min(max(until_ns, since_ns + 1), MAX_NS))
        first_ns = min((node.stays[0].start_ns for node in self.world.living() if node.stays), default=0)
        found: list[Change] = []
        for node in self.world.living():
            if node.layer in ("person", "robot"):
                continue
            spots, name = self.spots(node), self.called.node(node.id)
            told = moves_of(spots, name) if node.layer == "object" or is_shifted(node.kind) else []
            told += state_changes(node, name)
            if node.layer == "object" and spots and spots[0].start_ns - first_ns > NS_PER_HOUR:
                told.append(appearance(spots[0], name))
            found += [one for one in told if window.contains(one.by_ns)]
        return sorted(found, key=lambda one: (one.by_ns, one.id))

    def states(self, which: str, *, at: int | None = None) -> list[StateWas]:
        """The states of something at an instant, each as last seen by then.

        Raises:
            UnknownNameError: nothing fits.
        """
        at_ns = self.now_ns if at is None else at
        return self.states_of(self.nodes(which, at)[0], at_ns)

    def states_of(self, node: Node, at_ns: int) -> list[StateWas]:
        """The states of a node at an instant."""
        return states_of(node, self.called.node(node.id), at_ns)

    def who_was(self, place: str = "", window: Span | None = None) -> list[Present]:
        """Who was seen in a room or near a piece of furniture in a window: each stay of a person there, in order of time."""
        found = []
        for node in self.world.living():
            if node.layer != "person":
                continue
            for spot in self.spots(node):
                if (window is None or seen_in(spot, window)) and (not place or is_there(place, spot)):
                    name = self.called.node(node.id)
                    found.append(Present(node.id, name, spot.room, spot.start_ns, spot.last_seen_ns, spot.frames))
        return sorted(found, key=lambda one: (one.start_ns, one.id))

    def within_hours(self, t_ns: int, hours: tuple[float, float]) -> bool:
        """Whether an instant lies between two hours of the day."""
        hour = self.calendar.time_of_day_ns(t_ns) / NS_PER_HOUR
        return any(hours[0] <= hour + turn < hours[1] for turn in (-24.0, 0.0, 24.0))

    def not_seen_since(self, since_ns: int) -> list[WhereIs]:
        """Things that nobody has seen since an instant, the longest unseen first."""
        nodes = [node for node in self.things() if node.layer == "object" and 0 <= node.last_seen_ns < since_ns]
        found = [self._where(self.called.node(node.id), Reading(node, 1.0), self.now_ns) for node in nodes]
        return sorted(found, key=lambda one: one.spot.last_seen_ns if one.spot else 0)
