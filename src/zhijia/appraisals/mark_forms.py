"""What is typed as a mark: of one item, or of a whole sheet."""

from collections.abc import Container, Iterable
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from zhijia.appraisals.rules import scoring
from zhijia.appraisals.services import marking
from zhijia.catalogue.appraisal_rules import Appraisal, Criterion
from zhijia.kernel.errors import Refusal
from zhijia.ui.forms import Form

SHORT = forms.Textarea(attrs={"rows": 3})


class Wanted(forms.Field):
    """Not called optional, but an item is saved without it: it is asked for only before handing in."""

    def validate(self, value: Any) -> None:
        """Nothing typed is well now."""


class WantedWords(Wanted, forms.CharField):
    """Words that are needed before handing in."""


class WantedFile(Wanted, forms.FileField):
    """A photo or file that is needed before handing in."""


class MarkForm(Form):
    """One item: what it is given, in words, with a photo or file; `wanted` are the fields without which it cannot be
    handed in."""

    words = WantedWords(label=_("In words"), max_length=1000, required=False, widget=SHORT)
    page = WantedFile(
        label=_("Photo or file"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "image/*,application/pdf", "data-shrink": ""}),
    )

    def __init__(
        self, *args: Any, item: Criterion, wanted: Container[str] = frozenset(), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name in ("words", "page"):
            self.fields[name].required = name in wanted
            if name in wanted:
                self.fields[name].help_text = _("Needed before you hand in, where you claim points.")
        self.item = item
        typed = item.sort in {"points", "deduct"}
        self.fields["said"] = said_field(item, required=not (typed and item.may_lack))
        if typed and item.may_lack:
            self.fields["lacks"] = forms.BooleanField(label=_("does not apply here"), required=False)
        self.order_fields(["said", "lacks", "words", "page"])

    def clean(self) -> dict[str, Any]:
        """What was said is a mark of the item; where it is none, that stands beside it."""
        if "said" in self.cleaned_data and not self.cleaned_data.get("lacks"):
            try:
                self.cleaned_data["said"] = a_mark(self.item, self.cleaned_data["said"])
            except forms.ValidationError as wrong:
                self.add_error("said", wrong)
        return self.cleaned_data

    @property
    def asked(self) -> list[forms.BoundField]:
        """What stands open: the mark, and what is needed or was typed besides."""
        folded = {field.name for field in self.folded}
        return [field for field in self if field.name not in folded]

    @cached_property
    def folded(self) -> list[forms.BoundField]:
        """Words and photo, where nobody needs them and none are there."""
        besides = [self["words"], self["page"]]
        wanted = any(field.field.required or field.value() or field.errors for field in besides)
        return [] if wanted else besides

    @property
    def said(self) -> str:
        """What was said of the item."""
        return scoring.LACKS if self.cleaned_data.get("lacks") else str(self.cleaned_data["said"])


def a_mark(item: Criterion, said: str) -> str:
    """What was typed, as it is kept. Raises ValidationError with the sentence why it is no mark of the item."""
    try:
        marking.read(item, said)
    except Refusal as refusal:
        raise forms.ValidationError(str(refusal), refusal.code) from None
    return marking.typed(said)


class SheetForm(Form):
    """Every item of a scheme on one sheet, as it is scored; services judge what was said: `mark` sets their
    sentences."""

    def __init__(self, *args: Any, scheme: Appraisal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._items = scheme.items
        for code, item in scheme.items.items():
            field = said_field(item, required=not (item.sort in {"points", "deduct"} and item.may_lack))
            field.label = str(item.label)
            self.fields[code] = field

    def full_clean(self) -> None:
        """Services judge what was said."""
        self._errors = forms.utils.ErrorDict()
        self.cleaned_data = {}

    def said(self) -> dict[str, str]:
        """What was said of each item; nothing of one that may lack is that it does not apply."""
        typed = {code: self.data.get(code, "") for code in self._items}
        return {
            code: text or (scoring.LACKS if self._items[code].may_lack else "")
            for code, text in typed.items()
        }

    def mark(self, wrong: Iterable[tuple[str, Any]]) -> None:
        """Put each sentence beside its item."""
        for code, words in wrong:
            self.add_error(code, words)


def said_field(item: Criterion, *, required: bool = True) -> forms.Field:
    """How a mark of this item is typed."""
    lacks = [(scoring.LACKS, _("does not apply here"))] if item.may_lack else []
    if item.sort == "steps":
        worth = _("%(step)s · %(points)d points")
        steps = [(step.code, worth % {"step": step.label, "points": step.points}) for step in item.steps]
        return _choice(_("Step"), [*steps, *lacks], required)
    if item.sort == "yes_no":
        return _choice(_("Yes or no"), [(scoring.YES, _("yes")), (scoring.NO, _("no")), *lacks], required)
    label = _("How often") if item.sort == "deduct" else _("Points")
    mode = "numeric" if item.sort == "deduct" else "decimal"
    hint = _("Each takes %(each)d of %(points)d points.") if item.sort == "deduct" else _("0 to %(points)d")
    words = hint % {"each": item.each, "points": item.points}
    widget = forms.TextInput(attrs={"inputmode": mode, "autocomplete": "off"})
    return forms.CharField(label=label, max_length=10, required=required, help_text=words, widget=widget)


def _choice(label: Any, choices: list[Any], required: bool) -> forms.ChoiceField:
    offered = choices if required else [("", _("The mark stands")), *choices]
    return forms.ChoiceField(label=label, choices=offered, required=required, widget=forms.RadioSelect)
