from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

from zhijia.kernel.policies import Policy, protect

HERE = Path(__file__).parent
ARMS = (
    "county_id = ANY ((SELECT ledger_counties())::int[])",
    "union_id = ANY ((SELECT ledger_unions())::int[])",
)


def sql(name):
    return (HERE / name).read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="BankEvent",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("provider", models.CharField(db_collation="C", max_length=20)),
                ("event_id", models.CharField(db_collation="C", max_length=64)),
                ("reference", models.CharField(db_collation="C", max_length=32)),
                ("state", models.CharField(db_collation="C", max_length=9)),
                ("amount", models.BigIntegerField()),
                ("bank_number", models.CharField(db_collation="C", max_length=40)),
                ("at", models.DateTimeField()),
                ("reason", models.CharField(max_length=120)),
                ("received_at", models.DateTimeField()),
                ("worked_at", models.DateTimeField(null=True)),
                ("outcome", models.CharField(db_collation="C", default="", max_length=12)),
            ],
            options={
                "db_table": "payments_bank_event",
                "indexes": [
                    models.Index(
                        condition=models.Q(("worked_at__isnull", True)),
                        fields=["id"],
                        name="payments_bank_event_waiting",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("provider", "event_id"), name="bank_event_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Statement",
            fields=[
                ("union_id", models.IntegerField()),
                ("county_id", models.IntegerField()),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("opening", models.BigIntegerField()),
                ("closing", models.BigIntegerField()),
                ("count", models.IntegerField()),
                ("came_by", models.CharField(db_collation="C", max_length=8)),
                ("read_at", models.DateTimeField()),
                ("read_by", models.BigIntegerField(null=True)),
                ("compared_at", models.DateTimeField(null=True)),
                ("timeline", models.BigIntegerField(default=0)),
                (
                    "bank_account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="payments.bankaccount",
                    ),
                ),
            ],
            options={
                "db_table": "payments_statement",
            },
        ),
        migrations.CreateModel(
            name="StatementLine",
            fields=[
                ("union_id", models.IntegerField()),
                ("county_id", models.IntegerField()),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("bank_account_id", models.BigIntegerField()),
                ("number", models.IntegerField()),
                ("day", models.DateField()),
                ("at", models.DateTimeField()),
                ("bank_number", models.CharField(db_collation="C", max_length=32)),
                ("amount", models.BigIntegerField()),
                ("after", models.BigIntegerField()),
                ("name", models.CharField(max_length=60)),
                ("tail", models.CharField(db_collation="C", max_length=4)),
                ("reference", models.CharField(db_collation="C", max_length=32)),
                ("note", models.CharField(max_length=80)),
                (
                    "statement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="payments.statement",
                    ),
                ),
            ],
            options={
                "db_table": "payments_statement_line",
            },
        ),
        migrations.CreateModel(
            name="Difference",
            fields=[
                ("union_id", models.IntegerField()),
                ("county_id", models.IntegerField()),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("bank_paid", "Bank Paid"),
                            ("bank_not", "Bank Not"),
                            ("amount", "Amount"),
                            ("twice", "Twice"),
                            ("unknown_line", "Unknown Line"),
                            ("returned", "Returned"),
                            ("not_arrived", "Not Arrived"),
                        ],
                        max_length=12,
                    ),
                ),
                ("day", models.DateField()),
                ("ours", models.BigIntegerField(default=0)),
                ("theirs", models.BigIntegerField(default=0)),
                ("found_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                ("settled_by", models.BigIntegerField(null=True)),
                ("answer", models.CharField(default="", max_length=300)),
                (
                    "bank_account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="differences",
                        to="payments.bankaccount",
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="differences",
                        to="payments.payment",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="differences",
                        to="payments.statementline",
                    ),
                ),
            ],
            options={
                "db_table": "payments_difference",
            },
        ),
        migrations.AddIndex(
            model_name="statement",
            index=models.Index(fields=["union_id", "-day"], name="payments_statement_by_union"),
        ),
        migrations.AddIndex(
            model_name="statement",
            index=models.Index(fields=["county_id", "-day"], name="payments_statement_by_county"),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.UniqueConstraint(fields=("bank_account", "day"), name="statement_once_a_day"),
        ),
        migrations.AddIndex(
            model_name="statementline",
            index=models.Index(
                condition=models.Q(("reference", ""), _negated=True),
                fields=["reference", "bank_account_id"],
                name="payments_line_by_reference",
            ),
        ),
        migrations.AddIndex(
            model_name="statementline",
            index=models.Index(fields=["union_id", "-day", "-id"], name="payments_line_by_union"),
        ),
        migrations.AddIndex(
            model_name="statementline",
            index=models.Index(fields=["county_id", "-day", "-id"], name="payments_line_by_county"),
        ),
        migrations.AddConstraint(
            model_name="statementline",
            constraint=models.UniqueConstraint(fields=("statement", "number"), name="statement_line_once"),
        ),
        migrations.AddConstraint(
            model_name="statementline",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount", 0), _negated=True), name="statement_line_moves_something"
            ),
        ),
        migrations.AddIndex(
            model_name="difference",
            index=models.Index(fields=["union_id", "-day", "-id"], name="payments_difference_by_union"),
        ),
        migrations.AddIndex(
            model_name="difference",
            index=models.Index(fields=["county_id", "-id"], name="payments_difference_by_county"),
        ),
        migrations.AddConstraint(
            model_name="difference",
            constraint=models.UniqueConstraint(
                fields=("kind", "payment", "line"), name="difference_is_found_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="difference",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("settled_at__isnull", True),
                    ("settled_by__isnull", True),
                    models.Q(("answer", ""), _negated=True),
                    _connector="OR",
                ),
                name="difference_is_settled_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="difference",
            constraint=models.CheckConstraint(
                condition=models.Q(("payment__isnull", False), ("line__isnull", False), _connector="OR"),
                name="difference_is_about_something",
            ),
        ),
        migrations.RunSQL(sql("reconciliation.sql"), sql("reconciliation_undo.sql")),
        *[
            protect(table, Policy(f"{table}_in_scope", arms=ARMS))
            for table in ("payments_statement", "payments_statement_line", "payments_difference")
        ],
    ]
