"""Pausing everything, and going on: made for a phone on a bad day."""
