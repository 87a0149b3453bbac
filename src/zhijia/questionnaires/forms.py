"""The forms of whoever holds a poll, and of ratings."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import codes, parameters
from zhijia.catalogue.questionnaire_rules import Question, Questionnaire
from zhijia.kernel import days
from zhijia.questionnaires.drawing import WORDS
from zhijia.questionnaires.models import Candidate, Poll
from zhijia.questionnaires.rules import WAYS
from zhijia.questionnaires.services import slips
from zhijia.registry.models import Union
from zhijia.registry.services.terms.elections import POSTS
from zhijia.ui.calendar_fields import MomentField
from zhijia.ui.forms import Form, OnceForm

MOST_SEATS = 300


class NewPollForm(OnceForm):
    """From when to when; of a ballot also how many seats there are, and whether some vote on paper."""

    title = forms.CharField(
        label=_("Title"), max_length=120, required=False, help_text=_("Empty: as the definition is called.")
    )
    opens_at = MomentField(label=_("Open from"))
    closes_at = MomentField(label=_("Open until"))
    seats = forms.IntegerField(label=_("Seats to be filled"), min_value=1, max_value=MOST_SEATS)
    on_paper = forms.BooleanField(
        label=_("Some vote on paper"), required=False, help_text=_("Two officers count the papers.")
    )

    def __init__(self, *args: Any, asked: Questionnaire, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if asked.decides is None or asked.candidates is None:
            del self.fields["seats"]
        if asked.sort != "ballot":
            del self.fields["on_paper"]


class CandidateForm(Form):
    """Somebody who stands in an election: a member, by their number."""

    number = forms.CharField(label=_("Member number"), max_length=20)
    about = forms.CharField(
        label=_("About them, as it stands on the ballot"),
        max_length=300,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )
    post = forms.ChoiceField(label=_("Post if elected"), required=False)

    def __init__(self, *args: Any, asked: Questionnaire, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        body = asked.decides.body if asked.decides else ""
        kinds = dict(codes.options("post_kinds", days.business_day(days.now())))
        if body:
            posts = [(post.value, kinds[post.value]) for post in POSTS[body]]  # type: ignore[index]
            self.fields["post"].choices = posts[::-1]  # type: ignore[attr-defined]
        else:
            del self.fields["post"]


class ThingForm(Form):
    """What one can vote for in a public vote."""

    name = forms.CharField(label=_("Who or what"), max_length=100)
    about = forms.CharField(
        label=_("About it"), max_length=300, required=False, widget=forms.Textarea({"rows": 2})
    )


class RollForm(Form):
    """The delegates, by their member numbers."""

    numbers = forms.CharField(
        label=_("Member numbers of the delegates, one a line"), widget=forms.Textarea({"rows": 8}), max_length=40_000
    )  # fmt: skip

    def clean_numbers(self) -> list[str]:
        text: str = self.cleaned_data["numbers"]
        return [one.strip() for one in text.replace(",", "\n").splitlines() if one.strip()]


class PaperForm(Form):
    """To whom a paper is handed."""

    number = forms.CharField(label=_("Member number"), max_length=20)


class SlipsForm(OnceForm):
    """How many slips are printed, once."""

    many = forms.IntegerField(label=_("How many slips"), min_value=1, max_value=slips.AT_ONCE, initial=20)


class WhyForm(Form):
    """A sentence that goes with it."""

    reason = forms.CharField(label=_("Why"), max_length=300, widget=forms.Textarea({"rows": 2}))


class FollowForm(Form):
    """What was found out and done about a low rating."""

    words = forms.CharField(
        label=_("What was found, and what was done"), max_length=300, widget=forms.Textarea({"rows": 3})
    )


class PapersForm(Form):
    """One officer's count: the papers, those invalid, and of each line how often each was marked."""

    papers = forms.IntegerField(label=_("Papers in the box"), min_value=0)
    invalid = forms.IntegerField(label=_("Invalid papers"), min_value=0, initial=0)

    def __init__(
        self, *args: Any, questions: Sequence[Question], candidates: Sequence[Candidate], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lines: list[tuple[str, str, str, str]] = []
        for question in questions:
            if question.type == "candidates":
                for row in candidates:
                    for way in WAYS:
                        self._add(
                            question.name, str(row.number), way, f"{row.number}. {row.called}: {WORDS[way]}"
                        )
            else:
                for choice in question.choices:
                    self._add(question.name, "", choice.code, str(choice.label))

    def _add(self, question: str, item: str, way: str, label: str) -> None:
        name = f"n-{question}-{item}-{way}"
        self.lines.append((name, question, item, way))
        self.fields[name] = forms.IntegerField(label=label, min_value=0, initial=0)

    def said(self) -> dict[str, dict[str, dict[str, int]]]:
        """The count as the service takes it."""
        said: dict[str, dict[str, dict[str, int]]] = {}
        for name, question, item, way in self.lines:
            said.setdefault(question, {}).setdefault(item, {})[way] = self.cleaned_data[name]
        return said


class ElectForm(Form):
    """What the report of an election needs beside its votes."""

    years = forms.TypedChoiceField(label=_("Years of the term"), coerce=int)
    by_election = forms.BooleanField(
        label=_("This only fills vacant seats of the running term"), required=False
    )

    def __init__(self, *args: Any, union: Union, poll: Poll, body: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = days.business_day(days.now())
        key = "term.years_grassroots" if union.level >= Union.Level.GRASSROOTS else "term.years_federation"
        years = parameters.value(key, division=union.division, day=today)
        self.fields["years"].choices = [(n, str(n)) for n in years]  # type: ignore[attr-defined]
        if body == "committee":
            self.fields["declared"] = forms.MultipleChoiceField(
                label=_("None of those elected is"),
                choices=codes.options("ineligibilities", today),
                widget=forms.CheckboxSelectMultiple,
                help_text=_("Tick each line after you have asked. Whoever it applies to cannot stand."),
            )
