"""What is missing or contradicts itself, as a work list; what an authority was asked."""

import uuid

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

from zhijia.kernel.policies import COUNTY, UNION, Policy, protect


class Migration(migrations.Migration):
    dependencies = [("registry", "0005_terms")]

    operations = [
        migrations.CreateModel(
            name='QualityIssue',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('rule', models.CharField(db_collation='C', max_length=40)),
                ('person_id', models.UUIDField(null=True)),
                ('state', models.CharField(choices=[('open', 'Open'), ('asked', 'Asked'), ('cleared', 'Cleared'), ('accepted', 'Accepted')], default='open', max_length=8)),
                ('opened_at', models.DateTimeField()),
                ('asked_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('closed_by', models.BigIntegerField(null=True)),
                ('reason', models.CharField(default='', max_length=200)),
            ],
            options={
                'db_table': 'registry_quality_issue',
                'indexes': [models.Index(condition=models.Q(('state__in', ('open', 'asked'))), fields=['union_id', 'rule', 'id'], name='registry_issue_by_union'), models.Index(condition=models.Q(('state__in', ('open', 'asked'))), fields=['county_id', 'rule', 'id'], name='registry_issue_by_county')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('person_id__isnull', False)), fields=('person_id', 'rule'), name='quality_issue_once_per_person'), models.UniqueConstraint(condition=models.Q(('person_id__isnull', True)), fields=('union_id', 'rule'), name='quality_issue_once_per_union')],
            },
        ),
        migrations.CreateModel(
            name='QualityTally',
            fields=[
                ('union_id', models.IntegerField(primary_key=True, serialize=False)),
                ('people', models.IntegerField()),
                ('lost', models.BigIntegerField()),
                ('waiting', models.IntegerField()),
                ('matched', models.IntegerField()),
                ('checked_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'registry_quality_tally',
            },
        ),
        migrations.CreateModel(
            name='QualityCheck',
            fields=[
                ('county_id', models.IntegerField(primary_key=True, serialize=False)),
                ('after', models.IntegerField(default=0)),
                ('begun_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('seen_until', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'registry_quality_check',
            },
        ),
        migrations.CreateModel(
            name='AuthorityRun',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('key', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('running', 'Running'), ('done', 'Done'), ('stopped', 'Stopped')], default='waiting', max_length=8)),
                ('user_id', models.BigIntegerField(null=True)),
                ('after', models.UUIDField(null=True)),
                ('sent', models.IntegerField(default=0)),
                ('matched', models.IntegerField(default=0)),
                ('differed', models.IntegerField(default=0)),
                ('unknown', models.IntegerField(default=0)),
                ('failure', models.CharField(default='', max_length=40)),
                ('asked_at', models.DateTimeField()),
                ('moved_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'registry_authority_run',
                'indexes': [models.Index(fields=['county_id', '-id'], name='registry_authrun_by_county')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ('waiting', 'running'))), fields=('union_id',), name='authority_run_one_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='AuthorityAnswer',
            fields=[
                ('union_id', models.IntegerField(null=True)),
                ('county_id', models.IntegerField(null=True)),
                ('person_id', models.UUIDField(primary_key=True, serialize=False)),
                ('digest', models.CharField(max_length=32)),
                ('said', models.CharField(choices=[('match', 'Match'), ('differ', 'Differ'), ('unknown', 'Unknown')], max_length=8)),
                ('at', models.DateTimeField()),
                ('run', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='answers', to='registry.authorityrun')),
            ],
            options={
                'db_table': 'registry_authority_answer',
            },
        ),
        migrations.AddIndex(
            model_name="authorityanswer",
            index=models.Index(fields=["union_id"], name="registry_authanswer_by_union"),
        ),
        migrations.AddIndex(
            model_name="authorityanswer",
            index=models.Index(fields=["county_id"], name="registry_authanswer_by_county"),
        ),
        migrations.AddIndex(
            model_name="person",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["changed_at"], name="registry_person_by_change"
            ),
        ),
        migrations.AddIndex(
            model_name="membershipchange",
            index=django.contrib.postgres.indexes.BrinIndex(fields=["at"], name="registry_change_by_moment"),
        ),
        protect("registry_quality_issue"),
        protect("registry_authority_answer"),
        protect("registry_authority_run", Policy("registry_authority_run_in_scope", arms=(COUNTY, UNION))),
    ]
