"""Any receiver of the organisation's own: posts arrive there as signed webhooks (Standard Webhooks 1.0)."""

from bedside.channels.webhook.channel import CHANNEL

__all__ = ["CHANNEL"]
