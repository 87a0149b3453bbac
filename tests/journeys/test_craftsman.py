"""A craftsman is nominated on a phone, shown at the unit, cleared, judged without names, decided by two, named, and
paid an allowance each month."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from playwright.sync_api import expect

from zhijia.appraisals.models.rounds import Award, Nomination
from zhijia.appraisals.round_verify import names_are_what_was_decided
from zhijia.appraisals.services.rounds import allowances, judging
from zhijia.appraisals.tests.rounds.world import PAPER, Fair, fair
from zhijia.kernel import days
from zhijia.kernel.context import whole
from zhijia.payments.models import Payment
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT

MAIN = "main .button-main"


@pytest.fixture
def made(committed: None, clock: dict[str, datetime]) -> Fair:
    """The county's round of craftsmen, whose call is open; three judges of another county."""
    with transaction.atomic():
        found = fair(1)
        found.name_judges()
        found.world.actors["lin"] = found.hall.voters[0]
    return found


@pytest.fixture
def world(made: Fair) -> worlds.World:
    """Its people."""
    return made.world


def test_from_a_phone_to_a_name_and_an_allowance_each_month(
    made: Fair, signed_in: Any, clock: dict[str, datetime], tmp_path: Any, owner_sql: Any
) -> None:
    _nominate(signed_in("lin", phone=True), tmp_path)
    unit, county = signed_in("factory"), signed_in("luyang")
    _open_entry(unit)
    unit.locator(MAIN).first.click()
    clock["at"] = AT + timedelta(days=9)
    unit.reload()
    unit.locator("textarea[name='yes-words']").fill("职工代表大会讨论通过")
    unit.get_by_role("button", name="同意推荐").click()
    expect(unit.locator("main")).to_contain_text("已进入评选")

    _clear(county, made, tmp_path)
    clock["at"] = AT + timedelta(days=10)
    county.goto(f"/work/rounds/{made.round.pk}/")
    county.get_by_role("button", name="开始评审").click()
    _judge(signed_in("judge-0", phone=True), made, tmp_path)
    _others_judge(made)
    county.reload()
    county.get_by_role("button", name="结束本环节").click()
    county.get_by_role("link", name="拟定名单").click()
    county.locator("input[name=chosen]").check()
    county.get_by_role("button", name="核对名额要求").click()
    expect(county.locator("main")).to_contain_text("1 个，至少 1 个")
    county.screenshot(path=tmp_path / "batch.png", full_page=True)
    county.get_by_role("button", name="提交这份名单").click()
    county.get_by_role("button", name="开始公示").click()

    clock["at"] += timedelta(days=9)
    second = signed_in("second")
    second.goto(f"/work/rounds/{made.round.pk}/")
    second.get_by_role("button", name="同意这份名单").click()
    second.get_by_role("button", name="开始公示").click()
    clock["at"] += timedelta(days=9)
    county.reload()
    county.get_by_role("button", name="公布结果").click()
    expect(county.locator("main")).to_contain_text("已公布")
    county.screenshot(path=tmp_path / "round.png", full_page=True)

    phone = signed_in("lin", phone=True)
    phone.goto("/rounds/")
    phone.locator("main .card a").first.click()
    expect(phone.locator("main")).to_contain_text("证书（PDF）")
    phone.screenshot(path=tmp_path / "named.png", full_page=True)
    with whole():
        award = Award.objects.using("bulk").get()
    phone.goto(f"/rounds/certificates/{award.token}/")
    expect(phone.locator("main")).to_contain_text("证书有效")
    for month in range(1, 4):
        allowances.work(at=clock["at"] + timedelta(days=30 * month))
        allowances.work(at=clock["at"] + timedelta(days=30 * month))
    with whole():
        paid = Payment.objects.using("bulk").filter(source="award", person_id=award.person_id)
        assert sorted(paid.values_list("instalment", flat=True)) == [1, 2, 3, 4]
        assert set(paid.values_list("amount", flat=True)) == {award.monthly}
    assert names_are_what_was_decided().differences == ()
    owner_sql("UPDATE appraisals_award SET row_id = NULL")
    (said,) = names_are_what_was_decided().differences
    assert "1 awards have no title" in said


def _nominate(phone: Any, tmp_path: Any) -> None:
    """Put oneself forward; what is missing is said beside its field."""
    phone.goto("/rounds/")
    phone.locator("main .card a").first.click()
    phone.get_by_role("button", name="我要申报").click()
    phone.locator("input[name=trade]").fill("焊工")
    phone.locator("input[name=post][value=frontline]").check(force=True)
    phone.locator("input[name=years]").fill("三")
    phone.locator("textarea[name=craft]").fill("解决薄壁管道焊接变形问题，节约材料。")
    phone.locator("input[name=apprentices]").fill("6")
    phone.get_by_role("button", name="提交").click()
    expect(phone.locator("main")).to_contain_text("请填写整数")
    phone.screenshot(path=tmp_path / "form.png", full_page=True)
    phone.locator("input[name=years]").fill("12")
    phone.locator("input[name=agreed]").check(force=True)
    phone.get_by_role("button", name="提交").click()
    expect(phone.locator("main")).to_contain_text("待推荐")


def _open_entry(unit: Any) -> None:
    unit.goto("/work/rounds/")
    unit.locator("a.task").first.click()


def _clear(county: Any, made: Fair, tmp_path: Any) -> None:
    """The office is asked, and its answer is written down with its paper."""
    county.goto(f"/work/rounds/{made.round.pk}/")
    county.get_by_role("button", name="征求部门意见").click()
    with whole():
        row = Nomination.objects.using("bulk").get()
    county.goto(f"/work/rounds/entries/{row.pk}/")
    county.locator("summary", has_text="登记答复").click()
    county.locator("input[name=clear][value=yes]").check(force=True)
    county.locator("input[name=answered_on]").fill("2026-11-29")
    paper = {"name": "paper.pdf", "mimeType": "application/pdf", "buffer": PAPER}
    county.locator("input[name=paper]").set_input_files(paper)
    county.locator("form[action$='/clear/'] button").click()
    expect(county.locator("main")).to_contain_text("无异议")
    county.screenshot(path=tmp_path / "entry.png", full_page=True)


def _judge(phone: Any, made: Fair, tmp_path: Any) -> None:
    """A judge on a phone sees a number and no name."""
    with whole():
        row = Nomination.objects.using("bulk").get()
    phone.goto(f"/rounds/judging/{made.round.pk}/")
    phone.locator("main table a").first.click()
    expect(phone.locator("main")).to_contain_text("薄壁管道")
    expect(phone.locator("main")).not_to_contain_text(row.title)
    phone.screenshot(path=tmp_path / "judge.png", full_page=True)
    for name, points in (("skill", "38"), ("results", "35"), ("teaching", "18")):
        phone.locator(f"input[name={name}]").fill(points)
    phone.get_by_role("button", name="保存打分").click()
    expect(phone.locator("main")).to_contain_text("91")


def _others_judge(made: Fair) -> None:
    with whole():
        row = Nomination.objects.using("bulk").get()
    for name in ("judge-1", "judge-2"):
        with transaction.atomic():
            judging.score(
                actor=made.act(name), at=days.now(), nomination_id=row.pk,
                points={"skill": 30, "results": 30, "teaching": 10},
            )  # fmt: skip
