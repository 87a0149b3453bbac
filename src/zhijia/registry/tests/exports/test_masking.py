"""What leaves the house is masked unless for a purpose, says what it is, and nothing in it runs."""

import io
from datetime import date

import openpyxl
import polars
import pytest

from zhijia.catalogue import standards
from zhijia.kernel.context import acting
from zhijia.registry.models import Person
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.exports.wishes import (
    ADDRESS,
    AT,
    EMAIL,
    IN_CLEAR,
    PHONE,
    ask,
    content,
    make,
    people,
    seal,
)
from zhijia.vault import services as vault

EVIL = '=HYPERLINK("http://x","y")'


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_a_table_is_masked_when_nobody_asked_for_more(world, form):
    (person,) = people(world, 1)
    seal(world, person)

    made = make(world, ask(world, format=form))

    said = flat(content(world, made), form)
    for value in ("张小丰甲", worlds.number(1), PHONE, EMAIL, ADDRESS, "1990-03-07", "34010320200000000001"):
        assert value not in said, value
    assert "张**甲" in said
    assert "169****0001" in said
    assert made.clear_rows == 0


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_what_is_held_for_the_purpose_stands_in_clear_and_the_rest_stays_masked(world, form):
    (person,) = people(world, 1)
    seal(world, person)

    made = make(world, ask(world, format=form, **IN_CLEAR))

    said = flat(content(world, made), form)
    for value in ("张小丰甲", worlds.number(1), PHONE, "1990-03-07"):
        assert value in said, value
    for value in (EMAIL, ADDRESS):
        assert value not in said, value
    assert made.clear_rows == 1


def test_who_did_not_agree_to_a_purpose_stays_masked_in_a_file_in_clear(world):
    from zhijia.registry.models import Consent

    agreed, other = people(world, 2)
    for person in (agreed, other):
        seal_one(world, person)
    Consent.objects.using("bulk").create(
        person_id=agreed, purpose="services", text_version="1", given_at=AT, channel="page",
        union_id=world.unions["factory"].pk, county_id=world.unions["luyang"].pk,
    )  # fmt: skip

    made = make(world, ask(world, clear=True, purpose="services", reason="通知"))

    said = content(world, made).decode()
    assert said.count("@example.cn") == 2
    assert f"{agreed.hex}@example.cn" in said
    assert f"{other.hex}@example.cn" not in said
    assert made.clear_rows == 1
    assert any(words in said.split("\r\n")[8] for words in ("2 行中 1 行", "1 of 2"))


def seal_one(world, person_id):
    from zhijia.registry import access

    place = access.place_of(world.unions["factory"], person_id)
    with acting(world.actors["factory"]):
        vault.seal("registry_person.email", person_id, f"{person_id.hex}@example.cn", place=place, at=AT)


def flat(raw, form):
    """Everything a file says, as text."""
    if form == "csv":
        return raw.decode("utf-8-sig")
    if form == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(raw))
        return "\n".join(
            str(cell) for sheet in book for row in sheet.values for cell in row if cell is not None
        )
    frame = polars.read_parquet(io.BytesIO(raw))
    return "\n".join(str(cell) for row in frame.rows() for cell in row if cell is not None)


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_the_file_says_who_took_it_when_by_which_request_and_by_which_standard(world, form):
    people(world, 1)

    made = make(world, ask(world, format=form))

    raw = content(world, made)
    if form == "parquet":
        said = "\n".join(polars.read_parquet_metadata(io.BytesIO(raw)).values())
    else:
        said = flat(raw, form)
    for value in ("factory-officer", "2026-11-21 10:00", str(made.pk), made.request_id, standards.version()):
        assert value in said, value


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_no_cell_is_a_formula(world, form):
    (person,) = people(world, 1)
    Person.objects.using("bulk").filter(pk=person).update(employer_name=EVIL, occupation="＝1+1")

    raw = content(world, make(world, ask(world, format=form)))

    if form == "csv":
        assert "'=HYPERLINK" in raw.decode("utf-8-sig")
        assert "'＝1+1" in raw.decode("utf-8-sig")
    else:
        cells = [c for sheet in openpyxl.load_workbook(io.BytesIO(raw)) for row in sheet for c in row]
        assert EVIL in [cell.value for cell in cells]
        assert "f" not in {cell.data_type for cell in cells}


def test_a_typed_table_has_the_types_and_the_names_of_the_standard(world):
    people(world, 1)

    masked = polars.read_parquet(io.BytesIO(content(world, make(world, ask(world, format="parquet")))))
    made = make(world, ask(world, format="parquet", **IN_CLEAR))
    clear = polars.read_parquet(io.BytesIO(content(world, made)))

    assert clear.schema["birth_date"] == polars.Date
    assert masked.schema["birth_date"] == polars.String
    assert clear.schema["is_migrant"] == polars.Boolean
    assert clear.schema["rn_level"] == polars.Int64
    assert clear.schema["status"] == polars.String
    assert clear["birth_date"].to_list() == [date(1990, 3, 7)]
    names = {c.name for one in standards.elements() if one.subject == "member" for c in one.columns}
    assert set(clear.columns) - {"union_name"} <= names
