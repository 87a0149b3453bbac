"""The data dictionary: 66 elements, each with a purpose, under a version that names itself; schemas that check rows."""

import re
from datetime import date

import jsonschema_rs
import pytest

from zhijia.catalogue import definitions, fields, schemas, standards
from zhijia.catalogue.element_rules import OURS

EDITIONS = definitions.FOLDER.parent / "data" / "editions.txt"
ELEMENT = """\
code: hobby
label: {en: "Hobby", zh: "爱好"}
version: 1
source: "our own"
confidence: D
number: 67
subject: member
obligation: O
sensitivity: P
purpose: services
issued: 2026-12-01
held: "yes"
format: {en: "Free words", zh: "自由填写"}
columns:
  - {name: hobby, type: text, length: 20, held_in: ["registry_person.hobby"]}
"""


@pytest.fixture
def added(tmp_path):
    """What is wrong with an overlay that holds this element."""

    def check(text, name="hobby"):
        folder = tmp_path / "elements"
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
        return definitions.problems(str(tmp_path))

    return check


def test_the_sixty_six_elements_are_there():
    assert [one.number for one in standards.elements()] == list(range(1, OURS + 1))
    assert {one.subject for one in standards.elements()[:51]} == {"member"}
    assert {one.subject for one in standards.elements()[51:]} == {"union"}


def test_political_status_is_not_held_and_six_live_only_where_they_are_needed():
    held = {one.number: one.held for one in standards.elements()}

    assert held[10] == "no"
    assert [number for number, where in held.items() if where == "area"] == [8, 13, 14, 44, 45, 46]
    assert all(one.purpose for one in standards.elements() if one.held != "no")
    assert standards.element("politics").purpose == ""


def test_what_is_sensitive_and_held_rests_on_the_law_or_on_consent_of_its_own():
    purposes = definitions.load().purposes
    for one in standards.elements():
        if one.sensitivity == "S" and one.held != "no":
            purpose = purposes[one.purpose]
            assert purpose.basis == "statutory" or purpose.sensitive, one.code


def test_the_code_in_the_anhui_standard_stays_open():
    assert {one.anhui_code for one in standards.elements()} == {""}


def test_an_element_with_a_purpose_can_be_added(added):
    assert added(ELEMENT) == []


@pytest.mark.parametrize(
    ("cut", "put", "said"),
    [
        ("purpose: services\n", "", "purpose: Field required"),
        ("purpose: services", 'purpose: ""', "says what it is used for"),
        ("purpose: services", "purpose: curiosity", "there is no purpose curiosity"),
        ("number: 67", "number: 3", "3 is one of"),
        ("{name: hobby,", "{name: mobile,", "is one of"),
        ('held: "yes"', 'held: "no"', "says why"),
        ('held_in: ["registry_person.hobby"]', "held_in: []", "names where"),
        ("type: text", "type: code", "names its code_list"),
        ("length: 20", "field: phone", "is no field of the element"),
        ("confidence: D", "confidence: D\nrank: 1", "this key is not known here"),
    ],
)
def test_an_element_that_does_not_say_enough_is_refused_by_name(added, cut, put, said):
    (problem, *_others) = added(ELEMENT.replace(cut, put))

    assert "hobby.yaml" in problem or "mobile.yaml" in problem
    assert said in problem


def test_taking_the_purpose_from_any_element_is_refused(tmp_path):
    (tmp_path / "elements").mkdir()
    for path in (definitions.FOLDER / "elements").rglob("*.yaml"):
        cut = re.sub(r"^purpose:.*\n", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        (tmp_path / "elements" / path.name).write_text(cut, encoding="utf-8")

    wrong = [
        problem for problem in definitions.problems(str(tmp_path)) if "purpose: Field required" in problem
    ]

    refused = {
        one.code for one in standards.elements() if any(f"/{one.code}.yaml: " in said for said in wrong)
    }
    assert refused == {one.code for one in standards.elements()}


def test_a_field_of_a_person_is_masked_and_asked_as_its_element_says():
    order = {"N": 0, "P": 1, "S": 2}
    columns = {c.field: one for one in standards.elements() for c in one.columns if c.field}
    for rule in fields.all():
        if not rule.element:
            continue
        one = columns[rule.code]
        assert one.number == rule.element
        assert order[rule.sensitivity] >= order[one.sensitivity]


def test_the_version_names_the_day_and_changes_with_the_definitions(monkeypatch):
    version = standards.version()
    monkeypatch.setattr(standards, "elements", lambda: definitions.load().elements.values())
    changed = standards._content.__wrapped__(0)

    assert re.fullmatch(r"2026\.11\.21-[0-9a-f]{8}", version)
    assert version == standards.version()
    assert changed["version"] != version


def test_the_version_in_force_is_the_last_one_written_down():
    """A change of the definitions is a new day (`issued`) and a new line in `data/editions.txt`."""
    assert EDITIONS.read_text(encoding="utf-8").split()[-1] == standards.version()


MEMBER = {
    "person_id": "0199a0c0-0000-7000-8000-000000000001", "member_no": "34010320200000000011", "name": "张小丰",
    "id_type": "111", "id_no": "340103199003070014", "sex": "1", "birth_date": "1990-03-07", "mobile": "16900000001",
    "is_migrant": False, "gig_group": "00", "work_status": "01", "union_id": "340103-900005",
    "join_date": "2020-01-01", "status": "10", "model_level": "0", "rn_level": 1, "change": [], "consent": [],
    "education": None,
}  # fmt: skip


def valid(row, subject="member"):
    schema = schemas.row(standards.content(), subject)
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True).is_valid(row)


@pytest.mark.parametrize(
    ("changes", "fits"),
    [
        ({}, True),
        ({"education": "21"}, True),
        ({"education": "22"}, False),
        ({"sex": None}, False),
        ({"rn_level": 9}, True),
        ({"rn_level": 4}, False),
        ({"politics": "01"}, False),
        ({"ethnicity": "01"}, False),
        ({"birth_date": "1990-13-07"}, False),
        ({"change": [{"chg_type": "01", "chg_date": "2020-01-01", "chg_reason": "x"}]}, True),
        ({"change": [{"chg_type": "99"}]}, False),
    ],
)
def test_a_members_row_is_checked_by_its_schema(changes, fits):
    assert valid({**MEMBER, **changes}) is fits


def test_a_row_without_what_is_mandatory_does_not_fit():
    for name in ("name", "id_no", "mobile", "status"):
        assert not valid({key: value for key, value in MEMBER.items() if key != name}), name


def test_a_unions_schema_names_what_a_union_is():
    schema = schemas.row(standards.content(), "union")

    assert {"name", "type", "level", "unit_div", "found_date"} <= set(schema["required"])
    assert schema["$defs"]["union_levels"]["enum"] == [1, 2, 3, 4, 5, 6, 7]
    assert schema["$id"] == f"/standards/{standards.version()}/union.schema.json"


def test_what_is_published_says_each_code_that_was_ever_in_force():
    listed = standards.content()["code_lists"]["sexes"]

    assert [option["code"] for option in listed["options"]] == ["1", "2", "9", "0"]
    assert listed["outside"] == {"standard": "GB/T 2261.1", "codes": "same"}
    assert date.fromisoformat(standards.content()["issued"])
