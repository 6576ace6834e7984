"""A page in the browser that asks one memory."""
