"""The power goes at every point of the outbox, networks lose answers, and nothing is lost and nothing doubled."""
