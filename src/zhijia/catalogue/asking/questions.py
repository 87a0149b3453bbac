"""The parts every question has, whoever asks it: a matter's form, the columns of a list, a questionnaire."""

from typing import Self

from pydantic import model_validator

from zhijia.catalogue.kinds import Code, Part, require_labels_once
from zhijia.catalogue.sentences import Unfit
from zhijia.catalogue.text import Text

CHOSEN = frozenset({"choice", "choices"})
"""The types whose answers the question lists itself."""


class Item(Part):
    """A choice of a field that has no code list."""

    code: Code
    label: Text


class Asked(Part):
    """One thing that is asked. `type` is one of those its definition knows; `when` is a rule over the other answers:
    where it says no, it is not asked. What is `sealed` lies in the vault. `least` and `most` bound a number (money: in
    fen), or the length of a text."""

    name: Code
    label: Text
    type: str
    hint: Text | None = None
    code_list: str = ""
    choices: tuple[Item, ...] = ()
    required: bool = True
    sealed: bool = False
    when: str = ""
    least: int | None = None
    most: int | None = None

    @property
    def offered(self) -> frozenset[str]:
        """The codes it lists itself."""
        return frozenset(choice.code for choice in self.choices)

    @model_validator(mode="after")
    def _a_type_has_its_choices(self) -> Self:
        if (self.type == "code") != bool(self.code_list):
            raise Unfit("code_needs_list")
        if self.type in CHOSEN and not self.choices:
            raise Unfit("choices_missing")
        if self.choices and self.type not in CHOSEN:
            raise Unfit("choices_strange")
        require_labels_once("choices", (choice.label for choice in self.choices))
        return self
