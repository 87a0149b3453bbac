import uuid
from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

from zhijia.kernel.policies import COUNTY, UNION, USER, Policy, protect

HERE = Path(__file__).parent
KEEPERS = (COUNTY, UNION)
MINE = "entry_id = ANY ((SELECT appraisals_mine())::uuid[])"
MARKED = "id = ANY ((SELECT appraisals_mine())::uuid[])"
BLIND = "assessor_id IS NOT NULL AND entry_id = ANY ((SELECT appraisals_unhanded())::uuid[])"
OWN_MARK = f"assessor_id IS NOT NULL AND {USER}"
OWNED = "id = ANY ((SELECT appraisals_of_employer(false))::uuid[])"
OWN_ENTRY = f"entry_{OWNED}"
OWN_EMPLOYER = "kind = 'employer' AND target = ANY ((SELECT access_employers())::text[])"
TOLD_ENTRY = "entry_id = ANY ((SELECT appraisals_of_employer(true))::uuid[])"
OF_SUBJECT = tuple(f"assessor_id IS NULL AND {arm}" for arm in KEEPERS)


def sql(name):
    return (HERE / name).read_text(encoding="utf-8")


def written_by(table, seen, written):
    """The table is read by the arms of the first, added to and changed by those of the second."""
    return protect(
        table,
        Policy(f"{table}_seen", "SELECT", seen),
        Policy(f"{table}_added", "INSERT", written),
        Policy(f"{table}_changed", "UPDATE", written),
    )


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("catalogue", "0002_parameter_change"),
        ("registry", "0010_representatives"),
        ("ledger", "0003_spending"),
        ("registers", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('union', 'union'), ('employer', 'employer'), ('row', 'row of a list')], max_length=8)),
                ('target', models.CharField(db_collation='C', max_length=36)),
                ('name', models.CharField(max_length=120)),
                ('state', models.CharField(choices=[('begun', 'scoring itself'), ('marking', 'being marked'), ('scored', 'scored'), ('published', 'on public notice'), ('settled', 'final'), ('out', 'left out')], default='begun', max_length=9)),
                ('begun_at', models.DateTimeField()),
                ('begun_by', models.BigIntegerField(null=True)),
                ('handed_at', models.DateTimeField(null=True)),
                ('handed_by', models.BigIntegerField(null=True)),
                ('scored_at', models.DateTimeField(null=True)),
                ('scored_by', models.BigIntegerField(null=True)),
                ('result', models.IntegerField(null=True)),
                ('stands', models.JSONField(default=dict)),
                ('failed', models.JSONField(default=list)),
                ('vetoed', models.CharField(db_collation='C', default='', max_length=40)),
                ('grade', models.CharField(db_collation='C', default='', max_length=40)),
                ('objection_until', models.DateField(null=True)),
                ('published_at', models.DateTimeField(null=True)),
                ('published_by', models.BigIntegerField(null=True)),
                ('notice_until', models.DateField(null=True)),
                ('held', models.CharField(default='', max_length=500)),
                ('settled_at', models.DateTimeField(null=True)),
                ('settled_by', models.BigIntegerField(null=True)),
                ('named_in', models.CharField(db_collation='C', default='', max_length=60)),
                ('named_row', models.UUIDField(null=True)),
                ('rechecks_in', models.CharField(db_collation='C', default='', max_length=60)),
                ('rechecks_row', models.UUIDField(null=True)),
                ('rechecked', models.CharField(choices=[('kept', 'Kept'), ('withdrawn', 'Withdrawn')], db_collation='C', default='', max_length=9)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('withdrawn_by', models.BigIntegerField(null=True)),
                ('reason', models.CharField(default='', max_length=500)),
            ],
            options={
                'db_table': 'appraisals_entry',
            },
        ),
        migrations.CreateModel(
            name='AppraisalVersion',
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
                'db_table': 'appraisals_version',
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('code', 'number'), name='appraisalversion_once'), models.CheckConstraint(condition=models.Q(('shipped', True), models.Q(('state', 'published'), _negated=True), models.Q(('made_by', models.F('published_by')), _negated=True), _connector='OR'), name='appraisalversion_is_published_by_a_second_person'), models.CheckConstraint(condition=models.Q(('shipped', True), models.Q(('state', 'published'), _negated=True), models.Q(('made_by__isnull', False), ('published_at__isnull', False), ('published_by__isnull', False), ('since__isnull', False)), _connector='OR'), name='appraisalversion_says_who_published_it')],
            },
        ),
        migrations.CreateModel(
            name='Assessor',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('part', models.CharField(db_collation='C', max_length=40)),
                ('user_id', models.BigIntegerField()),
                ('named_at', models.DateTimeField()),
                ('named_by', models.BigIntegerField(null=True)),
                ('handed_at', models.DateTimeField(null=True)),
                ('left_at', models.DateTimeField(null=True)),
                ('left_by', models.BigIntegerField(null=True)),
                ('reason', models.CharField(default='', max_length=300)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='assessors', to='appraisals.entry')),
            ],
            options={
                'db_table': 'appraisals_assessor',
            },
        ),
        migrations.CreateModel(
            name='Filled',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('item', models.CharField(db_collation='C', max_length=40)),
                ('value', models.BigIntegerField()),
                ('said', models.CharField(db_collation='C', max_length=40)),
                ('link', models.CharField(default='', max_length=300)),
                ('taken_at', models.DateTimeField()),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='filled', to='appraisals.entry')),
            ],
            options={
                'db_table': 'appraisals_filled',
            },
        ),
        migrations.CreateModel(
            name='Mark',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('part', models.CharField(db_collation='C', max_length=40)),
                ('item', models.CharField(db_collation='C', max_length=40)),
                ('turn', models.SmallIntegerField(default=0)),
                ('said', models.CharField(db_collation='C', max_length=40)),
                ('points', models.IntegerField(null=True)),
                ('most', models.IntegerField()),
                ('words', models.CharField(default='', max_length=1000)),
                ('shown', models.BooleanField(default=False)),
                ('user_id', models.BigIntegerField(null=True)),
                ('made_at', models.DateTimeField()),
                ('assessor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='marks', to='appraisals.assessor')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='marks', to='appraisals.entry')),
            ],
            options={
                'db_table': 'appraisals_mark',
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('withdrawal', models.BooleanField(default=False)),
                ('words', models.JSONField()),
                ('hangs_from', models.DateTimeField()),
                ('hangs_until', models.DateTimeField()),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='appraisals.entry')),
            ],
            options={
                'db_table': 'appraisals_notice',
            },
        ),
        migrations.CreateModel(
            name='Objection',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('part', models.CharField(db_collation='C', max_length=40)),
                ('item', models.CharField(db_collation='C', max_length=40)),
                ('words', models.CharField(max_length=2000)),
                ('state', models.CharField(choices=[('open', 'Open'), ('kept', 'Kept'), ('changed', 'Changed')], default='open', max_length=7)),
                ('raised_at', models.DateTimeField()),
                ('user_id', models.BigIntegerField()),
                ('answer', models.CharField(default='', max_length=2000)),
                ('answered_at', models.DateTimeField(null=True)),
                ('answered_by', models.BigIntegerField(null=True)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='objections', to='appraisals.entry')),
            ],
            options={
                'db_table': 'appraisals_objection',
            },
        ),
        migrations.CreateModel(
            name='Opened',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('item', models.CharField(db_collation='C', max_length=40)),
                ('case_id', models.UUIDField(unique=True)),
                ('opened_at', models.DateTimeField()),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='opened', to='appraisals.entry')),
            ],
            options={
                'db_table': 'appraisals_opened',
            },
        ),
        migrations.CreateModel(
            name='Proof',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('part', models.CharField(db_collation='C', max_length=40)),
                ('item', models.CharField(db_collation='C', max_length=40)),
                ('file_id', models.UUIDField(unique=True)),
                ('sha256', models.CharField(db_collation='C', max_length=64)),
                ('name', models.CharField(default='', max_length=120)),
                ('user_id', models.BigIntegerField()),
                ('added_at', models.DateTimeField()),
                ('assessor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='proofs', to='appraisals.assessor')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='proofs', to='appraisals.entry')),
            ],
            options={
                'db_table': 'appraisals_proof',
            },
        ),
        migrations.CreateModel(
            name='Run',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('once', models.UUIDField()),
                ('code', models.CharField(db_collation='C', max_length=60)),
                ('title', models.CharField(max_length=120)),
                ('begins', models.CharField(db_collation='C', max_length=10)),
                ('since', models.DateField()),
                ('until', models.DateField()),
                ('self_until', models.DateField()),
                ('terms', models.JSONField()),
                ('state', models.CharField(choices=[('open', 'under way'), ('closed', 'closed')], default='open', max_length=6)),
                ('opened_at', models.DateTimeField()),
                ('opened_by', models.BigIntegerField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('closed_by', models.BigIntegerField(null=True)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='appraisals.appraisalversion')),
            ],
            options={
                'db_table': 'appraisals_run',
            },
        ),
        migrations.AddField(
            model_name='entry',
            name='run',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='appraisals.run'),
        ),
        migrations.AddIndex(
            model_name='assessor',
            index=models.Index(fields=['user_id', 'entry'], name='appraisals_assessor_by_user'),
        ),
        migrations.AddConstraint(
            model_name='assessor',
            constraint=models.UniqueConstraint(fields=('entry', 'part', 'user_id'), name='assessor_of_a_part_once'),
        ),
        migrations.AddConstraint(
            model_name='assessor',
            constraint=models.CheckConstraint(condition=models.Q(('left_at__isnull', True), models.Q(('left_by__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='assessor_who_left_says_why'),
        ),
        migrations.AddConstraint(
            model_name='filled',
            constraint=models.UniqueConstraint(fields=('entry', 'item'), name='figure_of_an_item_once'),
        ),
        migrations.AddConstraint(
            model_name='mark',
            constraint=models.UniqueConstraint(condition=models.Q(('assessor__isnull', False)), fields=('entry', 'part', 'item', 'assessor', 'turn'), name='mark_of_an_assessor_once'),
        ),
        migrations.AddConstraint(
            model_name='mark',
            constraint=models.UniqueConstraint(condition=models.Q(('assessor__isnull', True)), fields=('entry', 'part', 'item', 'turn'), name='mark_of_the_subject_once'),
        ),
        migrations.AddConstraint(
            model_name='mark',
            constraint=models.CheckConstraint(condition=models.Q(('points__isnull', True), models.Q(('points__gte', 0), ('points__lte', models.F('most'))), _connector='OR'), name='mark_never_above_its_points'),
        ),
        migrations.AddConstraint(
            model_name='mark',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('points__isnull', True), ('said', 'lacks')), models.Q(('points__isnull', False), models.Q(('said', 'lacks'), _negated=True)), _connector='OR'), name='mark_has_points_or_lacks'),
        ),
        migrations.AddConstraint(
            model_name='mark',
            constraint=models.CheckConstraint(condition=models.Q(('turn__in', (0, 1))), name='mark_is_opened_again_once'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['hangs_until'], name='appraisals_notice_by_end'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(fields=('entry', 'withdrawal'), name='notice_of_an_entry_once'),
        ),
        migrations.AddConstraint(
            model_name='objection',
            constraint=models.UniqueConstraint(fields=('entry', 'part', 'item'), name='objection_to_a_mark_once'),
        ),
        migrations.AddConstraint(
            model_name='objection',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'open'), models.Q(('answered_at__isnull', False), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='objection_is_answered_in_words'),
        ),
        migrations.AddConstraint(
            model_name='objection',
            constraint=models.CheckConstraint(condition=models.Q(('answered_by__isnull', True), models.Q(('answered_by', models.F('user_id')), _negated=True), _connector='OR'), name='objection_is_answered_by_another'),
        ),
        migrations.AddConstraint(
            model_name='opened',
            constraint=models.UniqueConstraint(fields=('entry', 'item'), name='item_opens_a_matter_once'),
        ),
        migrations.AddIndex(
            model_name='proof',
            index=models.Index(fields=['entry', 'item'], name='appraisals_proof_of_an_item'),
        ),
        migrations.AddIndex(
            model_name='run',
            index=models.Index(fields=['union_id', 'state', '-id'], name='appraisals_run_by_union'),
        ),
        migrations.AddConstraint(
            model_name='run',
            constraint=models.UniqueConstraint(fields=('union_id', 'once'), name='run_opened_once_by_a_form'),
        ),
        migrations.AddConstraint(
            model_name='run',
            constraint=models.CheckConstraint(condition=models.Q(('since__lte', models.F('until'))), name='run_looks_at_days'),
        ),
        migrations.AddConstraint(
            model_name='run',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('state', 'open')), models.Q(('closed_at__isnull', False), ('state', 'closed')), _connector='OR'), name='run_is_closed_on_a_day'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['run', 'state', 'id'], name='appraisals_entry_by_run'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['union_id', '-begun_at'], name='appraisals_entry_by_union'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['county_id', '-begun_at'], name='appraisals_entry_by_county'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['kind', 'target'], name='appraisals_entry_by_target'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('named_row__isnull', False), ('withdrawn_at__isnull', True)), fields=['named_in', 'named_row'], name='appraisals_entry_of_titles'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('rechecks_row__isnull', False)), fields=['rechecks_row'], name='appraisals_entry_rechecking'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.UniqueConstraint(fields=('run', 'kind', 'target'), name='entry_once_in_a_run'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('scored', 'published', 'settled')), _negated=True), ('result__isnull', False), _connector='OR'), name='entry_scored_has_a_result'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('state', 'out'), _negated=True), ('withdrawn_at__isnull', True)), models.Q(('reason', ''), _negated=True), _connector='OR'), name='entry_left_out_says_why'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(('withdrawn_at__isnull', True), ('named_row__isnull', False), _connector='OR'), name='entry_withdrawn_was_named'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(('published_by__isnull', True), ('settled_by__isnull', True), models.Q(('settled_by', models.F('published_by')), _negated=True), models.Q(('named_in', ''), ('rechecked', '')), _connector='OR'), name='entry_is_named_by_a_second_person'),
        ),
        migrations.RunSQL(sql("appraisals.sql"), sql("appraisals_undo.sql")),
        protect(
            "appraisals_entry",
            Policy("appraisals_entry_seen", "SELECT", (*KEEPERS, MARKED, OWNED)),
            Policy("appraisals_entry_added", "INSERT", (*KEEPERS, OWN_EMPLOYER)),
            Policy("appraisals_entry_changed", "UPDATE", (*KEEPERS, OWNED)),
        ),
        written_by("appraisals_assessor", (*KEEPERS, USER), (*KEEPERS, USER)),
        written_by(
            "appraisals_mark",
            (
                USER,
                *(f"shown AND NOT ({BLIND}) AND {arm}" for arm in (*KEEPERS, MINE)),
                f"assessor_id IS NULL AND {OWN_ENTRY}",
                f"shown AND {TOLD_ENTRY}",
            ),
            (OWN_MARK, *OF_SUBJECT, f"assessor_id IS NULL AND turn = 0 AND {OWN_ENTRY}"),
        ),
        protect(
            "appraisals_proof",
            Policy(
                "appraisals_proof_seen",
                "SELECT",
                (*KEEPERS, MINE, f"assessor_id IS NULL AND {OWN_ENTRY}", TOLD_ENTRY),
            ),
            Policy("appraisals_proof_added", "INSERT", (USER,)),
            Policy("appraisals_proof_removed", "DELETE", (USER,)),
        ),
        written_by("appraisals_filled", (*KEEPERS, MINE, TOLD_ENTRY), KEEPERS),
        protect(
            "appraisals_objection",
            Policy("appraisals_objection_seen", "SELECT", (*KEEPERS, OWN_ENTRY)),
            Policy("appraisals_objection_added", "INSERT", (*KEEPERS, TOLD_ENTRY)),
            Policy("appraisals_objection_changed", "UPDATE", KEEPERS),
        ),
        written_by("appraisals_opened", (*KEEPERS, OWN_ENTRY), KEEPERS),
    ]
