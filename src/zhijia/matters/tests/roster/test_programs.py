"""A roster for programs, and on the receipt."""

import json
from io import BytesIO
from typing import Any

import pypdf
from django.urls import reverse

from zhijia.matters.services.line_answers import Said
from zhijia.matters.tests.roster.world import (
    agreed,
    begun,
    handed,
    line,
    said,
    typed,
)
from zhijia.matters.tests.test_member_pages import browser
from zhijia.registry.tests.world import World


def test_a_program_reads_and_replaces_the_lines_of_ones_own_request(world: World) -> None:
    case = begun(world)
    client = browser(world, "factory")
    address = f"/api/requests/{case.pk}/lines"

    def put(*rows: dict[str, str], who: Any = client) -> Any:
        return who.put(address, json.dumps(rows), content_type="application/json")

    good = typed(world, "甲一")
    assert put(good, {**good, "sum": "很多"}).json()["wrong"].keys() == {"1"}
    assert put(good).json() == {"taken": 1, "wrong": {}}
    (line,) = client.get(address).json()["lines"]
    assert (line["name"], line["asked"], line["verdict"]) == ("甲一", 50_000, "")
    mill = browser(world, "mill")
    assert (mill.get(address).status_code, put(good, who=mill).status_code) == (404, 404)


def test_the_receipt_shows_each_line_with_its_answer(world: World) -> None:
    case = handed(world)
    said(world, case, Said(line(case, 2).pk, "refuse", reason="上月已慰问"))
    agreed(world, case)
    paper = browser(world, "factory").get(reverse("matters:paper", args=[case.pk]))
    assert paper.status_code == 200
    pages = pypdf.PdfReader(BytesIO(paper.content)).pages
    words = "".join(page.extract_text() for page in pages).replace(" ", "")
    assert "甲三" in words
    assert "上月已慰问" in words
