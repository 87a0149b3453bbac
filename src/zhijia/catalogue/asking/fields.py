"""The field of a form in which a question is answered; what is typed there `answers` reads."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import codes
from zhijia.catalogue.asking.answers import LONGEST
from zhijia.catalogue.asking.questions import Asked

FEW = 7
_KEPT = _("Written down already. Type here only to change it.")
_TYPED: dict[str, dict[str, str]] = {
    "whole": {"inputmode": "numeric"},
    "money": {"inputmode": "decimal"},
    "mobile": {"inputmode": "tel", "autocomplete": "tel"},
    "id_number": {"autocomplete": "off"},
    "text": {"autocomplete": "off"},
}


def field_of(
    question: Asked, day: date, near: Sequence[tuple[str, str]] = (), *, sealed: bool = False
) -> forms.Field:
    """The field in which a question is answered."""
    named: dict[str, Any] = {
        "label": question.label,
        "help_text": _KEPT if sealed and question.sealed else question.hint or "",
        "required": question.required,
    }
    if question.type == "yes_no":
        return forms.ChoiceField(
            choices=[("yes", _("Yes")), ("no", _("No"))], widget=forms.RadioSelect, **named
        )
    if question.type == "choices":
        offered = [(choice.code, str(choice.label)) for choice in question.choices]
        return forms.MultipleChoiceField(choices=offered, widget=forms.CheckboxSelectMultiple, **named)
    if question.type in {"division", "union", "employer"}:
        return forms.ChoiceField(choices=[("", _("Choose")), *near], **named)
    if question.type in {"choice", "code"}:
        offered = [(choice.code, str(choice.label)) for choice in question.choices] or list(
            codes.options(question.code_list, day)
        )
        if len(offered) <= FEW:
            return forms.ChoiceField(choices=offered, widget=forms.RadioSelect, **named)
        return forms.ChoiceField(choices=[("", _("Choose")), *offered], **named)
    if question.type == "date":
        return forms.CharField(widget=forms.DateInput({"type": "date"}), **named)
    if question.type == "long_text":
        most = question.most or LONGEST["long_text"]
        return forms.CharField(widget=forms.Textarea({"rows": 5, "maxlength": most}), **named)
    return forms.CharField(widget=forms.TextInput(_TYPED.get(question.type, {})), **named)
