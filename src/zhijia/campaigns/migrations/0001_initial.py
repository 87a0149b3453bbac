from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

from zhijia.kernel.policies import COUNTY, PERSON, UNION, Policy, protect

HERE = Path(__file__).parent
KEEPERS = (COUNTY, UNION)
SEEN = (*KEEPERS, PERSON)
OF_EMPLOYERS = "ARRAY(SELECT o.{} FROM campaigns_asked_of_employers() AS o)"
ITS_PIECE = f"id = ANY ({OF_EMPLOYERS.format('piece')})"
ITS_RETURN = f"piece_id = ANY ({OF_EMPLOYERS.format('piece')})"
SENT_BY_ITSELF = (
    f"{ITS_RETURN} AND sent_by = (SELECT access_user()) AND EXISTS (SELECT FROM campaigns_piece p WHERE p.id = piece_id"
    " AND p.union_id = campaigns_answer.union_id AND p.county_id = campaigns_answer.county_id)"
)
OF_OFFICERS = (
    f"NOT by_employer AND EXISTS (SELECT FROM campaigns_piece p WHERE p.id = piece_id AND ({COUNTY} OR {UNION}))"
)


def sql(name):
    return (HERE / name).read_text(encoding="utf-8")


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("catalogue", "0002_parameter_change"),
        ("registry", "0010_representatives"),
        ("assets", "0002_returns"),
        ("registers", "0002_sheets"),
        ("payments", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name='CampaignVersion',
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
                'db_table': 'campaigns_version',
                'constraints': [models.UniqueConstraint(fields=('code', 'number'), name='campaignversion_once'), models.CheckConstraint(condition=models.Q(('shipped', True), models.Q(('state', 'published'), _negated=True), models.Q(('made_by', models.F('published_by')), _negated=True), _connector='OR'), name='campaignversion_is_published_by_a_second_person'), models.CheckConstraint(condition=models.Q(('shipped', True), models.Q(('state', 'published'), _negated=True), models.Q(('made_by__isnull', False), ('published_at__isnull', False), ('published_by__isnull', False), ('since__isnull', False)), _connector='OR'), name='campaignversion_says_who_published_it')],
            },
        ),
        migrations.CreateModel(
            name='Drive',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('once', models.UUIDField(unique=True)),
                ('code', models.CharField(db_collation='C', max_length=60)),
                ('title', models.CharField(max_length=120)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('open', 'Open'), ('closed', 'Closed'), ('stopped', 'Stopped')], default='draft', max_length=7)),
                ('opens_on', models.DateField()),
                ('closes_on', models.DateField(null=True)),
                ('budget', models.BigIntegerField(default=0)),
                ('spent', models.BigIntegerField(default=0)),
                ('pot', models.BigIntegerField(default=0)),
                ('sums', models.JSONField(default=dict)),
                ('roster_on', models.DateField(null=True)),
                ('place', models.IntegerField(null=True)),
                ('made_by', models.BigIntegerField(null=True)),
                ('made_at', models.DateTimeField()),
                ('opened_by', models.BigIntegerField(null=True)),
                ('opened_at', models.DateTimeField(null=True)),
                ('closed_by', models.BigIntegerField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('report', models.JSONField(default=dict)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='drives', to='campaigns.campaignversion')),
            ],
            options={
                'db_table': 'campaigns_drive',
            },
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('person_id', models.UUIDField(null=True)),
                ('of_union_id', models.IntegerField(null=True)),
                ('employer_id', models.IntegerField(null=True)),
                ('row_id', models.UUIDField(null=True)),
                ('listed_on', models.DateField()),
                ('left_on', models.DateField(null=True)),
                ('left_why', models.CharField(db_collation='C', default='', max_length=9)),
                ('share', models.BigIntegerField(null=True)),
                ('drive', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='campaigns.drive')),
            ],
            options={
                'db_table': 'campaigns_entry',
            },
        ),
        migrations.CreateModel(
            name='Piece',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('drive_id', models.IntegerField()),
                ('person_id', models.UUIDField(null=True)),
                ('thing', models.CharField(db_collation='C', max_length=40)),
                ('begins_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('due_on', models.DateField(null=True)),
                ('state', models.CharField(choices=[('open', 'Open'), ('done', 'Done'), ('void', 'Void')], default='open', max_length=4)),
                ('case_id', models.UUIDField(null=True)),
                ('source', models.CharField(db_collation='C', default='', max_length=60)),
                ('amount', models.BigIntegerField(default=0)),
                ('note', models.CharField(default='', max_length=500)),
                ('late', models.BooleanField(default=False)),
                ('done_at', models.DateTimeField(null=True)),
                ('done_by', models.BigIntegerField(null=True)),
                ('reminded_on', models.DateField(null=True)),
                ('turn', models.SmallIntegerField(default=0)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pieces', to='campaigns.entry')),
            ],
            options={
                'db_table': 'campaigns_piece',
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('version', models.SmallIntegerField()),
                ('answers', models.JSONField(default=dict)),
                ('held', models.JSONField(default=dict)),
                ('reason', models.CharField(default='', max_length=300)),
                ('sent_at', models.DateTimeField()),
                ('sent_by', models.BigIntegerField(null=True)),
                ('piece', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='campaigns.piece')),
            ],
            options={
                'db_table': 'campaigns_answer',
            },
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('by_employer', models.BooleanField(default=False)),
                ('typed', models.JSONField(default=dict)),
                ('turn', models.IntegerField(default=1)),
                ('page', models.CharField(db_collation='C', default='', max_length=36)),
                ('kept_at', models.DateTimeField()),
                ('kept_by', models.BigIntegerField(null=True)),
                ('piece', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to='campaigns.piece')),
            ],
            options={
                'db_table': 'campaigns_draft',
                'constraints': [models.UniqueConstraint(fields=('piece', 'by_employer'), name='draft_of_a_return_once')],
            },
        ),
        migrations.CreateModel(
            name='Share',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('union_id', models.IntegerField()),
                ('above_id', models.IntegerField(null=True)),
                ('measure', models.CharField(db_collation='C', max_length=40)),
                ('year', models.SmallIntegerField(default=0)),
                ('amount', models.BigIntegerField()),
                ('given_by', models.BigIntegerField(null=True)),
                ('given_at', models.DateTimeField()),
                ('drive', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shares', to='campaigns.drive')),
            ],
            options={
                'db_table': 'campaigns_share',
            },
        ),
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('drive_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('union_id', models.IntegerField(null=True)),
                ('thing', models.CharField(db_collation='C', default='', max_length=40)),
                ('begins_on', models.DateField(null=True)),
                ('ends_on', models.DateField(null=True)),
                ('due_on', models.DateField(null=True)),
                ('done_on', models.DateField(null=True)),
                ('state', models.CharField(max_length=4)),
                ('late', models.BooleanField(default=False)),
                ('many', models.BigIntegerField()),
                ('amount', models.BigIntegerField(default=0)),
            ],
            options={
                'db_table': 'campaigns_tally',
                'indexes': [models.Index(condition=models.Q(('union_id__isnull', True)), fields=['drive_id', 'county_id'], name='campaigns_tally_by_county'), models.Index(condition=models.Q(('union_id__isnull', False)), fields=['drive_id', 'union_id'], name='campaigns_tally_by_union')],
            },
        ),
        migrations.AddIndex(
            model_name='drive',
            index=models.Index(fields=['union_id', 'state', '-id'], name='campaigns_drive_by_union'),
        ),
        migrations.AddConstraint(
            model_name='drive',
            constraint=models.CheckConstraint(condition=models.Q(('closes_on__isnull', True), ('closes_on__gte', models.F('opens_on')), _connector='OR'), name='drive_closes_after_it_opens'),
        ),
        migrations.AddConstraint(
            model_name='drive',
            constraint=models.CheckConstraint(condition=models.Q(('spent__gte', 0), ('spent__lte', models.F('budget'))), name='drive_spends_within_its_budget'),
        ),
        migrations.AddConstraint(
            model_name='drive',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('draft', 'stopped')), models.Q(('opened_at__isnull', False), ('opened_by__isnull', False)), _connector='OR'), name='drive_is_opened_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='drive',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('closed', 'stopped')), _negated=True), models.Q(('closed_at__isnull', False), ('closed_by__isnull', False)), _connector='OR'), name='drive_is_closed_by_somebody'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['drive', 'union_id', 'id'], name='campaigns_entry_by_union'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['drive', 'county_id', 'id'], name='campaigns_entry_by_county'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['county_id'], name='campaigns_entry_in_county'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['union_id'], name='campaigns_entry_in_union'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('person_id__isnull', False)), fields=['person_id'], name='campaigns_entry_by_person'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('employer_id__isnull', False)), fields=['employer_id'], name='campaigns_entry_by_employer'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.UniqueConstraint(condition=models.Q(('person_id__isnull', False), ('row_id__isnull', True)), fields=('drive', 'person_id'), name='person_on_a_roster_once'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.UniqueConstraint(condition=models.Q(('of_union_id__isnull', False)), fields=('drive', 'of_union_id'), name='union_on_a_roster_once'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.UniqueConstraint(condition=models.Q(('employer_id__isnull', False)), fields=('drive', 'employer_id'), name='employer_on_a_roster_once'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.UniqueConstraint(condition=models.Q(('row_id__isnull', False)), fields=('drive', 'row_id'), name='row_on_a_roster_once'),
        ),
        migrations.AddIndex(
            model_name='piece',
            index=models.Index(fields=['drive_id', 'union_id', 'thing', 'state', 'entry'], name='campaigns_piece_by_union'),
        ),
        migrations.AddIndex(
            model_name='piece',
            index=models.Index(fields=['drive_id', 'county_id', 'thing', 'state', 'entry'], name='campaigns_piece_by_county'),
        ),
        migrations.AddIndex(
            model_name='piece',
            index=models.Index(fields=['county_id'], name='campaigns_piece_in_county'),
        ),
        migrations.AddIndex(
            model_name='piece',
            index=models.Index(condition=models.Q(('person_id__isnull', False)), fields=['person_id'], name='campaigns_piece_by_person'),
        ),
        migrations.AddIndex(
            model_name='piece',
            index=models.Index(condition=models.Q(('source', ''), _negated=True), fields=['source'], name='campaigns_piece_by_source'),
        ),
        migrations.AddIndex(
            model_name='piece',
            index=models.Index(condition=models.Q(('case_id__isnull', False)), fields=['case_id'], name='campaigns_piece_by_case'),
        ),
        migrations.AddConstraint(
            model_name='piece',
            constraint=models.UniqueConstraint(fields=('entry', 'thing', 'begins_on'), name='each_gets_a_thing_once'),
        ),
        migrations.AddConstraint(
            model_name='piece',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('done_at__isnull', False), ('state', 'done')), models.Q(models.Q(('state', 'done'), _negated=True), ('done_at__isnull', True)), _connector='OR'), name='piece_is_done_at_a_moment'),
        ),
        migrations.AddIndex(
            model_name='answer',
            index=models.Index(fields=['county_id'], name='campaigns_answer_in_county'),
        ),
        migrations.AddIndex(
            model_name='answer',
            index=models.Index(fields=['union_id'], name='campaigns_answer_in_union'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.UniqueConstraint(fields=('piece', 'version'), name='answer_version_once'),
        ),
        migrations.AddIndex(
            model_name='share',
            index=models.Index(fields=['drive', 'above_id'], name='campaigns_share_by_above'),
        ),
        migrations.AddConstraint(
            model_name='share',
            constraint=models.UniqueConstraint(fields=('drive', 'union_id', 'measure', 'year'), name='share_of_a_union_once'),
        ),
        migrations.AddConstraint(
            model_name='share',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='share_is_not_negative'),
        ),
        migrations.RunSQL(sql("employers.sql"), sql("employers_undo.sql")),
        protect(
            "campaigns_entry",
            Policy("campaigns_entry_seen", "SELECT", (*SEEN, f"id = ANY ({OF_EMPLOYERS.format('entry')})")),
        ),
        protect(
            "campaigns_piece",
            Policy("campaigns_piece_seen", "SELECT", (*SEEN, ITS_PIECE)),
            Policy("campaigns_piece_changed", "UPDATE", (*KEEPERS, ITS_PIECE)),
        ),
        protect(
            "campaigns_answer",
            Policy("campaigns_answer_seen", "SELECT", (*KEEPERS, ITS_RETURN)),
            Policy("campaigns_answer_added", "INSERT", (*KEEPERS, SENT_BY_ITSELF)),
        ),
        protect(
            "campaigns_draft",
            Policy("campaigns_draft_kept", "ALL", (OF_OFFICERS, f"by_employer AND {ITS_RETURN}")),
        ),
        migrations.RunSQL(sql("guards.sql"), sql("guards_undo.sql")),
        migrations.RunSQL(sql("tallies.sql"), sql("tallies_undo.sql")),
        migrations.RunSQL(sql("goods.sql"), sql("goods_undo.sql")),
        migrations.RunSQL(sql("money.sql"), sql("money_undo.sql")),
    ]
