"""The officers' pages: what waits, the file, deciding, batches, the desk, paper; and what strangers find."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from zhijia.audit.models import Entry
from zhijia.catalogue.matter_rules import Matter
from zhijia.catalogue.versions import content, digest
from zhijia.kernel.codes import synthetic_mobile
from zhijia.matters import at_hand
from zhijia.matters.models import Case, Decision, MatterVersion, Signer
from zhijia.matters.queries import inbox
from zhijia.matters.services import asking, deciding, handing_in
from zhijia.matters.tests.test_member_pages import browser
from zhijia.matters.tests.world import CODE, aid, asked, build_with_member, defined, here
from zhijia.registry import access
from zhijia.registry.tests import ready
from zhijia.registry.tests.world import AT, World, appoint

RULED = "test.ruled"


@pytest.fixture
def ruled(db: Any, tmp_path: Path) -> Iterator[World]:
    """The world with a second matter that names a rule."""
    with defined(tmp_path, aid(), aid(code=RULED, eligibility="member.long_serving")):
        yield build_with_member()


def decided(client: Client, case: Case, answer: str, **more: str) -> Any:
    step = here(case).pk
    return client.post(
        reverse("matters:decide", args=[case.pk]), {"step": str(step), "answer": answer, **more}, follow=True
    )


def test_what_waits_is_listed_with_the_name_masked(world: World) -> None:
    case = asked(world)
    page = browser(world, "factory").get(reverse("matters:inbox")).content.decode()
    assert case.number in page
    assert "张*丰" in page
    assert "张小丰" not in page


@pytest.mark.parametrize("officer", ["couriers", "mill", "shushan"])
def test_an_officer_of_another_union_finds_neither_line_nor_file_nor_paper(
    world: World, officer: str
) -> None:
    case = asked(world)
    client = browser(world, officer)
    assert case.number not in client.get(reverse("matters:inbox")).content.decode()
    for page in ("file", "paper", "go"):
        assert client.get(reverse(f"matters:{page}", args=[case.pk])).status_code == 404
    world.act("factory")
    step = here(case).pk
    said = {"step": str(step), "answer": "approve"}
    assert client.post(reverse("matters:decide", args=[case.pk]), said).status_code == 404
    world.act("factory")
    assert not Decision.objects.filter(case__code=CODE).exists()


def test_a_member_does_not_open_the_desk(world: World) -> None:
    case = asked(world)
    client = browser(world, "member")
    assert client.get(reverse("matters:inbox")).status_code == 403
    assert client.get(reverse("matters:desk")).status_code == 403
    assert client.get(reverse("matters:file", args=[case.pk])).status_code == 404


def test_the_file_shows_the_facts_and_the_look_goes_on_the_trail(world: World) -> None:
    case = asked(world)
    page = browser(world, "factory").get(reverse("matters:file", args=[case.pk])).content.decode()
    for words in (case.number, "张小丰", world.unions["factory"].name, "1,200.00", "家人住院"):
        assert words in page
    world.act("factory")
    assert Entry.objects.filter(action="case.look", subject_id=str(case.pk)).count() == 1


def test_agreeing_with_less_than_was_asked_grants_that(world: World) -> None:
    case = asked(world)
    decided(browser(world, "factory"), case, "approve", amount="800.00", reason="按标准")
    world.act("factory")
    case.refresh_from_db()
    assert (case.amount, here(case).code) == (80000, "county")


def test_more_than_was_asked_is_refused_in_a_sentence(world: World) -> None:
    case = asked(world)
    page = decided(browser(world, "factory"), case, "approve", amount="99999").content.decode()
    assert "批准金额不能超过申请金额。" in page
    world.act("factory")
    assert not Decision.objects.filter(case__code=CODE).exists()


def test_whoever_asked_reads_what_the_officer_asks_for(world: World) -> None:
    case = asked(world)
    decided(browser(world, "factory"), case, "pause", reason="请补充住院证明")
    phone = browser(world, "member")
    for page in ("case", "form"):
        assert "请补充住院证明" in phone.get(reverse(f"matters:{page}", args=[case.pk])).content.decode()
    assert browser(world, "shushan").get(reverse("matters:case", args=[case.pk])).status_code == 404


def test_two_clicks_agree_once(world: World) -> None:
    case = asked(world)
    client, step = browser(world, "factory"), here(case).pk
    said = {"step": str(step), "answer": "approve"}
    client.post(reverse("matters:decide", args=[case.pk]), said)
    again = client.post(reverse("matters:decide", args=[case.pk]), said, follow=True)
    assert "没有改动" in again.content.decode()
    world.act("factory")
    assert Decision.objects.filter(case__code=CODE).count() == 1


def test_refusing_needs_a_reason(world: World) -> None:
    case = asked(world)
    client = browser(world, "factory")
    decided(client, case, "refuse", reason=" ")
    world.act("factory")
    assert not Decision.objects.filter(case__code=CODE).exists()
    decided(client, case, "refuse", reason="本年度已补助")
    world.act("factory")
    case.refresh_from_db()
    assert case.state == Case.State.REFUSED


def test_the_county_sends_back_and_it_returns_straight(world: World) -> None:
    case = asked(world)
    decided(browser(world, "factory"), case, "approve")
    world.act("luyang")
    decided(browser(world, "luyang"), case, "return", to="union", reason="再核实")
    world.act("factory")
    assert here(case).code == "union"
    decided(browser(world, "factory"), case, "approve")
    world.act("luyang")
    assert here(case).code == "county"


def test_a_step_that_was_never_there_is_nowhere_to_send_back_to(world: World) -> None:
    case = asked(world)
    decided(browser(world, "factory"), case, "return", to="city", reason="试")
    world.act("factory")
    assert here(case).code == "union"
    assert not Decision.objects.filter(case__code=CODE).exists()


def test_the_applicant_is_asked_for_more_and_the_file_says_so(world: World) -> None:
    case = asked(world)
    client = browser(world, "factory")
    decided(client, case, "pause", reason="请补病历")
    page = client.get(reverse("matters:file", args=[case.pk])).content.decode()
    assert "等待申请人" in page


def test_a_colleague_signs_as_well_or_takes_it_over(world: World) -> None:
    colleague = appoint(world, "factory", "grassroots_officer", "second")
    case = asked(world)
    client = browser(world, "factory")
    assert "second-officer" in client.get(reverse("matters:file", args=[case.pk])).content.decode()
    decided(client, case, "add_signer", colleague=str(colleague.user_id), place="after")
    world.act("factory")
    assert Signer.objects.get(case=case).signer_id == colleague.user_id
    decided(client, case, "delegate", colleague=str(colleague.user_id), reason="休假")
    world.act("factory")
    assert here(case).taker_id == colleague.user_id
    stranger = str(world.actors["mill"].user_id)
    decided(browser(world, "second"), case, "delegate", colleague=stranger, reason="试")
    world.act("factory")
    assert here(case).taker_id == colleague.user_id


def test_a_duplicate_is_merged_from_the_file(world: World) -> None:
    first, second = asked(world), asked(world)
    client = browser(world, "factory")
    assert first.number in client.get(reverse("matters:file", args=[second.pk])).content.decode()
    decided(client, second, "merge", into=str(first.pk))
    world.act("factory")
    second.refresh_from_db()
    assert (second.state, second.merged_into_id) == (Case.State.MERGED, first.pk)


def test_two_cases_are_put_into_one_dossier_from_the_file(world: World) -> None:
    first, second = asked(world), asked(world)
    client = browser(world, "factory")
    said = {"number": second.number, "why": "同一次住院"}
    page = client.post(reverse("matters:link", args=[first.pk]), said, follow=True).content.decode()
    assert second.number in page
    page = client.get(reverse("matters:file", args=[second.pk])).content.decode()
    assert first.number in page


def test_a_batch_says_what_came_of_each(world: World) -> None:
    plain, twice = asked(world), asked(world)
    client = browser(world, "factory")
    chosen = [str(here(case).pk) for case in (plain, twice)]
    page = client.post(reverse("matters:batch"), {"chosen": [*chosen, "x", "9" * 30]}).content.decode()
    assert plain.number in page
    assert twice.number in page
    assert page.count("请单独办理") == 1


def test_the_rule_is_shown_clause_by_clause_and_kept_with_the_decision(ruled: World) -> None:
    actor = ruled.act("member")
    case = asking.start(actor=actor, at=AT, code=RULED)
    asking.keep(actor=actor, at=AT, case_id=case.pk, typed={"sum": "100", "why": "住院", "ill": "no"})
    case = handing_in.submit(actor=actor, at=AT, case_id=case.pk, key=uuid4())
    assert case.flags == ["not_eligible"]
    page = browser(ruled, "factory").get(reverse("matters:file", args=[case.pk])).content.decode()
    assert "不符合" in page
    deciding.approve(actor=ruled.act("factory"), at=AT, step_id=here(case).pk)
    kept = Decision.objects.get(case=case).rules
    assert (kept["code"], kept["number"], kept["said"]["value"]) == ("member.long_serving", 1, False)


def test_the_menu_and_the_home_say_what_waits(world: World) -> None:
    case = asked(world)
    page = browser(world, "factory").get(reverse("web:home_grassroots")).content.decode()
    assert reverse("matters:inbox") in page
    assert case.number in page


def test_what_is_late_comes_first_and_every_page_goes_on_behind_the_last_line(world: World) -> None:
    cases = [asked(world) for _number in range(3)]
    world.act("factory")
    late = here(cases[2])
    late.due_at = AT - timedelta(days=1)
    at_hand.take(cases[2].pk)
    late.save(update_fields=["due_at"])
    actor = world.actors["factory"]
    first = inbox.page(actor, rows=1)
    assert [step.case_id for step in first[:1]] == [cases[2].pk]
    behind = inbox.page(actor, after=inbox.After(first[0].due_at, first[0].pk), rows=5)
    assert {step.case_id for step in behind} == {cases[0].pk, cases[1].pk}
    assert inbox.count(access.rights_of(actor)) == 3


@pytest.mark.parametrize("after", ["x", "none~", "~3", "2026~3", "none~99999999999999999999", "2026-13-40~3"])
def test_a_damaged_place_in_the_list_shows_the_first_page(world: World, after: str) -> None:
    case = asked(world)
    answer = browser(world, "factory").get(reverse("matters:inbox"), {"after": after})
    assert case.number in answer.content.decode()


def test_a_list_asks_the_database_a_handful_of_times(
    world: World, django_assert_max_num_queries: Any
) -> None:
    for _number in range(6):
        asked(world)
    client = browser(world, "factory")
    with django_assert_max_num_queries(32):
        client.get(reverse("matters:inbox"))


def test_a_member_is_found_asked_for_and_the_form_printed_at_the_desk(world: World) -> None:
    client = browser(world, "factory")
    found = client.post(reverse("matters:desk"), {"number": synthetic_mobile(1)}).content.decode()
    assert "张*丰" in found
    person = world.actors["member"].person_id
    begin = reverse("matters:begin", args=[person])
    assert client.post(begin, {"code": CODE}).status_code == 422
    answer = client.post(begin, {"code": CODE, "agreed": "here"})
    world.act("factory")
    case = Case.objects.get(code=CODE)
    assert answer["location"] == reverse("matters:form", args=[case.pk])
    typed = {
        "sum": "1200",
        "why": "家人住院",
        "ill": "no",
        **{f"asked-{name}": "1" for name in ("sum", "why", "ill")},
    }
    client.post(reverse("matters:form", args=[case.pk]), typed)
    form = client.get(reverse("matters:paper", args=[case.pk]))
    assert form["content-type"] == "application/pdf"
    assert form.content.startswith(b"%PDF")
    client.post(reverse("matters:check", args=[case.pk]), {"once": str(uuid4())})
    world.act("factory")
    case.refresh_from_db()
    assert case.state == Case.State.OPEN
    receipt = client.get(reverse("matters:paper", args=[case.pk]))
    assert f"{case.number}.pdf" in receipt["content-disposition"]
    page = browser(world, "member").get(reverse("matters:case", args=[case.pk])).content.decode()
    assert case.number in page


@pytest.mark.parametrize("officer", ["couriers", "mill"])
def test_nobody_asks_at_the_desk_for_a_member_of_another_union(world: World, officer: str) -> None:
    client = browser(world, officer)
    found = client.post(reverse("matters:desk"), {"number": synthetic_mobile(1)}).content.decode()
    assert "张*丰" not in found
    begin = reverse("matters:begin", args=[world.actors["member"].person_id])
    assert client.post(begin, {"code": CODE, "agreed": "here"}).status_code == 404
    world.act("factory")
    assert not Case.objects.filter(code=CODE).exists()


def test_the_list_keeps_to_a_matter_the_federation_published_itself(world: World) -> None:
    own = Matter.model_validate(aid(code="test.own", label={"en": "Our own", "zh": "本级新增补贴"}))
    ready.add(MatterVersion(
        code=own.code, number=1, content=content(own), digest=digest(own), since=AT.date(), made_by=1, made_at=AT,
        published_by=2, published_at=AT, state=MatterVersion.State.PUBLISHED,
    ))  # fmt: skip
    other, case = asked(world), asked(world, code=own.code)
    page = browser(world, "factory").get(reverse("matters:inbox"), {"matter": own.code}).content.decode()
    assert '<option value="test.own" selected>本级新增补贴</option>' in page
    assert case.number in page
    assert other.number not in page
