"""Perception: what is in a picture, where it is, what it looks like, and what words mean."""

from mmmem.perceive.keyframes import KeyframeGate
from mmmem.perceive.opening import open_detector, open_encoder, open_text_embedder
from mmmem.perceive.perceiver import Perceiver, PerceptionCounts
from mmmem.perceive.protocols import Detector, Encoder, TextEmbedder, Tracker

__all__ = [
    "Detector",
    "Encoder",
    "KeyframeGate",
    "Perceiver",
    "PerceptionCounts",
    "TextEmbedder",
    "Tracker",
    "open_detector",
    "open_encoder",
    "open_text_embedder",
]
