"""What goes from a claim to the network and from there to settling: values, and nothing of the database."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bedside.channels.port import Account, CannotTell, Channel, ChannelError, Receipt, SafeToSend


@dataclass(frozen=True)
class Claimed:
    """A piece of work that this worker alone holds."""

    delivery_id: uuid.UUID
    attempt: int
    kind: str
    channel: Channel
    account: Account
    connection_id: uuid.UUID
    prepared: dict[str, Any]
    content: dict[str, Any]
    first_sent_at: datetime
    remote_id: str


@dataclass(frozen=True)
class Outcome:
    """What the network answered (a port value or error), and the exchanges to keep."""

    answer: Receipt | SafeToSend | CannotTell | ChannelError | None
    exchanges: list[dict[str, Any]]
