"""Words as they are indexed and asked for."""
