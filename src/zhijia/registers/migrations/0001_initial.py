"""Lists that unions keep: a partition a list, made of its published definition (ADR 0022)."""

from pathlib import Path

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

from zhijia.kernel.policies import COUNTY, PERSON, UNION, Policy, protect

HERE = Path(__file__).parent
OTHER_COUNTY = "other_county_id = ANY ((SELECT access_counties())::int[])"
OTHER_UNION = "other_union_id = ANY ((SELECT access_unions())::int[])"
UNDO_GUARDS = """
DROP TRIGGER registers_version_stands ON registers_version;
DROP TRIGGER registers_version_written ON registers_version;
DROP TRIGGER registers_past_stands ON registers_past;
DROP FUNCTION registers_guard_past();
DROP FUNCTION registers_tell(bigint[], date);
DROP TRIGGER registers_link_follows ON registers_link;
DROP FUNCTION registers_link_follows();
DROP TRIGGER registers_row_takes_along ON registers_row;
DROP FUNCTION registers_row_gone();
DROP TRIGGER registers_row_keeps_its_past ON registers_row;
DROP FUNCTION registers_keep_past();
"""
UNDO_PREPARE = """
GRANT INSERT, UPDATE, DELETE ON registers_list TO zhijia_app;
DROP FUNCTION registers_prepare(integer);
DROP FUNCTION registers_shown(jsonb, text[]);
DROP FUNCTION registers_ends(jsonb);
DROP FUNCTION registers_misfits(jsonb, integer);
DROP FUNCTION registers_states(jsonb);
DROP FUNCTION registers_names(jsonb);
DROP FUNCTION registers_read_anew(jsonb);
DROP FUNCTION registers_typed(jsonb, text);
DROP FUNCTION registers_slot_of(jsonb);
DROP FUNCTION registers_day(text);
DROP FUNCTION registers_check_of(jsonb);
"""
UNDO_READING = """
DROP FUNCTION registers_union_place(integer);
DROP FUNCTION registers_shown_near(integer[], double precision, double precision, double precision, double precision,
  double precision, double precision, integer);
DROP FUNCTION registers_open_places(integer[]);
DROP FUNCTION registers_metres(double precision, double precision, double precision, double precision);
DROP FUNCTION registers_worded(integer[], text[], integer);
DROP FUNCTION registers_shown_rows(integer, text, text[], uuid, uuid, integer);
DROP FUNCTION registers_filling(integer);
DROP FUNCTION registers_open(integer);
"""


def sql(name):
    return (HERE / name).read_text(encoding="utf-8")


