"""A case of several items ends by itself, with the last of its parts, whoever ended that: an officer who sees no other
part, the applicant, or time."""

from datetime import datetime
from uuid import UUID

from django.db import connection
from procrastinate.contrib.django import app

from zhijia.audit import services as audit
from zhijia.kernel.actors import Actor
from zhijia.matters import flow
from zhijia.matters.at_hand import also_at_hand
from zhijia.matters.models import Case
from zhijia.matters.services import telling, versions

GO_ON = "matters.go_on_in_turn"
"""The job that has parts go on which waited for the one that has ended (`in_turn.py`)."""


def after(*, actor: Actor, at: datetime, part: Case) -> None:
    """One part has ended: what waits for it goes on, and the case it belongs to has ended, too, once they all have.
    Holds that case, whose parts are held before it by whoever ends them."""
    if part.part_of_id is None:
        return
    with also_at_hand(part.part_of_id):
        case = Case.objects.select_for_update(of=("self",)).select_related("version").get(pk=part.part_of_id)
        parts = _parts(case.pk)
        state = flow.together(state for _code, state, _waits in parts)
        if not state and any(waits for _code, _state, waits in parts):
            app.configure_task(GO_ON, queue="default", allow_unknown=True).defer(whole_id=str(case.pk))
        if state and case.closed_at is None:
            end(actor=actor, at=at, case=case, state=Case.State(state))
            matter = versions.definition(case.version)
            telling.together_ended(
                actor=actor,
                at=at,
                case=case,
                matter=matter,
                refused=[code for code, how, _waits in parts if how == "refused"],
            )


def end(*, actor: Actor, at: datetime, case: Case, state: Case.State) -> None:
    """The case as a whole has ended. What comes of it and what is counted stands with its parts."""
    case.state, case.closed_at, case.changed_at = state, at, at
    case.save(update_fields=["state", "closed_at", "changed_at"])
    audit.record(
        actor=actor,
        at=at,
        action=f"case.{state}",
        subject="case",
        subject_id=case.pk,
        place=audit.Place(case.union_id, case.county_id, case.person_id),
    )


def _parts(case_id: UUID) -> list[tuple[str, str, bool]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT code, state, waits FROM matters_parts(%s)", [case_id])
        return list(cursor.fetchall())
