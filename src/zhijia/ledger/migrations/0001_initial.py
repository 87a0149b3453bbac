from pathlib import Path

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

from zhijia.kernel.policies import Policy, protect

HERE = Path(__file__).parent
ARMS = (
    "county_id = ANY ((SELECT ledger_counties())::int[])",
    "union_id = ANY ((SELECT ledger_unions())::int[])",
)
TABLES = ("book", "account", "entry", "leg", "month", "budget_line", "hold", "budget_change")


def sql(name):
    return (HERE / name).read_text(encoding="utf-8")


def in_scope(table):
    return protect(table, Policy(f"{table}_in_scope", arms=ARMS))


class Migration(migrations.Migration):

    initial = True

    dependencies = [('audit', '0001_initial'), ('registry', '0001_initial')]

    operations = [
        migrations.CreateModel(
            name='Account',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('chart', models.CharField(db_collation='C', max_length=40)),
                ('code', models.CharField(db_collation='C', max_length=12)),
                ('fund', models.CharField(db_collation='C', max_length=40)),
                ('title', models.CharField(default='', max_length=60)),
                ('partner_id', models.IntegerField(null=True)),
                ('sign', models.SmallIntegerField()),
                ('guarded', models.BooleanField(default=False)),
                ('spends', models.BooleanField(default=False)),
                ('balance', models.BigIntegerField(default=0)),
                ('opened_on', models.DateField()),
                ('closed_on', models.DateField(null=True)),
            ],
            options={
                'db_table': 'ledger_account',
                'constraints': [models.UniqueConstraint(fields=('union_id', 'chart', 'code', 'fund', 'title', 'partner_id'), name='account_once_per_fund', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('partner_id__isnull', True), models.Q(('partner_id', models.F('union_id')), _negated=True), _connector='OR'), name='account_has_another_for_partner'), models.CheckConstraint(condition=models.Q(('sign__in', (1, -1))), name='account_has_a_side'), models.CheckConstraint(condition=models.Q(('guarded', False), ('balance', 0), models.Q(('balance__gt', 0), ('sign', 1)), models.Q(('balance__lt', 0), ('sign', -1)), _connector='OR'), name='account_does_not_cross_zero')],
            },
        ),
        migrations.CreateModel(
            name='Book',
            fields=[
                ('county_id', models.IntegerField()),
                ('union_id', models.IntegerField(primary_key=True, serialize=False)),
                ('opened_on', models.DateField()),
                ('closed_through', models.DateField(null=True)),
                ('budget_from', models.IntegerField(null=True)),
            ],
            options={
                'db_table': 'ledger_book',
                'constraints': [models.CheckConstraint(condition=models.Q(('closed_through__isnull', True), ('closed_through__gte', models.F('opened_on')), _connector='OR'), name='book_closes_after_it_opened')],
            },
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('kind', models.CharField(db_collation='C', max_length=40)),
                ('source', models.CharField(db_collation='C', max_length=40)),
                ('source_id', models.CharField(db_collation='C', max_length=60)),
                ('purpose', models.CharField(db_collation='C', default='', max_length=40)),
                ('note', models.CharField(default='', max_length=200)),
                ('user_id', models.BigIntegerField(null=True)),
                ('run_id', models.UUIDField(null=True)),
                ('posted_at', models.DateTimeField()),
                ('corrects', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='ledger.entry')),
            ],
            options={
                'db_table': 'ledger_entry',
            },
        ),
        migrations.CreateModel(
            name='Leg',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('pk', models.CompositePrimaryKey('entry_id', 'number', blank=True, editable=False, primary_key=True, serialize=False)),
                ('number', models.SmallIntegerField()),
                ('day', models.DateField()),
                ('amount', models.BigIntegerField()),
                ('account', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='legs', to='ledger.account')),
                ('entry', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='legs', to='ledger.entry')),
            ],
            options={
                'db_table': 'ledger_leg',
            },
        ),
        migrations.CreateModel(
            name='Month',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('pk', models.CompositePrimaryKey('account_id', 'month', blank=True, editable=False, primary_key=True, serialize=False)),
                ('month', models.IntegerField()),
                ('debit', models.BigIntegerField()),
                ('credit', models.BigIntegerField()),
                ('account', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='months', to='ledger.account')),
            ],
            options={
                'db_table': 'ledger_month',
            },
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['union_id', 'day', 'id'], name='ledger_entry_by_union'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['county_id', 'day', 'id'], name='ledger_entry_by_county'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.UniqueConstraint(fields=('source_id', 'source', 'purpose'), name='entry_once_per_source'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.UniqueConstraint(condition=models.Q(('corrects__isnull', False)), fields=('corrects',), name='entry_corrected_once'),
        ),
        migrations.AddConstraint(
            model_name='leg',
            constraint=models.CheckConstraint(condition=models.Q(('amount', 0), _negated=True), name='leg_moves_something'),
        ),
        migrations.AddConstraint(
            model_name='leg',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='leg_is_counted_from_one'),
        ),
        migrations.CreateModel(
            name='BudgetLine',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('year', models.IntegerField()),
                ('code', models.CharField(db_collation='C', max_length=12)),
                ('fund', models.CharField(db_collation='C', max_length=40)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('adopted', 'Adopted'), ('approved', 'Approved')], default='draft', max_length=8)),
                ('amount', models.BigIntegerField()),
                ('raised', models.BigIntegerField(default=0)),
                ('held', models.BigIntegerField(default=0)),
                ('spent', models.BigIntegerField(default=0)),
            ],
            options={
                'db_table': 'ledger_budget_line',
                'constraints': [models.UniqueConstraint(fields=('union_id', 'year', 'code', 'fund'), name='budget_line_once_a_year'), models.CheckConstraint(condition=models.Q(('amount__gte', 0), ('held__gte', 0), ('raised__gte', 0)), name='budget_is_not_negative'), models.CheckConstraint(condition=models.Q(('state', 'draft'), ('spent__lte', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('amount'), '+', models.F('raised')), '-', models.F('held'))), _connector='OR'), name='budget_is_not_exceeded')],
            },
        ),
        migrations.CreateModel(
            name='BudgetChange',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('adopted', 'Adopted'), ('approved', 'Approved'), ('raised', 'Raised')], max_length=8)),
                ('amount', models.BigIntegerField()),
                ('document', models.CharField(max_length=60)),
                ('reason', models.CharField(default='', max_length=300)),
                ('user_id', models.BigIntegerField()),
                ('at', models.DateTimeField()),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='ledger.budgetline')),
            ],
            options={
                'db_table': 'ledger_budget_change',
            },
        ),
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('amount', models.BigIntegerField()),
                ('state', models.CharField(choices=[('reserved', 'Reserved'), ('committed', 'Committed'), ('spent', 'Spent'), ('released', 'Released')], default='reserved', max_length=9)),
                ('source', models.CharField(db_collation='C', max_length=40)),
                ('source_id', models.CharField(db_collation='C', max_length=60)),
                ('made_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='ledger.budgetline')),
            ],
            options={
                'db_table': 'ledger_hold',
                'indexes': [models.Index(fields=['line', 'state'], name='ledger_hold_by_line')],
                'constraints': [models.UniqueConstraint(fields=('source_id', 'source'), name='hold_once_per_source'), models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='hold_keeps_something')],
            },
        ),
        migrations.RunSQL(sql("ledger.sql") + sql("budget.sql"), sql("ledger_undo.sql")),
        *[in_scope(f"ledger_{table}") for table in TABLES],
    ]
