"""Questions about the days of a house, each with a program, what could be known of it, and where that was seen."""
