"""Templates about when, in which order, for how long and how often."""

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from mmmem.clock import NS_PER_MIN, NS_PER_S
from streams.house.home import Thing
from streams.house.observed import Observed
from streams.house.questions.about_places import stays_of
from streams.house.questions.drafting import NUM_CHOICES, Asker, Draft, are, were
from streams.house.questions.knowledge import Knowledge, inside, is_clear
from streams.house.questions.program import Program, call
from streams.house.questions.times import When, day_name, day_of
from streams.house.questions.words import place_phrase

TIME_SLACK_NS = 10 * NS_PER_MIN
_APART_NS = 40 * NS_PER_S
_MOST_COUNTED = 6
_LOOSEST = 2
"""A stay is asked about if it can have been no longer than so many times what was seen of it."""


def seen_first(asker: Asker) -> Iterator[Draft]:
    """Which of these did you see first on Tuesday evening?"""
    known = asker.known
    for when in asker.parts_of_days():
        first = {}
        for thing, _ in asker.named():
            seen = list(inside(known.seen[thing.id], when.span))
            if seen and is_clear(seen[0]):
                first[thing.id] = seen[0]
        ids = sorted(first, key=lambda id: first[id].span.start_ns)
        for _ in range(3):
            picked = sorted(asker.drawn(ids, NUM_CHOICES), key=lambda id: first[id].span.start_ns)
            if len(picked) < NUM_CHOICES or first[picked[1]].span.start_ns - first[picked[0]].span.start_ns < _APART_NS:
                continue
            choices = tuple(asker.drawn(picked, NUM_CHOICES))
            yield Draft(
                "order",
                "seen_first",
                (f"Which of these did you see first {when.words}?", f"Of these, what came into view first {when.words}?"),
                call("seen_first", when.span.start_ns, when.span.end_ns, *choices),
                "choice",
                picked[0],
                f"{picked[0]} {when.span.start_ns}",
                tuple(first[id] for id in picked),
                choices,
            )


def moved_last(asker: Asker) -> Iterator[Draft]:
    """Which of these came to another place last, as far as you saw?"""
    known = asker.known
    moved = {}
    for thing, _ in asker.named():
        stays = stays_of(known, thing.id)
        if len(stays) > 1 and all(is_clear(stay[1][0]) or is_clear(stay[1][-1]) for stay in stays[-2:]):
            moved[thing.id] = stays[-1][1][0]
    ids = list(moved)
    for _ in range(6):
        picked = sorted(asker.drawn(ids, NUM_CHOICES), key=lambda id: moved[id].span.start_ns)
        if len(picked) < NUM_CHOICES or moved[picked[-1]].tour == moved[picked[-2]].tour:
            continue
        choices = tuple(asker.drawn(picked, NUM_CHOICES))
        yield Draft(
            "order",
            "moved_last",
            ("Which of these was moved last, as far as you saw?", "Which of these did you most recently see in a new place?"),
            call("moved_last", *choices),
            "choice",
            picked[-1],
            " ".join(picked),
            tuple(moved[id] for id in picked),
            choices,
        )


