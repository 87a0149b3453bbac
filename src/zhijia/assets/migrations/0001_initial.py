from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

from zhijia.kernel.policies import PERSON, Policy, protect

HERE = Path(__file__).parent
ARMS = (
    "county_id = ANY ((SELECT ledger_counties())::int[])",
    "union_id = ANY ((SELECT ledger_unions())::int[])",
)
OF_UNIONS = ("card", "depreciation", "lease", "rent", "count", "counted", "disposal", "lot", "issue")


def sql(name):
    return (HERE / name).read_text(encoding="utf-8")


def in_scope(table, *more):
    return protect(table, Policy(f"{table}_in_scope", arms=ARMS), *more)


class Migration(migrations.Migration):

    initial = True

    dependencies = [('ledger', '0003_spending')]

    operations = [
        migrations.CreateModel(
            name='Card',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('once', models.UUIDField(unique=True)),
                ('year', models.IntegerField()),
                ('number', models.IntegerField()),
                ('kind', models.CharField(db_collation='C', max_length=40)),
                ('name', models.CharField(max_length=100)),
                ('place', models.CharField(default='', max_length=100)),
                ('came', models.CharField(choices=[('bought', 'Bought'), ('donated', 'Donated'), ('handed_over', 'Handed Over'), ('found', 'Found')], max_length=12)),
                ('donor', models.CharField(default='', max_length=100)),
                ('purpose', models.CharField(default='', max_length=200)),
                ('fund', models.CharField(db_collation='C', max_length=40)),
                ('got_on', models.DateField()),
                ('cost', models.BigIntegerField()),
                ('months', models.IntegerField(null=True)),
                ('begins', models.IntegerField()),
                ('depreciated', models.BigIntegerField(default=0)),
                ('state', models.CharField(choices=[('in_use', 'In Use'), ('idle', 'Idle'), ('leased', 'Leased'), ('missing', 'Missing'), ('decided', 'Decided'), ('disposed', 'Disposed')], default='in_use', max_length=10)),
                ('ended_on', models.DateField(null=True)),
            ],
            options={
                'db_table': 'assets_card',
                'indexes': [models.Index(fields=['union_id', 'state', '-id'], name='assets_card_by_union')],
                'constraints': [models.UniqueConstraint(fields=('union_id', 'year', 'number'), name='card_number_once_a_year'), models.CheckConstraint(condition=models.Q(('cost__gt', 0)), name='card_is_worth_something'), models.CheckConstraint(condition=models.Q(('depreciated__gte', 0), ('depreciated__lte', models.F('cost'))), name='card_is_written_down_once'), models.CheckConstraint(condition=models.Q(('months__isnull', True), ('months__gt', 0), _connector='OR'), name='card_has_a_life'), models.CheckConstraint(condition=models.Q(models.Q(('ended_on__isnull', False), ('state', 'disposed')), models.Q(models.Q(('state', 'disposed'), _negated=True), ('ended_on__isnull', True)), _connector='OR'), name='card_ends_when_it_is_disposed_of')],
            },
        ),
        migrations.CreateModel(
            name='Count',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('year', models.IntegerField()),
                ('planned_at', models.DateTimeField()),
                ('counted_by', models.BigIntegerField(null=True)),
                ('counted_at', models.DateTimeField(null=True)),
                ('confirmed_by', models.BigIntegerField(null=True)),
                ('confirmed_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'assets_count',
                'constraints': [models.UniqueConstraint(fields=('union_id', 'year'), name='count_once_a_year'), models.CheckConstraint(condition=models.Q(('confirmed_by__isnull', True), models.Q(('confirmed_by', models.F('counted_by')), _negated=True), _connector='OR'), name='count_by_two'), models.CheckConstraint(condition=models.Q(('confirmed_by__isnull', True), ('counted_by__isnull', False), _connector='OR'), name='count_is_confirmed_once_counted')],
            },
        ),
        migrations.CreateModel(
            name='Lease',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('once', models.UUIDField(unique=True)),
                ('tenant', models.CharField(max_length=100)),
                ('since', models.DateField()),
                ('until', models.DateField()),
                ('rent', models.BigIntegerField()),
                ('due_day', models.SmallIntegerField()),
                ('ended_on', models.DateField(null=True)),
                ('card', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='leases', to='assets.card')),
            ],
            options={
                'db_table': 'assets_lease',
            },
        ),
        migrations.CreateModel(
            name='Lot',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('once', models.UUIDField(unique=True)),
                ('name', models.CharField(max_length=100)),
                ('unit', models.CharField(max_length=10)),
                ('came', models.CharField(choices=[('bought', 'Bought'), ('donated', 'Donated'), ('handed_over', 'Handed Over'), ('found', 'Found')], max_length=12)),
                ('donor', models.CharField(default='', max_length=100)),
                ('purpose', models.CharField(default='', max_length=200)),
                ('fund', models.CharField(db_collation='C', max_length=40)),
                ('got_on', models.DateField()),
                ('quantity', models.IntegerField()),
                ('cost', models.BigIntegerField()),
                ('remains', models.IntegerField()),
                ('worth', models.BigIntegerField()),
            ],
            options={
                'db_table': 'assets_lot',
                'indexes': [models.Index(fields=['union_id', '-id'], name='assets_lot_by_union')],
                'constraints': [models.CheckConstraint(condition=models.Q(('cost__gt', 0), ('quantity__gt', 0)), name='lot_is_something'), models.CheckConstraint(condition=models.Q(('remains__gte', 0), ('remains__lte', models.F('quantity'))), name='lot_never_below_nothing'), models.CheckConstraint(condition=models.Q(('worth__gte', 0), ('worth__lte', models.F('cost'))), name='lot_is_worth_what_is_left'), models.CheckConstraint(condition=models.Q(models.Q(('came', 'donated'), _negated=True), models.Q(models.Q(('donor', ''), _negated=True), models.Q(('purpose', ''), _negated=True)), _connector='OR'), name='donated_lot_keeps_its_purpose')],
            },
        ),
        migrations.CreateModel(
            name='Issue',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('once', models.UUIDField(unique=True)),
                ('source', models.CharField(db_collation='C', default='', max_length=40)),
                ('source_id', models.CharField(db_collation='C', default='', max_length=60)),
                ('purpose', models.CharField(db_collation='C', default='', max_length=60)),
                ('day', models.DateField()),
                ('what_for', models.CharField(max_length=200)),
                ('consent', models.CharField(default='', max_length=60)),
                ('category', models.CharField(db_collation='C', default='', max_length=40)),
                ('occasion', models.CharField(db_collation='C', default='', max_length=40)),
                ('to_union_id', models.IntegerField(null=True)),
                ('quantity', models.IntegerField()),
                ('worth', models.BigIntegerField(default=0)),
                ('user_id', models.BigIntegerField()),
                ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='issues', to='assets.lot')),
            ],
            options={
                'db_table': 'assets_issue',
            },
        ),
        migrations.CreateModel(
            name='Rent',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('pk', models.CompositePrimaryKey('lease_id', 'month', blank=True, editable=False, primary_key=True, serialize=False)),
                ('month', models.IntegerField()),
                ('amount', models.BigIntegerField()),
                ('received_on', models.DateField()),
                ('entry_id', models.BigIntegerField()),
                ('lease', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='rents', to='assets.lease')),
            ],
            options={
                'db_table': 'assets_rent',
            },
        ),
        migrations.CreateModel(
            name='Counted',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('there', models.BooleanField(null=True)),
                ('note', models.CharField(default='', max_length=200)),
                ('card', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assets.card')),
                ('count', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='assets.count')),
            ],
            options={
                'db_table': 'assets_counted',
                'constraints': [models.UniqueConstraint(fields=('count', 'card'), name='card_is_counted_once')],
            },
        ),
        migrations.CreateModel(
            name='Depreciation',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('pk', models.CompositePrimaryKey('card_id', 'month', blank=True, editable=False, primary_key=True, serialize=False)),
                ('month', models.IntegerField()),
                ('amount', models.BigIntegerField()),
                ('card', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='depreciations', to='assets.card')),
            ],
            options={
                'db_table': 'assets_depreciation',
                'indexes': [models.Index(fields=['union_id', 'month'], name='assets_depreciation_by_union')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='depreciation_is_something')],
            },
        ),
        migrations.CreateModel(
            name='Disposal',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('case_id', models.UUIDField(unique=True)),
                ('way', models.CharField(choices=[('sell', 'Sell'), ('write_off', 'Write Off'), ('hand_over', 'Hand Over'), ('swap', 'Swap')], max_length=10)),
                ('decided_at', models.DateTimeField()),
                ('income', models.BigIntegerField(default=0)),
                ('income_entry', models.BigIntegerField(null=True)),
                ('entry_id', models.BigIntegerField(null=True)),
                ('done_at', models.DateTimeField(null=True)),
                ('card', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='disposal', to='assets.card')),
            ],
            options={
                'db_table': 'assets_disposal',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('way__in', ['sell']), _negated=True), ('done_at__isnull', True), ('income_entry__isnull', False), _connector='OR'), name='sold_when_the_money_is_there'), models.CheckConstraint(condition=models.Q(('done_at__isnull', True), ('entry_id__isnull', False), _connector='OR'), name='disposal_stands_in_the_books')],
            },
        ),
        migrations.CreateModel(
            name='Handed',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('person_id', models.UUIDField()),
                ('quantity', models.IntegerField()),
                ('signed_at', models.DateTimeField(null=True)),
                ('issue', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='assets.issue')),
            ],
            options={
                'db_table': 'assets_handed',
                'indexes': [models.Index(fields=['issue'], name='assets_handed_by_issue'), models.Index(fields=['person_id'], name='assets_handed_by_person')],
                'constraints': [models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='handed_is_something')],
            },
        ),
        migrations.AddIndex(
            model_name='lease',
            index=models.Index(fields=['union_id', 'ended_on'], name='assets_lease_by_union'),
        ),
        migrations.AddConstraint(
            model_name='lease',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_on__isnull', True)), fields=('card',), name='lease_one_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='lease',
            constraint=models.CheckConstraint(condition=models.Q(('rent__gt', 0)), name='lease_brings_something'),
        ),
        migrations.AddConstraint(
            model_name='lease',
            constraint=models.CheckConstraint(condition=models.Q(('until__gt', models.F('since'))), name='lease_runs_forward'),
        ),
        migrations.AddConstraint(
            model_name='lease',
            constraint=models.CheckConstraint(condition=models.Q(('due_day__gte', 1), ('due_day__lte', 28)), name='lease_is_due_every_month'),
        ),
        migrations.AddConstraint(
            model_name='issue',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='issue_is_something'),
        ),
        migrations.AddIndex(
            model_name='issue',
            index=models.Index(condition=models.Q(('source', ''), _negated=True), fields=['source', 'source_id'], name='assets_issue_by_source'),
        ),
        migrations.RunSQL(sql("assets.sql"), sql("assets_undo.sql")),
        *[in_scope(f"assets_{table}") for table in OF_UNIONS],
        in_scope("assets_handed", Policy("assets_handed_of_a_person", "SELECT", arms=(PERSON,))),
    ]
