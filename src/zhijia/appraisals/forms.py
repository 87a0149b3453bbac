"""What is typed about appraisals."""

from collections.abc import Container, Iterable
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from zhijia.appraisals.queries.entering import Offer
from zhijia.appraisals.queries.sheets import Sheet
from zhijia.appraisals.rules import scoring
from zhijia.appraisals.rules.periods import Period
from zhijia.appraisals.services import marking
from zhijia.appraisals.services.opening import Task
from zhijia.catalogue.appraisal_rules import Appraisal, Criterion, Marked
from zhijia.kernel.errors import Refusal
from zhijia.ledger.forms import day_field
from zhijia.ui.forms import Form, OnceForm

SHORT = forms.Textarea(attrs={"rows": 3})
BEGINS = {
    "self": _("Unions enter themselves"),
    "above": _("We call those who take part"),
    "all": _("Everybody under our union"),
    "holders": _("Those who hold the title: a re-check"),
}
"""How entries begin, as whoever opens a run reads it."""


class RunForm(OnceForm):
    """An appraisal over which days, and who takes part: days and title as its definition proposes them."""

    code = forms.CharField(widget=forms.HiddenInput)
    title = forms.CharField(label=_("Title"), max_length=120)
    since = day_field(_("First day appraised"))
    until = day_field(_("Last day appraised"))
    begins = forms.ChoiceField(label=_("Who takes part"))
    self_until = day_field(_("Self-score until"), required=False)

    def __init__(self, *args: Any, scheme: Appraisal, proposed: Period, **kwargs: Any) -> None:
        since, until = proposed
        words = (
            _("%(year)d %(appraisal)s")
            if scheme.cadence == "yearly"
            else _("%(appraisal)s, %(since)s – %(until)s")
        )
        title = words % {
            "appraisal": scheme.label,
            "year": since.year,
            "since": f"{since:%Y-%m}",
            "until": f"{until:%Y-%m}",
        }
        super().__init__(
            *args, initial={"code": scheme.code, "title": title, "since": since, "until": until}, **kwargs
        )
        if not any(part.by == "self" for part in scheme.parts):
            del self.fields["self_until"]
        self.fields["begins"].choices = [(one, BEGINS[one]) for one in scheme.begins]  # type: ignore[attr-defined]

    def task(self) -> Task:
        """What was typed."""
        return Task(**{name: value for name, value in self.cleaned_data.items() if name != "once"})


class NameForm(Form):
    """Whom somebody means: a union, an employer, a row."""

    text = forms.CharField(label=_("Name or code"), max_length=120)


class EnterForm(NameForm):
    """Whom somebody enters."""

    def offering(self, offer: Offer) -> "EnterForm":
        """The form for this run: the one there is to enter, one of several, or whom somebody writes."""
        text = self.fields["text"]
        if len(offer.whom) == 1:
            text.widget, text.initial = forms.HiddenInput(), offer.whom[0][0]
        elif offer.whom:
            text.widget, text.label = forms.Select(choices=offer.whom), _("Who takes part")
        elif offer.scheme.subject == "employer":
            text.label = _("Enterprise: its name or credit code")
        elif offer.scheme.subject == "row":
            text.label = _("Which one: its name, or its number in the list")
        else:
            text.label = _("Union: its name or code")
        return self


class AssessorForm(Form):
    """Who marks which part."""

    part = forms.ChoiceField(label=_("Part"))
    login = forms.CharField(
        label=_("Log-in of whoever assesses"),
        max_length=60,
        widget=forms.TextInput(attrs={"list": "who-assesses", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, parts: Iterable[Marked], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["part"].choices = [(one.code, str(one.label)) for one in parts]  # type: ignore[attr-defined]


class ReasonForm(Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=SHORT)


class DecisionForm(Form):
    """By which document a title is named."""

    decision = forms.CharField(
        label=_("Number of the document"),
        max_length=60,
        required=False,
        help_text=_("Needed where a title is named."),
    )


class ObjectionForm(Form):
    """Against which mark, and what is wrong with it."""

    place = forms.ChoiceField(label=_("Which mark"))
    words = forms.CharField(label=_("What is wrong with it"), max_length=2000, widget=SHORT)

    def __init__(self, *args: Any, sheet: Sheet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = [
            (
                f"{cell.part.code}:{line.item.code}",
                _("%(part)s · %(item)s: %(points)s of %(most)d")
                % {
                    "part": cell.part.label,
                    "item": line.item.label,
                    "points": cell.points,
                    "most": line.item.points,
                },
            )
            for _group, _parts, lines in sheet.groups
            for line in lines
            for cell in line.cells
            if cell.part.by != "self" and cell.points and not cell.objection
        ]
        self.fields["place"].choices = given  # type: ignore[attr-defined]


class AnswerForm(Form):
    """Whether the mark stands, and why. What is typed is the new mark; nothing leaves the old one."""

    objection = forms.IntegerField(widget=forms.HiddenInput)
    said = forms.CharField(required=False, max_length=40)
    words = forms.CharField(label=_("Why"), max_length=2000, widget=SHORT)

    def __init__(self, *args: Any, item: Criterion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.item = item
        self.fields["said"] = said_field(item, required=False)
        self.fields["said"].label = _("New mark (leave it empty: the mark stands)")
        self.order_fields(["objection", "said", "words"])

    def clean_said(self) -> str:
        """A new mark is one of the item."""
        return _a_mark(self.item, self.cleaned_data["said"]) if self.cleaned_data["said"] else ""


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
                self.cleaned_data["said"] = _a_mark(self.item, self.cleaned_data["said"])
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


def _a_mark(item: Criterion, said: str) -> str:
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
