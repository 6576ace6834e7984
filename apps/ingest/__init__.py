"""Taking a source into a memory: what is opened, what is perceived, and what is stored in one transaction."""

from apps.ingest.intake import GroupLimits, Ingest, IngestProgress, IngestReport
from apps.ingest.sources import Sampling, SourceOptions, open_source, sampling

__all__ = [
    "GroupLimits",
    "Ingest",
    "IngestProgress",
    "IngestReport",
    "Sampling",
    "SourceOptions",
    "open_source",
    "sampling",
]
