"""Usual places, tastes and owners: counted, against chance, closed when they change, dated by what was known."""

import numpy as np
import pytest

from mmmem.banks.consolidation.standing import ALPHA, Said, Standing, owners, tastes, usual_places
from mmmem.clock import MAX_NS, NS_PER_DAY, NS_PER_HOUR


def said(*rows: tuple[str, str, str], start: int = 0) -> list[Said]:
    """One claim every eight hours."""
    step = 8 * NS_PER_HOUR
    return [
        Said(s, p, o, number, number * step, number * step + 1, number * step // NS_PER_DAY)
        for number, (s, p, o) in enumerate(rows, start)
    ]


OTHERS = said(*(("mug", "at", f"on {place}") for place in ("table", "desk", "shelf", "sofa", "chair", "floor") * 3), start=1000)


def at(*places: str) -> list[Said]:
    return said(*(("keys", "at", place) for place in places))


def keys(rows: list[Said]) -> list[Standing]:
    return [s for s in usual_places([*rows, *OTHERS]) if s.subject == "keys"]


def test_a_usual_place_has_counts_exceptions_and_support() -> None:
    (place,) = keys(at("on hook", "on hook", "on table", "on hook", "on hook"))
    assert (place.object, place.count, place.against, place.support) == ("on hook", 4, 1, (0, 1, 3, 4))
    assert place.ended_ns is None
    assert place.valid.end_ns == MAX_NS


@pytest.mark.parametrize(
    "places",
    [
        ("on hook", "on hook"),  # twice is not usually
        ("on hook", "on table", "on desk", "on sofa", "on hook", "on chair", "on hook"),  # less than half
    ],
)
def test_too_little_is_no_usual_place(places: tuple[str, ...]) -> None:
    assert keys(at(*places)) == []


def test_what_stands_everywhere_needs_more_than_four_times() -> None:
    everywhere = said(*((f"thing {number}", "at", "on table") for number in range(40)), start=1000)
    assert [s for s in usual_places([*at(*["on table"] * 4), *everywhere]) if s.subject == "keys"] == []
    assert keys(at(*["on table"] * 4)) != []


def test_repeating_it_within_half_an_hour_counts_once() -> None:
    rows = [Said("keys", "at", "on hook", n, n * NS_PER_HOUR // 60, n * NS_PER_HOUR // 60, n % 2) for n in range(9)]
    assert keys(rows) == []


def test_a_changed_place_closes_the_old_one_and_keeps_it() -> None:
    rows = at(*["on hook"] * 10, *["in drawer"] * 10)
    old, new = keys(rows)
    assert (old.object, old.count, old.valid.end_ns) == ("on hook", 10, rows[10].start_ns)
    assert (new.object, new.count, new.ended_ns, new.valid.start_ns) == ("in drawer", 10, None, rows[10].start_ns)
    assert old.ended_ns is not None
    assert old.ended_ns > rows[10].learned_ns, "one time elsewhere is an exception"


@pytest.mark.parametrize(
    "rows", [at(*["on hook"] * 8), at(*["on hook"] * 10, *["in drawer"] * 10), at("on table", *["on hook"] * 6)]
)
def test_a_place_is_known_from_when_it_says_it_was_learned(rows: list[Said]) -> None:
    before = said(*(("mug", "at", f"on {place}") for place in ("table", "desk", "shelf", "sofa", "chair", "floor")), start=0)
    world = [
        *before,
        *(
            Said("keys", "at", r.object, r.text + 100, r.start_ns + 9 * NS_PER_DAY, r.learned_ns + 9 * NS_PER_DAY, r.day + 9)
            for r in rows
        ),
    ]
    for place in usual_places(world):
        for moment, known in ((place.learned_ns, True), (place.learned_ns - 1, False)):
            then = usual_places(one for one in world if one.learned_ns <= moment)
            assert any(s.object == place.object and s.subject == place.subject for s in then) == known
        if place.ended_ns is not None:
            then = usual_places(one for one in world if one.learned_ns < place.ended_ns)
            assert all(s.ended_ns is None for s in then if s.object == place.object)


def test_chance_places_are_hardly_ever_usual() -> None:
    rng = np.random.default_rng(5)
    names = ["table", "desk", "shelf", "sofa", "chair", "floor"]
    things = [f"thing {n}" for n in range(200)]
    rows = said(*((thing, "at", f"on {rng.choice(names)}") for _ in range(6) for thing in things))
    expected, deviation = ALPHA * len(things), (ALPHA * (1 - ALPHA) * len(things)) ** 0.5
    assert len(usual_places(rows)) <= expected + 3 * deviation


def test_a_change_of_mind_closes_what_was_said_before() -> None:
    first, second = tastes(said(("Mia", "likes", "coffee"), ("Mia", "likes", "coffee"), ("Mia", "dislikes", "coffee")))
    assert (first.kind, first.count, first.against, first.ended_ns) == ("likes", 2, 1, second.learned_ns)
    assert (second.kind, second.count, second.ended_ns) == ("dislikes", 1, None)
    assert first.valid.end_ns == second.valid.start_ns


def test_every_owner_is_counted() -> None:
    found = owners(said(("Mia", "owns", "red cup"), ("Tom", "owns", "red cup"), ("Mia", "owns", "red cup")))
    assert [(s.subject, s.object, s.count) for s in found] == [("Mia", "red cup", 2), ("Tom", "red cup", 1)]
