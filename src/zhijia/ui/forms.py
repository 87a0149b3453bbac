"""The base of our forms: drawn by `<c-field>`, an error summary on top, and a token against double clicks."""

import uuid
from typing import Any

from django import forms
from django.forms.renderers import DjangoTemplates
from django.template import loader


class Renderer(DjangoTemplates):
    """Django's renderer, which finds whole forms among our own templates and widgets where Django keeps them."""

    form_template_name = "ui/form.html"

    def get_template(self, template_name: str) -> Any:
        """A template of ours for `ui/…`, Django's own for every widget."""
        if template_name.startswith("ui/"):
            return loader.get_template(template_name)
        return super().get_template(template_name)


class Form(forms.Form):
    """A form as every page of ours has it; `{{ form }}` draws its fields, `<c-form>` the whole of it."""

    default_renderer = Renderer

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class OnceForm(Form):
    """A form whose effect must happen once: `cleaned_data["once"]` is the same UUID for both of two clicks.

    The view hands it to the guard as the key of the write; a page shown anew carries a new one.
    """

    once = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["once"].initial = uuid.uuid4
