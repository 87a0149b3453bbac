"""What a definition says of an element of the data dictionary: what it is, why it is there, where it is held (S-33)."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from zhijia.catalogue.kinds import Definition, Part
from zhijia.catalogue.text import Text

OURS = 66
"""The elements of the dictionary are 1 to 66 (51 of a member, 15 of a union); a federation's own follow."""


class Column(Part):
    """One column of an element. `held_in` says where a value of ours lies: "table.column", "vault:kind" or
    "facts:kind"; none for a column that is not held. `field` is the field of a person it is asked and masked by."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
    type: Literal["text", "code", "date", "moment", "yes_no", "whole", "uuid"]
    length: int = Field(default=0, ge=0)
    code_list: str = ""
    field: str = ""
    held_in: tuple[Annotated[str, StringConstraints(pattern=r"^[a-z_]+[.:][a-z_.]+$")], ...] = ()

    @model_validator(mode="after")
    def _a_code_we_hold_has_a_list(self) -> Self:
        if self.code_list and self.type not in ("code", "whole"):
            raise ValueError("only a column of the type code or whole names a code_list")
        if self.type == "code" and self.held_in and not self.code_list:
            raise ValueError("a code that is held names its code_list")
        return self


class Element(Definition):
    """An element of the data dictionary (rulebook 2.1).

    `held` is yes, no (published as not held, with the reason) or area: it lives only in the area whose matter
    needs it, on separate consent, never on the member's row. What is held, or held in an area, has a purpose.
    `many` says that a row has several. `anhui_code` stays empty until the text of that standard is at hand (MEM-15).
    """

    number: int = Field(ge=1)
    subject: Literal["member", "union"]
    obligation: Literal["M", "C", "O"]
    sensitivity: Literal["N", "P", "S"]
    purpose: str
    issued: date
    held: Literal["yes", "no", "area"]
    why: Text | None = None
    many: bool = False
    anhui_code: str = ""
    format: Text
    columns: tuple[Column, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _what_is_held_has_a_purpose(self) -> Self:
        if not self.purpose and self.held != "no":
            raise ValueError("purpose: an element that is held says what it is used for (S-33)")
        if (self.held == "yes") == (self.why is not None):
            raise ValueError("why: an element that is not on the member's row says why, and no other does")
        if (self.held == "yes") != any(column.held_in for column in self.columns):
            raise ValueError("held_in: what is held names where, and what is not held names nothing")
        return self
