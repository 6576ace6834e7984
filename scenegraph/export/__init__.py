"""A graph for other programs: JSON, GraphML, Spark-DSG, rerun."""

from scenegraph.export.formats import FORMATS, export
from scenegraph.export.snapshot import Snapshot, snapshot

__all__ = ["FORMATS", "Snapshot", "export", "snapshot"]
