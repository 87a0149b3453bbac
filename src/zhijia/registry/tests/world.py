"""A small world for tests, built as people would: a province, a city, two counties, their unions and officers."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from zhijia.accounts.models import User
from zhijia.accounts.services import create_user
from zhijia.kernel import context
from zhijia.kernel.actors import Actor
from zhijia.kernel.codes import synthetic_mobile, synthetic_resident_id
from zhijia.matters.models import Case, Step
from zhijia.matters.services import asking, deciding, handing_in, joining, sides
from zhijia.registry import tree
from zhijia.registry.models import Grant, Parent, Union
from zhijia.registry.services import grants
from zhijia.registry.tests import ready
from zhijia.registry.tests.ready import once_a_run

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
PASSWORD = "Yulan-shu-48"


@dataclass
class World:
    """The unions by a short name, and somebody at work for each."""

    unions: dict[str, Union] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    people: int = 0

    def act(self, name: str) -> Actor:
        """Become this actor: row policies follow."""
        actor = self.actors[name]
        context.enter(actor)
        return actor

    def refresh(self) -> None:
        for union in self.unions.values():
            union.refresh_from_db()


@once_a_run
def build() -> World:
    """安徽 > 合肥 > 庐阳 (two grassroots unions) and 蜀山 (one); an officer at each, all stepped up."""
    world = World()
    rows = [
        ("province", None, "安徽省总工会", Union.Level.PROVINCE, "10", "340000000000"),
        ("city", "province", "合肥市总工会", Union.Level.CITY, "10", "340100000000"),
        ("luyang", "city", "庐阳区总工会", Union.Level.COUNTY, "10", "340103000000"),
        ("shushan", "city", "蜀山区总工会", Union.Level.COUNTY, "10", "340104000000"),
        ("factory", "luyang", "晨光机械工会", Union.Level.GRASSROOTS, "50", "340103000000"),
        ("couriers", "luyang", "庐阳区快递行业工会联合会", Union.Level.GRASSROOTS, "41", "340103000000"),
        ("mill", "shushan", "新河纺织工会", Union.Level.GRASSROOTS, "50", "340104000000"),
    ]
    for number, (key, parent, name, level, kind, division) in enumerate(rows, start=1):
        union = Union.objects.create(
            code=f"{division[:6]}-9{number:05d}",
            name=name,
            type=kind,
            level=level,
            division=division,
            founded_on=date(2020, 1, 1),
        )
        world.unions[key] = union
        if parent:
            Parent.objects.create(
                union=union,
                parent=world.unions[parent],
                tree=Parent.Tree.ORGANISATION,
                valid_from=date(2020, 1, 1),
                recorded_at=AT,
            )
    tree.rebuild()
    world.refresh()
    founder = create_user(
        actor=Actor(None, "command", "test"), at=AT, login="founder", password=PASSWORD, staff=True
    )
    world.actors["founder"] = Actor(founder.pk, "page", "test", stepped_up=True)
    for key, role in {
        "province": "province_officer",
        "luyang": "county_reviewer",
        "shushan": "county_reviewer",
        "factory": "grassroots_officer",
        "couriers": "grassroots_officer",
        "mill": "grassroots_officer",
    }.items():
        appoint(world, key, role)
    return world


def found(world: World, key: str, parent: str, name: str, **told: Any) -> Union:
    """One union more under another, as the province founds it; `told` are columns of it."""
    world.act("province")
    above = world.unions[parent]
    founded = told.pop("founded_on", date(2020, 1, 1))
    union = world.unions[key] = Union.objects.create(
        code=f"{above.division[:6]}-8{len(world.unions):05d}",
        name=name,
        division=told.pop("division", above.division),
        founded_on=founded,
        county_id=above.county_id,
        **told,
    )
    Parent.objects.create(
        union=union, parent=above, tree=Parent.Tree.ORGANISATION, valid_from=founded, recorded_at=AT
    )
    tree.rebuild()
    world.refresh()
    return union


def dissolve(world: World, key: str, *, at: datetime = AT) -> None:
    """The union has ended meanwhile. Everything else stands as it was, as where its end was written a moment ago."""
    ready.behind(
        "UPDATE registry_union SET dissolved_on = %s WHERE id = %s", [at.date(), world.unions[key].pk]
    )
    world.unions[key].refresh_from_db()


def appoint(world: World, key: str, role: str, name: str = "") -> Actor:
    """Give a new account this role at a union of the world."""
    founder = world.act("founder")
    user = create_user(
        actor=founder,
        at=AT,
        login=f"{name or key}-officer",
        password=PASSWORD,
        staff=True,
        must_change_password=False,
    )
    give(founder, user.pk, role, world.unions[key])
    world.actors[name or key] = Actor(user.pk, "page", "test", stepped_up=True)
    return world.actors[name or key]


def give(giver: Actor, user_id: int | None, role: str, union: Union, *, at: datetime = AT) -> Grant:
    """A role for this account, given by somebody who gives rights everywhere for this moment and holds none."""
    assert user_id
    ready.behind(
        "INSERT INTO registry_grant (user_id, role, union_id, reads_people, administers, valid_from, given_at, seal)"
        " SELECT %s, 'gives rights', id, false, true, '2020-01-01', %s, '' FROM registry_union",
        [giver.user_id, AT],
    )
    given = grants.write(at=at, user_id=user_id, role=role, union=union, given_by=giver)
    ready.behind("DELETE FROM registry_grant WHERE user_id = %s AND role = 'gives rights'", [giver.user_id])
    return given


def worker(world: World, name: str) -> Actor:
    """Somebody with an account and a confirmed phone, in no union yet."""
    world.people += 1
    context.enter(Actor(None, "page", "test"))
    user = create_user(actor=Actor(None, "page", "test"), at=AT, phone=synthetic_mobile(world.people))
    world.actors[name] = Actor(user.pk, "page", "test", stepped_up=True)
    return world.act(name)


def number(serial: int, born: date = date(1990, 3, 7)) -> str:
    """A well-formed identity number of nobody."""
    return synthetic_resident_id(born, serial)


def ask(
    world: World, name: str, union: str, *, serial: int = 0, called: str = "张小丰", told: str = ""
) -> Case:
    """The worker asks to join the union, with the identity number `told` or that of the serial."""
    actor = world.actors.get(name) or worker(world, name)
    context.enter(actor)
    case = joining.begin(actor=actor, at=AT, union=world.unions[union], routed="chosen")
    if case.state == Case.State.DRAFT:
        said = {
            "name": called,
            "id_number": told or number(serial),
            "occupation": "welder",
            "workplace": "晨光机械有限公司",
        }
        asking.keep(actor=actor, at=AT, case_id=case.pk, typed=said)
        handing_in.submit(actor=actor, at=AT, case_id=case.pk, key=uuid4())
    return case


def take_in(world: World, union: str, case: Case, *, document_seen: bool = False, at: datetime = AT) -> Case:
    """The officer of the union agrees; what this brings about elsewhere follows."""
    actor = world.act(union)
    typed = {joining.SEEN: "yes" if document_seen else ""}
    deciding.approve(actor=actor, at=at, step_id=here(case).pk, typed=typed)
    sides.follow(at=at)
    return again(case)


def let_go(world: World, union: str, *, approve: bool = True, reason: str = "", at: datetime = AT) -> Case:
    """The officer of the union the member is in answers, and what was asked for elsewhere follows."""
    actor = world.act(union)
    case = Case.objects.get(code=sides.LETTING_GO, union_id=world.unions[union].pk, state=Case.State.OPEN)
    if approve:
        deciding.approve(actor=actor, at=at, step_id=here(case).pk)
    else:
        deciding.refuse(actor=actor, at=at, step_id=here(case).pk, reason=reason)
    sides.follow(at=at)
    return again(case)


def here(case: Case) -> Step:
    """The step the case is at."""
    return Step.objects.get(case=case, state__in=("active", "paused", "waiting"))


def again(case: Case) -> Case:
    """The case as it is now, for whoever acts."""
    return Case.objects.get(pk=case.pk)


def member(world: World, name: str, union: str, *, serial: int, called: str = "张小丰") -> Actor:
    """Somebody who asked and was taken in."""
    case = ask(world, name, union, serial=serial, called=called)
    take_in(world, union, case)
    user = User.objects.get(pk=case.user_id)
    world.actors[name] = replace(world.actors[name], person_id=user.person_id)
    return world.actors[name]


def correction(world: World, name: str, field: str, value: str) -> Case:
    """The member says what a field should be."""
    actor = world.act(name)
    case = asking.start(actor=actor, at=AT, code="correction")
    answer = f"right_{field}" if field in {"occupation", "education", "gig_group", "work_status"} else "right"
    asking.keep(actor=actor, at=AT, case_id=case.pk, typed={"which": field, answer: value})
    return handing_in.submit(actor=actor, at=AT, case_id=case.pk, key=uuid4())
