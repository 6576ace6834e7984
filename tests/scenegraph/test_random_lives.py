"""Whatever is shown in whatever order: nothing fails, what is followed is known, and the log says what was believed live."""

from dataclasses import replace

import numpy as np
import pytest
from scripted_scene import EYES, TABLE, Box, Scene, mug

from scenegraph import SceneGraph

COLOURS = {"red": (200, 30, 30), "blue": (40, 60, 200), "white": (230, 230, 230)}
KINDS = ("mug", "glass", "bowl")
AWAY = (-2.9, -2.9, 1.0)


def life(scene: Scene, rng: np.random.Generator, num: int):
    """Pictures of a table on which anything happens to three things, read now and then as what they are not."""
    t_s, colours = 0.0, list(COLOURS)
    for name in colours:
        scene.put(replace(mug(name, rng.uniform(-0.6, 0.6), rng.uniform(-0.3, 0.3), COLOURS[name]), attributes={"colour": name}))
    for _ in range(num):
        t_s += float(rng.choice([0.5, 0.5, 0.5, 5.0, 90.0, 4000.0]))
        name = str(rng.choice(colours))
        if rng.random() < 0.15:
            scene.boxes = [box for box in scene.boxes if box.name != name]
        elif rng.random() < 0.2:
            at = rng.uniform(-0.6, 0.6), rng.uniform(-0.3, 0.3)
            scene.put(replace(mug(name, *at, COLOURS[name]), attributes={"colour": str(rng.choice(colours))}))
        target = AWAY if rng.random() < 0.1 else (0.0, 0.0, 0.75)
        kinds = {box.name: box.kind if rng.random() < 0.8 else str(rng.choice(KINDS)) for box in scene.boxes}

        def label(box: Box, kinds: dict[str, str] = kinds) -> str:
            return kinds[box.name]

        frame, found = scene.shot(t_s, EYES[rng.integers(6)], target, noise_m=0.004, label=label, drop=(name,))
        yield frame, replace(found, score=rng.uniform(0.1, 0.95, len(found)).astype(np.float32))


@pytest.mark.parametrize("seed", [0, 3, 5, 7])
def test_any_life_can_be_watched_and_read_again(seed: int) -> None:
    rng, graph = np.random.default_rng(seed), SceneGraph()
    for frame, found in life(Scene([TABLE]), rng, 160):
        graph.observe(frame, found)
        living = {node.id for node in graph.world.living()}
        assert {key for key in graph._observer.tracks if not key.startswith("T")} <= living
        assert all(id is None or id.startswith("T") or graph.resolve(id) in living for id in graph.last_ids)
    graph.flush()
    again = SceneGraph(graph.log)
    assert {id: node.merged_into for id, node in again.world.nodes.items()} == {
        id: node.merged_into for id, node in graph.world.nodes.items()
    }
    for node in graph.world.living():
        told = again.world.nodes[node.id]
        assert [(stay.start_ns, stay.last_seen_ns, stay.missing_ns, stay.num_seen) for stay in told.stays] == [
            (stay.start_ns, stay.last_seen_ns, stay.missing_ns, stay.num_seen) for stay in node.stays
        ]
        times = [stay.start_ns for stay in node.stays]
        assert times == sorted(times)
