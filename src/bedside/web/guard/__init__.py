"""The guard to people: what it knows, and the false alarms that were reported."""
