"""From captions and narrations to rows: what a text says is where, by the rules that find claims in words."""

import re
from collections.abc import Iterator

from mmmem.banks.semantic import claims_of
from mmmem.types import Assertion, TimedText
from scenegraph.kinds import layer_of
from scenegraph.world import World

_PHRASE = re.compile(
    r"^(?:there (?:is|are) )?(?:a|an|the|one|my|his|her) (?P<what>[a-z][a-z -]{1,40}?) "
    r"(?:is |lies |stands |sits |lying |standing |sitting )?"
    r"(?P<place>(?:on|in|under|inside|next to|near|beside|behind|in front of|on top of) (?:the |a |an |my )?[a-z][a-z' -]{1,40})$"
)
_CONFIDENCE = 0.6
_ARTICLES = re.compile(r"\b(?:the|a|an|my) ")


def told(text: TimedText, world: World) -> Iterator[Assertion]:
    """`placed` rows for what a text says is somewhere; things it names that are not known become nodes."""
    for what, place in _places(text):
        kind = what.rsplit(" ", 1)[-1] if what not in world.by_kind else what
        node_id = _known(world, what, kind)
        value: dict[str, object] = {"place": place}
        if node_id is None:
            layer = layer_of(kind)
            node_id = world.new_id(layer)
            value |= {"layer": layer}
            words = what.split(" ")[:-1]
            if words:
                value["attributes"] = {"colour" if len(words) == 1 else "look": [" ".join(words), 0.5]}
        yield Assertion("placed", node_id, text.span, kind, value, _CONFIDENCE, "text")


def _places(text: TimedText) -> list[tuple[str, str]]:
    found = [(claim.subject, claim.object) for claim in claims_of(text) if claim.predicate == "at" and claim.object]
    things = [(what, place) for what, place in found if what[:1].islower() and what not in ("i", "it")]
    if things or text.kind not in ("caption", "note"):
        return things
    phrase = _PHRASE.match(text.text.strip().rstrip(".").lower())
    return [(phrase["what"], _ARTICLES.sub("", phrase["place"]))] if phrase else []


def _known(world: World, what: str, kind: str) -> str | None:
    """The one node that these words name; None if there is none, or more than one."""
    words = what.split(" ")[:-1]
    fitting = [
        node.id
        for id in sorted(world.by_kind.get(kind, ()))
        if not (node := world.nodes[id]).merged_into and all(_fits(node.attributes, word) for word in words)
    ]
    return fitting[0] if len(fitting) == 1 else None


def _fits(attributes: dict[str, tuple[str, float]], word: str) -> bool:
    return any(word in value.split() for value, _ in attributes.values())
