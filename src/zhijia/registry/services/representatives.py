"""Who acts for an employer: an account, once a union has looked at the employer's letter, until either ends it."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from zhijia.accounts.models import User
from zhijia.audit import services as audit
from zhijia.kernel import codes, days, rows
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.registry import access
from zhijia.registry.models import Coverage, Representative, Union
from zhijia.registry.services import unions

VOUCH = "matter.decide"


def appoint(
    *, actor: Actor, at: datetime, user_id: int, union: Union, name: str, credit_code: str
) -> Representative:
    """From today the account acts for the employer of this credit code, which enters the register where it is not there
    yet; what stands already stays. The union's officer has looked at the letter. Raises Refusal for a code no employer
    can have, and for an employer this union does not vouch for."""
    actor = access.require(actor, VOUCH, union.pk)
    check_vouches(union=union, credit_code=credit_code, at=at)
    if user_id == actor.user_id:
        raise Refusal("own_letter", _("Nobody appoints themselves. Ask a colleague to look at the letter."))
    User.objects.select_for_update().get(pk=user_id)
    today = days.business_day(at)
    employer = unions.employer_of_code(name=name, credit_code=credit_code, division=union.division)
    standing = in_force(user_id, at).filter(employer=employer).first()
    if standing is not None:
        return standing
    made = Representative.objects.create(
        user_id=user_id, employer=employer, union_id=union.pk, county_id=union.stands_in, valid_from=today
    )
    _trail(actor, at, "representative.appoint", made)
    return made


def check_vouches(*, union: Union, credit_code: str, at: datetime) -> None:
    """Raises the Refusal an appointment here would meet: whoever acts for an employer sees what others asked for in its
    name, so the union that looks at the letter covers it or stands above one that does; where none does, it is one of
    county level or higher."""
    unions.check_stands(union)
    unions.check_employer_code(credit_code)
    covering = _covering(days.business_day(at), employer__credit_code=codes.normal_code(credit_code))
    if not covering and union.level > Union.Level.COUNTY:
        raise Refusal("letter_to_the_county", _("Send this letter to the union of the county or district."))
    if covering and not any(union.tree_left <= one.tree_left < union.tree_right for one in covering):
        raise Refusal(
            "other_unions_employer",
            _("%(union)s covers this employer. Send the letter there, or to the union of its county.")
            % {"union": covering[0].name},
        )


def end(*, actor: Actor, at: datetime, representative_id: int) -> None:
    """From today the account acts for the employer no more; twice is once. Theirs to say, and the union's."""
    found = Representative.objects.select_for_update().filter(pk=representative_id).first()
    if found is None:
        raise NotForYou("no_such_representative", _("Nobody acts for an employer under this number."))
    if found.user_id != actor.user_id:
        actor = access.require(actor, VOUCH, found.union_id)
    if found.valid_to is not None:
        return
    found.valid_to = days.business_day(at)
    found.save(update_fields=["valid_to"])
    _trail(actor, at, "representative.end", found)


def in_force(user_id: int, at: datetime) -> QuerySet[Representative]:
    """For whom the account acts today."""
    today = days.business_day(at)
    return Representative.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=today), user_id=user_id, valid_from__lte=today
    )


def accounts(employer_ids: Collection[int], at: datetime) -> list[int]:
    """The accounts that act today for one of these employers, as far as the caller sees them. One statement."""
    today = days.business_day(at)
    standing = Representative.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=today), employer_id__in=employer_ids, valid_from__lte=today
    )
    return sorted(set(standing.values_list("user_id", flat=True)))


def acts_for(actor: Actor, employer_id: int) -> bool:
    """Whether the actor acts for this employer today."""
    if actor.user_id is None:
        return False
    ((acts,),) = rows.run("SELECT %s = ANY (access_employers())", [employer_id])
    return bool(acts)


def asks_at(representative: Representative, at: datetime) -> Union:
    """The union an employer turns to: the lowest that covers it today, else the one that looked at its letter."""
    covering = _covering(days.business_day(at), employer_id=representative.employer_id)
    return covering[0] if covering else Union.objects.get(pk=representative.union_id)


def covers(union: Union, employer_id: int, at: datetime) -> bool:
    """Whether this union covers the employer today."""
    covering = _covering(days.business_day(at), employer_id=employer_id)
    return any(one.pk == union.pk for one in covering)


def _covering(today: date, **employer: Any) -> list[Union]:
    """The unions that cover an employer today, the lowest first."""
    found = Coverage.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=today), valid_from__lte=today, union__dissolved_on=None, **employer
    )
    return [one.union for one in found.select_related("union").order_by("-union__level", "union_id")]


def employers(actor: Actor, at: datetime) -> QuerySet[Representative]:
    """For whom the actor acts today, with the employers' names."""
    if actor.user_id is None:
        return Representative.objects.none()
    return in_force(actor.user_id, at).select_related("employer").order_by("employer__name", "pk")


def _trail(actor: Actor, at: datetime, action: str, about: Representative) -> None:
    audit.record(
        actor=actor,
        at=at,
        action=action,
        subject="representative",
        subject_id=about.pk,
        place=audit.Place(about.union_id, about.county_id),
        detail={"employer": about.employer_id, "user": about.user_id},
    )
