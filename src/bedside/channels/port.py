"""The port every channel implements: one frozen declaration and a few functions over plain values.

A channel knows nothing of drafts, people or the database. It is handed an `Account` (how to reach the
network and with what secret), a prepared request, and a `Wire` to talk over; it answers with a receipt or
raises one of the four outcomes below. What each network can promise about doubles is written in its `find`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bedside.core.words import gettext_noop

if TYPE_CHECKING:
    from bedside.channels.wire import Wire

Json = dict[str, Any]


# What may go wrong, told apart by what it says about whether the post is out.


class ChannelError(Exception):
    """`detail` is one sentence for the person who reads the attempt."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class Refused(ChannelError):
    """The network refused for good: nothing was published, and sending the same again will not help."""


class SignInRefused(Refused):
    """A recognised authentication error: the token is dead. Only this disconnects a channel."""


class Busy(ChannelError):
    """Provably nothing was published (connection refused, 429): the same may be sent again at `retry_at`."""

    def __init__(self, detail: str, retry_at: datetime | None = None) -> None:
        super().__init__(detail)
        self.retry_at = retry_at


class Unknown(ChannelError):
    """No one can tell from here whether it was published (time-out, cut connection, 5xx): look it up."""


# What goes in.


@dataclass(frozen=True)
class Picture:
    """One image of a post. `read` gives its bytes; `size` is their number."""

    sha256: str
    mime: str
    size: int
    width: int
    height: int
    alt: str
    read: Callable[[], bytes]


@dataclass(frozen=True)
class Outgoing:
    """The exact content approved for one channel. `key` is unique to this delivery and never changes."""

    key: str
    text: str
    title: str
    language: str
    pictures: Sequence[Picture]
    options: Mapping[str, Any]
    created_at: datetime


@dataclass(frozen=True)
class Account:
    """One connected account: where it is, its secret (decrypted), and what was learned when connecting."""

    url: str
    identifier: str = ""
    secret: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    expires_at: datetime | None = None


# What comes out.


@dataclass(frozen=True)
class Connected:
    """A successful sign-in: the secret to keep (encrypted by the caller), facts, and when it runs out.

    `handle` is how people know the account; `facts` are JSON: limits, software, ids. `expires_at` None: the
    network names no end.
    """

    handle: str
    secret: Mapping[str, str]
    facts: Mapping[str, Any]
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Receipt:
    """Proof that the post is out: the network's id for it, its public address, and what the network said."""

    remote_id: str
    url: str
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SafeToSend:
    """Sending (again) cannot make a second post: it is provably absent, or the network honours our key."""

    why: str


@dataclass(frozen=True)
class CannotTell:
    """It was not found, and that proves nothing here: a person has to look. `evidence` is what was seen.

    `final`: looking again later cannot tell more, so a person is asked at once.
    """

    why: str
    evidence: Mapping[str, Any] = field(default_factory=dict)
    final: bool = False


@dataclass(frozen=True)
class Limits:
    """What a network takes. `text` is measured with the channel's `count`; None: no limit.

    `unit` is marked for translators, and put into a language where it is shown.
    """

    text: int | None
    unit: str = gettext_noop("characters")
    text_bytes: int | None = None
    pictures: int = 4
    picture_bytes: int = 1_000_000
    picture_types: tuple[str, ...] = ("image/jpeg", "image/png", "image/webp", "image/gif")
    alt_text: int = 2000


@dataclass(frozen=True)
class Problem:
    """Why this content cannot go to this channel; `field` is text, pictures, alt or an option's name."""

    field: str
    message: str


@dataclass(frozen=True)
class Channel:
    """A channel's declaration; the value behind an entry point of group `bedside.channels`.

    - `kind`: its stable name in data, API and CLI. `promise`: one sentence on doubles, for people;
      both `title` and `promise` are marked for translators, and put into a language where they are shown.
    - `limits(facts)`, `count(text)`: what it takes, and how it counts.
    - `check_content(outgoing, facts)`: problems to put right before review; empty when it can go.
    - `connect(url, identifier, secret, wire)`: sign in with what the administrator typed.
    - `renew(account, wire)`: a fresh secret before `expires_at`; None where secrets do not run out.
    - `probe(account, wire)`: sign-in still good? Returns fresh facts or raises.
    - `prepare(outgoing, account)`: the full request as JSON, made once and stored before anything is sent.
    - `send(prepared, pictures, account, wire)`: one try. `find(prepared, account, first_sent_at, wire)`:
      is it out? Raises when that cannot be asked now.
    - `delete(remote_id, prepared, account, wire)`: take it back; None where one cannot.
    - `in_house`: needs no network; `send` only computes, and is settled in the same transaction.
    """

    kind: str
    title: str
    promise: str
    limits: Callable[[Mapping[str, Any]], Limits]
    count: Callable[[str], int]
    check_content: Callable[[Outgoing, Mapping[str, Any]], list[Problem]]
    connect: Callable[[str, str, str, Wire], Connected]
    probe: Callable[[Account, Wire], Mapping[str, Any]]
    prepare: Callable[[Outgoing, Account], Json]
    send: Callable[[Json, Sequence[Picture], Account, Wire], Receipt]
    find: Callable[[Json, Account, datetime, Wire], Receipt | SafeToSend | CannotTell]
    delete: Callable[[str, Json, Account, Wire], None] | None = None
    renew: Callable[[Account, Wire], Connected] | None = None
    needs: tuple[str, ...] = ()  # of "url", "identifier", "secret": what connecting asks for
    in_house: bool = False
