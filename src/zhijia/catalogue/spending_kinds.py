"""What definitions say of spending: what a union may spend on and how (DUE-15 to DUE-17), and the signs of what it
never may (DUE-18)."""

from typing import Literal, Self

from pydantic import Field, model_validator

from zhijia.catalogue.kinds import Code, Definition
from zhijia.catalogue.ledger_kinds import AccountRole

Way = Literal["goods", "goods_voucher", "service", "transfer", "cash", "shopping_card"]


class Spending(Definition):
    """Something a union spends money on, at this place in lists. `role` is the account of the chart it goes to; `ways`
    are those in which it may be given. `cap` is the parameter with the most for a member and year, `each` with the most
    for one person at once, both in fen: where no value is in force for the place, it is not allowed there. `occasions`
    is the code list of the occasions it needs; `occasion_cap` the parameter with the most for a member, year and one
    occasion, `occasion_caps` that of the occasions that have one of their own; `winners` the parameter with the largest
    part of the participants that wins; what is paid `from_dues` goes beyond them only so many times (DUE-17)."""

    order: int
    role: AccountRole
    ways: tuple[Way, ...]
    roster: bool = True
    cap: str = ""
    each: str = ""
    occasions: str = ""
    occasion_cap: str = ""
    occasion_caps: dict[Code, str] = Field(default_factory=dict)
    winners: str = ""
    from_dues: bool = False

    @model_validator(mode="after")
    def _a_cap_needs_a_roster(self) -> Self:
        if (self.cap or self.each or self.winners) and not self.roster:
            raise ValueError("a cap for a person needs a roster of who got what")
        if (self.occasion_cap or self.occasion_caps) and not (self.cap and self.occasions):
            raise ValueError("a cap for one occasion needs occasions, and a cap for the year beside it")
        if not self.ways:
            raise ValueError("it names no way in which it may be given")
        return self


class Sign(Definition):
    """Words in a voucher, or a way of giving, that raise the flag of a prohibition (DUE-18) for somebody to look at."""

    prohibition: Code
    words: tuple[str, ...] = ()
    ways: tuple[Way, ...] = ()
