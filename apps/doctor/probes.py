"""What only an import can tell is asked of a child process with a time limit: a library that hangs or crashes is a finding."""

import json
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

PROBE_LIMIT_S = 5.0

PROBES: Mapping[str, str] = {
    "av": (
        "import av, json\n"
        "def has(name, mode):\n"
        "    try: return bool(av.Codec(name, mode))\n"
        "    except ValueError: return False\n"
        "print(json.dumps({'decode': [n for n in ('h264', 'hevc', 'vp9', 'av1') if has(n, 'r')],"
        " 'encode': [n for n in ('libx264', 'libx265', 'mpeg4') if has(n, 'w')],"
        " 'libavcodec': '.'.join(map(str, av.library_versions.get('libavcodec', ())))}))"
    ),
    "faiss": (
        "import faiss, json\n"
        "print(json.dumps({'gpus': faiss.get_num_gpus() if hasattr(faiss, 'get_num_gpus') else 0,"
        " 'options': faiss.get_compile_options().strip()}))"
    ),
    "onnxruntime": "import onnxruntime, json\nprint(json.dumps({'providers': onnxruntime.get_available_providers()}))",
    "cuda": (
        "import ctypes, json, sys\n"
        "count = ctypes.c_int(0)\n"
        "try:\n"
        "    driver = ctypes.CDLL('nvcuda.dll' if sys.platform == 'win32' else 'libcuda.so.1')\n"
        "    code = driver.cuInit(0) or driver.cuDeviceGetCount(ctypes.byref(count))\n"
        "except OSError:\n"
        "    code = -1\n"
        "print(json.dumps({'driver': code != -1, 'devices': count.value if code == 0 else 0}))"
    ),
    "gl": (
        "import ctypes, json\n"
        "def loads(*names):\n"
        "    for name in names:\n"
        "        try: ctypes.CDLL(name)\n"
        "        except OSError: continue\n"
        "        return True\n"
        "    return False\n"
        "print(json.dumps({'EGL': loads('libEGL.so.1', 'libEGL.so'), 'OSMesa': loads('libOSMesa.so.8', 'libOSMesa.so')}))"
    ),
}


@dataclass(frozen=True, slots=True)
class Probed:
    """What a child process said: `found`, or why it said nothing."""

    found: Mapping[str, Any] | None
    failure: str = ""


def probe(names: Iterable[str], limit_s: float = PROBE_LIMIT_S) -> dict[str, Probed]:
    """Run probes side by side, each in a process of its own, all within one time limit."""
    running = {
        name: subprocess.Popen(
            [sys.executable, "-P", "-c", PROBES[name]], stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL
        )
        for name in names
    }
    deadline_s = time.monotonic() + limit_s
    return {name: _answer_of(child, max(deadline_s - time.monotonic(), 0.01), limit_s) for name, child in running.items()}


def _answer_of(child: "subprocess.Popen[bytes]", left_s: float, limit_s: float) -> Probed:
    with child:
        try:
            said, complaint = child.communicate(timeout=left_s)
        except subprocess.TimeoutExpired:
            child.kill()
            child.communicate()
            return Probed(None, f"no answer within {limit_s:g} s")
    if child.returncode != 0:
        last = complaint.decode("utf-8", "replace").strip().splitlines()[-1:]
        return Probed(None, last[0] if last else f"the process ended with {child.returncode}")
    try:
        return Probed(json.loads(said))
    except ValueError:
        return Probed(None, f"it said {said[:60]!r}")
