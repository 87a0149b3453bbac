"""Documents and photos that go with a case."""

import django.db.models.deletion
from django.db import migrations, models

from zhijia.kernel.policies import Policy, protect


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
        protect("matters_material", Policy("matters_material_of_their_case", arms=("EXISTS (SELECT FROM matters_case c WHERE c.id = case_id)",))),
    ]
