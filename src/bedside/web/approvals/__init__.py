"""One text at a time: what it says, what the guard found, what changed, yes or no."""
