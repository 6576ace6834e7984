"""Objects, people and places over space and time."""

from scenegraph.atlas import Room
from scenegraph.edges import Edge
from scenegraph.frames_of_reference import ReferenceFrame
from scenegraph.graph import SceneGraph
from scenegraph.nodes import Node, StateSpan, Stay
from scenegraph.poses import PoseCorrection
from scenegraph.settings import Settings
from scenegraph.whereabouts import Whereabouts

__all__ = [
    "Edge",
    "Node",
    "PoseCorrection",
    "ReferenceFrame",
    "Room",
    "SceneGraph",
    "Settings",
    "StateSpan",
    "Stay",
    "Whereabouts",
]
