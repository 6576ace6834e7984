"""The operations of programs: what each takes from what is known, and gives."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import hypot

from mmmem.clock import Span
from streams.house.home import Thing
from streams.house.observed import Observed
from streams.house.questions.functions import FUNCTIONS
from streams.house.questions.knowledge import Knowledge, inside
from streams.house.questions.program import Operation
from streams.house.questions.times import day_name, day_of, part_name

Records = Sequence[Observed]


def _sightings(known: Knowledge, id: str) -> Records:
    return known.seen.get(id, [])


def _all_sightings(known: Knowledge) -> Records:
    return known.all_seen


def _things_only(known: Knowledge, records: Records) -> Records:
    return [one for one in records if isinstance(known.home.parts[one.subject], Thing)]


def _people_only(known: Knowledge, records: Records) -> Records:
    people = {one.id for one in known.home.residents}
    return [one for one in records if one.subject in people]


def _within(known: Knowledge, records: Records, start_ns: int, end_ns: int) -> Records:
    return list(inside(records, Span(start_ns, end_ns)))


def _at(known: Knowledge, records: Records, place: str) -> Records:
    return [one for one in records if known.place(one.holder) == place]


def _in_room(known: Knowledge, records: Records, room: str) -> Records:
    return [one for one in records if one.room == room]


def _of_kind(known: Knowledge, records: Records, kind: str) -> Records:
    return [one for one in records if getattr(known.home.parts[one.subject], "kind", "") == kind]


def _with_state(known: Knowledge, records: Records, name: str, value: str) -> Records:
    return [one for one in records if one.states.get(name) == value]


def _useful(known: Knowledge, records: Records, function: str) -> Records:
    return [one for one in records if getattr(known.home.parts[one.subject], "kind", "") in FUNCTIONS[function]]


def _last_of_each(known: Knowledge, records: Records) -> Records:
    """The latest sighting of each subject that has one among these, of all it has."""
    last = (known.last_seen(id) for id in dict.fromkeys(one.subject for one in records))
    return [one for one in last if one is not None]


def _last(known: Knowledge, records: Records) -> Observed | None:
    return max(records, key=lambda one: one.span.end_ns, default=None)


def _first(known: Knowledge, records: Records) -> Observed | None:
    return min(records, key=lambda one: one.span.start_ns, default=None)


def _before(known: Knowledge, records: Records, record: Observed | None) -> Records:
    return [] if record is None else [one for one in records if one.span.end_ns <= record.span.start_ns]


def _elsewhere(known: Knowledge, records: Records, record: Observed | None) -> Records:
    """Those at another piece of furniture, or with another person."""
    return [] if record is None else [one for one in records if known.place(one.holder) != known.place(record.holder)]


def _place(known: Knowledge, record: Observed | None) -> str:
    return "" if record is None else known.place(record.holder)


def _places(known: Knowledge, records: Records) -> list[str]:
    return [known.place(one.holder) for one in records]


def _days(known: Knowledge, records: Records) -> list[str]:
    return [day_of(one.span.start_ns) for one in records]


def _mode(known: Knowledge, ids: Sequence[str]) -> str:
    """The one that comes most often; of several the first."""
    return Counter(ids).most_common(1)[0][0] if ids else ""


def _only(known: Knowledge, ids: Sequence[str]) -> str:
    """The one there is; empty for none or several."""
    distinct = set(ids)
    return next(iter(distinct)) if len(distinct) == 1 else ""


def _moves(known: Knowledge, records: Records) -> int:
    """How often something was seen at a place of furniture other than the one before."""
    put_down = sorted((one for one in records if "." in one.holder), key=lambda one: one.span)
    return sum(known.place(before.holder) != known.place(after.holder) for before, after in pairwise(put_down))


def _still_there(known: Knowledge, thing: str) -> str:
    """Place where a thing is as far as is known; empty once its place was found without it, or it was carried out."""
    last = known.last_seen(thing)
    gone = known.missed(thing) or known.taken_away(thing)
    return "" if last is None or gone is not None else known.place(last.holder)


def _nearest(known: Knowledge, id: str, *others: str) -> str:
    """Which of some things or pieces of furniture stands closest to another, where each was seen last."""
    x, y = position(known, id)
    return min(others, key=lambda other: hypot(position(known, other)[0] - x, position(known, other)[1] - y))


def position(known: Knowledge, id: str) -> tuple[float, float]:
    """x, y in metres where something was when it was last seen."""
    if id in {piece.id for piece in known.home.furniture}:
        return known.home.piece(id).position[:2]
    last = known.last_seen(id)
    state = known.world(last.best_ns if last else known.life.start_ns)
    if id in state.people:
        return state.people[id].x_m, state.people[id].y_m
    return state.placements[id].position[:2]


def _doer(known: Knowledge, thing: str, kind: str, start_ns: int, end_ns: int) -> str:
    """Who was seen to take or put a thing within a span, the last time."""
    span = Span(start_ns, end_ns)
    done = [event for _, event in known.witnessed if event.subject == thing and event.kind == kind and span.contains(event.t_ns)]
    return done[-1].actor if done else ""


def _sayer(known: Knowledge, words: str) -> str:
    return next((said.event.actor or said.event.subject for _, said in known.heard if said.event.value == words), "")


def _fact(known: Knowledge, id: str, name: str) -> str:
    return str(getattr(known.home.parts[id], name)) if id in known.seen else ""


def _seen_first(known: Knowledge, start_ns: int, end_ns: int, *ids: str) -> str:
    """Which of some was seen first within a span."""
    return min(ids, key=lambda id: next(inside(known.seen[id], Span(start_ns, end_ns))).span.start_ns)


def _once_a_tour(known: Knowledge, records: Records) -> Records:
    """The first sighting at each place in each tour, so that lingering does not count."""
    kept: dict[tuple[str, str, int], Observed] = {}
    for one in records:
        kept.setdefault((one.subject, known.place(one.holder), one.tour), one)
    return list(kept.values())


def _in_part(known: Knowledge, records: Records, part: str) -> Records:
    """Those of mornings, or of evenings."""
    return [one for one in records if part_name(one.span.start_ns) == part]


def _one_of(known: Knowledge, ids: Sequence[str], *choices: str) -> str:
    """The one of some choices that is among others; empty if none or several are."""
    return _only(known, [choice for choice in choices if choice in set(ids)])


def _moved_last(known: Knowledge, *things: str) -> str:
    """Which thing began its latest stay last."""
    return max(things, key=lambda thing: _latest_stay(known, thing)[0].span.start_ns)


def _latest_stay(known: Knowledge, thing: str) -> list[Observed]:
    records = known.seen[thing]
    place, number = known.place(records[-1].holder), len(records)
    while number and known.place(records[number - 1].holder) == place:
        number -= 1
    return records[number:]


def _moved_since(known: Knowledge, start_ns: int, end_ns: int, now_ns: int, *things: str) -> str:
    """The one of some things that was at one place within a span, and is at another since."""
    spans = (Span(start_ns, end_ns), Span(now_ns, known.until_ns + 1))
    there = {thing: [{known.place(one.holder) for one in inside(known.seen[thing], span)} for span in spans] for thing in things}
    return _only(known, [thing for thing, (then, now) in there.items() if then != now])


def _each_doing_once_a_tour(known: Knowledge, records: Records) -> Records:
    kept: dict[tuple[str, str, int], Observed] = {}
    for one in records:
        kept.setdefault((one.subject, one.states.get("doing", ""), one.tour), one)
    return list(kept.values())


OPERATIONS: Mapping[str, Operation] = {
    "sightings": Operation(("id",), "records", _sightings),
    "everything_seen": Operation((), "records", _all_sightings),
    "things": Operation(("records",), "records", _things_only),
    "people": Operation(("records",), "records", _people_only),
    "within": Operation(("records", "time", "time"), "records", _within),
    "at": Operation(("records", "id"), "records", _at),
    "in_room": Operation(("records", "id"), "records", _in_room),
    "of_kind": Operation(("records", "word"), "records", _of_kind),
    "with_state": Operation(("records", "word", "word"), "records", _with_state),
    "useful_to": Operation(("records", "word"), "records", _useful),
    "last_of_each": Operation(("records",), "records", _last_of_each),
    "before": Operation(("records", "record"), "records", _before),
    "elsewhere_than": Operation(("records", "record"), "records", _elsewhere),
    "last": Operation(("records",), "record", _last),
    "first": Operation(("records",), "record", _first),
    "place": Operation(("record",), "id?", _place),
    "room": Operation(("record",), "id?", lambda known, record: record.room if record else ""),
    "state": Operation(("record", "word"), "word", lambda known, record, name: record.states.get(name, "") if record else ""),
    "end": Operation(("record",), "time", lambda known, record: record.span.end_ns if record else 0),
    "start": Operation(("record",), "time", lambda known, record: record.span.start_ns if record else 0),
    "asked_at": Operation((), "time", lambda known: known.until_ns),
    "minus": Operation(("time", "time"), "number", lambda known, a, b: a - b),
    "subjects": Operation(("records",), "ids", lambda known, records: list(dict.fromkeys(one.subject for one in records))),
    "places": Operation(("records",), "ids", _places),
    "rooms": Operation(("records",), "ids", lambda known, records: [one.room for one in records]),
    "doings": Operation(("records",), "words", lambda known, records: [one.states.get("doing", "") for one in records]),
    "weekdays": Operation(("records",), "words", lambda known, records: [day_name(one.span.start_ns) for one in records]),
    "days": Operation(("records",), "words", _days),
    "only": Operation(("ids",), "id?", _only),
    "only_word": Operation(("words",), "word", _only),
    "most_often": Operation(("ids",), "id?", _mode),
    "num": Operation(("ids",), "number", lambda known, ids: len(set(ids))),
    "num_days": Operation(("words",), "number", lambda known, words: len(set(words))),
    "num_moves": Operation(("records",), "number", _moves),
    "still_at": Operation(("id",), "id?", _still_there),
    "same": Operation(("id?", "id?"), "truth", lambda known, a, b: a == b),
    "nearest_to": Operation(("id", "id"), "id", _nearest, many=True),
    "who_did": Operation(("id", "word", "time", "time"), "id?", _doer),
    "who_said": Operation(("word",), "id?", _sayer),
    "owner": Operation(("id",), "id?", lambda known, thing: known.owners.get(thing, "")),
    "fact": Operation(("id", "word"), "word", _fact),
    "one_of": Operation(("ids", "id"), "id?", _one_of, many=True),
    "moved_last": Operation(("id",), "id", _moved_last, many=True),
    "moved_since": Operation(("time", "time", "time", "id"), "id?", _moved_since, many=True),
    "each_doing_once_a_tour": Operation(("records",), "records", _each_doing_once_a_tour),
    "most_often_word": Operation(("words",), "word", _mode),
    "seen_first": Operation(("time", "time", "id"), "id", _seen_first, many=True),
    "once_a_tour": Operation(("records",), "records", _once_a_tour),
    "in_part": Operation(("records", "word"), "records", _in_part),
    "ago": Operation(("record",), "number", lambda known, record: known.until_ns - record.span.end_ns if record else 0),
    "lasted": Operation(("records",), "number", lambda known, records: records[-1].span.end_ns - records[0].span.start_ns),
    "robot_room": Operation((), "id?", lambda known: known.robot_room),
}
"""By the name they have in a program. None of them looks at anything but what was observed."""
