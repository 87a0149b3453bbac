"""An employer declares its wages and reads its bills itself; a line of the tax office is taken by one union."""

from pathlib import Path

from django.db import migrations, models

HERE = Path(__file__).parent


def sql(name):
    return (HERE / name).read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [
        ("dues", "0001_initial"),
        ("payments", "0001_initial"),
        ("registry", "0010_representatives"),
    ]

    operations = [
        migrations.AddField(
            model_name="declaration",
            name="by_employer",
            field=models.BooleanField(default=False),
        ),
        migrations.AddConstraint(
            model_name="contribution",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source", "tax")),
                fields=("credit_code", "paid_on", "since", "until", "amount"),
                name="tax_line_once_whoever_brings_it",
            ),
        ),
        migrations.RunSQL(sql("employers.sql"), sql("employers_undo.sql")),
    ]
