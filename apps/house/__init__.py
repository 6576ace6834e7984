"""Recording houses that live."""
