"""What a definition says of a field of a person: one list for import, pages, masks and corrections (S-33)."""

from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from zhijia.catalogue.kinds import Definition, Part, Words


class RosterColumn(Part):
    """How a field is found in a roster: the headers people write, and its place in the template."""

    order: int
    required: bool
    zh: tuple[Words, ...] = ()
    en: tuple[Words, ...] = ()
    example: Words


class FieldRule(Definition):
    """A field of a person: where it lies, how it is checked, masked and explained (S-12, S-33).

    `element` is its number in the data dictionary (0 where it has none). `tier` says when it is asked: the
    five of MEM-04 first, others later, some are derived and never asked. `vault` is the kind the sealed
    value lies under; a field without one is a column.
    """

    element: int = 0
    tier: Literal["first", "later", "derived"]
    type: Literal[
        "text",
        "code",
        "date",
        "yes_no",
        "number_id",
        "mobile",
        "email",
        "division",
        "employer_code",
        "account",
    ]
    code_list: str = ""
    sensitivity: Literal["N", "P", "S"]
    purpose: str
    mask: Literal["none", "name", "number", "mobile", "account", "email", "address", "year", "city"] = "none"
    vault: str = ""
    max_length: int = Field(default=0, ge=0)
    earliest: date | None = None
    roster: RosterColumn | None = None

    @property
    def sealed(self) -> bool:
        """Whether the value lies in the vault and nowhere else."""
        return bool(self.vault)

    def headers(self) -> tuple[str, ...]:
        """What people write above this field's column: its labels and their synonyms."""
        extra = (*self.roster.zh, *self.roster.en) if self.roster else ()
        return (self.label.zh, self.label.en, *extra)

    @model_validator(mode="after")
    def _a_code_has_a_list(self) -> Self:
        if (self.type == "code") != bool(self.code_list):
            raise ValueError("a field of the type code names its code_list, and no other field does")
        if self.vault and self.mask == "none":
            raise ValueError("a field in the vault names its mask")
        return self
