"""What went back of a contribution; what an employer says of its own bills is kept by the database."""

from pathlib import Path

from django.db import migrations, models

HERE = Path(__file__).parent


def sql(name):
    return (HERE / name).read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("dues", "0004_donations"), ("payments", "0001_initial"), ("ledger", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="MonthTerms",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("division", models.CharField(db_collation="C", max_length=12)),
                ("month", models.IntegerField()),
                ("rate", models.DecimalField(decimal_places=4, max_digits=7)),
                ("due_on", models.DateField()),
            ],
            options={
                "db_table": "dues_month_terms",
                "constraints": [
                    models.UniqueConstraint(fields=("division", "month"), name="terms_once_a_month")
                ],
            },
        ),
        migrations.AddField(
            model_name="contribution",
            name="given_back",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddConstraint(
            model_name="contribution",
            constraint=models.CheckConstraint(
                condition=models.Q(("given_back__gte", 0), ("given_back__lte", models.F("amount"))),
                name="contribution_gives_back_what_came",
            ),
        ),
        migrations.RunSQL(sql("given_back.sql"), sql("given_back_undo.sql")),
    ]
