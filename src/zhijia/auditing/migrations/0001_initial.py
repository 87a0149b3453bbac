from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
import zhijia.kernel.ids
from django.db import migrations, models

from zhijia.kernel.policies import Policy, protect

HERE = Path(__file__).parent
OWN = (
    "county_id = ANY ((SELECT ledger_counties())::int[])",
    "union_id = ANY ((SELECT ledger_unions())::int[])",
)
COMMITTEE = (
    "other_county_id = ANY ((SELECT auditing_counties())::int[])",
    "other_union_id = ANY ((SELECT auditing_unions())::int[])",
)
COMMITTEE_HERE = tuple(arm.removeprefix("other_") for arm in COMMITTEE)
TOLD = f"state NOT IN ('planned', 'called_off') AND ({' OR '.join(OWN)})"
SEEN = (*COMMITTEE, *(f"other_{arm}" for arm in OWN))
ANSWERED = f"kind IN ('comment', 'proof') AND (SELECT access_writes()) AND ({' OR '.join(OWN)})"
DECIDED = f"kind IN ('returned', 'verified') AND ({' OR '.join(COMMITTEE)})"


def sql(name):
    return (HERE / name).read_text(encoding="utf-8")


def of_committee(table, *, seen=COMMITTEE):
    """Read by whoever the row is for, written by the committee alone."""
    return protect(
        table,
        Policy(f"{table}_seen", "SELECT", seen),
        Policy(f"{table}_added", "INSERT", COMMITTEE),
        Policy(f"{table}_changed", "UPDATE", COMMITTEE),
        Policy(f"{table}_removed", "DELETE", COMMITTEE),
        readers_write=True,
    )


def here(table):
    """Of a committee's own union: written by it, read by whoever works over that union."""
    return protect(
        table,
        Policy(f"{table}_seen", "SELECT", OWN),
        Policy(f"{table}_added", "INSERT", COMMITTEE_HERE),
        Policy(f"{table}_changed", "UPDATE", COMMITTEE_HERE),
        readers_write=True,
    )


