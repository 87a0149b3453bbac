"""An auditor draws a sample, finds something, and it is put right: the committee at a desk, the treasurer by phone."""

import io
from typing import Any

import pytest
from django.db import transaction
from PIL import Image
from playwright.sync_api import expect

from zhijia.auditing.models import Engagement, Finding, Sample
from zhijia.auditing.tests.world import A_DAY, AT, Audits, build
from zhijia.kernel.context import whole
from zhijia.registry.tests import world as worlds

MAIN = "main .button-main"


@pytest.fixture
def audits(committed: None) -> Audits:
    """The books of the factory, audited by Luyang's committee, which is in the field."""
    with transaction.atomic():
        made = build()
        made.in_the_field(at=AT - 10 * A_DAY)
    return made


@pytest.fixture
def world(audits: Audits) -> worlds.World:
    """Its people."""
    return audits.world


def _photo() -> dict[str, Any]:
    kept = io.BytesIO()
    Image.new("RGB", (400, 300), "#0F6B63").save(kept, "JPEG")
    return {"name": "proof.jpg", "mimeType": "image/jpeg", "buffer": kept.getvalue()}


def _choose(page: Any, value: str) -> None:
    page.locator(f"input[value='{value}']").check(force=True)


def test_from_a_sample_to_a_finding_put_right(audits: Audits, signed_in: Any) -> None:
    committee = signed_in("chen")
    committee.goto("/audits/")
    committee.locator("a.task").click()
    _draw(committee)
    _look(committee)
    _find(committee)
    committee.locator("textarea[name='words']").fill("对本期收支进行了抽查。")
    committee.locator("button[value='draft']").click()

    treasurer = signed_in("factory-treasurer", phone=True)
    treasurer.goto("/audits/own/")
    treasurer.locator("a.task").click()
    expect(treasurer.locator("main")).to_contain_text("慰问品无签收表")
    treasurer.locator("textarea[name='words']").fill("属实，立即补签。")
    treasurer.locator(MAIN).click()

    committee.reload()
    committee.locator("textarea[name='words']").fill("请限期整改。")
    committee.locator("button[value='report']").click()
    expect(committee.locator("main")).to_contain_text("整改中")
    _put_right(treasurer)
    committee.locator("a", has_text="慰问品无签收表").click()
    expect(committee.locator("main")).to_contain_text("已补齐签收表")
    committee.locator("button[value='verify']").click()
    committee.locator("nav.path a").click()
    committee.locator("button[value='close']").click()

    expect(committee.locator("main")).to_contain_text("已结束")
    with whole():
        audit, one = Engagement.objects.using("bulk").get(), Finding.objects.using("bulk").get()
    assert (audit.state, one.state, one.corrected) == ("closed", "verified", 30_050)


def _draw(page: Any) -> None:
    """Draw three entries, and draw them again from their seed."""
    _choose(page, "stratified")
    page.locator("input[name='size']").fill("3")
    page.locator("form[action$='/draw/'] button").click()
    page.wait_for_url("**/audits/samples/**")
    page.locator("a[href='?again=1']").click()
    expect(page.locator("main")).to_contain_text("用同一种子重抽：总体一致，结果一致。")


def _look(page: Any) -> None:
    """Two are in order, one has a page missing."""
    page.locator("tr[data-row] a").first.click()
    for _ in range(2):
        here = page.url
        _choose(page, "in_order")
        page.locator(MAIN).click()
        page.wait_for_function("url => location.href !== url", arg=here)
    _choose(page, "finding")
    page.locator("textarea[name='note']").fill("无签收表")
    page.locator("input[type='file']").set_input_files(_photo())
    page.locator(MAIN).click()
    page.wait_for_url("**/findings/new/**")


def _find(page: Any) -> None:
    page.locator("input[name='title']").fill("慰问品无签收表")
    page.locator("select[name='prohibition']").select_option("gifts_banquets")
    page.locator("input[name='yuan']").fill("300.50")
    page.locator("input[name='post']").fill("工会主席")
    page.locator(MAIN).click()
    expect(page.locator("main")).to_contain_text("300.50")


def _put_right(page: Any) -> None:
    """On the phone, with a photo."""
    page.reload()
    page.locator("a", has_text="慰问品无签收表").click()
    page.locator("textarea[name='words']").fill("已补齐签收表。")
    page.locator("input[name='yuan']").fill("300.50")
    page.locator("input[type='file']").set_input_files(_photo())
    page.locator(MAIN).click()
    expect(page.locator("main")).to_contain_text("待核验")


def test_nobody_of_another_union_reads_the_sample(audits: Audits, signed_in: Any) -> None:
    with transaction.atomic():
        audits.drawn(Engagement.objects.using("bulk").get())
    with whole():
        sample = Sample.objects.using("bulk").get()

    for who in ("factory-treasurer", "mill-treasurer", "shushan", "other"):
        answer = signed_in(who).goto(f"/audits/samples/{sample.pk}/")
        assert answer.status == 404, who
