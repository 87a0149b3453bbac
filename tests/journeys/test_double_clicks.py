"""Many clicks are one: each form is sent four times at once, past the guard of the page; it happens once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from tests.journeys import clicks, rosters
from zhijia.accounts.models import User
from zhijia.matters.models import Case
from zhijia.registry.models import Union
from zhijia.registry.tests import world as worlds

FORM = "main form.form"
BEGIN = "main form"
AGREE = "form:has(button[value=approve])"


@pytest.fixture
def waiting(world: worlds.World) -> Case:
    """Somebody asks to join the factory's union."""
    with transaction.atomic():
        return worlds.ask(world, "lan", "factory", serial=2, called="欧阳兰")


def test_joining_twice_is_one_request(world: worlds.World, signed_in: Any) -> None:
    with transaction.atomic():
        worlds.worker(world, "ding")
    phone = signed_in("ding", phone=True)
    phone.goto(f"/join/{world.unions['factory'].code}/form/")
    clicks.twice(phone, BEGIN)
    phone.goto(f"/join/{world.unions['factory'].code}/form/")
    phone.locator(f"{BEGIN} .button-main").tap()
    phone.locator("input[name=name]").fill("张小丰")
    phone.locator("input[name=id_number]").fill(worlds.number(1))
    phone.locator("input[name=workplace]").fill("晨光机械有限公司")
    phone.locator("select[name=occupation]").select_option("welder")

    phone.locator(f"{FORM} .button-main").tap()
    phone.wait_for_url("**/check/")
    clicks.twice(phone, "#hand-in")

    assert clicks.count("matters_case") == 1
    assert clicks.count("audit_entry", "action = 'case.open'") == 1


def test_approving_twice_is_one_membership(signed_in: Any, waiting: Case) -> None:
    officer = signed_in("factory")
    officer.goto(f"/desk/requests/{waiting.pk}/")

    clicks.twice(officer, AGREE)

    assert clicks.count("registry_membership") == 1
    assert clicks.count("registry_person") == 1
    assert clicks.count("facts_fact", "kind = 'member.joined'") == 1
    assert clicks.count("audit_entry", "action = 'case.granted'") == 1
    assert clicks.count("notices_message", "kind = 'case_granted'") == 1


def test_sending_and_confirming_a_roster_twice_is_one_import(
    world: worlds.World, signed_in: Any, work: Callable[[], None], tmp_path: Path
) -> None:
    officer = signed_in("factory")
    officer.goto("/imports/")
    officer.set_input_files("input[type=file]", rosters.write(tmp_path / "名册.xlsx"))

    clicks.twice(officer, FORM)
    assert clicks.count("registry_roster_import") == 1
    work()
    officer.goto("/imports/")
    officer.locator("tbody a").first.click()
    officer.wait_for_selector("button[value=good_rows]")
    clicks.twice(officer, "form[action$='/confirm/']")
    work()

    assert clicks.count("registry_membership") == 288
    assert clicks.count("audit_entry", "action = 'roster.confirm'") == 1


def _asks_for_a_correction(phone: Any) -> None:
    phone.goto("/me/data/name/correct/")
    phone.locator(f"{BEGIN} .button-main").tap()
    phone.locator("input[name=right]").fill("张晓丰")
    phone.locator(f"{FORM} .button-main").tap()
    phone.wait_for_url("**/check/")


def test_asking_for_a_correction_twice_is_one_correction(world: worlds.World, signed_in: Any) -> None:
    with transaction.atomic():
        worlds.member(world, "ding", "factory", serial=1)
    phone = signed_in("ding", phone=True)
    _asks_for_a_correction(phone)

    clicks.twice(phone, "#hand-in")

    assert clicks.count("matters_case", "code = 'correction'") == 1


def test_confirming_a_correction_and_agreeing_twice_is_once(world: worlds.World, signed_in: Any) -> None:
    with transaction.atomic():
        worlds.member(world, "ding", "factory", serial=1)
    phone = signed_in("ding", phone=True)
    _asks_for_a_correction(phone)
    phone.locator("#hand-in button").tap()
    phone.wait_for_selector("main .line")
    phone.goto("/me/agreements/")
    clicks.twice(phone, "main .card form")
    officer = signed_in("factory")
    officer.goto("/desk/requests/")
    officer.locator("main a.task").first.click()

    clicks.twice(officer, AGREE)

    assert clicks.count("audit_entry", "action = 'correction.confirmed'") == 1
    assert clicks.count("audit_entry", "action = 'consent.give'") == 1


def test_giving_a_right_twice_is_one_right(world: worlds.World, signed_in: Any) -> None:
    before = clicks.count("registry_grant")
    security = signed_in("security")
    security.goto("/administration/rights/give/")
    security.locator("input[name=login]").fill(User.objects.get(pk=world.actors["mill"].user_id).login)
    security.locator("select[name=role]").select_option("grassroots_officer")
    security.locator("input[name=union]").fill(world.unions["couriers"].code)

    clicks.twice(security, FORM)

    assert clicks.count("registry_grant") == before + 1


def test_founding_a_union_twice_is_one_union(world: worlds.World, signed_in: Any) -> None:
    before = Union.objects.count()
    reviewer = signed_in("luyang")
    reviewer.goto(f"/unions/{world.unions['luyang'].code}/found/")
    reviewer.locator("input[name=name]").fill("双击机械工会")
    reviewer.locator("select[name=type]").select_option("50")
    reviewer.locator("input[name=founded_on]").fill("2026-11-02")

    clicks.twice(reviewer, FORM)

    assert Union.objects.count() == before + 1


def test_the_button_is_pressed_once_by_a_double_click(signed_in: Any, waiting: Case) -> None:
    officer = signed_in("factory")
    sent: list[str] = []
    officer.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    officer.goto(f"/desk/requests/{waiting.pk}/")

    officer.locator("button[value=approve]").dblclick()
    officer.wait_for_url("**/desk/requests/")

    assert len(sent) == 1
