"""A home that is lived in: built from a seed, rendered, watched, and asked about with the truth at hand."""
