"""Finding people by what somebody knows of them, and asking members to look at their data."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from zhijia.accounts.services import attempts
from zhijia.audit import services as audit
from zhijia.catalogue import parameters
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.ids import new_id
from zhijia.notices import services as notices
from zhijia.registry import access
from zhijia.registry.lookup_rules import Form, Sought, recognised
from zhijia.registry.models import Person, Union
from zhijia.registry.queries import finding as queries
from zhijia.registry.queries import members
from zhijia.registry.services import lookups
from zhijia.vault import services as vault

KIND = {Form.NUMBER: "registry_person.id_number", Form.MOBILE: "registry_person.phone"}
ORDERS: dict[Form, queries.Column] = {Form.NAME: "name", Form.INITIALS: "name_initials"}


def exactly(*, actor: Actor, at: datetime, sought: Sought) -> list[Person]:
    """The people with this number, phone or card whom the actor may see: nearly always one or none. The same nothing,
    by the same statements, for somebody outside the actor's unions and for nobody. Counts as a look-up; raises what
    `lookups.count` raises."""
    lookups.count(actor=actor, at=at, sought=sought)
    if sought.form is Form.CARD:
        ids = queries.holders_of_card(sought.text)
    elif sought.form in KIND:
        ids = vault.find_all(KIND[sought.form], sought.text)
    else:
        ids = []
    return queries.among(actor, ids or [new_id()])


def by_number(*, actor: Actor, at: datetime, typed: str) -> Person | None:
    """The one person with this number, phone or card whom the actor may see, as `exactly` finds them."""
    found = exactly(actor=actor, at=at, sought=recognised(typed))
    return found[0] if len(found) == 1 else None


def beginning(*, actor: Actor, at: datetime, sought: Sought, after: UUID | None = None) -> queries.Found:
    """A page of the people whose name or initials begin so and whom the actor may see, in that order. Every page
    counts as a look-up."""
    lookups.count(actor=actor, at=at, sought=sought)
    rows = parameters.value("pages.rows", day=days.business_day(at))
    return queries.beginning(
        actor=actor, column=ORDERS[sought.form], prefix=sought.text, after=after, rows=rows
    )


def ask_to_check(*, actor: Actor, at: datetime, union: Union, person_ids: Sequence[UUID], once: UUID) -> int:
    """Ask these members to check their data. People who do not stand under the union are left out.
    The same `once` again asks nobody a second time. Returns how many were asked."""
    actor = access.require(actor, "membership.edit", union.pk)
    asked = list(members.by_ids(actor=actor, union=union, person_ids=person_ids).values_list("pk", flat=True))
    if not attempts.first("ask_to_check", attempts.digest(f"{actor.user_id}:{once}"), at):
        return len(asked)
    for person_id in asked:
        notices.send(
            actor=actor,
            at=at,
            to_person=person_id,
            kind="please_check_your_data",
            values={"union": union.name},
            link="registry:my_data",
            reason="membership",
        )
    audit.record(
        actor=actor,
        at=at,
        action="members.ask_to_check",
        subject="union",
        subject_id=union.pk,
        place=access.place_of(union),
        detail={"asked": len(asked)},
    )
    return len(asked)
