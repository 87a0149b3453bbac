"""Matters, their cases, steps and decisions (ADR 0015)."""

import uuid
from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

from zhijia.kernel.policies import COUNTY, PERSON, UNION, USER
from zhijia.matters.policies import SIGNED, of_case, of_cases

OTHER_COUNTY = "other_county_id = ANY ((SELECT access_counties())::int[])"
OTHER_UNION = "other_union_id = ANY ((SELECT access_unions())::int[])"
AT_HAND = "id = (SELECT matters_at_hand())"
HANGS = "now() >= hangs_from AND now() < hangs_until"
UNDO = """
DROP FUNCTION matters_parts(uuid);
DROP TRIGGER matters_case_part ON matters_case;
DROP FUNCTION matters_guard_part();
DROP TRIGGER matters_case_version ON matters_case;
DROP TRIGGER matters_decision_stays ON matters_decision;
DROP TRIGGER matters_decision_only_grows ON matters_decision;
DROP TRIGGER matters_step_state ON matters_step;
DROP TRIGGER matters_case_state ON matters_case;
DROP FUNCTION matters_guard_version();
DROP FUNCTION matters_guard_state();
DROP FUNCTION matters_account_of(uuid);
DROP FUNCTION matters_may_sign(bigint, integer, text[]);
DROP FUNCTION matters_only_signer(integer, text[]);
DROP FUNCTION matters_all_signers(integer, text[]);
DROP FUNCTION matters_case_of_token(bytea);
DROP FUNCTION matters_sits(bigint);
DROP FUNCTION matters_writing(uuid);
DROP FUNCTION matters_take(uuid);
DROP FUNCTION matters_in_hand();
DROP FUNCTION matters_moves_one();
DROP FUNCTION matters_at_hand();
DROP SEQUENCE matters_case_number;
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [("catalogue", "0002_parameter_change"), ("registry", "0008_loads")]

    operations = [
        migrations.CreateModel(
            name='MatterVersion',
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
                'db_table': 'matters_version',
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('code', 'number'), name='matterversion_once'), models.CheckConstraint(condition=models.Q(('shipped', True), models.Q(('state', 'published'), _negated=True), models.Q(('made_by', models.F('published_by')), _negated=True), _connector='OR'), name='matterversion_is_published_by_a_second_person'), models.CheckConstraint(condition=models.Q(('shipped', True), models.Q(('state', 'published'), _negated=True), models.Q(('made_by__isnull', False), ('published_at__isnull', False), ('published_by__isnull', False), ('since__isnull', False)), _connector='OR'), name='matterversion_says_who_published_it')],
            },
        ),
        migrations.CreateModel(
            name='Case',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('number', models.CharField(db_collation='C', default='', max_length=20)),
                ('code', models.CharField(db_collation='C', max_length=60)),
                ('person_id', models.UUIDField(null=True)),
                ('user_id', models.BigIntegerField(null=True)),
                ('other_union_id', models.IntegerField(null=True)),
                ('other_county_id', models.IntegerField(null=True)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('open', 'Open'), ('paused', 'Paused'), ('granted', 'Granted'), ('refused', 'Refused'), ('withdrawn', 'Withdrawn'), ('merged', 'Merged'), ('partly', 'Partly')], default='draft', max_length=9)),
                ('sealed', models.BooleanField(default=False)),
                ('shown_name', models.CharField(default='', max_length=60)),
                ('desk_user_id', models.BigIntegerField(null=True)),
                ('desk_agreed_at', models.DateTimeField(null=True)),
                ('amount', models.BigIntegerField(null=True)),
                ('flags', models.JSONField(default=list)),
                ('posted_key', models.UUIDField(null=True, unique=True)),
                ('made_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('opened_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('part_of', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='parts', to='matters.case')),
                ('appeals', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='appeals_against', to='matters.case')),
                ('merged_into', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='matters.case')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='matters.matterversion')),
            ],
            options={
                'db_table': 'matters_case',
            },
        ),
        migrations.CreateModel(
            name='Step',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('number', models.IntegerField()),
                ('code', models.CharField(db_collation='C', max_length=60)),
                ('matter', models.CharField(db_collation='C', max_length=60)),
                ('state', models.CharField(choices=[('active', 'Active'), ('paused', 'Paused'), ('done', 'Done'), ('sent_back', 'Sent Back'), ('skipped', 'Skipped'), ('ended', 'Ended'), ('waiting', 'Waiting'), ('later', 'Later')], max_length=9)),
                ('seat_id', models.IntegerField()),
                ('seat_county_id', models.IntegerField()),
                ('from_seat_id', models.IntegerField(null=True)),
                ('taker_id', models.BigIntegerField(null=True)),
                ('opened_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(null=True)),
                ('due_unknown', models.BooleanField(default=False)),
                ('paused_at', models.DateTimeField(null=True)),
                ('paused_seconds', models.BigIntegerField(default=0)),
                ('closed_at', models.DateTimeField(null=True)),
                ('late_told_at', models.DateTimeField(null=True)),
                ('back_to', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sent_back', to='matters.step')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='matters.case')),
            ],
            options={
                'db_table': 'matters_step',
            },
        ),
        migrations.CreateModel(
            name='Signer',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('signer_id', models.BigIntegerField()),
                ('place', models.CharField(choices=[('before', 'before'), ('after', 'after'), ('with', 'with')], max_length=6)),
                ('asked_by', models.BigIntegerField(null=True)),
                ('asked_at', models.DateTimeField()),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='signers', to='matters.case')),
                ('step', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='signers', to='matters.step')),
            ],
            options={
                'db_table': 'matters_signer',
            },
        ),
        migrations.CreateModel(
            name='Served',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('party', models.CharField(max_length=10)),
                ('party_name', models.CharField(max_length=120)),
                ('token_digest', models.BinaryField(max_length=32, null=True, unique=True)),
                ('proof_file', models.UUIDField(null=True)),
                ('served_at', models.DateTimeField(null=True)),
                ('answer', models.CharField(default='', max_length=4000)),
                ('answered_at', models.DateTimeField(null=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='served', to='matters.case')),
                ('step', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='serving', to='matters.step')),
            ],
            options={
                'db_table': 'matters_served',
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('seat_id', models.IntegerField()),
                ('words', models.JSONField()),
                ('consent_id', models.BigIntegerField(null=True)),
                ('hangs_from', models.DateTimeField()),
                ('hangs_until', models.DateTimeField()),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='matters.case')),
                ('step', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='notice', to='matters.step')),
            ],
            options={
                'db_table': 'matters_notice',
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('by_user_id', models.BigIntegerField(null=True)),
                ('grant_id', models.BigIntegerField(null=True)),
                ('verdict', models.CharField(choices=[('approve', 'Approve'), ('refuse', 'Refuse'), ('return', 'Return'), ('nobody', 'Nobody'), ('withdraw', 'Withdraw'), ('answer', 'Answer')], max_length=8)),
                ('reason', models.CharField(default='', max_length=1000)),
                ('return_to', models.CharField(db_collation='C', default='', max_length=60)),
                ('amount', models.BigIntegerField(null=True)),
                ('rules', models.JSONField(default=dict)),
                ('at', models.DateTimeField()),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='decisions', to='matters.case')),
                ('step', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='decisions', to='matters.step')),
            ],
            options={
                'db_table': 'matters_decision',
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('name', models.CharField(db_collation='C', max_length=60)),
                ('value', models.JSONField(null=True)),
                ('typed', models.TextField(db_default='', default='')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='matters.case')),
            ],
            options={
                'db_table': 'matters_answer',
                'constraints': [models.UniqueConstraint(fields=('case', 'name'), name='answer_once_per_question')],
            },
        ),
        migrations.CreateModel(
            name='Linked',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('why', models.CharField(max_length=200)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='matters.case')),
                ('to', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='linked_from', to='matters.case')),
            ],
            options={
                'db_table': 'matters_linked',
                'constraints': [models.UniqueConstraint(fields=('case', 'to'), name='cases_are_linked_once'), models.CheckConstraint(condition=models.Q(('case', models.F('to')), _negated=True), name='a_case_is_not_linked_to_itself')],
            },
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['person_id', '-changed_at'], name='matters_case_by_person'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['user_id', '-changed_at'], name='matters_case_by_user'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('other_union_id__isnull', False)), fields=['other_union_id'], name='matters_case_by_other'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('other_county_id__isnull', False)), fields=['other_county_id'], name='matters_case_by_otherc'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['union_id', 'code', '-opened_at'], name='matters_case_by_union'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['county_id', 'code', '-opened_at'], name='matters_case_by_county'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.UniqueConstraint(condition=models.Q(('number', ''), _negated=True), fields=('number',), name='case_number_once'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.UniqueConstraint(condition=models.Q(('appeals__isnull', False)), fields=('appeals',), name='case_objected_to_once'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.UniqueConstraint(condition=models.Q(('part_of__isnull', False)), fields=('part_of', 'code'), name='case_has_one_part_of_each_item'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'draft'), ('opened_at__isnull', False), _connector='OR'), name='case_opens_before_it_moves'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('state__in', ('draft', 'open', 'paused'))), models.Q(('closed_at__isnull', False), ('state__in', ('granted', 'refused', 'withdrawn', 'merged', 'partly'))), _connector='OR'), name='case_is_closed_when_it_has_ended'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.UniqueConstraint(condition=models.Q(('appeals__isnull', True), ('code', 'join'), ('state__in', ('draft', 'open', 'paused'))), fields=('user_id',), name='join_one_under_way_per_account'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['hangs_until'], name='matters_notice_by_end'),
        ),
        migrations.AddIndex(
            model_name='step',
            index=models.Index(condition=models.Q(('state', 'active')), fields=['seat_id', 'due_at', 'id'], name='matters_step_inbox'),
        ),
        migrations.AddIndex(
            model_name='step',
            index=models.Index(condition=models.Q(('state', 'active')), fields=['seat_county_id', 'due_at', 'id'], name='matters_step_inbox_above'),
        ),
        migrations.AddIndex(
            model_name='step',
            index=models.Index(condition=models.Q(('late_told_at__isnull', True), ('state__in', ('active', 'later'))), fields=['due_at', 'id'], name='matters_step_due'),
        ),
        migrations.AddIndex(
            model_name='step',
            index=models.Index(condition=models.Q(('due_unknown', True), ('state__in', ('active', 'later'))), fields=['id'], name='matters_step_due_unknown'),
        ),
        migrations.AddConstraint(
            model_name='step',
            constraint=models.UniqueConstraint(fields=('case', 'number'), name='step_once_per_number'),
        ),
        migrations.AddConstraint(
            model_name='step',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('active', 'paused', 'waiting'))), fields=('case',), name='case_has_one_step_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='signer',
            constraint=models.UniqueConstraint(fields=('step', 'signer_id'), name='signer_once_per_step'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.UniqueConstraint(fields=('step', 'by_user_id'), name='decision_once_per_signer'),
        ),
        migrations.RunSQL(Path(__file__).with_name("states.sql").read_text(encoding="utf-8"), UNDO),
        of_cases((COUNTY, UNION, PERSON, USER, OTHER_COUNTY, OTHER_UNION, AT_HAND)),
        of_case("matters_answer", applicants=True),
        of_case("matters_step"),
        of_case("matters_signer"),
        of_case("matters_decision", signed=SIGNED),
        of_case("matters_served"),
        of_case("matters_linked", applicants=True),
        of_case("matters_notice", reading=(HANGS,)),
        migrations.RunSQL(
            "CREATE TRIGGER matters_version_stands BEFORE UPDATE OR DELETE ON matters_version"
            " FOR EACH ROW EXECUTE FUNCTION catalogue_published_stands();"
            "CREATE TRIGGER matters_version_written BEFORE INSERT OR UPDATE OR DELETE ON matters_version"
            " FOR EACH ROW WHEN (current_user = 'zhijia_app') EXECUTE FUNCTION catalogue_version_is_by_two();",
            "DROP TRIGGER matters_version_stands ON matters_version;"
            " DROP TRIGGER matters_version_written ON matters_version;",
        ),
    ]
