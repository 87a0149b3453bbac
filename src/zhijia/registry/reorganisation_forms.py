"""The forms of the wizard: what is needed to plan each kind of reorganisation. Services decide."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import codes, divisions
from zhijia.kernel import days
from zhijia.kernel.codes import union_code_error
from zhijia.registry import tree
from zhijia.registry.models import Coverage, Union
from zhijia.registry.services.reorganisations import plans
from zhijia.ui.calendar_fields import DayField
from zhijia.ui.forms import Form, OnceForm

MOST = 50
"""How many unions or employers a form shows to choose from; more are named by their code."""


class UnionField(forms.CharField):
    """A union by its code or its full name, among those that stand."""

    def __init__(self, **named: Any) -> None:
        named.setdefault("help_text", _("Its code or its full name."))
        super().__init__(max_length=120, **named)

    def clean(self, value: Any) -> Any:
        """The union. Raises ValidationError when there is none or when several have the name."""
        words = str(super().clean(value)).strip()
        return _union(words) if words else None


class UnionsField(forms.CharField):
    """Several unions, one a line."""

    def __init__(self, **named: Any) -> None:
        super().__init__(max_length=2000, widget=forms.Textarea(attrs={"rows": 3}), **named)

    def clean(self, value: Any) -> Any:
        """The unions, in the order of the lines."""
        return [_union(line.strip()) for line in str(super().clean(value)).splitlines() if line.strip()]


def _union(words: str) -> Union:
    standing = Union.objects.filter(dissolved_on__isnull=True)
    found = list(standing.filter(code=words)[:1]) or list(standing.filter(name=words)[:2])
    if not found:
        raise forms.ValidationError(_("There is no union with this code or name. Look it up in the tree."))
    if len(found) > 1:
        raise forms.ValidationError(_("Several unions have this name. Write the code instead."))
    return found[0]


class PlanForm(Form):
    """What every plan needs: from when. What is filled in stands in the address, so nobody writes a sentence here.
    Each kind adds its fields and `plan`, the plan that was filled in."""

    effective_on = DayField(
        label=_("In force from"),
        help_text=_("Today, or a day ahead. Until that day it can be taken back."),
    )

    def __init__(self, *args: Any, union: Union, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"effective_on": days.business_day(days.now()).isoformat()})
        super().__init__(*args, **kwargs)
        self.union = union
        self.order_fields([name for name in self.fields if name not in PlanForm.base_fields])

    def clean_effective_on(self) -> Any:
        day = self.cleaned_data["effective_on"]
        if day < days.business_day(days.now()):
            raise forms.ValidationError(_("Choose today or a day ahead: the past is written."))
        return day

    def chosen(self, name: str) -> Any:
        """The number of the union named in this field, if any."""
        union = self.cleaned_data.get(name)
        return union.pk if union else None


class DecideForm(OnceForm):
    """The last step: why, and the document that approved it."""

    reason = forms.CharField(label=_("Why"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
    approval_number = forms.CharField(label=_("Number of the approval"), max_length=60, required=False)


class FoundForm(PlanForm):
    """A union to be founded under this one (ORG-05)."""

    name = forms.CharField(label=_("Name of the union"), max_length=120)
    type = forms.ChoiceField(label=_("Kind of union"))
    level = forms.TypedChoiceField(label=_("Level"), coerce=int)
    division = forms.ChoiceField(label=_("Where it is"))
    credit_code = forms.CharField(
        label=_("Credit code"),
        help_text=_("18 characters, beginning with 81 or 89. Leave it empty while there is none."),
        max_length=18,
        required=False,
    )
    fund_parent = UnionField(
        label=_("It remits its share of the funds to"),
        help_text=_("Its code or its full name. Leave it empty when it is the union above."),
        required=False,
    )
    industry_parent = UnionField(label=_("Its parent in the industry"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = days.business_day(days.now())
        below = [(child.code, child.name) for child in divisions.children(self.union.division)]
        _offer(self, "type", codes.options("union_types", today))
        _offer(self, "division", [(self.union.division, divisions.name(self.union.division)), *below])
        levels = codes.options("union_levels", today)
        _offer(self, "level", [(code, label) for code, label in levels if int(code) >= self.union.level])

    def clean_credit_code(self) -> str:
        code = str(self.cleaned_data["credit_code"]).strip().upper()
        if code and union_code_error(code):
            raise forms.ValidationError(
                _("This is not the credit code of a union. It has 18 characters and begins with 81 or 89.")
            )
        return code

    def plan(self) -> plans.Plan:
        return plans.Found(
            parent=self.union.pk,
            name=self.cleaned_data["name"].strip(),
            type=self.cleaned_data["type"],
            level=self.cleaned_data["level"],
            division=self.cleaned_data["division"],
            credit_code=self.cleaned_data["credit_code"],
            fund_parent=self.chosen("fund_parent"),
            industry_parent=self.chosen("industry_parent"),
        )


class RenameForm(PlanForm):
    """Another name."""

    name = forms.CharField(label=_("New name"), max_length=120)

    def plan(self) -> plans.Plan:
        return plans.Rename(union=self.union.pk, name=self.cleaned_data["name"].strip())


class MoveForm(PlanForm):
    """Another parent, in one tree or several."""

    parent = UnionField(
        label=_("Its new parent"),
        help_text=_("Its code or its full name. Empty: it leaves the tree of the funds or of the industry."),
        required=False,
    )
    trees = forms.MultipleChoiceField(
        label=_("In which tree"),
        choices=[
            ("organisation", _("Organisation")),
            ("fund", _("Funds")),
            ("industry", _("Industry")),
        ],
        widget=forms.CheckboxSelectMultiple,
    )

    def plan(self) -> plans.Plan:
        return plans.Move(
            union=self.union.pk, parent=self.chosen("parent"), trees=tuple(self.cleaned_data["trees"])
        )


class MergeForm(PlanForm):
    """Which union takes this one over, and which others end with it."""

    into = UnionField(label=_("The union that takes it over"))
    others = UnionsField(
        label=_("Other unions that it takes over too"),
        help_text=_("One a line, by code or full name."),
        required=False,
    )
    division = forms.BooleanField(
        label=_("The place itself has become part of the other one"),
        help_text=_("Old records keep the old code; it is noted which code stands for it from that day."),
        required=False,
    )

    def plan(self) -> plans.Plan:
        return plans.Merge(
            unions=(self.union.pk, *(union.pk for union in self.cleaned_data["others"])),
            into=self.cleaned_data["into"].pk,
            division=self.cleaned_data["division"],
        )


class SplitForm(PlanForm):
    """What goes with the new union: unions under the old one, and the members at employers it covers."""

    name = forms.CharField(label=_("Name of the new union"), max_length=120)
    children = forms.TypedMultipleChoiceField(
        label=_("Unions that go with it"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    employers = forms.TypedMultipleChoiceField(
        label=_("Employers whose members go with it"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        below: QuerySet[Union] = tree.children(self.union.pk).filter(dissolved_on__isnull=True)
        _offer(self, "children", [(str(child.pk), child.name) for child in below[:MOST]])
        covered = Coverage.objects.filter(union=self.union, valid_to__isnull=True).select_related("employer")
        _offer(self, "employers", [(str(one.employer_id), one.employer.name) for one in covered[:MOST]])

    def plan(self) -> plans.Plan:
        return plans.Split(
            union=self.union.pk,
            name=self.cleaned_data["name"].strip(),
            children=tuple(self.cleaned_data["children"]),
            employers=tuple(self.cleaned_data["employers"]),
        )


class DissolveForm(PlanForm):
    """Where the members and the unions under it go."""

    members_to = UnionField(
        label=_("Its members go to"),
        help_text=_("Its code or its full name. They stay members. Empty when it has none."),
        required=False,
    )
    children_to = UnionField(
        label=_("The unions under it go to"),
        help_text=_("Its code or its full name. Empty when there are none."),
        required=False,
    )

    def plan(self) -> plans.Plan:
        return plans.Dissolve(
            union=self.union.pk, members_to=self.chosen("members_to"), children_to=self.chosen("children_to")
        )


AnyPlanForm: TypeAlias = FoundForm | RenameForm | MoveForm | MergeForm | SplitForm | DissolveForm

FORMS: Mapping[str, type[AnyPlanForm]] = {
    plans.Found.kind: FoundForm,
    plans.Rename.kind: RenameForm,
    plans.Move.kind: MoveForm,
    plans.Merge.kind: MergeForm,
    plans.Split.kind: SplitForm,
    plans.Dissolve.kind: DissolveForm,
}


def _offer(form: Form, name: str, options: Any) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(options)
