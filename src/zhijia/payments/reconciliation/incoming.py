"""What came in: each line of the bank once, matched to what was expected by the reference people wrote. On `bulk`."""

from collections.abc import Iterable
from datetime import datetime

from zhijia.kernel import codes, days
from zhijia.payments.banking.files import BankLine
from zhijia.payments.models import BankAccount, Receipt
from zhijia.payments.reconciliation import rules
from zhijia.vault import services as vault

PAYER = "payee"
"""The purpose of the keyed digest of an account: the same for who pays and who is paid (`services/payees.py`)."""


def match(*, account: BankAccount, lines: Iterable[BankLine], at: datetime) -> int:
    """Write down what came in, each line once; how many. What comes back of a payment of ours is none of these."""
    came = [line for line in lines if line.amount > 0 and not rules.OWN.match(line.reference)]
    Receipt.objects.using("bulk").bulk_create(
        [_receipt(account, line, at) for line in came], ignore_conflicts=True, batch_size=2000
    )
    return len(came)


def _receipt(account: BankAccount, line: BankLine, at: datetime) -> Receipt:
    number = codes.normal_account(line.account)
    return Receipt(
        bank_account=account,
        union_id=account.union_id,
        county_id=account.county_id,
        bank_number=line.bank_number,
        day=days.business_day(line.at),
        amount=line.amount,
        payer_name=line.name,
        payer_tail=number[-4:],
        payer_key=vault.digest(PAYER, number) if number else "",
        note=line.note,
        read_at=at,
    )
