"""Mastodon, and servers that speak its API."""

from bedside.channels.mastodon.channel import CHANNEL

__all__ = ["CHANNEL"]
