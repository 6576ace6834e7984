"""Templates about what things are, how they stand, what stands near them, what they are for, and how many there are."""

from collections.abc import Iterator, Sequence
from math import hypot

from streams.house.home import Furniture, Thing
from streams.house.observed import Observed
from streams.house.questions.drafting import Asker, Draft, are, were
from streams.house.questions.functions import FUNCTIONS
from streams.house.questions.knowledge import inside, is_clear
from streams.house.questions.operations import position
from streams.house.questions.program import Program, call
from streams.house.questions.times import When
from streams.house.questions.words import place_phrase, state_word
from streams.house.wording import with_article

_FARTHER = 1.4
"""What is not nearest must be so many times farther away, and at least `_CLEARLY_M`."""
_CLEARLY_M = 0.3
_MOST_COUNTED = 6
_VALUES_ASKED = (
    ("door", "open"), ("door", "closed"), ("power", "on"), ("power", "off"),
    ("fill", "full"), ("fill", "empty"), ("cleanliness", "dirty"), ("cleanliness", "clean"),
)  # fmt: skip
"""Both of each two, so that nothing is the right choice merely because it is always so."""
_PLURALS = {"shelf": "shelves", "glass": "glasses", "brush": "brushes", "toothbrush": "toothbrushes", "hairbrush": "hairbrushes"}


def seen_at(asker: Asker) -> Iterator[Draft]:
    """Which of these did you see on the desk on Tuesday morning?"""
    known = asker.known
    named = {thing.id for thing, _ in asker.named()}
    for piece, when, now in _pieces_and_whens(asker):
        here = [one for one in now if known.place(one.holder) == piece.id]
        there = {one.subject for one in here}
        rights = [one for one in here if one.subject in named and is_clear(one)]
        wrong = sorted({one.subject for one in now if one.subject in named and is_clear(one)} - there)
        for right in rights[:2]:
            ever = {one.subject for one in known.all_seen if known.place(one.holder) == piece.id}
            choices = asker.choices(right.subject, wrong, ever)
            if choices:
                where = place_phrase(known.home, [right.holder])
                yield Draft(
                    "recognition",
                    "seen_at",
                    (f"Which of these did you see {where} {when.words}?", f"What was {where} {when.words}?"),
                    call("one_of", call("subjects", call("at", _seen(when), piece.id)), *choices),
                    "choice",
                    right.subject,
                    f"{piece.id} {right.subject}",
                    (right,),
                    choices,
                )


def room_with(asker: Asker) -> Iterator[Draft]:
    """Which room is the washing machine in?"""
    known = asker.known
    for piece in known.home.furniture:
        alone = sum(other.kind == piece.kind for other in known.home.furniture) == 1
        if alone and known.clear(piece.id) and piece.kind not in known.home.room(piece.room).name:
            yield Draft(
                "recognition",
                "room_with",
                (f"Which room has the {piece.kind} in it?", f"Which room is the {piece.kind} in?"),
                call("room", call("last", call("sightings", piece.id))),
                "room",
                piece.room,
                piece.id,
                (known.clear(piece.id)[-1],),
            )


def colour(asker: Asker) -> Iterator[Draft]:
    """What colour is the mug on the desk? What colour are Anna's keys?"""
    known = asker.known
    for thing in known.things:
        last = known.last_seen(thing.id)
        if last is None or not is_clear(last):
            continue
        for name in _without_colour(asker, thing, last):
            yield Draft(
                "attribute",
                "colour",
                (
                    f"What colour {are(thing)} {name}?",
                    f"{name[:1].upper()}{name[1:]}: what colour {are(thing)} {_it(thing).replace('them', 'they')}?",
                ),
                call("fact", thing.id, "colour"),
                "word",
                thing.colour,
                thing.id,
                (last,),
            )
    seen = {one.kind for one in known.things}
    for kind in sorted({"umbrella", "violin", "hammer", "typewriter", "telescope", "skateboard", "teapot", "kettle"} - seen):
        program = call("fact", kind, "colour")
        yield Draft("unanswerable", "colour", (f"What colour is the {kind}?",), program, "word", None, kind, answerable=False)


def _without_colour(asker: Asker, thing: Thing, last: Observed) -> Iterator[str]:
    """Names of a thing that do not tell its colour."""
    known = asker.known
    alike = [one for one in known.things if one.kind == thing.kind]
    if len(alike) == 1:
        yield f"the {thing.kind}"
        return
    owner = known.owners.get(thing.id)
    if owner and [one.id for one in alike if one.owner == owner] == [thing.id]:
        yield f"{known.home.resident(owner).name}'s {thing.kind}"
    place = known.place(last.holder)
    there = {one.subject for id in (other.id for other in alike) for one in known.seen[id] if known.place(one.holder) == place}
    if "." in last.holder and there == {thing.id}:
        yield f"the {thing.kind} that you saw {place_phrase(known.home, [last.holder])}"


