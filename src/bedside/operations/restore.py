"""Making what came out of a backup fit to be a desk again: up to date, verified, and trusting nothing that may
have happened since."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.contrib.sessions.models import Session
from django.db import connection, transaction

from bedside.accounts.caller import Caller
from bedside.accounts.models import ApiToken
from bedside.audit.actions import record
from bedside.audit.queries import verify
from bedside.connections.models import Connection
from bedside.core.errors import Conflict
from bedside.jobs.models import Heartbeat
from bedside.operations import postgresql
from bedside.operations.schema import migrate
from bedside.operations.unpacking import DATABASE, Manifest, Progress
from bedside.publishing.actions.distrust import Distrusted, distrust
from bedside.vault import keyring

_GUARD = "This desk is being restored from a backup."
# In the transaction that brings the rows back, so that there is no moment at which one of them could leave.
_PAUSE = f"""
INSERT INTO public.publishing_pause (reason, by_label, at, lifted_by_label, lifted_reason)
SELECT '{_GUARD}', 'bedside', now(), '', ''
WHERE NOT EXISTS (SELECT 1 FROM public.publishing_pause WHERE lifted_at IS NULL);
"""  # noqa: S608 - a constant


@dataclass(frozen=True)
class Settled:
    """What a person has to know after a restore."""

    deliveries: Distrusted
    record_ok: bool
    record_words: str
    tokens: int
    keys_ok: bool


def settle(manifest: Manifest, progress: Progress) -> Settled:
    """Bring the database up to date, check its record, and hold everything that might leave a second time."""
    migrate()
    verdict = verify(progress, anchor=manifest.head or None)
    caller = Caller(None, "cli")
    with transaction.atomic():
        found = distrust(caller, manifest.made_at)
        Heartbeat.objects.all().delete()
        # Somebody who was signed out since then must not be signed in again by the backup.
        Session.objects.all().delete()
        Connection.objects.update(renewing_until=None)
        record(
            "desk.restored",
            actor=caller.actor,
            noun_id="desk",
            detail={
                "made_at": manifest.made_at,
                "head": manifest.head,
                "unsure": found.unsure,
                "held": found.held,
            },
        )
    return Settled(
        found, verdict.ok, verdict.problem, ApiToken.objects.filter(revoked_at=None).count(), _keys_fit()
    )


def _keys_fit() -> bool:
    from bedside.core.errors import BedsideError

    try:
        keyring.current()
        for one in Connection.objects.exclude(state=Connection.State.REMOVED):
            _ = one.secret
    except BedsideError:
        return False
    return True


def close_sqlite() -> None:
    """Leave the database as one file, so that it can be moved."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.fetchall()
        cursor.execute("PRAGMA journal_mode=DELETE")
        cursor.fetchall()
    connection.close()


def make_room_on_postgresql(*, force: bool) -> str:
    """Have an empty schema to restore into; the name under which the older one is kept, "" when there was none.

    Raises `Conflict` when a desk is connected, or when there is one and `force` is not given.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND application_name = 'bedside' AND pid <> pg_backend_pid()"
        )
        if cursor.fetchone()[0]:
            raise Conflict("A desk or a worker is connected to this database. Stop it first.")
        if not connection.introspection.table_names(cursor):
            return ""
        if not force:
            raise Conflict(
                "There is a desk in this database already. With --force it is set aside in a schema of "
                "another name, not deleted, and the backup takes its place."
            )
        from bedside.core import clock

        name = f"before_restore_{clock.now():%Y%m%d_%H%M%S}"
        with transaction.atomic():
            cursor.execute(f"ALTER SCHEMA public RENAME TO {connection.ops.quote_name(name)}")
            cursor.execute("CREATE SCHEMA public AUTHORIZATION pg_database_owner")
        return name


def load_postgresql(staged: Path) -> None:
    """Put the dump back; everything is paused until `lift_guard`."""
    connection.close()
    postgresql.load(staged / DATABASE["postgresql"], _PAUSE)


def lift_guard() -> None:
    """Take away the pause that `load_postgresql` came with; one that somebody had set stays."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM publishing_pause WHERE reason = %s AND lifted_at IS NULL", [_GUARD])
