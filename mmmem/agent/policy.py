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
    """Weights of recall, and what each look is expected to give and to cost. None is negative; 0 switches a part off.

    A clip's score is a weighted sum of parts that lie between 0 and 1: `words` at 1 and the weights below. Times `sharpness` it
    is a log-odds: under a softmax over all clips, the share of a clip is the probability that it holds the evidence.

    Args:
        words_alone: what words count for where meaning was not looked at.
        choices: the words of the option that fits best, each option against its own best place.
        neighbours: share of a short clip's words that spills over to the clips beside it.
        meaning: how near the best line of a clip comes to what the question means.
        events: what the event a clip belongs to counts for, if it stands out from all others.
        anchors: beside, before or after where the event is told by which the question places what it asks about.
        recency: now, against a day ago or more.
        hinted: inside the times a question hints at.
        present: taken from the last ten minutes where the last time before now is asked for.
        named_time: 1 to look only inside a time that the question names outright, 0 to ignore it.
        facts, visual: the sources' shares where rankings are put into one, against the episodic bank at 1.
        sharpness: log-odds of a score of 1.
        words_gain, choices_gain, anchors_gain, events_gain, meaning_gain, facts_gain, visual_gain: by how much a look
            raises the chance that evidence is among what is returned, if nothing is known yet; of all options together.
        words_ms, option_ms, anchors_ms, events_ms, meaning_ms, facts_ms, visual_ms: what the look costs, in
            milliseconds; of one option.
        price_per_ms: the least gain that is worth a millisecond; 0 takes every look that is expected to give anything.
    """

    words_alone: float
    choices: float
    neighbours: float
    meaning: float
    events: float
    anchors: float
    recency: float
    hinted: float
    present: float
    named_time: float
    facts: float
    visual: float
    sharpness: float
    words_gain: float
    choices_gain: float
    anchors_gain: float
    events_gain: float
    meaning_gain: float
    facts_gain: float
    visual_gain: float
    words_ms: float
    option_ms: float
    anchors_ms: float
    events_ms: float
    meaning_ms: float
    facts_ms: float
    visual_ms: float
    price_per_ms: float

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
    "events": ("events",),
    "anchors": ("anchors",),
    "recency": ("recency",),
    "time": ("hinted", "present", "named_time"),
    "facts": ("facts",),
    "visual": ("visual",),
    "stopping": ("price_per_ms",),
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
