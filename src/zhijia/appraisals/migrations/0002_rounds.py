"""Rounds: versions, calls, nominations, clearances, judges, scores, standings, awards, and what they keep (`rounds.sql`)."""

import uuid
from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

from zhijia.kernel.policies import COUNTY, PERSON, UNION, USER, Policy, protect

HERE = Path(__file__).parent
KEEPERS = (COUNTY, UNION)
OWN_ENTRY = (
    "nomination_id = ANY (ARRAY(SELECT n.id FROM appraisals_nomination n"
    " WHERE n.person_id = (SELECT access_person())))"
)
JUDGES = (
    "round_id = ANY (ARRAY(SELECT j.round_id FROM appraisals_judge j"
    " WHERE j.user_id = (SELECT access_user()) AND j.out_at IS NULL))"
)
PAYER = tuple(arm.replace("county_id", "payer_id").replace("union_id", "payer_id") for arm in KEEPERS)
"""Whoever works at the union that pays an award, wherever the unit it was nominated at stands now."""
OWN_JUDGE = "judge_id = ANY (ARRAY(SELECT j.id FROM appraisals_judge j WHERE j.user_id = (SELECT access_user())))"


def sql(name):
    return (HERE / name).read_text(encoding="utf-8")


def of_round(table, *seen, own=()):
    """Whoever works at the union the row stands at; besides, who else sees it, and who adds and changes their own."""
    return protect(
        table,
        Policy(f"{table}_seen", "SELECT", (*KEEPERS, *seen)),
        Policy(f"{table}_added", "INSERT", (*KEEPERS, *own)),
        Policy(f"{table}_changed", "UPDATE", (*KEEPERS, *own)),
    )


