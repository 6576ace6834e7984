"""What lies about: twins look alike and nothing else does, owners' things, likely places, nothing inside anything else."""

from collections import Counter
from dataclasses import replace
from functools import cache
from importlib.resources import files
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmmem.errors import UnknownNameError
from streams.house.belongings import looks
from streams.house.building import build_home
from streams.house.footprint import footprint, overlap, surface_rectangle, to_world
from streams.house.home import Thing
from streams.house.models.kinds import FURNITURE_KINDS, THING_KINDS
from streams.house.placing import free_spot, people_on, stood
from streams.house.priors import likelihood, place_weight, priors
from streams.house.priors_from_procthor import RECEPTACLES, THINGS, priors_toml
from streams.house.starting import starting_state
from streams.house.world import PersonPose, WorldState, resting_states

home_of = cache(build_home)
start_of = cache(lambda seed: starting_state(home_of(seed)))
seeds = st.integers(0, 15)
few = settings(max_examples=8, deadline=None)


@few
@given(seeds)
def test_there_are_enough_things_and_each_is_of_its_kind(seed):
    things = home_of(seed).things
    assert 45 <= len(things) <= 60
    for thing in things:
        kind = THING_KINDS[thing.kind]
        assert thing.colour in kind.colours
        assert thing.material in kind.materials
        assert any(np.allclose(thing.size, size, rtol=0.1) for size in kind.sizes)
        assert {name: set(values) for name, values in thing.states.items()} == {
            name: set(values) for name, values in kind.states.items()
        }


@few
@given(seeds)
def test_things_look_alike_exactly_where_they_are_called_twins(seed):
    things = {thing.id: thing for thing in home_of(seed).things}
    for one, other in combinations(things.values(), 2):
        same_group = (one.twin_of or one.id) == (other.twin_of or other.id)
        assert (looks(one) == looks(other)) == same_group, (one, other)
    assert all(not things[thing.twin_of].twin_of for thing in things.values() if thing.twin_of)


@few
@given(seeds)
def test_there_are_twins_near_twins_and_alike_things_of_two_owners(seed):
    home = home_of(seed)
    things = [thing for thing in home.things if not thing.outside]
    twins = [thing for thing in things if thing.twin_of]
    assert sum(not thing.owner for thing in twins) >= 2
    assert any(thing.owner and home.thing(thing.twin_of).owner not in ("", thing.owner) for thing in twins)
    colours = Counter(thing.kind for thing in {(thing.kind, thing.colour): thing for thing in things}.values())
    assert colours["mug"] >= 4
    assert sum(number >= 2 for number in colours.values()) >= 3


@few
@given(seeds)
def test_what_comes_later_is_outside(seed):
    home = home_of(seed)
    outside = [thing for thing in home.things if thing.outside]
    assert "parcel" in {thing.kind for thing in outside}
    replacements = [thing for thing in outside if thing.twin_of and THING_KINDS[thing.kind].breaks]
    assert len(replacements) >= 2
    guest = home.residents[-1]
    assert (
        [thing for thing in home.things if thing.owner == guest.id]
        == [thing for thing in outside if thing.owner == guest.id]
        != []
    )
    assert not {thing.id for thing in outside} & set(start_of(seed).placements)


@few
@given(seeds)
def test_everything_else_stands_somewhere_and_nothing_stands_in_anything(seed):
    home, state = home_of(seed), start_of(seed)
    assert set(state.placements) == {thing.id for thing in home.things if not thing.outside}
    for surface in home.surfaces:
        standing = [stood(home, thing, at) for thing, at in state.placements.items() if at.holder == surface.id]
        assert not any(overlap(one, other) for one, other in combinations(standing, 2)), surface


@few
@given(seeds)
def test_things_stand_within_their_surface_and_its_clearance(seed):
    home, state = home_of(seed), start_of(seed)
    for thing_id, at in state.placements.items():
        surface, piece = home.surface(at.holder), home.piece(at.holder)
        rectangle = surface_rectangle(piece, surface)
        own = np.abs(rectangle.local(stood(home, thing_id, at).corners))
        assert (own <= np.array(surface.size) / 2 + 1e-6).all()
        assert home.thing(thing_id).size[2] <= surface.clearance_m
        assert at.position[2] == pytest.approx(to_world(piece, surface.centre)[2])
        assert at.relation == surface.relation


