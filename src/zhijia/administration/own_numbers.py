"""A number of a definition's own, as it is typed beside the parameters that could be chosen and as it is written
(`catalogue.numbers`): a count, money in yuan, or several numbers."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Literal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import numbers

Shape = Literal["whole", "yuan", "several"]
_WANTED = {
    "whole": _("A whole number from 1 to 99,999."),
    "yuan": _("An amount in yuan from 0.01 to 9,999,999.99."),
    "several": _("Whole numbers up to 99,999 with commas between them, at most ten."),
}
_LONGEST = 80


def shape_of(refers: Iterable[str]) -> Shape:
    """What is typed where these parameters could be chosen."""
    for source in refers:
        what, _colon, more = source.partition(":")
        if what == "parameters":
            sort, units, *_rooms = more.split(":")
            return "several" if sort == "whole_list" else "yuan" if units == "fen" else "whole"
    raise LookupError("No parameters could be chosen here.")


def typed(key: Any) -> str:
    """How the number is typed that this key says itself; empty where it says none."""
    if not isinstance(key, str) or numbers.own(key) is None:
        return ""
    return key.removeprefix("=").strip("[]")


class OwnNumberField(forms.CharField):
    """One of its own, or nothing."""

    def __init__(self, *, shape: Shape, **named: Any) -> None:
        super().__init__(
            label=_("or a number of its own"),
            help_text=_WANTED[shape],
            required=False,
            max_length=_LONGEST,
            widget=forms.TextInput({"inputmode": "text" if shape == "several" else "decimal"}),
            **named,
        )
        self.shape = shape

    def to_python(self, value: Any) -> str:
        """The key that says it."""
        text = super().to_python(value)
        if not text:
            return ""
        key = _written(text, self.shape)
        if numbers.own(key) is None:
            raise ValidationError(_WANTED[self.shape])
        return key


def _written(text: str, shape: Shape) -> str:
    if shape == "several":
        return f"=[{', '.join(part.strip() for part in re.split('[,，、]', text))}]"
    plain = text.replace(",", "").replace("，", "")
    if shape == "yuan" and re.fullmatch(r"[0-9]{1,7}(\.[0-9]{1,2})?", plain, re.ASCII):
        return f"={Decimal(plain):.2f}"
    return f"={plain}"
