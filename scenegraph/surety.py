"""How likely a reply of the graph is right: a logistic function of what is known to matter, whose weights lie in `surety.toml`.

A reply comes with what its own rule makes of it. To that are added how well the words fit what they are taken to mean and how far
that lies before other things, how often it was seen, whether only words tell of it, how often things are misread in this world,
how long ago the newest look was that it rests on, and what was asked. `surety.toml` names the command that fits the weights.
"""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from importlib.resources import files
from typing import Final

from mmmem.agent.confidence import Calibration, Grounds, log_odds
from mmmem.agent.typed import TypedAnswer
from mmmem.clock import NS_PER_HOUR
from scenegraph.asking import Questions
from scenegraph.requests import Request
from scenegraph.spots import Spot

FAMILY: Final = "typed"
NAMES = ("raw", "fit", "lead", "looks", "told", "misread", "age", "place")
"""What is weighed beside what was asked, for which there is a weight `asks <intent>`."""
_USUAL_RATE = 0.05
_MOST_HOURS = 48.0


def weighed(q: Questions, request: Request, reply: TypedAnswer) -> TypedAnswer:
    """A reply with its probability of being right; an abstention as it is."""
    if reply.answer.abstained:
        return reply
    sure = weights().chance(grounds_of(q, request, reply))
    return replace(reply, answer=replace(reply.answer, confidence=sure), surety=sure)


def grounds_of(q: Questions, request: Request, reply: TypedAnswer) -> Grounds:
    """What a reply is judged by."""
    readings = q.readings(request.what) if request.what else []
    values = {
        "raw": log_odds(reply.answer.confidence),
        "fit": 1.0,
        "lead": 1.0,
        "looks": 0.0,
        "told": 0.0,
        "misread": math.log(q.likely.misread_rate / _USUAL_RATE),
        "age": math.log1p(min(max(q.now_ns - reply.known_ns, 0) / NS_PER_HOUR, _MOST_HOURS)),
        "place": 0.5,
        f"asks {request.intent}": 1.0,
    }
    if readings:
        best, spots = readings[0], q.spots(readings[0].node)
        values["fit"] = best.fit
        values["lead"] = best.fit / sum(one.fit for one in readings)
        values["looks"] = math.log1p(sum(spot.num_seen for spot in spots)) - 3.0
        values["told"] = float(best.node.id not in q.world.nodes)
        values["place"] = _placed(spots)
    return Grounds(FAMILY, values)


def _placed(spots: list[Spot]) -> float:
    """How clear the last place is."""
    return spots[-1].confidence if spots and spots[-1].holder else 0.3


@lru_cache(maxsize=1)
def weights() -> Calibration:
    """The fitted ones."""
    return read_weights(files("scenegraph").joinpath("surety.toml").read_text("utf-8"))


def read_weights(text: str) -> Calibration:
    """Weights by name from the text of a `surety.toml`."""
    held: Mapping[str, Mapping[str, float]] = tomllib.loads(text)
    return Calibration({FAMILY: held[FAMILY]})
