"""Exports as people ask for them: members with sealed values, a wish, the file made and opened."""

import uuid
from datetime import UTC, date, datetime

from zhijia.catalogue import parameters
from zhijia.files import services as files
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting
from zhijia.registry.models import Export, Person
from zhijia.registry.services.exports import asking, tables, work
from zhijia.registry.services.exports.asking import Wish
from zhijia.registry.tests import world as worlds
from zhijia.vault import services as vault

AT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
PHONE, EMAIL, ADDRESS = "16900000001", "zhang@example.cn", "安徽省合肥市庐阳区长江中路1号"


def people(world, count, union="factory", name="张小丰"):
    """Members put straight into the tables, as many as a test needs, with sealed numbers and phones."""
    from zhijia.registry.models import Membership

    at = world.unions[union]
    ids = [uuid.uuid4() for _ in range(count)]
    Person.objects.using("bulk").bulk_create(
        Person(id=key, name=f"{name}{'甲乙丙丁戊己庚辛'[n % 8]}", birth_date=date(1990, 3, 7), union_id=at.pk,
               county_id=at.county_id, home_division="340103000000", changed_at=AT)
        for n, key in enumerate(ids)
    )  # fmt: skip
    Membership.objects.using("bulk").bulk_create(
        Membership(person_id=key, member_number=f"34010320200000{n:05d}1", status="10", joined_on=date(2020, 1, 1),
                   valid_from=date(2020, 1, 1), channel="demo", union_id=at.pk, county_id=at.county_id)
        for n, key in enumerate(ids)
    )  # fmt: skip
    return ids


def seal(world, person_id, union="factory"):
    """Number, phone, e-mail and address of one of them."""
    from zhijia.registry import access

    place = access.place_of(world.unions[union], person_id)
    with acting(world.actors[union]):
        for field, value in {
            "id_number": worlds.number(1), "phone": PHONE, "email": EMAIL, "address": ADDRESS,
        }.items():  # fmt: skip
            vault.seal(f"registry_person.{field}", person_id, value, place=place, at=AT)


def wish(world, union="factory", **said):
    columns = [column.code for column in tables.get(said.get("table", "members")).columns()]
    usual = {
        "once": uuid.uuid4(),
        "table": "members",
        "union": world.unions[union],
        "format": "csv",
        "columns": columns,
        "filters": {},
    }
    return Wish(**{**usual, **said})


def ask(world, who="factory", at=AT, **said):
    with acting(world.actors[who]) as actor:
        return asking.ask(actor=actor, at=at, wish=wish(world, **{"union": who, **said}))


def make(world, export, who="factory", at=AT):
    actor = Actor(user_id=world.actors[who].user_id, channel="job", request_id="job")
    work.make(actor=actor, at=at, export_id=export.pk)
    return Export.objects.using("bulk").get(pk=export.pk)


def content(world, export, who="factory"):
    with acting(world.actors[who]) as actor:
        return b"".join(files.open_for(actor=actor, at=AT, file_id=export.file_id).pieces)


IN_CLEAR = {"clear": True, "purpose": "register", "reason": "名册上报"}


def limit(monkeypatch, **values):
    """Other numbers than the catalogue's, so that a test needs few rows."""
    true = parameters.value
    monkeypatch.setattr(
        parameters, "value", lambda key, **where: values.get(key.replace(".", "_")) or true(key, **where)
    )


def colleague(world, union="factory", role="grassroots_officer"):
    with acting(world.actors["founder"]):
        return worlds.appoint(world, union, role, "colleague")
