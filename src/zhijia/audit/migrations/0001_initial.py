from pathlib import Path

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.expressions
from django.db import migrations, models

from zhijia.kernel.policies import COUNTY, PERSON, UNION, USER, Policy, protect

HERE = Path(__file__).parent


def sql(name):
    return (HERE / name).read_text(encoding="utf-8")


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.RunSQL(
            sql("access.sql"),
            "DROP FUNCTION access_unions(), access_counties(), access_person(), access_user();",
        ),
        migrations.CreateModel(
            name='Era',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('base', models.BigIntegerField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'db_table': 'audit_era',
            },
        ),
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('number', models.BigIntegerField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('horizon', models.BigIntegerField()),
                ('last_transaction', models.BigIntegerField()),
                ('last_id', models.BigIntegerField()),
                ('entries', models.IntegerField()),
                ('heads', models.JSONField()),
                ('previous', models.BinaryField()),
                ('root', models.BinaryField()),
            ],
            options={
                'db_table': 'audit_seal',
            },
        ),
        migrations.CreateModel(
            name='Block',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('seal', models.BigIntegerField()),
                ('stripe', models.SmallIntegerField()),
                ('number', models.BigIntegerField()),
                ('ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('digests', models.BinaryField()),
                ('previous', models.BinaryField()),
                ('hash', models.BinaryField()),
            ],
            options={
                'db_table': 'audit_block',
                'constraints': [models.UniqueConstraint(fields=('stripe', 'number'), name='block_once_in_its_stripe'), models.UniqueConstraint(fields=('seal', 'stripe'), name='block_one_a_stripe_in_a_seal'), models.CheckConstraint(condition=models.Q(('number__gte', 1), ('stripe__gte', 0)), name='block_numbers_start_at_one')],
            },
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('transaction', models.BigIntegerField(db_default=django.db.models.expressions.RawSQL('pg_current_xact_id()::text::bigint', []))),
                ('at', models.DateTimeField()),
                ('action', models.CharField(db_collation='C', max_length=60)),
                ('subject', models.CharField(db_collation='C', max_length=60)),
                ('subject_id', models.CharField(db_collation='C', max_length=60)),
                ('user_id', models.BigIntegerField(null=True)),
                ('for_person_id', models.UUIDField(null=True)),
                ('grant_id', models.BigIntegerField(null=True)),
                ('channel', models.CharField(max_length=10)),
                ('request_id', models.CharField(max_length=40)),
                ('address', models.CharField(max_length=45)),
                ('device', models.CharField(max_length=120)),
                ('person_id', models.UUIDField(null=True)),
                ('union_id', models.IntegerField(null=True)),
                ('county_id', models.IntegerField(null=True)),
                ('reason', models.CharField(default='', max_length=300)),
                ('detail', models.JSONField(default=dict)),
            ],
            options={
                'db_table': 'audit_entry',
                'indexes': [models.Index(fields=['transaction', 'id'], name='audit_entry_by_transaction'), models.Index(fields=['person_id', 'id'], name='audit_entry_by_person'), models.Index(fields=['county_id', 'id'], name='audit_entry_by_county'), models.Index(fields=['union_id', 'id'], name='audit_entry_by_union'), models.Index(fields=['user_id', 'id'], name='audit_entry_by_user'), django.contrib.postgres.indexes.BrinIndex(fields=['at'], name='audit_entry_by_time')],
            },
        ),
        protect(
            "audit_entry",
            Policy("audit_entry_written_by_anybody", "INSERT", arms=("true",)),
            Policy("audit_entry_in_scope", "SELECT", arms=(COUNTY, UNION, PERSON, USER)),
        ),
        migrations.RunSQL(sql("trail.sql"), sql("trail_undo.sql")),
    ]
