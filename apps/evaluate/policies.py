"""Which numbers steer recall in a run: the product's own, a file, some changed, some parts switched off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from mmmem.agent.policy import Policy, default_policy, read_policy
from mmmem.clock import NS_PER_HOUR, NS_PER_MIN, NS_PER_S
from mmmem.errors import InvalidInputError
from mmmem.suggest import known_name

WORLDMM = "worldmm"
"""Name of the loop of the paper of that name, run on the same memory; `worldmm:3min` for windows of one length alone."""
WINDOWS = {"30s": 30 * NS_PER_S, "3min": 3 * NS_PER_MIN, "10min": 10 * NS_PER_MIN, "1h": NS_PER_HOUR}
"""Lengths of the paper's windows by name."""


@dataclass(frozen=True, slots=True)
class Steering:
    """How a memory is asked.

    Args:
        name: `default`, the file the numbers are from, or `worldmm`.
        policy: the numbers themselves.
        without: parts that are switched off.
        changes: numbers that were given one by one.
    """

    name: str = "default"
    policy: Policy = field(default_factory=default_policy)
    without: tuple[str, ...] = ()
    changes: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_worldmm(self) -> bool:
        """Whether the paper's loop asks, not the product's."""
        return self.name.partition(":")[0] == WORLDMM

    @property
    def windows_ns(self) -> tuple[int, ...]:
        """The lengths of window that loop uses: all of the paper's, or the one its name gives."""
        length = self.name.partition(":")[2]
        return (WINDOWS[length],) if length else tuple(WINDOWS.values())

    def settings(self) -> dict[str, Any]:
        """What differs from the product, ready for JSON."""
        return {
            "policy": "" if self.name == "default" else self.name,
            "without": list(self.without),
            "changes": dict(self.changes),
        }

    def changed(self, name: str, value: float) -> "Steering":
        """With one number set."""
        policy = replace(self.policy, **{known_field(name): value})
        return replace(self, policy=policy, changes={**self.changes, name: value})


def steering(name: str | None = None, without: str | None = None, changes: Sequence[str] = ()) -> Steering:
    """Read the options of a run.

    Args:
        name: a TOML file with every number, `worldmm` or `worldmm:LENGTH`, or None for the product's own.
        without: names of parts, separated by commas.
        changes: `NAME=NUMBER` each.

    Raises:
        UnknownNameError: no part, number or length of that name; did you mean.
        InvalidInputError: a file that cannot be read, a number that is none.
    """
    loop, _, length = (name or WORLDMM).partition(":")
    if loop == WORLDMM and length:
        known_name(length, WINDOWS, "length of window")
    base = default_policy() if loop == WORLDMM else read_policy(Path(str(name)))
    made = Steering(name or "default", base)
    for change in changes:
        made = made.changed(*_pair(change))
    parts = _listed(without)
    return replace(made, policy=made.policy.without(*parts), without=parts)


def known_field(name: str) -> str:
    """`name`, if a policy has such a number.

    Raises:
        UnknownNameError: it has not; did you mean.
    """
    return known_name(name, [one.name for one in fields(Policy)], "number of a policy")


def sweep(text: str) -> tuple[str, tuple[float, ...]]:
    """Read `NAME=NUMBER,NUMBER,...`.

    Raises:
        UnknownNameError, InvalidInputError: as for `steering`.
    """
    name, values = text.partition("=")[::2]
    numbers = tuple(_number(value, text) for value in _listed(values))
    if len(numbers) < 2:
        raise InvalidInputError(f"--sweep {text!r} must give at least two numbers, as in recency=0,0.25,0.5.")
    return known_field(name.strip()), numbers


def _pair(text: str) -> tuple[str, float]:
    name, equals, value = text.partition("=")
    if not equals:
        raise InvalidInputError(f"--set {text!r} must be NAME=NUMBER, as in recency=0.5.")
    return known_field(name.strip()), _number(value, text)


def _number(value: str, text: str) -> float:
    try:
        return float(value)
    except ValueError as error:
        raise InvalidInputError(f"{value!r} in {text!r} is no number.") from error


def _listed(text: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for one in (text or "").split(",") if (part := one.strip())))
