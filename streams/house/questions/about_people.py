"""Templates about people: what they did, who did it, what they said, and whose things are."""

from collections import Counter
from collections.abc import Iterator

from mmmem.clock import NS_PER_S
from streams.house.questions.drafting import NUM_CHOICES, Asker, Draft, are
from streams.house.questions.knowledge import inside
from streams.house.questions.program import call
from streams.house.questions.times import When, part_name
from streams.house.questions.words import is_asked_about, place_phrase
from streams.house.wording import place_words, with_article

_RECENT_NS = 90 * NS_PER_S
_EARLY_DOINGS = frozenset({"rests", "comes home"})


def doing_then(asker: Asker) -> Iterator[Draft]:
    """What did Anna do on Tuesday evening? Also what she does now, and most likely will tomorrow."""
    known = asker.known
    for person in known.home.residents:
        for when in asker.parts_of_days():
            seen = list(inside(known.seen.get(person.id, []), when.span))
            doings = {one.states.get("doing", "") for one in seen}
            doing = next(iter(doings), "")
            choices = asker.choices(doing, _doings(asker) - doings, _common_doings(asker))
            if len(doings) != 1 or not is_asked_about(doing) or not any(one.num_looks >= 2 for one in seen) or not choices:
                continue
            now = asker.is_now(when.span) and known.until_ns - seen[-1].span.end_ns <= _RECENT_NS
            texts = (f"What was {person.name} doing {when.words}?", f"What did you see {person.name} do {when.words}?")
            yield Draft(
                "present" if now else "past",
                "doing_now" if now else "doing_then",
                (f"What is {person.name} doing now?",) if now else texts,
                call(
                    "only_word",
                    call("doings", call("within", call("sightings", person.id), when.span.start_ns, when.span.end_ns)),
                ),
                "choice",
                doing,
                f"{person.id} {when.span.start_ns}",
                tuple(seen),
                choices,
                nodes=(person.id,),
            )


def doing_tomorrow(asker: Asker) -> Iterator[Draft]:
    """What will Anna most likely be doing tomorrow evening?"""
    known = asker.known
    for person in known.home.residents:
        for part in ("morning", "evening"):
            seen = [one for one in known.seen.get(person.id, []) if part_name(one.span.start_ns) == part]
            tours: dict[str, set[int]] = {}
            for one in seen:
                tours.setdefault(one.states.get("doing", ""), set()).add(one.tour)
            ranked = sorted(tours, key=lambda doing: (-len(tours[doing]), doing))
            if len(ranked) < 2 or len(tours[ranked[0]]) < 1 + len(tours[ranked[1]]) or not is_asked_about(ranked[0]):
                continue
            common = _common_doings(asker)
            if ranked[0] in common[:1]:  # what everybody does most can be guessed
                continue
            wrong = {doing for doing in _doings(asker) if len(tours.get(doing, ())) <= 1}
            choices = asker.choices(ranked[0], wrong, common)
            if choices and len(tours[ranked[0]]) >= 2:
                yield Draft(
                    "past-present-future",
                    "doing_tomorrow",
                    (f"What will {person.name} most likely be doing tomorrow {part}?",),
                    call(
                        "most_often_word",
                        call("doings", call("each_doing_once_a_tour", call("in_part", call("sightings", person.id), part))),
                    ),
                    "choice",
                    ranked[0],
                    f"{person.id} {part}",
                    tuple(seen),
                    choices,
                    nodes=(person.id,),
                )


def who_did(asker: Asker) -> Iterator[Draft]:
    """Who took the red mug on Tuesday evening?"""
    known = asker.known
    names = {thing.id: name for thing, name in asker.named()}
    for record, event in known.witnessed:
        if event.kind not in ("take", "put") or event.subject not in names or not event.actor:
            continue
        when = asker.when(event.t_ns)
        same = [
            other
            for _, other in known.witnessed
            if other.subject == event.subject and other.kind == event.kind and when.span.contains(other.t_ns)
        ]
        if len({other.actor for other in same}) != 1:
            continue
        name = names[event.subject]
        where = f" {place_words(known.home, event.placement.holder)}" if event.kind == "put" and event.placement else ""
        yield Draft(
            "who",
            f"who_{event.kind}",
            (f"Who {'took' if event.kind == 'take' else 'put'} {name}{where} {when.words}?",),
            call("who_did", event.subject, event.kind, when.span.start_ns, when.span.end_ns),
            "person",
            event.actor,
            f"{event.subject} {event.kind}",
            (record,),
            nodes=(event.subject,),
        )


def who_does(asker: Asker) -> Iterator[Draft]:
    """Who was watching television on Tuesday evening? Who was in the kitchen? Perhaps nobody was seen to."""
    known = asker.known
    for when in asker.parts_of_days():
        seen = [one for id in _people(asker) for one in inside(known.seen.get(id, []), when.span)]
        for doing in sorted(filter(is_asked_about, {one.states.get("doing", "") for one in seen})):
            who = {one.subject for one in seen if one.states.get("doing") == doing}
            if len(who) == 1 and any(one.num_looks >= 2 for one in seen if one.states.get("doing") == doing):
                yield _who_doing(asker, when, doing, next(iter(who)))
        for doing in sorted(_doings(asker) - {one.states.get("doing", "") for one in seen}):
            yield _who_doing(asker, when, doing, "")
        for room in known.home.rooms:
            there = [one for one in seen if one.room == room.id]
            if len({one.subject for one in there}) == 1 and any(one.num_looks >= 2 for one in there):
                yield Draft(
                    "who",
                    "who_in_room",
                    (
                        f"Who was in {with_article(room.name)} {when.words}?",
                        f"Whom did you see in {with_article(room.name)} {when.words}?",
                    ),
                    call(
                        "only",
                        call(
                            "subjects",
                            call(
                                "in_room",
                                call("people", call("within", call("everything_seen"), when.span.start_ns, when.span.end_ns)),
                                room.id,
                            ),
                        ),
                    ),
                    "person",
                    there[0].subject,
                    f"{room.id} {when.span.start_ns}",
                    tuple(there),
                    nodes=(room.id,),
                )


