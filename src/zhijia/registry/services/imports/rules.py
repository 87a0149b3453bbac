"""What is wrong in a roster and where: whole columns in, clean values and mistakes out. Pure.

Texts come as they stand in the sheet. A blank cell that is not required says nothing: what is known stays.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

from zhijia.kernel import codes, names, sheets

Kind = Literal[
    "text", "name", "code", "date", "yes_no", "number_id", "mobile", "email", "division", "employer_code"
]
Clean = tuple[Any, str]
"""A clean value and the reason it is none: one of the two is empty."""

RESIDENT_ID = "111"
UNSAID_SEXES = ("0", "9")
LONGEST_ROW_TEXT = 200
LONGEST_PLACE = 30
_DATE = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$")
_MONTH = re.compile(r"^(\d{4})(?:[-/.年](\d{1,2})|(\d{2}))月?$")
_DIGITS_DATE = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_SERIAL_DATE = re.compile(r"^(\d{5})(?:\.0+)?$")
_SHEET_EPOCH = date(1899, 12, 30)
_EMAIL = re.compile(r"^[^@\s,;\ufffd]{1,64}@[^@\s,;.\ufffd]+(?:\.[^@\s,;.\ufffd]+)+$")
SAMPLES = ("示例：", "Sample: ")
"""How the name in the sample row of our own template begins, by language; nobody else's name does."""
_YES = frozenset({"是", "有", "y", "yes", "true", "1", "√", "对"})
_NO = frozenset({"否", "无", "n", "no", "false", "0", "×", "x", "非"})


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a roster: its kind, whether a row must have it, its longest text, its earliest day, and for
    a code list or a place the codes by everything people write for them. A `free` list keeps other words."""

    code: str
    kind: Kind
    required: bool = False
    longest: int = LONGEST_ROW_TEXT
    words: Mapping[str, str] = field(default_factory=dict)
    free: bool = False
    earliest: date = date.min


@dataclass(frozen=True, slots=True)
class Terms:
    """What the rows are measured by: the business day and the least age (MEM-01)."""

    today: date
    minimum_age: int


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something wrong in one cell. `row` counts from 0; `number` is for the sentence (a limit, a row)."""

    row: int
    field: str
    code: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class Checked:
    """Clean values by field, one a row (None where the sheet says nothing), and everything wrong, by row."""

    rows: int
    values: Mapping[str, list[Any]]
    mistakes: list[Mistake]

    def good(self) -> list[int]:
        """The rows in which nothing is wrong."""
        wrong = {mistake.row for mistake in self.mistakes}
        return [row for row in range(self.rows) if row not in wrong]


def check(columns: Mapping[str, Sequence[str]], fields: Mapping[str, Field], terms: Terms) -> Checked:
    """Check every cell, then what the cells of a row say of each other, then the rows of each other.

    `columns` holds at least `name` and `id_number`, all of one length. What the number of a resident id says
    (birth date and sex) is filled in where the sheet does not say it.
    """
    rows = len(columns["id_number"])
    mistakes: list[Mistake] = []
    values: dict[str, list[Any]] = {}
    columns = _without_lost(columns, mistakes)
    lost = {(mistake.row, mistake.field) for mistake in mistakes}
    for code, texts in columns.items():
        if code != "id_number":
            values[code] = clean_column(texts, fields[code], mistakes)
    types = values.setdefault("id_type", [RESIDENT_ID] * rows)
    values["id_type"] = [RESIDENT_ID if kind is None else kind for kind in types]
    values["id_number"] = numbers_of(columns["id_number"], values["id_type"], terms, mistakes)
    _against_the_number(values, rows, terms, mistakes)
    _days_in_order(values, fields, terms, mistakes)
    _twice(values["id_number"], mistakes)
    told = [m for m in mistakes if m.code == "formula_lost" or (m.row, m.field) not in lost]
    return Checked(rows, values, sorted(told, key=lambda mistake: mistake.row))


def is_sample(name: str) -> bool:
    """Whether this row is the sample row of our own template, which is nobody."""
    return name.strip().startswith(SAMPLES)


