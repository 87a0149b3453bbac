"""A made-up city for the bench of matters: a line of four levels, many unions below, members who ask and officers who
decide."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from zhijia.accounts import services as accounts
from zhijia.accounts.models import User
from zhijia.catalogue.matter_rules import Matter
from zhijia.catalogue.versions import content, digest
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting
from zhijia.kernel.ids import new_id, new_ids
from zhijia.matters.models import MatterVersion
from zhijia.registry import tree
from zhijia.registry.models import Membership, Parent, Person, Union
from zhijia.registry.services import grants

DIVISION, FOUNDED, CODE = "340103000000", date(2015, 1, 1), "bench.aid"
UNIONS, MEMBERS = 2_000, 200
ROLES = ("grassroots_officer", "county_reviewer", "county_reviewer", "province_officer")


@dataclass(frozen=True, slots=True)
class Ground:
    """The members of one union who ask, the officers of its line from below, and all unions of the lowest level."""

    members: tuple[Actor, ...]
    officers: tuple[Actor, ...]
    line: tuple[Union, ...]
    unions: tuple[Union, ...]
    version: MatterVersion


def make(at: datetime, unions: int = UNIONS) -> Ground:
    """So many unions, accounts, grants and a matter of four steps, each at the next level up."""
    founder = Actor(None, "demo", "bench")
    with acting(founder):
        above: Union | None = None
        line = []
        levels = (Union.Level.PROVINCE, Union.Level.CITY, Union.Level.COUNTY)
        for number, level in enumerate(levels, start=1):
            above = _union(number, level, above, at)
            line.append(above)
        lowest = [_union(100 + number, Union.Level.GRASSROOTS, above, at) for number in range(unions)]
        tree.rebuild(using="default")
        line = [Union.objects.get(pk=union.pk) for union in (lowest[0], *reversed(line))]
        giver = accounts.create_user(actor=founder, at=at, login="bench-giver", staff=True)
    grants.write(
        at=at, user_id=giver.pk, role="security_admin", union=line[-1], given_by=founder, using="bulk"
    )
    with acting(Actor(giver.pk, "demo", "bench")) as by:
        officers = tuple(
            _officer(by, at, f"bench-{place}", role, union)
            for place, (role, union) in enumerate(zip(ROLES, line, strict=True))
        )
        placed = tuple(Union.objects.filter(pk__in=[union.pk for union in lowest]).order_by("pk"))
    return Ground(_members(line[0], at), officers, tuple(line), placed, _published(at))


def _union(number: int, level: int, above: Union | None, at: datetime) -> Union:
    union = Union.objects.create(
        code=f"340103-7{number:05d}",
        name=f"测试工会{number}",
        type="10" if level <= Union.Level.COUNTY else "50",
        level=level,
        division=DIVISION,
        founded_on=FOUNDED,
    )
    if above is not None:
        Parent.objects.create(
            union=union, parent=above, tree=Parent.Tree.ORGANISATION, valid_from=FOUNDED, recorded_at=at
        )
    return union


def _officer(by: Actor, at: datetime, login: str, role: str, union: Union) -> Actor:
    user = accounts.create_user(actor=by, at=at, login=login, staff=True)
    grants.write(at=at, user_id=user.pk, role=role, union=union, given_by=by)
    return Actor(user.pk, "page", "bench")


def _members(union: Union, at: datetime) -> tuple[Actor, ...]:
    people = new_ids(MEMBERS)
    where = {"union_id": union.pk, "county_id": union.stands_in}
    Person.objects.using("bulk").bulk_create(
        Person(id=person, name="测试", gig_group="00", changed_at=at, **where) for person in people
    )
    dates = {"joined_on": FOUNDED, "valid_from": FOUNDED}
    Membership.objects.using("bulk").bulk_create(
        Membership(
            id=new_id(), person_id=person, status=Membership.Status.ACTIVE, channel="bench", **dates, **where
        )
        for person in people
    )
    users = [
        User(login=f"bench-member-{place}", person_id=person, created_at=at)
        for place, person in enumerate(people)
    ]
    User.objects.using("bulk").bulk_create(users)
    return tuple(Actor(user.pk, "page", "bench", person_id=user.person_id) for user in users)


def _published(at: datetime) -> MatterVersion:
    """The matter, drafted by one and published by another."""
    matter = Matter.model_validate(_definition())
    return MatterVersion.objects.using("bulk").create(
        code=CODE,
        number=1,
        content=content(matter),
        digest=digest(matter),
        state=MatterVersion.State.PUBLISHED,
        since=FOUNDED,
        made_by=1,
        made_at=at,
        published_by=2,
        published_at=at,
    )


def _definition() -> dict[str, Any]:
    words = {"en": "Bench", "zh": "测试"}
    limit = {"parameter": "matter.union_days", "unit": "working_days"}
    return {
        "code": CODE, "label": words, "version": 1, "source": "bench", "confidence": "D", "guidance": words,
        "group": "life", "who": ["member"], "purpose": "requests", "retention": "case_years", "amount": "sum",
        "form": [
            {"name": "sum", "label": words, "type": "money"},
            {"name": "why", "label": words, "type": "long_text"},
            {"name": "ill", "label": words, "type": "yes_no"},
        ],
        "steps": [
            {"code": seat, "label": words, "does": "decide", "seat": seat, "limit": limit}
            for seat in ("own", "county", "city", "province")
        ],
    }  # fmt: skip
