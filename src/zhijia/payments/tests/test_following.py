"""What of payments goes along when a union goes over the border of its county."""

import pytest
from django.db import IntegrityError, ProgrammingError, connections, transaction

from zhijia.kernel.codes import synthetic_account
from zhijia.kernel.context import acting, whole
from zhijia.ledger.services.posting import Source
from zhijia.payments import following
from zhijia.payments.models import PayeeAccount, Payment
from zhijia.payments.services import paying
from zhijia.payments.services.payees import Payee
from zhijia.payments.tests.world import AT, build
from zhijia.registry.models import Union
from zhijia.registry.services.reorganisations.plans import Dissolve
from zhijia.registry.tests.reorganisations.plans import done
from zhijia.registry.tests.world import appoint


@pytest.fixture
def payments(committed):
    with transaction.atomic():
        made = build()
        made.member("ding", 1, synthetic_account(1))
        made.order(person="ding")
    return made


def test_of_a_member_who_stands_elsewhere_the_payers_new_county_reads_the_account_and_the_old_no_more(
    payments,
):
    at = {name: union.pk for name, union in payments.world.unions.items()}
    with whole() as cursor:
        moved = PayeeAccount.objects.using("bulk").filter(person_id__isnull=False)
        moved.update(union_id=at["mill"], county_id=at["shushan"])
        assert set(moved.get().payers) == {at["factory"], at["luyang"]}

        following.over(cursor=cursor, unions=[at["factory"]], county=at["city"])

        assert set(moved.get().payers) == {at["factory"], at["city"]}
        assert moved.get().county_id == at["shushan"]


@pytest.fixture
def ordered(committed):
    """A payment to the mill's union, and the numbers of unions."""
    with transaction.atomic():
        made = build()
        mill = made.world.unions["mill"]
        payment = paying.ordered(
            actor=made.act("chair"), at=AT, union=made.union, source=Source("grant", "1"), amount=40_000,
            payee=Payee(mill.name), fund="own", title="项目补助", partner_id=mill.pk, spent_on="subsidy_expenditure",
        )  # fmt: skip
    return made, payment.pk, {name: union.pk for name, union in made.world.unions.items()}


def followed(using, gone, taking):
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SELECT payments_follow_union(%s, %s)", [gone, taking])


def paid_union(payment_id):
    return Payment.objects.using("bulk").values_list("partner_id", flat=True).get(pk=payment_id)


def test_whoever_works_sends_no_payment_along_by_sql(ordered):
    made, payment_id, at = ordered
    with whole():
        Union.objects.using("bulk").filter(pk=at["mill"]).update(
            dissolved_on=AT.date(), successor=at["couriers"]
        )

    with (
        acting(made.world.actors["factory-treasurer"]),
        pytest.raises(ProgrammingError, match="permission denied"),
    ):
        followed("default", at["mill"], at["couriers"])

    assert paid_union(payment_id) == at["mill"]


@pytest.mark.parametrize(
    ("dissolved", "successor"), [(False, ""), (True, ""), (True, "luyang"), (False, "couriers")]
)
def test_a_payment_goes_along_only_to_the_successor_of_a_union_that_ended(ordered, dissolved, successor):
    _made, payment_id, at = ordered
    with whole():
        Union.objects.using("bulk").filter(pk=at["mill"]).update(
            dissolved_on=AT.date() if dissolved else None, successor=at.get(successor)
        )

    with pytest.raises(IntegrityError, match="was not merged"):
        followed("bulk", at["mill"], at["couriers"])

    assert paid_union(payment_id) == at["mill"]


def test_what_waits_for_a_union_that_is_dissolved_goes_nowhere_with_its_members(ordered):
    made, payment_id, at = ordered
    with transaction.atomic():
        appoint(made.world, "city", "province_officer")

    plan = Dissolve(union=at["mill"], members_to=at["couriers"], children_to=None)
    assert done(made.world, plan, day=AT.date()).state == "done"

    assert paid_union(payment_id) == at["mill"]
