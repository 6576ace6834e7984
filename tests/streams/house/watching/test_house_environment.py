"""A house that lives as a Gymnasium environment: Habitat's conventions, a robot in the flow of time, and a memory around it."""

from math import pi

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from mmmem.errors import InvalidInputError, UnknownNameError
from mmmem.memory import Memory
from streams.embodied.coordinates import pose_of_camera
from streams.embodied.memory_wrapper import MemoryWrapper
from streams.house.environment import HouseEnvironment
from streams.house.registration import HOUSE
from streams.house.rendering import Camera
from streams.house.robot_actions import ACTIONS, FetchTask, Paces

S = 1_000_000_000
WATCHING = (2.6, 2.2, pi)
BEFORE_COUNTER = (1.4, 2.1, pi)


@pytest.fixture
def env(life, draw, camera):
    made = HouseEnvironment(3, life=life, camera=camera, draw=draw, paces=Paces(wait_s=5.0))
    yield made
    made.close()


def begin(env, stance=WATCHING, **options):
    return env.reset(options={"stance": stance, **options})


def test_gymnasium_finds_nothing_wrong(life, draw, camera):
    check_env(gymnasium.make(HOUSE, life=life, camera=camera, draw=draw).unwrapped)


def test_it_is_made_by_its_name(life, draw, camera):
    made = gymnasium.make(f"streams.house.registration:{HOUSE}", life=life, camera=camera, draw=draw, render_mode="rgb_array")
    observation, _info = made.reset(seed=1)
    assert made.spec.id == HOUSE
    assert observation in made.observation_space
    np.testing.assert_array_equal(made.render(), observation["color_sensor"][..., :3])
    made.close()
    assert draw.opened[-1].closed


def test_poses_are_habitats_and_agree_with_ours(env):
    observation, info = begin(env, (1.5, 3.0, pi / 2))
    # standing at our (1.5, 3.0) is Habitat's (1.5, 0, -3.0); looking along our +y is no turn at all there
    np.testing.assert_allclose(observation["agent_position"], (1.5, 0.0, -3.0), atol=1e-6)
    np.testing.assert_allclose(observation["agent_rotation"], (0, 0, 0, 1), atol=1e-6)
    again = pose_of_camera(observation["sensor_position"], observation["sensor_rotation"])
    np.testing.assert_allclose(again, info["pose_world_camera"], atol=1e-5)
    observation, *_, info = env.step("turn_left")
    again = pose_of_camera(observation["sensor_position"], observation["sensor_rotation"])
    np.testing.assert_allclose(again, info["pose_world_camera"], atol=1e-5)
    # by Habitat's own conventions the camera of a turned agent is above it, tilted down by 18 degrees
    level = pose_of_camera(observation["agent_position"], observation["agent_rotation"], height_m=1.25, tilt_rad=np.radians(-18))
    np.testing.assert_allclose(level, info["pose_world_camera"], atol=1e-5)


def test_what_it_sees_has_its_place_in_the_world(env):
    observation, info = begin(env, BEFORE_COUNTER)
    observation, *_, info = env.step("look_down")
    number = env.home.instance_ids["O2"]
    rows, columns = np.nonzero(observation["semantic_sensor"] == number)
    lens, depth_m = env.camera.intrinsics, observation["depth_sensor"][rows, columns]
    points = np.stack(
        [(columns - lens.cx) / lens.fx * depth_m, (rows - lens.cy) / lens.fy * depth_m, depth_m, np.ones_like(depth_m)]
    )
    middle = (info["pose_world_camera"] @ points)[:3].mean(axis=1)
    np.testing.assert_allclose(middle, np.add(env.world.state.placements["O2"].position, (0, 0, 0.07)), atol=0.1)
    assert env.instance_labels[number] == "mug"


def test_forward_is_ahead_and_walls_and_furniture_stop_it(env):
    begin(env, (2.6, 2.2, pi))
    *_, info = env.step("move_forward")
    assert (env.robot.x_m, env.robot.y_m) == (pytest.approx(2.35), pytest.approx(2.2))
    assert not info["collided"]
    for _ in range(12):
        *_, info = env.step("move_forward")
    assert info["collided"]
    assert info["said"] == "something is in the way"
    assert 0.8 < env.robot.x_m < 1.2  # before the counter, whose front is at 0.8


def test_it_does_not_run_people_over(env):
    begin(env, (2.4, 1.0, pi))  # Anna stands at (0.6, 1.0)
    for _ in range(12):
        *_, info = env.step("move_forward")
    assert info["collided"]
    assert env.robot.x_m - 0.6 >= 0.44


def test_it_never_leaves_the_floor(env):
    env.reset(seed=4)
    env.action_space.seed(4)
    for _ in range(60):
        observation, _, _, truncated, _info = env.step(env.action_space.sample())
        assert env._floor.is_free((env.robot.x_m, env.robot.y_m))
        assert observation in env.observation_space
        if truncated:
            env.reset()


def test_the_same_seed_gives_the_same_walk(life, draw, camera):
    walks = []
    for _ in range(2):
        env = HouseEnvironment(3, life=life, camera=camera, draw=draw)
        env.reset()
        walks.append([env.step(number)[-1]["pose_world_camera"] for number in (0, 1, 0, 3, 0)])
    np.testing.assert_array_equal(*walks)


