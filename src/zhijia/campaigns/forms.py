"""The forms of drives: what a drive begins with, targets, a word about a task, a return."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhijia.campaigns import rules
from zhijia.catalogue.asking import answers
from zhijia.catalogue.asking.fields import field_of
from zhijia.catalogue.campaign_rules import Ask, Campaign, Measure
from zhijia.registry.models import Union
from zhijia.ui.calendar_fields import DayField
from zhijia.ui.forms import Form, OnceForm, YuanField
from zhijia.ui.templatetags.ui import money

Known = Callable[[str, str], bool]


class NewDriveForm(OnceForm):
    """What a drive begins with; its targets, budget and pot as the definition asks them."""

    title = forms.CharField(
        label=_("Title"), max_length=120, required=False, help_text=_("Empty: as the definition is called.")
    )
    opens_on = DayField(label=_("First day"))
    closes_on = DayField(label=_("Ends on"), required=False, help_text=_("Empty: as the definition says."))

    def __init__(self, *args: Any, campaign: Campaign, today: date, of_years: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._campaign = campaign
        self._targets: dict[str, tuple[str, int]] = {}
        years = range(today.year, today.year + of_years) if campaign.runs == "years" else [0]
        for measure in campaign.targets.values():
            for year in years:
                name = f"target-{measure.code}-{year}"
                self._targets[name] = (measure.code, year)
                self.fields[name] = _amount(_aim(measure, year), measure)
        if campaign.budget and not campaign.pays_pot:
            self.fields["budget"] = _yuan(_("Budget (yuan)"), 2)
        if campaign.pot:
            in_fen = campaign.pot.unit == "fen"
            label = _("%(what)s (yuan)") % {"what": campaign.pot.label} if in_fen else str(campaign.pot.label)
            self.fields["pot"] = _yuan(label, 2 if in_fen else 0)
        self._in_fen = campaign.pot is not None and campaign.pot.unit == "fen"

    def said(self) -> dict[str, Any]:
        """What `opening.make` takes."""
        data = self.cleaned_data
        return {
            "once": data["once"],
            "title": data["title"],
            "opens_on": data["opens_on"],
            "closes_on": data["closes_on"],
            "budget": int((data.get("budget") or 0) * 100),
            "pot": int((data.get("pot") or 0) * (100 if self._in_fen else 1)),
            "targets": {
                (code, year): _stored(data[name], self._campaign.targets[code])
                for name, (code, year) in self._targets.items()
            },
        }


class TargetsForm(Form):
    """What each union straight below is to reach of one measure."""

    def __init__(
        self,
        *args: Any,
        measure: Measure,
        unions: Sequence[Union],
        parts: Mapping[int, int],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._measure = measure
        for union in unions:
            self.fields[f"union-{union.pk}"] = _amount(union.name, measure, parts.get(union.pk, 0))

    def said(self) -> dict[int, int]:
        """The amount of each union."""
        return {
            int(name.removeprefix("union-")): _stored(much, self._measure)
            for name, much in self.cleaned_data.items()
        }


class WhyForm(Form):
    """A sentence that goes with it."""

    reason = forms.CharField(label=_("Why"), max_length=300, widget=forms.Textarea({"rows": 2}))


class NoteForm(Form):
    """What came of a task."""

    note = forms.CharField(label=_("What came of it"), max_length=500, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args: Any, asked: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].required = asked


class ReturnForm(Form):
    """The questions of a return that somebody answers. What was typed is judged by the services."""

    def __init__(
        self, *args: Any, questions: Sequence[Ask], day: date, correcting: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.questions = tuple(questions)
        for question in self.questions:
            field = field_of(question, day)
            field.required = question.required and not question.when
            self.fields[question.name] = field
        if correcting:
            self.fields["why_corrected"] = forms.CharField(label=_("Why it is corrected"), max_length=300)

    def full_clean(self) -> None:
        """Services judge what was typed."""
        self._errors = forms.utils.ErrorDict()
        self.cleaned_data = {}

    def typed(self) -> dict[str, Any]:
        """What was typed, by field."""
        many = {question.name for question in self.questions if question.type == "choices"}
        return {
            name: self.data.getlist(name) if name in many else self.data.get(name, "")  # type: ignore[attr-defined]
            for name in self.fields
        }

    def read(self, known: Known) -> dict[str, Any]:
        """The stored forms of what was typed; what cannot be taken is said beside its question."""
        self.full_clean()
        typed, found = self.typed(), {}
        for question in self.questions:
            found[question.name], words = answers.read(question, typed[question.name], known=known)
            if words is not None:
                self.add_error(question.name, words)
        return found


def _amount(label: Any, measure: Measure, initial: int | None = None) -> forms.Field:
    """How much of a measure: money in yuan, anything else a whole number."""
    if not measure.in_fen:
        return forms.IntegerField(label=label, min_value=0, max_value=rules.MOST, initial=initial)
    field = _yuan(label, 2)
    field.initial = None if initial is None else money(initial)
    return field


def _stored(typed: Any, measure: Measure) -> int:
    """What was typed, as it is kept: money in fen."""
    return int(typed * 100) if measure.in_fen else int(typed)


def _yuan(label: Any, places: int) -> YuanField:
    widget = forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})
    most = rules.MOST // 10**places
    return YuanField(label=label, min_value=0, max_value=most, decimal_places=places, widget=widget)


def _aim(measure: Measure, year: int) -> str:
    words = _("Target: %(what)s (%(unit)s)") % {"what": measure.label, "unit": measure.unit}
    return f"{words} · {year}" if year else words