def name_of(text: str) -> Clean:
    """A person's name by the rule of the house (`kernel.names`)."""
    name, reason = names.name_of(text)
    return (None, reason) if reason else (name, "")


def day_of(text: str) -> Clean:
    """A day in any way a sheet writes it: 2020-1-2, 2020/1/2, 2020.1.2, 2020年1月2日, 20200102, 43832."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if serial := _SERIAL_DATE.match(plain):
        return _SHEET_EPOCH + timedelta(days=int(serial[1])), ""
    parts = _DATE.match(plain) or _DIGITS_DATE.match(plain)
    try:
        return (date(int(parts[1]), int(parts[2]), int(parts[3])), "") if parts else (None, "date_unreadable")
    except ValueError:
        return None, "date_impossible"


def month_of(text: str) -> Clean:
    """A birth date of which the sheet may give year and month alone: a day, or (year, month)."""
    parts = _MONTH.match(unicodedata.normalize("NFKC", text).strip())
    if parts is None:
        return day_of(text)
    year, month = int(parts[1]), int(parts[2] or parts[3])
    return ((year, month), "") if 1 <= month <= 12 else (None, "date_impossible")


def yes_no_of(text: str) -> Clean:
    """是 or 否, yes or no, 1 or 0."""
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    if plain in _YES:
        return True, ""
    return (False, "") if plain in _NO else (None, "yes_no_unknown")


def _cleaner(spec: Field) -> Callable[[str], Clean]:
    def text(cell: str) -> Clean:
        return names.seen(cell), ""

    def code(cell: str) -> Clean:
        found = spec.words.get("".join(cell.split()).casefold())
        if found is None:
            return text(cell) if spec.free else (None, "code_unknown")
        return found, ""

    def email(cell: str) -> Clean:
        plain = unicodedata.normalize("NFKC", cell).strip()
        sound = plain == names.seen(plain) and _EMAIL.match(plain)
        return (plain, "") if sound else (None, "email_form")

    def division(cell: str) -> Clean:
        plain = "".join(unicodedata.normalize("NFKC", cell).split())
        lengths = range(min(len(plain), LONGEST_PLACE), 1, -1)
        found = next((spec.words[plain[:length]] for length in lengths if plain[:length] in spec.words), None)
        return (found, "") if found is not None else (None, "division_unknown")

    def date_of(cell: str) -> Clean:
        return month_of(cell) if spec.code == "birth_date" else day_of(cell)

    def employer(cell: str) -> Clean:
        reason = codes.employer_code_error(cell)
        return (None, f"employer_{reason}") if reason else (codes.normal_code(cell), "")

    cleaners: dict[str, Callable[[str], Clean]] = {
        "text": text,
        "name": name_of,
        "code": code,
        "date": date_of,
        "yes_no": yes_no_of,
        "email": email,
        "division": division,
        "employer_code": employer,
    }
    return cleaners[spec.kind]


def _without_lost(columns: Mapping[str, Sequence[str]], mistakes: list[Mistake]) -> dict[str, list[str]]:
    """Cells whose formula came without a result are named and read as blank."""
    found = {code: list(texts) for code, texts in columns.items()}
    for code, texts in found.items():
        if sheets.LOST in texts:
            for row, text in enumerate(texts):
                if text == sheets.LOST:
                    texts[row] = ""
                    mistakes.append(Mistake(row, code, "formula_lost"))
    return found


def clean_column(texts: Sequence[str], spec: Field, mistakes: list[Mistake]) -> list[Any]:
    """The clean values of a column, None where it says nothing; what is wrong is added to `mistakes`."""
    if spec.kind == "mobile":
        return _mobiles(texts, spec, mistakes)
    clean = _cleaner(spec)
    seen: dict[str, Clean] = {}
    for text in set(texts):
        blank = not names.seen(text)
        value, reason = (None, f"{spec.code}_missing" if spec.required else "") if blank else clean(text)
        if isinstance(value, str) and len(value) > spec.longest:
            value, reason = None, f"{spec.code}_too_long" if spec.code == "name" else "too_long"
        seen[text] = (value, reason)
    if any(reason for _, reason in seen.values()):
        for row, text in enumerate(texts):
            if reason := seen[text][1]:
                limit = spec.longest if reason.endswith("too_long") else 0
                mistakes.append(Mistake(row, spec.code, reason, limit))
    return [seen[text][0] for text in texts]


def _mobiles(texts: Sequence[str], spec: Field, mistakes: list[Mistake]) -> list[Any]:
    values, reasons = codes.check_mobiles(texts)
    result: list[Any] = list(values)
    for row, reason in reasons.items():
        result[row] = None
        if reason != "mobile_empty":
            mistakes.append(Mistake(row, spec.code, reason))
        elif spec.required:
            mistakes.append(Mistake(row, spec.code, f"{spec.code}_missing"))
    return result


def numbers_of(
    texts: Sequence[str], types: Sequence[str], terms: Terms, mistakes: list[Mistake]
) -> list[Any]:
    """The identity numbers in normal form; other documents than the resident id are checked one by one."""
    others = {row for row, kind in enumerate(types) if kind != RESIDENT_ID}
    shown = texts if not others else ["" if row in others else text for row, text in enumerate(texts)]
    values, reasons = codes.check_resident_ids(shown, today=terms.today)
    result: list[Any] = list(values)
    for row in sorted(others):
        reason = codes.id_number_error(types[row], texts[row], today=terms.today)
        result[row] = codes.normal_id_number(texts[row])
        if reason:
            reasons[row] = reason
        else:
            reasons.pop(row, None)
    for row, reason in reasons.items():
        result[row] = None
        mistakes.append(Mistake(row, "id_number", "id_number_missing" if reason == "id_empty" else reason))
    return result


def _against_the_number(
    values: dict[str, list[Any]], rows: int, terms: Terms, mistakes: list[Mistake]
) -> None:
    """Birth date and sex as the resident number says: a column that says otherwise is a mistake. And MEM-01."""
    numbers, types = values["id_number"], values["id_type"]
    births: list[Any] = list(values.get("birth_date") or [None] * rows)
    sexes: list[Any] = list(values.get("sex") or [None] * rows)
    youngest = years_before(terms.today, terms.minimum_age)
    days: dict[str, date] = {}
    for row, number in enumerate(numbers):
        if number is not None and types[row] == RESIDENT_ID:
            text = number[6:14]
            birth = days.get(text) or days.setdefault(text, _compact_day(text))
            sex = "1" if number[16] in "13579" else "2"
            if births[row] not in (None, birth, (birth.year, birth.month)):
                mistakes.append(Mistake(row, "birth_date", "birth_date_contradicts"))
            if sexes[row] not in (None, sex, *UNSAID_SEXES):
                mistakes.append(Mistake(row, "sex", "sex_contradicts"))
            births[row], sexes[row] = birth, sex
        elif isinstance(births[row], tuple):
            births[row] = None
        if births[row] is not None and births[row] > youngest:
            mistakes.append(Mistake(row, "birth_date", "too_young", terms.minimum_age))
    values["birth_date"], values["sex"] = births, sexes


def _days_in_order(
    values: Mapping[str, list[Any]], fields: Mapping[str, Field], terms: Terms, mistakes: list[Mistake]
) -> None:
    """Nobody was hired or joined tomorrow, before they were born, or before there was a union."""
    births = values["birth_date"]
    for code in ("hired_on", "joined_on"):
        for row, day in enumerate(values.get(code, ())):
            if day is None:
                continue
            if day > terms.today:
                mistakes.append(Mistake(row, code, "date_in_future"))
            elif day < fields[code].earliest or (births[row] is not None and day < births[row]):
                mistakes.append(Mistake(row, code, "date_too_early"))


def _compact_day(text: str) -> date:
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))


def _twice(numbers: Sequence[str | None], mistakes: list[Mistake]) -> None:
    """The same number again: the first row stands, the later ones name it."""
    if len(set(numbers)) == len(numbers):
        return
    first: dict[str, int] = {}
    for row, number in enumerate(numbers):
        if number is not None and (earlier := first.setdefault(number, row)) != row:
            mistakes.append(Mistake(row, "id_number", "id_twice", earlier))


def years_before(day: date, years: int) -> date:
    """The latest birth date of somebody that many years old on the day."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
