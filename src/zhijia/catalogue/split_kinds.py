"""What definitions say of sharing contributions: who gets which part, where, from when, and of which employers (DUE-06,
DUE-07)."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from zhijia.catalogue.kinds import Dated, Definition, Division, Part, Words
from zhijia.catalogue.sentences import Unfit

PLACES = 4
"""Decimal places of a share."""
Share = Annotated[Decimal, Field(ge=0, le=1, max_digits=7, decimal_places=PLACES)]


class Shares(Part):
    """Which part each of the ten gets, in the order in which a fen left over is given: unions of the payer's way up,
    and what is kept for those who collect. They add up to one."""

    grassroots: Share = Decimal(0)
    sector: Share = Decimal(0)
    territorial: Share = Decimal(0)
    county: Share = Decimal(0)
    city: Share = Decimal(0)
    province: Share = Decimal(0)
    national: Share = Decimal(0)
    inspection_bureau: Share = Decimal(0)
    tax_bureau: Share = Decimal(0)
    tax_office: Share = Decimal(0)

    @model_validator(mode="after")
    def _add_up_to_one(self) -> Self:
        if sum(self.in_order) != 1:
            raise Unfit("shares_not_one", sum=sum(self.in_order))
        return self

    @property
    def in_order(self) -> tuple[Decimal, ...]:
        """The ten shares, in the order of BENEFICIARIES."""
        return tuple(getattr(self, name) for name in BENEFICIARIES)


BENEFICIARIES = tuple(Shares.model_fields)
HANDLING = BENEFICIARIES[7:]
"""Those who are no union: what collecting costs."""


class SplitRule(Dated, Definition):
    """How contributions are shared where no rule before it holds: rules are asked by `order`, then by code. It holds
    for contributions paid while it is in force, of employers in `division` for whom `condition` (a rule about the
    `subject`) says yes; without one, of all."""

    order: int = Field(ge=0)
    division: Division = ""
    subject: Literal["employer", "union"] = "employer"
    condition: Words | None = None
    shares: Shares

    @property
    def everywhere(self) -> bool:
        """Whether it holds for everybody in its place."""
        return self.condition is None
