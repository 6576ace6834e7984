"""Objects, people and places over space and time."""