class Migration(migrations.Migration):

    dependencies = [("appraisals", "0001_initial"), ("payments", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name='Nomination',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('once', models.UUIDField(unique=True)),
                ('person_id', models.UUIDField(null=True)),
                ('subject', models.CharField(db_collation='C', default='', max_length=60)),
                ('title', models.CharField(max_length=120)),
                ('answers', models.JSONField(default=dict)),
                ('by_self', models.BooleanField()),
                ('user_id', models.BigIntegerField()),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('returned', 'Returned'), ('up', 'Up'), ('shown', 'Shown'), ('in', 'In'), ('named', 'Named'), ('not_named', 'Not Named'), ('refused', 'Refused'), ('withdrawn', 'Withdrawn'), ('struck', 'Struck')], default='draft', max_length=9)),
                ('at_union_id', models.IntegerField(null=True)),
                ('agreed_at', models.DateTimeField(null=True)),
                ('withdrew_at', models.DateTimeField(null=True)),
                ('made_at', models.DateTimeField()),
                ('handed_at', models.DateTimeField(null=True)),
                ('number', models.IntegerField(null=True)),
                ('reason', models.CharField(default='', max_length=300)),
            ],
            options={
                'db_table': 'appraisals_nomination',
            },
        ),
        migrations.CreateModel(
            name='Round',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('once', models.UUIDField(unique=True)),
                ('title', models.CharField(max_length=120)),
                ('year', models.SmallIntegerField()),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('open', 'Open'), ('judging', 'Judging'), ('batch', 'Batch'), ('proposed', 'Proposed'), ('decided', 'Decided'), ('named', 'Named'), ('stopped', 'Stopped')], default='draft', max_length=8)),
                ('stage', models.CharField(db_collation='C', default='', max_length=40)),
                ('opens_at', models.DateTimeField()),
                ('closes_at', models.DateTimeField()),
                ('budget', models.BigIntegerField(default=0)),
                ('hold_id', models.BigIntegerField(null=True)),
                ('taxonomy', models.CharField(db_collation='C', default='', max_length=60)),
                ('polls', models.JSONField(default=dict)),
                ('made_by', models.BigIntegerField(null=True)),
                ('made_at', models.DateTimeField()),
                ('proposed_by', models.BigIntegerField(null=True)),
                ('proposed_at', models.DateTimeField(null=True)),
                ('decided_by', models.BigIntegerField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('named_by', models.BigIntegerField(null=True)),
                ('named_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(default='', max_length=300)),
            ],
            options={
                'db_table': 'appraisals_round',
            },
        ),
        migrations.CreateModel(
            name='Recommendation',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('by_union_id', models.IntegerField()),
                ('verdict', models.CharField(choices=[('yes', 'Yes'), ('back', 'Back'), ('no', 'No')], max_length=4)),
                ('words', models.CharField(default='', max_length=300)),
                ('by_user_id', models.BigIntegerField()),
                ('at', models.DateTimeField()),
                ('nomination', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recommendations', to='appraisals.nomination')),
            ],
            options={
                'db_table': 'appraisals_recommendation',
            },
        ),
        migrations.AddField(
            model_name='nomination',
            name='round',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='nominations', to='appraisals.round'),
        ),
        migrations.CreateModel(
            name='Judge',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('user_id', models.BigIntegerField()),
                ('person_id', models.UUIDField(null=True)),
                ('name', models.CharField(max_length=100)),
                ('named_by', models.BigIntegerField()),
                ('named_at', models.DateTimeField()),
                ('out_at', models.DateTimeField(null=True)),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='judges', to='appraisals.round')),
            ],
            options={
                'db_table': 'appraisals_judge',
            },
        ),
        migrations.CreateModel(
            name='Award',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('person_id', models.UUIDField(null=True)),
                ('title', models.CharField(max_length=120)),
                ('grade', models.CharField(db_collation='C', max_length=40)),
                ('family', models.CharField(db_collation='C', default='', max_length=60)),
                ('level', models.SmallIntegerField()),
                ('number', models.CharField(db_collation='C', max_length=40, unique=True)),
                ('token', models.CharField(db_collation='C', max_length=22, unique=True)),
                ('named_on', models.DateField()),
                ('row_id', models.UUIDField(null=True)),
                ('payer_id', models.IntegerField()),
                ('to_union_id', models.IntegerField(null=True)),
                ('monthly', models.BigIntegerField(default=0)),
                ('months', models.SmallIntegerField(default=0)),
                ('decided_by', models.BigIntegerField()),
                ('gave_way_on', models.DateField(null=True)),
                ('ended_on', models.DateField(null=True)),
                ('ended_why', models.CharField(default='', max_length=300)),
                ('nomination', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='award', to='appraisals.nomination')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='awards', to='appraisals.round')),
            ],
            options={
                'db_table': 'appraisals_award',
            },
        ),
        migrations.CreateModel(
            name='RoundNotice',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('where', models.CharField(choices=[('unit', 'Unit'), ('batch', 'Batch'), ('decided', 'Decided')], max_length=7)),
                ('nomination_id', models.UUIDField(null=True)),
                ('lines', models.JSONField()),
                ('hangs_from', models.DateTimeField()),
                ('hangs_until', models.DateTimeField()),
                ('hung_by', models.BigIntegerField(null=True)),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='appraisals.round')),
            ],
            options={
                'db_table': 'appraisals_round_notice',
            },
        ),
        migrations.CreateModel(
            name='RoundObjection',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('appeal', models.BooleanField(default=False)),
                ('user_id', models.BigIntegerField()),
                ('words', models.CharField(max_length=1000)),
                ('at', models.DateTimeField()),
                ('state', models.CharField(choices=[('open', 'Open'), ('upheld', 'Upheld'), ('dismissed', 'Dismissed')], default='open', max_length=9)),
                ('answer', models.CharField(default='', max_length=1000)),
                ('answered_by', models.BigIntegerField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('nomination', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='objections', to='appraisals.nomination')),
            ],
            options={
                'db_table': 'appraisals_round_objection',
            },
        ),
        migrations.CreateModel(
            name='RoundVersion',
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
                'db_table': 'appraisals_round_version',
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('code', 'number'), name='roundversion_once'), models.CheckConstraint(condition=models.Q(('shipped', True), models.Q(('state', 'published'), _negated=True), models.Q(('made_by', models.F('published_by')), _negated=True), _connector='OR'), name='roundversion_is_published_by_a_second_person'), models.CheckConstraint(condition=models.Q(('shipped', True), models.Q(('state', 'published'), _negated=True), models.Q(('made_by__isnull', False), ('published_at__isnull', False), ('published_by__isnull', False), ('since__isnull', False)), _connector='OR'), name='roundversion_says_who_published_it')],
            },
        ),
        migrations.AddField(
            model_name='round',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rounds', to='appraisals.roundversion'),
        ),
        migrations.CreateModel(
            name='Score',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('stage', models.CharField(db_collation='C', max_length=40)),
                ('points', models.JSONField()),
                ('total', models.IntegerField()),
                ('words', models.CharField(default='', max_length=300)),
                ('at', models.DateTimeField()),
                ('judge', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scores', to='appraisals.judge')),
                ('nomination', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scores', to='appraisals.nomination')),
            ],
            options={
                'db_table': 'appraisals_score',
            },
        ),
        migrations.CreateModel(
            name='Standing',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('nomination', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='standing', serialize=False, to='appraisals.nomination')),
                ('stages', models.JSONField(default=dict)),
                ('score', models.DecimalField(decimal_places=2, max_digits=6, null=True)),
                ('rank', models.IntegerField(null=True)),
                ('out_at', models.CharField(db_collation='C', default='', max_length=40)),
                ('chosen', models.BooleanField(default=False)),
                ('grade', models.CharField(db_collation='C', default='', max_length=40)),
                ('monthly', models.BigIntegerField(default=0)),
                ('months', models.SmallIntegerField(default=0)),
                ('why', models.CharField(default='', max_length=300)),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='standings', to='appraisals.round')),
            ],
            options={
                'db_table': 'appraisals_standing',
            },
        ),
        migrations.CreateModel(
            name='Clearance',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('code', models.CharField(db_collation='C', max_length=40)),
                ('asked_by', models.BigIntegerField()),
                ('asked_at', models.DateTimeField()),
                ('due_on', models.DateField()),
                ('answer', models.CharField(blank=True, choices=[('', 'None'), ('clear', 'Clear'), ('bar', 'Bar')], default='', max_length=5)),
                ('words', models.CharField(default='', max_length=300)),
                ('file_id', models.UUIDField(null=True)),
                ('answered_by', models.BigIntegerField(null=True)),
                ('answered_on', models.DateField(null=True)),
                ('nomination', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='clearances', to='appraisals.nomination')),
            ],
            options={
                'db_table': 'appraisals_clearance',
                'constraints': [models.UniqueConstraint(fields=('nomination', 'code'), name='clearance_asked_once'), models.CheckConstraint(condition=models.Q(('answer', ''), models.Q(('answered_by__isnull', False), ('answered_on__isnull', False)), _connector='OR'), name='clearance_says_who_wrote_it_down')],
            },
        ),
        migrations.CreateModel(
            name='Recusal',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('why', models.CharField(db_collation='C', max_length=20)),
                ('at', models.DateTimeField()),
                ('judge', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recusals', to='appraisals.judge')),
                ('nomination', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recusals', to='appraisals.nomination')),
            ],
            options={
                'db_table': 'appraisals_recusal',
                'constraints': [models.UniqueConstraint(fields=('judge', 'nomination'), name='recusal_once')],
            },
        ),
        migrations.AddIndex(
            model_name='nomination',
            index=models.Index(fields=['round', 'state', 'number'], name='appraisals_nom_by_round'),
        ),
        migrations.AddIndex(
            model_name='nomination',
            index=models.Index(fields=['at_union_id', 'state'], name='appraisals_nom_waiting'),
        ),
        migrations.AddIndex(
            model_name='nomination',
            index=models.Index(fields=['person_id'], name='appraisals_nom_by_person'),
        ),
        migrations.AddIndex(
            model_name='nomination',
            index=models.Index(fields=['user_id'], name='appraisals_nom_by_user'),
        ),
        migrations.AddIndex(
            model_name='nomination',
            index=models.Index(fields=['union_id'], name='appraisals_nom_by_union'),
        ),
        migrations.AddIndex(
            model_name='nomination',
            index=models.Index(fields=['county_id'], name='appraisals_nom_by_county'),
        ),
        migrations.AddConstraint(
            model_name='nomination',
            constraint=models.UniqueConstraint(condition=models.Q(('person_id__isnull', False), models.Q(('state__in', ('refused', 'withdrawn', 'struck')), _negated=True)), fields=('round', 'person_id'), name='nomination_one_live_of_a_person'),
        ),
        migrations.AddConstraint(
            model_name='nomination',
            constraint=models.UniqueConstraint(condition=models.Q(models.Q(('subject', ''), _negated=True), models.Q(('state__in', ('refused', 'withdrawn', 'struck')), _negated=True)), fields=('round', 'subject'), name='nomination_one_live_of_a_subject'),
        ),
        migrations.AddConstraint(
            model_name='nomination',
            constraint=models.UniqueConstraint(fields=('round', 'number'), name='nomination_number_once'),
        ),
        migrations.AddIndex(
            model_name='judge',
            index=models.Index(fields=['user_id'], name='appraisals_judge_by_user'),
        ),
        migrations.AddConstraint(
            model_name='judge',
            constraint=models.UniqueConstraint(fields=('round', 'user_id'), name='judge_once_a_round'),
        ),
        migrations.AddIndex(
            model_name='award',
            index=models.Index(fields=['round', 'grade'], name='appraisals_award_by_round'),
        ),
        migrations.AddIndex(
            model_name='award',
            index=models.Index(fields=['payer_id'], name='appraisals_award_by_payer'),
        ),
        migrations.AddIndex(
            model_name='award',
            index=models.Index(condition=models.Q(('ended_on__isnull', True), ('gave_way_on__isnull', True), ('monthly__gt', 0)), fields=['named_on'], name='appraisals_award_is_paid'),
        ),
        migrations.AddConstraint(
            model_name='award',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_on__isnull', True), ('gave_way_on__isnull', True), ('person_id__isnull', False), models.Q(('family', ''), _negated=True)), fields=('person_id', 'family'), name='award_counts_once_a_person'),
        ),
        migrations.AddConstraint(
            model_name='award',
            constraint=models.CheckConstraint(condition=models.Q(('monthly__gte', 0), ('months__gte', 0)), name='award_allowance_is_money'),
        ),
        migrations.AddIndex(
            model_name='roundnotice',
            index=models.Index(fields=['hangs_until', 'id'], name='appraisals_rnotice_by_end'),
        ),
        migrations.AddIndex(
            model_name='roundnotice',
            index=models.Index(fields=['round', 'where'], name='appraisals_rnotice_by_round'),
        ),
        migrations.AddIndex(
            model_name='roundobjection',
            index=models.Index(fields=['state', 'id'], name='appraisals_objection_open'),
        ),
        migrations.AddConstraint(
            model_name='roundobjection',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('nomination', 'user_id'), name='objection_open_once_of_each'),
        ),
        migrations.AddIndex(
            model_name='round',
            index=models.Index(fields=['union_id', '-id'], name='appraisals_round_by_union'),
        ),
        migrations.AddIndex(
            model_name='round',
            index=models.Index(fields=['state', 'closes_at'], name='appraisals_round_by_end'),
        ),
        migrations.AddConstraint(
            model_name='round',
            constraint=models.CheckConstraint(condition=models.Q(('closes_at__gt', models.F('opens_at'))), name='round_closes_after_it_opens'),
        ),
        migrations.AddConstraint(
            model_name='round',
            constraint=models.CheckConstraint(condition=models.Q(('budget__gte', 0)), name='round_budget_is_money'),
        ),
        migrations.AddConstraint(
            model_name='round',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='round_is_decided_by_a_second_person'),
        ),
        migrations.AddConstraint(
            model_name='round',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('decided', 'named')), _negated=True), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('proposed_by__isnull', False)), _connector='OR'), name='round_says_who_decided'),
        ),
        migrations.AddIndex(
            model_name='score',
            index=models.Index(fields=['nomination', 'stage'], name='appraisals_score_by_entry'),
        ),
        migrations.AddConstraint(
            model_name='score',
            constraint=models.UniqueConstraint(fields=('judge', 'nomination', 'stage'), name='score_once_of_a_judge'),
        ),
        migrations.AddConstraint(
            model_name='score',
            constraint=models.CheckConstraint(condition=models.Q(('total__gte', 0)), name='score_is_not_below_nothing'),
        ),
        migrations.AddIndex(
            model_name='standing',
            index=models.Index(fields=['round', 'rank'], name='appraisals_standing_by_rank'),
        ),
        of_round("appraisals_nomination", PERSON, JUDGES, own=(PERSON,)),
        of_round("appraisals_recommendation", OWN_ENTRY),
        of_round("appraisals_clearance"),
        of_round("appraisals_round_objection", USER, own=(USER,)),
        of_round("appraisals_judge", USER),
        of_round("appraisals_recusal", OWN_JUDGE, own=(OWN_JUDGE,)),
        of_round("appraisals_score", OWN_JUDGE, own=(OWN_JUDGE,)),
        of_round("appraisals_standing"),
        of_round("appraisals_award", PERSON, *PAYER, own=PAYER),
        migrations.RunSQL(sql("rounds.sql"), sql("rounds_undo.sql")),
    ]
