"""A memory that rides along with an environment: it sees every step, changes none, and loses nothing silently."""

import gc
import itertools
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import gymnasium
import numpy as np
import pytest
from scripted_robots import PictureRobot, ScriptedRobot

from mmmem.clock import NS_PER_S, Calendar, Span
from mmmem.errors import InvalidInputError, ObservingStoppedError
from mmmem.memory import Memory
from mmmem.types import FrameRef, Observation, TimedText
from streams.embodied.memory_wrapper import MemoryWrapper
from streams.embodied.observations import Rig

ALL = ("color_sensor", "depth_sensor", "semantic_sensor", "agent_position", "agent_rotation")
TENTH_NS = NS_PER_S // 10


@pytest.fixture
def memory(tmp_path):
    with Memory.open(tmp_path / "memory", mode="w", create=True, calendar=Calendar("days")) as opened:
        yield opened


def steps(env, number):
    return [env.step(0) for _ in range(number)]


def times(memory, stream="robot"):
    return [frame.ref.t_ns for frame in memory.frames(stream=stream)]


def test_every_step_is_observed_and_none_is_changed(memory):
    plain, wrapped = ScriptedRobot(parts=ALL), MemoryWrapper(ScriptedRobot(parts=ALL), memory)
    assert wrapped.observation_space == plain.observation_space
    for _ in range(2):
        expected, info = plain.reset(seed=1)
        seen, told = wrapped.reset(seed=1)
        for _ in range(5):
            assert seen.keys() == expected.keys()
            for name, value in expected.items():
                np.testing.assert_array_equal(seen[name], value)
            assert {name: value for name, value in told.items() if name != "memory"} == info
            expected, *results, info = plain.step(1)
            seen, *same, told = wrapped.step(1)
            assert same == results
    wrapped.close()
    assert wrapped.env.is_closed
    assert times(memory) == [i * TENTH_NS for i in range(12)]
    stats = wrapped.stats()
    assert (stats.episodes, stats.steps, stats.observed, stats.dropped, stats.queue_length) == (2, 10, 12, 0, 0)


def test_perception_gets_whole_frames(memory):
    frames = []

    def perceive(frame):
        frames.append(frame)
        return Observation(frame.stream_id, Span(frame.t_ns, frame.t_ns + 1), frame.ref)

    env = MemoryWrapper(ScriptedRobot(parts=ALL), memory, perceive=perceive, rig=Rig(90.0, 1.5), labels={2: "mug"})
    env.reset()
    steps(env, 3)
    env.close()
    assert [frame.index for frame in frames] == [0, 1, 2, 3]
    for at, frame in enumerate(frames):  # although the simulator writes into the same buffers
        assert (frame.image == at).all()
        assert (frame.depth_m == 1 + at).all()
        assert (frame.instances == at).all()
        np.testing.assert_allclose(frame.pose_world_camera[:3, 3], (at, 0, 1.5), atol=1e-6)
    assert frames[2].instance_labels == {2: "mug"}
    assert env.stats().notes == ()


def test_a_policy_asks_while_it_runs(memory):
    def perceive(frame):
        words = TimedText(Span(frame.t_ns, frame.t_ns + 1), "Anna put the keys on the kitchen table.")
        return Observation(
            frame.stream_id, Span(frame.t_ns, frame.t_ns + 1), frame.ref, texts=(words,) if frame.index == 1 else ()
        )

    env = MemoryWrapper(ScriptedRobot(), memory, perceive=perceive)
    _, info = env.reset()
    *_, info = env.step(0)
    handle = info["memory"]
    assert handle.flush(10)
    answer = handle.ask("Where are the keys?")
    assert "kitchen table" in answer.text
    assert handle.search("keys")
    assert handle.stats().observed == 2
    assert "2 observed, 0 waiting, 0 dropped" in repr(handle)
    env.close()


def test_time_rises_over_episodes_and_sessions(memory):
    for _ in range(2):
        env = MemoryWrapper(ScriptedRobot(times=[10**9, 2 * 10**9, 5 * 10**9]), memory)
        for _ in range(2):
            env.reset()
            steps(env, 2)
        env.close()
    seen = times(memory)
    assert len(seen) == 12
    assert seen == sorted(set(seen))
    # the environment's own clock within each episode: a second, then three
    assert [b - a for a, b in itertools.pairwise(seen)][0:2] == [10**9, 3 * 10**9]
    assert seen[0] == 10**9


