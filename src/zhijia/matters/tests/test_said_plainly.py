"""What members read about their requests: stars for what is sealed, the reason first, what it gives as the heading, a
letter that is looked at; colleagues by name."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from zhijia.matters.models import Case
from zhijia.matters.queries import file, mine, qualifying
from zhijia.matters.services import asking, deciding, lacking, versions
from zhijia.matters.tests.test_for_enterprise import letter
from zhijia.matters.tests.test_member_pages import browser
from zhijia.matters.tests.world import CODE, WORDS, aid, asked, build_with_member, defined, here
from zhijia.registry.models import Person
from zhijia.registry.queries import colleagues
from zhijia.registry.tests.world import AT, World, worker

ACCOUNT = "6217000000000000017"


@pytest.fixture
def world(db: Any) -> World:
    return build_with_member()


@pytest.fixture
def sealing(tmp_path: Path) -> Iterator[None]:
    """A matter that asks for something sealed, and can be objected to for some days."""
    said = aid(appeal={"parameter": "membership.join_answer_days", "unit": "days"})
    said["form"] = [
        *said["form"], {"name": "secret", "label": WORDS, "type": "text", "sealed": True, "when": "answers.ill"},
    ]  # fmt: skip
    with defined(tmp_path, said):
        yield


def test_what_is_sealed_is_stars_before_it_is_handed_in(sealing: None, world: World) -> None:
    actor = world.act("member")
    case = asking.start(actor=actor, at=AT, code=CODE)
    asking.keep(
        actor=actor,
        at=AT,
        case_id=case.pk,
        typed={"sum": "12", "why": "x", "ill": "yes", "hospital": "一院", "secret": ACCOUNT},
    )
    page = browser(world, "member").get(reverse("matters:check", args=[case.pk])).content.decode()
    world.act("member")
    words = {str(label): said for label, said in mine.answers(case, versions.of(case, at=AT), AT)}

    shown = words.get("Words", "") + words.get("文字", "")

    assert "*" in shown
    assert shown in page
    assert ACCOUNT not in page
    assert "sealed" not in page
    assert "已加密" not in page


def test_a_refusal_begins_with_its_reason_and_what_can_be_done_until_when(
    sealing: None, world: World
) -> None:
    case = asked(world)
    deciding.refuse(actor=world.act("factory"), at=AT, step_id=here(case).pk, reason="缺少住院小结")

    page = browser(world, "member").get(reverse("matters:case", args=[case.pk])).content.decode()

    assert page.index("缺少住院小结") < page.index("申请办到哪一步")
    box = page[page.index("没有通过") : page.index("申请办到哪一步")]
    assert "前提出异议" in box
    assert "前提出异议" in box
    assert "12351" in box


def test_somebody_else_reads_no_reason(sealing: None, world: World) -> None:
    case = asked(world)
    deciding.refuse(actor=world.act("factory"), at=AT, step_id=here(case).pk, reason="缺少住院小结")
    worker(world, "other")

    assert browser(world, "other").get(reverse("matters:case", args=[case.pk])).status_code == 404


def test_what_can_be_got_is_headed_by_what_it_gives(world: World) -> None:
    found = {one.judged.definition.code: one for one in qualifying.mine(world.act("member"), AT)}
    client = browser(world, "member")
    client.post(reverse("matters:qualifying"))
    page = client.get(reverse("matters:qualifying")).content.decode()

    near = found["member.for_some_time"]
    assert near.matters
    assert near.title == "、".join(str(matter.label) for matter in near.matters)
    assert all(one.title != str(one.judged.definition.label) for one in found.values() if one.matters)
    assert f"按这条规定：{near.judged.definition.label.zh}" in page


def test_while_a_letter_is_looked_at_the_page_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lacking.Given, "_materials_missing", lambda _given: [])
    worker(world, "boss")
    client = browser(world, "boss")
    before = client.get(reverse("matters:for_enterprise")).content.decode()
    case = letter(world, "boss")

    page = client.get(reverse("matters:for_enterprise")).content.decode()

    assert "介绍信正在审核" in page
    assert reverse("matters:case", args=[case.pk]) in page
    assert "介绍信正在审核" not in before
    assert Case.objects.filter(pk=case.pk).exists() or case.pk


def test_colleagues_are_called_by_name_else_by_role_and_never_told_to_members(world: World) -> None:
    officer, member = world.actors["factory"], world.actors["member"]

    world.act("luyang")
    called = colleagues.called([officer.user_id, member.user_id, None])
    world.act("member")
    to_a_member = colleagues.called([officer.user_id])

    assert set(called) == {officer.user_id}
    assert " · " in called[officer.user_id or 0]
    assert to_a_member == {}


def test_what_was_said_names_the_colleague_by_role(sealing: None, world: World) -> None:
    world.act("member")
    person = Person.objects.get(pk=world.actors["member"].person_id)
    case = asked(world)
    deciding.approve(actor=world.act("factory"), at=AT, step_id=here(case).pk)
    world.act("luyang")

    said = file.history(Case.objects.get(pk=case.pk), versions.of(case, at=AT))

    assert person.name not in said[0].by
    assert said[0].by.split(" · ")[-1] == "factory-officer"
