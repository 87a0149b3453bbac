"""A table that was taken along holds days and numbers, and is a roster again when it is sent back."""

import io
from datetime import date, datetime

import openpyxl
import pytest

from zhijia.kernel import days
from zhijia.registry.models import Person
from zhijia.registry.services.imports import reading
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.exports.wishes import AT, IN_CLEAR, PHONE, ask, content, make, people, seal

COLUMNS = [
    "member_no",
    "name",
    "id_no",
    "mobile",
    "birth_date",
    "join_date",
    "hire_date",
    "status",
    "is_migrant",
]


def sheet_of(raw):
    """The cells of the first sheet below the header, by heading."""
    header, *rows = openpyxl.load_workbook(io.BytesIO(raw)).worksheets[0]
    return [dict(zip([cell.value for cell in header], row, strict=True)) for row in rows]


def test_days_are_days_and_long_codes_stay_text(world):
    (person,) = people(world, 1)
    seal(world, person)

    (row,) = sheet_of(content(world, make(world, ask(world, format="xlsx", columns=COLUMNS, **IN_CLEAR))))

    kinds = {cell.value: (cell.data_type, cell.number_format) for cell in row.values()}
    assert kinds[datetime(1990, 3, 7)] == kinds[datetime(2020, 1, 1)] == ("d", "yyyy-mm-dd")
    assert kinds[worlds.number(1)][1] == kinds[PHONE][1] == kinds["34010320200000000001"][1] == "@"


def test_a_masked_day_of_birth_is_no_day(world):
    people(world, 1)

    (row,) = sheet_of(content(world, make(world, ask(world, format="xlsx", columns=["name", "birth_date"]))))

    assert [cell.data_type for cell in row.values()] == ["s", "s"]


def test_what_the_unions_table_counts_can_be_added_up(world):
    made = make(world, ask(world, "luyang", table="unions", format="xlsx"), "luyang")

    raw = content(world, made, "luyang")
    counts = [cell for row in sheet_of(raw) for cell in row.values() if cell.number_format == "0"]
    assert counts
    assert {type(cell.value) for cell in counts} == {int}


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_the_members_come_back_as_they_went(world, tmp_path, form):
    (person,) = people(world, 1)
    seal(world, person)
    Person.objects.using("bulk").filter(pk=person).update(hired_on=date(2019, 5, 6), migrant=True)
    path = tmp_path / "sent"
    made = make(world, ask(world, format=form, columns=COLUMNS, **IN_CLEAR))
    path.write_bytes(content(world, made))

    roster = reading.read(path, union=world.unions["factory"], day=days.business_day(AT))

    assert roster.checked.mistakes == []
    said = {name: values[0] for name, values in roster.checked.values.items()}
    assert (said["name"], said["id_number"], said["phone"]) == ("张小丰甲", worlds.number(1), PHONE)
    assert (said["birth_date"], said["hired_on"]) == (date(1990, 3, 7), date(2019, 5, 6))
    assert (said["joined_on"], said["migrant"]) == (date(2020, 1, 1), True)