def when_last(asker: Asker) -> Iterator[Draft]:
    """When did you last see the red mug? On which day was it on the desk? How long ago?"""
    known = asker.known
    for thing, name in asker.named():
        last = known.last_seen(thing.id)
        if last is None or not is_clear(last):
            continue
        sightings = call("sightings", thing.id)
        ago_ns = known.until_ns - last.span.end_ns
        yield Draft(
            "past",
            "when_last",
            (f"When did you last see {name}?", f"At what time did you see {name} for the last time?"),
            call("end", call("last", sightings)),
            "time",
            last.span.end_ns,
            thing.id,
            (last,),
            bounds=(last.span.start_ns - TIME_SLACK_NS, last.span.end_ns + TIME_SLACK_NS),
        )
        slack_ns = max(TIME_SLACK_NS, ago_ns // 10)
        yield Draft(
            "duration",
            "how_long_ago",
            (f"How long ago did you last see {name}?", f"How much time has passed since you last saw {name}?"),
            call("ago", call("last", sightings)),
            "duration",
            ago_ns,
            thing.id,
            (last,),
            bounds=(max(0, ago_ns - slack_ns), ago_ns + slack_ns),
        )


def how_long_at(asker: Asker) -> Iterator[Draft]:
    """For how long was the red mug on the desk? At least from the first to the last time it was seen there."""
    known = asker.known
    for thing, name in asker.named():
        stays = stays_of(known, thing.id)
        places = [place for place, _ in stays]
        for number, (place, records) in enumerate(stays[:-1]):
            lasted_ns = records[-1].span.end_ns - records[0].span.start_ns
            if places.count(place) > 1 or number == 0 or records[0].tour == records[-1].tour:
                continue
            longest_ns = stays[number + 1][1][0].span.start_ns - stays[number - 1][1][-1].span.end_ns
            if longest_ns > _LOOSEST * lasted_ns:
                continue
            yield Draft(
                "duration",
                "how_long_at",
                (f"For how long {were(thing)} {name} {place_phrase(known.home, _holders(records))}?",),
                call("lasted", call("at", call("sightings", thing.id), place)),
                "duration",
                lasted_ns,
                f"{thing.id} {place}",
                tuple(records),
                bounds=(lasted_ns * 9 // 10, longest_ns * 11 // 10),
                nodes=(thing.id, place),
            )


def which_day(asker: Asker) -> Iterator[Draft]:
    """On which day was the red mug on the desk?"""
    known = asker.known
    days = {day_of(span.start_ns): day_name(span.start_ns) for span in known.tours.values()}
    if len(set(days.values())) != len(days):
        return
    for thing, name in asker.named():
        for place in dict.fromkeys(known.place(one.holder) for one in known.seen[thing.id]):
            there = [one for one in known.seen[thing.id] if known.place(one.holder) == place]
            if len({day_of(one.span.start_ns) for one in there}) != 1 or not any(map(is_clear, there)):
                continue
            right = day_name(there[0].span.start_ns)
            choices = asker.choices(right, days.values())
            if choices:
                yield Draft(
                    "multi-past",
                    "which_day",
                    (f"On which day did you see {name} {place_phrase(known.home, _holders(there))}?",),
                    call("only_word", call("weekdays", call("at", call("sightings", thing.id), place))),
                    "choice",
                    right,
                    f"{thing.id} {place}",
                    tuple(there),
                    choices,
                    nodes=(thing.id, place),
                )


def how_often(asker: Asker) -> Iterator[Draft]:
    """How often has the red mug been moved? On how many days was it on the desk? At how many places?"""
    known = asker.known
    for thing, name in asker.named():
        records, sightings = known.seen[thing.id], call("sightings", thing.id)
        if _run_of_places(known, known.clear(thing.id)) != _run_of_places(known, records):
            continue
        put = [one for one in records if "." in one.holder]
        moves = sum(known.place(a.holder) != known.place(b.holder) for a, b in pairwise(put))
        if moves <= _MOST_COUNTED and len(put) > 1:
            texts = (
                f"How often did you see {name} in another place than the time before?",
                f"As far as you saw, how often {were(thing)} {name} moved to another place?",
            )
            yield _counted(thing.id, "num_moves", texts, call("num_moves", sightings), moves, records)
        places = {known.place(one.holder) for one in records}
        texts = (f"At how many different places have you seen {name}?", f"In how many places {were(thing)} {name} so far?")
        yield _counted(thing.id, "num_places", texts, call("num", call("places", sightings)), len(places), records)
        for place in sorted(places):
            there = [one for one in records if known.place(one.holder) == place]
            days = {day_of(one.span.start_ns) for one in there}
            where = place_phrase(known.home, _holders(there))
            texts = (f"On how many days did you see {name} {where}?", f"On how many different days {were(thing)} {name} {where}?")
            program = call("num_days", call("days", call("at", sightings, place)))
            yield _counted(f"{thing.id} {place}", "num_days", texts, program, len(days), there)


def _counted(  # noqa: PLR0917 -- what the three templates above differ in
    subject: str, template: str, texts: tuple[str, ...], program: Program, value: int, evidence: Sequence[Observed]
) -> Draft:
    return Draft("how often", template, texts, program, "count", value, subject, tuple(evidence))


def _run_of_places(known: Knowledge, records: Sequence[Observed]) -> list[tuple[str, str]]:
    """Day and place of each stay, so that a poor sighting that adds nothing does no harm."""
    run: list[tuple[str, str]] = []
    for one in records:
        now = (day_of(one.span.start_ns), known.place(one.holder))
        if not run or run[-1] != now:
            run.append(now)
    return run


def _holders(records: Sequence[Observed]) -> list[str]:
    return [one.holder for one in records]


def same_place(asker: Asker) -> Iterator[Draft]:
    """Was the red mug in the same place on Monday morning and on Tuesday evening? Is it still where it was on Monday?"""
    known = asker.known
    for thing, name in asker.named():
        at = {}
        for when in asker.parts_of_days():
            seen = list(inside(known.seen[thing.id], when.span))
            places = {known.place(one.holder) for one in seen}
            if len(places) == 1 and any(map(is_clear, seen)):
                at[when.span] = (next(iter(places)), when, seen)
        for (place, when, seen), (other, later, later_seen) in combinations(list(at.values()), 2):
            program = call("same", _place_within(thing.id, when), _place_within(thing.id, later))
            ends_now = asker.is_now(later.span)
            if ends_now and (known.missed(thing.id) or known.place(known.true_holder(thing.id, known.until_ns)) != other):
                continue
            yield Draft(
                "past-present" if ends_now else "multi-past",
                "still_there" if ends_now else "same_place",
                (f"{are(thing).capitalize()} {name} still where {_it(thing)} {were(thing)} {when.words}?",)
                if ends_now
                else (f"{were(thing).capitalize()} {name} in the same place {when.words} and {later.words}?",),
                program,
                "yes_no",
                place == other,
                f"{thing.id} {when.span.start_ns} {later.span.start_ns}",
                (*seen, *later_seen),
                nodes=(thing.id,),
            )


def changed_place(asker: Asker) -> Iterator[Draft]:
    """Which of these is no longer where it was on Monday morning?"""
    known = asker.known
    now = [when for when in asker.parts_of_days() if asker.is_now(when.span)]
    for when in asker.parts_of_days():
        if asker.is_now(when.span) or not now:
            continue
        stayed: list[str] = []
        moved: list[str] = []
        for thing, _ in asker.named():
            places = [
                {known.place(one.holder) for one in inside(known.seen[thing.id], span)} for span in (when.span, now[0].span)
            ]
            true = known.place(known.true_holder(thing.id, known.until_ns))
            if all(len(one) == 1 for one in places) and true in places[1]:
                (stayed if places[0] == places[1] else moved).append(thing.id)
        movers = [thing.id for thing in known.things if len({known.place(one.holder) for one in known.seen[thing.id]}) > 1]
        for right in asker.drawn(moved, 3):
            choices = asker.choices(right, stayed, movers)
            if choices:
                program = call("moved_since", when.span.start_ns, when.span.end_ns, now[0].span.start_ns, *choices)
                seen = [
                    one
                    for one in known.seen[right]
                    if when.span.contains(one.span.start_ns) or now[0].span.contains(one.span.start_ns)
                ]
                texts = (
                    f"Which of these is no longer where it was {when.words}?",
                    f"Which of these has changed its place since you saw it {when.words}?",
                )
                yield Draft("past-present", "changed_place", texts, program, "choice", right, right, tuple(seen), choices)


def _place_within(thing: str, when: When) -> Program:
    return call("only", call("places", call("within", call("sightings", thing), when.span.start_ns, when.span.end_ns)))


def _it(thing: Thing) -> str:
    return "they" if are(thing) == "are" else "it"
