from django.db import migrations

from bedside.audit import guards


def install(apps, schema_editor):
    apps.get_model("audit", "Head").objects.using(schema_editor.connection.alias).get_or_create(id=1)
    guards.install(schema_editor.connection)


def remove(apps, schema_editor):
    guards.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(install, remove, elidable=False)]
