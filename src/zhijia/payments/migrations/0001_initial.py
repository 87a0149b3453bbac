"""Payments, batches, accounts of payees, what is expected and what came in; and what they keep (`payments.sql`)."""

from pathlib import Path

import django.db.models.deletion
import uuid
import zhijia.payments.models
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models

from zhijia.kernel.policies import PERSON, Policy, protect

HERE = Path(__file__).parent
ARMS = (
    "county_id = ANY ((SELECT ledger_counties())::int[])",
    "union_id = ANY ((SELECT ledger_unions())::int[])",
)
PAYERS = "payers && (SELECT ledger_counties() || ledger_unions())"
TABLES = ("bank_account", "batch", "event", "alarm")
OWN = ("payment", "receivable", "receipt")


def sql(name):
    return (HERE / name).read_text(encoding="utf-8")


def in_scope(table):
    """Whoever keeps the books there."""
    return protect(table, Policy(f"{table}_in_scope", arms=ARMS))


def seen_by_its_person(table):
    """Whoever keeps the books there; the person it is about reads it."""
    return protect(table, Policy(f"{table}_in_scope", arms=ARMS), Policy(f"{table}_own", "SELECT", (PERSON,)))


class Migration(migrations.Migration):
    initial = True

    dependencies = [("audit", "0001_initial"), ("ledger", "0001_initial"), ("registry", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="BankAccount",
            fields=[
                ("union_id", models.IntegerField()),
                ("county_id", models.IntegerField()),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("title", models.CharField(blank=True, default="", max_length=60)),
                ("bank", models.CharField(max_length=80)),
                ("holder", models.CharField(max_length=120)),
                ("tail", models.CharField(db_collation="C", max_length=4)),
                ("channel", models.CharField(db_collation="C", max_length=40)),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "payments_bank_account",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=("union_id", "title"),
                        name="bank_account_once_a_title",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Batch",
            fields=[
                ("union_id", models.IntegerField()),
                ("county_id", models.IntegerField()),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("half", "Half"),
                            ("released", "Released"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="open",
                        max_length=9,
                    ),
                ),
                ("seal", models.CharField(db_collation="C", default="", max_length=64)),
                ("made_by", models.BigIntegerField()),
                ("made_at", models.DateTimeField()),
                ("first_by", models.BigIntegerField(null=True)),
                ("first_at", models.DateTimeField(null=True)),
                ("second_by", models.BigIntegerField(null=True)),
                ("second_at", models.DateTimeField(null=True)),
                (
                    "bank_account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="batches",
                        to="payments.bankaccount",
                    ),
                ),
            ],
            options={
                "db_table": "payments_batch",
            },
        ),
        migrations.CreateModel(
            name="Gate",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("is_open", models.BooleanField(default=True)),
                ("timeline", models.BigIntegerField(default=0)),
                ("reason", models.CharField(default="", max_length=200)),
                ("changed_at", models.DateTimeField(null=True)),
                ("changed_by", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "payments_gate",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="there_is_one_gate")
                ],
            },
        ),
        migrations.CreateModel(
            name="PayeeAccount",
            fields=[
                ("union_id", models.IntegerField(null=True)),
                ("county_id", models.IntegerField(null=True)),
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("person_id", models.UUIDField(null=True)),
                ("of_union", models.BooleanField(default=False)),
                ("holder", models.CharField(max_length=120)),
                ("bank", models.CharField(max_length=80)),
                ("tail", models.CharField(db_collation="C", max_length=4)),
                ("account_key", models.CharField(db_collation="C", max_length=32)),
                ("set_by", models.BigIntegerField(null=True)),
                ("set_at", models.DateTimeField()),
                ("usable_from", models.DateTimeField()),
                ("reason", models.CharField(default="", max_length=200)),
                ("payers", ArrayField(base_field=models.IntegerField(), default=list, size=None)),
            ],
            options={
                "db_table": "payments_payee_account",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("of_union", False), ("person_id__isnull", True), _connector="OR"),
                        name="payee_account_is_of_one",
                    )
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("of_union", True)),
                        fields=["union_id", "-set_at"],
                        name="payments_payee_of_union",
                    ),
                    models.Index(fields=["person_id", "-set_at"], name="payments_payee_by_person"),
                    models.Index(fields=["account_key"], name="payments_payee_by_account"),
                    models.Index(fields=["union_id"], name="payments_payee_by_union"),
                    models.Index(fields=["county_id"], name="payments_payee_by_county"),
                    GinIndex(fields=["payers"], name="payments_payee_by_payer"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                ("union_id", models.IntegerField()),
                ("county_id", models.IntegerField()),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "salt",
                    models.CharField(db_collation="C", default=zhijia.payments.models.new_salt, max_length=4),
                ),
                ("round", models.SmallIntegerField(default=1)),
                ("reference", models.CharField(db_collation="C", default="", max_length=24)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("ready", "Ready"),
                            ("sending", "Sending"),
                            ("paid", "Paid"),
                            ("failed", "Failed"),
                            ("returned", "Returned"),
                            ("unknown", "Unknown"),
                            ("stopped", "Stopped"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("attempt", models.IntegerField(default=0)),
                ("source", models.CharField(db_collation="C", max_length=40)),
                ("source_id", models.CharField(db_collation="C", max_length=60)),
                ("purpose", models.CharField(db_collation="C", default="", max_length=40)),
                ("instalment", models.SmallIntegerField(default=1)),
                ("title", models.CharField(max_length=120)),
                ("amount", models.BigIntegerField()),
                ("fund", models.CharField(db_collation="C", max_length=40)),
                ("code", models.CharField(db_collation="C", max_length=12)),
                ("payee_name", models.CharField(max_length=120)),
                ("partner_id", models.IntegerField(null=True)),
                ("person_id", models.UUIDField(null=True)),
                ("case_id", models.UUIDField(null=True)),
                ("hold_id", models.BigIntegerField(null=True)),
                ("snapshot", models.CharField(db_collation="C", default="", max_length=64)),
                ("ordered_by", models.BigIntegerField(null=True)),
                ("ordered_at", models.DateTimeField()),
                ("account_by", models.BigIntegerField(null=True)),
                ("first_by", models.BigIntegerField(null=True)),
                ("second_by", models.BigIntegerField(null=True)),
                ("not_before", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("asked_at", models.DateTimeField(null=True)),
                ("not_found_at", models.DateTimeField(null=True)),
                ("file_agreed_on", models.DateField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("bank_number", models.CharField(db_collation="C", default="", max_length=40)),
                ("reason", models.CharField(default="", max_length=120)),
                ("entry_id", models.BigIntegerField(null=True)),
                ("back_entry_id", models.BigIntegerField(null=True)),
                ("unposted", models.CharField(db_collation="C", default="", max_length=60)),
                (
                    "batch",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="payments.batch",
                    ),
                ),
                (
                    "payee",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="payments.payeeaccount",
                    ),
                ),
            ],
            options={
                "db_table": "payments_payment",
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("union_id", models.IntegerField()),
                ("county_id", models.IntegerField()),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("happened", models.CharField(db_collation="C", max_length=12)),
                ("attempt", models.IntegerField(default=0)),
                ("at", models.DateTimeField()),
                ("user_id", models.BigIntegerField(null=True)),
                ("bank_number", models.CharField(db_collation="C", default="", max_length=40)),
                ("reason", models.CharField(default="", max_length=300)),
                ("left_batch", models.BigIntegerField(null=True)),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="payments.payment",
                    ),
                ),
            ],
            options={
                "db_table": "payments_event",
            },
        ),
        migrations.CreateModel(
            name="Alarm",
            fields=[
                ("union_id", models.IntegerField()),
                ("county_id", models.IntegerField()),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("changed", "Changed"), ("shared", "Shared"), ("kin", "Kin"), ("died", "Died")],
                        max_length=8,
                    ),
                ),
                ("raised_at", models.DateTimeField()),
                ("answered_by", models.BigIntegerField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("answer", models.CharField(default="", max_length=300)),
                (
                    "payee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="payments.payeeaccount"
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alarms",
                        to="payments.payment",
                    ),
                ),
            ],
            options={
                "db_table": "payments_alarm",
            },
        ),
        migrations.CreateModel(
            name="Receivable",
            fields=[
                ("union_id", models.IntegerField()),
                ("county_id", models.IntegerField()),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("reference", models.CharField(db_collation="C", max_length=16)),
                ("source", models.CharField(db_collation="C", max_length=40)),
                ("source_id", models.CharField(db_collation="C", max_length=60)),
                ("purpose", models.CharField(db_collation="C", default="", max_length=40)),
                ("title", models.CharField(max_length=120)),
                ("amount", models.BigIntegerField()),
                ("fund", models.CharField(db_collation="C", max_length=40)),
                ("role", models.CharField(db_collation="C", max_length=40)),
                ("payer_name", models.CharField(max_length=120)),
                ("person_id", models.UUIDField(null=True)),
                ("payer_union_id", models.IntegerField(null=True)),
                ("employer_id", models.BigIntegerField(null=True)),
                ("due_on", models.DateField(null=True)),
                ("received", models.BigIntegerField(default=0)),
                ("given_back", models.BigIntegerField(default=0)),
                ("stays_owed", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField()),
                ("called_off_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "payments_receivable",
                "indexes": [
                    models.Index(fields=["union_id", "-id"], name="payments_expected_by_union"),
                    models.Index(fields=["county_id", "-id"], name="payments_expected_by_county"),
                    models.Index(
                        condition=models.Q(("person_id__isnull", False)),
                        fields=["person_id"],
                        name="payments_expected_by_person",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("source_id", "source", "purpose"), name="receivable_once_per_source"
                    ),
                    models.UniqueConstraint(fields=("reference",), name="receivable_reference_once"),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0), ("received__gte", 0)),
                        name="receivable_expects_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("given_back__gte", 0), ("given_back__lte", models.F("received"))),
                        name="receivable_gives_back_what_came",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                ("union_id", models.IntegerField()),
                ("county_id", models.IntegerField()),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("bank_number", models.CharField(db_collation="C", max_length=40)),
                ("day", models.DateField()),
                ("amount", models.BigIntegerField()),
                ("payer_name", models.CharField(default="", max_length=120)),
                ("payer_tail", models.CharField(db_collation="C", default="", max_length=4)),
                ("payer_key", models.CharField(db_collation="C", default="", max_length=32)),
                ("note", models.CharField(default="", max_length=200)),
                ("person_id", models.UUIDField(null=True)),
                ("entry_id", models.BigIntegerField(null=True)),
                ("refunded", models.BigIntegerField(default=0)),
                ("read_at", models.DateTimeField()),
                ("matched_at", models.DateTimeField(null=True)),
                ("matched_by", models.BigIntegerField(null=True)),
                (
                    "bank_account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receipts",
                        to="payments.bankaccount",
                    ),
                ),
                (
                    "receivable",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receipts",
                        to="payments.receivable",
                    ),
                ),
            ],
            options={
                "db_table": "payments_receipt",
            },
        ),
        migrations.AddIndex(
            model_name="batch",
            index=models.Index(fields=["union_id", "-id"], name="payments_batch_by_union"),
        ),
        migrations.AddIndex(
            model_name="batch",
            index=models.Index(fields=["county_id", "-id"], name="payments_batch_by_county"),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("second_by__isnull", True),
                    models.Q(
                        ("first_by__isnull", False),
                        models.Q(("first_by", models.F("second_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="batch_is_released_by_two",
            ),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "released"), _negated=True),
                    models.Q(("second_by__isnull", False), models.Q(("seal", ""), _negated=True)),
                    _connector="OR",
                ),
                name="batch_is_released_as_it_was_seen",
            ),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["union_id", "state", "-id"], name="payments_payment_by_union"),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["county_id", "state", "-id"], name="payments_payment_by_county"),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                condition=models.Q(("person_id__isnull", False)),
                fields=["person_id", "-id"],
                name="payments_payment_by_person",
            ),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                condition=models.Q(("case_id__isnull", False)),
                fields=["case_id"],
                name="payments_payment_by_case",
            ),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                condition=models.Q(("partner_id__isnull", False)),
                fields=["partner_id", "-id"],
                name="payments_payment_by_partner",
            ),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                condition=models.Q(("batch__isnull", False)),
                fields=["batch", "state", "id"],
                name="payments_payment_by_batch",
            ),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                condition=models.Q(("state__in", ("ready", "sending", "unknown"))),
                fields=["state", "asked_at"],
                name="payments_payment_under_way",
            ),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                condition=models.Q(("unposted", ""), _negated=True),
                fields=["id"],
                name="payments_payment_unposted",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(
                fields=("source_id", "source", "purpose", "instalment"), name="payment_once_per_source"
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(fields=("reference",), name="payment_reference_once"),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)), name="payment_pays_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ("waiting", "stopped")),
                    models.Q(
                        ("batch__isnull", False),
                        ("payee__isnull", False),
                        models.Q(("snapshot", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="payment_knows_where_it_goes",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ("waiting", "stopped")),
                    models.Q(
                        ("first_by__isnull", False),
                        ("second_by__isnull", False),
                        models.Q(("first_by", models.F("second_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="payment_is_released_by_two",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("first_by__isnull", True),
                    models.Q(
                        models.Q(
                            ("ordered_by__isnull", True),
                            models.Q(
                                models.Q(("ordered_by", models.F("first_by")), _negated=True),
                                models.Q(("ordered_by", models.F("second_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        models.Q(
                            ("account_by__isnull", True),
                            models.Q(
                                models.Q(("account_by", models.F("first_by")), _negated=True),
                                models.Q(("account_by", models.F("second_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="payment_is_released_by_others",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("entry_id__isnull", True),
                    ("state__in", ("paid", "returned", "waiting", "stopped")),
                    ("round__gt", 1),
                    _connector="OR",
                ),
                name="payment_is_posted_once_paid",
            ),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["payment", "id"], name="payments_event_by_payment"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                condition=models.Q(("left_batch__isnull", False)),
                fields=["left_batch"],
                name="payments_event_left_batch",
            ),
        ),
        migrations.AddConstraint(
            model_name="alarm",
            constraint=models.UniqueConstraint(
                fields=("payment", "payee", "kind"), name="alarm_once_per_account"
            ),
        ),
        migrations.AddConstraint(
            model_name="alarm",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("answered_at__isnull", True),
                    models.Q(("answered_by__isnull", False), models.Q(("answer", ""), _negated=True)),
                    _connector="OR",
                ),
                name="alarm_is_answered_with_a_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="receipt",
            index=models.Index(fields=["union_id", "-day", "-id"], name="payments_receipt_by_union"),
        ),
        migrations.AddIndex(
            model_name="receipt",
            index=models.Index(fields=["county_id", "-day", "-id"], name="payments_receipt_by_county"),
        ),
        migrations.AddIndex(
            model_name="receipt",
            index=models.Index(
                condition=models.Q(("person_id__isnull", False)),
                fields=["person_id"],
                name="payments_receipt_by_person",
            ),
        ),
        migrations.AddIndex(
            model_name="receipt",
            index=models.Index(
                condition=models.Q(("receivable__isnull", True)),
                fields=["union_id", "id"],
                name="payments_receipt_unmatched",
            ),
        ),
        migrations.AddConstraint(
            model_name="receipt",
            constraint=models.UniqueConstraint(
                fields=("bank_number", "bank_account"), name="receipt_once_per_bank_line"
            ),
        ),
        migrations.AddConstraint(
            model_name="receipt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount__gt", 0), ("refunded__gte", 0), ("refunded__lte", models.F("amount"))
                ),
                name="receipt_is_not_given_back_twice",
            ),
        ),
        migrations.RunSQL(sql("payments.sql"), sql("payments_undo.sql")),
        *[in_scope(f"payments_{table}") for table in TABLES],
        *[seen_by_its_person(f"payments_{table}") for table in OWN],
        # Somebody names their own account themselves; that of a union is known to whoever pays it, as on its bills, and
        # that of a member who stands elsewhere by now to the unions that pay it.
        protect(
            "payments_payee_account",
            Policy("payments_payee_account_in_scope", arms=ARMS),
            Policy("payments_payee_account_own", "SELECT", (PERSON,)),
            Policy("payments_payee_account_of_union", "SELECT", ("of_union",)),
            Policy("payments_payee_account_paid", "SELECT", (PAYERS,)),
            Policy("payments_payee_account_named", "INSERT", (PERSON,)),
        ),
    ]
