"""What kept rules listen to, what was touched, for whom they hold, and the clues of watches."""

from pathlib import Path

import django.contrib.postgres.fields
import zhijia.kernel.ids
from django.db import migrations, models

from zhijia.kernel.policies import COUNTY, UNION, Policy, protect

LISTENING = (
    "registry_person", "registry_membership", "registry_post", "registry_term", "registry_union", "registry_employer",
    "registry_coverage", "registry_card", "registry_consent",
)
SQL = Path(__file__).with_name("hearing.sql").read_text(encoding="utf-8")
UNDO = """
DROP FUNCTION watches_hear() CASCADE;
DROP FUNCTION watches_seat(integer, text[], integer, integer, date);
"""
LISTEN = """
CREATE TRIGGER watches_hear_insert AFTER INSERT ON {table}
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION watches_hear();
CREATE TRIGGER watches_hear_update AFTER UPDATE ON {table}
  REFERENCING OLD TABLE AS gone NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION watches_hear();
CREATE TRIGGER watches_hear_delete AFTER DELETE ON {table}
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION watches_hear();
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [("registry", "0009_moves")]

    operations = [
        migrations.CreateModel(
            name='Heard',
            fields=[
                ('heard', models.CharField(max_length=63, primary_key=True, serialize=False)),
                ('columns', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=63), size=None)),
                ('links', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=63), size=None)),
                ('wide', models.CharField(default='', max_length=63)),
                ('wide_from', models.IntegerField(default=0)),
            ],
            options={
                'db_table': 'watches_heard',
            },
        ),
        migrations.CreateModel(
            name='Kept',
            fields=[
                ('code', models.CharField(max_length=60, primary_key=True, serialize=False)),
                ('version', models.IntegerField()),
                ('signature', models.CharField(max_length=64)),
                ('is_due', models.BooleanField(default=True)),
                ('behind', models.TextField(default='')),
                ('since_xid', models.BigIntegerField(default=0)),
                ('day', models.DateField()),
                ('full_at', models.DateTimeField(null=True)),
                ('in_step_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'watches_kept',
            },
        ),
        migrations.CreateModel(
            name='Told',
            fields=[
                ('user_id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'db_table': 'watches_told',
            },
        ),
        migrations.CreateModel(
            name='Touch',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('heard', models.CharField(max_length=63)),
                ('link', models.CharField(max_length=63)),
                ('value', models.TextField()),
                ('wide', models.BooleanField(db_default=False, default=False)),
                ('changed', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=63), null=True, size=None)),
                ('code', models.CharField(db_default='', default='', max_length=60)),
                ('behind', models.TextField(db_default='', default='')),
            ],
            options={
                'db_table': 'watches_touch',
            },
        ),
        migrations.CreateModel(
            name='Clue',
            fields=[
                ('union_id', models.IntegerField(null=True)),
                ('county_id', models.IntegerField(null=True)),
                ('id', models.UUIDField(default=zhijia.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('watch', models.CharField(max_length=60)),
                ('rule', models.CharField(max_length=60)),
                ('version', models.IntegerField()),
                ('cause', models.CharField(max_length=100)),
                ('turn', models.IntegerField(default=0)),
                ('person_id', models.UUIDField(null=True)),
                ('permission', models.CharField(max_length=60)),
                ('seat_id', models.IntegerField(null=True)),
                ('seat_for', models.IntegerField(null=True)),
                ('seated_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('open', 'Open'), ('done', 'Done'), ('not_so', 'Not So'), ('expired', 'Expired'), ('gone', 'Gone')], default='open', max_length=10)),
                ('raised_at', models.DateTimeField()),
                ('due_on', models.DateField()),
                ('expires_on', models.DateField()),
                ('again_on', models.DateField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('closed_by', models.BigIntegerField(null=True)),
                ('answer', models.CharField(db_default='', default='', max_length=500)),
                ('why', models.JSONField(null=True)),
            ],
            options={
                'db_table': 'watches_clue',
                'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['seat_id', 'due_on', 'id'], name='watches_clue_list'), models.Index(condition=models.Q(('state', 'open')), fields=['expires_on'], name='watches_clue_expires'), models.Index(condition=models.Q(('again_on__isnull', False)), fields=['again_on'], name='watches_clue_again'), models.Index(fields=['person_id'], name='watches_clue_by_person'), models.Index(fields=['union_id'], name='watches_clue_by_union'), models.Index(fields=['county_id'], name='watches_clue_by_county')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('person_id__isnull', False)), fields=('watch', 'person_id', 'cause', 'turn'), name='clue_once_per_person_and_cause'), models.UniqueConstraint(condition=models.Q(('person_id__isnull', True)), fields=('watch', 'union_id', 'cause', 'turn'), name='clue_once_per_union_and_cause'), models.UniqueConstraint(condition=models.Q(('person_id__isnull', False), ('state', 'open')), fields=('watch', 'person_id'), name='clue_one_open_per_person'), models.UniqueConstraint(condition=models.Q(('person_id__isnull', True), ('state', 'open')), fields=('watch', 'union_id'), name='clue_one_open_per_union'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('done', 'not_so')), _negated=True), models.Q(('closed_by__isnull', False), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='clue_is_answered_by_somebody_with_words'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('closed_at__isnull', False)), _connector='OR'), name='clue_that_is_over_says_when')],
            },
        ),
        migrations.CreateModel(
            name='State',
            fields=[
                ('union_id', models.IntegerField(null=True)),
                ('county_id', models.IntegerField(null=True)),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=60)),
                ('person_id', models.UUIDField(null=True)),
                ('since', models.DateField()),
                ('causes', models.JSONField(default=dict)),
            ],
            options={
                'db_table': 'watches_state',
                'indexes': [models.Index(fields=['person_id'], name='watches_state_by_person'), models.Index(fields=['union_id'], name='watches_state_by_union'), models.Index(fields=['county_id'], name='watches_state_by_county')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('person_id__isnull', False)), fields=('code', 'person_id'), name='state_once_per_person'), models.UniqueConstraint(condition=models.Q(('person_id__isnull', True)), fields=('code', 'union_id'), name='state_once_per_union')],
            },
        ),
        # Touches and states are for jobs alone; clues for officers, never written but in their answer.
        protect("watches_touch", Policy("watches_touch_of_nobody", arms=("false",))),
        protect("watches_state", Policy("watches_state_in_scope", "SELECT", arms=(COUNTY, UNION))),
        protect(
            "watches_clue",
            Policy("watches_clue_in_scope", "SELECT", arms=(COUNTY, UNION)),
            Policy("watches_clue_answered", "UPDATE", arms=(COUNTY, UNION)),
        ),
        migrations.RunSQL(SQL, UNDO),
        migrations.RunSQL("".join(LISTEN.format(table=table) for table in LISTENING), migrations.RunSQL.noop),
    ]
