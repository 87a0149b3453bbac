from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from zhijia.kernel.policies import Policy, protect

HERE = Path(__file__).parent
ARMS = (
    "county_id = ANY ((SELECT ledger_counties())::int[])",
    "union_id = ANY ((SELECT ledger_unions())::int[])",
)


def sql(name):
    return (HERE / name).read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("payments", "0002_reconciliation")]

    operations = [
        migrations.CreateModel(
            name="Arrival",
            fields=[
                ("union_id", models.IntegerField()),
                ("county_id", models.IntegerField()),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("round", models.SmallIntegerField()),
                ("is_back", models.BooleanField(default=False)),
                ("payer_id", models.IntegerField()),
                ("title", models.CharField(max_length=120)),
                ("amount", models.BigIntegerField()),
                ("broken", models.CharField(db_collation="C", max_length=60)),
                ("found_at", models.DateTimeField()),
                ("tried_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                ("entry_id", models.BigIntegerField(null=True)),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="arrivals",
                        to="payments.payment",
                    ),
                ),
            ],
            options={
                "db_table": "payments_arrival",
                "indexes": [
                    models.Index(
                        fields=["tried_at"],
                        condition=Q(settled_at__isnull=True),
                        name="payments_arrival_open",
                    ),
                    models.Index(fields=["union_id", "-id"], name="payments_arrival_by_union"),
                    models.Index(fields=["county_id", "-id"], name="payments_arrival_by_county"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["payment", "round", "is_back"], name="arrival_is_found_once"
                    ),
                    models.CheckConstraint(
                        condition=Q(entry_id__isnull=True) | Q(settled_at__isnull=False),
                        name="arrival_is_settled_once_it_stands",
                    ),
                ],
            },
        ),
        migrations.RunSQL(sql("arrivals.sql"), sql("arrivals_undo.sql")),
        protect("payments_arrival", Policy("payments_arrival_in_scope", arms=ARMS)),
    ]
