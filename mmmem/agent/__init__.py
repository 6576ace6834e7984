"""The agent: from a question to a plan, rounds of looking, and a typed answer."""
