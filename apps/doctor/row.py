"""One finding of the doctor."""

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "missing", "warning", "problem"]


@dataclass(frozen=True, slots=True)
class Row:
    """One finding; a `problem` is a core part that is broken, a `missing` one is optional."""

    part: str
    name: str
    state: State
    detail: str
    remedy: str = ""
