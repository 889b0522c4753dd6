"""Write: the text in the middle, its channels, what the guard says, and the way to review."""
