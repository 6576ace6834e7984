"""A memory you can ask: frames and words in, answers with evidence out."""

__version__ = "0.1.0"
