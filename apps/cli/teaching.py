"""`mmmem teach` and `mmmem correct`: what a person says of a thing outranks what was perceived, and is kept."""

from pathlib import Path
from typing import Annotated

import typer

from apps.cli.options import AsJson, MemoryDir
from apps.cli.output import emit, say
from apps.cli.scene import need_graph, time_of

Which = Annotated[str, typer.Argument(metavar="WHICH", help="Id or name of the thing, as O17 or 'red mug'.")]


def teach(
    which: Which,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is called.")],
    memory: MemoryDir,
    *,
    as_json: AsJson = False,
) -> None:
    """Give something a name of its own: mmmem teach O17 dax. It is found by it from then on."""
    _say_of(memory, which, None, as_json=as_json, name=name)


def correct(
    which: Which,
    memory: MemoryDir,
    *,
    kind: Annotated[str, typer.Option(metavar="CLASS", help="What it is.")] = "",
    owner: Annotated[str, typer.Option(metavar="NAME", help="Whose it is.")] = "",
    place: Annotated[str, typer.Option(metavar="PLACE", help="Where it is, in words: 'on the desk'.")] = "",
    gone: Annotated[bool, typer.Option("--gone", help="It is not where it was last seen.")] = False,
    same_as: Annotated[str, typer.Option(metavar="WHICH", help="Another one that is the same thing.")] = "",
    when: Annotated[str | None, typer.Option(metavar="TIME", help="When this is said; the end of the memory by default.")] = None,
    as_json: AsJson = False,
) -> None:
    """Correct what the memory believes of something."""
    _say_of(memory, which, when, as_json=as_json, kind=kind, owner=owner, place=place, gone=gone, same_as=same_as)


def _say_of(path: Path, which: str, when: str | None, *, as_json: bool, **said: str | bool) -> None:
    from mmmem.clock import Span
    from mmmem.memory import Memory
    from mmmem.types import Observation
    from scenegraph.graph import SceneGraph

    with Memory.open(path, mode="w") as memory:
        need_graph(memory, path)
        graph = SceneGraph(memory)
        said_ns = memory.end_ns() if when is None else time_of(memory, when)
        stream = memory.streams()[0].stream_id
        node = graph.node(which)
        rows = graph.correct(node.id, t_ns=said_ns, stream_id=stream, **said)  # type: ignore[arg-type]
        memory.observe([Observation(stream, Span(said_ns, said_ns + 1), assertions=rows)])
        if as_json:
            emit({"id": node.id, "name": node.name, "kind": node.kind, "owner": node.owner, "num_assertions": len(rows)})
        else:
            say(f"{node.label}: kept, as said by a person")
