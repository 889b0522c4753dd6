"""The month as a table, and the coming weeks as a list."""
