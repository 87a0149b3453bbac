"""The forms about terms: the minutes of an election, a reply, a postponement, a certificate, the end of a post."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import codes, parameters
from zhijia.kernel import days
from zhijia.registry.models import Body, Term, Union
from zhijia.registry.services import terms
from zhijia.registry.services.terms.elections import POSTS
from zhijia.ui.calendar_fields import DayField
from zhijia.ui.forms import Form, OnceForm

ROWS, MOST_ROWS = 8, 60
Find = Callable[[Sequence[str]], Mapping[str, Sequence[UUID]]]
"""People by what was written for them: a whole name or a member number."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table of candidates, as bound fields."""

    name: BoundField
    post: BoundField
    votes: BoundField
    full_time: BoundField

    def __iter__(self) -> Iterator[BoundField]:
        """The fields, in the order of the columns."""
        return iter((self.name, self.post, self.votes, self.full_time))


class ElectionForm(OnceForm):
    """The minutes of an election. Who is elected follows from the votes."""

    held_on = DayField(label=_("Held on"))
    years = forms.TypedChoiceField(label=_("Years of the term"), coerce=int)
    by_election = forms.BooleanField(
        label=_("This only fills vacant seats of the running term"), required=False
    )
    entitled = forms.IntegerField(
        label=_("Entitled to attend"), min_value=1, help_text=_("All members or delegates, present or not.")
    )
    attended = forms.IntegerField(label=_("Attended"), min_value=0)
    seats = forms.IntegerField(label=_("Seats to be filled"), min_value=1)

    def __init__(
        self, *args: Any, union: Union, body: str, find: Find, rows: int = ROWS, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.union, self.body, self.find = union, body, find
        self.rows = min(max(rows, ROWS), MOST_ROWS)
        today = days.business_day(days.now())
        grassroots = union.level >= Union.Level.GRASSROOTS
        key = "term.years_grassroots" if grassroots else "term.years_federation"
        years = self.fields["years"]
        assert isinstance(years, forms.TypedChoiceField)
        years.choices = [(n, str(n)) for n in parameters.value(key, division=union.division, day=today)]
        kinds = dict(codes.options("post_kinds", today))
        posts = [(post.value, kinds[post.value]) for post in POSTS[Body(body)]]
        last = posts[-1][0]
        for row in range(self.rows):
            self.fields[f"name_{row}"] = forms.CharField(
                label=_("Name or member number"), max_length=100, required=False
            )
            post = forms.ChoiceField(label=_("Post if elected"), choices=posts, required=False, initial=last)
            self.fields[f"post_{row}"] = post
            self.fields[f"votes_{row}"] = forms.IntegerField(label=_("Votes"), min_value=0, required=False)
            self.fields[f"full_time_{row}"] = forms.BooleanField(label=_("Full time"), required=False)
        if body == Body.COMMITTEE:
            declared = codes.options("ineligibilities", today)
            self.fields["declared"] = forms.MultipleChoiceField(
                label=_("None of those elected is"),
                choices=declared,
                widget=forms.CheckboxSelectMultiple,
                help_text=_("Tick each line after you have asked. Whoever it applies to cannot stand."),
            )

    def lines(self) -> Iterator[Line]:
        """The table of candidates."""
        for row in range(self.rows):
            yield Line(
                self[f"name_{row}"], self[f"post_{row}"], self[f"votes_{row}"], self[f"full_time_{row}"]
            )

    def about(self) -> list[BoundField]:
        """The fields above the table."""
        return [self[name] for name in ("held_on", "by_election", "years", "entitled", "attended", "seats")]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        written = {row: data.get(f"name_{row}", "").strip() for row in range(self.rows)}
        written = {row: words for row, words in written.items() if words}
        found = self.find(list(written.values()))
        standing = []
        for row, words in written.items():
            people = found.get(words, ())
            if len(people) == 1:
                standing.append(self._standing(row, people[0]))
            elif people:
                self.add_error(
                    f"name_{row}", _("Several members have this name. Write the member number instead.")
                )
            else:
                self.add_error(f"name_{row}", _("No member of this union has this name or number."))
        data["candidates"] = standing
        return data

    def _standing(self, row: int, person_id: UUID) -> terms.Standing:
        votes = self.cleaned_data.get(f"votes_{row}")
        if votes is None and f"votes_{row}" not in self.errors:
            self.add_error(f"votes_{row}", _("How many votes did they get?"))
        return terms.Standing(
            person_id=person_id,
            post=self.cleaned_data.get(f"post_{row}") or POSTS[Body(self.body)][-1].value,
            votes=votes or 0,
            full_time=bool(self.cleaned_data.get(f"full_time_{row}")),
        )

    def result(self) -> terms.Result:
        """What the service takes."""
        data = self.cleaned_data
        return terms.Result(
            body=self.body,
            by_election=data["by_election"],
            held_on=data["held_on"],
            years=data["years"],
            entitled=data["entitled"],
            attended=data["attended"],
            seats=data["seats"],
            candidates=data["candidates"],
            declared=data.get("declared", ()),
        )


class ReplyForm(Form):
    """The reply of the union above: its number and day."""

    number = forms.CharField(label=_("Number of the reply"), max_length=60)
    day = DayField(label=_("Dated"))


class PostponeForm(OnceForm):
    """Until when an election is put off, and why."""

    until = DayField(label=_("Until"))
    reason = forms.CharField(label=_("Why"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, term: Term, latest: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].help_text = _("At the latest %(day)s.") % {"day": latest}
        self.fields["until"].widget.attrs |= {"min": term.due_on.isoformat(), "max": latest.isoformat()}


class CertificateForm(Form):
    """A certificate that was issued to a union as a legal person."""

    number = forms.CharField(label=_("Number of the certificate"), max_length=60)
    issued_on = DayField(label=_("Issued on"))


class EndPostForm(Form):
    """The last day of a post, and why it ends before the term."""

    day = DayField(label=_("Last day"))
    reason = forms.CharField(
        label=_("Why"),
        max_length=200,
        help_text=_(
            "Before the term is over an officer is moved only if the committee and the union above agree."
        ),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
