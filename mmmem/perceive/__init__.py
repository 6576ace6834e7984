"""Perception: what is in a picture, where it is, what it looks like, and what words mean."""

from mmmem.perceive.opening import open_detector, open_encoder, open_text_embedder
from mmmem.perceive.protocols import Detector, Encoder, TextEmbedder, Tracker

__all__ = ["Detector", "Encoder", "TextEmbedder", "Tracker", "open_detector", "open_encoder", "open_text_embedder"]
