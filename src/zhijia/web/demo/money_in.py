"""Money that came in at the officer's union: a fee of which a part goes back, a transfer that may have gone wrong, and
one that is still expected. Through the services, as its treasurer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from zhijia.accounts.models import User
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting
from zhijia.ledger.services.posting import Source
from zhijia.payments.models import BankAccount, Receipt, Receivable
from zhijia.payments.services import paying_in, refunding
from zhijia.payments.services.payees import Payee
from zhijia.payments.services.paying_in import BankLine, Payer
from zhijia.registry.models import Union
from zhijia.web.demo.logins import TREASURER, workplace
from zhijia.web.demo.words import words


def make_money_in(*, at: datetime) -> None:
    """Expect, read in, match and give back, once, in the running transaction."""
    union, told = workplace(), words("payments")["money_in"]
    with acting(
        Actor(User.objects.get(login=TREASURER).pk, "demo", "demo-payments", stepped_up=True)
    ) as actor:
        if Receipt.objects.filter(union_id=union.pk).exists():
            return
        account = BankAccount.objects.get(union_id=union.pk)
        lines = [_line(at, told[name]) for name in ("matched", "strange")]
        fee, _strange = paying_in.came_in(at=at, bank_account=account, lines=lines)
        _expect(actor, at, union, told["expected"])
        owed = _expect(actor, at, union, told["matched"])
        paying_in.match(actor=actor, at=at, receipt_id=fee.pk, receivable_id=owed.pk)
        back = told["back"]
        refunding.refund(
            actor=actor,
            at=at,
            receipt_id=fee.pk,
            amount=back["yuan"] * 100,
            payee=Payee(fee.payer_name, told["matched"]["account"], back["bank"]),
            title=back["title"],
            reason=back["reason"],
            once="demo",
        )


def _line(at: datetime, one: Mapping[str, Any]) -> BankLine:
    return BankLine(
        one["number"], days.business_day(at), one["yuan"] * 100, one["payer"], one["account"], one["note"]
    )


def _expect(actor: Actor, at: datetime, union: Union, one: Mapping[str, Any]) -> Receivable:
    return paying_in.expect(
        actor=actor,
        at=at,
        union=union,
        source=Source("demo", one["title"]),
        payer=Payer(one["payer"]),
        amount=one["yuan"] * 100,
        fund="own",
        role="other_income",
        title=one["title"],
    )
