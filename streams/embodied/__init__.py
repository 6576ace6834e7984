"""Simulators and robot loops: their observations become frames, and a memory rides along with any Gymnasium environment."""
