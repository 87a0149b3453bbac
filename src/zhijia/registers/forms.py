"""The forms of a list: a row, what it is filtered by, what is done with it. All are drawn from the definition."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import codes
from zhijia.catalogue.asking.answers import Wrong
from zhijia.catalogue.asking.fields import field_of
from zhijia.catalogue.register_rules import FILES, Column, Register
from zhijia.ui.calendar_fields import DayField
from zhijia.ui.forms import Form, OnceForm

Offered = Mapping[str, Sequence[tuple[str, str]]]
WHO = _("The name, or the member number where several have that name.")
POINT = _("Latitude and longitude, for example 31.8206, 117.2272.")
CHOSEN = {"choice", "code", "yes_no"}
"""The types a list is filtered by with one value chosen from a few."""
RANGED = {"date", "whole", "money"}
"""The types a list is filtered by from one value to another."""
MOST_FILTERS = 6


class Files(forms.FileInput):
    """Several files at once, photos made smaller on the phone."""

    allow_multiple_selected = True


class RowForm(OnceForm):
    """The fields of a row that somebody may write, with what stands there. What was typed is judged by the services:
    `mark` sets their sentences."""

    def __init__(
        self,
        *args: Any,
        columns: Iterable[Column],
        day: date,
        near: Offered,
        sealed: Collection[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.columns = tuple(columns)
        for column in self.columns:
            self.fields[column.name] = _field(column, day, near, sealed=column.name in sealed)

    def full_clean(self) -> None:
        """Nothing but the key against double clicks: services judge what was typed."""
        self._errors = forms.utils.ErrorDict()
        self.cleaned_data = {"once": self.fields["once"].clean(self.data.get("once"))}

    def typed(self) -> dict[str, Any]:
        """What was typed, by field; files are handed over by themselves."""
        return {
            column.name: self.data.getlist(column.name)  # type: ignore[attr-defined]
            if column.type == "choices"
            else self.data.get(column.name, "")
            for column in self.columns
            if column.type not in FILES
        }

    def mark(self, wrong: Iterable[Wrong]) -> None:
        """Put each sentence beside its field; one whose field is not drawn goes on top."""
        for mistake in wrong:
            self.add_error(mistake.name if mistake.name in self.fields else None, mistake.words)


class MoveForm(OnceForm):
    """Another state, with a reason."""

    state = forms.ChoiceField(label=_("What it becomes"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Why"), max_length=1000, required=False, widget=forms.Textarea({"rows": 2})
    )

    def __init__(self, *args: Any, states: Iterable[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = list(states)  # type: ignore[attr-defined]


class KeepForm(OnceForm):
    """What fell due was done."""

    due = forms.CharField(widget=forms.HiddenInput)
    done_on = DayField(label=_("Done on"), required=False)
    note = forms.CharField(label=_("Note"), max_length=1000, required=False)


class BatchForm(OnceForm):
    """One field, or the state, of all rows that are chosen."""

    field = forms.ChoiceField(label=_("Change"), required=False)
    value = forms.CharField(label=_("To"), required=False, max_length=200)
    state = forms.ChoiceField(label=_("State becomes"), required=False)
    reason = forms.CharField(label=_("Why"), max_length=1000, required=False)

    def __init__(self, *args: Any, definition: Register, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unchanged = ("", _("Nothing"))
        self.fields["field"].choices = [  # type: ignore[attr-defined]
            unchanged,
            *((one.name, one.label) for one in definition.fields if is_batched(one)),
        ]
        self.fields["state"].choices = [  # type: ignore[attr-defined]
            unchanged,
            *((one.code, one.label) for one in definition.stations),
        ]


class SheetForm(OnceForm):
    """A sheet with rows."""

    file = forms.FileField(
        label=_("Excel file"),
        help_text=_("xlsx, xls or csv, with the headings of the template or of your own list."),
        widget=forms.FileInput({"accept": ".xlsx,.xls,.csv"}),
    )


class FilterForm(Form):
    """What a list is filtered by: its state, and the fields its definition lets it be found by. Names are found by
    words and stand in no address."""

    state = forms.ChoiceField(label=_("State"), required=False)
    on = DayField(label=_("As it was on"), required=False)

    def __init__(self, *args: Any, columns: Sequence[Column], states: Any, day: date, near: Offered) -> None:
        super().__init__(*args)
        self.columns = tuple(one for one in columns if is_filtered(one, near))[:MOST_FILTERS]
        self.fields["state"].choices = [("", _("Any")), *states]  # type: ignore[attr-defined]
        for column in self.columns:
            for name, field in _filter_fields(column, day, near):
                self.fields[name] = field

    def filters(self) -> dict[str, Any]:
        """What the list is narrowed to: a stored value, or the lowest and highest of a range."""
        found: dict[str, Any] = {}
        for column in self.columns:
            if column.type in RANGED:
                low, high = (self._stored(column, f"{column.name}_{end}") for end in ("from", "to"))
                if low is not None or high is not None:
                    found[column.name] = (low, high)
            elif value := self.cleaned_data.get(column.name):
                found[column.name] = value == "yes" if column.type == "yes_no" else value
        return found

    def _stored(self, column: Column, name: str) -> Any:
        value = self.cleaned_data.get(name)
        if value is None:
            return None
        if column.type == "money":
            return int(value * 100)
        return value.isoformat() if column.type == "date" else value


class DueForm(Form):
    """Which of what falls due is shown: of one list, what is late or what is still to come."""

    when = forms.ChoiceField(
        label=_("When"),
        required=False,
        choices=[("", _("Any")), ("late", _("Late")), ("coming", _("Still to come"))],
    )

    def __init__(self, *args: Any, lists: Sequence[tuple[str, Any]]) -> None:
        super().__init__(*args)
        offered = [("", _("All lists")), *lists]
        self.fields["list"] = forms.ChoiceField(label=_("Which list"), required=False, choices=offered)
        self.order_fields(["list", "when"])


def is_filtered(column: Column, near: Offered) -> bool:
    """Whether the filters offer this field."""
    return column.slot is not None and (column.type in CHOSEN | RANGED or bool(near.get(column.name)))


def is_batched(column: Column) -> bool:
    """Whether a field of many rows can be set to one value."""
    return not column.sealed and not column.once and column.type in {
        "text", "date", "whole", "money", "yes_no", "choice", "code",
    }  # fmt: skip


def standing(column: Column, value: Any, names: Mapping[str, str]) -> Any:
    """A stored value as it stands in its field; a sealed one is not shown again."""
    if value is None or column.sealed or column.type in FILES:
        return None
    if column.type == "money":
        return f"{Decimal(value) / 100:.2f}"
    if column.type == "yes_no":
        return "yes" if value else "no"
    if column.type == "whole":
        return str(value)
    if column.type == "point":
        return f"{value[0]}, {value[1]}"
    if column.type == "person":
        return names.get(str(value), "")
    return value


def _field(column: Column, day: date, near: Offered, *, sealed: bool) -> forms.Field:
    if column.type in FILES:
        accept = "image/*" if column.type == "photo" else ".pdf,.docx,.xlsx,image/*"
        widget = Files({"accept": accept, **({"data-shrink": True} if column.type == "photo" else {})})
        return forms.FileField(
            label=str(column.label),
            help_text=str(column.hint or ""),
            required=column.is_needed,
            widget=widget,
        )
    if column.type == "row" and column.name in near:
        return forms.ChoiceField(
            label=str(column.label),
            help_text=str(column.hint or ""),
            required=column.is_needed,
            choices=[("", _("Choose")), *near[column.name]],
        )
    field = field_of(column, day, near.get(column.name, ()), sealed=sealed)
    field.required = column.is_needed
    if not field.help_text and column.type in _HINTS:
        field.help_text = _HINTS[column.type]
    return field


_HINTS = {"person": WHO, "point": POINT}


def _filter_fields(column: Column, day: date, near: Offered) -> Iterable[tuple[str, forms.Field]]:
    if column.type in RANGED:
        for end, words in (("from", _("%(field)s from")), ("to", _("%(field)s to"))):
            label = words % {"field": column.label}
            yield f"{column.name}_{end}", _RANGES[column.type](label)
        return
    if column.type == "yes_no":
        offered: Sequence[tuple[str, Any]] = [("yes", _("Yes")), ("no", _("No"))]
    elif column.type == "choice":
        offered = [(choice.code, choice.label) for choice in column.choices]
    elif column.type == "code":
        offered = list(codes.options(column.code_list, day))
    else:
        offered = near[column.name]
    yield (
        column.name,
        forms.ChoiceField(label=str(column.label), required=False, choices=[("", _("Any")), *offered]),
    )


_RANGES: Mapping[str, Any] = {
    "date": lambda label: DayField(label=label, required=False),
    "whole": lambda label: forms.IntegerField(label=label, required=False),
    "money": lambda label: forms.DecimalField(label=label, required=False, max_digits=15, decimal_places=2),
}
