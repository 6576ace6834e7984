"""Objects, people and places over space and time."""

from scenegraph.asking import Questions
from scenegraph.atlas import Room
from scenegraph.attaching import attach
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
    "Questions",
    "ReferenceFrame",
    "Room",
    "SceneGraph",
    "Settings",
    "StateSpan",
    "Stay",
    "Whereabouts",
    "attach",
]
