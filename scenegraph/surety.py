"""How likely a reply of the graph is right: a logistic function of what its own rule makes of it and of what was asked.

The weights lie in `surety.toml`, which names the command that fits them.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from importlib.resources import files
from typing import Final

from mmmem.agent.confidence import Calibration, Grounds, log_odds
from mmmem.agent.typed import TypedAnswer
from scenegraph.requests import Request

FAMILY: Final = "typed"
NAMES = ("raw",)
"""What is weighed beside what was asked, for which there is a weight `asks <intent>`."""


def weighed(request: Request, reply: TypedAnswer) -> TypedAnswer:
    """A reply with its probability of being right; an abstention as it is."""
    if reply.answer.abstained:
        return reply
    sure = weights().chance(grounds_of(request, reply))
    return replace(reply, answer=replace(reply.answer, confidence=sure), surety=sure)


def grounds_of(request: Request, reply: TypedAnswer) -> Grounds:
    """What a reply is judged by."""
    return Grounds(FAMILY, {"raw": log_odds(reply.answer.confidence), f"asks {request.intent}": 1.0})


@lru_cache(maxsize=1)
def weights() -> Calibration:
    """The fitted ones."""
    return read_weights(files("scenegraph").joinpath("surety.toml").read_text("utf-8"))


def read_weights(text: str) -> Calibration:
    """Weights by name from the text of a `surety.toml`."""
    held: Mapping[str, Mapping[str, float]] = tomllib.loads(text)
    return Calibration({FAMILY: held[FAMILY]})
