import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("seq", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("actor_id", models.UUIDField(null=True)),
                ("actor_label", models.CharField(max_length=254)),
                ("verb", models.CharField(max_length=100)),
                ("noun", models.CharField(max_length=50)),
                ("noun_id", models.CharField(max_length=200)),
                ("door", models.CharField(max_length=10)),
                ("address", models.CharField(blank=True, max_length=45)),
                ("detail_digest", models.CharField(blank=True, max_length=64)),
                ("previous", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="Head",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField(default=0)),
                (
                    "hash",
                    models.CharField(
                        default="0000000000000000000000000000000000000000000000000000000000000000",
                        max_length=64,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Detail",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="detail",
                        serialize=False,
                        to="audit.entry",
                    ),
                ),
                ("salt", models.CharField(blank=True, max_length=32)),
                ("body", models.TextField(blank=True)),
                ("shredded_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["noun", "noun_id", "seq"], name="audit_entry_about"),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["actor_id", "seq"], name="audit_entry_by_actor"),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["verb", "seq"], name="audit_entry_by_verb"),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["at"], name="audit_entry_at"),
        ),
        migrations.AddConstraint(
            model_name="head",
            constraint=models.CheckConstraint(condition=models.Q(("id", 1)), name="audit_head_single"),
        ),
        migrations.AddIndex(
            model_name="detail",
            index=models.Index(
                condition=models.Q(("shredded_at__isnull", True)), fields=["entry"], name="audit_detail_kept"
            ),
        ),
    ]
