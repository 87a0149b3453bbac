"""Pairs and merges in the reader's words."""

from collections.abc import Sequence

from django.template import Library
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhijia.registry.models import Merge

register = Library()

REASONS = {
    "number_same": gettext_lazy("the same number in 15 and in 18 digits"),
    "number_near": gettext_lazy("numbers one mistake apart"),
    "number_far": gettext_lazy("two different numbers"),
    "documents_differ": gettext_lazy("two kinds of document"),
    "name_same": gettext_lazy("the same name"),
    "birth_same": gettext_lazy("the same day of birth"),
    "birth_differs": gettext_lazy("different days of birth"),
    "phone_same": gettext_lazy("the same phone"),
    "phone_differs": gettext_lazy("different phones"),
    "sex_differs": gettext_lazy("not the same sex"),
    "work_same": gettext_lazy("the same union or employer"),
}
"""What two registrations have in common, or not (`identity_rules.signals`)."""
STATES = {
    "open": gettext_lazy("Waiting"),
    "different": gettext_lazy("Two people"),
    "merged": gettext_lazy("Merged"),
    "undone": gettext_lazy("Merge undone"),
}


@register.filter
def reasons_words(reasons: Sequence[str]) -> str:
    """Why two registrations may be one person, in one line."""
    return _(", ").join(str(REASONS[reason]) for reason in reasons)


@register.filter
def pair_state(state: str) -> str:
    """What became of a pair."""
    return str(STATES[state])


@register.filter
def merge_words(merge: Merge) -> str:
    """Where a merge stands."""
    if merge.undone_at:
        return str(STATES["undone"])
    return _("Objected to") if merge.objected_at else str(STATES["merged"])


@register.filter
def merge_kind(merge: Merge) -> str:
    """The shape and colour of that."""
    if merge.undone_at:
        return "stopped"
    return "waiting" if merge.objected_at else "done"
