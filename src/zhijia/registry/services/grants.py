"""Giving and ending roles (S-07, S-08)."""

from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from zhijia.accounts.models import User
from zhijia.audit import services as audit
from zhijia.catalogue import roles
from zhijia.kernel import days, rows
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NeedsStepUp, NotForYou, Refusal
from zhijia.notices import services as notices
from zhijia.registry import access
from zhijia.registry.models import Grant, Union
from zhijia.vault import services as vault


def give(
    *, actor: Actor, at: datetime, user_id: int, role: str, union_id: int, until: date | None = None
) -> Grant:
    """Give a user a role at a union and everything under it, from today. Nobody gives a right to themselves.
    Needs step-up (S-06)."""
    actor = access.require(actor, "grant.give", union_id)
    if user_id == actor.user_id:
        raise Refusal(
            "grant_to_oneself", _("Nobody can give a right to themselves. Ask a second administrator.")
        )
    _need_step_up(actor)
    _need_administers(union_id)
    User.objects.select_for_update().get(pk=user_id)
    union = Union.objects.get(pk=union_id)
    today = days.business_day(at)
    if until is not None and until <= today:
        raise Refusal("grant_until_past", _("The last day has to lie ahead."))
    _keep_apart(user_id, role, today)
    if _standing(user_id, today).filter(role=role, union=union).exists():
        raise Refusal("grant_held_already", _("This person holds this role here already."))
    grant = write(at=at, user_id=user_id, role=role, union=union, given_by=actor, until=until)
    _tell(actor, at, "grant_given", grant)
    return grant


def end(*, actor: Actor, at: datetime, grant_id: int) -> None:
    """End a grant today; it opens nothing from the very next request on."""
    grant = Grant.objects.select_for_update().filter(pk=grant_id).first()
    if grant is None:
        raise NotForYou("no_such_grant", _("There is no such right at your union."))
    actor = access.require(actor, "grant.give", grant.union_id)
    _need_step_up(actor)
    if grant.valid_to is not None and grant.valid_to <= days.business_day(at):
        raise Refusal("grant_ended_already", _("This right has ended already. Nothing was changed."))
    grant.valid_to = days.business_day(at)
    grant.seal = seal_of(grant)
    grant.save(update_fields=["valid_to", "seal"])
    _trail(actor, at, "grant.end", grant)
    _tell(actor, at, "grant_ended", grant)


def write(
    *,
    at: datetime,
    user_id: int,
    role: str,
    union: Union,
    given_by: Actor,
    until: date | None = None,
    using: str = "default",
) -> Grant:
    """The grant's row, sealed, and its line on the trail; for `give` and for setting up the first administrators. The
    database refuses it from a session that administers no union there; by `using` one is set up by the role `bulk`."""
    grant = Grant(
        user_id=user_id,
        role=role,
        union=union,
        county_id=union.county_id,
        reads_people=roles.get(role).reads_people,
        reads_only=roles.get(role).reads_only,
        administers="grant.give" in roles.get(role).permissions,
        valid_from=days.business_day(at),
        valid_to=until,
        given_by=given_by.user_id,
        given_at=at,
    )
    grant.seal = seal_of(grant)
    grant.save(force_insert=True, using=using)
    _trail(given_by, at, "grant.give", grant, using=using)
    return grant


def seal_of(grant: Grant) -> str:
    """A keyed digest over what the grant opens (S-28): a row changed behind our back no longer fits it."""
    opened = (grant.reads_people, grant.reads_only, grant.administers)
    told = (grant.user_id, grant.role, grant.union_id, *opened, grant.valid_from, grant.valid_to)
    return vault.digest("registry_grant", "|".join(str(value) for value in told))


def _keep_apart(user_id: int, role: str, today: date) -> None:
    """Raises Refusal when the user holds a role that may not stand beside this one (S-09): one that only reads
    stands beside none that writes."""
    asked = roles.get(role)
    for other in _standing(user_id, today).values_list("role", flat=True).distinct():
        held = roles.get(other)
        if other in asked.apart_from or role in held.apart_from or held.reads_only != asked.reads_only:
            raise Refusal(
                "roles_apart",
                _("This person is %(other)s. The same person cannot be %(role)s as well.")
                % {"other": roles.get(other).label, "role": roles.get(role).label},
            )


def _standing(user_id: int, today: date) -> QuerySet[Grant]:
    """The user's grants that have not ended."""
    return Grant.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=today), user_id=user_id)


def _need_step_up(actor: Actor) -> None:
    if not actor.stepped_up:
        raise NeedsStepUp("needs_step_up", _("Give your password again first."))


def _need_administers(union_id: int) -> None:
    """Raises Refusal where the role gives rights today and did not when it was given: the grant keeps what it was."""
    if not rows.run("SELECT registry_administers(%(union)s::int)", {"union": union_id})[0][0]:
        raise Refusal(
            "grant_without_giving",
            _(
                "When you were given your role here, it did not let you give rights yet."
                " Ask another administrator to end it and give it to you anew."
            ),
        )


def _tell(actor: Actor, at: datetime, kind: str, grant: Grant) -> None:
    notices.send(
        actor=actor,
        at=at,
        to_user=grant.user_id,
        kind=kind,
        values={"union": grant.union.name, "role": roles.get(grant.role).label},
        reason="grant",
    )


def _trail(actor: Actor, at: datetime, action: str, grant: Grant, *, using: str = "default") -> None:
    audit.record(
        actor=actor,
        at=at,
        action=action,
        subject="grant",
        subject_id=grant.pk,
        place=audit.Place(grant.union_id, grant.county_id),
        detail={"role": grant.role, "user": grant.user_id},
        using=using,
    )
