"""A language model goes over a memory: captions of pictures, summaries of stretches of time, facts."""

from apps.enrich.estimating import Estimate
from apps.enrich.items import ALL_TASKS, Item
from apps.enrich.work import Enrich, EnrichProgress, EnrichReport

__all__ = ["ALL_TASKS", "Enrich", "EnrichProgress", "EnrichReport", "Estimate", "Item"]
