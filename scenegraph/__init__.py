"""Objects, people and places over space and time."""

from scenegraph.graph import SceneGraph
from scenegraph.nodes import Node, StateSpan, Stay
from scenegraph.settings import Settings
from scenegraph.whereabouts import Whereabouts

__all__ = ["Node", "SceneGraph", "Settings", "StateSpan", "Stay", "Whereabouts"]
