"""Which rows and columns a table takes along, and what the trail tells of it."""

import io
from datetime import date

import polars

from zhijia.audit.models import Entry
from zhijia.files.models import StoredFile
from zhijia.kernel.context import acting
from zhijia.registry.services.exports import asking, tables
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.exports.wishes import (
    AT,
    IN_CLEAR,
    ask,
    content,
    make,
    people,
    wish,
)


def test_the_trail_tells_how_many_rows_which_columns_what_for_and_the_digest(world):
    people(world, 2)

    made = make(world, ask(world, columns=["name", "id_no"], **IN_CLEAR))

    line = Entry.objects.using("bulk").get(action="members.export")
    assert line.detail["rows"] == line.detail["clear_rows"] == 2
    assert line.detail["columns"] == ["name", "id_no"]
    assert line.detail["purpose"] == "register"
    assert line.detail["digest"] == StoredFile.objects.using("bulk").get(pk=made.file_id).sha256
    assert line.reason == "名册上报"
    assert line.union_id == world.unions["factory"].pk


def test_a_county_takes_its_unions_members_and_a_union_its_own(world):
    people(world, 2, "factory")
    people(world, 1, "couriers")
    people(world, 4, "mill")

    county = make(world, ask(world, "luyang"), "luyang")
    alone = make(world, ask(world, "factory"))

    assert (county.rows, alone.rows) == (3, 2)


def test_the_filters_of_the_page_are_those_of_the_file(world):
    people(world, 2, name="王小")
    people(world, 1, name="李大")

    made = make(world, ask(world, filters={"name": "王", "password": "x"}))

    assert made.rows == 2
    assert made.filters == {"name": "王", "members_only": True}


def test_who_left_stands_in_the_file_when_asked_for_alone(world):
    from zhijia.registry.models import Membership

    _stays, left = people(world, 2)
    gone = Membership.objects.using("bulk").filter(person_id=left)
    gone.update(status="40", valid_to=date(2026, 1, 1))

    assert make(world, ask(world)).rows == 1
    assert make(world, ask(world, filters={"left": "on"})).rows == 2


def test_every_member_is_there_once_however_many_batches(world, monkeypatch):
    ids = people(world, 23)
    from zhijia.registry.services.exports import members

    monkeypatch.setattr(members, "BATCH", 5)

    made = make(world, ask(world, "luyang", format="parquet", columns=["person_id"]), "luyang")

    found = polars.read_parquet(io.BytesIO(content(world, made, "luyang")))["person_id"].to_list()
    assert sorted(found) == sorted(map(str, ids))


def test_the_statements_of_an_export_do_not_grow_with_the_rows(world, django_assert_max_num_queries):
    people(world, 400)
    asked = ask(world)

    with django_assert_max_num_queries(60):
        make(world, asked)


def test_the_unions_and_the_trail_can_be_taken_along_too(world):
    with acting(world.actors["founder"]):
        worlds.appoint(world, "province", "auditor", "auditor")
    unions = make(world, ask(world, "luyang", table="unions", format="parquet"), "luyang")
    with acting(world.actors["auditor"]) as actor:
        asked = asking.ask(actor=actor, at=AT, wish=wish(world, "province", table="trail", format="csv"))
    trail = make(world, asked, "auditor")

    frame = polars.read_parquet(io.BytesIO(content(world, unions, "luyang")))
    assert sorted(frame["name"].to_list()) == sorted(
        [world.unions[key].name for key in ("luyang", "factory", "couriers")]
    )
    assert frame.schema["found_date"] == polars.Date
    assert trail.rows > 0


def test_every_column_is_an_element_or_says_that_it_is_the_systems():
    system = {
        (table.code, column.code)
        for table in tables.all()
        for column in table.columns()
        if not column.element
    }

    assert system == {("cards", "qr")} | {("trail", column.code) for column in tables.get("trail").columns()}


def test_every_table_has_its_action_on_the_trail():
    from zhijia.catalogue import codes

    assert all(f"{table.code}.export" in codes.get("trail_actions").by_code for table in tables.all())
