"""Contributions of employers: declared, received, shared."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

from zhijia.kernel.policies import Policy, protect

HERE = Path(__file__).parent
HERE_ARMS = (
    "county_id = ANY ((SELECT ledger_counties())::int[])",
    "union_id = ANY ((SELECT ledger_unions())::int[])",
)
THERE_ARMS = (
    "other_county_id = ANY ((SELECT ledger_counties())::int[])",
    "other_union_id = ANY ((SELECT ledger_unions())::int[])",
)
TABLES = ("declaration", "bill", "collection_file", "collection_line", "distribution", "waiting", "payout", "member_month", "reminder")


def sql(name):
    return (HERE / name).read_text(encoding="utf-8")


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('audit', '0001_initial'),
        ('catalogue', '0002_parameter_change'),
        ('files', '0001_initial'),
        ('ledger', '0001_initial'),
        ('registry', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Contribution',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('source', models.CharField(choices=[('tax', 'Tax'), ('transfer', 'Transfer')], db_collation='C', max_length=8)),
                ('source_id', models.CharField(db_collation='C', max_length=60)),
                ('employer_id', models.IntegerField(null=True)),
                ('other_union_id', models.IntegerField(null=True)),
                ('other_county_id', models.IntegerField(null=True)),
                ('payer', models.CharField(default='', max_length=120)),
                ('credit_code', models.CharField(db_collation='C', default='', max_length=30)),
                ('since', models.IntegerField()),
                ('until', models.IntegerField()),
                ('base', models.BigIntegerField(default=0)),
                ('amount', models.BigIntegerField()),
                ('paid_on', models.DateField()),
                ('run_id', models.UUIDField(null=True)),
                ('taken_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'dues_contribution',
            },
        ),
        migrations.CreateModel(
            name='Declaration',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('month', models.IntegerField()),
                ('version', models.SmallIntegerField(default=1)),
                ('staff', models.IntegerField()),
                ('wages', models.BigIntegerField()),
                ('rate', models.DecimalField(decimal_places=4, max_digits=7)),
                ('amount', models.BigIntegerField()),
                ('reason', models.CharField(default='', max_length=200)),
                ('user_id', models.BigIntegerField(null=True)),
                ('declared_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'dues_declaration',
            },
        ),
        migrations.CreateModel(
            name='Distribution',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('run_id', models.UUIDField(unique=True)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('done', 'Done'), ('failed', 'Failed')], default='waiting', max_length=7)),
                ('day', models.DateField()),
                ('many', models.IntegerField(default=0)),
                ('amount', models.BigIntegerField(default=0)),
                ('problem', models.CharField(default='', max_length=300)),
                ('user_id', models.BigIntegerField(null=True)),
                ('asked_at', models.DateTimeField()),
                ('done_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'dues_distribution',
            },
        ),
        migrations.CreateModel(
            name='MemberMonth',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('once', models.UUIDField(unique=True)),
                ('month', models.IntegerField()),
                ('members', models.IntegerField()),
                ('amount', models.BigIntegerField()),
                ('entry_id', models.BigIntegerField(null=True)),
                ('user_id', models.BigIntegerField(null=True)),
                ('collected_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'dues_member_month',
            },
        ),
        migrations.CreateModel(
            name='Payout',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('subsidy', 'Subsidy'), ('refund', 'Refund')], max_length=7)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('decided', 'Decided'), ('discarded', 'Discarded')], default='draft', max_length=9)),
                ('title', models.CharField(max_length=120)),
                ('year', models.IntegerField()),
                ('weights', models.JSONField(default=dict)),
                ('lines_count', models.IntegerField()),
                ('amount', models.BigIntegerField()),
                ('made_by', models.BigIntegerField(null=True)),
                ('made_at', models.DateTimeField()),
                ('decided_by', models.BigIntegerField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'dues_payout',
            },
        ),
        migrations.CreateModel(
            name='PayoutLine',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('subsidy', 'Subsidy'), ('refund', 'Refund')], max_length=7)),
                ('year', models.IntegerField()),
                ('open', models.BooleanField(default=True)),
                ('other_union_id', models.IntegerField()),
                ('other_county_id', models.IntegerField()),
                ('basis', models.JSONField(default=dict)),
                ('amount', models.BigIntegerField()),
                ('applied_on', models.DateField(null=True)),
                ('payment_id', models.BigIntegerField(null=True)),
            ],
            options={
                'db_table': 'dues_payout_line',
            },
        ),
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('once', models.UUIDField(unique=True)),
                ('since', models.IntegerField()),
                ('until', models.IntegerField()),
                ('owed', models.BigIntegerField()),
                ('late_fee', models.BigIntegerField(default=0)),
                ('answer_by', models.DateField()),
                ('file_id', models.UUIDField(null=True)),
                ('made_by', models.BigIntegerField(null=True)),
                ('made_at', models.DateTimeField()),
                ('served_on', models.DateField(null=True)),
                ('served_how', models.CharField(blank=True, choices=[('hand', 'Hand'), ('post', 'Post'), ('mail', 'Mail')], default='', max_length=4)),
                ('proof_id', models.UUIDField(null=True)),
            ],
            options={
                'db_table': 'dues_reminder',
            },
        ),
        migrations.CreateModel(
            name='Route',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('payer_id', models.IntegerField()),
                ('grassroots_id', models.IntegerField(null=True)),
                ('sector_id', models.IntegerField(null=True)),
                ('territorial_id', models.IntegerField(null=True)),
                ('county_id', models.IntegerField(null=True)),
                ('city_id', models.IntegerField(null=True)),
                ('province_id', models.IntegerField(null=True)),
                ('national_id', models.IntegerField(null=True)),
            ],
            options={
                'db_table': 'dues_route',
            },
        ),
        migrations.CreateModel(
            name='Split',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('other_union_id', models.IntegerField()),
                ('other_county_id', models.IntegerField()),
                ('day', models.DateField()),
                ('amount', models.BigIntegerField()),
                ('grassroots', models.BigIntegerField()),
                ('sector', models.BigIntegerField()),
                ('territorial', models.BigIntegerField()),
                ('county', models.BigIntegerField()),
                ('city', models.BigIntegerField()),
                ('province', models.BigIntegerField()),
                ('national', models.BigIntegerField()),
                ('inspection_bureau', models.BigIntegerField()),
                ('tax_bureau', models.BigIntegerField()),
                ('tax_office', models.BigIntegerField()),
            ],
            options={
                'db_table': 'dues_split',
            },
        ),
        migrations.CreateModel(
            name='SplitVersion',
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
                'db_table': 'dues_split_version',
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='UsedRule',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('code', models.CharField(db_collation='C', max_length=60)),
                ('version', models.IntegerField()),
                ('digest', models.CharField(db_collation='C', max_length=64, unique=True)),
                ('content', models.JSONField()),
                ('grassroots', models.DecimalField(decimal_places=4, max_digits=7)),
                ('sector', models.DecimalField(decimal_places=4, max_digits=7)),
                ('territorial', models.DecimalField(decimal_places=4, max_digits=7)),
                ('county', models.DecimalField(decimal_places=4, max_digits=7)),
                ('city', models.DecimalField(decimal_places=4, max_digits=7)),
                ('province', models.DecimalField(decimal_places=4, max_digits=7)),
                ('national', models.DecimalField(decimal_places=4, max_digits=7)),
                ('inspection_bureau', models.DecimalField(decimal_places=4, max_digits=7)),
                ('tax_bureau', models.DecimalField(decimal_places=4, max_digits=7)),
                ('tax_office', models.DecimalField(decimal_places=4, max_digits=7)),
            ],
            options={
                'db_table': 'dues_used_rule',
            },
        ),
        migrations.CreateModel(
            name='Bill',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('month', models.IntegerField()),
                ('amount', models.BigIntegerField()),
                ('due_on', models.DateField()),
                ('receivable_id', models.BigIntegerField(null=True)),
                ('reference', models.CharField(db_collation='C', default='', max_length=16)),
                ('employer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.employer')),
            ],
            options={
                'db_table': 'dues_bill',
            },
        ),
        migrations.CreateModel(
            name='CollectionFile',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('checked', 'Checked'), ('confirmed', 'Confirmed'), ('discarded', 'Discarded')], default='checked', max_length=9)),
                ('digest', models.CharField(db_collation='C', max_length=64)),
                ('file_id', models.UUIDField(null=True)),
                ('lines_count', models.IntegerField()),
                ('good_count', models.IntegerField()),
                ('amount', models.BigIntegerField()),
                ('sent_by', models.BigIntegerField(null=True)),
                ('sent_at', models.DateTimeField()),
                ('confirmed_by', models.BigIntegerField(null=True)),
                ('confirmed_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'dues_collection_file',
                'indexes': [models.Index(fields=['county_id', '-id'], name='dues_file_by_county')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'discarded'), _negated=True), fields=('union_id', 'digest'), name='collection_file_is_taken_once')],
            },
        ),
        migrations.CreateModel(
            name='CollectionLine',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('row', models.IntegerField()),
                ('credit_code', models.CharField(db_collation='C', max_length=30)),
                ('payer', models.CharField(default='', max_length=120)),
                ('since', models.IntegerField()),
                ('until', models.IntegerField()),
                ('base', models.BigIntegerField()),
                ('amount', models.BigIntegerField()),
                ('paid_on', models.DateField(null=True)),
                ('employer_id', models.IntegerField(null=True)),
                ('problem', models.CharField(db_collation='C', default='', max_length=30)),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='dues.collectionfile')),
            ],
            options={
                'db_table': 'dues_collection_line',
            },
        ),
        migrations.CreateModel(
            name='Waiting',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('contribution', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='dues.contribution')),
            ],
            options={
                'db_table': 'dues_waiting',
            },
        ),
        migrations.AddIndex(
            model_name='contribution',
            index=models.Index(fields=['union_id', '-paid_on', '-id'], name='dues_contribution_by_union'),
        ),
        migrations.AddIndex(
            model_name='contribution',
            index=models.Index(fields=['county_id', '-paid_on', '-id'], name='dues_contribution_by_county'),
        ),
        migrations.AddIndex(
            model_name='contribution',
            index=models.Index(fields=['other_union_id', '-paid_on'], name='dues_contribution_by_payer'),
        ),
        migrations.AddIndex(
            model_name='contribution',
            index=models.Index(fields=['other_county_id', '-paid_on'], name='dues_contribution_by_place'),
        ),
        migrations.AddIndex(
            model_name='contribution',
            index=models.Index(fields=['employer_id', 'since'], name='dues_contribution_by_firm'),
        ),
        migrations.AddConstraint(
            model_name='contribution',
            constraint=models.UniqueConstraint(fields=('source_id', 'source'), name='contribution_once_per_source'),
        ),
        migrations.AddConstraint(
            model_name='contribution',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='contribution_brings_something'),
        ),
        migrations.AddConstraint(
            model_name='contribution',
            constraint=models.CheckConstraint(condition=models.Q(('until__gte', models.F('since'))), name='contribution_months_run_forward'),
        ),
        migrations.AddField(
            model_name='declaration',
            name='employer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.employer'),
        ),
        migrations.AddField(
            model_name='bill',
            name='declaration',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bills', to='dues.declaration'),
        ),
        migrations.AddIndex(
            model_name='distribution',
            index=models.Index(fields=['county_id', '-id'], name='dues_distribution_by_county'),
        ),
        migrations.AddConstraint(
            model_name='distribution',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('union_id',), name='distribution_one_at_a_time'),
        ),
        migrations.AddIndex(
            model_name='membermonth',
            index=models.Index(fields=['union_id', '-month', '-id'], name='dues_of_members_by_union'),
        ),
        migrations.AddIndex(
            model_name='membermonth',
            index=models.Index(fields=['county_id', '-month'], name='dues_of_members_by_county'),
        ),
        migrations.AddConstraint(
            model_name='membermonth',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0), ('members__gt', 0)), name='member_dues_are_something'),
        ),
        migrations.AddIndex(
            model_name='payout',
            index=models.Index(fields=['union_id', '-id'], name='dues_payout_by_union'),
        ),
        migrations.AddIndex(
            model_name='payout',
            index=models.Index(fields=['county_id', '-id'], name='dues_payout_by_county'),
        ),
        migrations.AddConstraint(
            model_name='payout',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'decided'), _negated=True), models.Q(('decided_by__isnull', False), models.Q(('decided_by', models.F('made_by')), _negated=True)), _connector='OR'), name='payout_is_decided_by_a_second_person'),
        ),
        migrations.AddField(
            model_name='payoutline',
            name='payout',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='dues.payout'),
        ),
        migrations.AddField(
            model_name='reminder',
            name='employer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.employer'),
        ),
        migrations.AddConstraint(
            model_name='route',
            constraint=models.UniqueConstraint(fields=('payer_id', 'grassroots_id', 'sector_id', 'territorial_id', 'county_id', 'city_id', 'province_id', 'national_id'), name='route_once', nulls_distinct=False),
        ),
        migrations.AddField(
            model_name='split',
            name='contribution',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='splits', to='dues.contribution'),
        ),
        migrations.AddField(
            model_name='split',
            name='distribution',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='splits', to='dues.distribution'),
        ),
        migrations.AddField(
            model_name='split',
            name='reverses',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dues.split'),
        ),
        migrations.AddField(
            model_name='split',
            name='route',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dues.route'),
        ),
        migrations.AddConstraint(
            model_name='splitversion',
            constraint=models.UniqueConstraint(fields=('code', 'number'), name='splitversion_once'),
        ),
        migrations.AddConstraint(
            model_name='splitversion',
            constraint=models.CheckConstraint(condition=models.Q(('shipped', True), models.Q(('state', 'published'), _negated=True), models.Q(('made_by', models.F('published_by')), _negated=True), _connector='OR'), name='splitversion_is_published_by_a_second_person'),
        ),
        migrations.AddConstraint(
            model_name='splitversion',
            constraint=models.CheckConstraint(condition=models.Q(('shipped', True), models.Q(('state', 'published'), _negated=True), models.Q(('made_by__isnull', False), ('published_at__isnull', False), ('published_by__isnull', False), ('since__isnull', False)), _connector='OR'), name='splitversion_says_who_published_it'),
        ),
        migrations.AddConstraint(
            model_name='usedrule',
            constraint=models.CheckConstraint(condition=models.Q(('city__gte', 0), ('county__gte', 0), ('grassroots__gte', 0), ('inspection_bureau__gte', 0), ('national__gte', 0), ('province__gte', 0), ('sector__gte', 0), ('tax_bureau__gte', 0), ('tax_office__gte', 0), ('territorial__gte', 0)), name='no_share_is_negative'),
        ),
        migrations.AddField(
            model_name='split',
            name='rule',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dues.usedrule'),
        ),
        migrations.AddConstraint(
            model_name='collectionline',
            constraint=models.UniqueConstraint(fields=('file', 'row'), name='collection_line_once_a_row'),
        ),
        migrations.AddIndex(
            model_name='waiting',
            index=models.Index(fields=['union_id', 'contribution'], name='dues_waiting_by_union'),
        ),
        migrations.AddIndex(
            model_name='declaration',
            index=models.Index(fields=['union_id', '-month'], name='dues_declared_by_union'),
        ),
        migrations.AddIndex(
            model_name='declaration',
            index=models.Index(fields=['county_id', '-month'], name='dues_declared_by_county'),
        ),
        migrations.AddConstraint(
            model_name='declaration',
            constraint=models.UniqueConstraint(fields=('employer', 'month', 'version'), name='declaration_once_a_version'),
        ),
        migrations.AddConstraint(
            model_name='declaration',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0), ('staff__gte', 0), ('wages__gte', 0)), name='declaration_is_not_negative'),
        ),
        migrations.AddIndex(
            model_name='bill',
            index=models.Index(fields=['union_id', '-month'], name='dues_bill_by_union'),
        ),
        migrations.AddIndex(
            model_name='bill',
            index=models.Index(fields=['county_id', '-month'], name='dues_bill_by_county'),
        ),
        migrations.AddConstraint(
            model_name='bill',
            constraint=models.UniqueConstraint(fields=('employer', 'month'), name='bill_once_a_month'),
        ),
        migrations.AddConstraint(
            model_name='bill',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='bill_is_not_negative'),
        ),
        migrations.AddIndex(
            model_name='payoutline',
            index=models.Index(fields=['other_county_id'], name='dues_payout_by_place'),
        ),
        migrations.AddConstraint(
            model_name='payoutline',
            constraint=models.UniqueConstraint(fields=('payout', 'other_union_id'), name='payout_once_a_union'),
        ),
        migrations.AddConstraint(
            model_name='payoutline',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'refund'), ('open', True)), fields=('other_union_id', 'year'), name='refund_once_a_year'),
        ),
        migrations.AddConstraint(
            model_name='payoutline',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='payout_line_gives_something'),
        ),
        migrations.AddIndex(
            model_name='reminder',
            index=models.Index(fields=['union_id', 'employer', '-id'], name='dues_reminder_by_union'),
        ),
        migrations.AddIndex(
            model_name='reminder',
            index=models.Index(fields=['county_id', '-id'], name='dues_reminder_by_county'),
        ),
        migrations.AddConstraint(
            model_name='reminder',
            constraint=models.CheckConstraint(condition=models.Q(('owed__gt', 0)), name='reminder_asks_for_something'),
        ),
        migrations.AddConstraint(
            model_name='reminder',
            constraint=models.CheckConstraint(condition=models.Q(('served_on__isnull', True), models.Q(('served_how', ''), _negated=True), _connector='OR'), name='reminder_says_how_it_was_served'),
        ),
        migrations.AddConstraint(
            model_name='split',
            constraint=models.CheckConstraint(condition=models.Q(('amount', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('grassroots'), '+', models.F('sector')), '+', models.F('territorial')), '+', models.F('county')), '+', models.F('city')), '+', models.F('province')), '+', models.F('national')), '+', models.F('inspection_bureau')), '+', models.F('tax_bureau')), '+', models.F('tax_office')))), name='split_gives_everything'),
        ),
        migrations.AddConstraint(
            model_name='split',
            constraint=models.UniqueConstraint(condition=models.Q(('reverses__isnull', False)), fields=('reverses',), name='split_reversed_once'),
        ),
        migrations.AddConstraint(
            model_name='split',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount__gt', 0), ('reverses__isnull', True)), models.Q(('amount__lt', 0), ('reverses__isnull', False)), _connector='OR'), name='split_is_turned_only_to_take_back'),
        ),
        migrations.RunSQL(sql("dues.sql"), sql("dues_undo.sql")),
        *[protect(f"dues_{table}", Policy(f"dues_{table}_in_scope", arms=HERE_ARMS)) for table in TABLES],
        *[
            protect(
                f"dues_{table}",
                Policy(f"dues_{table}_read", "SELECT", arms=(*HERE_ARMS, *THERE_ARMS)),
                Policy(f"dues_{table}_written", "INSERT", arms=HERE_ARMS),
                Policy(f"dues_{table}_changed", "UPDATE", arms=HERE_ARMS),
            )
            for table in ("contribution", "split", "payout_line")
        ],
    ]
