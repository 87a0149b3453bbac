"""The list of relatives of officers who sell to the union: declared, ended, never struck out."""

from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.catalogue import codes, parameters
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.ledger.queries import rosters
from zhijia.ledger.services.spending import preparing
from zhijia.ledger.services.spending.preparing import PREPARE
from zhijia.ledger.spending_models import Kin
from zhijia.registry import access
from zhijia.registry.models import Union


def declare(
    *,
    actor: Actor,
    at: datetime,
    union: Union,
    officer: str,
    relation: str,
    name: str,
    works_for: str,
    day: date,
) -> Kin:
    """A relative of an officer of the union (by name or member number) sells to it, or works for who does. The same
    again is once. Raises Refusal for an officer who is not there and for a relative without a name."""
    actor = access.require(actor, PREPARE, union.pk)
    name, works_for = " ".join(name.split()), " ".join(works_for.split())
    if not name:
        raise Refusal("kin_name", _("Write the relative's name."))
    if not codes.holds("kin_relations", relation, day) or day > days.business_day(at):
        raise Refusal("kin_relation", _("Choose how they are related, and a day that has come."))
    most = int(parameters.value("spending.roster_most", division=union.division, day=day))
    found = {one.person_id for one in rosters.members(union.pk, asked=[officer.strip()], most=most)}
    if len(found) != 1:
        raise Refusal(
            "roster_who",
            _("%(who)s: several members have this name. Write the member number instead.") % {"who": officer}
            if found
            else _("%(who)s is no member of this union. Compare the name with the register.")
            % {"who": officer},
        )
    (person,) = found
    kin, made = Kin.objects.get_or_create(
        union_id=union.pk, person_id=person, name=name, works_for=works_for, ended_on=None,
        defaults={
            "county_id": union.stands_in, "relation": relation, "declared_on": day,
            "declared_by": preparing.user_of(actor),
        },
    )  # fmt: skip
    if made:
        _told(actor, at, "kin.declare", kin, union)
    return kin


def end(*, actor: Actor, at: datetime, kin_id: UUID, day: date) -> Kin:
    """It is so no longer, from this day on. Twice is once."""
    kin = Kin.objects.select_for_update().filter(pk=kin_id).first()
    if kin is None:
        raise NotForYou("no_such_kin", _("There is no such line on your union's list."))
    actor = access.require(actor, PREPARE, kin.union_id)
    if kin.ended_on is None:
        if not kin.declared_on <= day <= days.business_day(at):
            raise Refusal("day_does_not_fit", _("It ends on a day since it was declared, up to today."))
        kin.ended_on = day
        kin.save(update_fields=["ended_on"])
        _told(actor, at, "kin.end", kin, Union.objects.get(pk=kin.union_id))
    return kin


def _told(actor: Actor, at: datetime, action: str, kin: Kin, union: Union) -> None:
    audit.record(
        actor=actor,
        at=at,
        action=action,
        subject="ledger_kin",
        subject_id=kin.pk,
        place=access.place_of(union, kin.person_id),
    )
