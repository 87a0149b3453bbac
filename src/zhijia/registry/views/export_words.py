"""An export in words: where it is, what was asked for, what can be done now."""

from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhijia.accounts.models import User
from zhijia.catalogue import purposes
from zhijia.registry.export_forms import FORMATS
from zhijia.registry.models import Export
from zhijia.registry.services.exports import asking, tables

State = Export.State
STATES: dict[str, tuple[Promise, str]] = {
    State.WAITING: (_("Waiting for a second person"), "waiting"),
    State.READY: (_("Waiting to be made"), "moving"),
    State.WORKING: (_("Being made"), "moving"),
    State.DONE: (_("Ready"), "done"),
    State.REFUSED: (_("Refused"), "stopped"),
    State.WITHDRAWN: (_("Taken back"), "stopped"),
    State.FAILED: (_("Could not be made"), "late"),
    State.OVER: (_("Over, the file is deleted"), "stopped"),
}
FAILURES: dict[str, Promise] = {
    "not_for_you": _("You have no right to this table any more."),
    "file_too_large": _("The file would be too large. Ask for fewer rows or columns."),
    "letters_lacking": _(
        "A name has a rare character our font lacks. Print the other cards without this one."
    ),
    "files_per_day": _("You have had too many files made today. Go on tomorrow."),
}
FAILED = _("It was interrupted. Ask for it again.")


def status(export: Export) -> tuple[Promise, str]:
    """The state in a word, and the shape it is drawn with."""
    return STATES[State(export.state)]


def shown(export: Export, at: datetime) -> dict[str, Any]:
    """What the page says of an export."""
    table = tables.get(export.table)
    moving = export.state in (State.READY, State.WORKING)
    return {
        "status": status(export),
        "table": table.label,
        "format": FORMATS[export.format],
        "columns": [column.label for column in table.chosen(export.columns)],
        "purpose": purposes.get(export.purpose) if export.purpose else None,
        "moving": moving,
        "stalled": moving and at - export.moved_at > asking.LOST_AFTER,
        "failure": FAILURES.get(export.failure, FAILED) if export.failure else "",
        "open": export.state == State.DONE and export.expires_at is not None and at < export.expires_at,
        "by": User.objects.filter(pk=export.user_id).values_list("login", flat=True).first() or "",
    }


def listed(export: Export, union: str) -> dict[str, Any]:
    """A line of a list."""
    return {
        "export": export,
        "table": tables.get(export.table).label,
        "format": FORMATS[export.format],
        "union": union,
        "status": status(export),
    }
