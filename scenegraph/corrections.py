"""What a person says of a node, as rows of the log: it outranks perception and is kept."""

from mmmem.clock import Span
from mmmem.errors import InvalidInputError
from mmmem.types import Assertion
from scenegraph.nodes import Node

_SOURCE = "person"


def correction(
    node: Node, t_ns: int, *, kind: str, name: str, owner: str, place: str, gone: bool, same_as: Node | None
) -> list[Assertion]:
    """The rows of one correction; arguments as in `SceneGraph.correct`.

    Raises:
        InvalidInputError: nothing was said.
    """
    span = Span(t_ns, t_ns + 1)
    roles = (("class", kind), ("alias", name), ("owner", owner))
    said = [Assertion("named", node.id, span, text, {"role": role}, source=_SOURCE) for role, text in roles if text]
    if gone:
        said.append(Assertion("not_seen", node.id, span, node.kind, {}, source=_SOURCE))
    if place:
        said.append(Assertion("placed", node.id, span, node.kind, {"place": place, "votes": {}}, source=_SOURCE))
    if same_as is not None and same_as is not node:
        said.append(Assertion("same", node.id, span, same_as.id, {"why": "a person said so"}, source=_SOURCE))
    if not said:
        raise InvalidInputError(f"Nothing was said of {node.label}; give a kind, name, owner, place, gone or same_as.")
    return said
