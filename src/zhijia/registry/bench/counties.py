"""Two made-up counties for the bench of reorganisations: unions, members with sealed phones, and their facts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from zhijia.accounts import services as accounts
from zhijia.audit.services import Place
from zhijia.facts import rollups
from zhijia.facts import services as facts
from zhijia.kernel import codes
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting
from zhijia.kernel.ids import new_ids
from zhijia.registry import tree
from zhijia.registry.models import Membership, Parent, Person, Union
from zhijia.registry.services import grants
from zhijia.vault import services as vault

MEMBERS_OF, TOWNSHIPS = 88, 20
DIVISION, FOUNDED, JOINED = "340103000000", date(2015, 1, 1), date(2024, 5, 6)


@dataclass(frozen=True, slots=True)
class Counties:
    """The county that is merged, the one that takes it over, the large union that goes over the border, and who
    decides."""

    merged: Union
    into: Union
    large: Union
    officer: Actor
    members: int


def make(members: int, *, large: int, at: datetime) -> Counties:
    """A province and a city with two counties: `members` people in the first, a hundredth of them and one union with
    `large` of them in the second."""
    province = _union(1, Union.Level.PROVINCE, None, at)
    city = _union(2, Union.Level.CITY, province, at)
    counties = [_union(3 + number, Union.Level.COUNTY, city, at) for number in range(2)]
    below: list[list[Union]] = [[], []]
    number = 10
    for county, unions in zip(counties, below, strict=True):
        towns = []
        for _town in range(TOWNSHIPS):
            number += 1
            towns.append(_union(number, Union.Level.TOWNSHIP, county, at))
        for place in range(members // MEMBERS_OF):
            number += 1
            unions.append(_union(number, Union.Level.GRASSROOTS, towns[place % TOWNSHIPS], at))
    tree.rebuild(using="default")
    _fill(below[0], members, at, first=0)
    _fill(below[1][1:], members // 100, at, first=members)
    _fill(below[1][:1], large, at, first=2 * members)
    rollups.fold(at=at)
    merged, into, big = (Union.objects.get(pk=union.pk) for union in (*counties, below[1][0]))
    return Counties(merged, into, big, _officer(province, at), members)


def _union(number: int, level: int, above: Union | None, at: datetime) -> Union:
    union = Union.objects.create(
        code=f"340103-8{number:05d}",
        name=f"测试工会{number}",
        type="10" if level <= Union.Level.COUNTY else "50",
        level=level,
        division=DIVISION,
        founded_on=FOUNDED,
    )
    if above is not None:
        Parent.objects.bulk_create(
            Parent(union=union, parent=above, tree=kind, valid_from=FOUNDED, recorded_at=at)
            for kind in (Parent.Tree.ORGANISATION, Parent.Tree.FUND)
        )
    return union


def _fill(unions: list[Union], members: int, at: datetime, *, first: int) -> None:
    """So many people, spread over the unions, in one transaction."""
    placed = {union.pk: union for union in Union.objects.filter(pk__in=[union.pk for union in unions])}
    with transaction.atomic(using="bulk"):
        serial = first
        for place, union in enumerate(placed.values()):
            many = members // len(placed) + (place < members % len(placed))
            people, memberships = new_ids(many), new_ids(many)
            where = {"union_id": union.pk, "county_id": union.stands_in}
            Person.objects.using("bulk").bulk_create(
                Person(id=person, name="测试", gig_group="00", changed_at=at, **where) for person in people
            )
            Membership.objects.using("bulk").bulk_create(
                Membership(
                    id=membership,
                    person_id=person,
                    member_number=f"3401032024{serial + row:09d}",
                    status="10",
                    joined_on=JOINED,
                    valid_from=JOINED,
                    channel="roster",
                    **where,
                )
                for row, (membership, person) in enumerate(zip(memberships, people, strict=True))
            )
            phones = {person: codes.synthetic_mobile(serial + row) for row, person in enumerate(people)}
            vault.add_many("registry_person.phone", phones, place=Place(union.pk, union.stands_in), at=at)
            facts.record_many(_joined(union, memberships, people))
            serial += many


def _joined(union: Union, memberships: Sequence[UUID], people: Sequence[UUID]) -> Iterator[facts.NewFact]:
    for membership, person in zip(memberships, people, strict=True):
        yield facts.NewFact(
            kind="member.joined",
            union_id=union.pk,
            county_id=union.county_id,
            day=JOINED,
            person_id=person,
            record="membership",
            record_id=membership,
            dimensions={"group": "00", "channel": "roster"},
        )


def _officer(province: Union, at: datetime) -> Actor:
    founder = Actor(user_id=None, channel="demo", request_id="bench")
    with acting(founder):
        user, second = (
            accounts.create_user(actor=founder, at=at, login=login, staff=True)
            for login in ("bench-officer", "bench-giver")
        )
    giver = Actor(user_id=second.pk, channel="demo", request_id="bench")
    with acting(giver):
        grants.write(at=at, user_id=user.pk, role="province_officer", union=province, given_by=giver)
    return Actor(user_id=user.pk, channel="demo", request_id="bench", stepped_up=True)
