"""Bluesky: posts as records of an AT Protocol repository, under a key of our own."""

from bedside.channels.bluesky.channel import CHANNEL

__all__ = ["CHANNEL"]
