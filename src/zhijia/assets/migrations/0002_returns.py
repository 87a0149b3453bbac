from pathlib import Path

import django.contrib.postgres.fields
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

    dependencies = [('assets', '0001_initial')]

    operations = [
        migrations.CreateModel(
            name='Return',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('once', models.UUIDField(unique=True)),
                ('day', models.DateField()),
                ('reason', models.CharField(max_length=200)),
                ('lines', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('quantity', models.IntegerField(default=0)),
                ('worth', models.BigIntegerField(default=0)),
                ('user_id', models.BigIntegerField()),
                ('issue', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='returns', to='assets.issue')),
            ],
            options={
                'db_table': 'assets_return',
                'constraints': [models.CheckConstraint(condition=Q(quantity__gt=0), name='return_is_something'), models.CheckConstraint(condition=~Q(reason=''), name='return_says_why')],
            },
        ),
        migrations.RunSQL(sql("returns.sql"), sql("returns_undo.sql")),
        protect("assets_return", Policy("assets_return_in_scope", arms=ARMS)),
    ]
