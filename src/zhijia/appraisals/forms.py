"""What is typed about appraisals."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhijia.appraisals.mark_forms import SHORT, a_mark, said_field
from zhijia.appraisals.queries.entering import Offer
from zhijia.appraisals.queries.sheets import Sheet
from zhijia.appraisals.rules.periods import Period
from zhijia.appraisals.services.opening import Task
from zhijia.catalogue.appraisal_rules import Appraisal, Criterion, Marked
from zhijia.ui.calendar_fields import DayField
from zhijia.ui.forms import Form, OnceForm

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
    since = DayField(label=_("First day appraised"))
    until = DayField(label=_("Last day appraised"))
    begins = forms.ChoiceField(label=_("Who takes part"))
    self_until = DayField(label=_("Self-score until"), required=False)

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


class ProlongForm(Form):
    """Until when those who have not handed in may."""

    until = DayField(label=_("Self-score until"))


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


class TakeOffForm(ReasonForm):
    """Which assessor marks here no more, and why."""

    assessor = forms.IntegerField(widget=forms.HiddenInput)


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
        return a_mark(self.item, self.cleaned_data["said"]) if self.cleaned_data["said"] else ""
