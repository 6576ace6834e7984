"""Is the number of moves, and the time of the last one, of every object in the graph what the annotations say?

    python benchmarks/moves.py ../shared/data

HD-EPIC's pick-up-to-put-down tracks and the kitchen video's boxes are imported, written into a log, read back from it into a new
graph and asked through `scenegraph.asking.Questions`. Beside it stands a plain count over the JSON that shares no code with it.
The kitchen's boxes say nothing of moves: what counts as one is said in `streams.datasets.handled_things.carried`.
"""

import argparse
import json
import math
import statistics
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from mmmem.clock import Calendar
from scenegraph import SceneGraph
from scenegraph.asking import Questions
from scenegraph.log import ListLog
from streams.datasets.box_tracks import read_box_tracks
from streams.datasets.handled_things import carried, read_handled

Told = tuple[int, int | None]
"""Number of moves, and when the last one ended, in nanoseconds."""


def told_by_graph(log: ListLog, keys: dict[str, str], calendar: Calendar) -> dict[str, Told]:
    """What a graph that is read off a log answers for each key."""
    graph = SceneGraph(log)
    questions = Questions(graph, calendar=calendar)
    told: dict[str, Told] = {}
    for key in keys:
        id = graph.world.by_key.get(f"handled:{key}")
        moves = [] if id is None else questions.moves(id)
        told[key] = (len(moves), moves[-1].by_ns if moves else None)
    return told


def hdepic_by_hand(path: Path) -> dict[str, Told]:
    """Tracks counted, and the latest end, straight from the JSON."""
    held: dict[str, Any] = json.loads(path.read_text(), parse_float=Decimal)
    told: dict[str, Told] = {}
    for video, things in held.items():
        clock = time.strptime(video.split("-", 1)[1], "%Y%m%d-%H%M%S")
        start_s = (time.mktime(clock) - time.timezone) if not time.localtime().tm_isdst else 0
        for key, thing in things.items():
            ends = [track["time_segment"][1] for track in thing["tracks"]]
            told[key] = (len(ends), round((Decimal(int(start_s)) + Decimal(max(ends))) * 10**9))
    return told


def kitchen_by_hand(path: Path) -> dict[str, Told]:
    """The rule of `carried`, written out once more over the raw JSON."""
    held = json.loads(path.read_text())
    static = {"refrigerator", "sink", "microwave", "oven", "dining table", "toilet", "tv", "couch", "bed"}
    frames = {int(n): {one["id"]: one["cxcywh"] for one in boxes} for n, boxes in held["frames"].items()}
    moving: dict[int, list[int]] = {}
    for n in sorted(frames):
        then, now = frames.get(n - 5, {}), frames[n]
        still = [i for i in now if i in then and held["objects"][str(i)] in static]
        if not still:
            continue
        dx, dy = (statistics.median(now[i][axis] - then[i][axis] for i in still) for axis in (0, 1))
        for i in (one for one in now if one in then):
            shift = math.hypot(now[i][0] - then[i][0] - dx, now[i][1] - then[i][1] - dy)
            if shift > 0.5 * math.hypot(now[i][2], now[i][3]):
                moving.setdefault(i, []).append(n)
    told: dict[str, Told] = {}
    for text, name in held["objects"].items():
        found = [] if name in static or name == "person" else moving.get(int(text), [])
        num = sum(1 for place, n in enumerate(found) if place == 0 or n - found[place - 1] > 8)
        told[text] = (num, round(found[-1] * 10**9 / held["fps"]) if found else None)
    return told


def imported(data: Path) -> Iterator[tuple[str, ListLog, dict[str, str], dict[str, Told], Calendar]]:
    """Each source: its name, the log made of it, its keys with names, what is right, and its calendar."""
    path = data / "hdepic" / "assoc_info.json"
    graph, keys = SceneGraph(ListLog()), dict[str, str]()
    for video, things in sorted(read_handled(path).items()):
        graph.handled(video, things)
        keys |= {thing.key: thing.name for thing in things}
    yield "hdepic/assoc_info.json", graph.log, keys, hdepic_by_hand(path), Calendar("wall")  # type: ignore[misc]
    path = data / "videos" / "kitchen_tracks.json"
    graph = SceneGraph(ListLog())
    things = carried(read_box_tracks(path))
    graph.handled("kitchen", things, source="perception")
    keys = {thing.key: thing.name for thing in things}
    yield "videos/kitchen_tracks.json", graph.log, keys, kitchen_by_hand(path), Calendar()  # type: ignore[misc]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--list", action="store_true", help="name every object")
    args = parser.parse_args()
    wrong_in_all = 0
    for source, log, keys, right, calendar in imported(args.data):
        began = time.perf_counter()
        told = told_by_graph(log, keys, calendar)
        wrong = [key for key in right if told.get(key) != right[key]]
        wrong_in_all += len(wrong)
        moves, moved = sum(num for num, _ in right.values()), sum(num > 0 for num, _ in right.values())
        print(f"{source}: {len(right)} objects, {moved} moved, {moves} moves, {len(log.rows)} rows")
        print(f"  number of moves and time of the last: {len(right) - len(wrong)} of {len(right)} exact", end="")
        print(f" (read back and asked in {time.perf_counter() - began:.1f} s)")
        for key in wrong[:20] if not args.list else right:
            print(f"  {key} {keys.get(key)}: graph {told.get(key)}, by hand {right[key]}")
    raise SystemExit(1 if wrong_in_all else 0)


if __name__ == "__main__":
    main()
