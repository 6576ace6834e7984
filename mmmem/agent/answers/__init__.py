"""Typed answers without a language model: one module per kind of question."""
