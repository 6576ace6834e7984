"""Choosing among options that a question gives: one of them is right, and what is known of the others tells of the unknown."""

from collections.abc import Callable, Sequence
from math import prod

from mmmem.agent.typed import TypedAnswer
from scenegraph.asking import Questions
from scenegraph.nodes import Node
from scenegraph.replies_things import nodes_named
from scenegraph.reply import Shown, answered

Scored = tuple[float, list[Shown]]
Score = Callable[[Node], Scored | None]
"""A probability or a rank with what shows it; None where nothing is known."""
_LEAST, _MOST = 0.02, 0.98
_TIED = 0.6


def fitting(q: Questions, choices: Sequence[str], score: Score, *, sure: float) -> TypedAnswer | None:
    """The option that fits, by the probability of each; exactly one does.

    That option i is the one has odds p_i times the product of (1 - p_j) over the others; of what nobody saw p is one in as many
    as there are options, so that the only unknown one is named where all the others are known not to fit.

    Args:
        score: the probability that a node fits.
        sure: how far such probabilities are to be trusted.
    """
    scored = _scored(q, choices, score)
    if all(one is None for one in scored):
        return None
    chances = [1.0 / len(choices) if one is None else min(max(one[0], _LEAST), _MOST) for one in scored]
    odds = [own * prod(1.0 - p for j, p in enumerate(chances) if j != i) for i, own in enumerate(chances)]
    share = [one / sum(odds) for one in odds]
    best = max(range(len(share)), key=lambda i: (share[i], chances[i], -i))
    if max(share) - min(share) < 1e-9:
        return None
    found = scored[best]
    support = found[1] if found is not None and found[1] else _others(scored)
    return answered(choices[best], "choice", sure * share[best], support, choices[best], choice=best)


def foremost(q: Questions, choices: Sequence[str], rank: Score, *, sure: float) -> TypedAnswer | None:
    """The option of the highest rank; ranks at or below 0 are no candidates, and unknown options lessen how sure that is."""
    scored = _scored(q, choices, rank)
    ranked = sorted(((one, place) for place, one in enumerate(scored) if one is not None), key=lambda one: -one[0][0])
    if not ranked or ranked[0][0][0] <= 0.0:
        return None
    (best, support), place = ranked[0]
    known = len(ranked) / len(choices)
    tied = len(ranked) > 1 and ranked[1][0][0] >= best
    confidence = sure * (0.4 + 0.6 * known) * (_TIED if tied else 1.0)
    return answered(choices[place], "choice", confidence, support, choices[place], choice=place)


def _scored(q: Questions, choices: Sequence[str], score: Score) -> list[Scored | None]:
    return [None if node is None else score(node) for node in nodes_named(q, choices)]


def _others(scored: Sequence[Scored | None]) -> list[Shown]:
    """What shows the other options, where the one named was not seen."""
    return [one for found in scored if found is not None for one in found[1]]