def test_frames_out_of_order_are_left_out_and_counted(memory):
    env = MemoryWrapper(ScriptedRobot(times=[10, 30, 20, 30, 40]), memory)
    env.reset()
    steps(env, 4)
    env.close()
    assert times(memory) == [10, 30, 40]
    assert env.stats().out_of_order == 2
    (note,) = [note for note in env.stats().notes if "clock" in note]
    assert note.startswith("the clock went back by 1e-08 s after frame 2: frames whose time is not after the one before are left")


def test_a_clock_that_begins_anew_within_an_episode_is_counted_on(memory):
    second = NS_PER_S
    clock = [n * second for n in range(20)] + [n * second for n in range(20)] + [5 * second]
    env = MemoryWrapper(ScriptedRobot(times=clock), memory, period_s=1)
    env.reset()
    steps(env, 40)
    env.close()
    seen = times(memory)
    assert env.stats().out_of_order == 10 + 1  # until it was clear, and one that is only out of order
    assert len(seen) == len(clock) - 11
    assert all(later - earlier == second for earlier, later in itertools.pairwise(seen))
    assert [note for note in env.stats().notes if "stayed there" in note]


def test_words_of_a_step_that_is_out_of_order_are_kept(memory):
    env = MemoryWrapper(TalkingRobot(), memory, clock=lambda env, info: (0, 30, 20, 40)[env.at])
    env.reset()
    steps(env, 3)
    env.close()
    assert env.stats().out_of_order == 1
    assert sorted(heard(memory)) == [f"step {n}" for n in range(4)]


def test_a_clock_of_ones_own(memory):
    env = MemoryWrapper(ScriptedRobot(), memory, clock=lambda env, info: 1000 + info["at"])
    env.reset()
    steps(env, 2)
    env.close()
    assert times(memory) == [1000, 1001, 1002]


def test_a_picture_alone_is_enough_and_what_lacks_is_said(memory):
    env = MemoryWrapper(PictureRobot(), memory)
    env.reset()
    steps(env, 2)
    env.close()
    assert len(times(memory)) == 3
    assert [note.split(" (")[0] for note in env.stats().notes] == ["no semantic ids", "no depth", "no pose", "no angle of view"]
    assert memory.keyframe(FrameRef("robot", 0, 0)) is not None


def test_an_environment_without_pictures_says_what_to_do(memory):
    env = MemoryWrapper(gymnasium.make("CartPole-v1"), memory)
    with pytest.raises(InvalidInputError, match=r"got \(4,\) float32.*look="):
        env.reset()
    env.close()


def test_any_environment_through_a_look_of_ones_own(memory):
    drawn = lambda state, info: np.full((8, 8, 3), int(abs(state[0]) * 100) % 255, np.uint8)  # noqa: E731
    env = MemoryWrapper(gymnasium.make("CartPole-v1"), memory, look=drawn)
    env.reset(seed=1)
    steps(env, 4)
    env.close()
    assert len(times(memory)) == 5


def test_a_pose_of_nan_is_counted_and_the_picture_kept(memory):
    class Lost(ScriptedRobot):
        def _all(self, at):
            return super()._all(at) | {"agent_position": np.full(3, np.nan if at == 1 else 0.0, np.float32)}

    env = MemoryWrapper(Lost(parts=ALL), memory)
    env.reset()
    steps(env, 2)
    env.close()
    assert len(times(memory)) == 3
    assert env.stats().bad_poses == 1


class TalkingRobot(ScriptedRobot):
    """Hears its own step counted at each step."""

    def _info(self):
        t_ns = 100 + 10 * self.at
        return {"t_ns": t_ns, "texts": (TimedText(Span(t_ns - 5, t_ns), f"step {self.at}", "speech", "Ben"),)}


def heard(memory):
    return [stored.text.text for stored in memory.texts()]


def test_what_was_heard_is_remembered_in_the_time_of_the_memory(memory):
    env = MemoryWrapper(TalkingRobot(), memory)
    env.reset()
    steps(env, 2)
    env.reset()  # its clock goes back
    env.close()
    assert heard(memory) == ["step 0", "step 1", "step 2", "step 0"]
    texts = memory.texts()
    assert texts[-1].text.span.end_ns == times(memory)[-1] > times(memory)[-2]
    assert texts[0].text.speaker == "Ben"


