import uuid
from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

from zhijia.kernel.policies import PERSON, Policy, protect

HERE = Path(__file__).parent
ARMS = (
    "county_id = ANY ((SELECT ledger_counties())::int[])",
    "union_id = ANY ((SELECT ledger_unions())::int[])",
)
OF_UNIONS = ("voucher", "voucher_file", "flag", "kin")
OF_PEOPLE = ("voucher_line", "given", "gift")


def sql(name):
    return (HERE / name).read_text(encoding="utf-8")


def in_scope(table, *more):
    return protect(table, Policy(f"{table}_in_scope", arms=ARMS), *more)


class Migration(migrations.Migration):

    dependencies = [('ledger', '0002_transfers'), ('files', '0001_initial')]

    operations = [
        migrations.CreateModel(
            name='Voucher',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('once', models.UUIDField(unique=True)),
                ('year', models.IntegerField()),
                ('number', models.IntegerField(null=True)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('waiting', 'Waiting'), ('checked', 'Checked'), ('posted', 'Posted'), ('taken_back', 'Taken Back'), ('dropped', 'Dropped')], default='draft', max_length=10)),
                ('category', models.CharField(db_collation='C', max_length=40)),
                ('occasion', models.CharField(db_collation='C', default='', max_length=40)),
                ('day', models.DateField()),
                ('title', models.CharField(max_length=200)),
                ('way', models.CharField(db_collation='C', max_length=20)),
                ('payee', models.CharField(default='', max_length=100)),
                ('amount', models.BigIntegerField()),
                ('participants', models.IntegerField(null=True)),
                ('decided', models.CharField(default='', max_length=60)),
                ('returned', models.CharField(default='', max_length=300)),
                ('prepared_by', models.BigIntegerField()),
                ('prepared_at', models.DateTimeField()),
                ('checked_by', models.BigIntegerField(null=True)),
                ('checked_at', models.DateTimeField(null=True)),
                ('entry', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='spending_voucher', to='ledger.entry')),
                ('paid_from', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.account')),
            ],
            options={
                'db_table': 'ledger_voucher',
                'indexes': [models.Index(fields=['union_id', '-id'], name='ledger_voucher_by_union'), models.Index(fields=['union_id', 'state'], name='ledger_voucher_by_state')],
                'constraints': [
                    models.UniqueConstraint(fields=('union_id', 'year', 'number'), name='voucher_number_once_a_year'),
                    models.CheckConstraint(condition=Q(amount__gt=0), name='voucher_spends_something'),
                    models.CheckConstraint(condition=Q(checked_by__isnull=True) | ~Q(checked_by=F('prepared_by')), name='voucher_is_checked_by_another'),
                    models.CheckConstraint(condition=~Q(state__in=['checked', 'posted', 'taken_back']) | Q(checked_by__isnull=False), name='voucher_is_checked_before_it_is_posted'),
                    models.CheckConstraint(condition=Q(state__in=['posted', 'taken_back']) & Q(entry__isnull=False) & Q(number__isnull=False) | ~Q(state__in=['posted', 'taken_back']) & Q(entry__isnull=True) & Q(number__isnull=True), name='voucher_has_its_entry_once_posted'),
                ],
            },
        ),
        migrations.CreateModel(
            name='VoucherLine',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('person_id', models.UUIDField()),
                ('amount', models.BigIntegerField()),
                ('cap', models.BigIntegerField(null=True)),
                ('occasion_cap', models.BigIntegerField(null=True)),
                ('voucher', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='ledger.voucher')),
            ],
            options={
                'db_table': 'ledger_voucher_line',
                'indexes': [models.Index(fields=['voucher'], name='ledger_line_by_voucher'), models.Index(fields=['person_id'], name='ledger_line_by_person')],
                'constraints': [models.CheckConstraint(condition=Q(amount__gt=0), name='voucher_line_gives_something')],
            },
        ),
        migrations.CreateModel(
            name='VoucherFile',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('file_id', models.UUIDField(unique=True)),
                ('name', models.CharField(max_length=120)),
                ('user_id', models.BigIntegerField()),
                ('added_at', models.DateTimeField()),
                ('voucher', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='ledger.voucher')),
            ],
            options={'db_table': 'ledger_voucher_file'},
        ),
        migrations.CreateModel(
            name='Given',
            fields=[
                ('pk', models.CompositePrimaryKey('person_id', 'category', 'year', 'occasion', blank=True, editable=False, primary_key=True, serialize=False)),
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('person_id', models.UUIDField()),
                ('category', models.CharField(db_collation='C', max_length=40)),
                ('year', models.IntegerField()),
                ('occasion', models.CharField(db_collation='C', default='', max_length=40)),
                ('spent', models.BigIntegerField()),
                ('allowed', models.BigIntegerField()),
            ],
            options={
                'db_table': 'ledger_given',
                'indexes': [models.Index(fields=['union_id', 'year'], name='ledger_given_by_union')],
                'constraints': [models.CheckConstraint(condition=Q(spent__gte=0), name='given_is_not_negative'), models.CheckConstraint(condition=Q(spent__lte=F('allowed')), name='given_stays_within_the_cap')],
            },
        ),
        migrations.CreateModel(
            name='Gift',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('person_id', models.UUIDField()),
                ('category', models.CharField(db_collation='C', max_length=40)),
                ('occasion', models.CharField(db_collation='C', default='', max_length=40)),
                ('year', models.IntegerField()),
                ('day', models.DateField()),
                ('amount', models.BigIntegerField()),
                ('cap', models.BigIntegerField(null=True)),
                ('occasion_cap', models.BigIntegerField(null=True)),
                ('source', models.CharField(db_collation='C', max_length=40)),
                ('source_id', models.CharField(db_collation='C', max_length=60)),
                ('corrects', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='ledger.gift')),
            ],
            options={
                'db_table': 'ledger_gift',
                'indexes': [models.Index(fields=['person_id'], name='ledger_gift_by_person'), models.Index(fields=['union_id', 'year'], name='ledger_gift_by_union')],
                'constraints': [models.CheckConstraint(condition=Q(amount__gt=0, corrects__isnull=True) | Q(amount__lt=0, corrects__isnull=False), name='gift_is_something'), models.UniqueConstraint(fields=['corrects'], condition=Q(corrects__isnull=False), name='gift_is_counted_back_once')],
            },
        ),
        migrations.CreateModel(
            name='Flag',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('code', models.CharField(db_collation='C', default='', max_length=40)),
                ('prohibition', models.CharField(db_collation='C', default='', max_length=40)),
                ('by_fen', models.BigIntegerField(default=0)),
                ('people', models.IntegerField(default=0)),
                ('note', models.CharField(default='', max_length=300)),
                ('user_id', models.BigIntegerField(null=True)),
                ('raised_at', models.DateTimeField()),
                ('settled_at', models.DateTimeField(null=True)),
                ('settled_by', models.BigIntegerField(null=True)),
                ('settled_note', models.CharField(default='', max_length=300)),
                ('voucher', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='flags', to='ledger.voucher')),
            ],
            options={
                'db_table': 'ledger_flag',
                'indexes': [models.Index(fields=['union_id', '-id'], name='ledger_flag_by_union')],
                'constraints': [
                    models.CheckConstraint(condition=~Q(code='') | ~Q(prohibition=''), name='flag_says_what_it_is_about'),
                    models.UniqueConstraint(condition=Q(user_id__isnull=True, settled_at__isnull=True), fields=('voucher', 'code', 'prohibition'), name='flag_of_a_rule_stands_once'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Kin',
            fields=[
                ('union_id', models.IntegerField()),
                ('county_id', models.IntegerField()),
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('person_id', models.UUIDField()),
                ('relation', models.CharField(db_collation='C', max_length=20)),
                ('name', models.CharField(max_length=100)),
                ('works_for', models.CharField(default='', max_length=100)),
                ('declared_on', models.DateField()),
                ('declared_by', models.BigIntegerField()),
                ('ended_on', models.DateField(null=True)),
            ],
            options={
                'db_table': 'ledger_kin',
                'constraints': [models.UniqueConstraint(condition=Q(ended_on__isnull=True), fields=('union_id', 'person_id', 'name', 'works_for'), name='kin_declared_once')],
            },
        ),
        migrations.RunSQL(sql("spending.sql"), sql("spending_undo.sql")),
        *[in_scope(f"ledger_{table}") for table in OF_UNIONS],
        *[
            in_scope(f"ledger_{table}", Policy(f"ledger_{table}_of_a_person", "SELECT", arms=(PERSON,)))
            for table in OF_PEOPLE
        ],
    ]
