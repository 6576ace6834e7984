"""Places and lists in the words of a reply."""

from collections.abc import Sequence

from mmmem.agent.scenes.mentions import Mention
from mmmem.banks.scene_words import ASKER


def worded(mention: Mention) -> str:
    """`on the desk`, `with Anna`, `in the kitchen`."""
    placed = mention.placed
    if placed.relation == "with":
        return f"with {'me' if placed.place == ASKER else placed.place}"
    return f"{placed.relation} {articled(placed.place)}" if placed.place else f"in {articled(mention.room)}"


def articled(place: str) -> str:
    """With an article, unless it is somebody's."""
    return place if place[:1].isupper() else f"the {place}"


def listed(names: Sequence[str]) -> str:
    """`a, b and c`; `nothing` of none."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else "nothing"


def begun(text: str) -> str:
    """Words as the beginning of a sentence."""
    return text[:1].upper() + text[1:]
