"""What the pieces of furniture and the things of a house are, and what they look like."""
