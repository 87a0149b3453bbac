"""Who asks, and where what they ask for begins."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.catalogue.matter_rules import Matter
from zhijia.kernel import rows
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.matters import seats
from zhijia.matters.models import Case
from zhijia.registry import access
from zhijia.registry.models import Person, Union
from zhijia.registry.services import representatives, unions

_ASKER = f"""
SELECT {rows.columns(Person, "p")},
  EXISTS (SELECT FROM registry_membership m WHERE m.person_id = p.id AND m.valid_to IS NULL)
FROM registry_person p WHERE p.id = %s"""  # noqa: S608 - columns of ours


@dataclass(frozen=True, slots=True)
class Asker:
    """The person asked for, none where nobody is registered, and whether they have a membership today, active or
    retained."""

    person: Person | None = None
    is_member: bool = False


def asker_of(person_id: UUID | None) -> Asker:
    """Who is asked for. Raises NotForYou for somebody whoever acts may not see."""
    if person_id is None:
        return Asker()
    found = rows.run(_ASKER, [person_id])
    if not found:
        raise NotForYou("no_such_person", _("There is no such member at your union."))
    *values, is_member = found[0]
    return Asker(rows.made(Person, values), is_member)


@dataclass(frozen=True, slots=True)
class Body:
    """A union or an employer that asks, by somebody who may: its name, the union the request begins at."""

    name: str
    begins: Union
    union_id: int | None = None
    employer_id: int | None = None

    @property
    def who(self) -> str:
        """What a definition calls it."""
        return "union" if self.union_id else "enterprise"


def union_that_asks(actor: Actor, matter: Matter, union: Union, beside: int | None, at: datetime) -> Body:
    """The union somebody asks for by `matter.desk`, with the employer `beside` it where it covers that today. Raises
    NotForYou for another's."""
    access.require(actor, "matter.desk", union.pk)
    covered = beside is not None and representatives.covers(union, beside, at)
    begins = begins_at(matter, None, union)
    return Body(union.name, begins, union_id=union.pk, employer_id=beside if covered else None)


def employer_that_asks(actor: Actor, matter: Matter, employer_id: int, at: datetime) -> Body:
    """The employer somebody acts for today. Raises NotForYou for any other."""
    acting = representatives.employers(actor, at).filter(employer_id=employer_id).first()
    if acting is None:
        raise NotForYou("not_your_employer", _("You do not act for this employer. Send its letter first."))
    begins = begins_at(matter, None, representatives.asks_at(acting, at))
    return Body(acting.employer.name, begins, employer_id=employer_id)


def begins_at(matter: Matter, person: Person | None, union: Union | None) -> Union:
    """The union a case begins at: the person's own, or the one that was named. Raises Refusal where that one ended."""
    if person is not None and person.union_id is not None and matter.begins == "own":
        union = rows.find(Union, person.union_id)
    elif union is not None:
        unions.check_stands(union)
    if union is None:
        raise Refusal("choose_a_union", _("Choose the union you ask."))
    if matter.against_employer:
        return seats.above(union)
    return union


def goes_on(actor: Actor, case: Case) -> bool:
    """Whether somebody acts in what a body asked for. Of a union's: they hold `matter.desk` over it now, and began it
    or, once it was handed in, work at that union itself. Of an employer's, also one beside its union: they act for it
    today, and began it or it was handed in."""
    if case.asking_employer_id is not None:
        begun = case.state != Case.State.DRAFT or actor.user_id == case.user_id
        if begun and representatives.acts_for(actor, case.asking_employer_id):
            return True
    union = case.asking_union_id
    if union is None or actor.user_id is None or not access.may(actor, "matter.desk", union):
        return False
    if actor.user_id == case.user_id:
        return True
    there = access.unions_granted(actor, "matter.desk")
    return case.state != Case.State.DRAFT and any(held.pk == union for held in there)


def own_union(matter: Matter, person: Person | None) -> int:
    """Where a case of this person begins, by its number."""
    if person is None or person.union_id is None or matter.against_employer:
        return begins_at(matter, person, None).pk
    return person.union_id


def for_whom(matter: Matter) -> str:
    """For whom a matter is, in words."""
    words = {
        "member": _("members"),
        "non_member": _("people who are no members yet"),
        "officer_for_member": _("officers, for a member"),
        "union": _("unions"),
        "enterprise": _("enterprises"),
    }
    return "、".join(str(words[who]) for who in matter.who)
