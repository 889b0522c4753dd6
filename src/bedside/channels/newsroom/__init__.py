"""The organisation's own news page. It is in-house: a post is out when its delivery is confirmed."""

from bedside.channels.newsroom.channel import CHANNEL

__all__ = ["CHANNEL"]