def _who_doing(asker: Asker, when: When, doing: str, who: str) -> Draft:
    seen = [one for id in _people(asker) for one in inside(asker.known.seen.get(id, []), when.span)]
    people = call("people", call("within", call("everything_seen"), when.span.start_ns, when.span.end_ns))
    return Draft(
        "who" if who else "unanswerable",
        "who_doing",
        (f"Who was seen {gerund(doing)} {when.words}?", f"Who was {gerund(doing)} {when.words}?"),
        call("only", call("subjects", call("with_state", people, "doing", doing))),
        "person",
        who or None,
        f"{doing} {when.span.start_ns}",
        tuple(one for one in seen if who and one.subject == who and one.states.get("doing") == doing),
        answerable=bool(who),
    )


def owner(asker: Asker) -> Iterator[Draft]:
    """Whose are the golden keys? Known only if somebody said so."""
    known = asker.known
    for thing in known.things:
        told = [one for one, said in known.heard if said.thing == thing.id and said.owner]
        if sum(other.name == thing.name for other in known.things) > 1 or not told:
            continue
        yield Draft(
            "who",
            "owner",
            (f"Whose {are(thing)} the {thing.name}?", f"Who owns the {thing.name}?"),
            call("owner", thing.id),
            "person",
            known.owners[thing.id],
            thing.id,
            tuple(told),
        )


def who_said(asker: Asker) -> Iterator[Draft]:
    """Who said "I left my keys on the console table"?"""
    known = asker.known
    words = [said.event.value for _, said in known.heard]
    for record, said in known.heard:
        if words.count(said.event.value) == 1:
            speaker = said.event.actor or said.event.subject
            said_ = said.event.value.rstrip(".")
            yield Draft(
                "who",
                "who_said",
                (f'Who said "{said_}"?', f'Who was it that said "{said_}"?'),
                call("who_said", said.event.value),
                "person",
                speaker,
                said.event.id,
                (record,),
            )


def your_room(asker: Asker) -> Iterator[Draft]:
    """Which room are you in?"""
    known = asker.known
    now = [one for one in known.records if one.kind == "seen" and known.until_ns - one.span.end_ns <= 2 * NS_PER_S]
    if known.robot_room and now:
        yield Draft(
            "present",
            "your_room",
            ("Which room are you in now?", "In which room are you?"),
            call("robot_room"),
            "room",
            known.robot_room,
            f"{known.until_ns}",
            tuple(now),
        )


def on_now(asker: Asker) -> Iterator[Draft]:
    """Which of these did you see on the desk just now?"""
    known = asker.known
    named = {thing.id for thing, _ in asker.named()}
    recent = [
        one
        for one in known.records
        if one.kind == "seen" and one.subject in named and known.until_ns - one.span.end_ns <= _RECENT_NS
    ]
    for record in recent:
        if "." not in record.holder or record.num_looks < 2:
            continue
        place = known.place(record.holder)
        if known.place(known.true_holder(record.subject, known.until_ns)) != place:
            continue
        ever = {one.subject for id in named for one in known.seen[id] if known.place(one.holder) == place}
        choices = asker.choices(record.subject, named - ever)
        if choices:
            where = place_phrase(known.home, [record.holder])
            span = call("within", call("everything_seen"), known.until_ns - _RECENT_NS - NS_PER_S * 600, known.until_ns)
            yield Draft(
                "present",
                "on_now",
                (f"Which of these is {where} right now?", f"What do you see {where} now?"),
                call("one_of", call("subjects", call("at", span, place)), *choices),
                "choice",
                record.subject,
                f"{place} {record.subject}",
                (record,),
                choices,
            )


def _people(asker: Asker) -> list[str]:
    return [person.id for person in asker.known.home.residents]


def _doings(asker: Asker) -> set[str]:
    """What anybody was seen to do."""
    known = asker.known
    doings = {one.states.get("doing", "") for id in _people(asker) for one in known.seen.get(id, [])}
    return set(filter(is_asked_about, doings))


def _common_doings(asker: Asker) -> list[str]:
    """The four that people were seen at most often."""
    known = asker.known
    seen = Counter(one.states.get("doing", "") for id in _people(asker) for one in known.seen.get(id, []))
    return [doing for doing, _ in seen.most_common() if is_asked_about(doing)][:NUM_CHOICES]


_GERUNDS = {"has": "having", "goes": "going", "leaves": "leaving", "comes": "coming", "makes": "making", "writes": "writing"}
_DOUBLED = {"sits", "puts", "gets", "chats", "naps"}


def gerund(doing: str) -> str:
    """ "watching television" for "watches television"."""
    verb, _, rest = doing.partition(" ")
    stem = verb.removesuffix("es") if verb.endswith(("shes", "ches", "sses")) else verb.removesuffix("s")
    if verb.endswith("ies"):
        stem = verb.removesuffix("ies") + "y"
    stem += stem[-1] if verb in _DOUBLED else ""
    stem = stem.removesuffix("e") if stem.endswith("e") and not stem.endswith("ee") else stem
    return f"{_GERUNDS.get(verb, stem + 'ing')}{' ' if rest else ''}{rest}"
