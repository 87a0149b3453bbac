import uuid
from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

from zhijia.kernel.policies import COUNTY, PERSON, UNION, USER, Policy, protect

HERE = Path(__file__).parent
KEEPERS = (COUNTY, UNION)
SHOWN = (*KEEPERS, PERSON, "EXISTS (SELECT FROM questionnaires_poll p WHERE p.id = poll_id AND p.state <> 'draft')")


def sql(name):
    return (HERE / name).read_text(encoding="utf-8")


class Migration(migrations.Migration):

    initial = True

    dependencies = [("catalogue", "0002_parameter_change"), ("registry", "0008_loads")]

    operations = [
        migrations.CreateModel(
            name='Ballot',
            fields=[
                ('pk', models.CompositePrimaryKey('poll_id', 'slot', blank=True, editable=False, primary_key=True, serialize=False)),
                ('poll_id', models.IntegerField()),
                ('slot', models.UUIDField()),
                ('sealed', models.BinaryField()),
            ],
            options={
                'db_table': 'questionnaires_ballot',
            },
        ),
        migrations.CreateModel(
            name='Secret',
            fields=[
                ('poll_id', models.IntegerField(primary_key=True, serialize=False)),
                ('sealed', models.BinaryField()),
            ],
            options={
                'db_table': 'questionnaires_secret',
            },
        ),
        migrations.CreateModel(
            name='QuestionnaireVersion',
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
                'db_table': 'questionnaires_version',
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('code', 'number'), name='questionnaireversion_once'), models.CheckConstraint(condition=models.Q(('shipped', True), models.Q(('state', 'published'), _negated=True), models.Q(('made_by', models.F('published_by')), _negated=True), _connector='OR'), name='questionnaireversion_is_published_by_a_second_person'), models.CheckConstraint(condition=models.Q(('shipped', True), models.Q(('state', 'published'), _negated=True), models.Q(('made_by__isnull', False), ('published_at__isnull', False), ('published_by__isnull', False), ('since__isnull', False)), _connector='OR'), name='questionnaireversion_says_who_published_it')],
            },
        ),
        migrations.CreateModel(
            name='Poll',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('once', models.UUIDField(unique=True)),
                ('title', models.CharField(max_length=120)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('open', 'Open'), ('counted', 'Counted'), ('stopped', 'Stopped')], default='draft', max_length=7)),
                ('opens_at', models.DateTimeField()),
                ('closes_at', models.DateTimeField()),
                ('seats', models.SmallIntegerField(default=0)),
                ('on_paper', models.BooleanField(default=False)),
                ('roll_on', models.DateField(null=True)),
                ('entitled', models.IntegerField(default=0)),
                ('seed', models.CharField(db_collation='C', max_length=32)),
                ('made_by', models.BigIntegerField(null=True)),
                ('made_at', models.DateTimeField()),
                ('opened_by', models.BigIntegerField(null=True)),
                ('counted_at', models.DateTimeField(null=True)),
                ('counted_by', models.BigIntegerField(null=True)),
                ('cast', models.IntegerField(null=True)),
                ('digest', models.CharField(db_collation='C', default='', max_length=64)),
                ('result', models.JSONField(default=dict)),
                ('election_id', models.UUIDField(null=True)),
                ('again_of', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='again', to='questionnaires.poll')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='polls', to='questionnaires.questionnaireversion')),
            ],
            options={
                'db_table': 'questionnaires_poll',
            },
        ),
        migrations.CreateModel(
            name='Rating',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('code', models.CharField(db_collation='C', max_length=60)),
                ('source', models.CharField(db_collation='C', max_length=40)),
                ('source_id', models.CharField(db_collation='C', max_length=40)),
                ('about', models.CharField(max_length=120)),
                ('user_id', models.BigIntegerField()),
                ('not_by', models.JSONField(default=list)),
                ('asked_at', models.DateTimeField()),
                ('again_at', models.DateTimeField(null=True)),
                ('answers', models.JSONField(default=dict)),
                ('mark', models.SmallIntegerField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('low', models.BooleanField(default=False)),
                ('told_at', models.DateTimeField(null=True)),
                ('followed_by', models.BigIntegerField(null=True)),
                ('followed_at', models.DateTimeField(null=True)),
                ('followed', models.CharField(default='', max_length=300)),
            ],
            options={
                'db_table': 'questionnaires_rating',
                'indexes': [models.Index(condition=models.Q(('followed_at__isnull', True), ('low', True)), fields=['union_id', 'answered_at'], name='questionnaires_rating_low'), models.Index(condition=models.Q(('followed_at__isnull', True), ('low', True), ('told_at__isnull', True)), fields=['answered_at'], name='questionnaires_rating_untold'), models.Index(fields=['user_id', 'answered_at'], name='questionnaires_rating_by_user'), models.Index(fields=['county_id'], name='questionnaires_rating_county')],
                'constraints': [models.UniqueConstraint(fields=('source', 'source_id'), name='rating_asked_once'), models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', True), ('mark__isnull', True)), models.Q(('answered_at__isnull', False), ('mark__isnull', False)), _connector='OR'), name='rating_has_a_mark_once_answered')],
            },
        ),
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('code', models.CharField(db_collation='C', max_length=14)),
                ('poll', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='receipts', to='questionnaires.poll')),
            ],
            options={
                'db_table': 'questionnaires_receipt',
            },
        ),
        migrations.CreateModel(
            name='Strip',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('question', models.CharField(db_collation='C', max_length=60)),
                ('item', models.CharField(db_collation='C', default='', max_length=60)),
                ('said', models.TextField()),
                ('open', models.BooleanField(default=True)),
                ('poll', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='strips', to='questionnaires.poll')),
            ],
            options={
                'db_table': 'questionnaires_strip',
            },
        ),
        migrations.CreateModel(
            name='Voter',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('person_id', models.UUIDField()),
                ('way', models.CharField(blank=True, choices=[('', 'None'), ('paper', 'Paper'), ('here', 'Here')], default='', max_length=5)),
                ('poll', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='voters', to='questionnaires.poll')),
            ],
            options={
                'db_table': 'questionnaires_voter',
            },
        ),
        migrations.CreateModel(
            name='PaperCount',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('user_id', models.BigIntegerField()),
                ('at', models.DateTimeField()),
                ('papers', models.IntegerField()),
                ('invalid', models.IntegerField()),
                ('said', models.JSONField()),
                ('poll', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='paper_counts', to='questionnaires.poll')),
            ],
            options={
                'db_table': 'questionnaires_paper_count',
                'constraints': [models.UniqueConstraint(fields=('poll', 'user_id'), name='papers_counted_once_by_each'), models.CheckConstraint(condition=models.Q(('invalid__gte', 0), ('invalid__lte', models.F('papers')), ('papers__gte', 0)), name='papers_are_some_of_all')],
            },
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('user_id', models.BigIntegerField()),
                ('sealed', models.BinaryField()),
                ('poll', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to='questionnaires.poll')),
            ],
            options={
                'db_table': 'questionnaires_draft',
                'constraints': [models.UniqueConstraint(fields=('poll', 'user_id'), name='draft_once')],
            },
        ),
        migrations.CreateModel(
            name='Candidate',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('number', models.SmallIntegerField()),
                ('person_id', models.UUIDField(null=True)),
                ('name', models.CharField(max_length=100)),
                ('about', models.CharField(default='', max_length=300)),
                ('post', models.CharField(default='', max_length=2)),
                ('poll', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='candidates', to='questionnaires.poll')),
            ],
            options={
                'db_table': 'questionnaires_candidate',
                'constraints': [models.UniqueConstraint(fields=('poll', 'number'), name='candidate_number_once'), models.UniqueConstraint(condition=models.Q(('person_id__isnull', False)), fields=('poll', 'person_id'), name='candidate_stands_in_a_poll_once')],
            },
        ),
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('user_id', models.BigIntegerField()),
                ('practice', models.BooleanField(default=False)),
                ('seed', models.CharField(db_collation='C', max_length=32)),
                ('answers', models.JSONField(default=dict)),
                ('began_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('points', models.IntegerField(null=True)),
                ('most', models.IntegerField()),
                ('called', models.CharField(default='', max_length=100)),
                ('publish', models.BooleanField(default=False)),
                ('poll', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attempts', to='questionnaires.poll')),
            ],
            options={
                'db_table': 'questionnaires_attempt',
                'indexes': [models.Index(fields=['poll', '-points'], name='questionnaires_attempt_best')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('practice', False)), fields=('poll', 'user_id'), name='contest_once_for_each'), models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('began_at'))), name='attempt_has_time'), models.CheckConstraint(condition=models.Q(('publish', False), ('practice', False), _connector='OR'), name='practice_is_not_published')],
            },
        ),
        migrations.AddIndex(
            model_name='poll',
            index=models.Index(fields=['union_id', 'state', '-id'], name='questionnaires_poll_by_union'),
        ),
        migrations.AddIndex(
            model_name='poll',
            index=models.Index(fields=['state', 'closes_at'], name='questionnaires_poll_by_end'),
        ),
        migrations.AddConstraint(
            model_name='poll',
            constraint=models.CheckConstraint(condition=models.Q(('closes_at__gt', models.F('opens_at'))), name='poll_closes_after_it_opens'),
        ),
        migrations.AddConstraint(
            model_name='poll',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'counted'), _negated=True), models.Q(('cast__isnull', False), ('counted_at__isnull', False)), _connector='OR'), name='poll_is_counted_whole'),
        ),
        migrations.AddConstraint(
            model_name='poll',
            constraint=models.CheckConstraint(condition=models.Q(('cast__isnull', True), ('entitled', 0), ('cast__lte', models.F('entitled')), _connector='OR'), name='poll_nobody_voted_who_was_not_entitled'),
        ),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.UniqueConstraint(fields=('poll', 'code'), name='receipt_once'),
        ),
        migrations.AddIndex(
            model_name='strip',
            index=models.Index(fields=['poll', 'id'], name='questionnaires_strip_by_poll'),
        ),
        migrations.AddIndex(
            model_name='voter',
            index=models.Index(fields=['person_id', 'poll'], name='questionnaires_voter_by_person'),
        ),
        migrations.AddConstraint(
            model_name='voter',
            constraint=models.UniqueConstraint(fields=('poll', 'person_id'), name='voter_on_the_roll_once'),
        ),
        migrations.CreateModel(
            name='Slip',
            fields=[
                ('pk', models.CompositePrimaryKey('poll_id', 'mark', blank=True, editable=False, primary_key=True, serialize=False)),
                ('poll', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='slips', to='questionnaires.poll')),
                ('mark', models.UUIDField()),
            ],
            options={
                'db_table': 'questionnaires_slip',
            },
        ),
        protect(
            "questionnaires_voter",
            Policy("questionnaires_voter_seen", "SELECT", (*KEEPERS, PERSON)),
            Policy("questionnaires_voter_added", "INSERT", KEEPERS),
            Policy("questionnaires_voter_changed", "UPDATE", KEEPERS),
            Policy("questionnaires_voter_removed", "DELETE", KEEPERS),
        ),
        protect(
            "questionnaires_candidate",
            Policy("questionnaires_candidate_seen", "SELECT", SHOWN),
            Policy("questionnaires_candidate_added", "INSERT", KEEPERS),
            Policy("questionnaires_candidate_changed", "UPDATE", KEEPERS),
            Policy("questionnaires_candidate_removed", "DELETE", KEEPERS),
        ),
        protect("questionnaires_draft", Policy("questionnaires_draft_own", arms=(USER,))),
        protect("questionnaires_rating", Policy("questionnaires_rating_in_scope", arms=(*KEEPERS, USER))),
        protect(
            "questionnaires_attempt",
            Policy("questionnaires_attempt_seen", "SELECT", (USER, "publish")),
            Policy("questionnaires_attempt_added", "INSERT", (USER,)),
            Policy("questionnaires_attempt_changed", "UPDATE", (USER,)),
        ),
        migrations.RunSQL(sql("questionnaires.sql"), sql("questionnaires_undo.sql")),
    ]
