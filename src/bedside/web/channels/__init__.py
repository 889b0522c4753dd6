"""Connecting channels, and how good each connection is."""
