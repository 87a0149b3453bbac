"""What of payments goes along when a union goes over the border of its county."""

import pytest
from django.db import transaction

from zhijia.kernel.codes import synthetic_account
from zhijia.kernel.context import whole
from zhijia.payments import following
from zhijia.payments.models import PayeeAccount
from zhijia.payments.tests.world import build


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
