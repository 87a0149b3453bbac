"""The forms of exports: what to take along, and the second person's no."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhijia.registry.services.exports import tables
from zhijia.registry.services.exports.tables import ExportTable
from zhijia.ui.forms import Form, OnceForm

FORMATS = {
    "xlsx": _("Excel workbook (xlsx)"),
    "csv": _("Text table (csv)"),
    "parquet": _("Typed table for programs (parquet)"),
    "pdf": _("Document to print (PDF)"),
}


class ExportForm(OnceForm):
    """Which columns, as what, masked or in clear and then for what. A table with a purpose of its own asks for the
    reason alone."""

    format = forms.ChoiceField(label=_("Format"), widget=forms.RadioSelect)
    columns = forms.MultipleChoiceField(label=_("Columns"), widget=forms.CheckboxSelectMultiple)
    clear = forms.BooleanField(
        label=_("Show names, numbers and addresses in clear"),
        required=False,
        help_text=_(
            "Without this everything that must be is masked. In clear, your password is asked again."
        ),
    )
    purpose = forms.ChoiceField(
        label=_("What the values in clear are for"),
        required=False,
        help_text=_(
            "Only what is held for this purpose stands in clear, of those who agreed where they are asked."
        ),
    )
    reason = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It is kept with the export. Write no names or numbers here."),
    )

    def __init__(self, *args: Any, table: ExportTable, may_clear: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.table = table
        self._choices("format", [(code, FORMATS[code]) for code in table.formats], table.formats[0])
        self._choices("columns", [(c.code, c.label) for c in table.columns()], list(table.usual))
        if table.fixed_purpose:
            for name in ("format", "columns"):
                self.fields[name].required = False
                self.fields[name].widget = self.fields[name].hidden_widget()
            self.fields["reason"].required = True
        if table.fixed_purpose or not table.people or not may_clear:
            for name in ("clear", "purpose"):
                del self.fields[name]
        else:
            named = [(purpose.code, purpose.label) for purpose in tables.purposes_of(table)]
            self._choices("purpose", [("", _("Choose")), *named], "")
        if not table.people:
            del self.fields["reason"]

    def chosen(self) -> dict[str, Any]:
        """What a wish takes from the form."""
        sent = self.cleaned_data
        return {
            "once": sent["once"],
            "format": sent.get("format") or self.table.formats[0],
            "columns": sent.get("columns") or list(self.table.usual),
            "clear": bool(sent.get("clear")),
            "purpose": sent.get("purpose", ""),
            "reason": sent.get("reason", ""),
        }

    def _choices(self, name: str, choices: list[Any], initial: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices, field.initial = choices, initial


class RefuseForm(Form):
    """Why not."""

    answer = forms.CharField(
        label=_("If you refuse: why"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
