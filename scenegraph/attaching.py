"""Joins a scene graph to a memory: the graph is read off the memory's log, and the agent asks it beside the banks."""

from typing import TYPE_CHECKING

from scenegraph.graph import SceneGraph
from scenegraph.log import KINDS
from scenegraph.source import GraphSource

if TYPE_CHECKING:
    from mmmem.memory import Memory

_WEIGHT, _GAIN, _COST_MS = 0.5, 0.05, 3.0


def holds_graph(memory: "Memory") -> bool:
    """Whether a memory's log says anything of a graph."""
    return any(True for _ in memory.assertions(kinds=KINDS)[:1])


def attach(memory: "Memory", graph: SceneGraph | None = None) -> SceneGraph:
    """Let `Memory.ask` and `Memory.search` use the graph of a memory as the source `graph`; returns the graph.

    Args:
        graph: one that is open on this memory already; by default it is read off the memory's log.

    Raises:
        InvalidInputError: a graph is attached already.
    """
    graph = SceneGraph(memory) if graph is None else graph
    source = GraphSource(graph, memory)
    memory.add_answerer(source)
    memory.recall.add_source(source, weight=_WEIGHT, gain=_GAIN, cost_ms=_COST_MS, granularity="node")
    return graph
