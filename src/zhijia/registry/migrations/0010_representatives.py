"""Who acts for an employer."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

from zhijia.kernel.policies import COUNTY, UNION, USER, Policy, protect

TODAY = "(now() AT TIME ZONE 'Asia/Shanghai')::date"


class Migration(migrations.Migration):
    dependencies = [("registry", "0009_moves"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            "Representative",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("union_id", models.IntegerField()),
                ("county_id", models.IntegerField()),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("employer", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="representatives", to="registry.employer")),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(null=True)),
            ],
            options={
                "db_table": "registry_representative",
                "indexes": [
                    models.Index(fields=["union_id"], name="registry_repr_by_union"),
                    models.Index(fields=["county_id"], name="registry_repr_by_county"),
                ],
                "constraints": [
                    models.UniqueConstraint(condition=Q(valid_to__isnull=True), fields=("user", "employer"), name="representative_once_at_a_time"),
                ],
            },
        ),
        # Whoever acts for an employer may end that; nobody gives it to themselves.
        protect(
            "registry_representative",
            Policy("registry_representative_read", "SELECT", (COUNTY, UNION, USER)),
            Policy(
                "registry_representative_begun", "INSERT", (f"({COUNTY} OR {UNION}) AND NOT {USER}",)
            ),
            Policy(
                "registry_representative_ended", "UPDATE", (COUNTY, UNION, USER), check=(f"valid_to <= {TODAY}",)
            ),
        ),
        migrations.RunSQL(
            Path(__file__).with_name("representatives.sql").read_text(encoding="utf-8"),
            "DROP FUNCTION access_employers();",
        ),
    ]
