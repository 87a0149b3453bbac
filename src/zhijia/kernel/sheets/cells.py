"""What stands in a cell of a table we hand out: text, or a number, an amount, a day or a moment a spreadsheet can order
and add up. What is told by digits and is no number (identity numbers, phones, accounts) is handed in as text."""

import unicodedata
from datetime import date, datetime
from decimal import Decimal

from zhijia.kernel.days import SHANGHAI

Cell = str | int | Decimal | date | datetime | None
"""A whole number; an amount in yuan; a business day; a moment; None where nothing stands."""

FORMATS = {"text": "@", "whole": "0", "money": "#,##0.00", "day": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm"}
"""How a spreadsheet shows each kind."""

EXACT = 10**15
"""Spreadsheets keep fifteen digits: a number beyond is handed out as text, so that none is lost."""
EARLIEST = date(1900, 3, 1)
"""Days before are counted differently by different spreadsheets: they are text."""
NARROWEST, WIDEST = 8, 48


def yuan(fen: int | None) -> Decimal | None:
    """Fen as an amount in yuan with two places."""
    return None if fen is None else Decimal(fen).scaleb(-2)


def kind(cell: Cell) -> str:
    """Which of `FORMATS` the cell is written as."""
    if isinstance(cell, datetime):
        return "moment" if cell.date() >= EARLIEST else "text"
    if isinstance(cell, date):
        return "day" if cell >= EARLIEST else "text"
    if isinstance(cell, Decimal):
        return "money" if abs(cell) * 100 < EXACT else "text"
    return "whole" if isinstance(cell, int) and abs(cell) < EXACT else "text"


def plain(cell: Cell) -> str:
    """The cell as text: 2026-11-21, 2026-11-21 14:05 (Asia/Shanghai), 1200.50."""
    if isinstance(cell, datetime):
        return f"{local(cell):%Y-%m-%d %H:%M}"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, Decimal):
        return f"{cell:.2f}"
    return "" if cell is None else str(cell)


def local(moment: datetime) -> datetime:
    """The moment as the clock shows it here; spreadsheets know no zones."""
    return moment.astimezone(SHANGHAI).replace(tzinfo=None)


def width(text: str) -> int:
    """How many letters wide the text is, a Chinese character being two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
