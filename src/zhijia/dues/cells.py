"""What stands in the cells of a tax office's file: yuan, months, days, registration numbers. Pure."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from zhijia.dues import rules

COLUMNS: dict[str, tuple[str, ...]] = {
    "credit_code": (
        "纳税人识别号",
        "社会信用代码（纳税人识别号）",
        "统一社会信用代码",
        "Registration number",
    ),
    "payer": ("纳税人名称", "缴费单位名称", "单位名称", "Payer"),
    "since": ("所属期起", "费款所属期起", "Period from"),
    "until": ("所属期止", "费款所属期止", "Period to"),
    "base": ("计费依据", "工资总额", "Base"),
    "amount": ("实缴金额", "入库金额", "Amount"),
    "paid_on": ("入库日期", "缴款日期", "Paid on"),
}
"""The headings a column may have; the first is the one of our own template."""
NEEDED = ("credit_code", "since", "until", "amount", "paid_on")
_MONTH = re.compile(
    r"^(\d{4})\s*(?:年|[-/.])?\s*(\d{1,2})(?:\s*月)?(?:[-/.日]\s*\d{1,2}日?)?(?:\s+[\d:.]+)?$"
)
_DAY = re.compile(r"^(\d{4})\s*(?:年|[-/.])?\s*(\d{1,2})\s*(?:月|[-/.])?\s*(\d{1,2})日?(?:\s+[\d:.]+)?$")
_CODE = re.compile(r"^[0-9A-Z]{10,20}$")


def fen(text: str) -> int | None:
    """The fen of an amount in yuan ("1,234.50", "￥80"); None for anything else, and for parts of a fen."""
    plain = text.strip().replace(",", "").replace("，", "").lstrip("¥￥").removesuffix("元")
    try:
        amount = Decimal(plain) * 100
    except InvalidOperation:
        return None
    if not amount.is_finite() or amount != amount.to_integral_value() or abs(amount) > rules.MOST_WAGES:
        return None
    return int(amount)


def month(text: str) -> int | None:
    """The month of "2026-10", "202610", "2026年10月" or a day in it."""
    found = _MONTH.match(text.strip()) or _DAY.match(text.strip())
    if found is None:
        return None
    told = int(found[1]) * 100 + int(found[2])
    return told if rules.is_month(told) else None


def day(text: str) -> date | None:
    """The day of "2026-10-15", "20261015" or "2026年10月15日"."""
    found = _DAY.match(text.strip())
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def registration(text: str) -> str:
    """The registration number as it is compared: capitals, no spaces; nothing where it cannot be one."""
    plain = "".join(text.split()).upper()
    return plain if _CODE.match(plain) else ""


def columns(header: list[str]) -> dict[int, str]:
    """Which column stands where, when this row is the header: at least three known headings in it."""
    known = {heading: name for name, headings in COLUMNS.items() for heading in headings}
    found = {place: known[cell.strip()] for place, cell in enumerate(header) if cell.strip() in known}
    return found if len(found) >= len(NEEDED) - 2 else {}
