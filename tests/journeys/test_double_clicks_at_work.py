"""Many clicks are one, too, where officers move, end, undo and ask, and where an account is looked after."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from tests.journeys.clicks import count, twice
from zhijia.kernel import days
from zhijia.kernel.context import acting
from zhijia.matters.services import sides
from zhijia.registry.models import Person, RosterImport
from zhijia.registry.services import transfers
from zhijia.registry.services.imports import runs
from zhijia.registry.tests import rosters
from zhijia.registry.tests import world as worlds

FORM = "main form.form"


@pytest.fixture
def person(world: worlds.World) -> Person:
    """A member of the factory's union."""
    with transaction.atomic():
        worlds.member(world, "ding", "factory", serial=1)
    with acting(world.actors["factory"]):
        return Person.objects.get()


def test_agreeing_twice_moves_a_member_once(world: worlds.World, signed_in: Any, person: Person) -> None:
    mill = world.actors["mill"]
    with acting(mill):
        transfers.request(
            actor=mill, at=days.now(), person_id=person.pk, union=world.unions["mill"],
            shown_name="张小丰", origin="officer",
        )  # fmt: skip
    sides.follow(at=days.now())
    page = signed_in("factory")
    page.goto("/desk/requests/")
    page.click("main a.task")

    twice(page, "form:has(button[value=approve])")

    assert count("registry_membership") == 2
    assert count("registry_membership", "valid_to IS NULL") == 1
    assert count("facts_fact", "kind IN ('member.transferred_in', 'member.transferred_out')") == 2
    assert count("audit_entry", "action = 'transfer.approve'") == 1
    assert count("notices_message", "kind = 'transfer_done'") == 1


def test_refusing_a_transfer_twice_tells_it_once(world: worlds.World, signed_in: Any, person: Person) -> None:
    mill = world.actors["mill"]
    with acting(mill):
        transfers.request(
            actor=mill, at=days.now(), person_id=person.pk, union=world.unions["mill"],
            shown_name="张小丰", origin="officer",
        )  # fmt: skip
    sides.follow(at=days.now())
    page = signed_in("factory")
    page.goto("/desk/requests/")
    page.click("main a.task")
    page.locator("details:has(button[value=refuse]) summary").click()
    page.locator("details:has(button[value=refuse]) textarea").fill("尚有未结清的借款")

    twice(page, "form:has(button[value=refuse])")

    assert count("registry_transfer_leg", "state = 'refused'") == 1
    assert count("audit_entry", "action = 'transfer.refuse'") == 1
    assert count("notices_message", "kind = 'transfer_refused'") == 1


def test_ending_a_membership_twice_ends_it_once(signed_in: Any, person: Person) -> None:
    officer = signed_in("factory")
    officer.goto(f"/people/{person.pk}/end/")
    officer.locator("textarea[name=reason], input[name=reason]").first.fill("本人书面申请")

    twice(officer, FORM)

    assert count("registry_membership", "valid_to IS NOT NULL") == 1
    assert count("facts_fact", "kind = 'member.left'") == 1
    assert count("audit_entry", "action = 'membership.leave'") == 1


def test_undoing_an_import_twice_undoes_it_once(
    world: worlds.World, signed_in: Any, work: Callable[[], None]
) -> None:
    actor = world.actors["factory"]
    sent = rosters.content([rosters.person(11), rosters.person(12)])
    roster = rosters.checked(actor, world.unions["factory"], sent, at=days.now())
    with acting(actor):
        runs.confirm(actor=actor, at=days.now(), import_id=roster.pk, mode="good_rows")
    work()
    officer = signed_in("factory")
    officer.goto(f"/imports/{roster.pk}/")

    twice(officer, "form[action$='/undo/']")
    work()

    with acting(actor):
        assert RosterImport.objects.get(pk=roster.pk).state == RosterImport.State.UNDONE
    assert count("audit_entry", "action = 'roster.undo'") == 1
    assert count("audit_entry", "action = 'roster.undone'") == 1
    assert count("registry_membership_change", "kind = '08'") == 2


def test_saving_a_view_twice_is_one_view_and_forgetting_it_twice_is_none(
    world: worlds.World, signed_in: Any, person: Person
) -> None:
    officer = signed_in("factory")
    officer.goto(f"/unions/{world.unions['factory'].code}/members/?status=10")
    officer.locator("details.save-view summary").click()
    officer.locator("#view-name").fill("在册会员")

    twice(officer, "details.save-view form.filters")
    assert count("registry_saved_view") == 1

    officer.reload()
    officer.locator("details.save-view summary").click()
    twice(officer, "details.save-view form.decide")
    assert count("registry_saved_view") == 0


def test_the_batch_bar_pressed_twice_asks_each_member_once(
    world: worlds.World, signed_in: Any, person: Person
) -> None:
    officer = signed_in("factory")
    officer.goto(f"/unions/{world.unions['factory'].code}/members/")
    officer.locator("input[name=chosen]").check()

    twice(officer, "form[action$='/members/ask/']")
    assert count("notices_message", "kind = 'please_check_your_data'") == 1
    assert count("audit_entry", "action = 'members.ask_to_check'") == 1

    officer.reload()
    officer.locator("input[name=chosen]").check()
    twice(officer, "form[action$='/members/ask/']")
    assert count("notices_message", "kind = 'please_check_your_data'") == 2


def test_making_and_revoking_a_token_twice_is_one_token(signed_in: Any) -> None:
    officer = signed_in("factory")
    officer.goto("/account/tokens")
    officer.locator("input[name=name]").fill("月报程序")
    officer.locator("input[name=days]").fill("30")
    officer.locator("input[name=scopes]").first.check()

    twice(officer, FORM)
    assert count("accounts_api_token") == 1
    assert count("audit_entry", "action = 'token.make'") == 1

    officer.reload()
    twice(officer, "form[action*='/tokens/']")
    assert count("accounts_api_token", "revoked_at IS NULL") == 0
    assert count("audit_entry", "action = 'token.revoke'") == 1


def test_ending_sessions_twice_ends_each_once(signed_in: Any) -> None:
    officer, *_others = (signed_in("factory") for _window in range(4))
    before = count("accounts_session")
    officer.goto("/account/sessions")

    twice(officer, "form[action*='/account/sessions/'][action$='/end']")
    assert count("accounts_session") == before - 1
    assert count("audit_entry", "action = 'session.end'") == 1

    officer.reload()
    twice(officer, "main form[action$='/others/end']")
    assert count("accounts_session") == 1
    assert officer.goto("/account/sessions").status == 200
