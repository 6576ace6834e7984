"""Templates about where things are: now, then, and as far as anybody can know."""

from collections.abc import Iterator

from streams.house.home import Thing
from streams.house.observed import Observed
from streams.house.questions.drafting import JUST_NOW_NS, Asker, Draft, are, were
from streams.house.questions.knowledge import Knowledge, inside, is_clear
from streams.house.questions.program import call
from streams.house.questions.words import name_of, place_phrase

INVENTED = (
    "umbrella", "violin", "fish tank", "hammer", "chess set", "typewriter", "telescope", "skateboard", "sewing machine", "drum",
)  # fmt: skip
"""Things that people have, and that no house of these has."""


def where_now(asker: Asker) -> Iterator[Draft]:
    """Where is the red mug? It may be where it was, have moved since, or be known to be gone."""
    known = asker.known
    for thing, name in asker.named():
        last = known.last_seen(thing.id)
        if last is None or not is_clear(last):
            continue
        texts = (f"Where {are(thing)} {name}?", f"Where can I find {name}?", f"Where {are(thing)} {name} now?")
        gone = known.missed(thing.id) or known.taken_away(thing.id)
        said = _said_places(known, thing.id, last.span.end_ns)
        if gone is not None:
            draft = _gone(asker, thing, texts, (last, gone), said)
            # what came back unseen to a place where it had been: to name that place would be true
            place = known.place(known.true_holder(thing.id, known.until_ns))
            if not place or name_of(known.home, place) not in draft.outdated:
                yield draft
        elif set(said) <= {known.place(last.holder)}:
            yield _last_known(asker, thing, texts, last)


def _last_known(asker: Asker, thing: Thing, texts: tuple[str, ...], last: Observed) -> Draft:
    known = asker.known
    place = known.place(last.holder)
    moved = known.place(known.true_holder(thing.id, known.until_ns)) != place
    just_now = known.until_ns - last.span.end_ns <= JUST_NOW_NS
    return Draft(
        "stale" if moved else "present" if just_now else "localisation",
        "where_now",
        texts,
        call("still_at", thing.id),
        "place",
        place,
        thing.id,
        (last,),
        stale="unseen" if moved else "",
        outdated=_outdated(known, thing.id, place),
    )


def _gone(asker: Asker, thing: Thing, texts: tuple[str, ...], evidence: tuple[Observed, ...], said: list[str]) -> Draft:
    home = asker.known.home
    return Draft(
        "stale",
        "where_now",
        texts,
        call("still_at", thing.id),
        "place",
        "",
        thing.id,
        evidence,
        accepted=tuple(name_of(home, place) for place in said),
        stale="gone",
        outdated=_outdated(asker.known, thing.id, *said),
    )


def room_now(asker: Asker) -> Iterator[Draft]:
    """Which room is the red mug in?"""
    known = asker.known
    for thing, name in asker.named():
        last = known.last_seen(thing.id)
        if last is None or not is_clear(last) or not last.room or "." not in last.holder:
            continue
        if known.missed(thing.id) or known.taken_away(thing.id) or _said_places(known, thing.id, last.span.end_ns):
            continue
        moved = known.true_room(thing.id, known.until_ns) != last.room
        yield Draft(
            "stale" if moved else "localisation",
            "room_now",
            (f"Which room {are(thing)} {name} in?", f"In which room can I find {name}?"),
            call("room", call("last", call("sightings", thing.id))),
            "room",
            last.room,
            thing.id,
            (last,),
            stale="unseen" if moved else "",
            outdated=tuple(
                name_of(known.home, room) for room in {one.room for one in known.seen[thing.id]} if room not in ("", last.room)
            ),
        )


def where_then(asker: Asker) -> Iterator[Draft]:
    """Where was the red mug on Tuesday morning?"""
    known = asker.known
    for thing, name in asker.named():
        for when in asker.parts_of_days():
            if asker.is_now(when.span):
                continue
            seen = list(inside(known.seen[thing.id], when.span))
            places = {known.place(one.holder) for one in seen}
            answerable = len(places) == 1 and any(map(is_clear, seen))
            if not answerable and not (not seen and _anywhere(known, thing.id, when.span.start_ns)):
                continue
            yield Draft(
                "past" if answerable else "unanswerable",
                "where_then",
                (
                    f"Where {were(thing)} {name} {when.words}?",
                    f"{when.words[0].upper()}{when.words[1:]}, where {were(thing)} {name}?",
                ),
                call("only", call("places", call("within", call("sightings", thing.id), when.span.start_ns, when.span.end_ns))),
                "place",
                next(iter(places)) if answerable else None,
                f"{thing.id} {when.span.start_ns}",
                tuple(seen),
                answerable=answerable,
                nodes=(thing.id,),
            )


def never(asker: Asker) -> Iterator[Draft]:
    """Where is the umbrella? There is none, or nobody ever saw it."""
    known = asker.known
    kinds = {one.kind for one in known.things}
    hidden = [one.name for one in known.home.things if one.id not in known.seen and one.kind not in kinds]
    colours = sorted({one.colour for one in known.home.things})
    invented = [f"{colour} {kind}" for kind in INVENTED for colour in asker.drawn(colours, 1)]
    missing = [f"{colour} {kind}" for kind in sorted(kinds) for colour in asker.drawn(colours, 1)]
    missing = [name for name in missing if name not in {one.name for one in known.home.things}]
    for name in [*hidden, *asker.drawn(invented, 4), *asker.drawn(missing, 4)]:
        sightings = call("sightings", name)
        for template, texts, program, answer_type in (
            ("where_now", (f"Where is the {name}?", f"Where can I find the {name}?"), call("still_at", name), "place"),
            ("room_now", (f"Which room is the {name} in?",), call("room", call("last", sightings)), "room"),
            (
                "most_often",
                (f"Where did you see the {name} most often?",),
                call("most_often", call("places", sightings)),
                "place",
            ),
            ("how_long_ago", (f"How long ago did you last see the {name}?",), call("ago", call("last", sightings)), "duration"),
            ("when_last", (f"When did you last see the {name}?",), call("end", call("last", sightings)), "time"),
            ("owner", (f"Whose {name} is it that you saw?", f"Who owns the {name}?"), call("owner", name), "person"),
        ):
            yield Draft("unanswerable", template, texts, program, answer_type, None, name, answerable=False)  # type: ignore[arg-type]


