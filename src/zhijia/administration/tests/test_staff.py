"""The first day of an empty register, and the accounts of staff afterwards."""

from dataclasses import replace
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from zhijia.accounts.models import User
from zhijia.administration.services import staff
from zhijia.catalogue import divisions
from zhijia.kernel import context
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NeedsStepUp, NotForYou, Refusal
from zhijia.registry.models import Grant, Union
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT


@pytest.fixture
def world(db: Any) -> worlds.World:
    world = worlds.build()
    worlds.appoint(world, "province", "system_admin", "system")
    worlds.appoint(world, "luyang", "system_admin", "county-system")
    return world


def test_an_empty_register_begins_with_a_union_and_two_administrators(db: Any, capsys: Any) -> None:
    divisions.Division.objects.create(code="340000000000", name="安徽省", level=1, parent="")

    call_command("begin", "安徽省总工会", "--division", "340000")

    union = Union.objects.get()
    assert (union.level, union.county_ids) == (Union.Level.PROVINCE, [union.pk])
    context.enter(Actor(User.objects.get(login="security").pk, "page", "test"))
    assert set(Grant.objects.values_list("user__login", "role")) == {
        ("security", "security_admin"),
        ("system", "system_admin"),
    }
    assert all(User.objects.values_list("must_change_password", flat=True))
    assert "security" in capsys.readouterr().out


def test_a_register_begins_once(world: worlds.World) -> None:
    with pytest.raises((CommandError, Refusal)):
        call_command("begin", "安徽省总工会", "--division", "340000")


def test_an_opened_account_has_to_change_its_password(world: worlds.World) -> None:
    opened = staff.open_account(actor=world.act("system"), at=AT, login="li.min")
    user = User.objects.get(login="li.min")
    assert user.staff
    assert user.must_change_password
    assert user.check_password(opened.password)


def test_a_name_in_use_is_a_sentence_and_the_password_is_needed_again(world: worlds.World) -> None:
    staff.open_account(actor=world.act("system"), at=AT, login="li.min")
    with pytest.raises(Refusal, check=lambda refusal: refusal.code == "login_taken"):
        staff.open_account(actor=world.actors["system"], at=AT, login="li.min")
    with pytest.raises(NeedsStepUp):
        staff.open_account(actor=replace(world.actors["system"], stepped_up=False), at=AT, login="wang.fang")


def test_an_officer_opens_no_accounts(world: worlds.World) -> None:
    with pytest.raises(NotForYou):
        staff.open_account(actor=world.act("luyang"), at=AT, login="li.min")


def test_a_county_closes_its_own_accounts_and_not_the_province_s(world: worlds.World) -> None:
    actor = world.act("county-system")
    county_officer, province_officer = world.actors["factory"].user_id, world.actors["province"].user_id
    assert county_officer
    assert province_officer

    staff.close_account(actor=actor, at=AT, user_id=county_officer)
    with pytest.raises(NotForYou):
        staff.close_account(actor=actor, at=AT, user_id=province_officer)

    assert not User.objects.get(pk=county_officer).is_active
    assert User.objects.get(pk=province_officer).is_active


def test_the_list_tells_what_each_account_may_do_and_goes_on_page_after_page(
    world: worlds.World, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(staff.parameters, "value", lambda key, day: 3)
    county = world.act("county-system")
    pages = [staff.accounts(county)]
    while pages[-1].after is not None:
        pages.append(staff.accounts(county, pages[-1].after))
    told = {account.user.login: account.holds for page in pages for account in page.rows}

    with django_assert_num_queries(3):
        staff.accounts(county)

    assert [len(page.rows) for page in pages] == [3, 2]
    assert told == {
        "county-system-officer": ["系统管理员 · 庐阳区总工会"],
        "couriers-officer": ["基层工会干部 · 庐阳区快递行业工会联合会"],
        "factory-officer": ["基层工会干部 · 晨光机械工会"],
        "luyang-officer": ["县级审核员 · 庐阳区总工会"],
        "founder": [],
    }
