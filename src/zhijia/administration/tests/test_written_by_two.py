"""A version or a number comes into force by two people: no session of the app brings one in by SQL alone."""

from typing import Any

import pytest
from django.db import connection

from zhijia.administration.services import designing
from zhijia.administration.services.kinds import KINDS
from zhijia.catalogue.models import ParameterChange
from zhijia.catalogue.versions import Version
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.registry.tests import by_hand, ready
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT

TABLES = [kind.model._meta.db_table for kind in KINDS.values()]
ASKING = ("province", "second", "luyang", "factory", "mill", "member", "nobody", "a job")
BEGUN = (
    "INSERT INTO {} (code, number, text, content, digest, state, shipped, since, made_by, made_at, published_by,"
    " published_at, copied_from, returned) VALUES ('test.own', 1, '', '{{}}', '', %(state)s, %(shipped)s, '2026-01-01',"
    " %(maker)s, now(), %(second)s, %(published)s, '', '')"
)
NUMBER = (
    "INSERT INTO catalogue_parameter_change (key, division, since, value, source, effect, state, made_by, made_at,"
    " published_by, published_at) VALUES ('matter.union_days', '', '2027-01-01', '9', 'test', '{}', %(state)s,"
    " %(maker)s, now(), %(second)s, %(published)s)"
)
TODAY = "(now() AT TIME ZONE 'Asia/Shanghai')::date"
PUBLISH = (
    "UPDATE {} SET state = 'published', published_by = access_user(), published_at = now(), since = {}"
    " WHERE id = %(row)s"
)
DRAFT: dict[str, Any] = {"state": "draft", "shipped": False, "second": None, "published": None}


@pytest.fixture
def world(db: Any) -> worlds.World:
    made = worlds.build()
    worlds.appoint(made, "province", "province_officer", "second")
    worlds.member(made, "member", "factory", serial=41)
    made.actors["nobody"] = Actor(None, "page", "test")
    made.actors["a job"] = Actor(None, "job", "test")
    return made


def begun(table: str) -> str:
    """The statement that writes a row of this table of versions."""
    text = BEGUN.format(table)
    if table == "rules_version":
        text = text.replace("(code,", "(preview, code,").replace("('test.own'", "('{}', 'test.own'")
    return text


def lets(world: worlds.World, write: str, maker: str = "", **values: Any) -> list[str]:
    """Who may write this; each as its maker, or all as that of `maker`."""
    return [
        who
        for who in ASKING
        if not by_hand.refused(
            world.actors[who], write, {"maker": world.actors[maker or who].user_id, **values}
        )
    ]


def run(world: worlds.World, who: str, write: str, **values: Any) -> None:
    """This, written by this person."""
    world.act(who)
    with connection.cursor() as cursor:
        cursor.execute(write, values)
        assert cursor.rowcount == 1


def columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        return [column.name for column in connection.introspection.get_table_description(cursor, table)]


