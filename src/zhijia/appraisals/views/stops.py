"""How far an entry is, as a line of stops."""

from typing import Any

from django.utils.translation import gettext as _

from zhijia.appraisals.models import Entry
from zhijia.catalogue.appraisal_rules import Appraisal
from zhijia.ui.lines import State, Stop
from zhijia.ui.templatetags.ui import day as day_words


def stops_of(found: Entry, scheme: Appraisal) -> list[Stop]:
    """The entry as a line of stops: the self-score only where there is one, the notice likewise."""
    way: list[tuple[str, str, Any]] = [
        *([(_("Self-score"), "begun", found.handed_at)] if any(p.by == "self" for p in scheme.parts) else []),
        (_("Marked"), "marking", found.scored_at),
        (_("Result, days of objection"), "scored", found.published_at),
        *([(_("Public notice"), "published", found.settled_at)] if scheme.notice else []),
        (_("Final"), "settled", None),
    ]
    states = [state for _title, state, _at in way]
    out = found.state == Entry.State.OUT
    now = states.index(found.state) if found.state in states else 0
    return [
        Stop(title, _stands(place, now, found.state == "settled", out), "", day_words(at) if at else "")
        for place, (title, _state, at) in enumerate(way)
    ]


def _stands(place: int, now: int, over: bool, out: bool) -> State:
    if over or place < now:
        return "done"
    if place > now:
        return "next"
    return "stopped" if out else "now"
