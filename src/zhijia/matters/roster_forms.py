"""The forms of a roster: one line of it, a sheet, and the answer to each line."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhijia.catalogue.asking.fields import field_of
from zhijia.catalogue.matter_rules import Question
from zhijia.matters.answers import MOST_FEN, Wrong
from zhijia.matters.models import Line
from zhijia.ui.forms import OnceForm

WHO = _("The name, or the member number where several have that name.")


class LineForm(OnceForm):
    """One line. What was typed is not judged here: `mark` sets the services' sentences."""

    def __init__(self, *, roster: Question, day: date, typed: Mapping[str, Any] | None = None) -> None:
        super().__init__(initial=typed or {}, auto_id="line-%s")
        for column in roster.columns:
            field = field_of(column, day)
            if column.type == "person":
                field.help_text = str(column.hint) if column.hint else WHO
            self.fields[column.name] = field

    def full_clean(self) -> None:
        """Nothing: services judge what was typed."""
        self._errors = forms.utils.ErrorDict()
        self.cleaned_data: dict[str, Any] = {}

    def mark(self, wrong: Iterable[Wrong]) -> None:
        """Put each sentence beside its column."""
        self.full_clean()
        for mistake in wrong:
            self.add_error(mistake.name if mistake.name in self.fields else None, mistake.words)


class SheetForm(OnceForm):
    """A workbook with the lines."""

    sheet = forms.FileField(
        label=_("Excel file"),
        help_text=_("xlsx, xls or csv, with the headings of the template."),
        widget=forms.FileInput({"accept": ".xlsx,.xls,.csv"}),
    )


def shown(roster: Question, line: Line) -> dict[str, Any]:
    """What stands on a line, as it stands in the fields."""
    values: dict[str, Any] = {}
    for column in roster.columns:
        value = line.values.get(column.name)
        if column.type == "person":
            value = line.shown_name
        elif column.type == "money":
            value = None if line.asked is None else f"{Decimal(line.asked).scaleb(-2):.2f}"
        elif column.type == "yes_no" and value is not None:
            value = "yes" if value else "no"
        values[column.name] = value
    return values


def fen(text: str) -> int | None:
    """An amount an officer wrote in yuan, in fen; none for what is no amount."""
    try:
        yuan = Decimal(text.strip().replace(",", "").replace("，", "").removesuffix("元"))
    except ArithmeticError:
        return None
    if not yuan.is_finite() or not 0 <= yuan < MOST_FEN // 100 or yuan * 100 != int(yuan * 100):
        return None
    return int(yuan * 100)
