"""The chain's canonical form: what is hashed, and how. Pure, so that a reader of an export can check it.

An entry's hash is the SHA-256 of the UTF-8 of one JSON object: keys sorted, no spaces, characters beyond
ASCII written as they are. The first entry's `previous` is 64 zeros. A detail's digest is the SHA-256 of
its salt (32 hexadecimal digits) directly followed by its body; an entry without a detail has an empty one.
"""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime
from hashlib import sha256

GENESIS = "0" * 64
SALT_LENGTH = 32

# A JSON string with nothing escaped that need not be.
_quote = json.encoder.encode_basestring


def moment(at: datetime) -> str:
    """`at` as it is hashed: ISO 8601 in UTC with six digits of microseconds and a Z."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def entry_hash(
    *,
    previous: str,
    seq: int,
    at: str,
    actor_id: str | None,
    actor_label: str,
    verb: str,
    noun: str,
    noun_id: str,
    door: str,
    address: str,
    detail_digest: str,
) -> str:
    """The hash of one entry, 64 hexadecimal digits. `at` as `moment` writes it."""
    # Written out, because it is several times as fast as an encoder, and verification lives by it; a test
    # holds it against the encoder.
    canonical = (
        f'{{"actor_id":{_quote(actor_id) if actor_id is not None else "null"},'
        f'"actor_label":{_quote(actor_label)},"address":{_quote(address)},"at":{_quote(at)},'
        f'"detail_digest":{_quote(detail_digest)},"door":{_quote(door)},"noun":{_quote(noun)},'
        f'"noun_id":{_quote(noun_id)},"previous":{_quote(previous)},"seq":{seq},"verb":{_quote(verb)}}}'
    )
    return sha256(canonical.encode()).hexdigest()


def detail_digest(salt: str, body: str) -> str:
    """The salted digest that stands in the chain for a detail, and tells nothing once the salt is gone."""
    return sha256((salt + body).encode()).hexdigest()


def new_salt() -> str:
    """128 random bits as 32 hexadecimal digits."""
    return secrets.token_hex(SALT_LENGTH // 2)
