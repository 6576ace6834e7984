"""Recordings in the formats of public data sets and robots, read as frames with depth, pose and intrinsics."""
