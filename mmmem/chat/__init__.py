"""Language models: one protocol, budgets, cached answers, prompts as files, and a judge of evidence."""
