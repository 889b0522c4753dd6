"""Lets tests that commit empty the database afterwards, although the record refuses it (`-p tests.chain`).

Only the emptying between tests is let through: the guards go just before it, and the same `post_migrate` that
puts them back after a migration puts them back after it.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def _record_can_be_emptied() -> Iterator[None]:
    from django.db import connection
    from django.test import TransactionTestCase

    from bedside.audit import guards

    empty = TransactionTestCase._fixture_teardown

    def emptied(case: TransactionTestCase) -> None:
        guards.remove(connection)
        try:
            empty(case)
        finally:
            guards.after_migrate(using=connection.alias)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", emptied)
        yield