def before_place(asker: Asker) -> Iterator[Draft]:
    """Where was the red mug before it was on the desk? The desk may be where it is now."""
    known = asker.known
    for thing, name in asker.named():
        stays = _stays(known, thing.id)
        places = [place for place, _ in stays]
        for number in range(1, len(stays)):
            place, records = stays[number]
            is_last = number == len(stays) - 1
            if places.count(place) > 1 or not any(map(is_clear, stays[number - 1][1])) or not any(map(is_clear, records)):
                continue
            if is_last and (known.missed(thing.id) or known.taken_away(thing.id)):
                continue
            here = call("first", call("at", call("sightings", thing.id), place))
            where = place_phrase(known.home, [one.holder for one in records])
            it = "them" if are(thing) == "are" else "it"
            texts: tuple[str, ...] = (f"Where {were(thing)} {name} before you saw {it} {where}?",)
            if is_last:
                texts += (f"{_capital(name)} {are(thing)} {where}. Where did you see {it} before?",)
            yield Draft(
                "past-present" if is_last else "multi-past",
                "before_now" if is_last else "before_then",
                texts,
                call("place", call("last", call("elsewhere_than", call("before", call("sightings", thing.id), here), here))),
                "place",
                places[number - 1],
                f"{thing.id} {place}",
                (stays[number - 1][1][-1], records[0]),
                nodes=(thing.id, place),
            )


def most_often(asker: Asker) -> Iterator[Draft]:
    """Where did you see the red mug most often?"""
    known = asker.known
    for thing, name in asker.named():
        records = known.seen[thing.id]
        by_place = _tours_by_place(known, records)
        ranked = sorted(by_place.values(), reverse=True)
        if len(ranked) < 2 or ranked[0] < ranked[1] + 2:
            continue
        program = call("most_often", call("places", call("once_a_tour", call("sightings", thing.id))))
        yield Draft(
            "multi-past",
            "most_often",
            (f"Where did you see {name} most often?", f"Where {were(thing)} {name} most of the time?"),
            program,
            "place",
            max(by_place, key=lambda place: by_place[place]),
            thing.id,
            tuple(records),
        )


def tomorrow(asker: Asker) -> Iterator[Draft]:
    """Where will the red mug most likely be tomorrow morning?"""
    from streams.house.questions.times import part_name

    known = asker.known
    for thing, name in asker.named():
        for part in ("morning", "evening"):
            records = [one for one in known.seen[thing.id] if part_name(one.span.start_ns) == part]
            by_place = _tours_by_place(known, records)
            total = sum(by_place.values())
            if total < 3 or known.missed(thing.id) or known.taken_away(thing.id):
                continue
            likely = max(by_place, key=lambda place: by_place[place])
            others = [num for place, num in by_place.items() if place != likely]
            if by_place[likely] < 2 + max(others, default=0) or by_place[likely] < 0.6 * total:
                continue
            program = call("most_often", call("places", call("once_a_tour", call("in_part", call("sightings", thing.id), part))))
            yield Draft(
                "past-present-future",
                "where_tomorrow",
                (
                    f"Where will {name} most likely be tomorrow {part}?",
                    f"If I look for {name} tomorrow {part}, where should I look first?",
                ),
                program,
                "place",
                likely,
                f"{thing.id} {part}",
                tuple(records),
                nodes=(thing.id,),
            )


def _tours_by_place(known: Knowledge, records: list[Observed]) -> dict[str, int]:
    pairs = {(known.place(one.holder), one.tour) for one in records}
    return {place: sum(other == place for other, _ in pairs) for place in sorted({place for place, _ in pairs})}


def stays_of(known: Knowledge, thing: str) -> list[tuple[str, list[Observed]]]:
    """Runs of sightings at one place, in order of time."""
    return _stays(known, thing)


def _stays(known: Knowledge, thing: str) -> list[tuple[str, list[Observed]]]:
    stays: list[tuple[str, list[Observed]]] = []
    for one in known.seen.get(thing, []):
        place = known.place(one.holder)
        if stays and stays[-1][0] == place:
            stays[-1][1].append(one)
        else:
            stays.append((place, [one]))
    return stays


def _outdated(known: Knowledge, thing: str, *right: str) -> tuple[str, ...]:
    """Names of the furniture where it was seen before, other than where it is now."""
    places = dict.fromkeys(known.place(one.holder) for one in known.seen[thing] if "." in one.holder)
    return tuple(name_of(known.home, place) for place in places if place not in right)


def _said_places(known: Knowledge, thing: str, after_ns: int) -> list[str]:
    """Where somebody said to have left it since."""
    return [said.place for one, said in known.heard if said.thing == thing and said.place and one.span.start_ns >= after_ns]


def _anywhere(known: Knowledge, thing: str, t_ns: int) -> bool:
    """Whether nothing tells where it was at an instant: it was seen at different places before and after, or only after."""
    before = [one for one in known.seen[thing] if one.span.end_ns <= t_ns]
    after = [one for one in known.seen[thing] if one.span.start_ns >= t_ns]
    return bool(after) and (not before or known.place(before[-1].holder) != known.place(after[0].holder))


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]
