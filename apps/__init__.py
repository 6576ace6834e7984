"""What people run: the command line, demos, servers, evaluation. The composition root."""
