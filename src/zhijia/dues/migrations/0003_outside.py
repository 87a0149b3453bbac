"""What runs of sharing leave owed to others."""

import django.db.models.deletion
from django.db import migrations, models

from zhijia.kernel.policies import Policy, protect

ARMS = (
    "county_id = ANY ((SELECT ledger_counties())::int[])",
    "union_id = ANY ((SELECT ledger_unions())::int[])",
)
STAYS = """
CREATE TRIGGER dues_outside_stays BEFORE DELETE OR TRUNCATE OR UPDATE OF id, union_id, distribution_id, beneficiary,
  partner_id, amount
  ON dues_outside FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE FUNCTION dues_outside_paid_once() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF EXISTS (SELECT FROM public.payments_payment p WHERE p.id = OLD.payment_id AND p.state <> 'stopped') THEN
    RAISE EXCEPTION 'a payment settles this already'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'outside_is_settled_once', TABLE = 'dues_outside';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER dues_outside_is_settled_once BEFORE UPDATE OF payment_id ON dues_outside FOR EACH ROW
  WHEN (OLD.payment_id IS DISTINCT FROM NEW.payment_id) EXECUTE FUNCTION dues_outside_paid_once();
"""
GOES = """
DROP TRIGGER dues_outside_is_settled_once ON dues_outside;
DROP FUNCTION dues_outside_paid_once();
DROP TRIGGER dues_outside_stays ON dues_outside;
"""


class Migration(migrations.Migration):
    dependencies = [("dues", "0002_employers"), ("payments", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Outside",
            fields=[
                ("union_id", models.IntegerField()),
                ("county_id", models.IntegerField()),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("beneficiary", models.CharField(db_collation="C", max_length=20)),
                ("partner_id", models.IntegerField(null=True)),
                ("amount", models.BigIntegerField()),
                ("payment_id", models.BigIntegerField(null=True)),
                (
                    "distribution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="outside",
                        to="dues.distribution",
                    ),
                ),
            ],
            options={
                "db_table": "dues_outside",
                "indexes": [
                    models.Index(
                        fields=["union_id", "beneficiary", "partner_id", "-id"], name="dues_outside_by_union"
                    ),
                    models.Index(fields=["county_id"], name="dues_outside_by_county"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("distribution", "beneficiary", "partner_id"),
                        name="outside_once_a_run",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("beneficiary__in", ("above", "below")), ("partner_id__isnull", False)),
                            models.Q(
                                models.Q(("beneficiary__in", ("above", "below")), _negated=True),
                                ("partner_id__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="outside_says_which_union",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount", 0), _negated=True), name="outside_is_owed_something"
                    ),
                ],
            },
        ),
        migrations.RunSQL(STAYS, GOES),
        protect("dues_outside", Policy("dues_outside_in_scope", arms=ARMS)),
    ]
