"""The published standard, as anybody finds it; and that imports name it."""

import csv
import io
import json

import openpyxl
import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from zhijia.audit.models import Entry
from zhijia.catalogue import standards
from zhijia.registry.models import RosterImport, StandardEdition
from zhijia.registry.services.standards import editions, files
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.rosters import content, person, small_world
from zhijia.registry.tests.test_import_pages import browser_of, send


def get(address, language="en", **query):
    client = Client()
    client.cookies["language"] = language
    return client.get(address, query)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Political status", "Not held", "Only where needed"]),
        ("zh-hans", ["政治面貌", "不采集", "办事需要时采集"]),
    ],
)
def test_a_visitor_reads_every_element_in_both_languages(db, language, words):
    page = get(reverse("registry:standards"), language).content.decode()

    for word in words:
        assert word in page, word
    assert page.count("/standards/elements/") == 66
    assert standards.version() in page


@pytest.mark.parametrize(
    ("query", "many"),
    [
        ({"class": "union"}, 15),
        ({"class": "no"}, sum(one.held == "no" for one in standards.elements())),
        ({"class": "area"}, 6),
        ({"class": "lists"}, 0),
        ({"q": "手机"}, 1),
        ({"q": "GB/T 2261"}, 3),
        ({"q": "no such thing"}, 0),
        ({"class": "<script>"}, 66),
    ],
)
def test_what_is_looked_for_is_what_is_listed(db, query, many):
    page = get(reverse("registry:standards"), **query).content.decode()

    assert page.count("/standards/elements/") == many


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_each_element_and_each_list_has_its_page(db, language):
    for one in standards.elements():
        assert get(reverse("registry:standard_element", args=[one.code]), language).status_code == 200, (
            one.code
        )
    for one in standards.lists():
        assert get(reverse("registry:standard_list", args=[one.code]), language).status_code == 200, one.code
    assert get(reverse("registry:standard_element", args=["nothing"])).status_code == 404
    assert get(reverse("registry:standard_list", args=["permissions"])).status_code == 404


def fetch(name, version=""):
    return get(reverse("registry:standard_file", args=[version or standards.version(), name]))


def test_the_files_say_the_same_and_name_their_version(db):
    table = list(csv.DictReader(io.StringIO(fetch("dictionary.csv").content.decode("utf-8-sig"))))
    sheet = openpyxl.load_workbook(io.BytesIO(fetch("dictionary.xlsx").content))["Elements"]
    lists = list(csv.DictReader(io.StringIO(fetch("codes.csv").content.decode("utf-8-sig"))))

    assert {int(row["number"]) for row in table} == set(range(1, 67))
    assert {row["version"] for row in (*table, *lists)} == {standards.version()}
    assert sheet.max_row == len(table) + 1
    assert {row["held"] for row in table if row["element"] == "politics"} == {"no"}
    assert [row["code"] for row in lists if row["code_list"] == "sexes"] == ["1", "2", "9", "0"]
    for subject in ("member", "union"):
        schema = json.loads(fetch(f"{subject}.schema.json").content)
        assert schema["x-version"] == standards.version()
        assert schema["additionalProperties"] is False
    for name in files.NAMES:
        assert standards.version() in fetch(name)["Content-Disposition"]
        assert "immutable" in fetch(name)["Cache-Control"]


@pytest.mark.parametrize("version", ["2020.1.1-00000000", "latest", "..", "2026.11.21"])
def test_what_was_never_published_is_not_there(db, version):
    assert get(f"/standards/{version}/dictionary.csv").status_code == 404
    assert fetch("secrets.csv").status_code == 404


def test_an_edition_that_a_file_named_stays_at_its_address(db, monkeypatch):
    named = editions.named(at=worlds.AT)
    assert editions.named(at=worlds.AT) == named
    newer = {**standards.content(), "version": "2030.1.1-ffffffff", "elements": []}
    monkeypatch.setattr(standards, "content", lambda: newer)

    schema = json.loads(fetch("member.schema.json", named).content)

    assert schema["x-version"] == named
    assert "name" in schema["properties"]
    assert named in get(reverse("registry:standards")).content.decode()


def test_nobody_rewrites_an_edition(db):
    editions.named(at=worlds.AT)

    with pytest.raises(DatabaseError), transaction.atomic():
        StandardEdition.objects.update(content={})
    with pytest.raises(DatabaseError), transaction.atomic():
        StandardEdition.objects.all().delete()


def test_the_template_and_the_run_name_the_version(committed, work):
    world = small_world()
    client = browser_of(world, "factory")
    template = client.get(reverse("registry:import_template", args=[world.unions["factory"].code])).content

    send(client, world, content([person(1)]).getvalue())
    work()

    said = [c for sheet in openpyxl.load_workbook(io.BytesIO(template)) for row in sheet.values for c in row]
    assert standards.version() in said
    assert RosterImport.objects.using("bulk").get().standard == standards.version()
    line = Entry.objects.using("bulk").get(action="roster.upload")
    assert line.detail["standard"] == standards.version()