def test_owners_things_are_in_their_own_bedroom_rather_than_anothers():
    where = Counter()
    for seed in range(6):
        home = home_of(seed)
        for thing_id, at in start_of(seed).placements.items():
            owner = home.thing(thing_id).owner
            sleepers = [resident.id for resident in home.residents if resident.bedroom == home.piece(at.holder).room]
            if owner and sleepers:
                where["own" if owner in sleepers else "another's"] += 1
    assert where["own"] > 10 * where["another's"]


@few
@given(seeds)
def test_the_morning_is_the_same_twice_and_everything_is_at_rest(seed):
    home = home_of(seed)
    assert starting_state(home) == start_of(seed)
    assert start_of(seed).states == resting_states(home)


@few
@given(seeds)
def test_residents_lie_in_their_beds_apart_and_the_guest_is_not_there(seed):
    home, people = home_of(seed), start_of(seed).people
    assert set(people) == {resident.id for resident in home.residents if resident.bedroom}
    for resident, pose in people.items():
        (bed,) = (piece for piece in home.furniture if piece.kind == "bed" and piece.room == home.resident(resident).bedroom)
        assert pose.posture == "lying"
        assert footprint(bed).grown(-0.2).distance_m(np.array([pose.x_m, pose.y_m])) == 0
    for one, other in combinations(people.values(), 2):
        assert np.hypot(one.x_m - other.x_m, one.y_m - other.y_m) > 0.5


@few
@given(seeds)
def test_nobody_wakes_up_under_anything_but_pillows_and_blankets(seed):
    home, state = home_of(seed), start_of(seed)
    beds = [piece for piece in home.furniture if piece.kind == "bed"]
    for bed in beds:
        sleepers = people_on(bed, state)
        assert len(sleepers) == sum(resident.bedroom == bed.room for resident in home.residents)
        for thing_id, at in state.placements.items():
            if at.holder == f"{bed.id}.on" and THING_KINDS[home.thing(thing_id).kind].category != "bedding":
                assert not any(overlap(stood(home, thing_id, at), sleeper) for sleeper in sleepers)


def test_a_seat_is_taken_while_somebody_sits_there_and_the_floor_under_it_is_not():
    home = home_of(0)
    bed = next(piece for piece in home.furniture if piece.kind == "bed")
    x_m, y_m, _ = bed.position
    slippers = next((thing for thing in home.things if thing.kind == "slippers"), home.things[0])
    chair = next(piece for piece in home.furniture if piece.kind == "chair")
    pose = PersonPose(chair.position[0], chair.position[1], 0.0, "sitting")
    free, taken = (WorldState({}, {}, people) for people in ({}, {"P1": pose}))
    assert free_spot(home, free, f"{chair.id}.on", "O1", np.random.default_rng(0)) is not None
    assert free_spot(home, taken, f"{chair.id}.on", "O1", np.random.default_rng(0)) is None
    standing = WorldState({}, {}, {"P1": replace(pose, posture="standing")})
    assert free_spot(home, standing, f"{chair.id}.on", "O1", np.random.default_rng(0)) is not None
    asleep = WorldState({}, {}, {"P1": PersonPose(x_m, y_m, bed.yaw_rad, "lying")})
    assert free_spot(home, asleep, f"{bed.id}.under", slippers.id, np.random.default_rng(0)) is not None


def crowded_table(seed=0):
    """A coffee table, and its home with nothing in it."""
    home = home_of(seed)
    table = next(piece for piece in home.furniture if piece.kind == "coffee table")
    return home, f"{table.id}.on", WorldState({}, resting_states(home), {})


def test_a_surface_fills_up_until_nothing_more_fits():
    home, surface, state = crowded_table()
    rng, placed = np.random.default_rng(1), 0
    for thing in sorted(home.things, key=lambda thing: -thing.size[0] * thing.size[1]):
        spot = free_spot(home, state, surface, thing.id, rng)
        if spot is not None:
            assert not any(overlap(stood(home, thing.id, spot), stood(home, other, at)) for other, at in state.placements.items())
            state = WorldState({**state.placements, thing.id: spot}, state.states, state.people)
            placed += 1
    assert 5 <= placed < len(home.things)


