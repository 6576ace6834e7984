"""The numbers that steer recall, as one value read from one file; parts of it can be switched off to see what they give."""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from mmmem.errors import InvalidInputError
from mmmem.suggest import known_name


@dataclass(frozen=True, slots=True)
class Policy:
    """Weights of recall; each is at least 0, and 0 switches its part off.

    Args:
        meaning: cosine of passages with the question, against words at 1.
        choices: the best option's words, against the question's.
        neighbours: share of a short clip's score that spills over to the clips beside it.
        recency: how much now counts against a day ago, where only words are compared.
        recency_with_meaning: the same where meaning is part of the sum, whose range is wider then.
        hinted: bonus inside the times a question hints at.
        named_time: 1 to look only inside a time that the question names outright, 0 to ignore it.
        facts, visual: the sources' shares where rankings are put into one, against the episodic bank at 1.
    """

    meaning: float
    choices: float
    neighbours: float
    recency: float
    recency_with_meaning: float
    hinted: float
    named_time: float
    facts: float
    visual: float

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            if not 0 <= value < float("inf"):
                raise InvalidInputError(f"The policy's {name} must be a number of at least 0, got {value}.")

    def without(self, *parts: str) -> "Policy":
        """This policy with parts switched off.

        Raises:
            UnknownNameError: a part that does not exist; did you mean.
        """
        off = {field for part in parts for field in PARTS[known_name(part, PARTS, "part")]}
        return replace(self, **dict.fromkeys(off, 0.0))


PARTS: Mapping[str, tuple[str, ...]] = {
    "meaning": ("meaning",),
    "choices": ("choices",),
    "neighbours": ("neighbours",),
    "recency": ("recency", "recency_with_meaning"),
    "time": ("hinted", "named_time"),
    "facts": ("facts",),
    "visual": ("visual",),
}
"""What `without` can switch off, by the name a user gives."""


def read_policy(path: Path) -> Policy:
    """Read a policy from a TOML file with one number for every field.

    Raises:
        InvalidInputError: not TOML, or a field is missing, unknown or no number.
    """
    try:
        return _policy(path.read_text(encoding="utf-8"), str(path))
    except OSError as error:
        raise InvalidInputError(f"Cannot read the policy {str(path)!r}: {error.strerror}.") from error


@lru_cache
def default_policy() -> Policy:
    """The policy that ships with mmmem; its file says how it was made."""
    return _policy(files("mmmem.agent").joinpath("policy.toml").read_text(encoding="utf-8"), "mmmem/agent/policy.toml")


def _policy(text: str, where: str) -> Policy:
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidInputError(f"The policy {where!r} is not TOML: {error}.") from error
    fields = set(Policy.__dataclass_fields__)
    wrong = sorted(fields ^ set(values)) or [
        name for name, value in values.items() if isinstance(value, bool) or not isinstance(value, int | float)
    ]
    if wrong:
        raise InvalidInputError(
            f"The policy {where!r} must give one number for each of {', '.join(sorted(fields))}; look at {', '.join(wrong)}."
        )
    return Policy(**{name: float(value) for name, value in values.items()})
