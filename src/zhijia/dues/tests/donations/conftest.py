"""A union with a bank account that takes donations."""

import pytest
from django.db import transaction

from zhijia.dues.tests.world import AT, build
from zhijia.kernel.codes import synthetic_account
from zhijia.payments.services import bank_accounts


@pytest.fixture
def dues(committed):
    with transaction.atomic():
        made = build()
        made.bank = bank_accounts.open_one(
            actor=made.world.act("luyang-treasurer"), at=AT, union=made.world.unions["luyang"], bank="晨光银行",
            holder="庐阳区总工会", number=synthetic_account(5), channel="csv",
        )  # fmt: skip
    return made
