"""A short film of a household, made by code, remembered and asked: the first thing to run."""
