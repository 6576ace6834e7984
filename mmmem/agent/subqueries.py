"""Looks with words of their own: each option, and the event that places what is asked.

An option is searched for by itself and counts against its own best place, so that one of common words does not drown the others;
a place that holds little of an option says next to nothing, hence the square. The event that places the asked one is searched for
by itself as well; the few places it is told best make a soft window of time, beside, before or after them, for everything else.
"""

from collections.abc import Callable

import numpy as np

from mmmem.agent.ranking import to_peak, word_scores
from mmmem.agent.rounds import Look, Looking
from mmmem.agent.sources import Asked
from mmmem.agent.view import Floats, View
from mmmem.clock import NS_PER_MIN
from mmmem.text.terms import terms

NUM_ANCHORS = 5
"""Places where the event that places another may be told."""
BESIDE_ANCHOR_NS = 5 * NS_PER_MIN
"""What lies so far from such a place counts less by a factor e."""


def option_looks(asked: Asked) -> list[Look]:
    """A look for each option; together they are expected to give what the policy says."""
    options = tuple(dict.fromkeys(asked.question.choices)) if asked.policy.choices else ()
    gain = asked.policy.choices_gain / max(len(options), 1)
    return [
        Look("option", "episodic", "clip", gain, asked.policy.option_ms, 1.0, _see_option(option), sub_query=option)
        for option in options
    ]


def _see_option(option: str) -> Callable[[Looking], int]:
    def see(looking: Looking) -> int:
        looking.heighten("choices", word_scores(looking.asked.view, option, looking.asked.policy.neighbours) ** 2)
        return looking.num_hits()

    return see


def anchor_looks(asked: Asked) -> list[Look]:
    """The look for the event by which the question places what it asks about, if it names one."""
    anchor, policy = asked.question.constraint.anchor, asked.policy
    if anchor is None or not policy.anchors or not terms(anchor.event):
        return []

    def see(looking: Looking) -> int:
        told = word_scores(looking.asked.view, anchor.event, policy.neighbours)
        at = _best_told(looking.asked, told)
        looking.add("anchors", beside(looking.asked.view, at, _odds(looking.asked, told, at), anchor.relation), floor=np.inf)
        return len(at)

    return [Look("anchor", "episodic", "clip", policy.anchors_gain, policy.anchors_ms, 1.0, see, sub_query=anchor.event)]


def _best_told(asked: Asked, told: Floats) -> list[int]:
    """The few clips that tell best of an event, later ones first as everywhere."""
    worth = np.where(asked.allowed() & (told > 0), told + asked.preference(), -np.inf)
    return [int(clip) for clip in np.argsort(-worth, kind="stable")[:NUM_ANCHORS] if np.isfinite(worth[clip])]


def _odds(asked: Asked, told: Floats, at: list[int]) -> Floats:
    worth = (told + asked.preference())[at]
    return np.asarray(np.exp(asked.policy.sharpness * (worth - worth.max(initial=-np.inf))))


def beside(view: View, at: list[int], odds: Floats, relation: str) -> Floats:
    """(C,) how near each clip lies to the likeliest of some clips, on the side that a relation tells; peak 1.

    Args:
        at: positions of n clips that may be the anchor, which counts as lying on either side of itself.
        odds: (n,) how likely each is, against the others.
        relation: `before`, `after` or `while`.
    """
    if not at:
        return np.zeros(len(view.clips))
    middle_ns = (view.clips.start_ns + view.clips.end_ns) / 2
    later_ns = middle_ns[:, None] - middle_ns[at]
    near = np.exp(-np.abs(later_ns) / BESIDE_ANCHOR_NS)
    if relation != "while":
        near[later_ns > 0 if relation == "before" else later_ns < 0] = 0.0
    return to_peak(np.max(near * odds, axis=1))
