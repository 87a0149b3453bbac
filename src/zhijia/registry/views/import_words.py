"""An import in words: where it is, what was found, what can be done now."""

import math
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import fields
from zhijia.kernel import masking
from zhijia.registry.models import Person, RosterImport
from zhijia.registry.queries import imports as queries
from zhijia.registry.services.imports import runs, words
from zhijia.registry.services.loads import sources, wizard

State = RosterImport.State
STATES: dict[str, tuple[Promise, str]] = {
    State.UPLOADED: (_("Waiting to be checked"), "moving"),
    State.CHECKING: (_("Being checked"), "moving"),
    State.CHECKED: (_("Checked, waiting for you"), "waiting"),
    State.APPLYING: (_("Being imported"), "moving"),
    State.APPLIED: (_("Imported"), "done"),
    State.UNDOING: (_("Being undone"), "moving"),
    State.UNDONE: (_("Undone"), "stopped"),
    State.FAILED: (_("Could not be read"), "late"),
}
WHY_KEPT: dict[str, Promise] = {
    "ended": _("The membership has ended or was undone already."),
    "edited": _("Somebody has changed this person's data since."),
    "worked_on": _("Somebody has worked on this membership since."),
    "moved": _("The member has moved to another union since."),
    "has_account": _("The member has an account by now."),
}
UNION_CODE = _("Code of the union")
STEPS: dict[str, tuple[Promise, Promise]] = {
    "looking": (_("The file is being read."), _("The file is read once more before it is written.")),
    "writing": (_("Every row is being checked."), _("The rows are being written.")),
    "indexing": (_("The register is being put in order: the last step."),) * 2,
}
"""What a step of a file of many unions does, while it is checked and while it is written."""
_STOPS = (_("Send"), _("Check"), _("Confirm"), _("Import"))
_REACHED = {
    State.UPLOADED: 1, State.CHECKING: 1, State.FAILED: 1, State.CHECKED: 2, State.APPLYING: 3,
    State.APPLIED: 4, State.UNDOING: 4, State.UNDONE: 4,
}  # fmt: skip


def status(roster: RosterImport) -> tuple[Promise, str]:
    """The state in a word, and the shape it is drawn with."""
    return STATES[State(roster.state)]


def shown(roster: RosterImport, at: datetime) -> dict[str, Any]:
    """What the page says of an import: its line, its mistakes in words, what may be done now."""
    state = State(roster.state)
    counts = roster.counts
    moving = state in (State.UPLOADED, State.CHECKING, State.APPLYING, State.UNDOING) and not roster.failure
    return {
        "status": status(roster),
        "progress": _progress(roster),
        "waits": roster.stage == wizard.WAITING,
        "stopped": runs.stopped(roster, at),
        "stops": _stops(state),
        "moving": moving,
        "stalled": moving and at - roster.moved_at > runs.LOST_AFTER,
        "failure": words.of_file(roster.failure) if roster.failure else "",
        "mistakes": [_in_words(mistake) for mistake in roster.first_errors],
        "earlier": queries.earlier(roster)
        if state in (State.CHECKED, State.UPLOADED, State.CHECKING)
        else None,
        "to_write": any(counts.get(name) for name in ("new", "changed", "waiting")),
        "undo_open": state == State.APPLIED and roster.undo_until is not None and at <= roster.undo_until,
        "kept": _kept(counts.get("kept_people", [])),
        "unknown": roster.columns.get("unknown", []),
    }


def _progress(roster: RosterImport) -> dict[str, Any] | None:
    """How far a file of many unions is: what is done, how much of it, how fast, and how long it will still take."""
    told = roster.progress
    if not told or roster.stage not in STEPS or not told["total"]:
        return None
    writes = State(roster.state) != State.CHECKING
    return {
        "what": STEPS[roster.stage][writes],
        "done": told["done"],
        "total": told["total"],
        "per_cent": min(100, 100 * told["done"] // told["total"]),
        "rows_a_second": int(told["rate"]) if roster.stage == "writing" else 0,
        "minutes": math.ceil(told["left"] / 60) if told["rate"] else 0,
    }


def _in_words(mistake: dict[str, Any]) -> dict[str, Any]:
    said = words.of_cell(mistake["code"], mistake["number"])
    of_union = mistake["field"] == sources.UNION
    label = UNION_CODE if of_union else fields.get(mistake["field"]).label
    return {**mistake, "label": str(label), "sentence": said}


def _kept(people: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """The people an undo left as they are, masked, with the reason. Those out of the actor's sight stay out."""
    ids = [UUID(person) for person, _why in people]
    names = dict(Person.objects.filter(pk__in=ids).values_list("pk", "name"))
    return [
        {"person_id": UUID(person), "name": masking.name(names[UUID(person)]), "why": WHY_KEPT[why]}
        for person, why in people
        if UUID(person) in names
    ]


def _stops(state: State) -> list[dict[str, Any]]:
    reached = _REACHED[state]
    stops = []
    for place, title in enumerate(_STOPS):
        now = "late" if state == State.FAILED else "now"
        stops.append(
            {"title": title, "state": "done" if place < reached else now if place == reached else "next"}
        )
    if state == State.UNDONE:
        stops.append({"title": STATES[state][0], "state": "stopped"})
    return stops