def state_last(asker: Asker) -> Iterator[Draft]:
    """Was the fridge open or closed when you last saw it?"""
    known = asker.known
    named: list[tuple[Furniture | Thing, str]] = [(piece, with_article(piece.name)) for piece in known.home.furniture]
    for part, name in [*named, *asker.named()]:
        last = known.last_seen(part.id)
        if last is None or not is_clear(last):
            continue
        for state in _asked_states(last):
            what = f"the {state} of {name}" if state in ("door", "drawer") and isinstance(part, Furniture) else name
            values = _values(part, state)
            were_ = were(part) if isinstance(part, Thing) else "was"
            words = " or ".join(state_word(value) for value in values)
            yield Draft(
                "state",
                f"state_{state}",
                (f"{were_.capitalize()} {what} {words} when you last saw {'them' if were_ == 'were' else 'it'}?",),
                call("state", call("last", call("sightings", part.id)), state),
                "word",
                last.states[state],
                part.id,
                (last,),
                choices=(),
                accepted=(state_word(last.states[state]),),
            )


def state_which(asker: Asker) -> Iterator[Draft]:
    """Which of these was open on Tuesday morning?"""
    known = asker.known
    for when in asker.parts_of_days():
        here = [one for one in inside(known.all_seen, when.span) if one.states]
        names = {thing.id for thing, _ in asker.named()} | {piece.id for piece in known.home.furniture}
        said = {"on": "switched on", "off": "switched off"}
        for state, value in _VALUES_ASKED:
            with_it = {one.subject for one in here if one.states.get(state) == value}
            ever = {one.subject for one in known.all_seen if one.states.get(state) == value}
            other = {one.subject for one in here if state in one.states and is_clear(one)} - with_it
            for right in sorted({one.subject for one in here if one.subject in with_it & names and is_clear(one)}):
                choices = asker.choices(right, other & names, ever)
                if choices:
                    yield Draft(
                        "state",
                        "state_which",
                        (f"Which of these was {said.get(value, value)} {when.words}?",),
                        call("one_of", call("subjects", call("with_state", _seen(when), state, value)), *choices),
                        "choice",
                        right,
                        f"{right} {state}",
                        tuple(one for one in here if one.subject == right and one.states.get(state) == value),
                        choices,
                    )


def nearest(asker: Asker) -> Iterator[Draft]:
    """Which of these is closest to the sofa, or to the red mug?"""
    known = asker.known
    still = [thing for thing, _ in asker.named() if _stands_where_seen(asker, thing)]
    pieces = [piece for piece in known.home.furniture if known.clear(piece.id)]
    unique = [piece for piece in pieces if sum(other.kind == piece.kind for other in known.home.furniture) == 1]
    centres: list[Thing | Furniture] = [*still, *unique]
    for centre in centres:
        others: Sequence[Thing | Furniture] = [one for one in still if one.id != centre.id]
        far = {one.id: _far(asker, centre.id, one.id) for one in others if _room(asker, one) == _room(asker, centre)}
        near = sorted(far, key=lambda id: far[id])
        if not near:
            continue
        wrong = [id for id in near[1:] if far[id] >= max(_FARTHER * far[near[0]], far[near[0]] + _CLEARLY_M)]
        choices = asker.choices(near[0], wrong)
        if choices:
            name = asker.reference(centre) if isinstance(centre, Thing) else with_article(centre.name)
            yield Draft(
                "spatial",
                "nearest",
                (f"Which of these is closest to {name}?", f"What stands nearest to {name}?"),
                call("nearest_to", centre.id, *choices),
                "choice",
                near[0],
                f"{centre.id}",
                tuple(one for id in (near[0], centre.id) if (one := known.last_seen(id))),
                choices,
            )


def together(asker: Asker) -> Iterator[Draft]:
    """What stands on the same piece of furniture as the red mug?"""
    known = asker.known
    still = {thing.id: thing for thing, _ in asker.named() if _stands_where_seen(asker, thing)}
    last = {id: one for id in still if (one := known.last_seen(id))}
    for id, thing in still.items():
        place = known.place(last[id].holder)
        same = [other for other in still if other != id and known.place(last[other].holder) == place]
        wrong = [other for other in still if known.place(last[other].holder) != place]
        for right in asker.drawn(same, 1):
            choices = asker.choices(right, wrong)
            name = asker.reference(thing)
            if choices:
                yield Draft(
                    "spatial",
                    "together",
                    (f"Which of these is in the same place as {name}?", f"Which of these lies where {name} {are(thing)}?"),
                    call(
                        "one_of",
                        call("subjects", call("at", call("last_of_each", call("things", call("everything_seen"))), place)),
                        *choices,
                    ),
                    "choice",
                    right,
                    id,
                    (last[right], last[id]),
                    choices,
                )


