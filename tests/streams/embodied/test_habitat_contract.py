"""habitat-sim and habitat-lab through the adapter: driven by a script, and by the real one where it is installed."""

from math import cos, radians, sin

import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from scripted_habitat import HEIGHT, SENSOR_HEIGHT_M, WIDTH, ScriptedLab, ScriptedSimulator

from mmmem.clock import Span
from mmmem.errors import InvalidInputError
from mmmem.memory import Memory
from mmmem.types import Observation
from streams.embodied.habitat import HabitatEnvironment
from streams.embodied.memory_wrapper import MemoryWrapper


def real_simulator():
    habitat_sim = pytest.importorskip("habitat_sim", reason="habitat-sim is not installed (conda, or built from source)")
    settings = pytest.importorskip("habitat_sim.utils.settings")
    chosen = {"width": WIDTH, "height": HEIGHT, "depth_sensor": True, "semantic_sensor": True, "enable_physics": False}
    return habitat_sim.Simulator(settings.make_cfg({**settings.default_sim_settings, **chosen}))


@pytest.fixture(params=[ScriptedSimulator, real_simulator], ids=["scripted", "habitat-sim"])
def simulator(request):
    made = request.param()
    yield made
    made.close()


def frames_of(env, memory_dir, actions):
    """What a memory around the environment is shown."""
    frames = []

    def perceive(frame):
        frames.append(frame)
        return Observation(frame.stream_id, Span(frame.t_ns, frame.t_ns + 1), frame.ref)

    wrapped = MemoryWrapper(env, memory_dir, perceive=perceive, queue=100)
    wrapped.reset()
    for action in actions:
        wrapped.step(action)
    wrapped.close()
    return frames, wrapped.stats()


def test_frames_of_a_walk(simulator, tmp_path):
    walk = ["turn_left"] * 9 + ["move_forward"] * 2
    frames, stats = frames_of(HabitatEnvironment(simulator), tmp_path / "memory", walk)
    assert stats.observed == len(frames) == 12
    assert stats.notes == ()
    assert stats.bad_poses == 0
    first, last = frames[0], frames[-1]
    # it begins where the simulator puts it, looking along Habitat's -z = our +y, the camera 1.5 m above its feet
    np.testing.assert_allclose(first.pose_world_camera[:3, 2], (0, 1, 0), atol=1e-5)
    # nine times 10 degrees left is our -x; twice 0.25 m
    np.testing.assert_allclose(last.pose_world_camera[:3, 2], (-1, 0, 0), atol=1e-5)
    moved = last.pose_world_camera[:3, 3] - first.pose_world_camera[:3, 3]
    np.testing.assert_allclose(moved, (-0.5, 0, 0), atol=1e-5)
    assert last.image.shape == (HEIGHT, WIDTH, 3)
    assert last.depth_m.shape == last.instances.shape == (HEIGHT, WIDTH)
    assert last.intrinsics.fx == pytest.approx(WIDTH / 2)  # 90 degrees


def test_it_is_a_gymnasium_environment(simulator):
    check_env(HabitatEnvironment(simulator), skip_render_check=True, skip_close_check=True)


def test_every_step_is_a_picture_of_its_own(tmp_path):
    simulator = ScriptedSimulator()
    env = HabitatEnvironment(simulator)
    first, _ = env.reset()
    kept = first["color_sensor"].copy()
    second, *_ = env.step("turn_left")
    np.testing.assert_array_equal(first["color_sensor"], kept)
    assert (second["color_sensor"] != kept).any()
    frames, _ = frames_of(env, tmp_path / "memory", [0, 1])
    assert [int(frame.depth_m[0, 0] * 4) for frame in frames] == [4, 5, 6]
    assert frames[0].instance_labels == {4: "mug"}
    assert simulator.is_closed


def test_a_tilted_sensor_and_its_height_come_from_its_own_state(tmp_path):
    frames, _ = frames_of(HabitatEnvironment(ScriptedSimulator()), tmp_path / "memory", ["turn_left", "look_down"])
    pose = frames[-1].pose_world_camera
    # 10 degrees left of +y, and 10 degrees down
    ahead = (-sin(radians(10)) * cos(radians(10)), cos(radians(10)) ** 2, -sin(radians(10)))
    np.testing.assert_allclose(pose[:3, 2], ahead, atol=1e-6)
    np.testing.assert_allclose(pose[:3, 3], (0, 0, SENSOR_HEIGHT_M), atol=1e-6)


def test_actions_by_number_and_by_name_are_the_same():
    one, other = HabitatEnvironment(ScriptedSimulator()), HabitatEnvironment(ScriptedSimulator())
    for number, name in enumerate(one.actions):
        by_number, *_, info = one.step(np.int64(number))
        by_name, *_ = other.step(name)
        np.testing.assert_array_equal(by_number["agent_rotation"], by_name["agent_rotation"])
        assert info == {"collided": False}
    assert one.action_space.n == 4


def test_a_seed_reaches_the_simulator():
    simulator = ScriptedSimulator()
    HabitatEnvironment(simulator).reset(seed=5)
    assert simulator.seeds == [5]


def test_habitat_lab_ends_episodes_and_tells_its_metrics(tmp_path):
    lab = ScriptedLab()
    env = HabitatEnvironment(lab)
    assert env.actions == ("move_forward", "stop", "turn_left")
    frames, stats = frames_of(env, tmp_path / "memory", ["turn_left", 2])
    assert stats.notes == ()
    # 1 + 2 / 4 metres, which the lab normalises by ten
    assert frames[2].depth_m[0, 0] == pytest.approx(1.5)
    assert (frames[2].instances == 4).all()
    assert frames[2].pose_world_camera[2, 3] == pytest.approx(SENSOR_HEIGHT_M)
    *_, terminated, truncated, info = env.step("move_forward")
    assert (terminated, truncated, info["metrics"]) == (True, False, {"distance_to_goal": 3.0})


def test_habitat_lab_is_a_gymnasium_environment():
    check_env(HabitatEnvironment(ScriptedLab()), skip_render_check=True)


def test_a_simulator_that_stops_mid_step_leaves_a_complete_memory(tmp_path):
    env = MemoryWrapper(HabitatEnvironment(ScriptedSimulator(fails_at=3)), tmp_path / "memory")
    env.reset()
    env.step("move_forward")
    env.step("move_forward")
    with pytest.raises(RuntimeError, match="unloaded"):
        env.step("move_forward")
    with Memory.open(tmp_path / "memory", mode="w") as memory:
        assert len(memory.frames(stream="robot")) == 3


def test_without_a_depth_sensor_it_degrades_and_says_so(tmp_path):
    frames, stats = frames_of(HabitatEnvironment(ScriptedSimulator(("color_sensor",))), tmp_path / "memory", [0])
    assert frames[0].depth_m is None
    assert [note.split(" (")[0] for note in stats.notes] == ["no semantic ids", "no depth"]


@pytest.mark.parametrize(("thing", "said"), [(object(), "no get_sensor_observations, get_agent"), (3, "int has no")])
def test_what_is_no_simulator(thing, said):
    with pytest.raises(InvalidInputError, match=said):
        HabitatEnvironment(thing)