def test_perception_has_the_last_word(memory):
    class Late:
        """Says what it saw when it is finished."""

        def __init__(self):
            self.seen = []

        def __call__(self, frame):
            self.seen.append(frame.t_ns)
            return Observation(frame.stream_id, Span(frame.t_ns, frame.t_ns + 1), frame.ref)

        def finish(self):
            words = TimedText(Span(self.seen[-1], self.seen[-1] + 1), f"{len(self.seen)} pictures")
            return [Observation.of_text("robot", words)]

    env = MemoryWrapper(ScriptedRobot(), memory, perceive=Late())
    env.reset()
    steps(env, 2)
    env.close()
    env.close()
    assert heard(memory) == ["3 pictures"]


def test_the_memory_answers_while_it_is_written(memory):
    env = MemoryWrapper(TalkingRobot(), memory, queue=1000)
    _, info = env.reset()
    for number in range(60):
        *_, info = env.step(0)
        assert all(hit.text for hit in info["memory"].search(f"step {number}"))
    env.close()
    assert env.stats().error == ""
    assert heard(memory)[-1] == "step 60"


@pytest.mark.parametrize("drop", ["oldest", "newest"])
def test_words_are_not_dropped_with_their_picture(memory, drop):
    slow = SlowPerception()
    env = MemoryWrapper(
        TalkingRobot(), memory, perceive=lambda frame: replace(slow(frame), texts=frame.texts), queue=2, drop=drop
    )
    env.reset()
    assert slow.begun.wait(10)
    steps(env, 9)
    slow.go.set()
    env.close()
    assert env.stats().dropped == 7
    assert sorted(heard(memory)) == [f"step {n}" for n in range(10)]


class SlowPerception:
    """Perceives when it is let through."""

    def __init__(self):
        self.begun, self.go = threading.Event(), threading.Event()
        self.seen = []

    def __call__(self, frame):
        self.begun.set()
        assert self.go.wait(10)
        self.seen.append(frame.index)
        return Observation(frame.stream_id, Span(frame.t_ns, frame.t_ns + 1), frame.ref)


@pytest.mark.parametrize("drop", ["oldest", "newest", "wait"])
def test_slow_perception_never_stops_the_loop_and_drops_are_counted(memory, drop):
    slow = SlowPerception()
    env = MemoryWrapper(ScriptedRobot(), memory, perceive=slow, queue=3, drop=drop, budget_ms=1)
    env.reset()
    assert slow.begun.wait(10)
    steps(env, 20)  # returns although nothing is perceived
    before = env.stats()
    assert (before.queue_length, before.observed, before.dropped) == (3, 0, 20 - 3)  # the first is in work
    slow.go.set()
    env.close()
    after = env.stats()
    assert (after.observed, after.dropped) == (4, 17)
    assert len(times(memory)) == after.observed == len(slow.seen)
    assert (20 in slow.seen) == (drop != "newest")


def test_an_error_behind_the_loop_is_raised_by_the_next_step_once(memory):
    def perceive(frame):
        if frame.index == 2:
            raise ValueError("the detector has no weights")
        return Observation(frame.stream_id, Span(frame.t_ns, frame.t_ns + 1), frame.ref)

    env = MemoryWrapper(ScriptedRobot(), memory, perceive=perceive)
    env.reset()
    steps(env, 2)
    env.memory.flush(10)
    stepped = env.env.actions
    with pytest.raises(ObservingStoppedError, match=r"after 2 frames: the detector has no weights.*kept in") as raised:
        env.step(0)
    assert isinstance(raised.value.__cause__, ValueError)
    assert env.env.actions == stepped
    steps(env, 3)  # the robot may go on without a memory
    env.close()
    assert len(times(memory)) == 2
    assert env.stats().error == "ValueError: the detector has no weights"
    assert env.stats().dropped == 3


def test_an_error_after_the_last_step_is_raised_by_close(memory):
    def perceive(frame):
        raise ValueError("no")

    env = MemoryWrapper(ScriptedRobot(), memory, perceive=perceive)
    env.reset()
    with pytest.raises(ObservingStoppedError):
        env.close()
    assert env.env.is_closed
    env.close()


