"""The registry's codes and states in the reader's words."""

from datetime import date
from typing import Any

from django.template import Library
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from zhijia.catalogue import codes, divisions, fields, parameters, working_days
from zhijia.kernel import days
from zhijia.ui.templatetags.ui import day as shown_day

register = Library()

TREES = {
    "organisation": gettext_lazy("Organisation"),
    "fund": gettext_lazy("Funds"),
    "industry": gettext_lazy("Industry"),
}
STATUS_KINDS = {
    "10": "done",
    "11": "done",
    "20": "moving",
    "30": "idle",
    "31": "idle",
    "32": "idle",
    "00": "waiting",
}
SOURCES = {
    "application": gettext_lazy("from the application to join, %(day)s"),
    "roster": gettext_lazy("from the union's roster, %(day)s"),
    "correction": gettext_lazy("corrected by the member, %(day)s"),
    "demo": gettext_lazy("demo data, %(day)s"),
    "officer": gettext_lazy("entered by the union, %(day)s"),
    "number": gettext_lazy("from the identity number, %(day)s"),
    "member": gettext_lazy("confirmed by the member, %(day)s"),
    "authority": gettext_lazy("matched with the authority, %(day)s"),
}
REASONS = {
    "application": gettext_lazy("joined by application"),
    "roster": gettext_lazy("registered by the union's roster"),
    "transfer": gettext_lazy("transferred"),
    "reorganisation": gettext_lazy("moved with a reorganisation of the unions"),
    "employer_moved": gettext_lazy("moved with the employer"),
    "employer_closed": gettext_lazy("kept by the union above: the employer has closed"),
    "refused_by_member": gettext_lazy("the member did not want the registration"),
    "own_download": gettext_lazy("the member's own download"),
    "own_look": gettext_lazy("the member's own look"),
}


@register.simple_tag
def card_seconds() -> int:
    """How often a card shown on a page asks for its code anew: before the one it shows runs out."""
    return int(parameters.value("card.qr_seconds", day=days.business_day(days.now())) * 3 // 4)


@register.filter
def code_label(code: str, listing: str) -> str:
    """The label of a code in a list of the catalogue; the code itself where the list has none."""
    return codes.label(listing, code) if code else ""


@register.filter
def record_label(subject: str) -> str:
    """What an entry of the trail is about: a page for a refusal at one, a hidden value for a column of the vault."""
    kind = "page" if ":" in subject else "sealed" if "." in subject else subject
    return codes.label("trail_subjects", kind)


@register.filter
def field_label(name: str) -> str:
    """What a field of a person is called."""
    return str(fields.get(name).label)


@register.filter
def tree_label(tree: str) -> str:
    """Which of the three trees an edge belongs to."""
    return str(TREES[tree])


@register.filter
def status_kind(status: str) -> str:
    """The shape and colour of a membership's state (MEM-11)."""
    return STATUS_KINDS.get(status, "stopped")


@register.filter
def source_of(sources: dict[str, Any], field: str) -> str:
    """Where a field came from and when."""
    source, told = sources.get(field, ("", ""))
    return str(SOURCES[source] % {"day": shown_day(date.fromisoformat(told))}) if source in SOURCES else ""


@register.filter
def reason_label(reason: str) -> str:
    """Why something was done: one of our words, or what somebody wrote."""
    return str(REASONS.get(reason, reason))


@register.filter
def division_path(code: str) -> str:
    """Province to county of a division, in one line."""
    return " ".join(place.name for place in divisions.path(code)[:3])


@register.filter
def due_words(due: date | None, today: date) -> str:
    """How long there is left, in working days; nothing where no date was promised."""
    if due is None:
        return ""
    if due < today:
        return _("overdue")
    if due == today:
        return _("due today")
    if not working_days.is_announced(due):
        return str(shown_day(due))
    left = working_days.between(today, due)
    return ngettext("%(n)s working day left", "%(n)s working days left", left) % {"n": left}


@register.filter
def due_kind(due: date | None, today: date) -> str:
    """Late, waiting or idle, by the day it is due."""
    if due is None or due > today:
        return "idle"
    return "late" if due < today else "waiting"


@register.filter
def look_words(entry: Any) -> str:
    """What somebody did with a person's data, for the person: the kind of look and whose it was."""
    who = (
        _("You yourself")
        if entry.for_person_id is None and entry.grant_id is None
        else _("An officer of a union")
    )
    what = codes.label("trail_actions", entry.action)
    return _("%(who)s: %(what)s") % {"who": who, "what": what}
