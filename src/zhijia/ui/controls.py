"""How one field of a form is drawn: keyboard, class and screen reader attributes decided in one place."""

from django import forms
from django.forms import BoundField
from django.utils.safestring import SafeString

# What phones need to show the right keys, by the field's own class; a widget's own attributes win.
KEYBOARDS: tuple[tuple[type[forms.Field], str], ...] = (
    (forms.EmailField, "email"),
    (forms.URLField, "url"),
    (forms.DecimalField, "decimal"),
    (forms.IntegerField, "numeric"),
)


def kind(field: BoundField) -> str:
    """The layout a bound field needs: `line`, `check`, `choices`, `file` or `hidden`."""
    widget = field.field.widget
    if widget.is_hidden:
        return "hidden"
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "choices"
    if isinstance(widget, forms.FileInput):
        return "file"
    return "line"


def draw(field: BoundField) -> SafeString:
    """The control with Django's own `aria-` attributes, our class and the fitting keyboard."""
    widget = field.field.widget
    attrs: dict[str, str | bool] = {}
    if kind(field) == "line":
        shape = "select" if isinstance(widget, forms.Select) else "input"
        attrs["class"] = f"{shape} {widget.attrs.get('class', '')}".strip()
        keyboard = next((keys for cls, keys in KEYBOARDS if isinstance(field.field, cls)), "")
        if keyboard and "inputmode" not in widget.attrs:
            attrs["inputmode"] = keyboard
    return field.as_widget(attrs=attrs)
