from django.db import migrations, models

from zhijia.kernel.policies import COUNTY, UNION, Policy, protect


class Migration(migrations.Migration):
    dependencies = [("registers", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Sheet",
            fields=[
                ("union_id", models.IntegerField()),
                ("county_id", models.IntegerField()),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("register_id", models.IntegerField()),
                ("run", models.UUIDField(unique=True)),
                ("user_id", models.BigIntegerField()),
                ("file_name", models.CharField(max_length=200)),
                ("file_hash", models.CharField(db_collation="C", max_length=64)),
                ("file_id", models.UUIDField(null=True)),
                ("errors_id", models.UUIDField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("sent", "Sent"),
                            ("checked", "Checked"),
                            ("writing", "Writing"),
                            ("written", "Written"),
                            ("undoing", "Undoing"),
                            ("undone", "Undone"),
                            ("failed", "Failed"),
                        ],
                        default="sent",
                        max_length=8,
                    ),
                ),
                ("failure", models.CharField(default="", max_length=60)),
                ("counts", models.JSONField(default=dict)),
                ("mistakes", models.JSONField(default=list)),
                ("changes", models.JSONField(default=list)),
                ("unknown", models.JSONField(default=list)),
                ("versions", models.CharField(db_collation="C", default="", max_length=64)),
                ("sent_at", models.DateTimeField()),
                ("moved_at", models.DateTimeField()),
                ("written_at", models.DateTimeField(null=True)),
                ("undo_until", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "registers_sheet",
                "indexes": [
                    models.Index(fields=["union_id", "register_id", "-id"], name="registers_sheet_by_union")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("sent", "checked", "writing"))),
                        fields=("register_id", "union_id", "file_hash"),
                        name="sheet_under_way_once",
                    )
                ],
            },
        ),
        protect("registers_sheet", Policy("registers_sheet_of_the_union", arms=(COUNTY, UNION))),
    ]
