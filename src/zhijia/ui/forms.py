"""The base of our forms: drawn by `<c-field>`, an error summary on top, a token against double clicks; nothing that
nobody sees comes in, and what is wrong is said in sentences of ours."""

import re
import unicodedata
import uuid
from copy import copy
from typing import Any, ClassVar

from django import forms
from django.forms.renderers import DjangoTemplates
from django.template import loader
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from zhijia.kernel import names

ASK = {
    forms.BooleanField: _("Please tick this to go on."),
    forms.ChoiceField: _("Please choose one."),
    forms.FileField: _("Please add a file."),
}
FILL_IN = _("Please fill this in.")
WHOLE = _("Write a whole number in digits.")
NUMBER = _("Write a number in digits.")
LIMITS = {"min_value": _("At least %(limit_value)s."), "max_value": _("At most %(limit_value)s.")}
SIZES = {
    "max_length": _("Write at most %(limit_value)d characters; these are %(show_value)d."),
    "min_length": _("Write at least %(limit_value)d characters; these are %(show_value)d."),
}
DIGITS = {
    "max_digits": _("Write at most %(max)d digits in all."),
    "max_whole_digits": _("Write at most %(max)d digits before the point."),
    "max_decimal_places": _("Write at most %(max)d digits after the point."),
}
THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+(\.\d*)?")


class Renderer(DjangoTemplates):
    """Django's renderer; whole forms come from our own templates, widgets from where Django keeps them."""

    form_template_name = "ui/form.html"

    def get_template(self, template_name: str) -> Any:
        """A template of ours for `ui/…`, Django's own for every widget."""
        if template_name.startswith("ui/"):
            return loader.get_template(template_name)
        return super().get_template(template_name)


class Form(forms.Form):
    """A form as every page of ours has it; `{{ form }}` draws its fields, `<c-form>` the whole of it."""

    default_renderer = Renderer()  # one for all: each has its own store of compiled templates

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self._speak_plainly()
        if self.is_bound:
            self.data = self._as_seen()

    def full_clean(self) -> None:
        """As Django does it; fields that were added to this form alone speak plainly, too."""
        self._speak_plainly()
        super().full_clean()

    def _speak_plainly(self) -> None:
        """Give each field that has sentences of Django's own others that say what to do."""
        for field in self.fields.values():
            said = field.error_messages
            if said.get("required") == forms.Field.default_error_messages["required"]:
                said["required"] = next(
                    (text for cls, text in ASK.items() if isinstance(field, cls)), FILL_IN
                )
            if isinstance(field, forms.IntegerField):  # Django's decimals are of its kind
                of_parts = isinstance(field, forms.DecimalField)
                stock = (forms.DecimalField if of_parts else forms.IntegerField).default_error_messages
                if said["invalid"] == stock["invalid"]:
                    said["invalid"] = NUMBER if of_parts else WHOLE
                field.error_messages = {**LIMITS, **(DIGITS if of_parts else {}), **said}
            if isinstance(field, forms.CharField):
                field.error_messages = {**SIZES, **said}

    def _as_seen(self) -> Any:
        """What was sent, without what nobody sees; passwords as they are."""
        fields = self.fields.items()
        secret = {
            self.add_prefix(name) for name, field in fields if isinstance(field.widget, forms.PasswordInput)
        }
        sent: Any = copy(self.data)
        for name in self.data.keys() - secret:
            if isinstance(sent, MultiValueDict):
                sent.setlist(name, [_legible(one) for one in sent.getlist(name)])
            else:
                sent[name] = _legible(sent[name])
        return sent


def _legible(sent: Any) -> Any:
    return names.legible(sent) if isinstance(sent, str) else sent


class YuanField(forms.DecimalField):
    """An amount in yuan as people write it: with commas between thousands, with wide digits."""

    default_error_messages: ClassVar = {
        "invalid": _("Write the amount in yuan, for example 1200 or 1200.50.")
    }

    def to_python(self, value: Any) -> Any:
        """The number. A comma that parts no thousands is a mistake."""
        if isinstance(value, str):
            value = unicodedata.normalize("NFKC", value).strip()
            if THOUSANDS.fullmatch(value):
                value = value.replace(",", "")
        return super().to_python(value)


class OnceField(forms.Field):
    """A key that the browser only carries: a missing or damaged one counts as new, never as a mistake."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False, initial=uuid.uuid4)

    def to_python(self, value: Any) -> uuid.UUID:
        """The key as sent, or a fresh one."""
        try:
            return value if isinstance(value, uuid.UUID) else uuid.UUID(value)
        except (TypeError, ValueError, AttributeError):
            return uuid.uuid4()


class OnceForm(Form):
    """A form whose effect must happen once: `cleaned_data["once"]` is the same UUID for both of two clicks.

    The view hands it to the guard as the key of the write; a page shown anew carries a new one.
    """

    once = OnceField()
