"""Nothing that was typed is lost: what cannot be taken stands in its field with the sentence, today and tomorrow, and
the form says what is still to do."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from zhijia.matters.models import Answer, Case
from zhijia.matters.services import asking, handing_in, lacking
from zhijia.matters.tests.test_member_pages import TYPED, browser, started
from zhijia.matters.tests.world import CODE, WORDS, aid, build_with_member, defined
from zhijia.registry.tests.world import AT, World
from zhijia.vault import services as vault

WRONG = {
    "text": "字" * 201,
    "long_text": "第一段\n" + "字" * 4000,
    "whole": "三个",
    "money": "一千二",
    "date": "2026-02-30",
    "mobile": "1380",
    "id_number": "34010419900307001X",
}


def _every_kind(**more: Any) -> dict[str, Any]:
    form = [{"name": f"q_{kind}", "label": WORDS, "type": kind, "required": False, **more} for kind in WRONG]
    return aid(form=[*aid()["form"], *form])


@pytest.fixture
def every_kind(db: Any, tmp_path: Path) -> Iterator[World]:
    with defined(tmp_path, _every_kind()):
        yield build_with_member()


def _draft(world: World, typed: dict[str, str]) -> Case:
    actor = world.act("member")
    case = asking.start(actor=actor, at=AT, code=CODE)
    with contextlib.suppress(lacking.NotComplete):
        asking.keep(actor=actor, at=AT, case_id=case.pk, typed=typed)
    return case


def _page(client: Client, name: str, case: Case) -> str:
    return client.get(reverse(f"matters:{name}", args=[case.pk])).content.decode()


@pytest.mark.parametrize("kind", WRONG)
def test_what_cannot_be_taken_is_kept_as_typed_and_shown_tomorrow(every_kind: World, kind: str) -> None:
    case = _draft(every_kind, {f"q_{kind}": WRONG[kind]})
    page = browser(every_kind, "member").get(reverse("matters:form", args=[case.pk]))
    drawn = page.context["form"]
    assert drawn[f"q_{kind}"].value() == WRONG[kind]
    assert drawn[f"q_{kind}"].errors
    every_kind.act("member")
    assert Answer.objects.get(case=case, name=f"q_{kind}").value is None


@pytest.mark.parametrize("kind", WRONG)
def test_what_cannot_be_taken_is_not_handed_in(every_kind: World, kind: str) -> None:
    typed = {"sum": "1200", "why": "家人住院", "ill": "no", f"q_{kind}": WRONG[kind]}
    case = _draft(every_kind, typed)
    with pytest.raises(lacking.NotComplete) as incomplete:
        handing_in.submit(actor=every_kind.act("member"), at=AT, case_id=case.pk, key=uuid4())
    assert [wrong.name for wrong in incomplete.value.wrong] == [f"q_{kind}"]


def test_what_is_put_right_leaves_nothing_of_the_mistake(world: World) -> None:
    case = _draft(world, {"sum": "很多"})
    assert Answer.objects.get(case=case, name="sum").typed == "很多"
    asking.keep(actor=world.act("member"), at=AT, case_id=case.pk, typed={"sum": "1,200 元".replace(" ", "")})
    answer = Answer.objects.get(case=case, name="sum")
    assert (answer.value, answer.typed) == (120_000, "")


def test_of_a_sealed_answer_nothing_stands_in_the_open(db: Any, tmp_path: Path) -> None:
    with defined(tmp_path, _every_kind(sealed=True)):
        world = build_with_member()
        case = _draft(world, {"q_id_number": WRONG["id_number"]})
        answer = Answer.objects.get(case=case, name="q_id_number")
        assert WRONG["id_number"] not in answer.typed
        assert vault.read_inside(asking.VALUE, answer.pk) == WRONG["id_number"]
        page = _page(browser(world, "member"), "form", case)
        assert WRONG["id_number"] not in page
        assert "身份证号不对" in page


def test_what_is_typed_is_kept_while_it_is_typed_and_the_mistake_is_told(world: World) -> None:
    client, case = started(world)
    said = client.post(
        reverse("matters:form", args=[case.pk]),
        {**TYPED, "sum": "一千二", "quiet": "1"},
        headers={"hx-request": "true"},
    )
    assert said["HX-Retarget"] == "#still"
    assert "1200.50" in said.content.decode()
    assert "<form" not in said.content.decode()
    assert 'value="一千二"' in _page(browser(world, "member"), "form", case)


def test_the_form_says_how_much_is_still_to_do_and_leads_there(world: World) -> None:
    client, case = started(world)
    page = _page(client, "form", case)
    assert "还有4项没有填" in page
    for name in ("sum", "why", "ill"):
        assert f'href="#id_{name}"' in page
    client.post(reverse("matters:form", args=[case.pk]), TYPED)
    page = _page(client, "form", case)
    assert "还有" not in page
    assert "都填好了" in page


def test_the_last_page_says_before_anybody_hands_in_what_is_still_to_do(world: World) -> None:
    client, case = started(world)
    page = _page(client, "check", case)
    form = reverse("matters:form", args=[case.pk])
    assert f'href="{form}#id_sum"' in page
    assert "notice-error" not in page


def test_paragraphs_stay_paragraphs(world: World) -> None:
    case = _draft(world, {"why": "第一段\r\n\r\n第二段\u200b"})
    assert Answer.objects.get(case=case, name="why").value == "第一段\n\n第二段"
