"""Every kind of furniture and of things, by its class name; homes are built from these two tables."""

from streams.house.models.furniture import FURNITURE_KINDS
from streams.house.models.kind import Category, FurnitureKind, Leaf, Opening, ThingKind
from streams.house.models.things import THING_KINDS

__all__ = ["FURNITURE_KINDS", "THING_KINDS", "Category", "FurnitureKind", "Leaf", "Opening", "ThingKind"]
