"""Donations to unions, and what was agreed with their donors."""

import django.db.models.deletion
from django.db import migrations, models

from zhijia.kernel.policies import Policy, protect

ARMS = (
    "county_id = ANY ((SELECT ledger_counties())::int[])",
    "union_id = ANY ((SELECT ledger_unions())::int[])",
)
STAYS = """
CREATE TRIGGER dues_donation_stays BEFORE DELETE OR TRUNCATE OR UPDATE OF id, once, union_id, number, fund, purpose, donor,
  amount, made_by, made_at ON dues_donation FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER dues_donation_keeps_its_goods BEFORE UPDATE OF lot_id, received, received_on ON dues_donation FOR EACH ROW
  WHEN (OLD.lot_id IS NOT NULL) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER dues_donation_agreement_stays BEFORE DELETE OR TRUNCATE OR UPDATE OF id, donation_id, purpose, consent,
  union_id, made_by, made_at ON dues_donation_agreement FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
GOES = """
DROP TRIGGER dues_donation_agreement_stays ON dues_donation_agreement;
DROP TRIGGER dues_donation_keeps_its_goods ON dues_donation;
DROP TRIGGER dues_donation_stays ON dues_donation;
"""


class Migration(migrations.Migration):
    dependencies = [("dues", "0003_outside")]

    operations = [
        migrations.CreateModel(
            name="Donation",
            fields=[
                ("union_id", models.IntegerField()),
                ("county_id", models.IntegerField()),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("once", models.UUIDField(unique=True)),
                ("number", models.CharField(db_collation="C", max_length=16, unique=True)),
                ("fund", models.CharField(db_collation="C", max_length=40)),
                ("purpose", models.CharField(max_length=200)),
                ("donor", models.CharField(max_length=120)),
                ("amount", models.BigIntegerField()),
                ("received", models.BigIntegerField(default=0)),
                ("received_on", models.DateField(null=True)),
                ("lot_id", models.BigIntegerField(null=True)),
                ("receivable_id", models.BigIntegerField(null=True)),
                ("reference", models.CharField(db_collation="C", default="", max_length=16)),
                ("made_by", models.BigIntegerField(null=True)),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "db_table": "dues_donation",
                "indexes": [
                    models.Index(fields=["union_id", "-id"], name="dues_donation_by_union"),
                    models.Index(fields=["county_id", "-id"], name="dues_donation_by_county"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0), ("received__gte", 0)),
                        name="donation_brings_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("received", 0), ("received_on__isnull", True)),
                            models.Q(("received__gt", 0), ("received_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="donation_came_on_a_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DonationAgreement",
            fields=[
                ("union_id", models.IntegerField()),
                ("county_id", models.IntegerField()),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("purpose", models.CharField(max_length=200)),
                ("consent", models.CharField(max_length=200)),
                ("made_by", models.BigIntegerField(null=True)),
                ("made_at", models.DateTimeField()),
                (
                    "donation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreements",
                        to="dues.donation",
                    ),
                ),
            ],
            options={
                "db_table": "dues_donation_agreement",
                "indexes": [
                    models.Index(fields=["union_id"], name="dues_agreement_by_union"),
                    models.Index(fields=["county_id"], name="dues_agreement_by_county"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("purpose", ""), _negated=True), models.Q(("consent", ""), _negated=True)
                        ),
                        name="agreement_says_what",
                    ),
                ],
            },
        ),
        migrations.RunSQL(STAYS, GOES),
        protect("dues_donation", Policy("dues_donation_in_scope", arms=ARMS)),
        protect("dues_donation_agreement", Policy("dues_donation_agreement_in_scope", arms=ARMS)),
    ]
