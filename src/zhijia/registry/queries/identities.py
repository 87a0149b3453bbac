"""Pairs that may be one person, side by side; merges done; what was not compared. Always from the actor."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum

from zhijia.accounts.models import User
from zhijia.catalogue import codes, fields, parameters
from zhijia.kernel import days, masking
from zhijia.kernel.actors import Actor
from zhijia.registry import access
from zhijia.registry.access import Rights
from zhijia.registry.models import Card, CutBlock, Membership, Merge, Pair, Person, Union
from zhijia.registry.services.identities.deciding import DECIDE
from zhijia.vault import services as vault
from zhijia.vault.services.looking import NotHere

SEALED = ("id_number", "phone", "address", "email", "account")
PLAIN = ("id_type", "sex", "employer_name", "occupation", "education", "work_status", "gig_group")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A pair in the work list: the masked names, where each stands, why, and the points."""

    pair: Pair
    names: tuple[str, str]
    unions: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Page:
    """Some pairs, and the one behind which the next page begins."""

    rows: Sequence[Waiting]
    after: UUID | None


@dataclass(frozen=True, slots=True)
class Line:
    """A field of both registrations; `differs` is None where one says nothing. Compared clear, shown masked."""

    field: str
    one: str
    other: str
    differs: bool | None


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two registrations, for the choice which stays."""

    person: Person
    name: str
    union: Union | None
    membership: Membership | None
    stays: Sequence[Membership]
    has_account: bool
    has_card: bool

    @property
    def since(self) -> date | None:
        return min((stay.joined_on for stay in self.stays), default=None)


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Both registrations of a pair, the older one first, and every field one of them has."""

    pair: Pair
    sides: tuple[Side, Side]
    lines: Sequence[Line]


def waiting(rights: Rights, *, within: bool) -> QuerySet[Pair]:
    """Open pairs the actor may decide about, those that say most first. Who works above the counties sees what lies
    across them, which nobody below can decide; `within` adds the rest."""
    unions = rights.unions(DECIDE)
    rows = Pair.objects.filter(_under(unions, "") & _under(unions, "other_"), state=Pair.State.OPEN)
    if not within and above_counties(rights):
        rows = rows.exclude(county_id=F("other_county_id"))
    return rows.order_by("-score", "id")


def above_counties(rights: Rights) -> bool:
    """Whether the actor works for a city or more: what lies within one county is the county's to decide."""
    return any(union.level < Union.Level.COUNTY for union in rights.unions(DECIDE))


def page(rows: QuerySet[Pair], after: UUID | None) -> Page:
    """A page of the list, in five statements; the first one when `after` is nothing the actor sees."""
    size = parameters.value("pages.rows", day=days.business_day(days.now()))
    last = Pair.objects.filter(pk=after).first() if after else None
    behind = Q(score__lt=last.score) | Q(score=last.score, pk__gt=last.pk) if last else Q()
    found = list(rows.filter(behind)[: size + 1])
    shown = found[:size]
    ids = {one for pair in shown for one in (pair.first_id, pair.second_id)}
    names = {
        person: masking.name(name)
        for person, name in Person.objects.filter(pk__in=ids).values_list("pk", "name")
    }
    unions = Union.objects.in_bulk({one for pair in shown for one in (pair.union_id, pair.other_union_id)})
    listed = [
        Waiting(
            pair=pair,
            names=(names[pair.first_id], names[pair.second_id]),
            unions=(unions[pair.union_id].name, unions[pair.other_union_id].name),
        )
        for pair in shown
        if pair.first_id in names and pair.second_id in names
    ]
    return Page(listed, shown[-1].pk if len(found) > size else None)


def cut() -> dict[str, int]:
    """What was not compared because too many share it: how many blocks, with how many registrations."""
    told = CutBlock.objects.aggregate(blocks=Count("key"), registrations=Sum("registrations"))
    return {"blocks": told["blocks"], "registrations": told["registrations"] or 0}


def side_by_side(actor: Actor, pair_id: UUID) -> SideBySide | None:
    """The pair with all it needs to be decided, when the actor may decide about both sides; else None."""
    pair = Pair.objects.filter(pk=pair_id).first()
    if pair is None or not all(
        access.may(actor, DECIDE, union_id) for union_id in (pair.union_id, pair.other_union_id)
    ):
        return None
    people = Person.objects.in_bulk([pair.first_id, pair.second_id])
    if len(people) < 2:
        return None
    sides = sorted((_side(person) for person in people.values()), key=lambda side: side.since or date.max)
    one, other = sides
    return SideBySide(pair, (one, other), _lines(one.person, other.person))


def merges(rights: Rights) -> QuerySet[Merge]:
    """Merges the actor may look at, those somebody objects to first, then the latest."""
    rows = Merge.objects.filter(_under(rights.unions(DECIDE), ""))
    return rows.order_by(F("objected_at").asc(nulls_last=True), "-merged_at", "id")


def merge_of(actor: Actor, merge_id: UUID) -> Merge | None:
    """The merge, when the actor may decide about the one who stayed; else None."""
    done = Merge.objects.filter(pk=merge_id).first()
    return done if done is not None and access.may(actor, DECIDE, done.union_id) else None


def _under(unions: Sequence[Union], side: str) -> Q:
    """Those rows of which this side stands at or under one of the unions."""
    place = Q(**{f"{side}county_id__in": [county for union in unions for county in union.county_ids]})
    for union in unions:
        if not union.county_ids:
            under = Union.objects.filter(tree_left__gte=union.tree_left, tree_left__lt=union.tree_right)
            place |= Q(**{f"{side}union_id__in": under.values("pk")})
    return place


def _side(person: Person) -> Side:
    stays = list(Membership.objects.filter(person_id=person.pk).order_by("valid_from"))
    return Side(
        person=person,
        name=masking.name(person.name),
        union=Union.objects.filter(pk=person.union_id).first() if person.union_id else None,
        membership=next((stay for stay in stays if stay.valid_to is None), None),
        stays=stays,
        has_account=User.objects.filter(person_id=person.pk).exists(),
        has_card=Card.objects.filter(person_id=person.pk, ended_at__isnull=True).exists(),
    )


def _lines(one: Person, other: Person) -> list[Line]:
    both = (one, other)
    lines = [_line("name", [masking.name(person.name) for person in both], [person.name for person in both])]
    for field in SEALED:
        kind = f"registry_person.{field}"
        shown = vault.masked_many(kind, [person.pk for person in both])
        said = [_inside(kind, person.pk) for person in both]
        lines.append(_line(field, [shown.get(person.pk, "") for person in both], said))
    births = [person.birth_date.isoformat() if person.birth_date else "" for person in both]
    lines.append(_line("birth_date", [masking.year(birth) if birth else "" for birth in births], births))
    for field in PLAIN:
        values = [getattr(person, field) for person in both]
        lines.append(_line(field, [_words(field, value) for value in values], values))
    return [line for line in lines if line.one or line.other]


def _line(field: str, shown: Sequence[str], said: Sequence[Any]) -> Line:
    return Line(field, shown[0], shown[1], said[0] != said[1] if all(said) else None)


def _words(field: str, value: Any) -> str:
    rule = fields.get(field)
    return codes.label(rule.code_list, value) if rule.type == "code" and value else str(value or "")


def _inside(kind: str, person_id: UUID) -> str:
    try:
        return vault.read_inside(kind, person_id)
    except NotHere:
        return ""
