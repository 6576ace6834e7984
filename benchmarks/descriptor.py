"""Near-duplicates and place recognition with an image encoder.

python benchmarks/descriptor.py COCO128_DIR VPR_CORRIDOR_DIR [--encoder classical]
"""

import argparse
import io
import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance, ImageFilter

from mmmem.perceive import Encoder, open_encoder

Picture = NDArray[np.uint8]


def crop(share: float, left: float = 0.5, top: float = 0.5) -> Callable[[Image.Image], Image.Image]:
    def cut(image: Image.Image) -> Image.Image:
        x, y = int(image.width * (1 - share) * left), int(image.height * (1 - share) * top)
        return image.crop((x, y, x + int(image.width * share), y + int(image.height * share)))

    return cut


def compress(image: Image.Image) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=15)
    return Image.open(buffer).convert("RGB")


def add_noise(image: Image.Image) -> Image.Image:
    pixels = np.asarray(image, np.float32)
    noise = np.random.default_rng(0).normal(0, 20, pixels.shape)
    return Image.fromarray((pixels + noise).clip(0, 255).astype(np.uint8))


CHANGES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "crop to 90 %": crop(0.9),
    "crop to 80 %": crop(0.8),
    "corner crop to 85 %": crop(0.85, 0, 0),
    "brightness x 0.6": lambda image: ImageEnhance.Brightness(image).enhance(0.6),
    "brightness x 1.4": lambda image: ImageEnhance.Brightness(image).enhance(1.4),
    "JPEG quality 15": compress,
    "noise, sigma 20": add_noise,
    "blur, radius 2": lambda image: image.filter(ImageFilter.GaussianBlur(2)),
    "half size": lambda image: image.reduce(2),
}


def near_duplicates(encoder: Encoder, photos: list[Image.Image]) -> None:
    """Cosine of each photo with its changed self, against cosines of different photos."""
    rows = encoder.encode_images([np.asarray(photo) for photo in photos])
    others = np.sort((rows @ rows.T)[~np.eye(len(rows), dtype=bool)])
    bound, all_same = np.quantile(others, 0.999), []
    for name, change in CHANGES.items():
        changed = encoder.encode_images([np.asarray(change(photo)) for photo in photos])
        same = (rows * changed).sum(axis=1)
        all_same.append(same)
        print(f"{name:20}  AUC {auc(same, others):.4f}  5 % quantile of cosine {np.quantile(same, 0.05):.3f}")
    joined = np.concatenate(all_same)
    print(f"all                   AUC {auc(joined, others):.5f}  found at 0.1 % false alarms {(joined > bound).mean():.4f}")
    print(f"different photos: mean cosine {others.mean():.3f}, 99.9 % quantile {bound:.3f}")


def auc(same: NDArray[np.float32], others: NDArray[np.float32]) -> float:
    """Probability that a changed photo is nearer than a different one; `others` is sorted."""
    return float(np.searchsorted(others, same).mean() / len(others))


def places(encoder: Encoder, folder: Path) -> None:
    """Recall of a second walk along the corridor against the first."""
    truth = {int(query): set(accepted) for query, accepted in json.loads((folder / "ground_truth.json").read_text()).items()}
    walks = []
    for name in ("query", "ref"):
        files = sorted((folder / name).glob("*.jpg"), key=lambda file: int(file.stem))
        rows = encoder.encode_images([np.asarray(Image.open(file).convert("RGB")) for file in files])
        walks.append(([int(file.stem) for file in files], rows))
    (queries, query_rows), (references, reference_rows) = walks
    order = np.argsort(-(query_rows @ reference_rows.T), axis=1, kind="stable")
    for k in (1, 5):
        hits = [any(references[place] in truth[query] for place in order[row, :k]) for row, query in enumerate(queries)]
        print(f"corridor recall@{k} {np.mean(hits):.3f} of {len(hits)} queries")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("coco128", type=Path)
    parser.add_argument("corridor", type=Path)
    parser.add_argument("--encoder", default="classical")
    options = parser.parse_args()
    encoder = open_encoder(options.encoder)
    photos = [Image.open(path).convert("RGB") for path in sorted((options.coco128 / "images").rglob("*.jpg"))]
    for photo in photos:
        photo.thumbnail((320, 320))
    near_duplicates(encoder, photos)
    places(encoder, options.corridor)
    pixels = [np.asarray(photo) for photo in photos]
    start = time.perf_counter()
    encoder.encode_images(pixels)
    print(f"{(time.perf_counter() - start) / len(pixels) * 1000:.2f} ms a picture of 320 pixels, {encoder.dim} numbers")


if __name__ == "__main__":
    main()