def test_a_free_spot_depends_on_nothing_but_state_and_generator():
    home, surface, state = crowded_table()
    mug = next(thing.id for thing in home.things if thing.kind == "mug")
    first, again = (free_spot(home, state, surface, mug, np.random.default_rng(3)) for _ in range(2))
    other = free_spot(home, state, surface, mug, np.random.default_rng(4))
    assert first == again != other


def test_a_thing_is_not_in_its_own_way():
    home, surface, state = crowded_table()
    big = max((thing for thing in home.things if thing.size[2] < 0.6), key=lambda thing: min(thing.size[:2])).id
    spot = free_spot(home, state, surface, big, np.random.default_rng(0))
    assert spot is not None
    moved = free_spot(home, WorldState({big: spot}, {}, {}), surface, big, np.random.default_rng(0))
    assert moved == spot


def test_what_is_too_tall_or_too_long_has_no_spot():
    home, _, state = crowded_table()
    drawer = next(surface.id for surface in home.surfaces if surface.id.endswith("drawer"))
    kettle = next(thing.id for thing in home.things if thing.kind == "kettle")
    assert free_spot(home, state, drawer, kettle, np.random.default_rng(0)) is None  # 25 cm into a drawer
    rack = next(f"{piece.id}.on" for piece in home.furniture if piece.kind == "toilet")
    pillow = next(thing.id for thing in home.things if thing.kind == "pillow")
    assert free_spot(home, state, rack, pillow, np.random.default_rng(0)) is None  # 60 cm on a cistern


def test_unknown_surfaces_and_things_are_named():
    home, surface, state = crowded_table()
    with pytest.raises(UnknownNameError, match="Unknown surface"):
        free_spot(home, state, "F99.on", "O1", np.random.default_rng(0))
    with pytest.raises(UnknownNameError, match="Unknown thing"):
        free_spot(home, state, surface, "O999", np.random.default_rng(0))


def test_every_kind_of_thing_has_a_prior_of_places_that_exist():
    assert set(priors()) >= set(THING_KINDS)
    for kind, prior in priors().items():
        assert kind in THING_KINDS
        for place, weight in prior.places.items():
            assert place.partition(".")[0] in FURNITURE_KINDS, (kind, place)
            assert 0 < weight <= 1


def test_every_place_named_by_a_prior_means_some_surface():
    pieces = {piece.kind: piece for seed in range(12) for piece in home_of(seed).furniture}
    for kind, prior in priors().items():
        for place in prior.places:
            piece = pieces[place.partition(".")[0]]
            only = type(prior)(prior.rooms, {place: 1.0})
            assert sum(place_weight(only, piece, surface) for surface in piece.surfaces) == pytest.approx(1.0), (kind, place)


def test_milk_is_likelier_in_the_fridge_than_on_a_bed_and_my_things_in_my_room():
    home = home_of(0)
    surfaces = {surface.id: surface for surface in home.surfaces}

    def on(kind, suffix, room=""):
        return next(
            surfaces[f"{piece.id}.{suffix}"]
            for piece in home.furniture
            if piece.kind == kind and (not room or piece.room == room)
        )

    milk = next(thing for thing in home.things if thing.kind == "milk carton")
    assert likelihood(home, milk, on("fridge", "shelf1")) > 100 * likelihood(home, milk, on("bed", "on"))
    phone = next(thing for thing in home.things if thing.kind == "phone")
    rooms = {resident.id: resident.bedroom for resident in home.residents if resident.bedroom}
    mine = rooms.pop(phone.owner)
    another = next(room for room in rooms.values() if room != mine)
    assert likelihood(home, phone, on("bed", "on", mine)) > 10 * likelihood(home, phone, on("bed", "on", another))


def test_a_kind_without_a_prior_is_named():
    home = home_of(0)
    with pytest.raises(UnknownNameError, match="kind of thing with a prior 'unicorn'"):
        likelihood(home, Thing("O1", "unicorn", "white", "plush", (0.1, 0.1, 0.1)), home.surfaces[0])


def test_the_committed_priors_are_what_the_counts_say(shared_data):
    committed = files("streams.house").joinpath("priors_procthor.toml").read_text()
    assert priors_toml(shared_data / "priors") == committed


def test_procthors_names_are_translated_to_kinds_that_exist():
    assert set(THINGS.values()) <= set(THING_KINDS)
    assert {kind for kinds in RECEPTACLES.values() for kind in kinds} <= set(FURNITURE_KINDS)
