"""Reading English without a model: terms, numbers, what an answer option denotes."""
