from typing import Any

from django.core.management import call_command
from django.db import migrations

TABLE = "bedside_cache"


def make(apps: Any, editor: Any) -> None:
    # Counts of failed sign-ins, which all processes of a desk share.
    call_command("createcachetable", TABLE, database=editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