class Migration(migrations.Migration):

    initial = True

    dependencies = [("catalogue", "0002_parameter_change"), ("registry", "0010_representatives")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(sql("rows.sql"), "DROP TABLE registers_row CASCADE;"),
            ],
            state_operations=[
                migrations.CreateModel(
                    name='Row',
                    fields=[
                        ('union_id', models.IntegerField()),
                        ('county_id', models.IntegerField()),
                        ('id', models.UUIDField(primary_key=True, serialize=False)),
                        ('register_id', models.IntegerField()),
                        ('number', models.BigIntegerField()),
                        ('title', models.TextField()),
                        ('state', models.TextField(db_collation='C')),
                        ('came_on', models.DateField()),
                        ('person_id', models.UUIDField(null=True)),
                        ('follows', models.BooleanField(default=False)),
                        ('employer_id', models.IntegerField(null=True)),
                        ('other_union_id', models.IntegerField(null=True)),
                        ('other_county_id', models.IntegerField(null=True)),
                        ('division', models.TextField(db_collation='C', default='')),
                        ('latitude', models.FloatField(null=True)),
                        ('longitude', models.FloatField(null=True)),
                        ('since', models.DateField(null=True)),
                        ('until', models.DateField(null=True)),
                        ('ended_on', models.DateField(null=True)),
                        ('version', models.IntegerField(default=1)),
                        ('values', models.JSONField()),
                        ('words', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                        ('source', models.TextField(db_collation='C', default='')),
                        ('source_id', models.TextField(db_collation='C', default='')),
                        ('purpose', models.TextField(db_collation='C', default='')),
                        ('made_at', models.DateTimeField()),
                        ('made_by', models.BigIntegerField(null=True)),
                        ('changed_at', models.DateTimeField()),
                        ('changed_by', models.BigIntegerField(null=True)),
                        ('text_1', models.TextField(db_collation='C', null=True)),
                        ('text_2', models.TextField(db_collation='C', null=True)),
                        ('text_3', models.TextField(db_collation='C', null=True)),
                        ('text_4', models.TextField(db_collation='C', null=True)),
                        ('text_5', models.TextField(db_collation='C', null=True)),
                        ('text_6', models.TextField(db_collation='C', null=True)),
                        ('text_7', models.TextField(db_collation='C', null=True)),
                        ('text_8', models.TextField(db_collation='C', null=True)),
                        ('text_9', models.TextField(db_collation='C', null=True)),
                        ('text_10', models.TextField(db_collation='C', null=True)),
                        ('number_1', models.BigIntegerField(null=True)),
                        ('number_2', models.BigIntegerField(null=True)),
                        ('number_3', models.BigIntegerField(null=True)),
                        ('number_4', models.BigIntegerField(null=True)),
                        ('number_5', models.BigIntegerField(null=True)),
                        ('number_6', models.BigIntegerField(null=True)),
                        ('day_1', models.DateField(null=True)),
                        ('day_2', models.DateField(null=True)),
                        ('day_3', models.DateField(null=True)),
                        ('day_4', models.DateField(null=True)),
                        ('day_5', models.DateField(null=True)),
                        ('day_6', models.DateField(null=True)),
                    ],
                    options={
                        'db_table': 'registers_row',
                    },
                ),
            ],
        ),
        migrations.CreateModel(
            name='Due',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('register_id', models.IntegerField()),
                ('row_id', models.UUIDField()),
                ('code', models.CharField(db_collation='C', max_length=40)),
                ('day', models.DateField()),
                ('state', models.CharField(choices=[('open', 'Open'), ('kept', 'Kept'), ('missed', 'Missed'), ('gone', 'Gone')], default='open', max_length=6)),
                ('person_id', models.UUIDField(null=True)),
                ('alarmed_on', models.DateField(null=True)),
                ('kept_on', models.DateField(null=True)),
                ('kept_by', models.BigIntegerField(null=True)),
                ('note', models.CharField(default='', max_length=1000)),
            ],
            options={
                'db_table': 'registers_due',
                'indexes': [models.Index(condition=models.Q(('state__in', ('open', 'missed'))), fields=['county_id', 'day', 'id'], name='registers_due_by_county'), models.Index(condition=models.Q(('state__in', ('open', 'missed'))), fields=['union_id', 'day', 'id'], name='registers_due_by_union'), models.Index(condition=models.Q(('state__in', ('open', 'missed'))), fields=['county_id', 'register_id', 'code', 'day'], name='registers_due_by_list_county'), models.Index(condition=models.Q(('state__in', ('open', 'missed'))), fields=['union_id', 'register_id', 'code', 'day'], name='registers_due_by_list_union'), models.Index(condition=models.Q(('state', 'open')), fields=['day'], name='registers_due_by_day'), models.Index(condition=models.Q(('person_id__isnull', False)), fields=['person_id'], name='registers_due_by_person')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('row_id', 'code'), name='due_of_a_row_open_once'), models.UniqueConstraint(fields=('row_id', 'code', 'day'), name='due_of_a_row_once_a_day'), models.CheckConstraint(condition=models.Q(models.Q(('kept_on__isnull', False), ('state', 'kept')), models.Q(models.Q(('state', 'kept'), _negated=True), ('kept_on__isnull', True)), _connector='OR'), name='due_is_kept_on_a_day')],
            },
        ),
        migrations.CreateModel(
            name='Link',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('register_id', models.IntegerField()),
                ('row_id', models.UUIDField()),
                ('field', models.TextField(db_collation='C')),
                ('kind', models.CharField(db_collation='C', max_length=8)),
                ('target', models.TextField(db_collation='C')),
                ('person_id', models.UUIDField(null=True)),
            ],
            options={
                'db_table': 'registers_link',
                'indexes': [models.Index(fields=['kind', 'target'], name='registers_link_by_target'), models.Index(fields=['county_id', 'kind'], name='registers_link_by_county'), models.Index(condition=models.Q(('person_id__isnull', False)), fields=['person_id'], name='registers_link_by_person')],
                'constraints': [models.UniqueConstraint(fields=('row_id', 'field', 'target'), name='link_of_a_row_once'), models.CheckConstraint(condition=models.Q(('kind__in', ('person', 'union', 'employer', 'row', 'case'))), name='link_is_of_a_known_kind')],
            },
        ),
        migrations.CreateModel(
            name='Past',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('register_id', models.IntegerField()),
                ('row_id', models.UUIDField()),
                ('version', models.IntegerField()),
                ('number', models.BigIntegerField()),
                ('title', models.TextField()),
                ('state', models.TextField(db_collation='C')),
                ('came_on', models.DateField()),
                ('person_id', models.UUIDField(null=True)),
                ('other_union_id', models.IntegerField(null=True)),
                ('other_county_id', models.IntegerField(null=True)),
                ('division', models.TextField(db_collation='C', default='')),
                ('since', models.DateField(null=True)),
                ('until', models.DateField(null=True)),
                ('ended_on', models.DateField(null=True)),
                ('values', models.JSONField()),
                ('recorded_from', models.DateTimeField()),
                ('recorded_to', models.DateTimeField()),
                ('changed_by', models.BigIntegerField(null=True)),
            ],
            options={
                'db_table': 'registers_past',
                'indexes': [models.Index(fields=['county_id', 'register_id', 'recorded_to'], name='registers_past_by_county'), models.Index(fields=['union_id', 'register_id', 'recorded_to'], name='registers_past_by_union'), models.Index(condition=models.Q(('person_id__isnull', False)), fields=['person_id'], name='registers_past_by_person')],
                'constraints': [models.UniqueConstraint(fields=('row_id', 'version'), name='past_of_a_row_once'), models.CheckConstraint(condition=models.Q(('recorded_to__gte', models.F('recorded_from'))), name='past_runs_forward')],
            },
        ),
        migrations.CreateModel(
            name='RegisterVersion',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('code', models.CharField(db_collation='C', max_length=60)),
                ('number', models.IntegerField()),
                ('text', models.TextField(default='')),
                ('content', models.JSONField(default=dict)),
                ('digest', models.CharField(default='', max_length=64)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('proposed', 'Proposed'), ('published', 'Published')], default='draft', max_length=9)),
                ('shipped', models.BooleanField(default=False)),
                ('since', models.DateField(null=True)),
                ('made_by', models.BigIntegerField(null=True)),
                ('made_at', models.DateTimeField()),
                ('published_by', models.BigIntegerField(null=True)),
                ('published_at', models.DateTimeField(null=True)),
                ('copied_from', models.CharField(db_collation='C', default='', max_length=60)),
                ('returned', models.CharField(default='', max_length=500)),
            ],
            options={
                'db_table': 'registers_version',
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('code', 'number'), name='registerversion_once'), models.CheckConstraint(condition=models.Q(('shipped', True), models.Q(('state', 'published'), _negated=True), models.Q(('made_by', models.F('published_by')), _negated=True), _connector='OR'), name='registerversion_is_published_by_a_second_person'), models.CheckConstraint(condition=models.Q(('shipped', True), models.Q(('state', 'published'), _negated=True), models.Q(('made_by__isnull', False), ('published_at__isnull', False), ('published_by__isnull', False), ('since__isnull', False)), _connector='OR'), name='registerversion_says_who_published_it')],
            },
        ),
        migrations.CreateModel(
            name='List',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('code', models.CharField(db_collation='C', max_length=60, unique=True)),
                ('refreshed', models.IntegerField(null=True)),
                ('slots', models.JSONField(default=dict)),
                ('shown_public', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('shown_members', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('version', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registers.registerversion')),
            ],
            options={
                'db_table': 'registers_list',
            },
        ),
        migrations.CreateModel(
            name='Text',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('file_id', models.UUIDField(primary_key=True, serialize=False)),
                ('register_id', models.IntegerField()),
                ('row_id', models.UUIDField()),
                ('field', models.TextField(db_collation='C')),
                ('text', models.TextField(default='')),
                ('failure', models.CharField(db_collation='C', default='', max_length=20)),
                ('words', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ('read_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'registers_text',
                'indexes': [
                    models.Index(fields=['row_id'], name='registers_text_by_row'),
                    django.contrib.postgres.indexes.GinIndex(fields=['words'], name='registers_text_by_words'),
                ],
            },
        ),
        migrations.RunSQL(sql("guards.sql"), UNDO_GUARDS),
        migrations.RunSQL(sql("prepare.sql"), UNDO_PREPARE),
        migrations.RunSQL(sql("reading.sql"), UNDO_READING),
        protect(
            "registers_row",
            Policy("registers_row_read", "SELECT", (COUNTY, UNION, PERSON, OTHER_COUNTY, OTHER_UNION)),
            Policy("registers_row_added", "INSERT", (COUNTY, UNION)),
            Policy("registers_row_changed", "UPDATE", (COUNTY, UNION)),
        ),
        protect(
            "registers_past",
            Policy("registers_past_read", "SELECT", (COUNTY, UNION, PERSON, OTHER_COUNTY, OTHER_UNION)),
        ),
        protect(
            "registers_link",
            Policy("registers_link_read", "SELECT", (COUNTY, UNION, PERSON)),
            Policy("registers_link_added", "INSERT", (COUNTY, UNION)),
            Policy("registers_link_removed", "DELETE", (COUNTY, UNION)),
        ),
        protect(
            "registers_due",
            Policy("registers_due_read", "SELECT", (COUNTY, UNION, PERSON)),
            Policy("registers_due_added", "INSERT", (COUNTY, UNION)),
            Policy("registers_due_changed", "UPDATE", (COUNTY, UNION)),
        ),
        protect("registers_text", Policy("registers_text_read", "SELECT", (COUNTY, UNION))),
    ]
