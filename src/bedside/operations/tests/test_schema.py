from __future__ import annotations

import pytest
from django.db import connection

from bedside.core.errors import Conflict
from bedside.operations.schema import pending, require_current

pytestmark = pytest.mark.django_db


def test_an_up_to_date_database_lacks_nothing() -> None:
    assert pending() == set()
    require_current()


def test_a_missing_migration_is_named() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'publishing' AND name = '0001_initial'")
    assert pending() == {("publishing", "0001_initial")}
    with pytest.raises(Conflict, match="bedside db migrate"):
        require_current()


def test_a_database_of_a_newer_bedside_is_refused() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('posts', '9999_later', CURRENT_TIMESTAMP)"
        )
    with pytest.raises(Conflict, match="newer Bedside"):
        pending()
