"""The forms of administration."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhijia.accounts.models import User
from zhijia.administration.services import designing
from zhijia.catalogue import codes, roles
from zhijia.catalogue.text import Text
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.registry import access
from zhijia.registry.models import Union
from zhijia.ui.calendar_fields import DayField
from zhijia.ui.forms import Form, YuanField


class GrantForm(Form):
    """Who gets which role where, and until when."""

    login = forms.CharField(label=_("User name"), max_length=60)
    role = forms.ChoiceField(label=_("Role"))
    union = forms.CharField(
        label=_("Code of the union"), max_length=16, help_text=_("As on the union's page.")
    )
    until = DayField(label=_("Until"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["role"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(role.code, str(role.label)) for role in roles.all() if role.staff]

    def clean_login(self) -> User:
        user = User.objects.filter(
            login=self.cleaned_data["login"].strip(), is_active=True, staff=True
        ).first()
        if user is None:
            raise forms.ValidationError(_("There is no staff account of this name."))
        return user

    def clean_union(self) -> Union:
        union = Union.objects.filter(code=self.cleaned_data["union"].strip()).first()
        if union is None:
            raise forms.ValidationError(_("There is no union of this code."))
        return union


class TrailForm(Form):
    """What to look for on the trail."""

    action = forms.ChoiceField(label=_("What was done"), required=False)
    subject_id = forms.CharField(label=_("Number of the record"), max_length=60, required=False)
    request_id = forms.CharField(label=_("Number of the request"), max_length=40, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["action"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [("", _("All")), *codes.options("trail_actions", days.business_day(days.now()))]


class AccountForm(Form):
    """A new staff account."""

    login = forms.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9._-]{2,39}$",
        label=_("User name"),
        help_text=_("3 to 40 letters, digits, dots or dashes, for example the name in pinyin."),
        error_messages={"invalid": _("Use 3 to 40 letters, digits, dots or dashes.")},
    )


class CopyForm(Form):
    """Whether a copy is another definition, and what it is called, or the next version of the same."""

    becomes = forms.ChoiceField(
        label=_("What the copy becomes"),
        choices=[
            ("new", _("A new one, made like this one")),
            ("next", _("The next version of this one: it takes its place")),
        ],
        initial="new",
        widget=forms.RadioSelect,
    )
    name_zh = forms.CharField(
        label=_("Name in Chinese"),
        max_length=60,
        help_text=_("A new one needs a name."),
        error_messages={"required": _("Give the new one a name.")},
    )
    name_en = forms.CharField(
        label=_("Name in English"),
        max_length=120,
        required=False,
        help_text=_("Without one, English pages show the Chinese name."),
    )
    new_code = forms.RegexField(
        r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$",
        label=_("Code of the new one"),
        max_length=60,
        required=False,
        help_text=_("Small letters, digits and _. Without one, a code is made."),
        error_messages={"invalid": _("Use small letters, digits, _ and dots, beginning with a letter.")},
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("becomes") == "next":
            self.errors.pop("name_zh", None)
        return cleaned

    @property
    def name(self) -> Text | None:
        """What the new one is called; none for the next version."""
        said = self.cleaned_data
        if said["becomes"] == "next":
            return None
        return Text(en=said["name_en"] or said["name_zh"], zh=said["name_zh"])


class TextForm(Form):
    """The text of a definition."""

    text = forms.CharField(
        label=_("Text"),
        strip=False,
        required=False,
        widget=forms.Textarea({"rows": 28, "spellcheck": "false"}),
    )


class ProposeForm(Form):
    """From which day on it shall hold."""

    since = DayField(label=_("In force from"))


class BudgetForm(ProposeForm):
    """From which day on a rule shall hold, and what there is to pay for it."""

    budget = forms.DecimalField(
        label=_("Budget (yuan)"), required=False, min_value=0, max_digits=15, decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip


class GiveBackForm(Form):
    """Why a proposal goes back to who wrote it."""

    reason = forms.CharField(
        label=_("What should be changed"),
        max_length=500,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("Whoever proposed it reads this. At most 500 characters."),
    )


class AtUnionForm(Form):
    """Where a made-up applicant asks: a union at or under those where whoever tries may write definitions."""

    tried_at = forms.CharField(label=_("Code of the applicant's union"), max_length=16)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor

    def clean_tried_at(self) -> Union:
        union = Union.objects.filter(code=self.cleaned_data["tried_at"].strip()).first()
        if union is None or not access.may(self.actor, designing.MAY, union.pk):
            raise forms.ValidationError(_("There is no union with this code."))
        return union


class SeenFromForm(AtUnionForm):
    """From which union a definition is looked at."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tried_at"].label = _("Code of the union it is seen from")


class SumForm(Form):
    """A made-up sum of money."""

    sum = YuanField(
        label=_("Sum (yuan)"), min_value=0, max_digits=14, decimal_places=2,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
    )  # fmt: skip


class NumberForm(Form):
    """Another value of a number: what, where, from when, and who says so."""

    value = forms.CharField(label=_("New value"), max_length=200)
    division = forms.RegexField(
        r"^(\d{2}|\d{4}|\d{6}|\d{9}|\d{12})$",
        label=_("Code of the division"),
        required=False,
        help_text=_("Leave it empty for everywhere. A city's value goes before its province's."),
        error_messages={"invalid": _("There is no division with this code.")},
    )
    since = DayField(label=_("In force from"))
    source = forms.CharField(
        label=_("Document or decision it rests on"), max_length=200, help_text=_("As it can be looked up.")
    )
