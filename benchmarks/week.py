"""Ingest of a week's annotations, opening the memory, and asking it: wall time, resident memory, latency.

    python benchmarks/week.py ../shared/data/egolife [--json]

Ingest runs `mmmem ingest` in a child process and is bound by SQLite (one synced transaction per 500 lines) and by cutting and
stemming words. Asking runs in process, cold for every question time, and is bound by memory bandwidth over the visible lines.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from apps.evaluate.egolife import read
from mmmem.memory import Memory


def ingest(annotations: Path, memory: Path) -> tuple[float, float]:
    """Seconds of wall time and peak resident megabytes of `mmmem ingest`."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "apps.cli", "ingest", str(annotations), "-m", str(memory), "--text-embedder", "none"]
    subprocess.run(command, check=True, capture_output=True)
    peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return time.perf_counter() - started, peak_mb


def opened(memory: Path) -> float:
    """Seconds to open the memory and read its columns, imports not counted, in a process that never saw it."""
    program = (
        "import sys, time; from mmmem.memory import Memory; t = time.perf_counter();"
        "m = Memory.open(sys.argv[1]); m.line_columns(); m.clip_columns(); print(time.perf_counter() - t)"
    )
    return float(subprocess.run([sys.executable, "-c", program, str(memory)], check=True, capture_output=True, text=True).stdout)


def latencies(memory: Path, directory: Path) -> np.ndarray:
    """Milliseconds of each `ask`, choices given, one fresh view per question."""
    cases = read(directory).cases
    spent = []
    with Memory.open(memory) as m:
        for case in cases:
            started = time.perf_counter()
            m.ask(case.question.text, asked_at=case.question.asked_at_ns, choices=case.question.choices)
            spent.append((time.perf_counter() - started) * 1000)
    return np.array(spent)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        memory = Path(folder) / "week"
        seconds, peak_mb = ingest(options.directory / "EgoLifeCap" / "Sync", memory)
        open_s = opened(memory)
        ms = latencies(memory, options.directory)
        size_mb = sum(f.stat().st_size for f in memory.iterdir()) / 2**20
    figures = {
        "ingest_s": round(seconds, 2),
        "ingest_peak_rss_mb": round(peak_mb),
        "open_s": round(open_s, 3),
        "ask_p50_ms": round(float(np.percentile(ms, 50)), 1),
        "ask_p95_ms": round(float(np.percentile(ms, 95)), 1),
        "memory_mb": round(size_mb, 1),
    }
    print(json.dumps(figures) if options.json else "\n".join(f"{name}: {value}" for name, value in figures.items()))


if __name__ == "__main__":
    main()
