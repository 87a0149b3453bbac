"""What a definition says of a rule of data quality: what must not be, how much it weighs, how it is mended."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from zhijia.catalogue.kinds import Definition, Words
from zhijia.catalogue.text import Text

Remedy = Literal["ask", "set", "from_number", "accept", "match"]


class QualityRule(Definition):
    """One rule of data quality, looked for in every person or union.

    `label` names what is wrong in a few words, `sentence` says it to an officer with what to do, `question` to the
    member (where `ask` is a remedy). `group` says which promise is broken: an element is filled, valid, fresh, or
    agrees with the others. `weight` counts in the figure of quality; 0 counts nothing. `check` is the name of a check
    the registry has, `parameters` the numbers it takes, by name. Remedies: ask the member, set `field` for many,
    take it from the identity number, accept it as right with a reason, match with the authority.
    """

    subject: Literal["person", "union"]
    group: Literal["filled", "valid", "fresh", "agrees"]
    severity: Literal["high", "medium", "low"]
    weight: int = Field(ge=0, le=10)
    element: int = Field(ge=1)
    sentence: Text
    question: Text | None = None
    check: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]*$")]
    parameters: dict[str, Words] = {}
    remedies: tuple[Remedy, ...] = ()
    field: str = ""

    @model_validator(mode="after")
    def _remedies_fit(self) -> Self:
        if ("ask" in self.remedies) != (self.question is not None):
            raise ValueError("a rule that asks the member has a question, and no other rule does")
        if ("set" in self.remedies) != bool(self.field):
            raise ValueError("a rule that sets a field names it, and no other rule does")
        if self.subject == "union" and (self.weight or set(self.remedies) - {"accept"}):
            raise ValueError("a rule about a union weighs nothing and is mended or accepted by hand")
        return self
