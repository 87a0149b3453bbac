"""The pages of an import, as an officer clicks through them; and what an officer of another union finds."""

import io
from datetime import date, timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from zhijia.accounts.models import User
from zhijia.audit.models import Entry
from zhijia.kernel.codes import synthetic_resident_id
from zhijia.registry.models import Membership, RosterImport
from zhijia.registry.tests.rosters import HEADER, content, person, small_world

BAD = [person(n, name="李4") for n in range(2, 4)]


@pytest.fixture
def world(committed):
    return small_world()


def browser_of(world, name, language="zh-hans"):
    client = Client()
    client.cookies["language"] = language
    user = User.objects.get(pk=world.actors[name].user_id)
    User.objects.filter(pk=user.pk).update(language=language)
    client.force_login(user)
    return client


def send(client, world, file, name="名册.csv"):
    address = reverse("registry:imports", args=[world.unions["factory"].code])
    return client.post(address, {"file": SimpleUploadedFile(name, file)}, follow=True)


def workbook(rows):
    book = openpyxl.Workbook()
    for row in (HEADER, *rows):
        book.active.append(list(row))
    found = io.BytesIO()
    book.save(found)
    return found.getvalue()


def the_import():
    return RosterImport.objects.using("bulk").latest("pk")


def text(response):
    return response.content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_officer_sends_looks_confirms_and_takes_back(world, work, language):
    client = browser_of(world, "factory", language)

    moving = send(client, world, content([person(1), *BAD]).getvalue())
    assert 'hx-trigger="every 2s"' in text(moving)
    work()
    roster = the_import()
    page = client.get(reverse("registry:import", args=[roster.pk]))
    assert roster.counts["wrong"] == 2
    assert "李*" in text(page)
    assert BAD[0][1] not in text(page)
    errors = client.get(reverse("files:stored_file", args=[roster.errors_id]))
    assert errors.status_code == 200

    for _click in range(2):
        client.post(reverse("registry:import_confirm", args=[roster.pk]), {"mode": "good_rows"})
    work()
    assert Membership.objects.using("bulk").filter(valid_to__isnull=True).count() == 1
    done = client.get(reverse("registry:import", args=[roster.pk]))
    assert reverse("registry:import_undo", args=[roster.pk]) in text(done)

    client.post(reverse("registry:import_undo", args=[roster.pk]))
    work()
    assert Membership.objects.using("bulk").filter(valid_to__isnull=True).count() == 0
    assert client.get(reverse("registry:import", args=[roster.pk])).status_code == 200
    listed = client.get(reverse("registry:imports", args=[world.unions["factory"].code]))
    assert "名册.csv" in text(listed)


def kinds_of_error():
    """Twelve ways a row goes wrong: the code it is told by, the row, and the same person put right."""
    good = {n: person(n) for n in range(500, 512)}

    def spoilt(serial, place, cell):
        row = list(good[serial])
        row[place] = cell
        return row

    other = good[511][1]
    return [
        ("name_missing", spoilt(500, 0, ""), good[500]),
        ("name_digits", spoilt(501, 0, "张3"), good[501]),
        ("name_characters", spoilt(502, 0, "张三@"), good[502]),
        ("id_number_missing", spoilt(503, 1, ""), good[503]),
        ("id_length", spoilt(504, 1, good[504][1][:17]), good[504]),
        (
            "id_check_digit",
            spoilt(505, 1, good[505][1][:17] + ("1" if good[505][1][17] != "1" else "2")),
            good[505],
        ),
        ("id_birth_date", spoilt(506, 1, "349999199002300018"), good[506]),
        ("id_scientific", spoilt(507, 1, "3.49999E+17"), good[507]),
        ("phone_missing", spoilt(508, 2, ""), good[508]),
        ("mobile_length", spoilt(509, 2, "1690000"), good[509]),
        ("code_unknown", spoilt(510, 4, "博学"), good[510]),
        ("id_twice", spoilt(511, 1, person(1)[1]), [*good[511][:1], other, *good[511][2:]]),
    ]


def test_three_hundred_rows_with_twelve_kinds_of_error_are_mended_in_the_file_that_comes_back(world, work):
    client = browser_of(world, "factory")
    kinds = kinds_of_error()
    rows = [*(person(n) for n in range(1, 289)), *(row for _code, row, _mended in kinds)]
    send(client, world, workbook(rows), "名册.xlsx")
    work()
    first = the_import()
    assert {mistake["code"] for mistake in first.first_errors} == {code for code, _row, _mended in kinds}
    client.post(reverse("registry:import_confirm", args=[first.pk]), {"mode": "good_rows"})
    work()

    sent_back = b"".join(client.get(reverse("files:stored_file", args=[first.errors_id])).streaming_content)
    book = openpyxl.load_workbook(io.BytesIO(sent_back))
    for place, (_code, row, mended) in enumerate(kinds, start=2):
        assert [cell.value or "" for cell in book.active[place]][:3] == row[:3]
        for column, cell in enumerate(mended, start=1):
            book.active.cell(place, column).value = cell
    mended_file = io.BytesIO()
    book.save(mended_file)
    send(client, world, mended_file.getvalue(), "名册-errors.xlsx")
    work()
    client.post(reverse("registry:import_confirm", args=[the_import().pk]), {"mode": "all"})
    work()

    assert the_import().counts["wrong"] == 0
    assert Membership.objects.using("bulk").filter(valid_to__isnull=True).count() == 300


