"""How definitions look and what they would do before they are published: nothing is written."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from zhijia.administration.services import designing
from zhijia.administration.services.kinds import KINDS
from zhijia.administration.tests.previews import address, checked, client, drafted, page, proposed
from zhijia.administration.views.previews.page import SHOWN
from zhijia.catalogue import definitions
from zhijia.kernel import days
from zhijia.registers.models import List, Row
from zhijia.registers.services import adding
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT

TODAY = days.business_day(days.now())


@pytest.fixture
def world(db: Any) -> worlds.World:
    """The province has a second officer, the county one of its own; the factory has a member."""
    world = worlds.build()
    worlds.appoint(world, "province", "province_officer", "second")
    worlds.member(world, "member", "factory", serial=41)
    return world


@pytest.mark.parametrize("kind", sorted(SHOWN))
def test_every_definition_that_comes_with_the_program_can_be_looked_at(
    world: worlds.World, kind: str
) -> None:
    officer = client(world, "province")
    for code in getattr(definitions.load(), kind):
        draft = drafted(world, kind, code, f"{code}_x"[:60])
        assert officer.get(address(kind, draft)).status_code == 200, code
        assert officer.post(address(kind, draft), {}).status_code in {200, 422}, code


@pytest.mark.parametrize("kind", sorted(SHOWN))
def test_a_text_that_does_not_read_is_said_with_the_way_back(world: worlds.World, kind: str) -> None:
    draft = drafted(world, kind, next(iter(getattr(definitions.load(), kind))), colour="red")
    said = page(world, kind, draft)
    assert "colour" not in said or "red" not in said
    assert reverse("administration:design", args=[kind, draft.pk]) in said
    assert '<form method="post" action="/administration' not in said


@pytest.mark.parametrize("kind", sorted(SHOWN))
def test_the_second_person_looks_too_and_nobody_at_anothers_draft(world: worlds.World, kind: str) -> None:
    code = next(iter(getattr(definitions.load(), kind)))
    draft = drafted(world, kind, code)
    second, stranger = client(world, "second"), client(world, "factory")
    assert second.get(address(kind, draft)).status_code == 404
    proposed(world, kind, draft, TODAY + timedelta(days=400))
    assert second.get(address(kind, draft)).status_code == 200
    assert stranger.get(address(kind, draft)).status_code == 404


@pytest.mark.parametrize("kind", ["matters", "rules"])
def test_what_is_tried_where_it_is_written_leads_there(world: worlds.World, kind: str) -> None:
    draft = drafted(world, kind, next(iter(KINDS[kind].in_force(TODAY))))
    answer: Any = client(world, "province").get(address(kind, draft))
    assert answer["location"] == reverse("administration:design", args=[kind, draft.pk])


def test_a_union_that_is_not_there_is_said(world: worlds.World) -> None:
    draft = drafted(world, "registers", "service_brands")
    answer = client(world, "province").get(address("registers", draft), {"tried_at": "nowhere"})
    assert answer.status_code == 422
    assert "nowhere" in answer.content.decode()


def test_the_page_of_a_design_leads_to_what_it_looks_like(world: worlds.World) -> None:
    draft = drafted(world, "registers", "service_brands")
    design = reverse("administration:design", args=["registers", draft.pk])
    officer = client(world, "province")
    assert address("registers", draft) in officer.get(design).content.decode()
    designing.keep(
        actor=world.act("province"), at=AT, kind=KINDS["registers"], version_id=draft.pk, text="broken: ["
    )
    assert address("registers", draft) not in officer.get(design).content.decode()


ROW = {
    "name": "皖工暖",
    "owner": "权益部",
    "says": "常态送温暖",
    "services": ["aid"],
    "since": "2025-01-01",
}


def test_a_made_up_row_is_checked_and_shown_and_never_written(world: worlds.World) -> None:
    draft = drafted(world, "registers", "service_brands")
    before = (Row.objects.count(), List.objects.count())
    status, said = checked(world, "registers", draft, ROW)
    assert (status, said.count("皖工暖") >= 2) == (200, True)
    status, said = checked(world, "registers", draft, {"owner": "权益部"})
    assert (status, "权益部" in said) == (422, True)
    world.act("province")
    assert (Row.objects.count(), List.objects.count()) == before


def test_rows_that_would_not_fit_are_counted(world: worlds.World) -> None:
    adding.add(
        actor=world.act("province"),
        at=AT,
        code="service_brands",
        union_id=world.unions["province"].pk,
        typed=ROW,
    )
    fields = list(
        definitions.load().registers["service_brands"].model_dump(mode="json", by_alias=True)["fields"]
    )
    fields[0]["most"] = 2
    draft = drafted(world, "registers", "service_brands", "", fields=fields)
    said = page(world, "registers", draft)
    assert "现有 1 条" in said
    assert "无法发布" in said
