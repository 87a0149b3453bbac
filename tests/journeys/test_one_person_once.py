"""Two registrations of one person in the browser: looked at side by side, merged, objected to, put apart again."""

from typing import Any

from django.db import transaction
from playwright.sync_api import expect

from zhijia.kernel.actors import Actor
from zhijia.registry.models import Pair
from zhijia.registry.services.identities import finding
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT


def _registered_twice(world: worlds.World) -> None:
    """张小丰 was taken in at the factory and by the couriers, under numbers one digit apart."""
    with transaction.atomic():
        worlds.member(world, "ding", "factory", serial=1)
        worlds.member(world, "again", "couriers", serial=3)
    finding.run(actor=Actor(None, "job", "test"), at=AT)


def test_two_registrations_become_one_and_two_again(world: worlds.World, signed_in: Any) -> None:
    _registered_twice(world)
    officer = signed_in("luyang")
    officer.goto("/identities/")
    expect(officer.locator("a.task")).to_have_count(1)
    officer.locator("a.task").click()
    table = officer.locator("table.table")
    expect(table).to_contain_text("349***********")
    expect(table).not_to_contain_text(worlds.number(1))
    expect(table).not_to_contain_text("1990-03-07")

    officer.locator("textarea[name=reason]").fill("看过身份证，是同一个人")
    officer.locator("button[value=merge]").click()
    officer.wait_for_url("**/identities/merges/**")

    member = signed_in("ding", phone=True)
    member.goto("/me/data/")
    member.locator("summary", has_text="其中一条不是我").tap()
    member.locator("textarea[name=words]").fill("快递那条不是我")
    member.locator("form[action*=object] button").tap()
    member.wait_for_load_state()

    officer.goto("/identities/merges/")
    officer.locator("a.task").click()
    expect(officer.locator("main")).to_contain_text("快递那条不是我")
    officer.locator("textarea[name=reason]").fill("是两兄弟")
    officer.locator("form[action*=undo] button").click()
    officer.wait_for_load_state()
    expect(officer.locator("main")).to_contain_text("是两兄弟")


def test_an_officer_of_another_county_finds_nothing_and_it_stands_on_the_trail(
    world: worlds.World, signed_in: Any, owner_sql: Any
) -> None:
    _registered_twice(world)
    ((pair_id,),) = owner_sql(f"SELECT id FROM {Pair._meta.db_table}")
    stranger = signed_in("shushan")

    answer = stranger.goto(f"/identities/{pair_id}/")

    assert answer.status == 404
    ((told,),) = owner_sql(
        "SELECT count(*) FROM audit_entry e WHERE to_jsonb(e)::text LIKE %s", [f"%{pair_id}%"]
    )
    assert told == 1
