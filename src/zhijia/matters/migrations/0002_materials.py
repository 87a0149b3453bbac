"""Documents and photos that go with a case."""

import django.db.models.deletion
from django.db import migrations, models

from zhijia.matters.policies import of_case


class Migration(migrations.Migration):
    dependencies = [("matters", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Material",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("code", models.CharField(db_collation="C", max_length=60)),
                ("file_id", models.UUIDField(unique=True)),
                ("name", models.CharField(max_length=120)),
                ("added_at", models.DateTimeField()),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="materials", to="matters.case")),
            ],
            options={"db_table": "matters_material"},
        ),
        of_case("matters_material", applicants=True),
    ]
