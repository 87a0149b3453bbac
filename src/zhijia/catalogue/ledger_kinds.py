"""What definitions say of the ledger: the chart of accounts of each regime, and the funds money is kept apart in."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import StringConstraints, model_validator

from zhijia.catalogue.kinds import Confidence, Dated, Definition, Part
from zhijia.catalogue.text import Text

Element = Literal["asset", "liability", "net_assets", "income", "expenditure"]
AccountRole = Literal[
    "cash",
    "bank",
    "due_from_upper",
    "due_from_lower",
    "other_receivable",
    "goods",
    "construction",
    "fixed_assets",
    "depreciation",
    "intangible_assets",
    "amortisation",
    "pending_disposal",
    "due_to_upper",
    "due_to_lower",
    "other_payable",
    "custody",
    "asset_fund",
    "special_fund",
    "carried_for_purpose",
    "carried_freely",
    "dues_income",
    "contribution_income",
    "upper_subsidy_income",
    "government_subsidy_income",
    "employer_subsidy_income",
    "investment_income",
    "donation_income",
    "other_income",
    "activity_expenditure",
    "worker_service_expenditure",
    "rights_expenditure",
    "union_work_expenditure",
    "administration_expenditure",
    "capital_expenditure",
    "subsidy_expenditure",
    "other_expenditure",
]
"""What an account is for, whatever its code: programs name accounts by these alone."""
MAIN = 3
"""Digits of the accounts that others are parts of."""
DEBIT_ELEMENTS = frozenset({"asset", "expenditure"})


class ChartAccount(Part):
    """One account of a chart. The first three digits name the account it belongs to. `contra` stands on the other side
    than its element (accumulated depreciation); a `guarded` one is money at hand (cash, bank) and never crosses zero;
    `carries_to` is the account an income or an expenditure is carried over to at the end of a year."""

    code: Annotated[str, StringConstraints(pattern=r"^\d{3}(\d{2})*$")]
    label: Text
    element: Element
    contra: bool = False
    guarded: bool = False
    carries_to: str = ""
    confidence: Confidence | None = None

    @property
    def part(self) -> bool:
        """Whether it is a part of another account."""
        return len(self.code) > MAIN

    @property
    def sign(self) -> Literal[1, -1]:
        """+1 where a debit makes it more, -1 where a credit does."""
        return 1 if (self.element in DEBIT_ELEMENTS) != self.contra else -1


class Elimination(Part):
    """Two accounts that say the same of two unions: what one says on the debit side of its partner, the other says on
    the credit side. Statements of several unions leave both out."""

    debit: AccountRole
    credit: AccountRole


class Chart(Dated, Definition):
    """A chart of accounts, in force from a day to a day (DUE-11 to DUE-13). `roles` says which account is for what;
    `eliminates` which accounts of partners stand for the same thing."""

    grows: ClassVar[str] = "accounts"

    accounts: tuple[ChartAccount, ...]
    roles: dict[AccountRole, str]
    eliminates: tuple[Elimination, ...] = ()

    @model_validator(mode="after")
    def _accounts_fit_together(self) -> Self:
        known = {account.code: account for account in self.accounts}
        if len(known) != len(self.accounts):
            raise ValueError("an account is there twice")
        for account in self.accounts:
            above = known.get(account.code[:MAIN])
            if above is None or above.element != account.element:
                raise ValueError(f"the account {account.code} hangs under none of its element")
            temporary = account.element in {"income", "expenditure"}
            target = known.get(account.carries_to)
            if temporary != bool(account.carries_to) or (temporary and not _is_net(target)):
                raise ValueError(
                    f"the account {account.code}: an income or an expenditure, and nothing else, is carried to"
                    " net assets"
                )
        for name, code in self.roles.items():
            if code not in known:
                raise ValueError(f"the role {name} is given to an account that is not there")
        for pair in self.eliminates:
            if pair.debit not in self.roles or pair.credit not in self.roles:
                raise ValueError("an elimination names a role no account has")
        return self

    def role(self, name: str) -> str:
        """The code of the account that is for this. Raises LookupError where the chart has none."""
        for role, code in self.roles.items():
            if role == name:
                return code
        raise LookupError(f"There is no account for {name} in the chart {self.code}.")

    def account(self, code: str) -> ChartAccount:
        """The account of that code. Raises LookupError."""
        for account in self.accounts:
            if account.code == code:
                return account
        raise LookupError(f"There is no account {code} in the chart {self.code}.")


class Fund(Definition):
    """Money that is kept apart: what is `earmarked` is never offset against another fund (HH-19, MA-10)."""

    group: Literal["own", "subsidy", "special", "donation", "mutual_aid", "custody"]
    earmarked: bool


def _is_net(account: ChartAccount | None) -> bool:
    return account is not None and account.element == "net_assets"
