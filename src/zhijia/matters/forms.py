"""A definition's questions as a form of ours: drawn here, read and checked by `answers`."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhijia.catalogue.asking.fields import field_of
from zhijia.catalogue.matter_rules import Material, Matter
from zhijia.matters.answers import Wrong
from zhijia.ui.forms import Form, OnceForm

OFFERED = {
    "text",
    "long_text",
    "whole",
    "money",
    "date",
    "yes_no",
    "code",
    "choice",
    "choices",
    "mobile",
    "id_number",
    "division",
    "union",
    "employer",
    "roster",
    "held",
}
"""The types of questions these pages ask; a roster on a page of its own, and what is held as it stands. A matter that
asks another kind is not asked for here."""


class AnswersForm(Form):
    """The questions of a matter that are asked just now, with what was answered, or `typed` where that could not be
    taken. What was typed is not judged here: `mark` sets sentences."""

    def __init__(
        self,
        *,
        matter: Matter,
        values: Mapping[str, Any],
        asked: Iterable[str],
        day: date,
        choices: Mapping[str, Sequence[tuple[str, str]]] | None = None,
        typed: Mapping[str, Any],
    ) -> None:
        there = {name: shown(matter, name, value) for name, value in values.items()}
        super().__init__(initial=there | dict(typed))
        chosen = set(asked)
        for question in matter.form:
            if question.name in chosen and question.is_typed:
                sealed = bool(values.get(question.name) or typed.get(question.name))
                near = (choices or {}).get(question.name, ())
                self.fields[question.name] = field_of(question, day, near, sealed=sealed)

    def full_clean(self) -> None:
        """Nothing: services judge what was typed."""
        self._errors = forms.utils.ErrorDict()
        self.cleaned_data: dict[str, Any] = {}

    def mark(self, wrong: Iterable[Wrong]) -> None:
        """Put each sentence beside its question; one whose question is not drawn goes on top."""
        self.full_clean()
        for mistake in wrong:
            self.add_error(mistake.name if mistake.name in self.fields else None, mistake.words)


class MaterialForm(Form):
    """One document or photo."""

    def __init__(self, *args: Any, material: Material, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[f"file-{material.code}"] = forms.FileField(
            label=_("Photo or PDF"),
            help_text=str(material.example),
            required=material.required,
            widget=forms.FileInput(
                attrs={"data-shrink": True, "accept": "image/*,application/pdf", "form": "hand-in"}
            ),
        )


class SubmitForm(OnceForm):
    """Hand it in, once."""


class ReasonForm(OnceForm):
    """A sentence that goes with what is done."""

    reason = forms.CharField(label=_("Why"), max_length=1000, widget=forms.Textarea({"rows": 3}))


def shown(matter: Matter, name: str, value: Any) -> Any:
    """A stored answer as it stands in a field; a sealed one is not shown again."""
    question = next((one for one in matter.form if one.name == name), None)
    if question is None or value is None or question.sealed:
        return None
    if question.type == "money":
        return f"{Decimal(value) / 100:.2f}"
    if question.type == "yes_no":
        return "yes" if value else "no"
    return value


class WhomForm(Form):
    """Which union somebody asks who is in none."""

    union = forms.ChoiceField(
        label=_("Which union do you ask"), help_text=_("The county or district where you work.")
    )

    def __init__(self, *args: Any, unions: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["union"].choices = [("", _("Choose")), *unions]  # type: ignore[attr-defined]


class BodyForm(Form):
    """What somebody asks for in the name of a union or an employer."""

    body = forms.ChoiceField()
    code = forms.ChoiceField(label=_("What you ask for"), widget=forms.RadioSelect)

    def __init__(
        self,
        *args: Any,
        whose: str | Promise,
        bodies: Iterable[tuple[str, str]],
        matters: Iterable[Matter],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].label = str(whose)
        self.fields["body"].choices = list(bodies)  # type: ignore[attr-defined]
        self.fields["code"].choices = [(one.code, one.label) for one in matters]  # type: ignore[attr-defined]
