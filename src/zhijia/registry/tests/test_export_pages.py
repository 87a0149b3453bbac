"""Exports as an officer clicks through them, and what an officer of another union finds."""

import re
import uuid

import pytest
from django.urls import reverse

from zhijia.accounts.actors import STEPPED_UP_AT
from zhijia.audit.models import Entry
from zhijia.kernel import days
from zhijia.registry.models import Export
from zhijia.registry.tests.exports.wishes import limit, people
from zhijia.registry.tests.rosters import small_world
from zhijia.registry.tests.test_card_sheets import with_card
from zhijia.registry.tests.test_import_pages import browser_of, text

FORM = {"format": "csv", "columns": ["name", "id_no", "status"]}


@pytest.fixture
def world(committed):
    return small_world()


def page_of(world, table="members", union="factory"):
    return reverse("registry:export", args=[world.unions[union].code, table])


def stepped_up(client):
    """The browser gave its password a moment ago."""
    session = client.session
    session[STEPPED_UP_AT] = days.now().isoformat()
    session.save()
    return client


def the_export():
    return Export.objects.using("bulk").latest("asked_at")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_officer_asks_looks_and_downloads(world, work, language):
    people(world, 2)
    client = browser_of(world, "factory", language)
    assert page_of(world) in text(
        client.get(reverse("registry:members", args=[world.unions["factory"].code]))
    )

    moving = client.post(page_of(world), FORM, follow=True)
    assert 'hx-trigger="every 2s"' in text(moving)
    work()
    detail = client.get(reverse("registry:export_detail", args=[the_export().pk]))
    assert reverse("registry:export_open", args=[the_export().pk]) in text(detail)
    file = client.get(reverse("registry:export_open", args=[the_export().pk]), follow=True)

    assert "张**甲" in b"".join(file.streaming_content).decode()
    assert str(the_export().pk) in text(client.get(reverse("registry:exports")))
    assert str(the_export().pk) in text(client.get(reverse("web:jobs")))


def test_in_clear_the_password_comes_first_and_what_was_filled_in_waits(world):
    people(world, 1)
    client = browser_of(world, "factory")
    clear = {**FORM, "clear": "on", "purpose": "register", "reason": "名册上报"}

    answer = client.post(f"{page_of(world)}?status=10", clear)

    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("accounts:step_up"))
    assert not Export.objects.using("bulk").exists()
    again = text(client.get(f"{page_of(world)}?status=10"))
    assert "名册上报" in again
    assert re.search(r'value="register"\s+selected', again)
    stepped_up(client)
    client.post(f"{page_of(world)}?status=10", clear)
    assert the_export().clear
    assert the_export().filters == {"status": "10", "members_only": True}


def test_two_clicks_are_one(world):
    people(world, 1)
    client = browser_of(world, "factory")
    once = re.search(r'name="once" value="([^"]+)"', text(client.get(page_of(world))))[1]

    first = client.post(page_of(world), {**FORM, "once": once})
    second = client.post(page_of(world), {**FORM, "once": once})

    assert first["Location"] == second["Location"]
    assert Export.objects.using("bulk").count() == 1


def test_a_form_without_columns_stays_with_what_was_chosen(world):
    people(world, 1)

    answer = browser_of(world, "factory", "en").post(page_of(world), {"format": "csv"})

    assert answer.status_code == 422
    assert 'id="errors"' in text(answer)


def test_the_second_person_finds_it_on_the_list_and_allows_it(world, work, monkeypatch):
    limit(monkeypatch, exports_rows_alone=1)
    people(world, 2)
    officer, county = stepped_up(browser_of(world, "factory")), stepped_up(browser_of(world, "luyang"))
    officer.post(page_of(world), {**FORM, "clear": "on", "purpose": "register", "reason": "上报"})
    answer = reverse("registry:export_answer", args=[the_export().pk])

    own = officer.post(answer, {"answer_is": "allow"}, follow=True)
    assert "您自己申请" in text(own)
    assert the_export().state == "waiting"
    assert str(the_export().pk) in text(county.get(reverse("registry:exports")))
    county.post(answer, {"answer_is": "allow"})
    work()

    assert the_export().state == "done"
    assert county.get(reverse("registry:export_open", args=[the_export().pk])).status_code == 404


