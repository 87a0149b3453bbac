"""The pages of a roster, without script."""

from uuid import uuid4

from django.urls import reverse

from zhijia.matters.models import Line
from zhijia.matters.queries import roster as queries
from zhijia.matters.services import (
    versions,
)
from zhijia.matters.tests.roster.world import begun, handed, line, person, typed
from zhijia.matters.tests.test_member_pages import browser
from zhijia.matters.tests.world import here
from zhijia.registry.tests.world import World


def test_the_pages_of_whoever_asks_work_without_script(world: World) -> None:
    case = begun(world)
    client = browser(world, "factory")
    row = typed(world, "甲一")
    lines = reverse("matters:lines", args=[case.pk])
    assert client.post(lines, {**row, "once": str(uuid4())})["location"] == lines
    wrong = client.post(lines, {**row, "sum": "很多", "once": str(uuid4())})
    assert (wrong.status_code, "很多" in wrong.content.decode()) == (422, True)
    world.act("factory")
    first = case.lines.get()
    change = reverse("matters:line", args=[case.pk, first.pk])
    assert 'value="500.00"' in client.get(change).content.decode()
    assert client.post(change, {**row, "sum": "450"})["location"] == lines
    check = client.get(reverse("matters:check", args=[case.pk])).content.decode()
    assert "甲一" in check
    done = client.post(reverse("matters:check", args=[case.pk]), {"once": str(uuid4())})
    assert done.status_code == 302
    world.act("factory")
    case.refresh_from_db()
    assert (case.state, case.amount) == ("open", 45_000)
    assert "450.00" in client.get(lines).content.decode()
    assert client.post(reverse("matters:remove_line", args=[case.pk, first.pk])).status_code == 302
    world.act("factory")
    assert case.lines.count() == 1


def test_the_officers_page_answers_lines_without_script(world: World) -> None:
    case = handed(world)
    client = browser(world, "luyang")
    page = reverse("matters:answer_lines", args=[case.pk])
    assert page in client.get(reverse("matters:file", args=[case.pk])).content.decode()
    world.act("luyang")
    first, second, step = line(case, 1).pk, line(case, 2).pk, here(case).pk
    body = {
        "step": str(step), f"verdict-{first}": "less", f"amount-{first}": "300", f"reason-{first}": "按标准",
        f"verdict-{second}": "refuse", f"reason-{second}": "",
    }  # fmt: skip
    wrong = client.post(page, body)
    assert (wrong.status_code, 'value="300"' in wrong.content.decode()) == (422, True)
    assert client.post(page, {**body, f"reason-{second}": "重复"}).status_code == 302
    decided = client.post(reverse("matters:decide", args=[case.pk]), {"step": str(step), "answer": "approve"})
    assert decided.status_code == 302
    world.act("factory")
    case.refresh_from_db()
    assert (case.state, case.amount) == ("granted", 100_000)
    mine = browser(world, "factory").get(reverse("matters:case", args=[case.pk])).content.decode()
    assert "按标准" in mine
    assert "重复" in mine


def test_an_officer_of_another_union_finds_no_line(world: World) -> None:
    case = handed(world)
    client = browser(world, "mill")
    world.act("factory")
    first = line(case, 1).pk
    for name, arguments in (
        ("lines", [case.pk]), ("line", [case.pk, first]), ("answer_lines", [case.pk]), ("lines_template", [case.pk]),
    ):  # fmt: skip
        assert client.get(reverse(f"matters:{name}", args=arguments)).status_code == 404
    world.act("mill")
    assert not Line.objects.filter(case=case).exists()


def test_server_owned_columns_and_other_questions_are_nobodys(world: World) -> None:
    case = begun(world)
    client = browser(world, "factory")
    hostile = {
        "person_id": str(person(world, "外人")), "asked": "1", "granted": "999", "verdict": "grant", "number": "7",
        "case": str(uuid4()), "people": "[]",
    }  # fmt: skip
    client.post(
        reverse("matters:lines", args=[case.pk]), {**typed(world, "甲一"), **hostile, "once": str(uuid4())}
    )
    client.post(reverse("matters:form", args=[case.pk]), hostile)
    world.act("factory")
    one = case.lines.get()
    assert (one.person_id, one.asked, one.verdict, one.granted, one.number) == (
        person(world, "甲一"), 50_000, "", None, 1,
    )  # fmt: skip
    assert not case.answers.exists()


def test_a_long_list_is_read_a_page_at_a_time(world: World) -> None:
    case = handed(world)
    matter = versions.definition(case.version)
    first = queries.page(case, matter, rows=2)
    assert first is not None
    rest = queries.page(case, matter, after=first.after or 0, rows=2)
    assert rest is not None
    assert [[row.line.number for row in page.rows] for page in (first, rest)] == [[1, 2], [3]]
    assert rest.after is None
