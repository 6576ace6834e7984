"""The banks of a memory: what happened, what holds, what was seen."""
