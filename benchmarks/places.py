"""Places without depth: are pictures put together that are of one place, and is coming back to a place seen as such?

    python benchmarks/places.py ../shared/data [--encoder classical]

Only pictures are used; poses and the recordings' own truth tell what is right. Corridor: one walk is seen, then the other; a
picture of the second is recognised if its place was seen in the first, and rightly if that place holds an accepted reference.
Kitchen: two pictures are of one place if they were taken within `NEAR_M` and `TURN_RAD` of each other, and of two if they are
twice as far apart; others count neither way.
"""

import argparse
import json
from collections import defaultdict
from pathlib import Path

import numpy as np
from PIL import Image

from mmmem.clock import NS_PER_S
from mmmem.perceive import Encoder, open_encoder
from scenegraph.places import Places
from streams.datasets import seven_scenes

NEAR_M, TURN_RAD = 0.5, 0.5


def corridor(encoder: Encoder, folder: Path) -> None:
    """The second walk through a corridor, recognised from the first."""
    truth = {int(query): set(accepted) for query, accepted in json.loads((folder / "ground_truth.json").read_text()).items()}
    places, held, t_ns = Places(), defaultdict[str, set[int]](set), 0
    for number, row in _encoded(encoder, folder / "ref"):
        held[places.see(t_ns, row).id].add(number)
        t_ns += NS_PER_S
    num_first = len(places.places)
    t_ns += 3600 * NS_PER_S
    found = []
    for number, row in _encoded(encoder, folder / "query"):
        found.append((number, places.see(t_ns, row).id))
        t_ns += NS_PER_S
    known = [(number, id) for number, id in found if id in held]
    right = sum(bool(held[id] & truth[number]) for number, id in known)
    print(f"corridor: {num_first} places in the first walk; of {len(found)} pictures of the second {len(known)} recognised,")
    print(f"  {right} of them rightly: precision {right / max(len(known), 1):.3f}, recall {right / len(found):.3f}")


def kitchen(encoder: Encoder, folder: Path) -> None:
    """Pairs of pictures that are told to be of one place, against where they were taken."""
    shots = seven_scenes.read(folder).shots
    places, ids = Places(), []
    for shot in shots:
        ids.append(places.see(shot.t_ns, encoder.encode_images([shot.sense().image])[0]).id)
    poses = np.stack([shot.pose for shot in shots if shot.pose is not None])
    away_m = np.linalg.norm(poses[:, None, :3, 3] - poses[None, :, :3, 3], axis=-1)
    turn_rad = np.arccos(np.clip(poses[:, :3, 2] @ poses[:, :3, 2].T, -1, 1))
    same = np.array([[one == other for other in ids] for one in ids])
    near = (away_m < NEAR_M) & (turn_rad < TURN_RAD)
    far = (away_m > 2 * NEAR_M) | (turn_rad > 2 * TURN_RAD)
    pairs = np.triu(np.ones(same.shape, bool), 1)
    right, wrong, missed = ((pairs & which).sum() for which in (same & near, same & far, near & ~same))
    precision, recall = right / max(right + wrong, 1), right / max(right + missed, 1)
    revisits = sum(len(place.visits) - 1 for place in places.places)
    print(f"kitchen: {len(places.places)} places, {revisits} revisits of {len(shots)} pictures; pairs of one place:")
    print(f"  precision {precision:.3f}, recall {recall:.3f}, F1 {2 * precision * recall / max(precision + recall, 1e-9):.3f}")


def _encoded(encoder: Encoder, folder: Path) -> list[tuple[int, np.ndarray]]:
    files = sorted(folder.glob("*.jpg"), key=lambda file: int(file.stem))
    rows = encoder.encode_images([np.asarray(Image.open(file).convert("RGB")) for file in files])
    return [(int(file.stem), row) for file, row in zip(files, rows, strict=True)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--encoder", default="classical")
    asked = parser.parse_args()
    encoder = open_encoder(asked.encoder)
    corridor(encoder, asked.data / "images" / "vpr-corridor")
    kitchen(encoder, asked.data / "rgbd" / "redkitchen")


if __name__ == "__main__":
    main()