def test_the_world_goes_on_for_as_long_as_an_action_takes(env, life):
    _, info = begin(env)
    assert info["t_ns"] == life.start_ns
    took = [env.step(name)[-1]["t_ns"] for name in ("turn_left", "wait", "pick")]
    assert [t - life.start_ns for t in took] == [round(0.5 * S), round(5.5 * S), round(7.5 * S)]
    assert env.world.state == life.state_at(took[-1])


def test_the_episode_is_cut_where_the_life_ends(env, life):
    begin(env, t_ns=life.end_ns - 6 * S)
    assert env.step("wait")[3] is False
    *_, truncated, info = env.step("wait")
    assert truncated
    assert info["t_ns"] == life.end_ns


def test_what_it_witnesses(env):
    begin(env)
    *_, info = env.step("wait")
    # Anna fills the mug on the counter, and speaks; Ben speaks two rooms away
    assert [event.id for event in info["events"]] == ["E00001", "E00002"]
    assert [(text.speaker, text.text, text.kind) for text in info["texts"]] == [("Anna", "The coffee is ready.", "speech")]
    begin(env, (2.6, 2.2, 0.0))  # its back to the counter
    *_, info = env.step("wait")
    assert [event.id for event in info["events"]] == ["E00002"]


def test_what_it_does_is_among_what_it_witnesses(env):
    begin(env, BEFORE_COUNTER)
    env.step("look_down")
    *_, info = env.step("pick")
    assert info["succeeded"]
    assert info["carried"]
    assert info["events"][0].subject == info["carried"]
    assert not env.step("pick")[-1]["succeeded"]


def test_targets_are_numbers_of_the_semantic_sensor(env):
    begin(env, BEFORE_COUNTER)
    env.step("look_down")
    kettle = env.home.instance_ids["O4"]
    *_, info = env.step({"action": "pick", "target": kettle})
    assert info["carried"] == "O4"


def test_a_task_is_rewarded_once_it_is_done(env):
    begin(env, BEFORE_COUNTER, task=FetchTask("O2", "F3"))
    env.step("look_down")
    _, reward, terminated, *_ = env.step({"action": "pick", "target": env.home.instance_ids["O2"]})
    assert (reward, terminated) == (0.0, False)
    env.robot.x_m, env.robot.y_m, env.robot.yaw_rad = 6.0, 2.0, 0.0
    env.step("wait")
    _, reward, terminated, _, info = env.step("place")
    assert (reward, terminated, info["said"]) == (1.0, True, "")


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("move_foward", "move_forward"),
        (len(ACTIONS), "no action 10; they are numbered from 0 to 9"),
        ({"action": "pick", "target": 999}, "no instance 999"),
    ],
)
def test_unknown_actions(env, action, said):
    begin(env)
    with pytest.raises(UnknownNameError, match=said):
        env.step(action)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"place": 3}, "Options are t_ns, stance and task, got 'place'"),
        ({"stance": (0.5, 2.0, 0.0)}, "cannot stand at .* nearest free place"),
        ({"t_ns": 5}, "outside this life"),
    ],
)
def test_options_that_make_no_sense(env, options, said):
    with pytest.raises(InvalidInputError, match=said):
        env.reset(options=options)


@pytest.mark.parametrize(("task", "said"), [(FetchTask("O77", "F3"), "O77"), (FetchTask("O1", "F33"), "F33.*F3")])
def test_a_task_with_what_is_not_there(env, task, said):
    with pytest.raises(UnknownNameError, match=said):
        begin(env, task=task)


def test_paces_that_make_no_sense():
    with pytest.raises(InvalidInputError, match="positive"):
        Paces(wait_s=0)


def test_a_memory_rides_along(env, tmp_path):
    wrapped = MemoryWrapper(env, tmp_path / "memory")
    for _ in range(2):  # the second episode is the same morning again
        wrapped.reset(options={"stance": WATCHING})
        for _ in range(3):
            wrapped.step("wait")
    wrapped.close()
    stats = wrapped.stats()
    assert (stats.observed, stats.dropped, stats.notes) == (8, 0, ())
    with Memory.open(tmp_path / "memory") as memory:
        times = [frame.ref.t_ns for frame in memory.frames(stream="robot")]
        assert times[0] == env.life.start_ns
        assert times == sorted(set(times))
        assert memory.calendar == env.calendar
        assert [text.text.text for text in memory.texts()] == ["The coffee is ready."] * 2
        seen = {one.label for one in memory.detections(stream="robot")}
        assert {"mug", "kettle", "kitchen counter", "person"} <= seen


@pytest.mark.slow
def test_the_generated_house():
    made = gymnasium.make(HOUSE, seed=7, days=1, camera=Camera(64, 48))
    first, _info = made.reset()
    assert (first["depth_sensor"] > 0).mean() > 0.9
    assert len(np.unique(first["semantic_sensor"])) > 1
    for _ in range(5):
        observation, *_ = made.step(made.action_space.sample())
        assert observation in made.observation_space
    made.close()
