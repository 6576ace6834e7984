"""One way to open an ONNX model: chosen threads, quiet, and an error a person can act on."""

import os
from pathlib import Path
from typing import Any

from mmmem.errors import InvalidInputError, ModelError
from mmmem.lazy import require


def num_threads(wanted: int | None = None) -> int:
    """How many threads a model may use: `wanted`, else `OMP_NUM_THREADS`, else the cores this process may run on.

    Raises:
        InvalidInputError: `wanted` is below 1.
    """
    if wanted is not None:
        if wanted < 1:
            raise InvalidInputError(f"A model needs at least 1 thread, got {wanted}; leave it out for all cores.")
        return wanted
    configured = os.environ.get("OMP_NUM_THREADS", "")
    if configured.isdigit() and int(configured) > 0:
        return int(configured)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def session_options(threads: int | None, *, extra: str, purpose: str) -> Any:
    """ONNX Runtime options: `threads` within an operator, operators one after another, errors only in the log."""
    runtime = require("onnxruntime", extra=extra, purpose=purpose)
    options = runtime.SessionOptions()
    options.intra_op_num_threads = num_threads(threads)
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Idle worker threads that spin take the core from the decoder beside them.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options


def open_session(path: Path, *, threads: int | None, extra: str, purpose: str) -> Any:
    """Load an ONNX file for the CPU.

    Raises:
        MissingExtraError: ONNX Runtime is not installed.
        ModelError: the file is missing, empty, damaged or uses operators this runtime does not know.
    """
    if not path.is_file():
        raise ModelError(f"There is no model file {str(path)!r}; check the path.")
    if path.stat().st_size == 0:
        raise ModelError(f"The model file {str(path)!r} is empty (0 bytes); download it again.")
    runtime = require("onnxruntime", extra=extra, purpose=purpose)
    options = session_options(threads, extra=extra, purpose=purpose)
    try:
        return runtime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except runtime_errors() as error:
        raise ModelError(
            f"ONNX Runtime cannot load {str(path)!r}: {first_line(error)} Check that it is a complete .onnx file."
        ) from error


def runtime_errors() -> tuple[type[Exception], ...]:
    """What ONNX Runtime raises for a model it cannot load or run."""
    state = require("onnxruntime.capi.onnxruntime_pybind11_state", extra="onnx", purpose="ONNX Runtime")
    names = ("Fail", "InvalidArgument", "InvalidGraph", "InvalidProtobuf", "NoSuchFile", "NotImplemented", "RuntimeException")
    return (*(getattr(state, name) for name in names), RuntimeError, ValueError)


def first_line(error: BaseException) -> str:
    """The first line of an error's message, ending in a full stop."""
    text = (str(error).strip().splitlines() or [type(error).__name__])[0].strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."
