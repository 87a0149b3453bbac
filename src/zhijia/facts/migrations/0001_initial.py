from pathlib import Path

from django.db import migrations, models

from zhijia.kernel.policies import COUNTY, PERSON, UNION, Policy, protect

HERE = Path(__file__).parent
YEARS = range(2015, 2036)


def sql(name):
    return (HERE / name).read_text(encoding="utf-8")


def partitions():
    """A partition a year and one for the rest; nobody reaches them but through the parent and its policies."""
    for year in YEARS:
        yield (
            f"CREATE TABLE facts_fact_{year} PARTITION OF facts_fact"
            f" FOR VALUES FROM ('{year}-01-01') TO ('{year + 1}-01-01');"
        )
    yield "CREATE TABLE facts_fact_rest PARTITION OF facts_fact DEFAULT;"
    for name in [*YEARS, "rest"]:
        yield f"REVOKE ALL ON facts_fact_{name} FROM zhijia_app, zhijia_bulk, zhijia_sealer;"
        yield f"ALTER TABLE facts_fact_{name} ENABLE ROW LEVEL SECURITY;"
        yield f"ALTER TABLE facts_fact_{name} FORCE ROW LEVEL SECURITY;"


class Migration(migrations.Migration):

    initial = True

    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name='CountyMonth',
            fields=[
                ('pk', models.CompositePrimaryKey('kind', 'county_id', 'month', blank=True, editable=False, primary_key=True, serialize=False)),
                ('kind', models.TextField(db_collation='C')),
                ('county_id', models.IntegerField()),
                ('month', models.IntegerField()),
                ('quantity', models.BigIntegerField()),
                ('amount', models.BigIntegerField()),
                ('facts', models.BigIntegerField()),
            ],
            options={
                'db_table': 'facts_county_month',
            },
        ),
        migrations.CreateModel(
            name='Delta',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.TextField(db_collation='C')),
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('month', models.IntegerField()),
                ('quantity', models.BigIntegerField()),
                ('amount', models.BigIntegerField()),
                ('facts', models.BigIntegerField()),
            ],
            options={
                'db_table': 'facts_delta',
            },
        ),
        migrations.CreateModel(
            name='Fold',
            fields=[
                ('id', models.SmallIntegerField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
            ],
            options={
                'db_table': 'facts_fold',
            },
        ),
        migrations.CreateModel(
            name='UnionMonth',
            fields=[
                ('pk', models.CompositePrimaryKey('kind', 'union_id', 'month', blank=True, editable=False, primary_key=True, serialize=False)),
                ('kind', models.TextField(db_collation='C')),
                ('union_id', models.IntegerField()),
                ('month', models.IntegerField()),
                ('quantity', models.BigIntegerField()),
                ('amount', models.BigIntegerField()),
                ('facts', models.BigIntegerField()),
            ],
            options={
                'db_table': 'facts_union_month',
            },
        ),
        migrations.CreateModel(
            name='UnionTotal',
            fields=[
                ('pk', models.CompositePrimaryKey('kind', 'union_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('kind', models.TextField(db_collation='C')),
                ('union_id', models.IntegerField()),
                ('quantity', models.BigIntegerField()),
                ('amount', models.BigIntegerField()),
                ('facts', models.BigIntegerField()),
            ],
            options={
                'db_table': 'facts_union_total',
            },
        ),
        migrations.CreateModel(
            name='CountyTotal',
            fields=[
                ('pk', models.CompositePrimaryKey('kind', 'county_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('kind', models.TextField(db_collation='C')),
                ('county_id', models.IntegerField()),
                ('quantity', models.BigIntegerField()),
                ('amount', models.BigIntegerField()),
                ('facts', models.BigIntegerField()),
            ],
            options={
                'db_table': 'facts_county_total',
            },
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(sql("fact.sql"), "DROP TABLE facts_fact;"),
                migrations.RunSQL("\n".join(partitions()), migrations.RunSQL.noop),
            ],
            state_operations=[
                migrations.CreateModel(
                    name='Fact',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('kind', models.TextField(db_collation='C')),
                        ('union_id', models.IntegerField()),
                        ('county_id', models.IntegerField()),
                        ('day', models.DateField()),
                        ('month', models.IntegerField()),
                        ('quantity', models.BigIntegerField()),
                        ('amount', models.BigIntegerField()),
                        ('person_id', models.UUIDField(null=True)),
                        ('dimensions', models.JSONField()),
                        ('proof', models.TextField(db_collation='C', db_column='class')),
                        ('record', models.TextField(db_collation='C')),
                        ('record_id', models.TextField(db_collation='C')),
                        ('turn', models.SmallIntegerField()),
                        ('run_id', models.TextField(db_collation='C', null=True)),
                        ('reverses', models.BigIntegerField(null=True)),
                        ('recorded_at', models.DateTimeField()),
                    ],
                    options={
                        'db_table': 'facts_fact',
                        'indexes': [models.Index(fields=['county_id', 'kind', 'day', 'id'], name='facts_fact_by_county'), models.Index(fields=['union_id', 'kind', 'day', 'id'], name='facts_fact_by_union'), models.Index(condition=models.Q(('person_id__isnull', False)), fields=['person_id', 'day'], name='facts_fact_by_person')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('reverses__isnull', True)), fields=('record_id', 'kind', 'turn', 'day'), name='fact_told_once'), models.UniqueConstraint(condition=models.Q(('reverses__isnull', False)), fields=('reverses', 'day'), name='fact_reversed_once')],
                    },
                ),
            ],
        ),
        protect(
            "facts_fact",
            Policy("facts_fact_written_by_anybody", "INSERT", arms=("true",)),
            Policy("facts_fact_in_scope", "SELECT", arms=(COUNTY, UNION, PERSON)),
        ),
        migrations.RunSQL(sql("deltas.sql"), sql("deltas_undo.sql")),
    ]