def test_the_same_file_again_is_recognised_and_has_nothing_to_do(world, work):
    client = browser_of(world, "factory", "en")
    file = content([person(1)]).getvalue()
    send(client, world, file)
    work()
    first = the_import()
    client.post(reverse("registry:import_confirm", args=[first.pk]), {"mode": "good_rows"})
    work()

    send(client, world, file)
    work()

    page = text(client.get(reverse("registry:import", args=[the_import().pk])))
    assert "This very file was imported on" in page
    assert reverse("registry:import_confirm", args=[the_import().pk]) not in page


@pytest.mark.parametrize(
    "file",
    [b"", b"\x89PNG\r\n\x1a\n" + b"x" * 50, b"%PDF-1.4 text", b"PK\x03\x04not a zip", b"\x00\x01\x02" * 30],
)
def test_bytes_that_are_no_roster_get_a_sentence_on_the_page(world, file):
    client = browser_of(world, "factory")

    page = send(client, world, file)

    assert page.status_code == 200
    assert 'id="errors"' in text(page)
    assert not RosterImport.objects.using("bulk").exists()


def test_a_file_without_names_gets_a_sentence_after_the_check(world, work):
    client = browser_of(world, "factory", "en")
    send(client, world, "身份证号,手机\n1,2\n".encode())
    work()

    page = client.get(reverse("registry:import", args=[the_import().pk]))

    assert "There is no column for the name" in text(page)


def test_the_list_goes_on_showing_a_file_that_could_not_be_read(world, work):
    client = browser_of(world, "factory", "en")
    send(client, world, "身份证号,手机\n1,2\n".encode())
    work()

    page = client.get(reverse("registry:imports", args=[world.unions["factory"].code]))

    assert page.status_code == 200
    assert "Could not be read" in text(page)


def test_an_officer_of_another_union_finds_nothing_and_leaves_a_line(world, work):
    send(browser_of(world, "factory"), world, content([person(1), *BAD]).getvalue())
    work()
    roster = the_import()
    stranger = browser_of(world, "mill")
    code = world.unions["factory"].code
    addresses = [
        ("get", reverse("registry:import", args=[roster.pk])),
        ("post", reverse("registry:import_confirm", args=[roster.pk])),
        ("post", reverse("registry:import_undo", args=[roster.pk])),
        ("post", reverse("registry:import_again", args=[roster.pk])),
        ("get", reverse("registry:imports", args=[code])),
        ("get", reverse("registry:import_template", args=[code])),
        ("get", reverse("files:stored_file", args=[roster.errors_id])),
        ("get", reverse("files:stored_file", args=[roster.file_id])),
    ]

    for method, address in addresses:
        assert getattr(stranger, method)(address).status_code == 404, address

    lines = Entry.objects.using("bulk").filter(user_id=world.actors["mill"].user_id, action="refused")
    assert lines.count() == len(addresses)
    assert the_import().state == "checked"


def test_our_template_comes_as_a_workbook(world):
    client = browser_of(world, "factory")

    answer = client.get(reverse("registry:import_template", args=[world.unions["factory"].code]))

    assert answer.content.startswith(b"PK")
    assert "attachment" in answer["Content-Disposition"]


def test_the_list_of_imports_asks_the_same_of_the_database_however_long_it_is(
    world, django_assert_max_num_queries
):
    union = world.unions["factory"]
    client = browser_of(world, "factory")
    for number in range(30):
        RosterImport.objects.using("bulk").create(
            file_hash=f"{number:064d}", file_name="x.csv", uploaded_at=timezone.now(), moved_at=timezone.now(),
            state="applied", union_id=union.pk, county_id=union.county_id, counts={"rows": 1},
        )  # fmt: skip

    with django_assert_max_num_queries(40):
        page = client.get(reverse("registry:imports", args=[union.code]))

    assert page.status_code == 200


def test_nobody_too_young_gets_in(world, work):
    client = browser_of(world, "factory", "en")
    child = synthetic_resident_id(date.today() - timedelta(days=365 * 10), 1)
    send(client, world, content([person(1, number=child)]).getvalue())
    work()

    assert "younger than 16 years" in text(client.get(reverse("registry:import", args=[the_import().pk])))