def useful_in(asker: Asker) -> Iterator[Draft]:
    """What is there to read in the living room? Where is something to drink from?"""
    known = asker.known
    named = {thing.id: name for thing, name in asker.named()}
    for purpose, kinds in FUNCTIONS.items():
        things = [thing for thing in known.things if thing.kind in kinds]
        last = [(thing, one) for thing in things if (one := known.last_seen(thing.id))]
        if any(known.missed(thing.id) or known.taken_away(thing.id) for thing in things):
            continue
        useful = call("useful_to", call("last_of_each", call("things", call("everything_seen"))), purpose)
        if last and len({known.place(one.holder) for _, one in last}) == 1 and all(is_clear(one) for _, one in last):
            moved = any(known.true_holder(thing.id, known.until_ns) != one.holder for thing, one in last)
            if not moved:
                yield Draft(
                    "functional",
                    "useful_where",
                    (f"Where is something to {purpose}?", f"I need something to {purpose}. Where should I go?"),
                    call("only", call("places", useful)),
                    "place",
                    known.place(last[0][1].holder),
                    purpose,
                    tuple(one for _, one in last),
                )
        for room in known.home.rooms:
            there = [(thing, one) for thing, one in last if one.room == room.id]
            if len(there) == 1 and there[0][0].id in named and is_clear(there[0][1]):
                yield Draft(
                    "functional",
                    "useful_in",
                    (
                        f"What is there in {with_article(room.name)} to {purpose}?",
                        f"I am in {with_article(room.name)} and need something to {purpose}. What did you see there?",
                    ),
                    call("only", call("subjects", call("in_room", useful, room.id))),
                    "thing",
                    there[0][0].id,
                    f"{purpose} {room.id}",
                    (there[0][1],),
                )


def how_many(asker: Asker) -> Iterator[Draft]:
    """How many mugs have you seen? How many things were on the coffee table on Tuesday morning?"""
    known = asker.known
    for kind in sorted({one.kind for one in known.things}):
        ids = [one.id for one in known.things if one.kind == kind]
        if all(known.clear(id) for id in ids) and len(ids) <= _MOST_COUNTED:
            yield Draft(
                "counting",
                "num_kind",
                (f"How many {plural(kind)} have you seen so far?", f"How many different {plural(kind)} are there that you saw?"),
                call("num", call("subjects", call("of_kind", call("things", call("everything_seen")), kind))),
                "count",
                len(ids),
                kind,
                tuple(one for id in ids for one in known.clear(id)[-1:]),
            )
    for piece, when, now in _pieces_and_whens(asker):
        here = [one for one in now if known.place(one.holder) == piece.id]
        ids = sorted({one.subject for one in here})
        if ids and len(ids) <= _MOST_COUNTED and all(any(is_clear(one) for one in here if one.subject == id) for id in ids):
            where = place_phrase(known.home, [one.holder for one in here])
            yield Draft(
                "counting",
                "num_at",
                (f"How many things did you see {where} {when.words}?", f"How many different things were {where} {when.words}?"),
                call("num", call("subjects", call("at", call("things", _seen(when)), piece.id))),
                "count",
                len(ids),
                f"{piece.id} {when.span.start_ns}",
                tuple(here),
            )


def _seen(when: When) -> Program:
    return call("within", call("everything_seen"), when.span.start_ns, when.span.end_ns)


def _pieces_and_whens(asker: Asker) -> Iterator[tuple[Furniture, When, list[Observed]]]:
    """Furniture on which things show, with each part of a day, and what was seen in it."""
    open_ = [piece for piece in asker.known.home.furniture if piece.surfaces and not piece.surfaces[0].behind]
    for when in asker.parts_of_days():
        now = list(inside(asker.known.all_seen, when.span))
        for piece in open_:
            yield piece, when, now


def _stands_where_seen(asker: Asker, thing: Thing) -> bool:
    """Whether a thing is, as far as anybody knows and in truth, where it was seen last."""
    known = asker.known
    last = known.last_seen(thing.id)
    if last is None or "." not in last.holder or not is_clear(last) or known.missed(thing.id):
        return False
    return known.true_holder(thing.id, known.until_ns) == last.holder


def _room(asker: Asker, part: Thing | Furniture) -> str:
    last = asker.known.last_seen(part.id)
    return part.room if isinstance(part, Furniture) else last.room if last else ""


def _far(asker: Asker, a: str, b: str) -> float:
    here, there = position(asker.known, a), position(asker.known, b)
    return hypot(here[0] - there[0], here[1] - there[1])


def _asked_states(last: Observed) -> list[str]:
    return [name for name in ("door", "power", "fill", "cleanliness", "lid", "pages", "flame", "drawer") if name in last.states]


def _values(part: Furniture | Thing, state: str) -> tuple[str, ...]:
    if isinstance(part, Thing):
        return tuple(sorted(part.states[state]))
    return ("on", "off") if state == "power" else ("open", "closed")


def _it(thing: Thing) -> str:
    return "them" if are(thing) == "are" else "it"


def plural(kind: str) -> str:
    """ "mugs", "glasses", "keys"."""
    from streams.house.wording import PLURALS

    if kind in PLURALS:
        return f"pairs of {kind}" if kind not in ("keys",) else "bunches of keys"
    return _PLURALS.get(kind, f"{kind}es" if kind.endswith(("s", "sh", "ch", "x")) else f"{kind}s")
