"""Declare and pay dues: the wages of a month, the bill, the tax office's file, what each union gets, all agreed."""

from typing import Any

import pytest
from django.db import transaction

from zhijia.dues.models import Bill, Split
from zhijia.dues.tests.world import AT, HEADINGS, Dues, build
from zhijia.kernel.codes import synthetic_account
from zhijia.payments.services import bank_accounts, paying_in
from zhijia.payments.services.paying_in import BankLine
from zhijia.registry.tests.world import World


@pytest.fixture
def dues(committed: None) -> Dues:
    """A county that collects for its unions."""
    with transaction.atomic():
        return build()


@pytest.fixture
def world(dues: Dues) -> World:
    """The people of this journey."""
    return dues.world


def _file(dues: Dues, month: str) -> dict[str, Any]:
    lines = [
        HEADINGS,
        dues.line("factory", "1600.00", month=month, day="2026-11-12"),
        f"x,坏行,{month},{month},,1.00,2026-11-12",
    ]
    return {"name": "tax.csv", "mimeType": "text/csv", "buffer": "\n".join(lines).encode("gb18030")}


def test_a_month_is_declared_collected_shared_and_agrees(dues: Dues, signed_in: Any, work: Any) -> None:
    factory, county = (dues.world.unions[name].code for name in ("factory", "luyang"))
    treasurer = signed_in("factory-treasurer", phone=True, script=False)
    treasurer.goto(f"/dues/{factory}/")
    treasurer.get_by_role("link", name="申报 2026年10月").click()
    treasurer.get_by_label("当月职工人数").fill("10")
    treasurer.get_by_label("全部职工工资总额（元）").fill("80000")
    treasurer.get_by_role("button", name="申报").click()
    treasurer.get_by_text("10 名职工，工资总额 80,000.00 元，按 2% 计算，应缴 1,600.00 元。").wait_for()
    bill = Bill.objects.using("bulk").get()
    treasurer.get_by_text(bill.reference).wait_for()

    collector = signed_in("luyang-treasurer")
    collector.goto(f"/dues/{county}/files/")
    collector.get_by_label("税务代收文件").set_input_files(_file(dues, "2026-10"))
    collector.get_by_role("button", name="检查").click()
    collector.get_by_text("纳税人识别号不对").wait_for()
    collector.get_by_role("button", name="确认入账").click()
    collector.get_by_text("文件正在入账。").wait_for()
    work()
    collector.goto(f"/dues/{county}/")
    collector.get_by_role("button", name="现在分成").click()
    collector.get_by_text("经费正在分成。").wait_for()
    work()

    assert Split.objects.using("bulk").get().grassroots == 960_00
    collector.goto(f"/dues/{county}/match/")
    collector.get_by_text("这些月份没有差异。").wait_for()
    treasurer.goto(f"/dues/bill/{bill.pk}/")
    treasurer.get_by_text("已缴清").first.wait_for()
    treasurer.get_by_role("link", name="2026年11月12日").click()
    treasurer.get_by_text("960.00").wait_for()
    treasurer.get_by_text("基层工会").first.wait_for()


def test_an_employer_declares_pays_by_transfer_and_sees_it_arrive(dues: Dues, signed_in: Any) -> None:
    with transaction.atomic():
        dues.acts_for("boss", "factory")
        account = bank_accounts.open_one(
            actor=dues.world.act("factory-treasurer"), at=AT, union=dues.world.unions["factory"], bank="晨光银行",
            holder="晨光机械工会", number=synthetic_account(5), channel="csv",
        )  # fmt: skip
    boss = signed_in("boss", phone=True)
    boss.goto("/services/")
    boss.get_by_role("link", name="本单位工会经费").click()
    boss.get_by_role("link", name="申报 2026年10月").click()
    boss.get_by_label("当月职工人数").fill("10")
    boss.get_by_label("全部职工工资总额（元）").fill("80000")
    boss.get_by_role("button", name="申报").click()
    boss.get_by_text("10 名职工，工资总额 80,000.00 元，按 2% 计算，应缴 1,600.00 元。").wait_for()
    bill = Bill.objects.using("bulk").get()
    boss.get_by_text(bill.reference).wait_for()
    boss.get_by_text(synthetic_account(5)).wait_for()
    with boss.expect_download() as notice:
        boss.get_by_role("link", name="下载缴费通知单（PDF）").click()
    assert notice.value.suggested_filename == "notice-202610.pdf"
    assert boss.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    with transaction.atomic():
        treasurer = dues.world.act("factory-treasurer")
        (receipt,) = paying_in.came_in(
            at=AT, bank_account=account, lines=[BankLine("B1", AT.date(), 1600_00, "厂", note=bill.reference)]
        )
        paying_in.match(actor=treasurer, at=AT, receipt_id=receipt.pk, receivable_id=bill.receivable_id or 0)

    boss.reload()
    boss.get_by_text("已缴清").first.wait_for()
    boss.get_by_role("link", name="工会经费", exact=True).click()
    boss.get_by_role("cell", name="已缴清").first.wait_for()
    assert boss.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
