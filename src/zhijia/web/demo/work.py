"""What waits in the demo, asked for as people ask: through the services, on the days before the load."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import numpy as np

from zhijia.accounts.models import User
from zhijia.accounts.services import create_user
from zhijia.kernel import actors, codes
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting
from zhijia.matters.models import Case, Step
from zhijia.matters.services import asking, deciding, handing_in, joining, sides
from zhijia.notices import services as notices
from zhijia.registry.models import Coverage, Person, Union
from zhijia.registry.services.people import reveal
from zhijia.web.demo.logins import (
    MEMBER,
    OFFICER,
    OTHER_REVIEWER,
    REVIEWER,
    counties,
    make_member,
    workers,
    workplace,
)
from zhijia.web.demo.names import People
from zhijia.web.demo.numbers import Births, compact_days, phones
from zhijia.web.demo.plan import Plan
from zhijia.web.demo.seeds import stream
from zhijia.web.demo.words import words

STREAM = 5
MOST = 300
"""Requests to join that wait in the largest province: as many as a reviewer's page needs, not as a province
has."""
HOURS = 9 * 24
"""A request waits so long at most; most came in the last days."""
CODED = {"occupation", "education", "gig_group", "work_status"}
"""Fields whose right value is chosen from a list."""
AT_WORK, NEAR, FAR, POOLS = 4, 3, 3, 3


def make_work(plan: Plan, *, at: datetime) -> None:
    """Requests to join, transfers and corrections that wait, messages and a look, so that every home has something to
    do. In the caller's transaction."""
    work, (near, far) = workplace(), counties()
    _joins(plan, _asked_at(plan, work, near, far), at)
    people = workers(work, 1 + len(words("unions")["work"]["corrections"]))
    _corrections(people, at)
    _transfers(work, far, at)
    _message(work, at)
    _look(people[0], at)


def _asked_at(plan: Plan, work: Union, near: Union, far: Union) -> list[Union]:
    """The unions people ask to join: the officer's, some in the two counties, holding pools, and by
    chance."""
    grassroots = Union.objects.filter(level=Union.Level.GRASSROOTS, dissolved_on__isnull=True).order_by("id")
    pools = list(grassroots.filter(holding_pool=True)[:POOLS])
    chosen = [work] * AT_WORK
    chosen += list(grassroots.filter(county=near, type="50").exclude(pk=work.pk)[:NEAR])
    chosen += list(grassroots.filter(county=far, type="50")[:FAR]) + pools
    others = list(grassroots.filter(holding_pool=False).values_list("pk", flat=True)[: plan.unions])
    many = min(MOST, 8 + plan.unions // 50)
    picked = stream(plan.seed, STREAM).choice(others, many).tolist()
    found = Union.objects.in_bulk(picked)
    return chosen + [found[union] for union in picked]


def _joins(plan: Plan, unions: list[Union], at: datetime) -> None:
    rng = stream(plan.seed, STREAM, 1)
    births = Births.of(plan.members + plan.gone, plan.seed)
    spare = [births.spare(number) for number in range(len(unions))]
    born = np.array([day for day, _women, _order in spare], np.int64)
    women = np.array([woman for _day, woman, _order in spare])
    orders = np.array([order for _day, _women, order in spare], np.int64)
    names = People.read().draw(rng, women, born // 365 + 1970)
    numbers = codes.synthetic_resident_ids(compact_days(born), orders)
    mobiles = phones(plan.members + plan.gone + np.arange(len(unions)), plan.seed)
    hours = (rng.random(len(unions)) ** 2 * HOURS).astype(int) + 3
    gigs = words("names")["gig_occupations"]
    covered = Coverage.objects.filter(union__in=unions).order_by("-pk")
    workplaces = dict(covered.values_list("union_id", "employer__name"))
    maker = actors.system("demo-work", "demo")
    for place, union in enumerate(unions):
        asked = at - timedelta(hours=int(hours[place]))
        group = list(gigs)[place % len(gigs)] if union.holding_pool else "00"
        with acting(maker):
            user = create_user(actor=maker, at=asked, phone=mobiles[place].decode(), demo=True)
        said = {
            "name": str(names[place]),
            "id_number": numbers[place].decode(),
            "occupation": gigs.get(group, "production"),
            "workplace": workplaces.get(union.pk, union.name),
        }
        _ask(Actor(user.pk, "demo", "demo-work"), asked, union, said)


def _corrections(people: list[Person], at: datetime) -> None:
    """Each of some members of the officer's union, the demo's member first, says one field is wrong."""
    for place, (field, value) in enumerate(words("unions")["work"]["corrections"].items()):
        person = people[place]
        asked = at - timedelta(days=place + 1)
        member = _member() if place == 0 else make_member(person=person, at=asked)
        answer = f"right_{field}" if field in CODED else "right"
        with acting(member):
            case = asking.start(actor=member, at=asked, code="correction")
            typed = {"which": field, answer: value}
            asking.keep(actor=member, at=asked, case_id=case.pk, typed=typed)
            handing_in.submit(actor=member, at=asked, case_id=case.pk, key=uuid4())


def _transfers(work: Union, far: Union, at: datetime) -> None:
    """Somebody of the other county asks to join the officer's union, somebody of the officer's union the other: each
    is taken in there, and now both sides are asked."""
    there = Union.objects.filter(county=far, type="50", level=Union.Level.GRASSROOTS).order_by("id").first()
    if there is None:
        return
    moves = ((OFFICER, work, there), (OTHER_REVIEWER, there, work))
    for login, receiving, leaving in moves:
        person = sorted(workers(leaving, 8), key=lambda worker: worker.employer_name != "")[-1]
        covered = Coverage.objects.filter(union=receiving).order_by("pk").first()
        member = make_member(person=person, at=at - timedelta(days=4))
        workplace_of = covered.employer.name if covered else receiving.name
        case = _ask(member, at - timedelta(days=3), receiving, {"workplace": workplace_of})
        with acting(_actor(login)) as actor:
            step = Step.objects.get(case=case, state=Step.State.ACTIVE)
            deciding.approve(actor=actor, at=at - timedelta(days=2), step_id=step.pk)
    sides.follow(at=at - timedelta(days=2))


def _ask(actor: Actor, at: datetime, union: Union, said: dict[str, str]) -> Case:
    """They ask to join the union."""
    with acting(actor):
        routed = "pool" if union.holding_pool else "chosen"
        case = joining.begin(actor=actor, at=at, union=union, routed=routed)
        asking.keep(actor=actor, at=at, case_id=case.pk, typed=said)
        return handing_in.submit(actor=actor, at=at, case_id=case.pk, key=uuid4())


def _message(work: Union, at: datetime) -> None:
    member = _member()
    with acting(_actor(REVIEWER)) as actor:
        notices.send(
            actor=actor, at=at - timedelta(hours=30), to_user=member.user_id, kind="please_check_your_data",
            values={"union": work.name},
        )  # fmt: skip


def _look(person: Person, at: datetime) -> None:
    """The officer has looked at a hidden value of the demo's member, who reads of it under "Who looked at me"."""
    asked = words("unions")["work"]["look"]
    with acting(_actor(OFFICER)) as actor:
        reveal(
            actor=actor, at=at - timedelta(hours=26), person=person, field=asked["field"], reason=asked["reason"]
        )  # fmt: skip


def _actor(login: str) -> Actor:
    return Actor(User.objects.get(login=login).pk, "demo", "demo-work", stepped_up=True)


def _member() -> Actor:
    user = User.objects.get(login=MEMBER)
    person: UUID | None = user.person_id
    return Actor(user.pk, "demo", "demo-work", person_id=person)
