"""Where a stream turns to something else: found where it does, never moved by what comes later, whatever the order told."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from mmmem.banks.events import EVENT, SCENE, Cuts, Scale, Signs, cut
from mmmem.clock import NS_PER_MIN, NS_PER_S

NO_LOOKS = (np.zeros(0, np.int64), np.zeros((0, 2), np.float32))
few = settings(max_examples=60, deadline=None)


def signs(told: list[tuple[int, int]], looks: list[tuple[int, tuple[float, float]]] = []) -> Signs:  # noqa: B006
    """Of (second, token) and (second, picture)."""
    t_s, token = np.array(told, np.int64).reshape(-1, 2).T
    look_s = np.array([t for t, _ in looks], np.int64)
    rows = np.array([picture for _, picture in looks], np.float32).reshape(-1, 2)
    return Signs(t_s * NS_PER_S, token, look_s * NS_PER_S, rows)


def talk(topics: list[tuple[int, range]], seed: int = 0) -> list[tuple[int, int]]:
    """A token every two seconds; each topic lasts some seconds and draws from its own words."""
    rng, told, now_s = np.random.default_rng(seed), list[tuple[int, int]](), 0
    for length_s, words in topics:
        told += [(t, int(rng.choice(words))) for t in range(now_s, now_s + length_s, 2)]
        now_s += length_s
    return told


@pytest.mark.parametrize("seed", range(5))
def test_a_new_topic_begins_an_event_and_nothing_else_does(seed: int) -> None:
    found = cut(signs(talk([(400, range(8)), (360, range(10, 18)), (420, range(20, 28))], seed)))
    assert len(found) == 3
    turns_s = found.start_ns / NS_PER_S
    assert turns_s[0] == 0
    assert np.abs(turns_s[1:] - [400, 760]).max() <= 20


def test_pictures_alone_tell_a_turn_too() -> None:
    looks = [(t, (1.0, 0.0) if t < 300 else (0.0, 1.0)) for t in range(0, 600, 5)]
    found = cut(signs([], looks))
    assert found.start_ns.tolist() == [0, 300 * NS_PER_S]


def test_pictures_move_a_turn_that_words_leave_open() -> None:
    told = [(t, t // 2 % 3) for t in range(0, 600, 2)]
    looks = [(t, (1.0, 0.0) if t < 300 else (0.0, 1.0)) for t in range(0, 600, 5)]
    assert len(cut(signs(told))) == 1
    assert cut(signs(told, looks)).start_ns.tolist() == [0, 300 * NS_PER_S]


def test_after_a_silence_something_begins_again_however_long_it_lasted() -> None:
    words = [(t, t % 3) for t in range(0, 60, 2)]
    short, long = ([*words, *((t + pause, w) for t, w in words)] for pause in (300, 30 * 24 * 3600))
    for told, again_s in ((short, 300), (long, 30 * 24 * 3600)):
        assert cut(signs(told)).start_ns.tolist() == [0, again_s * NS_PER_S]
    bridged = [*words, *((t + 170, w) for t, w in words)]
    assert len(cut(signs(bridged))) == 1


def test_what_never_changes_is_cut_at_the_longest() -> None:
    found = cut(signs([(t, 0) for t in range(0, 3600, 5)]))
    lengths = np.diff(found.start_ns)
    assert len(found) > 3600 * NS_PER_S / (EVENT.longest * EVENT.cell_ns)
    assert lengths.max() <= EVENT.longest * EVENT.cell_ns


def test_nothing_told_gives_no_event() -> None:
    assert len(cut(signs([]))) == 0


def test_scenes_are_seconds_where_events_are_minutes() -> None:
    told = [(t, w) for t, w in talk([(20, range(3)), (20, range(5, 8)), (25, range(10, 13))]) for _ in range(2)]
    assert len(cut(signs(told), EVENT)) == 1
    assert len(cut(signs(told), SCENE)) >= 3


@st.composite
def streams(draw: st.DrawFn) -> list[tuple[int, int]]:
    topics = draw(st.lists(st.tuples(st.integers(20, 900), st.integers(0, 3)), min_size=1, max_size=6))
    pauses = draw(st.lists(st.sampled_from([0, 0, 60, 130, 5000]), min_size=len(topics), max_size=len(topics)))
    told, shift = list[tuple[int, int]](), 0
    for (length_s, topic), pause_s in zip(topics, pauses, strict=True):
        part = talk([(length_s, range(6 * topic, 6 * topic + 6))], draw(st.integers(0, 9)))
        told += [(t + shift, w) for t, w in part]
        shift += length_s + pause_s
    return told


@few
@given(streams(), st.floats(0, 1), st.sampled_from([EVENT, SCENE, Scale(7 * NS_PER_S, 5, 3, 20, 9, 0.1)]))
def test_what_is_settled_stays_when_the_stream_goes_on(told: list[tuple[int, int]], share: float, scale: Scale) -> None:
    horizon_ns = int(share * (told[-1][0] + 1)) * NS_PER_S
    before = cut(signs([one for one in told if one[0] * NS_PER_S < horizon_ns]), scale).known(horizon_ns)
    whole = cut(signs(told), scale).known(horizon_ns)
    assert before.start_ns.tolist() == whole.start_ns.tolist()
    assert before.settled_ns.tolist() == whole.settled_ns.tolist()


@few
@given(streams(), st.randoms(use_true_random=False))
def test_the_order_of_telling_does_not_matter(told: list[tuple[int, int]], random: object) -> None:
    shuffled = list(told)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert cut(signs(shuffled)).start_ns.tolist() == cut(signs(told)).start_ns.tolist()


@few
@given(streams())
def test_starts_ascend_keep_their_distance_and_settle_within_a_bound(told: list[tuple[int, int]]) -> None:
    found = cut(signs(told))
    seconds = np.unique([t for t, _ in told])
    gaps = np.diff(found.start_ns)
    assert (gaps >= min(EVENT.shortest, EVENT.silence) * EVENT.cell_ns).all() or len(found) < 2
    assert ((found.settled_ns - found.start_ns) <= (EVENT.longest + EVENT.lookahead) * EVENT.cell_ns).all()
    assert np.isin(found.start_ns // EVENT.cell_ns, seconds * NS_PER_S // EVENT.cell_ns).all()
    assert not len(found) or found.start_ns[0] // EVENT.cell_ns == seconds[0] * NS_PER_S // EVENT.cell_ns


def test_known_leaves_out_what_may_still_move() -> None:
    cuts = Cuts(np.array([0, 5 * NS_PER_MIN]), np.array([NS_PER_S, 9 * NS_PER_MIN]))
    assert cuts.known(9 * NS_PER_MIN - 1).start_ns.tolist() == [0]
    assert len(cuts.known(9 * NS_PER_MIN)) == 2