def proposed(world: worlds.World, table: str, *, number: int = 1, since: str = "2026-01-01") -> int:
    """A version of this table that the first officer of the province drafted and proposed."""
    maker = world.actors["province"].user_id
    drafted = begun(table).replace("'test.own', 1", f"'test.own', {number}").replace("2026-01-01", since)
    run(world, "province", drafted, maker=maker, **DRAFT)
    run(
        world,
        "province",
        f"UPDATE {table} SET state = 'proposed' WHERE code = 'test.own' AND number = %(number)s",
        number=number,
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {table} WHERE code = 'test.own' AND number = %s", [number])
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize("table", TABLES)
def test_nobody_writes_what_is_published_already(world: worlds.World, table: str) -> None:
    one, two = world.actors["province"].user_id, world.actors["second"].user_id
    told = {"state": "published", "second": two, "published": AT}

    assert lets(world, begun(table), "province", **DRAFT | told) == []
    assert lets(world, begun(table), "second", **DRAFT | told | {"second": one}) == []
    assert lets(world, begun(table), "province", **DRAFT | told | {"shipped": True}) == []
    assert lets(world, begun(table), "province", **DRAFT | {"state": "proposed"}) == []


@pytest.mark.parametrize("table", TABLES)
def test_a_draft_is_begun_by_who_works_somewhere_in_their_own_name(world: worlds.World, table: str) -> None:
    officers = ["province", "second", "luyang", "factory", "mill"]

    assert lets(world, begun(table), **DRAFT) == officers
    assert lets(world, begun(table), "province", **DRAFT) == ["province"]


def test_what_came_with_the_program_is_written_down_by_whoever_uses_it_first(world: worlds.World) -> None:
    write = begun("matters_version").replace("%(maker)s", "NULL")

    assert lets(world, write, **DRAFT | {"state": "published", "shipped": True}) == list(ASKING)


@pytest.mark.parametrize("table", TABLES)
def test_what_is_proposed_is_published_as_it_is_by_a_second_person_at_the_top(
    world: worlds.World, table: str
) -> None:
    row = proposed(world, table)
    publish = PUBLISH.format(table, TODAY)

    assert lets(world, publish, row=row) == ["second"]
    assert lets(world, publish.replace("access_user()", "%(maker)s"), "second", row=row) == ["second"]
    for other in ('content = \'{"group": "x"}\'', "text = 'x'", "budget = 1", "preview = '{\"yes\": 1}'"):
        if other.split(" ")[0] in columns(table):
            assert lets(world, publish.replace("state =", f"{other}, state ="), row=row) == [], other


@pytest.mark.parametrize("table", TABLES)
def test_what_is_published_holds_from_its_day_or_from_that_of_its_publishing(
    world: worlds.World, table: str
) -> None:
    passed, ahead = proposed(world, table, number=1), proposed(world, table, number=2, since="2099-01-01")

    for since in ("since", "'2026-01-02'", f"{TODAY} - 1", f"{TODAY} + 1", "NULL"):
        assert lets(world, PUBLISH.format(table, since), row=passed) == [], since
    for since in (TODAY, "'2098-12-31'", "'2099-01-02'"):
        assert lets(world, PUBLISH.format(table, since), row=ahead) == [], since
    assert lets(world, PUBLISH.format(table, "since"), row=ahead) == ["second"]


@pytest.mark.parametrize("table", TABLES)
def test_what_is_proposed_stays_as_it_is(world: worlds.World, table: str) -> None:
    row = proposed(world, table)

    for change in (
        "content = '{\"group\": \"x\"}'", "text = 'x'", "made_by = made_by + 1", "digest = 'x'", "number = 9",
        "since = '2027-01-01'", "since = NULL", "copied_from = 'x'", "returned = 'x'", "budget = 1",
    ):  # fmt: skip
        if change.split(" ")[0] in columns(table):
            assert lets(world, f"UPDATE {table} SET {change} WHERE id = %(row)s", row=row) == [], change


@pytest.mark.parametrize("table", TABLES)
def test_a_proposal_is_given_back_at_the_top_or_taken_back_and_a_draft_is_its_makers(
    world: worlds.World, table: str
) -> None:
    row = proposed(world, table)
    back = f"UPDATE {table} SET state = 'draft', returned = 'x' WHERE id = %(row)s"
    keep = f"UPDATE {table} SET text = 'x' WHERE id = %(row)s"
    gone = f"DELETE FROM {table} WHERE id = %(row)s"

    assert lets(world, back, row=row) == ["province", "second"]
    for other in ("since = '2027-01-01'", 'content = \'{"group": "x"}\'', "text = 'x'"):
        assert lets(world, back.replace("state =", f"{other}, state ="), row=row) == [], other
    assert lets(world, gone, row=row) == []
    run(world, "second", back, row=row)
    assert lets(world, keep, row=row) == lets(world, gone, row=row) == ["province"]


def test_what_a_proposed_rule_would_do_is_counted_once_after_it_was_proposed(world: worlds.World) -> None:
    row = proposed(world, "rules_version")
    count = "UPDATE rules_version SET preview = '{\"yes\": 1}' WHERE id = %(row)s"
    run(world, "province", "UPDATE rules_version SET state = 'draft' WHERE id = %(row)s", row=row)
    anew = "UPDATE rules_version SET state = 'proposed'{} WHERE id = %(row)s"

    assert lets(world, anew.format(", preview = '{\"yes\": 1}'"), row=row) == []
    run(world, "province", anew.format(""), row=row)
    assert lets(world, count, row=row) == ["province", "a job"]
    run(world, "a job", count, row=row)
    for again in ('{"yes": 2}', "{}", '{"yes": 1}'):
        assert lets(world, count.replace('{"yes": 1}', again), row=row) == [], again


def test_what_says_something_else_than_its_text_is_not_published(world: worlds.World) -> None:
    """The second person reads the text; the content is what is used."""
    row = proposal(world)
    ready.behind('UPDATE matters_version SET content = content || \'{"group": "x"}\' WHERE id = %s', [row.pk])

    with pytest.raises(Refusal) as told:
        designing.publish(actor=world.act("second"), at=AT, kind=KINDS["matters"], version_id=row.pk)

    assert told.value.code == "changed_since"


def test_a_number_is_proposed_by_one_and_confirmed_by_a_second_at_the_top(world: worlds.World) -> None:
    one, two = world.actors["luyang"].user_id, world.actors["second"].user_id
    told = {"state": "published", "second": two, "published": AT}
    only = {"state": "proposed", "second": None, "published": None}
    confirm = (
        "UPDATE catalogue_parameter_change SET state = 'published', published_by = access_user(),"
        " published_at = now(){} WHERE id = %(row)s"
    )

    assert lets(world, NUMBER, "luyang", **told) == []
    assert lets(world, NUMBER, "luyang", **only) == ["luyang"]
    run(world, "luyang", NUMBER, maker=one, **only)
    row = ParameterChange.objects.get()
    assert lets(world, confirm.format(""), row=row.pk) == ["province", "second"]
    assert lets(world, confirm.format(", value = '1'"), row=row.pk) == []
    assert (
        lets(world, "UPDATE catalogue_parameter_change SET value = '1' WHERE id = %(row)s", row=row.pk) == []
    )
    assert lets(world, "DELETE FROM catalogue_parameter_change WHERE id = %(row)s", row=row.pk) == []
    assert lets(world, confirm.format(", since = '2028-01-01'"), row=row.pk) == []
    assert lets(world, confirm.format(", effect = '{\"rules\": 0}'"), row=row.pk) == []


def test_what_a_proposed_number_would_do_is_counted_once_after_it_was_proposed(world: worlds.World) -> None:
    only = {"state": "proposed", "second": None, "published": None}
    said = NUMBER.replace("'{}'", "'{\"rules\": 0}'")
    count = "UPDATE catalogue_parameter_change SET effect = '{\"rules\": 0}' WHERE id = %(row)s"

    assert lets(world, said, "luyang", **only) == []
    run(world, "luyang", NUMBER, maker=world.actors["luyang"].user_id, **only)
    row = ParameterChange.objects.get().pk
    assert lets(world, count, row=row) == ["luyang", "a job"]
    run(world, "a job", count, row=row)
    for again in ('{"rules": 1}', "{}"):
        assert lets(world, count.replace('{"rules": 0}', again), row=row) == [], again


def proposal(world: worlds.World) -> Version:
    """A matter the first officer of the province drafted and proposed."""
    kind, actor = KINDS["matters"], world.act("province")
    row = designing.start(actor=actor, at=AT, kind=kind, code="degree_support", new_code="test.fees")
    return designing.propose(actor=actor, at=AT, kind=kind, version_id=row.pk, since=AT.date())
