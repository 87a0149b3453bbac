"""Tables that leave the house."""

import uuid

from django.db import migrations, models

from zhijia.kernel.policies import COUNTY, UNION, USER, Policy, protect


class Migration(migrations.Migration):
    dependencies = [("registry", "0006_quality")]

    operations = [
        migrations.CreateModel(
            name='StandardEdition',
            fields=[
                ('version', models.CharField(max_length=24, primary_key=True, serialize=False)),
                ('issued_on', models.DateField()),
                ('content', models.JSONField()),
                ('published_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'registry_standard_edition',
            },
        ),
        migrations.CreateModel(
            name='Export',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('table', models.CharField(max_length=40)),
                ('format', models.CharField(max_length=8)),
                ('columns', models.JSONField(default=list)),
                ('filters', models.JSONField(default=dict)),
                ('clear', models.BooleanField(default=False)),
                ('purpose', models.CharField(default='', max_length=60)),
                ('reason', models.CharField(default='', max_length=200)),
                ('language', models.CharField(max_length=10)),
                ('standard', models.CharField(max_length=24)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('ready', 'Ready'), ('working', 'Working'), ('done', 'Done'), ('refused', 'Refused'), ('withdrawn', 'Withdrawn'), ('failed', 'Failed'), ('over', 'Over')], default='ready', max_length=10)),
                ('user_id', models.BigIntegerField()),
                ('request_id', models.CharField(max_length=60)),
                ('once', models.UUIDField()),
                ('asked_at', models.DateTimeField()),
                ('moved_at', models.DateTimeField()),
                ('expected', models.IntegerField(null=True)),
                ('progress', models.IntegerField(default=0)),
                ('rows', models.IntegerField(null=True)),
                ('clear_rows', models.IntegerField(default=0)),
                ('decided_by', models.BigIntegerField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('answer', models.CharField(default='', max_length=200)),
                ('file_id', models.UUIDField(null=True)),
                ('digest', models.CharField(default='', max_length=64)),
                ('done_at', models.DateTimeField(null=True)),
                ('expires_at', models.DateTimeField(null=True)),
                ('failure', models.CharField(default='', max_length=60)),
            ],
            options={
                'db_table': 'registry_export',
                'indexes': [models.Index(fields=['user_id', '-asked_at'], name='registry_export_by_user'), models.Index(fields=['union_id', 'state'], name='registry_export_by_union'), models.Index(fields=['county_id', 'state'], name='registry_export_by_county')],
                'constraints': [models.UniqueConstraint(fields=('user_id', 'once'), name='export_asked_once'), models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('user_id')), _negated=True), _connector='OR'), name='export_allowed_by_another_than_who_asked'), models.CheckConstraint(condition=models.Q(('clear', False), models.Q(('purpose', ''), _negated=True), _connector='OR'), name='export_in_clear_has_a_purpose')],
            },
        ),
        migrations.AddField(
            model_name="rosterimport",
            name="standard",
            field=models.CharField(default="", max_length=24),
        ),
        # Who asked sees their own, and who may allow them those of their unions. Nobody asks in another's name.
        protect(
            "registry_export",
            Policy("registry_export_read", "SELECT", arms=(COUNTY, UNION, USER)),
            Policy("registry_export_ask", "INSERT", arms=(USER,)),
            Policy("registry_export_move", "UPDATE", arms=(COUNTY, UNION, USER)),
        ),
        migrations.RunSQL(
            "REVOKE UPDATE, DELETE ON registry_standard_edition FROM zhijia_app;",
            "GRANT UPDATE, DELETE ON registry_standard_edition TO zhijia_app;",
        ),
    ]
