"""What definitions say of the ledger: the chart of accounts of each regime, and the funds money is kept apart in."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import StringConstraints, model_validator

from zhijia.catalogue.kinds import Confidence, Dated, Definition, Part
from zhijia.catalogue.text import Text

Element = Literal["asset", "liability", "net_assets", "income", "expenditure"]
MAIN = 3
"""Digits of the accounts that others are parts of."""
DEBIT_ELEMENTS = frozenset({"asset", "expenditure"})


class ChartAccount(Part):
    """One account of a chart. The first three digits name the account it belongs to. `contra` stands on the other side
    than its element (accumulated depreciation); a `guarded` one never crosses zero (money at the bank);
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


class Chart(Dated, Definition):
    """A chart of accounts, in force from a day to a day (DUE-11 to DUE-13)."""

    grows: ClassVar[str] = "accounts"

    accounts: tuple[ChartAccount, ...]

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
        return self

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
