"""What a definition of a list says besides its fields: how far a row is, what falls due, what is counted, what has to
hold."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from zhijia.catalogue.kinds import Code, Part, Words
from zhijia.catalogue.text import Text

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]


class State(Part):
    """How far a row is. A row begins in the first; it comes here `from` those named (any other, where none is) by
    whoever holds the permission `by` at its keeper (that of the list, where none is). One that `ends` the row is its
    last; `reason` asks why."""

    code: Name
    label: Text
    before: tuple[Name, ...] = Field(default=(), alias="from")
    by: str = ""
    ends: bool = False
    reason: bool = False


class Due(Part):
    """What falls due of a row, counted `from` a field of the type date, `added` (the day it was added) or a state (the
    day it came there): on that day itself, or `every` so many months (a parameter) after it and after each time it was
    kept. Its owner is alarmed so many days before as the parameter `alarm` lists (0 is the day itself): whoever keeps
    the row, or the person it is about besides. What was not kept on its day is missed, and with `then` the row goes to
    that state. Nothing falls due of a row that has ended, or while it is in none of the states `while`."""

    code: Name
    label: Text
    since: Name = Field(alias="from")
    every: str = ""
    alarm: Words
    owner: Literal["keeper", "person"] = "keeper"
    then: str = ""
    within: tuple[Name, ...] = Field(default=(), alias="while")


class Yield(Part):
    """A fact that a row is told by: when it is added, comes into `state`, ends, or a due is kept. `quantity` and
    `amount` name fields; `dimensions` fields by what the kind calls them, or `list`, the list's own code."""

    kind: Code
    at: Literal["added", "state", "ended", "kept"] = "added"
    state: str = ""
    due: str = ""
    quantity: str = ""
    amount: str = ""
    dimensions: dict[str, str] = {}


class Check(Part):
    """What has to hold of a row, as a rule over `values`; where it says no, the row is refused with these words."""

    rule: Words
    words: Text
