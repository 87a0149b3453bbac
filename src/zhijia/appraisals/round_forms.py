"""The forms of rounds."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhijia.catalogue.asking.answers import Wrong
from zhijia.catalogue.asking.fields import field_of
from zhijia.catalogue.round_rules import Question, Round, Stage
from zhijia.ui.calendar_fields import DayField, MomentField
from zhijia.ui.forms import Form, OnceForm, YuanField

FILES = ".pdf,.docx,.xlsx,image/*"


class Files(forms.FileInput):
    """Several files at once, photos made smaller on the phone."""

    allow_multiple_selected = True


class NewRoundForm(OnceForm):
    """Which round, in which year, from when to when, with how much money."""

    code = forms.ChoiceField(label=_("What is given"))
    title = forms.CharField(
        label=_("Title"), max_length=120, required=False, help_text=_("Empty: as the definition is called.")
    )
    year = forms.IntegerField(label=_("Year of the round"), min_value=1950, max_value=2200)
    opens_at = MomentField(label=_("Call opens"))
    closes_at = MomentField(label=_("Call closes"))
    budget = YuanField(
        label=_("Money there is for it (yuan)"), required=False, min_value=0, max_digits=14, decimal_places=2,
        help_text=_("Where money is given alone."),
    )  # fmt: skip

    def __init__(self, *args: Any, offered: Iterable[Round], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = sorted(offered, key=lambda one: one.code)
        code = self.fields["code"]
        assert isinstance(code, forms.ChoiceField)
        code.choices = [(one.code, str(one.label)) for one in rows]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        data["budget"] = int((data.get("budget") or Decimal(0)) * 100)
        return data


class BeginForm(OnceForm):
    """Whom or what a union nominates."""

    number = forms.CharField(label=_("Member number"), max_length=200)
    title = forms.CharField(label=_("What it is called"), max_length=120, required=False)

    def __init__(
        self,
        *args: Any,
        asked: Round,
        by_union: bool,
        of: str = "",
        rows: Sequence[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
        """`of` is what the list is called whose rows are nominated; `rows` are those to choose from."""
        super().__init__(*args, **kwargs)
        labels: dict[str, Any] = {
            "union": _("Code of the union"),
            "employer": _("Credit code of the unit"),
            "row": _("Number or name in the list “%(list)s”") % {"list": of},
            "team": _("Member number of who leads it"),
            "result": _("Member number of its first author"),
        }
        self.fields["number"].label = labels.get(asked.subject, self.fields["number"].label)
        if rows:
            choices = [("", ""), *((number, f"{number} · {title}") for number, title in rows)]
            label = _("Which one of the list “%(list)s”") % {"list": of}
            self.fields["number"] = forms.ChoiceField(label=label, choices=choices)
        if not by_union:
            del self.fields["number"]
        if asked.subject not in {"team", "result"}:
            del self.fields["title"]


class AnswersForm(OnceForm):
    """The questions of a nomination, with what stands there. Services judge what was typed: `mark` sets their
    sentences."""

    def __init__(self, *args: Any, asked: Round, given: Mapping[str, Any], day: date, **kwargs: Any) -> None:
        super().__init__(
            *args, initial={one.name: standing(one, given.get(one.name)) for one in asked.questions}, **kwargs
        )
        self.asked = asked
        for question in asked.questions:
            self.fields[question.name] = (
                forms.FileField(
                    label=str(question.label), help_text=str(question.hint or ""), required=False,
                    widget=Files({"accept": FILES, "data-shrink": True}),
                )
                if question.type == "file"
                else field_of(question, day)
            )  # fmt: skip

    def full_clean(self) -> None:
        """Nothing but the key against double clicks: services judge what was typed."""
        self._errors = forms.utils.ErrorDict()
        self.cleaned_data = {"once": self.fields["once"].clean(self.data.get("once"))}

    def typed(self) -> dict[str, Any]:
        """What was typed, by question."""
        return {
            one.name: self.data.getlist(one.name)  # type: ignore[attr-defined]
            if one.type == "choices"
            else self.data.get(one.name, "")
            for one in self.asked.questions
            if one.type != "file"
        }

    def sent(self) -> dict[str, list[Any]]:
        """The files that were sent, by question."""
        return {one.name: self.files.getlist(one.name) for one in self.asked.questions if one.type == "file"}

    def mark(self, wrong: Iterable[Wrong]) -> None:
        """Put each sentence beside its field."""
        for mistake in wrong:
            self.add_error(mistake.name, mistake.words)

    def need(self, lacking: Iterable[str]) -> None:
        """Say beside each of these fields that it is needed, where nothing is wrong with it already."""
        for name in lacking:
            if name not in self.errors:
                self.add_error(name, _("Fill this in."))


class WordsForm(Form):
    """A sentence that goes with it."""

    words = forms.CharField(label=_("Explain it"), max_length=300, widget=forms.Textarea({"rows": 2}))


class ObjectionForm(Form):
    """Why somebody should not, or should, be named."""

    words = forms.CharField(label=_("Why"), max_length=1000, widget=forms.Textarea({"rows": 4}))


class AnswerForm(Form):
    """What was found about an objection, or an appeal."""

    upheld = forms.ChoiceField(
        label=_("What came out"),
        choices=[("no", _("It is not so: the entry stays")), ("yes", _("It is so"))],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(label=_("Explain it"), max_length=1000, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args: Any, appeal: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if appeal:
            stands, anew = _("The decision stands"), _("The batch is put together anew")
            upheld = self.fields["upheld"]
            assert isinstance(upheld, forms.ChoiceField)
            upheld.choices = [("no", stands), ("yes", anew)]


class ClearanceForm(Form):
    """What an outside office answered, with its paper."""

    clear = forms.ChoiceField(
        label=_("What the office says"),
        choices=[("yes", _("Nothing stands against it")), ("no", _("Something does"))],
        widget=forms.RadioSelect,
    )
    answered_on = DayField(label=_("Day on the answer"))
    words = forms.CharField(
        label=_("Explain it"), max_length=300, required=False, widget=forms.Textarea({"rows": 2})
    )
    paper = forms.FileField(
        label=_("Photo or scan of the answer"), required=False, widget=forms.FileInput({"accept": FILES})
    )


class JudgeForm(Form):
    """Who judges."""

    who = forms.CharField(
        label=_("Member number, or log-in of an officer"), max_length=60,
        widget=forms.TextInput({"autocomplete": "off"}),
    )  # fmt: skip


class ScoreForm(Form):
    """A judge's points, criterion by criterion."""

    def __init__(self, *args: Any, stage: Stage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes: Sequence[str] = [criterion.code for criterion in stage.criteria]
        for criterion in stage.criteria:
            self.fields[criterion.code] = forms.IntegerField(
                label=str(criterion.label), min_value=0, max_value=criterion.points,
                help_text=_("0 to %(points)s") % {"points": criterion.points},
                widget=forms.NumberInput({"inputmode": "numeric"}),
            )  # fmt: skip
        self.fields["words"] = forms.CharField(
            label=_("Remark"), max_length=300, required=False, widget=forms.Textarea({"rows": 2})
        )

    def points(self) -> dict[str, int]:
        """The points, by criterion."""
        return {code: self.cleaned_data[code] for code in self.codes}


def standing(question: Question, value: Any) -> Any:
    """A stored answer as it stands in its field."""
    if value is None or question.type == "file":
        return None
    if question.type == "money":
        return f"{Decimal(value) / 100:.2f}"
    if question.type == "yes_no":
        return "yes" if value else "no"
    return value
