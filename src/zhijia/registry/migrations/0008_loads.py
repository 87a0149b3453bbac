"""Whole files of a province."""

import django.db.models.deletion
from django.db import migrations, models

from zhijia.kernel.policies import COUNTY, UNION, Policy, protect


class Migration(migrations.Migration):
    dependencies = [("registry", "0007_exports")]

    operations = [
        migrations.AddField("rosterimport", "wide", models.BooleanField(default=False)),
        migrations.AddField("rosterimport", "progress", models.JSONField(default=dict)),
        migrations.CreateModel(
            name="Load",
            fields=[
                ("union_id", models.IntegerField()),
                ("county_id", models.IntegerField()),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("state", models.CharField(choices=[("looking", "Looking"), ("writing", "Writing"), ("settling", "Settling"), ("done", "Done"), ("failed", "Failed"), ("abandoned", "Abandoned")], default="looking", max_length=10)),
                ("dry", models.BooleanField(default=False)),
                ("under_way", models.BooleanField(null=True, unique=True)),
                ("empty", models.BooleanField(default=False)),
                ("file_hash", models.CharField(db_index=True, max_length=64)),
                ("files", models.JSONField(default=list)),
                ("index_version", models.IntegerField(default=0)),
                ("import_id", models.BigIntegerField(null=True)),
                ("counts", models.JSONField(default=dict)),
                ("put_away", models.JSONField(default=dict)),
                ("failure", models.CharField(default="", max_length=60)),
                ("user_id", models.BigIntegerField(null=True)),
                ("started_at", models.DateTimeField()),
                ("moved_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "registry_load"},
        ),
        migrations.CreateModel(
            name="LoadPiece",
            fields=[
                ("union_id", models.IntegerField()),
                ("county_id", models.IntegerField()),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.IntegerField()),
                ("part", models.IntegerField()),
                ("begins", models.BigIntegerField()),
                ("size", models.BigIntegerField()),
                ("first_row", models.BigIntegerField()),
                ("rows", models.IntegerField()),
                ("state", models.SmallIntegerField(choices=[(1, "Looked At"), (2, "Given"), (3, "Written")], default=1)),
                ("blinds", models.BinaryField(null=True)),
                ("counts", models.JSONField(default=dict)),
                ("digest", models.CharField(default="", max_length=64)),
                ("load", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="pieces", to="registry.load")),
            ],
            options={
                "db_table": "registry_load_piece",
                "constraints": [models.UniqueConstraint(fields=("load", "number"), name="load_piece_once_per_number")],
            },
        ),
        # Keyed indexes do not get smaller by packing.
        migrations.RunSQL("ALTER TABLE registry_load_piece ALTER COLUMN blinds SET STORAGE EXTERNAL;", migrations.RunSQL.noop),
        protect("registry_load", Policy("registry_load_in_scope", arms=(COUNTY, UNION))),
        protect("registry_load_piece", Policy("registry_load_piece_in_scope", arms=(COUNTY, UNION))),
    ]
