"""Terms of committees, and what an election decided."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from zhijia.kernel.policies import COUNTY, UNION, Policy, protect


def at_the_union(table: str) -> migrations.RunSQL:
    """A record of the union, not of a person: seen by those who work there."""
    return protect(table, Policy(f"{table}_in_scope", arms=(COUNTY, UNION)))


class Migration(migrations.Migration):
    dependencies = [("registry", "0004_identities")]

    operations = [
        migrations.AddField(
            model_name='post',
            name='term_id',
            field=models.BigIntegerField(null=True),
        ),
        migrations.CreateModel(
            name='Election',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('body', models.CharField(choices=[('committee', 'Committee'), ('audit', 'Audit'), ('women', 'Women')], max_length=10)),
                ('by_election', models.BooleanField(default=False)),
                ('held_on', models.DateField()),
                ('years', models.SmallIntegerField()),
                ('entitled', models.IntegerField()),
                ('attended', models.IntegerField()),
                ('seats', models.SmallIntegerField()),
                ('filled', models.SmallIntegerField()),
                ('declared', models.JSONField(default=list)),
                ('state', models.CharField(choices=[('reported', 'Reported'), ('approved', 'Approved'), ('refused', 'Refused')], default='reported', max_length=10)),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by', models.BigIntegerField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by', models.BigIntegerField(null=True)),
                ('approval_number', models.CharField(default='', max_length=60)),
                ('approved_on', models.DateField(null=True)),
                ('answer', models.CharField(default='', max_length=300)),
            ],
            options={
                'db_table': 'registry_election',
                'indexes': [models.Index(fields=['union_id', 'state'], name='registry_election_by_union'), models.Index(fields=['county_id', 'state'], name='registry_election_by_county')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'reported')), fields=('union_id', 'body'), name='election_one_waiting_per_body'), models.CheckConstraint(condition=models.Q(('attended__lte', models.F('entitled'))), name='election_nobody_came_who_was_not_entitled')],
            },
        ),
        migrations.CreateModel(
            name='Term',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('body', models.CharField(choices=[('committee', 'Committee'), ('audit', 'Audit'), ('women', 'Women')], max_length=10)),
                ('number', models.SmallIntegerField()),
                ('years', models.SmallIntegerField()),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('due_on', models.DateField()),
                ('ended_on', models.DateField(null=True)),
                ('seats', models.SmallIntegerField()),
                ('election_id', models.UUIDField(null=True)),
                ('approval_number', models.CharField(default='', max_length=60)),
                ('approved_on', models.DateField(null=True)),
            ],
            options={
                'db_table': 'registry_term',
                'indexes': [models.Index(condition=models.Q(('ended_on__isnull', True)), fields=['county_id', 'due_on', 'id'], name='registry_term_due_by_county'), models.Index(condition=models.Q(('ended_on__isnull', True)), fields=['due_on', 'id'], name='registry_term_due')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_on__isnull', True)), fields=('union_id', 'body'), name='term_one_open_per_body'), models.UniqueConstraint(fields=('union_id', 'body', 'number'), name='term_number_once'), models.CheckConstraint(condition=models.Q(('ends_on__lte', models.F('due_on')), ('starts_on__lt', models.F('ends_on'))), name='term_ends_after_it_begins')],
            },
        ),
        migrations.CreateModel(
            name='Candidate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('person_id', models.UUIDField(db_index=True)),
                ('post', models.CharField(max_length=2)),
                ('full_time', models.BooleanField(default=False)),
                ('votes', models.IntegerField()),
                ('elected', models.BooleanField()),
                ('election', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='candidates', to='registry.election')),
            ],
            options={
                'db_table': 'registry_candidate',
                'indexes': [models.Index(fields=['union_id'], name='registry_candidate_by_union'), models.Index(fields=['county_id'], name='registry_candidate_by_county')],
                'constraints': [models.UniqueConstraint(fields=('election', 'person_id'), name='candidate_stands_once')],
            },
        ),
        migrations.CreateModel(
            name='Postponement',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('until', models.DateField()),
                ('reason', models.CharField(max_length=300)),
                ('state', models.CharField(choices=[('asked', 'Asked'), ('approved', 'Approved'), ('refused', 'Refused')], default='asked', max_length=10)),
                ('asked_at', models.DateTimeField()),
                ('asked_by', models.BigIntegerField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by', models.BigIntegerField(null=True)),
                ('answer', models.CharField(default='', max_length=300)),
                ('term', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='postponements', to='registry.term')),
            ],
            options={
                'db_table': 'registry_postponement',
                'indexes': [models.Index(fields=['union_id', 'state'], name='registry_postponed_by_union'), models.Index(fields=['county_id', 'state'], name='registry_postponed_by_county')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'asked')), fields=('term',), name='postponement_one_asked_per_term')],
            },
        ),
        migrations.CreateModel(
            name='Certificate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('number', models.CharField(max_length=60)),
                ('name', models.CharField(max_length=120)),
                ('issued_on', models.DateField()),
                ('valid_until', models.DateField()),
                ('replaced_on', models.DateField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by', models.BigIntegerField(null=True)),
                ('term', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='registry.term')),
            ],
            options={
                'db_table': 'registry_certificate',
                'indexes': [models.Index(fields=['county_id'], name='registry_certificate_by_county')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('replaced_on__isnull', True)), fields=('union_id',), name='certificate_one_in_force'), models.UniqueConstraint(fields=('union_id', 'number'), name='certificate_recorded_once')],
            },
        ),
        migrations.CreateModel(
            name='TermAlarm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.CharField(max_length=10)),
                ('due_on', models.DateField()),
                ('at', models.DateTimeField()),
                ('term', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='alarms', to='registry.term')),
            ],
            options={
                'db_table': 'registry_term_alarm',
                'constraints': [models.UniqueConstraint(fields=('term', 'step', 'due_on'), name='term_alarm_once_per_step')],
            },
        ),
        at_the_union("registry_election"),
        at_the_union("registry_term"),
        at_the_union("registry_postponement"),
        at_the_union("registry_certificate"),
        protect("registry_candidate"),
    ]
