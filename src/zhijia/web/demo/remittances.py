"""What the first county of the demo owes other unions of the contributions it shared: most of them have said where
their money is to go, the province's share is ordered, the others wait. Through the services, as the people at work
there."""

from datetime import datetime

from zhijia.accounts.models import User
from zhijia.dues.models import Outside
from zhijia.dues.services import remitting
from zhijia.kernel.actors import Actor
from zhijia.kernel.codes import synthetic_account
from zhijia.kernel.context import acting
from zhijia.payments.models import BankAccount
from zhijia.payments.services import bank_accounts
from zhijia.registry import tree
from zhijia.registry.models import Union
from zhijia.web.demo.logins import COUNTY_FINANCE, FINANCE, counties
from zhijia.web.demo.words import words


def make_remittances(*, at: datetime) -> None:
    """Open the accounts and order the province's share, once. Behind `make_dues`; each step commits by itself."""
    county = counties()[0]
    owed = Outside.objects.using("bulk").filter(union_id=county.pk, partner_id__isnull=False)
    if not owed.exists() or owed.filter(payment_id__isnull=False).exists():
        return
    told = words("remittances")
    below = {one.partner_id or 0 for one in owed.filter(beneficiary=Outside.BELOW)}
    with acting(_actor(FINANCE)) as actor:
        *above, _county = tree.path(county)
        for place, union in enumerate(above):
            _open(actor, at, union, told["bank"], told["first_account"] + place)
    with acting(_actor(COUNTY_FINANCE)) as actor:
        kept = [county, *Union.objects.filter(pk__in=sorted(below)[: told["below"]])]
        for place, union in enumerate(kept, start=len(above)):
            _open(actor, at, union, told["bank"], told["first_account"] + place)
        top = above[0]
        due, _more = remitting.due(county, way=Outside.ABOVE, rows=len(above))
        for one in due:
            if one.partner.pk == top.pk and one.fen > 0:
                remitting.remit(
                    actor=actor, at=at, union=county, partner_id=top.pk, way=one.way, expected=one.fen
                )


def _open(actor: Actor, at: datetime, union: Union, bank: str, number: int) -> None:
    if not BankAccount.objects.using("bulk").filter(union_id=union.pk).exists():
        bank_accounts.open_one(
            actor=actor, at=at, union=union, bank=bank, holder=union.name, number=synthetic_account(number),
            channel="csv",
        )  # fmt: skip


def _actor(login: str) -> Actor:
    return Actor(User.objects.get(login=login).pk, "demo", "demo-remittances")
