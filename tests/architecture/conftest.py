"""A small federation in which every kind of record exists, and every page of the platform with its address."""

from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import translation

from tests.architecture import records
from zhijia.accounts.models import User
from zhijia.accounts.services import create_user
from zhijia.kernel.actors import Actor
from zhijia.notices import services as notices
from zhijia.notices.models import Message
from zhijia.registry.models import (
    Grant,
    Merge,
    Pair,
    Person,
    TransferLeg,
)
from zhijia.registry.services.exports import asking as exporting
from zhijia.registry.services.imports import runs
from zhijia.registry.services.reorganisations import planning
from zhijia.registry.services.reorganisations.plans import Rename
from zhijia.registry.tests import world as worlds

ROSTER = "姓名,身份证号,手机号码\n,,\n"
STAFF = {
    "auditor": "auditor",
    "hotline": "hotline_agent",
    "security": "security_admin",
    "system": "system_admin",
}
ROLES = ["factory", "luyang", "province", *STAFF, "committee", "ding", "lan"]


@dataclass(frozen=True, slots=True)
class Address:
    """A named page or operation: its name, where it is in this world, whether it names a record."""

    name: str
    path: str
    named: bool


@pytest.fixture
def world(db: Any) -> worlds.World:
    """Two counties, their officers, a member, an applicant, a transfer, a correction, an import and a message."""
    # What is named when it is made is named in Chinese, whatever was read before.
    translation.activate("zh-hans")
    world = worlds.build()
    for name, role in STAFF.items():
        worlds.appoint(world, "province", role, name)
    worlds.appoint(world, "luyang", "audit_committee", "committee")
    ding = worlds.member(world, "ding", "factory", serial=1)
    worlds.ask(world, "lan", "factory", serial=2, called="欧阳兰")
    moving = worlds.ask(world, "ding", "mill", serial=1)
    worlds.take_in(world, "mill", moving)
    worlds.correction(world, "ding", "occupation", "fitter")
    runs.upload(
        actor=world.act("factory"),
        at=worlds.AT,
        union=world.unions["factory"],
        content=BytesIO(ROSTER.encode()),
        name="roster.csv",
    )
    exporting.ask(actor=world.act("factory"), at=worlds.AT, wish=records.members_of(world))
    notices.send(
        actor=world.act("factory"),
        at=worlds.AT,
        to_user=world.actors["ding"].user_id,
        kind="please_check_your_data",
        values={"union": "晨光机械工会"},
        link="registry:my_data",
        reason="membership",
    )
    records.twice_registered(world, ding)
    outsider = create_user(
        actor=world.act("founder"),
        at=worlds.AT,
        login="outsider",
        password=worlds.PASSWORD,
        staff=True,
        must_change_password=False,
    )
    world.actors["outsider"] = Actor(outsider.pk, "page", "test")
    return world


@pytest.fixture
def addresses(world: worlds.World) -> list[Address]:
    """Every page and operation there is, at the records of 晨光机械工会."""
    values = _values(world)
    found = []
    for name, pattern in records.walk(get_resolver()):
        asked = pattern.pattern.converters
        given = {key: values[name, key] if (name, key) in values else values[key] for key in asked}
        found.append(Address(name, reverse(name, kwargs=given), bool(asked)))
    return found


def browser_of(world: worlds.World, name: str, language: str = "zh-hans") -> Client:
    """A browser in which this actor of the world is logged in and reads this language."""
    client = Client(headers={"accept-language": language})
    client.cookies["language"] = language
    User.objects.filter(pk=world.actors[name].user_id).update(language=language)
    client.force_login(User.objects.get(pk=world.actors[name].user_id))
    return client


_DESIGNS = ("", "copy_", "try_", "propose_", "publish_", "give_back_", "discard_")


def _values(world: worlds.World) -> dict[Any, Any]:
    from zhijia.catalogue import standards
    from zhijia.files.models import StoredFile
    from zhijia.registry.models import Export, RosterImport

    version_id, change_id = records.designed(world), records.number(world)
    world.act("factory")
    values: dict[Any, Any] = {
        "code": world.unions["factory"].code,
        "person_id": Person.objects.get().pk,
        "leg_id": TransferLeg.objects.get().pk,
        "grant_id": Grant.objects.order_by("pk").first().pk,  # type: ignore[union-attr]
        "import_id": RosterImport.objects.get().pk,
        "export_id": Export.objects.get().pk,
        "table": "members",
        **{(f"administration:{page}design", "kind"): "matters" for page in _DESIGNS},
        ("administration:shelf", "kind"): "matters",
        ("administration:copy_design", "code"): "degree_support",
        "version_id": version_id,
        "change_id": change_id,
        "key": "matter.union_days",
        "version": standards.version(),
        "name": "codes.csv",
        "element": "education",
        "listing": "educations",
        "file_id": StoredFile.objects.get().pk,
        **records.terms(world),
        "rule": "occupation_missing",
        "issue_id": records.asked_about(world),
        "division": "340103000000",
        "field": "phone",
        "purpose": "sms",
        "kind": "imported",
        "channel": "sms",
        "status": 404,
        "notice_id": UUID(int=1),
        "entry_id": UUID(int=1),
        "paper_id": UUID(int=1),
        "number": 1,
        **dict.fromkeys(("z", "x", "y"), 0),
        "employer_id": 1,
        "line": 1,
        "clue_id": UUID(int=1),
        "kin_id": UUID(int=1),
        "file_number": 1,
        "month": 202601,
        "token": "nobody-has-this-one",
        "session_id": 1,
        "proposal_id": 1,
        "token_id": 1,
        "user_id": world.actors["factory"].user_id,
        ("ui:branch", "code"): "luyang",
        ("registry:prepare_reorganisation", "kind"): "rename",
    }
    luyang = world.act("luyang")
    values["reorganisation_id"] = planning.plan(
        actor=luyang,
        at=worlds.AT,
        plan=Rename(union=world.unions["factory"].pk, name="晨光集团工会"),
        effective_on=date(2030, 1, 1),
        reason="企业更名",
        once=uuid4(),
    ).pk
    values |= {"batch_id": records.moving_together(world).pk, "leaving_id": records.perhaps_left(world).pk}
    values |= {"pair_id": Pair.objects.get().pk, "merge_id": Merge.objects.get().pk}
    values |= records.asked_for(world)
    values |= records.audited(world)
    values |= records.in_a_register(world)
    values |= records.polled(world)
    values |= records.driven(world)
    values |= records.in_a_round(world)
    values |= records.in_an_appraisal(world)
    world.act("ding")
    return {**values, "message_id": Message.objects.filter(user_id=world.actors["ding"].user_id).first().pk}  # type: ignore[union-attr]
