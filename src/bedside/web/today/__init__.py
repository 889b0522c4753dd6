"""Home: what waits for me, what goes out today, what went wrong."""
