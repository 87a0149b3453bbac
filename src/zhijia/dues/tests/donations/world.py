"""What a donation goes through: promised, come in, spent, asked for."""

from datetime import date
from uuid import uuid4

from django.db import transaction
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.dues.queries import donations as queries
from zhijia.dues.services import giving, thanking
from zhijia.dues.services.giving import Promised
from zhijia.dues.tests.world import AT
from zhijia.ledger.rules import Line
from zhijia.ledger.services import accounts, posting
from zhijia.ledger.services.posting import Source
from zhijia.payments.services import paying_in
from zhijia.payments.services.paying_in import BankLine

TODAY = date(2026, 11, 20)


def promise(
    dues, yuan=1000, fund="craftsman", once=None, who="luyang-treasurer", donor="晨光公司", purpose="工匠培养"
):
    with transaction.atomic():
        return giving.promise(
            actor=dues.world.act(who), at=AT, union=dues.world.unions["luyang"], once=once or uuid4(),
            promised=Promised(donor, yuan * 100, fund, purpose),
        )  # fmt: skip


def comes_in(dues, donation, yuan, number="B1", day=date(2026, 3, 2)):
    with transaction.atomic():
        actor = dues.world.act("luyang-treasurer")
        (receipt,) = paying_in.came_in(
            at=AT, bank_account=dues.bank, lines=[BankLine(number, day, yuan * 100, donation.donor)]
        )
        paying_in.match(actor=actor, at=AT, receipt_id=receipt.pk, receivable_id=donation.receivable_id)
    donation.refresh_from_db(using="bulk")
    return donation


def spend(dues, yuan, day, fund="craftsman", role="worker_service_expenditure"):
    with transaction.atomic():
        actor, union = dues.world.act("luyang-treasurer"), dues.world.unions["luyang"]
        spent, bank = (
            accounts.for_role(actor=actor, at=AT, union=union, role=one, fund=fund, day=day)
            for one in (role, "bank")
        )
        posting.post(
            actor=actor, at=AT, union=union, day=day, kind="voucher", source=Source("test", uuid4().hex),
            lines=[Line(spent.pk, yuan * 100), Line(bank.pk, -yuan * 100)], note="欧阳兰奖励",
        )  # fmt: skip


def browser_of(dues, who):
    client = Client()
    with transaction.atomic():
        client.force_login(User.objects.get(pk=dues.world.actors[who].user_id))
    return client


def became_of(donation, code=None):
    return queries.answer(donation.number, code or thanking.spelled(donation.number), today=TODAY)


def looked_up(dues, donation):
    page = Client().post(
        reverse("dues:donations"), {"number": donation.number, "code": thanking.code_of(donation.number)}
    )
    return page.content.decode()
