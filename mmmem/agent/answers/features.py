"""How completely an answer's line covers what was asked, and how far it can be trusted against other lines."""

from dataclasses import dataclass

HIGHEST = 0.95
SAID_SHARE = 0.7
"""What somebody said is proof that it was said, and less that it was so."""
HEARSAY_SHARE = 0.6
ALONE_SHARE = 0.9
"""Of an answer that one line tells."""
TIED_SHARE = 0.9
"""Of an answer whose line fits no better than the next, which may say something else."""


@dataclass(frozen=True, slots=True)
class Features:
    """What an answer rests on; shares lie in [0, 1], and what is not asked for counts as covered.

    Args:
        subject, verb, object, place: how well the line that answers covers that part of the question.
        covered: share of all weighted words of the question, parts of speech aside.
        spoken: somebody said it, and the question is not about what was said.
        hearsay: it was told of, sung or meant rather than done.
        num_lines: lines that fit as well.
        margin: how much better it fits than the next line that is no part of the answer.
    """

    subject: float = 1.0
    verb: float = 1.0
    object: float = 1.0
    place: float = 1.0
    covered: float = 1.0
    spoken: bool = False
    hearsay: bool = False
    num_lines: int = 1
    margin: float = 1.0


def confidence_of(features: Features) -> float:
    """How far a line can be trusted against other lines, in [0, 0.95]; `mmmem.agent.confidence` tells how likely it is right."""
    parts = 0.2 * features.subject + 0.3 * features.verb + 0.35 * features.object + 0.15 * features.place
    trust = min(parts, 0.5 * (parts + features.covered))
    trust *= SAID_SHARE if features.spoken else 1.0
    trust *= HEARSAY_SHARE if features.hearsay else 1.0
    trust *= ALONE_SHARE if features.num_lines == 1 else 1.0
    trust *= TIED_SHARE if features.margin <= 0.0 else 1.0
    return min(HIGHEST, trust)