class Migration(migrations.Migration):

    initial = True

    dependencies = [("ledger", "0001_initial"), ("registry", "0009_moves")]

    operations = [
        migrations.CreateModel(
            name='Item',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('other_union_id', models.IntegerField()),
                ('other_county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('place', models.IntegerField()),
                ('number', models.BigIntegerField()),
                ('day', models.DateField()),
                ('amount', models.BigIntegerField()),
                ('stratum', models.CharField(default='', max_length=40)),
                ('flags', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), default=list, size=None)),
                ('result', models.CharField(choices=[('waiting', 'not looked at'), ('in_order', 'in order'), ('finding', 'something found')], default='waiting', max_length=8)),
                ('note', models.CharField(default='', max_length=1000)),
                ('file_id', models.UUIDField(null=True)),
                ('looked_at', models.DateTimeField(null=True)),
                ('looked_by', models.BigIntegerField(null=True)),
            ],
            options={
                'db_table': 'auditing_item',
            },
        ),
        migrations.CreateModel(
            name='Engagement',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('other_union_id', models.IntegerField()),
                ('other_county_id', models.IntegerField()),
                ('id', models.UUIDField(default=zhijia.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('number', models.CharField(max_length=20)),
                ('kind', models.CharField(db_collation='C', max_length=20)),
                ('matters', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None)),
                ('fund', models.CharField(default='', max_length=40)),
                ('commission', models.CharField(default='', max_length=60)),
                ('post', models.CharField(default='', max_length=60)),
                ('since', models.DateField()),
                ('until', models.DateField()),
                ('plan_on', models.DateField()),
                ('state', models.CharField(choices=[('planned', 'planned'), ('noticed', 'notice given'), ('fieldwork', 'in the field'), ('drafted', 'draft with the union'), ('reported', 'reported'), ('rectifying', 'being put right'), ('escalated', 'late, told above'), ('closed', 'ended'), ('called_off', 'called off')], default='planned', max_length=10)),
                ('noticed_on', models.DateField(null=True)),
                ('may_begin_on', models.DateField(null=True)),
                ('fieldwork_on', models.DateField(null=True)),
                ('draft', models.TextField(default='')),
                ('drafted_on', models.DateField(null=True)),
                ('comment_until', models.DateField(null=True)),
                ('opinion', models.TextField(default='')),
                ('reported_on', models.DateField(null=True)),
                ('report', models.JSONField(null=True)),
                ('report_sha256', models.CharField(default='', max_length=64)),
                ('escalated_on', models.DateField(null=True)),
                ('closed_on', models.DateField(null=True)),
                ('reason', models.CharField(default='', max_length=300)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.BigIntegerField()),
            ],
            options={
                'db_table': 'auditing_engagement',
                'indexes': [models.Index(fields=['union_id', 'kind', 'reported_on'], name='auditing_engagement_covers'), models.Index(fields=['county_id'], name='auditing_engagement_county'), models.Index(fields=['other_union_id', 'state'], name='auditing_engagement_by_side'), models.Index(fields=['other_county_id'], name='auditing_engagement_other')],
                'constraints': [models.UniqueConstraint(fields=('other_union_id', 'number'), name='engagement_number_once'), models.UniqueConstraint(condition=models.Q(('state', 'called_off'), _negated=True), fields=('other_union_id', 'union_id', 'kind', 'fund', 'since', 'until'), name='engagement_once_for_the_same_days'), models.CheckConstraint(condition=models.Q(('since__lte', models.F('until'))), name='engagement_looks_at_days'), models.CheckConstraint(condition=models.Q(('state__in', ('planned', 'called_off')), models.Q(('may_begin_on__gt', models.F('noticed_on')), ('noticed_on__isnull', False)), _connector='OR'), name='engagement_is_noticed_before_it_begins'), models.CheckConstraint(condition=models.Q(('state__in', ('planned', 'noticed', 'called_off')), ('fieldwork_on__gte', models.F('may_begin_on')), _connector='OR'), name='fieldwork_waits_for_the_notice'), models.CheckConstraint(condition=models.Q(('state__in', ('planned', 'called_off')), ('state__in', ('noticed', 'fieldwork')), models.Q(('comment_until__gt', models.F('drafted_on')), ('drafted_on__isnull', False), models.Q(('draft', ''), _negated=True)), _connector='OR'), name='a_draft_leaves_days_to_comment'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('reported', 'rectifying', 'escalated', 'closed')), _negated=True), models.Q(('report__isnull', False), ('reported_on__isnull', False), models.Q(('opinion', ''), _negated=True)), _connector='OR'), name='what_is_reported_has_a_report'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'closed'), _negated=True), ('closed_on__isnull', False), _connector='OR'), name='what_is_closed_says_when'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'responsibility'), _negated=True), models.Q(models.Q(('commission', ''), _negated=True), models.Q(('post', ''), _negated=True)), _connector='OR'), name='a_head_is_audited_on_written_commission'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'called_off'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='what_is_called_off_says_why')],
            },
        ),
        migrations.CreateModel(
            name='Finding',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('other_union_id', models.IntegerField()),
                ('other_county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('number', models.SmallIntegerField()),
                ('matter', models.CharField(max_length=40)),
                ('prohibition', models.CharField(default='', max_length=40)),
                ('title', models.CharField(max_length=120)),
                ('words', models.CharField(max_length=2000)),
                ('amount', models.BigIntegerField(default=0)),
                ('post', models.CharField(max_length=60)),
                ('due_on', models.DateField(null=True)),
                ('state', models.CharField(choices=[('open', 'open'), ('verified', 'put right')], default='open', max_length=8)),
                ('corrected', models.BigIntegerField(default=0)),
                ('escalated_on', models.DateField(null=True)),
                ('verified_on', models.DateField(null=True)),
                ('verified_by', models.BigIntegerField(null=True)),
                ('engagement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='auditing.engagement')),
                ('repeats', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='repeated_by', to='auditing.finding')),
                ('item', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='auditing.item')),
            ],
            options={
                'db_table': 'auditing_finding',
            },
        ),
        migrations.CreateModel(
            name='Member',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('other_union_id', models.IntegerField()),
                ('other_county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('user_id', models.BigIntegerField()),
                ('lead', models.BooleanField(default=False)),
                ('named_at', models.DateTimeField()),
                ('left_at', models.DateTimeField(null=True)),
                ('engagement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='team', to='auditing.engagement')),
            ],
            options={
                'db_table': 'auditing_member',
            },
        ),
        migrations.CreateModel(
            name='Plan',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.UUIDField(default=zhijia.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('since', models.DateField()),
                ('until', models.DateField()),
                ('made_at', models.DateTimeField()),
                ('made_by', models.BigIntegerField()),
            ],
            options={
                'db_table': 'auditing_plan',
                'constraints': [models.UniqueConstraint(fields=('union_id', 'since'), name='plan_once_from_a_day'), models.CheckConstraint(condition=models.Q(('since__lt', models.F('until'))), name='plan_ends_after_it_begins')],
            },
        ),
        migrations.CreateModel(
            name='Recusal',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('user_id', models.BigIntegerField()),
                ('why', models.CharField(choices=[('kin', 'kin at work there'), ('former_post', 'a post held there before'), ('other', 'another reason')], max_length=12)),
                ('words', models.CharField(default='', max_length=200)),
                ('said_at', models.DateTimeField()),
                ('said_by', models.BigIntegerField()),
                ('ended_on', models.DateField(null=True)),
            ],
            options={
                'db_table': 'auditing_recusal',
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_on__isnull', True)), fields=('union_id', 'user_id', 'why'), name='recusal_once_for_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='Sample',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('other_union_id', models.IntegerField()),
                ('other_county_id', models.IntegerField()),
                ('id', models.UUIDField(default=zhijia.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('subject', models.CharField(choices=[('entry', 'Entries of the books'), ('payment', 'Payments, whatever became of them')], default='entry', max_length=10)),
                ('method', models.CharField(choices=[('random', 'By lot'), ('stratified', 'By account and amount'), ('risk', 'By risk')], max_length=10)),
                ('accounts', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=12), default=list, size=None)),
                ('size', models.IntegerField()),
                ('seed', models.CharField(max_length=64)),
                ('terms', models.JSONField()),
                ('population', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('amounts', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('digest', models.CharField(max_length=64)),
                ('drawn_at', models.DateTimeField()),
                ('drawn_by', models.BigIntegerField()),
                ('engagement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='samples', to='auditing.engagement')),
            ],
            options={
                'db_table': 'auditing_sample',
            },
        ),
        migrations.AddField(
            model_name='item',
            name='sample',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='auditing.sample'),
        ),
        migrations.CreateModel(
            name='Series',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('year', models.SmallIntegerField()),
                ('count', models.IntegerField()),
            ],
            options={
                'db_table': 'auditing_series',
                'constraints': [models.UniqueConstraint(fields=('union_id', 'year'), name='series_once_a_year')],
            },
        ),
        migrations.CreateModel(
            name='Word',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('other_union_id', models.IntegerField()),
                ('other_county_id', models.IntegerField()),
                ('id', models.UUIDField(default=zhijia.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('comment', 'comment'), ('proof', 'how it was put right'), ('returned', 'given back'), ('verified', 'verified')], max_length=8)),
                ('words', models.CharField(max_length=2000)),
                ('amount', models.BigIntegerField(default=0)),
                ('file_id', models.UUIDField(null=True)),
                ('said_at', models.DateTimeField()),
                ('said_by', models.BigIntegerField()),
                ('engagement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='words', to='auditing.engagement')),
                ('finding', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='said', to='auditing.finding')),
            ],
            options={
                'db_table': 'auditing_word',
            },
        ),
        migrations.AddIndex(
            model_name='finding',
            index=models.Index(fields=['union_id', 'matter', 'prohibition'], name='auditing_finding_by_kind'),
        ),
        migrations.AddIndex(
            model_name='finding',
            index=models.Index(condition=models.Q(('due_on__isnull', False), ('state', 'open')), fields=['due_on', 'id'], name='auditing_finding_due'),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.UniqueConstraint(fields=('engagement', 'number'), name='finding_number_once'),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0), ('corrected__gte', 0), ('corrected__lte', models.F('amount'))), name='finding_corrects_no_more_than_it_found'),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'verified'), _negated=True), models.Q(('verified_by__isnull', False), ('verified_on__isnull', False)), _connector='OR'), name='finding_is_verified_by_somebody'),
        ),
        migrations.AddIndex(
            model_name='member',
            index=models.Index(fields=['user_id'], name='auditing_member_by_user'),
        ),
        migrations.AddConstraint(
            model_name='member',
            constraint=models.UniqueConstraint(fields=('engagement', 'user_id'), name='member_of_a_team_once'),
        ),
        migrations.AddConstraint(
            model_name='member',
            constraint=models.UniqueConstraint(condition=models.Q(('lead', True), ('left_at__isnull', True)), fields=('engagement',), name='team_has_one_lead'),
        ),
        migrations.AddConstraint(
            model_name='sample',
            constraint=models.CheckConstraint(condition=models.Q(('size__gte', 1)), name='sample_takes_something'),
        ),
        migrations.AddIndex(
            model_name='item',
            index=models.Index(fields=['number'], name='auditing_item_by_number'),
        ),
        migrations.AddConstraint(
            model_name='item',
            constraint=models.UniqueConstraint(fields=('sample', 'number'), name='item_once_in_a_sample'),
        ),
        migrations.AddConstraint(
            model_name='item',
            constraint=models.CheckConstraint(condition=models.Q(('result', 'waiting'), ('looked_at__isnull', False), _connector='OR'), name='item_says_who_looked'),
        ),
        migrations.AddConstraint(
            model_name='item',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('result', 'finding'), _negated=True), models.Q(('note', ''), _negated=True), _connector='OR'), name='item_that_found_something_says_what'),
        ),
        migrations.CreateModel(
            name='Earlier',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('other_union_id', models.IntegerField()),
                ('other_county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('number', models.SmallIntegerField()),
                ('said', models.JSONField()),
                ('taken_out', models.BooleanField()),
                ('at', models.DateTimeField()),
                ('by_user_id', models.BigIntegerField()),
                ('engagement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='earlier', to='auditing.engagement')),
            ],
            options={
                'db_table': 'auditing_earlier',
                'indexes': [models.Index(fields=['engagement', 'at'], name='auditing_earlier_in_order')],
            },
        ),
        migrations.AddIndex(
            model_name='word',
            index=models.Index(fields=['engagement', 'said_at'], name='auditing_word_in_order'),
        ),
        migrations.AddConstraint(
            model_name='word',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('finding__isnull', True), ('kind', 'comment')), models.Q(models.Q(('kind', 'comment'), _negated=True), ('finding__isnull', False)), _connector='OR'), name='word_is_about_a_finding_or_the_draft'),
        ),
        migrations.RunSQL(sql("auditing.sql"), sql("auditing_undo.sql")),
        here("auditing_plan"),
        here("auditing_series"),
        here("auditing_recusal"),
        of_committee("auditing_engagement", seen=(*SEEN, TOLD)),
        of_committee("auditing_finding", seen=(*SEEN, *OWN)),
        *map(of_committee, ("auditing_member", "auditing_sample", "auditing_item")),
        protect("auditing_earlier", Policy("auditing_earlier_seen", "SELECT", COMMITTEE), readers_write=True),
        protect(
            "auditing_word",
            Policy("auditing_word_seen", "SELECT", (*SEEN, *OWN)),
            Policy("auditing_word_added", "INSERT", (ANSWERED, DECIDED)),
            readers_write=True,
        ),
    ]
