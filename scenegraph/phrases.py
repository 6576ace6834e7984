"""Noun phrases as data; the reader is the core's, see `mmmem.agent.language.things`."""

from mmmem.agent.language.things import COLOURS, SYNONYMS, Phrase, phrase_of, plural, singular

__all__ = ["COLOURS", "SYNONYMS", "Phrase", "phrase_of", "plural", "singular"]
