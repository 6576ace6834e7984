"""Passages a second and query time of a text embedder, beside the machine's bare matrix product.

OMP_NUM_THREADS=1 python benchmarks/text_embedding.py minilm --passages 1000 --words 45
"""

import argparse
import os
import time

import numpy as np

from mmmem.perceive import open_text_embedder

_WORDS = """person opens fridge takes milk table red cup kitchen puts bowl washes hands sink talks phone walks corridor
door window light chair laptop music garden dog picks plate cuts bread knife stove pan water tap floor box shelf""".split()


def passages(num: int, num_words: int) -> list[str]:
    """Distinct passages of about `num_words` words."""
    rng = np.random.default_rng(0)
    lengths = rng.integers(num_words * 3 // 4, num_words * 5 // 4 + 1, num)
    return [f"{i} " + " ".join(rng.choice(_WORDS, length)) for i, length in enumerate(lengths)]


def matrix_gflops() -> float:
    """Multiply-adds of a product of the size MiniLM spends its time in, counted as two operations."""
    rng = np.random.default_rng(0)
    tokens, weight = rng.random((480, 384), np.float32), rng.random((384, 1536), np.float32)
    best = min(_seconds(lambda: tokens @ weight) for _ in range(50))
    return 2 * 480 * 384 * 1536 / best / 1e9


def _seconds(call: object) -> float:
    start = time.perf_counter()
    call()  # type: ignore[operator]
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("embedder", nargs="?", default="minilm")
    parser.add_argument("--passages", type=int, default=1000)
    parser.add_argument("--words", type=int, default=45)
    options = parser.parse_args()
    start = time.perf_counter()
    embedder = open_text_embedder(options.embedder)
    opened_s = time.perf_counter() - start
    texts = passages(options.passages, options.words)
    embedder.embed(texts[:50])
    bare = matrix_gflops()
    start = time.perf_counter()
    embedder.embed(texts)
    took_s = time.perf_counter() - start
    query_ms = np.array([_seconds(lambda i=i: embedder.embed_queries([f"where is red cup {i}"])) for i in range(100)]) * 1000
    print(f"{embedder.space}: opened in {opened_s:.2f} s, OMP_NUM_THREADS={os.environ.get('OMP_NUM_THREADS', 'unset')}")
    print(f"{len(texts) / took_s:.1f} passages/s of {options.words} words; bare matrix product {bare:.0f} GFLOP/s")
    print(f"query p50 {np.median(query_ms):.2f} ms, p95 {np.quantile(query_ms, 0.95):.2f} ms")


if __name__ == "__main__":
    main()
