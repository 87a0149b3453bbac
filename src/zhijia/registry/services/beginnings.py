"""The first union and the first two administrators of an empty register; afterwards everything goes by the pages."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from zhijia.accounts.services import create_user
from zhijia.audit import services as audit
from zhijia.catalogue import divisions
from zhijia.facts import services as facts
from zhijia.kernel import context, days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.registry import access, tree
from zhijia.registry.models import Union
from zhijia.registry.services import grants
from zhijia.registry.services.unions import next_code

LETTERS = "abcdefghjkmnpqrstuvwxyz"
SIGNS = "23456789"
FEDERATION = "10"
ADMINISTRATORS = (("security", "security_admin"), ("system", "system_admin"))
LEVELS = {1: Union.Level.PROVINCE, 2: Union.Level.CITY, 3: Union.Level.COUNTY}


@dataclass(frozen=True, slots=True)
class FirstAccount:
    """A log-in for the first day: its password is told once and has to be changed."""

    login: str
    password: str
    role: str


def begin(*, actor: Actor, at: datetime, name: str, division: str) -> list[FirstAccount]:
    """Found the highest union and open an account for the security and one for the system administrator (S-09).

    Only in an empty register, by the operator at the machine. Raises Refusal when there is a union already, or for
    a division that is no province, city or county.
    """
    if Union.objects.exists():
        raise Refusal("begun_already", _("There are unions already. Rights are given on the page of rights."))
    place = divisions.get(division)
    if place is None or place.level not in LEVELS:
        raise Refusal(
            "no_such_division", _("Name a province, city or county by its code, for example 340000.")
        )
    with transaction.atomic():
        union = _highest_union(actor=actor, at=at, name=name, division=place.code, level=LEVELS[place.level])
        return _administrators(actor=actor, at=at, union=union)


def new_password() -> str:
    """A password to be told once: four groups, letters of both sizes and digits, nothing that looks alike."""
    groups = [
        secrets.choice(LETTERS).upper()
        + secrets.choice(LETTERS)
        + secrets.choice(LETTERS)
        + secrets.choice(SIGNS)
        for _group in range(4)
    ]
    return "-".join(groups)


def _highest_union(*, actor: Actor, at: datetime, name: str, division: str, level: int) -> Union:
    today = days.business_day(at)
    union = Union.objects.create(
        code=next_code(division), name=name, type=FEDERATION, level=level, division=division, founded_on=today
    )
    tree.rebuild()
    union.refresh_from_db()
    facts.record(
        [
            facts.NewFact(
                kind="union.founded",
                union_id=union.pk,
                county_id=union.stands_in,
                day=today,
                record="union",
                record_id=str(union.pk),
                dimensions={"type": union.type},
            )
        ]
    )
    audit.record(
        actor=actor,
        at=at,
        action="union.found",
        subject="union",
        subject_id=union.pk,
        place=access.place_of(union),
    )
    return union


def _administrators(*, actor: Actor, at: datetime, union: Union) -> list[FirstAccount]:
    """The two accounts and their rights. Nobody gives a right to themselves: each of the two gives the other's."""
    opened = [FirstAccount(login, new_password(), role) for login, role in ADMINISTRATORS]
    users = [
        create_user(actor=actor, at=at, login=account.login, password=account.password, staff=True)
        for account in opened
    ]
    for account, user, giver in zip(opened, users, reversed(users), strict=True):
        with context.acting(Actor(giver.pk, "command", actor.request_id)) as giving:
            grants.write(at=at, user_id=user.pk, role=account.role, union=union, given_by=giving)
    return opened
