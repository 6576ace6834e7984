"""A day of a simulated house, watched, remembered and asked: the first thing to run."""
