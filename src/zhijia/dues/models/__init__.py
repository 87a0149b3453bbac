"""What employers declare and owe, what came in for which months, how it was shared among the unions; what members pay.

Amounts are whole fen, months yyyymm. What was declared, received and shared is only added; a share is taken back by a
row that says the same with the other sign (`migrations/dues.sql`, ADR 0019).
"""

from zhijia.dues.models.collected import CollectionFile, CollectionLine
from zhijia.dues.models.declared import Bill, Declaration, MonthTerms, Reminder
from zhijia.dues.models.donations import Donation, DonationAgreement
from zhijia.dues.models.given import MemberMonth, Payout, PayoutLine
from zhijia.dues.models.kept import WHY
from zhijia.dues.models.outside import Outside
from zhijia.dues.models.shared import (
    Contribution,
    Distribution,
    Route,
    Split,
    SplitVersion,
    UsedRule,
    Waiting,
)

__all__ = [
    "WHY",
    "Bill",
    "CollectionFile",
    "CollectionLine",
    "Contribution",
    "Declaration",
    "Distribution",
    "Donation",
    "DonationAgreement",
    "MemberMonth",
    "MonthTerms",
    "Outside",
    "Payout",
    "PayoutLine",
    "Reminder",
    "Route",
    "Split",
    "SplitVersion",
    "UsedRule",
    "Waiting",
]
