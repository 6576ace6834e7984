"""What a model may cost: tokens, seconds, money. A call that may not fit is refused before it is made."""

import math
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from mmmem.errors import InvalidInputError, ModelError

_TOKENS = re.compile(r"^(\d+(?:\.\d+)?)\s*([km]?)\s*(?:tokens?|tok)$")
_SECONDS = re.compile(r"^(\d+(?:\.\d+)?)\s*(ms|s|sec|secs|seconds?|m|min|mins|minutes?|h|hours?)$")
_DOLLARS = re.compile(r"^(?:\$\s*(\d*\.?\d+)|(\d*\.?\d+)\s*(?:usd|dollars?|\$))$")
_SCALE = {"": 1, "k": 1_000, "m": 1_000_000}
_ROUNDING_USD = 1e-12
_UNIT_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


class BudgetError(ModelError):
    """A call may not fit what is left of the budget; it was not made."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What has been spent so far.

    Args:
        tokens_in, tokens_out: as servers counted them, else estimated.
        seconds: during which at least one call was running, waits between retries included.
        usd: cost of the calls whose prices are known.
        calls: requests made.
        refused: calls that were not made because they might not have fitted.
    """

    tokens_in: int = 0
    tokens_out: int = 0
    seconds: float = 0.0
    usd: float = 0.0
    calls: int = 0
    refused: int = 0

    @property
    def tokens(self) -> int:
        """Read and written together."""
        return self.tokens_in + self.tokens_out


class Budget:
    """Bounds on what model calls may cost together; several threads may share one.

    Before a call its tokens are estimated (`mmmem.chat.estimate`: three bytes a token, and every token the answer may have)
    and reserved together with their price; afterwards the real figures replace the estimate. Seconds run while at least one
    call is running, and bound each call's own time-out.

    Args:
        tokens: read and written together; None for no bound.
        seconds: of running calls; None for no bound.
        usd: of calls; a model without known prices is then refused. None for no bound.
        clock: seconds that only go forward.

    Raises:
        InvalidInputError: a bound is negative or not a number.
    """

    def __init__(
        self,
        *,
        tokens: int | None = None,
        seconds: float | None = None,
        usd: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        for name, bound in (("tokens", tokens), ("seconds", seconds), ("usd", usd)):
            if bound is not None and not (math.isfinite(bound) and bound >= 0):
                raise InvalidInputError(f"A budget's {name} must be 0 or more, got {bound!r}.")
        self.tokens, self.seconds, self.usd = tokens, seconds, usd
        self._clock = clock
        self._lock = threading.Lock()
        self._tokens_in = self._tokens_out = self._calls = self._refused = 0
        self._usd = 0.0
        self._held_tokens, self._held_usd = 0, 0.0
        self._running, self._running_since, self._busy_s = 0, 0.0, 0.0

    @staticmethod
    def parse(text: str) -> "Budget":
        """Read `20k tokens`, `30s`, `2 min`, `$0.50`, or several of them with commas between.

        Raises:
            InvalidInputError: cannot be read, or names one bound twice.
        """
        bounds: dict[str, float] = {}
        for piece in text.lower().split(","):
            name, value = _bound(piece.strip(), text)
            if name in bounds:
                raise InvalidInputError(f"The budget {text!r} bounds {name} twice; give each bound once.")
            bounds[name] = value
        tokens = bounds.get("tokens")
        whole = None if tokens is None else round(tokens)
        return Budget(tokens=whole, seconds=bounds.get("seconds"), usd=bounds.get("usd"))

    def __repr__(self) -> str:
        bounds = ", ".join(f"{name}={getattr(self, name)}" for name in ("tokens", "seconds", "usd"))
        return f"Budget({bounds}, {self.spent})"

    @property
    def spent(self) -> Spent:
        """What has been spent so far; calls still running count by their time only."""
        with self._lock:
            return Spent(self._tokens_in, self._tokens_out, self._seconds(), self._usd, self._calls, self._refused)

    @property
    def seconds_left(self) -> float:
        """Seconds a call may still take; infinite without a bound."""
        with self._lock:
            return math.inf if self.seconds is None else max(self.seconds - self._seconds(), 0.0)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count the time inside; calls that overlap count once."""
        with self._lock:
            if self._running == 0:
                self._running_since = self._clock()
            self._running += 1
        try:
            yield
        finally:
            with self._lock:
                self._busy_s, self._running_since = self._seconds(), self._clock()
                self._running -= 1

    @contextmanager
    def reserve(self, tokens: int, usd: float | None) -> Iterator["Reservation"]:
        """Hold `tokens` and `usd` for one request; what is not settled inside is given back.

        Raises:
            BudgetError: they may not fit what is left, no time is left, or money is bounded and `usd` is None.
        """
        held_usd = usd or 0.0
        with self._lock:
            problem = self._problem(tokens, usd)
            if problem:
                self._refused += 1
                raise BudgetError(f"The call was not made: {problem} Raise the budget or ask for less.")
            self._held_tokens += tokens
            self._held_usd += held_usd
            self._calls += 1
        reservation = Reservation()
        try:
            yield reservation
        finally:
            with self._lock:
                self._held_tokens -= tokens
                self._held_usd -= held_usd
                self._tokens_in += reservation.tokens_in
                self._tokens_out += reservation.tokens_out
                self._usd += reservation.usd

    def _problem(self, tokens: int, usd: float | None) -> str:
        used = self._tokens_in + self._tokens_out + self._held_tokens
        if self.tokens is not None and used + tokens > self.tokens:
            return f"it may take {tokens} tokens and {max(self.tokens - used, 0)} of {self.tokens} are left."
        if self.seconds is not None and self._seconds() >= self.seconds:
            return f"no time is left of {self.seconds:g} s."
        if self.usd is None:
            return ""
        if usd is None:
            return f"money is bounded to ${self.usd:g}, but the model's prices are not known; give them with the model."
        left = self.usd - self._usd - self._held_usd
        if usd <= left + _ROUNDING_USD:
            return ""
        return f"it may cost ${usd:.4g} and ${max(left, 0):.4g} of ${self.usd:g} are left."

    def _seconds(self) -> float:
        return self._busy_s + (self._clock() - self._running_since if self._running else 0.0)


@dataclass(slots=True)
class Reservation:
    """What one request turned out to take; nothing until it is settled."""

    tokens_in: int = 0
    tokens_out: int = 0
    usd: float = 0.0

    def settle(self, tokens_in: int, tokens_out: int, usd: float | None) -> None:
        """Say what the request took."""
        self.tokens_in, self.tokens_out, self.usd = tokens_in, tokens_out, usd or 0.0


def _bound(piece: str, text: str) -> tuple[str, float]:
    if match := _TOKENS.match(piece):
        return "tokens", float(match[1]) * _SCALE[match[2]]
    if match := _DOLLARS.match(piece):
        return "usd", float(match[1] or match[2])
    if match := _SECONDS.match(piece):
        unit = match[2] if match[2] == "ms" else match[2][0]
        return "seconds", float(match[1]) * _UNIT_S[unit]
    raise InvalidInputError(f"Cannot read the budget {text!r}; write 20k tokens, 30s or $0.50, with commas between several.")
