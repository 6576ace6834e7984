"""Unit vectors."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mmmem.errors import ModelError


def unit_rows(rows: NDArray[Any], model: str) -> NDArray[np.float32]:
    """Rows scaled to unit length, (n, d) float32; a row of zeros stays zero.

    Raises:
        ModelError: `model` gave NaN or infinity.
    """
    exact = np.asarray(rows, dtype=np.float64)
    if not np.isfinite(exact).all():
        raise ModelError(f"{model} gave NaN or infinity; its weights are damaged or overflow in this precision.")
    norms = np.linalg.norm(exact, axis=1, keepdims=True)
    units: NDArray[np.float32] = np.divide(exact, norms, out=np.zeros_like(exact), where=norms > 0).astype(np.float32)
    return units
