"""The kinds of facts: what may be written down as having happened, and what it is cut by."""

from functools import cached_property
from typing import ClassVar, Literal

from zhijia.catalogue.kinds import Code, Definition, Part
from zhijia.catalogue.text import Text


class Dimension(Part):
    """What facts of a kind are cut by, with the code list its values come from where there is one."""

    code: Code
    label: Text
    code_list: str = ""


class FactKind(Definition):
    """A kind of thing that happens. `record` is the kind of record such a fact opens to, `proof` says whether
    it is counted here, counted without persons per place and hour, or declared from outside with a proof."""

    grows: ClassVar[str] = "dimensions"

    record: Code
    proof: Literal["own", "aggregated", "declared"] = "own"
    dimensions: tuple[Dimension, ...] = ()

    @cached_property
    def dimension_codes(self) -> frozenset[str]:
        """The names a fact of this kind may carry."""
        return frozenset(dimension.code for dimension in self.dimensions)
