"""The roster of the first journey: 300 rows as a union would send them, twelve kinds of error among them."""

from datetime import date
from pathlib import Path

import openpyxl

from zhijia.kernel.codes import synthetic_mobile, synthetic_resident_id

HEADINGS = ("序号", "联系电话", "会员姓名", "身份证号码（必填）", "性别", "文化程度", "入会时间", "电子邮箱")
PHONE, NAME, NUMBER, SEX, SCHOOL, JOINED, MAIL = range(1, 8)
ROWS = 300
FIRST = 3
"""The sheet's row of the first person: a title and the headings stand above."""


def person(serial: int) -> list[object]:
    """A good row of somebody who does not exist."""
    born = date(1965 + serial % 35, serial % 12 + 1, serial % 28 + 1)
    return [
        serial,
        synthetic_mobile(40_000 + serial),
        f"周{chr(0x4E00 + serial)}",
        synthetic_resident_id(born, serial),
        "男" if serial % 2 else "女",
        "大专",
        "2024年3月8日",
        f"a{serial}@example.com",
    ]


GOOD = {row: person(row - FIRST + 1) for row in range(FIRST, FIRST + ROWS)}
TWIN = 138
"""The row whose number stands once more below."""
_NUMBERS = {row: str(cells[NUMBER]) for row, cells in GOOD.items()}
WRONG: dict[int, tuple[str, int, object]] = {
    12: ("name_missing", NAME, None),
    31: ("name_digits", NAME, "周工13800"),
    57: ("id_length", NUMBER, _NUMBERS[57][:17]),
    80: ("id_check_digit", NUMBER, _NUMBERS[80][:17] + ("0" if _NUMBERS[80][17] != "0" else "1")),
    101: ("id_birth_date", NUMBER, _NUMBERS[101][:10] + "0230" + _NUMBERS[101][14:]),
    140: ("id_twice", NUMBER, _NUMBERS[TWIN]),
    166: ("phone_missing", PHONE, None),
    190: ("mobile_length", PHONE, "1690004018"),
    213: ("mobile_prefix", PHONE, "05516512345"),
    240: ("sex_contradicts", SEX, "男" if GOOD[240][SEX] == "女" else "女"),
    266: ("date_impossible", JOINED, "2024-02-30"),
    299: ("email_form", MAIL, "a297 at example"),
}
"""Twelve kinds of error: the row, what is wrong there, in which column, and what stands in the cell."""


def write(path: Path) -> Path:
    """The workbook with its title, its headings and all rows, the wrong cells in their places."""
    book = openpyxl.Workbook()
    page = book.active
    page.append(["晨光机械工会会员名册"])
    page.merge_cells("A1:H1")
    page.append(HEADINGS)
    for row, cells in GOOD.items():
        cells = list(cells)
        if row in WRONG:
            _code, column, content = WRONG[row]
            cells[column] = content
        page.append(cells)
    book.save(path)
    return path


def mend(path: Path) -> Path:
    """Put every wrong cell of the returned workbook right, as an officer would: by the number in front."""
    book = openpyxl.load_workbook(path)
    page = book.active
    for cells in page.iter_rows(min_row=FIRST):
        row = int(cells[0].value) + FIRST - 1
        column = WRONG[row][1]
        cells[column].value = GOOD[row][column]
    mended = path.with_name("补正.xlsx")
    book.save(mended)
    return mended