def test_a_refusal_says_why_and_who_asked_reads_it(world, work, monkeypatch):
    limit(monkeypatch, exports_rows_alone=1)
    people(world, 2)
    officer, county = stepped_up(browser_of(world, "factory")), stepped_up(browser_of(world, "luyang"))
    officer.post(page_of(world), {**FORM, "clear": "on", "purpose": "register", "reason": "上报"})

    address = reverse("registry:export_answer", args=[the_export().pk])
    county.post(address, {"answer_is": "refuse", "answer": ""})
    assert the_export().state == "waiting"
    county.post(address, {"answer_is": "refuse", "answer": "请改用遮挡后的名册"})

    detail = officer.get(reverse("registry:export_detail", args=[the_export().pk]))
    assert "请改用遮挡后的名册" in text(detail)
    assert the_export().state == "refused"
    assert "请改用遮挡后的名册" in text(officer.get(reverse("notices:messages")))


def test_an_officer_of_another_union_finds_nothing_and_leaves_a_line(world, work):
    people(world, 1)
    browser_of(world, "factory").post(page_of(world), FORM)
    work()
    export = the_export()
    stranger = stepped_up(browser_of(world, "mill"))
    code = world.unions["factory"].code
    addresses = [
        ("get", page_of(world)),
        ("post", page_of(world)),
        ("get", page_of(world, "unions")),
        ("post", reverse("registry:print_cards", args=[code])),
        ("get", reverse("registry:export_detail", args=[export.pk])),
        ("get", reverse("registry:export_open", args=[export.pk])),
        ("post", reverse("registry:export_answer", args=[export.pk])),
        ("post", reverse("registry:export_withdraw", args=[export.pk])),
        ("post", reverse("registry:export_again", args=[export.pk])),
        ("get", reverse("files:stored_file", args=[export.file_id])),
    ]

    for method, address in addresses:
        assert getattr(stranger, method)(address).status_code == 404, address

    lines = Entry.objects.using("bulk").filter(user_id=world.actors["mill"].user_id, action="refused")
    assert lines.count() == len(addresses)
    assert the_export().state == "done"


def test_chosen_members_get_their_cards_printed_and_no_id_stands_in_an_address(world, work):
    first, second = people(world, 2)
    with_card(world, first, "60000000000015")
    client = stepped_up(browser_of(world, "factory", "en"))
    bar = reverse("registry:print_cards", args=[world.unions["factory"].code])
    assert bar in text(client.get(reverse("registry:members", args=[world.unions["factory"].code])))

    asked = client.post(bar, {"chosen": [str(first), str(second)]})
    assert str(first) not in asked["Location"]
    form = client.get(asked["Location"])
    assert "1 row" in text(form)
    client.post(asked["Location"], {"reason": "发卡"})
    work()

    file = client.get(reverse("registry:export_open", args=[the_export().pk]), follow=True)
    assert b"".join(file.streaming_content).startswith(b"%PDF-")


def test_without_a_choice_no_card_is_printed(world):
    people(world, 1)
    client = browser_of(world, "factory", "en")

    answer = client.post(reverse("registry:print_cards", args=[world.unions["factory"].code]), follow=True)

    assert "Choose at least one member." in text(answer)


def test_the_list_asks_the_same_of_the_database_however_long_it_is(world, django_assert_max_num_queries):
    people(world, 1)
    client = browser_of(world, "factory")
    for _time in range(20):
        client.post(page_of(world), FORM)

    with django_assert_max_num_queries(40):
        assert client.get(reverse("registry:exports")).status_code == 200


def test_without_a_card_to_print_there_is_no_button(world):
    (first,) = people(world, 1)
    client = stepped_up(browser_of(world, "factory", "en"))
    bar = reverse("registry:print_cards", args=[world.unions["factory"].code])

    form = client.post(bar, {"chosen": [str(first)]}, follow=True)

    assert "None of the chosen members has a card" in text(form)
    assert "Have it made" not in text(form)
    assert "0 rows" not in text(form)


def test_the_address_of_the_batch_bar_leads_to_the_members(world):
    client = browser_of(world, "factory", "en")
    code = world.unions["factory"].code

    answer = client.get(reverse("registry:print_cards", args=[code]))

    assert (answer.status_code, answer["Location"]) == (302, reverse("registry:members", args=[code]))


def test_a_list_of_exports_says_how_many_rows_are_in_clear(world, work):
    people(world, 2)
    client = stepped_up(browser_of(world, "factory", "en"))
    address = reverse("registry:export", args=[world.unions["factory"].code, "members"])
    once = {"once": str(uuid.uuid4()), "format": "csv", "columns": ["name"]}
    client.post(address, {**once, "clear": "on", "purpose": "services", "reason": "notice"})
    work()

    assert "0 of 2 in clear" in text(client.get(reverse("registry:exports")))
    detail = text(client.get(reverse("registry:export_detail", args=[the_export().pk])))
    assert "0 of 2 in clear" in detail
    assert "have not agreed to this purpose" in detail