def test_a_simulator_that_stops_mid_step_leaves_a_closed_and_complete_memory(tmp_path):
    env = MemoryWrapper(ScriptedRobot(fails_at=8), tmp_path / "memory")
    env.reset()
    with pytest.raises(RuntimeError, match="fell over"):
        steps(env, 10)
    with Memory.open(tmp_path / "memory", mode="w") as memory:  # the lock is free
        assert len(times(memory)) == 8
        assert memory.check().problems == ()
    with pytest.raises(InvalidInputError, match="make a new one"):
        env.step(0)
    env.close()


def test_a_memory_that_was_given_stays_open_when_the_simulator_stops(memory):
    env = MemoryWrapper(ScriptedRobot(fails_at=3), memory)
    env.reset()
    with pytest.raises(RuntimeError):
        steps(env, 3)
    assert len(times(memory)) == 3
    env.reset()  # the simulator was mended
    env.close()
    assert len(times(memory)) == 4


def test_both_errors_are_told_when_both_failed(memory):
    def perceive(frame):
        raise ValueError("no weights")

    env = MemoryWrapper(ScriptedRobot(fails_at=1), memory, perceive=perceive)
    env.reset()
    with pytest.raises((RuntimeError, ObservingStoppedError)) as raised:
        env.step(0)
    said = str(raised.value) + "".join(getattr(raised.value, "__notes__", []))
    assert "no weights" in said
    if isinstance(raised.value, RuntimeError):  # else it was told before the step
        with pytest.raises(ObservingStoppedError):
            env.close()


def test_a_wrapper_that_is_forgotten_stores_what_it_saw(tmp_path):
    env = MemoryWrapper(ScriptedRobot(), tmp_path / "memory")
    env.reset()
    steps(env, 4)
    del env
    gc.collect()
    with Memory.open(tmp_path / "memory", mode="w") as memory:
        assert len(times(memory)) == 5


@pytest.mark.parametrize("ending", ["", "raise SystemExit(3)", "raise KeyboardInterrupt"])
def test_a_program_that_ends_without_closing_has_stored_what_it_saw(tmp_path, ending):
    program = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from scripted_robots import ScriptedRobot
from streams.embodied.memory_wrapper import MemoryWrapper
env = MemoryWrapper(ScriptedRobot(), {str(tmp_path / "memory")!r})
env.reset()
for _ in range(4):
    env.step(0)
{ending}
"""
    root = Path(__file__).parents[3]
    ended = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, timeout=120, check=False)
    assert (ended.returncode == 0) == (ending == ""), ended.stderr
    with Memory.open(tmp_path / "memory", mode="w") as memory:
        assert len(times(memory)) == 5


def test_a_picture_too_large_for_the_budget_is_taken_smaller(memory):
    sizes = []

    def perceive(frame):
        sizes.append((frame.image.shape[:2], frame.intrinsics.fx))
        return Observation(frame.stream_id, Span(frame.t_ns, frame.t_ns + 1), frame.ref)

    env = MemoryWrapper(ScriptedRobot(size=(512, 512)), memory, perceive=perceive, budget_ms=1e-6, rig=Rig(90.0), queue=100)
    env.reset()
    steps(env, 8)
    env.close()
    assert sizes[0] == ((512, 512), pytest.approx(256))
    assert sizes[-1] == ((256, 256), pytest.approx(128))
    assert any("of 2 pixels in each row" in note for note in env.stats().notes)
    assert env.stats().over_budget == 9


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"budget_ms": 0}, "positive number of milliseconds, got 0"),
        ({"queue": 0}, "queue must be at least 1"),
        ({"drop": "some"}, "oldest, newest, wait"),
        ({"period_s": 0.0}, "period_s"),
    ],
)
def test_options_that_make_no_sense(tmp_path, options, said):
    with pytest.raises(InvalidInputError, match=said):
        MemoryWrapper(ScriptedRobot(), tmp_path / "memory", **options)
    Memory.open(tmp_path / "memory", mode="w", create=True).close()  # nothing was left locked


def test_the_report_in_words(memory):
    env = MemoryWrapper(PictureRobot(), memory)
    env.reset()
    env.step(0)
    env.close()
    first, times_held, *notes = env.report.summary()
    assert first == "1 episode, 1 step, 2 frames observed"
    assert times_held.startswith("held up ")
    assert len(notes) == 4
